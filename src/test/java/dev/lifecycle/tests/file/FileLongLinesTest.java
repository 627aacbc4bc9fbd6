package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.OversizePolicy;
import dev.lifecycle.file.Reason;
import dev.lifecycle.tests.file.Row.Rows;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines over the limit: the same comes out however the content is read, and never more than the limit. */
@Tag("once")
@Timeout(60)
class FileLongLinesTest {
    private static final int[] CODES = {'a', 'b', 'c', '\n', 0xe9, 0x20ac, 0x4e0a, 0x1f600};

    @TempDir
    Path dir;

    private static FileProcessorBuilder small(LongLine policy, int limit) {
        return FileProcessor.builder("long lines")
                .chunkSize(64)
                .readSize(64)
                .longLine(policy)
                .maxLineLength(limit);
    }

    private static String text(SplittableRandom random, int size, Charset charset) {
        String[] codes = Naive.encodable(charset, CODES);
        StringBuilder text = new StringBuilder();
        int known = random.nextBoolean() ? 3 : CODES.length;
        for (int i = 0; i < size; i++) {
            text.append(random.nextInt(40) == 0 ? "\n" : codes[random.nextInt(Math.min(known, codes.length))]);
        }
        return text.toString();
    }

    /** What is to be handed out of the lines of a text. */
    private static List<Row> expected(List<Row> whole, int limit, LongLine policy, Charset charset) {
        List<Row> rows = new ArrayList<>();
        for (Row each : whole) {
            byte[] bytes = each.bytes().getBytes(StandardCharsets.ISO_8859_1);
            if (bytes.length <= limit) {
                rows.add(each);
            } else if (policy == LongLine.FAIL) {
                return rows;
            } else if (policy == LongLine.CUT) {
                rows.add(part(each, bytes, 0, fitting(each.text(), 0, limit, charset)[1], charset));
            } else if (policy == LongLine.SPLIT) {
                int from = 0;
                int chars = 0;
                while (chars < each.text().length()) {
                    int[] fit = fitting(each.text(), chars, limit, charset);
                    rows.add(part(each, bytes, from, from + fit[1], charset));
                    chars += fit[0];
                    from += fit[1];
                }
            }
        }
        return rows;
    }

    private static Row part(Row row, byte[] bytes, int from, int to, Charset charset) {
        byte[] part = Arrays.copyOfRange(bytes, from, to);
        return new Row(row.number(), row.offset() + from, Piece.latin(part), new String(part, charset));
    }

    /** How many chars, and bytes of them, are whole characters within the limit. */
    private static int[] fitting(String text, int from, int limit, Charset charset) {
        int chars = from;
        int bytes = 0;
        while (chars < text.length()) {
            int next = text.codePointAt(chars);
            int more = Character.toString(next).getBytes(charset).length;
            if (bytes + more > limit) {
                break;
            }
            chars += Character.charCount(next);
            bytes += more;
        }
        return new int[] {chars - from, bytes};
    }

    private static void check(LongLine policy, Charset charset, Path dir, SplittableRandom random, int size)
            throws Exception {
        byte[] content = text(random, size, charset).getBytes(charset);
        int limit = 4 + random.nextInt(1 + random.nextInt(200));
        Way way = Way.any(random);
        List<Row> whole = Naive.lines(content, charset, LineEnd.LF_CRLF);
        boolean isLong = whole.stream().anyMatch(row -> row.bytes().length() > limit);
        try (FileProcessor files = small(policy, limit).charset(charset).open()) {
            Rows got = Row.lines(files, way.source(dir, content, random));
            String what = way + ", limit " + limit + ", " + got.result() + ", " + Piece.latin(content);
            assertEquals(expected(whole, limit, policy, charset), got.list(), what);
            boolean isTold = isLong && policy != LongLine.SPLIT;
            Outcome outcome = !isTold ? Outcome.DONE : policy == LongLine.FAIL ? Outcome.FAILED : Outcome.TRUNCATED;
            assertEquals(outcome, got.result().outcome(), what);
            assertEquals(isTold ? Reason.LINE_LIMIT : Reason.NONE, got.result().reason(), what);
            if (got.result().ok()) {
                assertEquals(whole.size(), got.result().lines(), what);
                assertEquals(content.length, got.result().bytesRead(), what);
            }
        }
    }

    // ---- policies --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(LongLine.class)
    void treatsLongLinesAlikeHoweverTheyAreRead(LongLine policy) {
        Trials.each(2_000, 800, (random, size) -> check(policy, StandardCharsets.UTF_8, dir, random, size));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32BE", "ISO-8859-1", "Shift_JIS", "EUC-JP", "GB18030", "Big5"})
    void cutsNoCharacterOfOtherCharsets(String name) {
        Charset charset = Charset.forName(name);
        for (LongLine policy : List.of(LongLine.CUT, LongLine.SPLIT)) {
            Trials.each(500, 500, (random, size) -> check(policy, charset, dir, random, size));
        }
    }

    @ParameterizedTest
    @EnumSource(LongLine.class)
    void seesALongLineThatIsReadAtOnce(LongLine policy) { // unlike fs2#3725
        byte[] content = "a\nbbbbbbbbbbbbbbb\nc\n".getBytes(StandardCharsets.US_ASCII);
        try (FileProcessor files = small(policy, 10).readSize(1 << 16).open()) {
            Rows got = Row.lines(files, Way.STREAM.source(Script.of(content)));
            List<String> expected = switch (policy) {
                case CUT -> List.of("a", "bbbbbbbbbb", "c");
                case SKIP -> List.of("a", "c");
                case SPLIT -> List.of("a", "bbbbbbbbbb", "bbbbb", "c");
                case FAIL -> List.of("a");
            };
            assertEquals(expected, got.texts());
        }
    }

    @ParameterizedTest
    @EnumSource(LongLine.class)
    void aLineOfTheLimitIsNotLongWhateverEndsIt(LongLine policy) {
        for (LineEnd end : List.of(LineEnd.LF_CRLF, LineEnd.ANY)) {
            for (String last : List.of("", "\n", "\r\n")) {
                for (int limit = 1; limit < 200; limit++) {
                    byte[] content = ("b".repeat(limit) + "\r\n" + "c".repeat(limit) + "\n" + "d".repeat(limit) + last)
                            .getBytes(StandardCharsets.US_ASCII);
                    try (FileProcessor files = small(policy, limit).lineEnd(end).open()) {
                        int read = limit % 3 == 0 ? 1 : limit;
                        Rows got = Row.lines(
                                files, Way.CHANNEL.source(Script.of(content).sizes(read)));
                        assertEquals(
                                Outcome.DONE, got.result().outcome(), () -> got.result() + " of " + content.length);
                        assertEquals(Naive.lines(content, StandardCharsets.UTF_8, end), got.list());
                    }
                }
            }
        }
    }

    @Test
    void aCarriageReturnThatEndsNoLineCountsForItsLength() {
        for (int limit : new int[] {5, 63, 64, 65, 128}) {
            for (String text : List.of("b".repeat(limit) + "\r", "b".repeat(limit) + "\rc\n")) {
                byte[] content = text.getBytes(StandardCharsets.US_ASCII);
                try (FileProcessor files = small(LongLine.FAIL, limit).open()) {
                    Rows got = Row.lines(
                            files, Way.STREAM.source(Script.of(content).sizes(1)));
                    assertEquals(Reason.LINE_LIMIT, got.result().reason(), () -> limit + ": " + got.result());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LongLine.class)
    void treatsLongLinesWithAnEndOfTheirOwnAlikeHoweverTheyAreRead(LongLine policy) {
        LineEnd end = LineEnd.of((byte) 'a', (byte) 'a', (byte) 'b');
        Trials.each(1_500, 500, (random, size) -> {
            byte[] content = new byte[size];
            for (int i = 0; i < size; i++) {
                content[i] = (byte) ('a' + (random.nextInt(3) == 0 ? 1 : 0));
            }
            int limit = 1 + random.nextInt(80);
            List<Row> whole = Naive.lines(content, StandardCharsets.UTF_8, end);
            try (FileProcessor files = small(policy, limit).lineEnd(end).open()) {
                Rows got = Row.lines(files, Way.any(random).source(dir, content, random));
                assertEquals(
                        expected(whole, limit, policy, StandardCharsets.UTF_8),
                        got.list(),
                        () -> "limit " + limit + ", " + Piece.latin(content) + ", " + got.result());
            }
        });
    }

    @ParameterizedTest
    @EnumSource(LongLine.class)
    void treatsLongLinesOfAnyBytesAlikeHoweverTheyAreRead(LongLine policy) {
        Trials.each(1_500, 500, (random, size) -> {
            byte[] content = FileTextTest.broken(random, size, StandardCharsets.UTF_8);
            int limit = 4 + random.nextInt(60);
            try (FileProcessor files = small(policy, limit).open()) {
                Rows atOnce = Row.lines(files, Way.STREAM.source(Script.of(content)));
                Rows got = Row.lines(files, Way.any(random).source(dir, content, random));
                assertEquals(atOnce.list(), got.list(), () -> "limit " + limit + ", " + Piece.latin(content));
                assertEquals(atOnce.result().outcome(), got.result().outcome());
                assertEquals(atOnce.result().lines(), got.result().lines());
                assertEquals(atOnce.result().malformed(), got.result().malformed());
                assertTrue(got.list().stream().allMatch(row -> row.bytes().length() <= limit));
            }
        });
    }

    // ---- what a handler sees ---------------------------------------------------------------------------------------

    @Test
    void tellsThatALineWasCut() {
        byte[] content = "aaaa\naaaaa\naaaaaa\n".getBytes(StandardCharsets.US_ASCII);
        List<Boolean> cut = new ArrayList<>();
        try (FileProcessor files = small(LongLine.CUT, 5).open()) {
            files.forEachLine("cut", new ScriptedStream(Script.of(content)), line -> cut.add(line.cut()));
        }
        assertEquals(List.of(false, false, true), cut);
    }

    @Test
    void tellsOfEachPieceButTheLastThatMoreOfTheLineFollows() {
        byte[] content = "aaaa\naaaaaaaaaaaaa\naaaaa\naaaaaaaaaa\n".getBytes(StandardCharsets.US_ASCII);
        for (int read : new int[] {1, 3, 64}) {
            List<Boolean> cut = new ArrayList<>();
            try (FileProcessor files = small(LongLine.SPLIT, 5).open()) {
                files.forEachLine(Way.STREAM.source(Script.of(content).sizes(read)), line -> cut.add(line.cut()));
            }
            assertEquals(List.of(false, true, true, false, false, true, false), cut);
        }
    }

    @Test
    void tellsThatTheLimitOfTheFileHasCutALine() {
        byte[] content = "aaaa\naaaaaaaaaaaaa\n".getBytes(StandardCharsets.US_ASCII);
        for (int read : new int[] {1, 3, 64}) {
            List<String> lines = new ArrayList<>();
            try (FileProcessor files = small(LongLine.CUT, 50)
                    .maxFileSize(10)
                    .oversize(OversizePolicy.TRUNCATE)
                    .open()) {
                files.forEachLine(
                        Way.STREAM.source(Script.of(content).sizes(read)), line -> lines.add(line + " " + line.cut()));
            }
            assertEquals(List.of("aaaa false", "aaaaa true"), lines);
        }
    }

    @Test
    void countsALongLineThatIsLeftOut() {
        byte[] content = "a\nbbbbbbbbb\nc".getBytes(StandardCharsets.US_ASCII);
        try (FileProcessor files = small(LongLine.SKIP, 5).open()) {
            Rows got = Row.lines(files, Way.STREAM.source(Script.of(content)));
            assertEquals(List.of(1L, 3L), got.list().stream().map(Row::number).toList());
            assertEquals(3, got.result().lines());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = LongLine.class,
            names = {"CUT", "SPLIT"})
    void endsWhereACharacterIsLongerThanTheLimit(LongLine policy) {
        byte[] content = "\u20ac\u20ac\nab\n\ud83d\ude00".getBytes(StandardCharsets.UTF_8);
        for (int limit = 1; limit < 4; limit++) {
            int most = limit;
            try (FileProcessor files = small(policy, limit).open()) {
                FileResult result = files.forEachLine(
                        "tiny",
                        new ScriptedStream(Script.of(content)),
                        line -> assertTrue(line.byteLength() <= most, line::toString));
                assertTrue(result.ok(), result::toString);
                assertEquals(3, result.lines());
            }
        }
    }

    @Test
    void holdsNoMoreThanTheLimitOfALineThatIsMuchLonger() {
        byte[] content = new byte[8 << 20];
        Arrays.fill(content, (byte) 'a');
        content[content.length - 2] = '\n';
        for (LongLine policy : List.of(LongLine.CUT, LongLine.SKIP, LongLine.SPLIT)) {
            try (FileProcessor files = small(policy, 1_000)
                    .readSize(4 << 10)
                    .maxFileSize(Long.MAX_VALUE)
                    .memoryBudget(128 << 10)
                    .open()) {
                long[] seen = {0, 0};
                FileResult result = files.forEachLine("huge", new ScriptedStream(Script.of(content)), line -> {
                    assertTrue(line.byteLength() <= 1_000);
                    seen[0] += line.byteLength();
                    seen[1] = line.number();
                });
                assertTrue(result.ok(), result::toString);
                assertEquals(2, seen[1]);
                assertEquals(2, result.lines());
                long expected = policy == LongLine.CUT ? 1_001 : policy == LongLine.SKIP ? 1 : content.length - 1;
                assertEquals(expected, seen[0]);
            }
        }
    }
}
