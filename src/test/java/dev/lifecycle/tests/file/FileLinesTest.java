package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.tests.file.Row.Rows;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Any content, split into lines, however it is read. */
@Tag("once")
@Timeout(60)
class FileLinesTest {
    private static final int[] BYTES = {'\n', '\r', 0x0b, 0x8a, 0x09, 0x0d, 0x0a, 0, 'a', 0x80, 0xff, ';', 0x15, 0x85};

    @TempDir
    Path dir;

    private static FileProcessorBuilder small() {
        return FileProcessor.builder("lines").chunkSize(64).readSize(64).charset(StandardCharsets.ISO_8859_1);
    }

    static Stream<LineEnd> ends() {
        return Stream.of(
                LineEnd.LF_CRLF, LineEnd.ANY, LineEnd.NUL, LineEnd.of((byte) ';'), LineEnd.of((byte) 'a', (byte) '\n'));
    }

    /** Bytes that look like ends of lines, and some that do not; at times few of the former. */
    private static byte[] content(SplittableRandom random, int size) {
        byte[] content = new byte[size];
        int one = 1 + random.nextInt(40);
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (random.nextInt(one) == 0 ? BYTES[random.nextInt(BYTES.length)] : 'b');
        }
        return content;
    }

    // ---- where lines end -------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("ends")
    void hasTheLinesOfASimpleSplitterHoweverTheyAreRead(LineEnd end) {
        Trials.each(1_500, 1_000, (random, size) -> {
            byte[] content = content(random, size);
            Way way = Way.any(random);
            int read = 64 + random.nextInt(1 + random.nextInt(400));
            try (FileProcessor files = small().readSize(read)
                    .lineEnd(end)
                    .bomOverrides(random.nextBoolean())
                    .open()) {
                Rows got = Row.lines(files, way.source(dir, content, random));
                String what = way + ", reads of " + read + ", " + got.result();
                assertEquals(Naive.lines(content, StandardCharsets.ISO_8859_1, end), got.list(), what);
                assertEquals(Outcome.DONE, got.result().outcome(), what);
                assertEquals(got.list().size(), got.result().lines(), what);
                assertEquals(size, got.result().bytesRead(), what);
            }
        });
    }

    @Test
    void hasTheLinesOfABufferedReaderWhereAnyEndIsOne() {
        try (FileProcessor files = small().lineEnd(LineEnd.ANY).open()) {
            Trials.each(3_000, 600, (random, size) -> {
                byte[] content = content(random, size);
                List<String> expected;
                try (BufferedReader reader = new BufferedReader(new StringReader(Piece.latin(content)))) {
                    expected = reader.lines().toList();
                }
                Rows got = Row.lines(files, Way.any(random).source(dir, content, random));
                assertEquals(expected, got.texts(), () -> Piece.latin(content));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r", "\n\r", "\r\r\n", "\0", "\u000b", "\u008a", "\t\n", "\u000b\n\u008a"})
    void findsAnEndAtEveryPlace(String end) throws Exception {
        for (LineEnd each : List.of(LineEnd.LF_CRLF, LineEnd.ANY, LineEnd.NUL)) {
            try (FileProcessor files = small().lineEnd(each).open()) {
                for (int length = 0; length <= 130; length++) {
                    for (int at = 0; at <= length; at++) {
                        String text = "b".repeat(at) + end + "b".repeat(length - at);
                        byte[] content = text.getBytes(StandardCharsets.ISO_8859_1);
                        Rows got = Row.lines(files, Way.STREAM.source(Script.of(content)));
                        List<Row> expected = Naive.lines(content, StandardCharsets.ISO_8859_1, each);
                        assertEquals(expected, got.list(), () -> each + ", an end at " + content.length);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ends")
    void hasEveryTextOfFewBytes(LineEnd end) {
        byte[] alphabet = {'\n', '\r', 0, 'a', ';'};
        try (FileProcessor files = small().lineEnd(end).open()) {
            for (int length = 0; length <= 5; length++) {
                for (int number = 0; number < Math.pow(alphabet.length, length); number++) {
                    byte[] content = new byte[length];
                    for (int i = 0, rest = number; i < length; i++, rest /= alphabet.length) {
                        content[i] = alphabet[rest % alphabet.length];
                    }
                    Rows got = Row.lines(
                            files, Way.CHANNEL.source(Script.of(content).sizes(1)));
                    assertEquals(
                            Naive.lines(content, StandardCharsets.ISO_8859_1, end),
                            got.list(),
                            () -> java.util.Arrays.toString(content));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 127, 128, 129, 1_000})
    void hasNothingButEmptyLinesWhereThereAreOnlyEnds(int count) {
        for (String end : List.of("\n", "\r\n")) {
            try (FileProcessor files = small().open()) {
                byte[] content = end.repeat(count).getBytes(StandardCharsets.ISO_8859_1);
                Rows got = Row.lines(files, Way.STREAM.source(Script.of(content).sizes(7)));
                assertEquals(IntStream.range(0, count).mapToObj(i -> "").toList(), got.texts());
                assertEquals(count, got.result().lines());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void hasNoLineOfWhatIsEmpty(Way way) throws Exception {
        try (FileProcessor files = small().open()) {
            Rows got = Row.lines(files, way.source(dir, new byte[0], new SplittableRandom(1)));
            assertEquals(List.of(), got.list());
            assertEquals(Outcome.DONE, got.result().outcome());
            assertEquals(0, got.result().lines());
        }
    }

    @Test
    void leavesALoneCarriageReturnInTheLineAlsoAtTheEnd() {
        try (FileProcessor files = small().open()) {
            byte[] content = "a\rb\r\nc\r\r\n\r".getBytes(StandardCharsets.US_ASCII);
            for (int size = 1; size < 12; size++) {
                Rows got = Row.lines(files, Way.STREAM.source(Script.of(content).sizes(size)));
                assertEquals(List.of("a\rb", "c\r", "\r"), got.texts());
            }
        }
    }

    @Test
    void seesOneEndInACarriageReturnAndALineFeedThatComeApart() {
        for (LineEnd end : List.of(LineEnd.LF_CRLF, LineEnd.ANY)) {
            try (FileProcessor files = small().lineEnd(end).open()) {
                for (int before = 0; before < 300; before++) {
                    byte[] content = ("b".repeat(before) + "\r\nc").getBytes(StandardCharsets.US_ASCII);
                    int first = before + 1; // up to the carriage return
                    Script script = Script.of(content);
                    script.sizes(() -> Math.max(1, first - script.at));
                    Rows got = Row.lines(files, Way.STREAM.source(script));
                    assertEquals(List.of("b".repeat(before), "c"), got.texts());
                }
            }
        }
    }

    @Test
    void doesNotWaitForTheNextByteToTellThatACarriageReturnEndsTheLineBeforeIt() throws Exception {
        byte[] content = "a\rb\rc".getBytes(StandardCharsets.US_ASCII);
        try (FileProcessor files = small().lineEnd(LineEnd.ANY).open()) {
            Rows got = Row.lines(files, Way.CHANNEL.source(Script.of(content).sizes(1)));
            assertEquals(List.of("a", "b", "c"), got.texts());
        }
    }

    @Test
    void findsAnEndOfSeveralBytesThatOverlapsItself() {
        try (FileProcessor files = small().lineEnd(LineEnd.of("aab".getBytes(StandardCharsets.US_ASCII)))
                .open()) {
            for (int size = 1; size < 9; size++) {
                byte[] content = "aaabaaaaabb".getBytes(StandardCharsets.US_ASCII);
                Rows got = Row.lines(files, Way.STREAM.source(Script.of(content).sizes(size)));
                assertEquals(List.of("a", "aaa", "b"), got.texts());
            }
        }
    }

    @Test
    void hasLinesLongerThanAChunkAndARead() throws Exception {
        byte[] content = ("b".repeat(10_000) + "\n" + "c".repeat(70_000) + "\r\nd").getBytes(StandardCharsets.US_ASCII);
        try (FileProcessor files = small().maxLineLength(70_000).open()) {
            for (Way way : Way.values()) {
                Rows got = Row.lines(files, way.source(dir, content, new SplittableRandom(way.ordinal())));
                assertEquals(Naive.lines(content, StandardCharsets.ISO_8859_1, LineEnd.LF_CRLF), got.list());
            }
        }
    }

    @Test
    void numbersMoreLinesThanFitIntoARead() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 20_000; i++) {
            text.append(i).append(i % 3 == 0 ? "\r\n" : "\n");
        }
        try (FileProcessor files = FileProcessor.builder("numbers").open()) {
            Script script = Script.of(text.toString().getBytes(StandardCharsets.US_ASCII));
            FileResult result = files.forEachLine(
                    "numbers",
                    new ScriptedStream(script),
                    line -> assertEquals(String.valueOf(line.number()), line.toString()));
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
            assertEquals(20_000, result.lines());
        }
    }

    // ---- counted only ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("ends")
    void countsAsManyLinesAsItHandsOut(LineEnd end) {
        try (FileProcessor files = small().lineEnd(end).open()) {
            Trials.each(1_500, 1_000, (random, size) -> {
                byte[] content = content(random, size);
                int expected =
                        Naive.lines(content, StandardCharsets.ISO_8859_1, end).size();
                Way way = Way.any(random);
                assertEquals(expected, files.countLines(way.source(dir, content, random)), way.toString());
            });
        }
    }

    @Test
    void countsAnEndAtEveryPlace() throws Exception {
        for (LineEnd end : List.of(LineEnd.LF_CRLF, LineEnd.ANY)) {
            try (FileProcessor files = small().lineEnd(end).open()) {
                for (int length = 0; length <= 300; length++) {
                    for (String each : List.of("\n", "\r\n", "\r", "\u000b", "\u008a")) {
                        byte[] content = ("b".repeat(length) + each + "b").getBytes(StandardCharsets.ISO_8859_1);
                        int expected = Naive.lines(content, StandardCharsets.ISO_8859_1, end)
                                .size();
                        assertEquals(expected, files.countLines(Way.STREAM.source(Script.of(content))));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LongLine.class)
    void countsLongLinesAsOneWhateverThePolicy(LongLine policy) throws Exception {
        byte[] content = ("a\n" + "b".repeat(5_000) + "\nc\n" + "d".repeat(5_000)).getBytes(StandardCharsets.US_ASCII);
        try (FileProcessor files = small().maxLineLength(10).longLine(policy).open()) {
            assertEquals(4, files.countLines(Way.STREAM.source(Script.of(content))));
        }
    }

    @Test
    void countsTheLinesOfALargeFile() throws Exception {
        Path file = Files.writeString(dir.resolve("large"), "some text\nand more\r\n".repeat(50_000) + "end");
        try (FileProcessor files =
                FileProcessor.builder("large").maxFileSize(10 << 20).open()) {
            assertEquals(100_001, files.countLines(file));
        }
    }

    @Test
    void countsNothingOfAFileThatIsTooLong() throws Exception {
        Path file = Files.writeString(dir.resolve("long"), "a\n".repeat(100));
        try (FileProcessor files = small().maxFileSize(100).open()) {
            FileFailedException thrown = assertThrows(FileFailedException.class, () -> files.countLines(file));
            assertEquals(Reason.OVERSIZE, thrown.result().reason());
        }
    }

    @Test
    void countsNothingOfAStreamThatFails() {
        IOException planned = new IOException("planned");
        try (FileProcessor files = small().open()) {
            Source source = Way.STREAM.source(Script.of("a\n".repeat(500).getBytes(StandardCharsets.US_ASCII))
                    .failing(301, planned));
            FileFailedException thrown = assertThrows(FileFailedException.class, () -> files.countLines(source));
            assertEquals(Outcome.FAILED, thrown.result().outcome());
            assertEquals(Reason.IO, thrown.result().reason());
        }
    }
}
