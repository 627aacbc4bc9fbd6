package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.ChangePolicy;
import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileProcessorClosedException;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Line;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.OversizePolicy;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines of a file from the last one to the first: those that are read forwards, in the other order. */
@Tag("once")
@Timeout(60)
class FileReversedTest {
    private static final byte[] BYTES = {
        '\n', '\r', 0, ';', 'a', (byte) 0x8a, 0x0b, (byte) 0x85, 0x15, 0x25, (byte) 0xe9
    };
    private static final List<LineEnd> ENDS = List.of(
            LineEnd.LF_CRLF,
            LineEnd.ANY,
            LineEnd.NUL,
            LineEnd.of((byte) ';'),
            LineEnd.of((byte) 'a', (byte) '\n'),
            LineEnd.of((byte) '\r', (byte) '\n'),
            LineEnd.of((byte) 'a', (byte) 'a', (byte) ';', (byte) 0));

    @TempDir
    Path dir;

    private final Scope scope = Scope.open("reversed");

    @AfterEach
    void close() {
        scope.close();
    }

    private static FileProcessorBuilder small() {
        return FileProcessor.builder("reversed").chunkSize(64).readSize(64).maxFileSize(Long.MAX_VALUE);
    }

    /** A line as it was shown, or a piece of one. */
    private record Seen(long number, long offset, boolean cut, String bytes, String text) {
        static Seen of(Line line) {
            return new Seen(line.number(), line.offset(), line.cut(), Piece.latin(line.copy()), line.toString());
        }
    }

    private static List<Seen> all(LineReader reader) throws IOException {
        List<Seen> all = new ArrayList<>();
        while (reader.next()) {
            all.add(Seen.of(reader.line()));
        }
        return all;
    }

    /** Reads a file in both directions, and compares. */
    private FileResult check(FileProcessor files, Path file, String what) throws IOException {
        List<Seen> forwards = new ArrayList<>();
        FileResult expected = files.forEachLine(file, line -> forwards.add(Seen.of(line)));
        assertTrue(expected.ok(), expected::toString);
        List<List<Seen>> lines = new ArrayList<>(); // pieces together
        for (Seen each : forwards) {
            if (lines.isEmpty() || lines.get(lines.size() - 1).get(0).number() != each.number()) {
                lines.add(new ArrayList<>());
            }
            lines.get(lines.size() - 1).add(each);
        }
        Collections.reverse(lines);
        List<Seen> backwards = new ArrayList<>();
        for (List<Seen> line : lines) {
            for (Seen each : line) {
                long number = expected.lines() + 1 - each.number();
                backwards.add(new Seen(number, each.offset(), each.cut(), each.bytes(), each.text()));
            }
        }
        try (LineReader reader = files.linesReversed(file, scope)) {
            assertEquals(backwards, all(reader), what);
            FileResult result = reader.result();
            assertEquals(expected.outcome(), result.outcome(), what);
            assertEquals(expected.reason(), result.reason(), what);
            assertEquals(expected.lines(), result.lines(), what);
            assertEquals(expected.bytesRead(), result.bytesRead(), what);
            assertEquals(expected.malformed(), result.malformed(), what);
            return result;
        }
    }

    /** Text of a few kinds of bytes, some of which are many in a row. */
    private static byte[] content(SplittableRandom random, int size) {
        byte[] content = new byte[size];
        int one = 1 + random.nextInt(1 + random.nextInt(2_000));
        byte filling = BYTES[random.nextInt(BYTES.length)];
        for (int i = 0; i < size; i++) {
            content[i] = random.nextInt(one) == 0 ? BYTES[random.nextInt(BYTES.length)] : filling;
        }
        return content;
    }

    // ---- where lines begin -----------------------------------------------------------------------------------------

    @Test
    void hasTheLinesOfAnyContentInTheOtherOrder() {
        for (LineEnd end : ENDS) {
            try (FileProcessor files = small().lineEnd(end)
                    .charset(StandardCharsets.ISO_8859_1)
                    .bomOverrides(false)
                    .open()) {
                Trials.each(250, 1_500, (random, size) -> {
                    Path file = Files.write(dir.resolve("any"), content(random, size));
                    check(files, file, end.toString());
                });
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = LongLine.class,
            names = {"CUT", "SKIP", "SPLIT"})
    void treatsLongLinesAsOneWhoReadsForwardsWhateverTheBuffersHold(LongLine policy) {
        Trials.each(120, 200_000, (random, size) -> { // buffers have 32 KiB and more
            LineEnd end = ENDS.get(random.nextInt(ENDS.size()));
            int limit = 1 + random.nextInt(1 + random.nextInt(40_000));
            Path file = Files.write(dir.resolve("long"), content(random, size));
            try (FileProcessor files = small().lineEnd(end)
                    .charset(StandardCharsets.ISO_8859_1)
                    .readSize(64 + random.nextInt(30_000))
                    .maxLineLength(limit + (limit > 500 || size < 5_000 ? 0 : 500))
                    .longLine(policy)
                    .open()) {
                check(files, file, end + ", limit " + limit);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r", "\n\r", "\r\r\n", "\0", "aa;\0", "a\n"})
    void findsAnEndAtEveryPlaceOfItsBuffers(String end) throws Exception {
        Path file = dir.resolve("places");
        for (LineEnd each : ENDS) {
            try (FileProcessor files = small().lineEnd(each).open()) {
                for (int length : new int[] {0, 16_384, 32_768}) {
                    for (int shift = -2; shift <= 2; shift++) {
                        String text = "b".repeat(20) + end + "b".repeat(Math.max(0, length + shift)) + end + end;
                        Files.writeString(file, shift % 2 == 0 ? text : text + "x");
                        check(files, file, each + ", " + length + shift);
                    }
                }
            }
        }
    }

    @Test
    void hasEveryTextOfFewBytes() throws Exception {
        byte[] alphabet = {'\n', '\r', 'a', ';'};
        Path file = dir.resolve("few");
        for (LineEnd end : ENDS) {
            try (FileProcessor files = small().lineEnd(end).open()) {
                for (int length = 0; length <= 3; length++) {
                    for (int number = 0; number < 1 << 2 * length; number++) {
                        byte[] content = new byte[length];
                        for (int i = 0; i < length; i++) {
                            content[i] = alphabet[number >> 2 * i & 3];
                        }
                        check(files, Files.write(file, content), end + ": " + Piece.latin(content));
                    }
                }
            }
        }
    }

    // ---- characters ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTF-8",
                "UTF-16",
                "UTF-16LE",
                "UTF-16BE",
                "UTF-32",
                "UTF-32LE",
                "Shift_JIS",
                "GB18030",
                "Big5",
                "EUC-JP",
                "IBM1047",
                "x-IBM930",
                "windows-1252"
            })
    void hasTheLinesOfOtherCharsetsAlsoOfWhatIsBroken(String name) {
        Assumptions.assumeTrue(Charset.isSupported(name), name);
        Charset charset = Charset.forName(name);
        Trials.each(120, 600, (random, size) -> {
            byte[] content = FileTextTest.broken(random, size, charset);
            byte[] marked = ("\ufeff" + FileTextTest.text(random, size, charset)).getBytes(charset);
            Path file = Files.write(dir.resolve("text"), random.nextInt(3) > 0 ? content : marked);
            LongLine policy = LongLine.values()[random.nextInt(3)];
            try (FileProcessor files = small().charset(charset)
                    .lineEnd(random.nextBoolean() ? LineEnd.LF_CRLF : LineEnd.ANY)
                    .maxLineLength(random.nextBoolean() ? 64_000 : 1 + random.nextInt(60))
                    .longLine(policy)
                    .malformed(random.nextBoolean() ? Malformed.REPLACE : Malformed.SKIP)
                    .open()) {
                check(files, file, name + ", " + policy);
            } catch (IllegalArgumentException stateful) {
                assertTrue(stateful.getMessage().contains(name), stateful.getMessage());
            }
        });
    }

    @Test
    void refusesACharsetWithStatesAndAnEndThatOverlapsItself() throws Exception {
        Path file = Files.writeString(dir.resolve("refused"), "###");
        try (FileProcessor files =
                small().charset(Charset.forName("ISO-2022-JP")).open()) {
            assertThrows(IllegalArgumentException.class, () -> files.linesReversed(file, scope));
        }
        for (String end : List.of("##", "aba", "\r\n\r\n")) {
            try (FileProcessor files = small().lineEnd(LineEnd.of(end.getBytes(StandardCharsets.US_ASCII)))
                    .open()) {
                String message = assertThrows(IllegalArgumentException.class, () -> files.linesReversed(file, scope))
                        .getMessage();
                assertTrue(message.contains("overlaps itself"), message);
            }
        }
        assertEquals(List.of(), Descriptors.below(dir));
    }

    @Test
    void failsAtALineThatIsNoTextIfThatIsToBeReported() throws Exception {
        byte[] content = {'a', '\n', (byte) 0xff, '\n', 'c', '\n'};
        Path file = Files.write(dir.resolve("broken"), content);
        try (FileProcessor files = small().malformed(Malformed.REPORT).open()) {
            LineReader reader = files.linesReversed(file, scope);
            assertTrue(reader.next());
            assertEquals("c", reader.line().toString());
            FileFailedException thrown = assertThrows(FileFailedException.class, reader::next);
            assertEquals(Reason.MALFORMED, thrown.result().reason());
            assertEquals(2, thrown.result().firstMalformed());
        }
    }

    // ---- limits ----------------------------------------------------------------------------------------------------

    @Test
    void failsAtALineThatIsTooLongIfThatIsThePolicy() {
        Trials.each(100, 60_000, (random, size) -> {
            int limit = 10 + random.nextInt(40_000);
            String tail = "b\n".repeat(random.nextInt(9));
            Path file = Files.writeString(dir.resolve("long"), "a\n" + "x".repeat(size) + "\n" + tail);
            try (FileProcessor files =
                    small().maxLineLength(limit).longLine(LongLine.FAIL).open()) {
                LineReader reader = files.linesReversed(file, scope);
                for (int i = 0; i < tail.length() / 2; i++) {
                    assertTrue(reader.next());
                }
                if (size <= limit) {
                    assertTrue(reader.next());
                    assertEquals(size, reader.line().byteLength());
                    reader.close();
                } else {
                    FileFailedException thrown = assertThrows(FileFailedException.class, reader::next);
                    assertEquals(Reason.LINE_LIMIT, thrown.result().reason());
                }
            }
        });
        assertEquals(List.of(), Descriptors.below(dir));
    }

    @Test
    void leavesOutTheBeginningOfAFileThatIsTooLong() throws Exception {
        Path file = Files.writeString(dir.resolve("log"), "one\ntwo\nthree\nfour\n");
        for (OversizePolicy policy : OversizePolicy.values()) {
            try (FileProcessor files = small().maxFileSize(10).oversize(policy).open()) {
                if (policy == OversizePolicy.TRUNCATE) {
                    LineReader reader = files.linesReversed(file, scope);
                    assertEquals(List.of("four"), reader.stream().toList());
                    assertEquals(Outcome.TRUNCATED, reader.result().outcome());
                    assertEquals(Reason.OVERSIZE, reader.result().reason());
                    assertEquals(10, reader.result().bytesRead());
                } else {
                    FileFailedException thrown =
                            assertThrows(FileFailedException.class, () -> files.linesReversed(file, scope));
                    assertEquals(Reason.OVERSIZE, thrown.result().reason());
                }
            }
        }
        assertEquals(List.of(), Descriptors.below(dir));
    }

    @Test
    void readsTheEndOfALargeFileAndNothingElse() throws Exception {
        Path file = dir.resolve("sparse");
        Files.write(file, new byte[0]);
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.position(1L << 40);
            channel.write(java.nio.ByteBuffer.wrap("\nlast but one\nlast\n".getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException tooLarge) {
            Assumptions.abort("no file of a tebibyte here: " + tooLarge);
        }
        try (FileProcessor files = small().open();
                LineReader reader = files.linesReversed(file, scope)) {
            assertTrue(reader.next());
            assertEquals("last", reader.line().toString());
            assertTrue(reader.next());
            assertEquals("last but one", reader.line().toString());
            assertEquals((1L << 40) + 1, reader.line().offset());
            assertEquals(2, reader.line().number());
            assertTrue(reader.result().bytesRead() < 100, () -> reader.result().toString());
        }
    }

    // ---- faults ----------------------------------------------------------------------------------------------------

    @Test
    void seesNothingOfWhatIsAppendedAndSaysThatItHasChanged() throws Exception {
        Path file = Files.writeString(dir.resolve("log"), "one\ntwo\n");
        try (FileProcessor files = small().open();
                LineReader reader = files.linesReversed(file, scope)) {
            Files.writeString(file, "three\n", StandardOpenOption.APPEND);
            assertEquals(List.of("two", "one"), reader.stream().toList());
            assertEquals(Outcome.CHANGED_WHILE_READING, reader.result().outcome());
        }
        try (FileProcessor files =
                        small().onChange(ChangePolicy.SNAPSHOT_LENGTH).open();
                LineReader reader = files.linesReversed(file, scope)) {
            Files.writeString(file, "four\n", StandardOpenOption.APPEND);
            assertEquals(List.of("three", "two", "one"), reader.stream().toList());
            assertEquals(Outcome.DONE, reader.result().outcome());
        }
    }

    @Test
    void failsWhereTheFileBecomesShorter() throws Exception {
        Path file = Files.writeString(dir.resolve("log"), "some line\n".repeat(10_000));
        try (FileProcessor files = small().open();
                LineReader reader = files.linesReversed(file, scope)) {
            assertTrue(reader.next());
            Files.write(file, new byte[] {'a'});
            FileFailedException thrown = assertThrows(FileFailedException.class, () -> all(reader));
            assertEquals(Reason.CHANGED, thrown.result().reason());
            assertEquals(List.of(), Descriptors.below(dir));
        }
    }

    @Test
    void opensNoFileThatIsMissingOrNoFileOrDoesNotSayHowLongItIs() throws Exception {
        try (FileProcessor files = small().open()) {
            FileFailedException missing =
                    assertThrows(FileFailedException.class, () -> files.linesReversed(dir.resolve("missing"), scope));
            assertEquals(Reason.VANISHED, missing.result().reason());
            FileFailedException folder = assertThrows(FileFailedException.class, () -> files.linesReversed(dir, scope));
            assertEquals(Reason.SPECIAL_FILE, folder.result().reason());
            Path lies = Path.of("/proc/self/status");
            if (Files.exists(lies)) {
                FileFailedException unknown =
                        assertThrows(FileFailedException.class, () -> files.linesReversed(lies, scope));
                assertEquals(Reason.SPECIAL_FILE, unknown.result().reason());
            }
            assertEquals(List.of(), Descriptors.below(dir));
        }
    }

    @Test
    void isClosedByItsUserItsScopeAndItsProcessor() throws Exception {
        Path file = Files.writeString(dir.resolve("log"), "some line\n".repeat(10_000));
        FileProcessor files = small().open();
        try (Scope owner = Scope.open("owner")) {
            LineReader one = files.linesReversed(file, scope);
            LineReader two = files.linesReversed(file, owner);
            LineReader three = files.linesReversed(file, scope);
            assertTrue(one.next() && two.next() && three.next());
            assertEquals(3, Descriptors.below(dir).size());
            one.close();
            assertEquals(2, Descriptors.below(dir).size());
            owner.close();
            assertEquals(1, Descriptors.below(dir).size());
            files.close();
            assertEquals(List.of(), Descriptors.below(dir));
            for (LineReader each : List.of(one, two, three)) {
                assertThrows(IllegalStateException.class, each::next);
                assertEquals(Outcome.CANCELLED, each.result().outcome());
            }
        }
        assertThrows(FileProcessorClosedException.class, () -> files.linesReversed(file, scope));
        assertThrows(NullPointerException.class, () -> files.linesReversed(null, scope));
        assertThrows(NullPointerException.class, () -> files.linesReversed(file, null));
    }

    @Test
    void shufflesNothingInALargeText() throws Exception {
        List<String> lines = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            lines.add("line " + i + " " + "x".repeat(random.nextInt(50)));
        }
        Path file = Files.writeString(dir.resolve("large"), String.join("\r\n", lines));
        Collections.reverse(lines);
        try (FileProcessor files =
                        FileProcessor.builder("large").maxFileSize(10 << 20).open();
                LineReader reader = files.linesReversed(file, scope)) {
            assertEquals(lines, reader.stream().toList());
            assertEquals(Files.size(file), reader.result().bytesRead());
            assertEquals(50_000, files.countLines(Source.of(file)));
        }
    }
}
