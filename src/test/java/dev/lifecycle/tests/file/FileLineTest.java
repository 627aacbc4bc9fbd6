package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Line;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.StaleChunkException;
import dev.lifecycle.tests.file.Naive.Decoded;
import dev.lifecycle.tests.file.Naive.Mark;
import dev.lifecycle.tests.file.Row.Rows;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A line: its bytes, its text in any charset, and when both are gone. */
@Tag("once")
@Timeout(60)
class FileLineTest {
    /** Some have the bytes of an end of a line within, at odd places, as U+0A0A has. */
    private static final int[] CODES = {
        '\n', '\r', 'a', 'b', ' ', 0xe9, 0xdf, 0x20ac, 0x0a0a, 0x0d0d, 0x0a00, 0x000a, 0x0d0a, 0x0a0d, 0x4e0a, 0x1f600,
        0x10a0a
    };

    @TempDir
    Path dir;

    static FileProcessorBuilder small(Charset charset) {
        return FileProcessor.builder("lines").chunkSize(64).readSize(64).charset(charset);
    }

    /** Text that {@code charset} can encode, with ends of lines in it. */
    static String text(SplittableRandom random, int size, Charset charset) {
        String[] known = Naive.encodable(charset, CODES);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            text.append(known[random.nextInt(known.length)]);
        }
        return text.toString();
    }

    static Stream<Charset> charsets() {
        return Stream.of(
                        "UTF-8",
                        "UTF-16LE",
                        "UTF-16BE",
                        "UTF-32LE",
                        "UTF-32BE",
                        "ISO-8859-1",
                        "US-ASCII",
                        "windows-1252",
                        "Shift_JIS",
                        "EUC-JP",
                        "GB18030",
                        "Big5",
                        "IBM1047",
                        "IBM037",
                        "IBM500")
                .filter(Charset::isSupported)
                .map(Charset::forName);
    }

    // ---- charsets --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("charsets")
    void hasTheLinesOfItsCharset(Charset charset) {
        for (LineEnd end : List.of(LineEnd.LF_CRLF, LineEnd.ANY)) {
            try (FileProcessor files = small(charset).lineEnd(end).open()) {
                Trials.each(200, 400, (random, size) -> {
                    byte[] content = text(random, size, charset).getBytes(charset);
                    if (Mark.of(content, charset).length() > 0) {
                        return; // begins with what looks like another charset
                    }
                    Rows got = Row.lines(files, Way.any(random).source(dir, content, random));
                    assertEquals(Naive.lines(content, charset, end), got.list(), () -> end + ", " + got.result());
                    assertEquals(0, got.result().malformed());
                });
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void takesTheCharsetFromAByteOrderMarkWhichIsInNoLine(String name) {
        Charset charset = Charset.forName(name);
        try (FileProcessor files = small(StandardCharsets.ISO_8859_1).open()) {
            Trials.each(500, 200, (random, size) -> {
                byte[] content = ("\ufeff" + text(random, size, charset)).getBytes(charset);
                Rows got = Row.lines(files, Way.any(random).source(dir, content, random));
                List<Row> expected = Naive.lines(content, StandardCharsets.ISO_8859_1, LineEnd.LF_CRLF);
                assertEquals(expected, got.list(), () -> got.result().toString());
            });
        }
    }

    @Test
    void leavesAByteOrderMarkInTheFirstLineIfThatIsToDecideNothing() {
        byte[] content = "\ufeffa\nb".getBytes(StandardCharsets.UTF_8);
        try (FileProcessor files =
                small(StandardCharsets.UTF_8).bomOverrides(false).open()) {
            Rows got = Row.lines(files, Way.STREAM.source(Script.of(content)));
            assertEquals(List.of("\ufeffa", "b"), got.texts());
            assertEquals(0, got.list().get(0).offset());
        }
    }

    @Test
    void countsTheLinesOfWideCharsets() {
        for (String name : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "IBM1047")) {
            Charset charset = Charset.forName(name);
            Trials.each(500, 300, (random, size) -> {
                byte[] content = text(random, size, charset).getBytes(charset);
                if (Mark.of(content, charset).length() > 0) {
                    return;
                }
                try (FileProcessor files = small(charset).open()) {
                    assertEquals(
                            Naive.lines(content, charset, LineEnd.LF_CRLF).size(),
                            files.countLines(Way.any(random).source(dir, content, random)),
                            name);
                }
            });
        }
    }

    @Test
    void refusesACharsetWhoseLinesCannotBeFoundByTheirBytes() {
        try (FileProcessor files = small(Charset.forName("ISO-2022-JP")).open()) {
            IllegalArgumentException thrown = assertThrows(
                    IllegalArgumentException.class,
                    () -> files.forEachLine("shifting", new ScriptedStream(Script.of(new byte[1])), line -> {}));
            assertEquals(true, thrown.getMessage().contains("ISO-2022-JP"), thrown.getMessage());
        }
    }

    // ---- a line ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("charsets")
    void aLineIsTheSequenceOfItsCharacters(Charset charset) {
        try (FileProcessor files = small(charset).open()) {
            Trials.each(200, 150, (random, size) -> {
                byte[] content = text(random, size, charset).getBytes(charset);
                if (Mark.of(content, charset).length() > 0) {
                    return;
                }
                List<Row> rows = Naive.lines(content, charset, LineEnd.LF_CRLF);
                FileResult result = files.forEachLine("view", new ScriptedStream(Script.of(content)), line -> {
                    Row row = rows.get((int) line.number() - 1);
                    check(line, row, random);
                });
                assertEquals(Outcome.DONE, result.outcome(), result::toString);
            });
        }
    }

    private static void check(Line line, Row row, SplittableRandom random) {
        String text = row.text();
        if (random.nextBoolean()) { // whatever is asked first
            assertEquals(text, line.toString());
        }
        assertEquals(text.length(), line.length());
        for (int i = 0; i < text.length(); i++) {
            assertEquals(text.charAt(i), line.charAt(i));
        }
        int from = random.nextInt(text.length() + 1);
        int to = from + random.nextInt(text.length() - from + 1);
        assertEquals(text.substring(from, to), line.subSequence(from, to).toString());
        assertEquals(text, line.toString());
        assertEquals(text, new StringBuilder(line).toString());
        assertEquals(row.offset(), line.offset());
        assertEquals(row.bytes().length(), line.byteLength());
        assertEquals(row.bytes(), Piece.latin(line.copy()));
        for (int i = 0; i < line.byteLength(); i++) {
            assertEquals(row.bytes().charAt(i), (char) (line.byteAt(i) & 0xff));
        }
        assertFalse(line.cut());
    }

    @Test
    void aLineHasNothingOutsideItsBounds() {
        byte[] content = "ab\u20ac\n\ncd".getBytes(StandardCharsets.UTF_8);
        try (FileProcessor files = small(StandardCharsets.UTF_8).open()) {
            FileResult result = files.forEachLine("bounds", new ScriptedStream(Script.of(content)), line -> {
                for (int index : new int[] {-1, line.byteLength(), Integer.MAX_VALUE}) {
                    assertThrows(IndexOutOfBoundsException.class, () -> line.byteAt(index));
                }
                for (int index : new int[] {-1, line.length(), Integer.MAX_VALUE}) {
                    assertThrows(IndexOutOfBoundsException.class, () -> line.charAt(index));
                }
                assertThrows(IndexOutOfBoundsException.class, () -> line.subSequence(0, line.length() + 1));
                assertThrows(IndexOutOfBoundsException.class, () -> line.subSequence(-1, 0));
            });
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }

    @Test
    void aSubsequenceStaysWhatItWas() {
        List<CharSequence> kept = new ArrayList<>();
        byte[] content = "first\nsecond\nthird".getBytes(StandardCharsets.US_ASCII);
        try (FileProcessor files = small(StandardCharsets.UTF_8).open()) {
            files.forEachLine("kept", new ScriptedStream(Script.of(content)), line -> {
                CharSequence part = line.subSequence(1, 3);
                assertEquals(2, part.length());
                kept.add(part.toString());
            });
        }
        assertEquals(List.of("ir", "ec", "hi"), kept);
    }

    // ---- malformed -------------------------------------------------------------------------------------------------

    @Test
    void decodesALineOfAnyBytesAsTheJdkDoes() {
        try (FileProcessor files =
                small(StandardCharsets.UTF_8).bomOverrides(false).open()) {
            Trials.each(3_000, 300, (random, size) -> {
                byte[] content = FileTextTest.broken(random, size, StandardCharsets.UTF_8);
                Rows got = Row.lines(files, Way.any(random).source(dir, content, random));
                List<Row> expected = Naive.lines(
                        content, StandardCharsets.UTF_8, LineEnd.LF_CRLF); // no mark: the first byte is none of one
                assertEquals(expected, got.list(), () -> Piece.latin(content));
                Decoded all = decoded(expected, Malformed.REPLACE);
                assertEquals(all.malformed(), got.result().malformed(), () -> Piece.latin(content));
                assertEquals(all.firstMalformed(), got.result().firstMalformed(), () -> Piece.latin(content));
            });
        }
    }

    /** All lines, one after the other; where the first that is malformed is, from the beginning of the file. */
    private static Decoded decoded(List<Row> rows, Malformed policy) {
        StringBuilder text = new StringBuilder();
        long malformed = 0;
        long first = -1;
        for (Row row : rows) {
            byte[] bytes = row.bytes().getBytes(StandardCharsets.ISO_8859_1);
            Decoded one = Naive.decode(bytes, new Mark(0, StandardCharsets.UTF_8), policy);
            text.append(one.text());
            malformed += one.malformed();
            first = first < 0 && one.firstMalformed() >= 0 ? row.offset() + one.firstMalformed() : first;
        }
        return new Decoded(text.toString(), malformed, first);
    }

    @Test
    void leavesOutOfALineWhatIsNoText() {
        try (FileProcessor files = small(StandardCharsets.UTF_8)
                .bomOverrides(false)
                .malformed(Malformed.SKIP)
                .open()) {
            Trials.each(1_000, 200, (random, size) -> {
                byte[] content = FileTextTest.broken(random, size, StandardCharsets.UTF_8);
                Rows got = Row.lines(files, Way.any(random).source(dir, content, random));
                Decoded all = decoded(Naive.lines(content, StandardCharsets.UTF_8, LineEnd.LF_CRLF), Malformed.SKIP);
                assertEquals(all.text(), String.join("", got.texts()), () -> Piece.latin(content));
                assertEquals(all.malformed(), got.result().malformed());
            });
        }
    }

    @Test
    void failsAtTheFirstLineThatIsNoTextIfThatIsToBeReported() {
        byte[] content = "good\nb\u00ffd\nlater\n".getBytes(StandardCharsets.ISO_8859_1);
        try (FileProcessor files =
                small(StandardCharsets.UTF_8).malformed(Malformed.REPORT).open()) {
            List<Long> seen = new ArrayList<>();
            FileResult result = files.forEachLine(
                    "report", new ScriptedStream(Script.of(content)), line -> seen.add(line.number()));
            assertEquals(List.of(1L), seen); // though nobody has asked for its characters
            assertEquals(Outcome.FAILED, result.outcome());
            assertEquals(Reason.MALFORMED, result.reason());
            assertEquals(6, result.firstMalformed());
        }
    }

    @Test
    void decodesNothingThatNobodyAsksFor() {
        byte[] content = "b\u00ffd\n".repeat(5).getBytes(StandardCharsets.ISO_8859_1);
        try (FileProcessor files = small(StandardCharsets.UTF_8).open()) {
            FileResult result =
                    files.forEachLine("bytes", new ScriptedStream(Script.of(content)), line -> line.byteAt(0));
            assertEquals(List.of(0L, 0L, -1L), List.of(result.chars(), result.malformed(), result.firstMalformed()));
        }
    }

    @Test
    void countsWhatIsMalformedOnceHoweverOftenALineIsDecoded() {
        byte[] content = "b\u00ffd".getBytes(StandardCharsets.ISO_8859_1);
        try (FileProcessor files = small(StandardCharsets.UTF_8).open()) {
            FileResult result = files.forEachLine(
                    "twice",
                    new ScriptedStream(Script.of(content)),
                    line -> assertEquals(line.toString(), line.subSequence(0, 3).toString()));
            assertEquals(1, result.malformed(), result::toString);
        }
    }

    // ---- after the handler -----------------------------------------------------------------------------------------

    static Stream<Consumer<Line>> uses() {
        return Stream.of(
                Line::number,
                Line::offset,
                Line::byteLength,
                Line::cut,
                line -> line.byteAt(0),
                Line::copy,
                Line::length,
                line -> line.charAt(0),
                line -> line.subSequence(0, 1),
                Line::toString);
    }

    @ParameterizedTest
    @MethodSource("uses")
    void aLineCannotBeUsedAfterItsHandlerHasReturned(Consumer<Line> use) {
        List<Line> kept = new ArrayList<>();
        byte[] content = "some\nlines".getBytes(StandardCharsets.US_ASCII);
        try (FileProcessor files = small(StandardCharsets.UTF_8).open()) {
            files.forEachLine("kept", new ScriptedStream(Script.of(content)), line -> {
                line.toString(); // decoded or not
                kept.add(line);
            });
            kept.forEach(line -> assertThrows(StaleChunkException.class, () -> use.accept(line)));
            FileResult result = files.forEachLine(
                    "later",
                    new ScriptedStream(Script.of(content)),
                    line -> assertThrows(StaleChunkException.class, () -> use.accept(kept.get(0))));
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }

    @Test
    void aLineIsEqualToNothingButItself() {
        List<Boolean> equal = new ArrayList<>();
        try (FileProcessor files = small(StandardCharsets.UTF_8).open()) {
            files.forEachLine("equal", new ScriptedStream(Script.of(new byte[] {'a'})), line -> {
                Object text = "a";
                equal.add(line.equals(text));
                equal.add(line.equals(line));
            });
        }
        assertArrayEquals(new Object[] {false, true}, equal.toArray());
    }
}
