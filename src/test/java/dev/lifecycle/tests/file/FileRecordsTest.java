package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.tests.file.Piece.Pieces;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of a size, and with a delimiter. */
@Tag("once")
@Timeout(60)
class FileRecordsTest {
    @TempDir
    Path dir;

    private static FileProcessorBuilder small() {
        return FileProcessor.builder("records").chunkSize(64).readSize(64);
    }

    private static Pieces records(FileProcessor files, Source source, Splitter splitter) {
        List<Piece> pieces = new ArrayList<>();
        FileResult result = files.forEachRecord(source, splitter, Piece.into(pieces));
        return new Pieces(pieces, result);
    }

    private static Pieces records(String content, Splitter splitter) {
        try (FileProcessor files = small().open()) {
            return records(files, Way.STREAM.source(Script.of(ascii(content))), splitter);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static List<String> texts(Pieces pieces) {
        return pieces.list().stream().map(Piece::bytes).toList();
    }

    /** Without what they say of being the last. */
    private static List<Piece> plain(List<Piece> pieces) {
        return pieces.stream()
                .map(piece -> new Piece(piece.offset(), piece.bytes(), false))
                .toList();
    }

    /** Letters, few enough that any delimiter of them comes often. */
    private static byte[] letters(SplittableRandom random, int size, int different) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(different));
        }
        return bytes;
    }

    // ---- of a size -------------------------------------------------------------------------------------------------

    @Test
    void hasRecordsOfOneSizeWhateverTheChunksAndReads() {
        Trials.each(3_000, 2_000, (random, size) -> {
            byte[] content = FileChunksTest.bytes(random, size);
            int read = 64 + random.nextInt(600);
            int each = 1 + random.nextInt(1 + random.nextInt(read));
            try (FileProcessor files = small().readSize(read).open()) {
                Pieces got = records(files, Way.any(random).source(dir, content, random), Splitter.fixed(each));
                assertEquals(Naive.chunks(content, each), got.list(), () -> "records of " + each);
                assertEquals(got.list().size(), got.result().lines());
                assertEquals(Outcome.DONE, got.result().outcome());
            }
        });
    }

    @Test
    void doesNotLimitRecordsOfASizeAsItDoesLines() throws Exception {
        byte[] content = FileChunksTest.bytes(new SplittableRandom(1), 700_000);
        try (FileProcessor files = small().readSize(300_000)
                .maxLineLength(10)
                .longLine(LongLine.FAIL)
                .open()) {
            for (Way way : Way.values()) {
                Pieces got = records(files, way.source(dir, content, new SplittableRandom(2)), Splitter.fixed(300_000));
                assertEquals(Naive.chunks(content, 300_000), got.list(), way.toString());
            }
        }
    }

    @Test
    void refusesRecordsThatAreLongerThanARead() {
        Splitter splitter = Splitter.fixed(100_001);
        try (FileProcessor files = small().readSize(100_000).open()) {
            Source source = Way.STREAM.source(Script.of(new byte[1]));
            IllegalArgumentException thrown = assertThrows(
                    IllegalArgumentException.class, () -> files.forEachRecord(source, splitter, record -> {}));
            assertTrue(thrown.getMessage().contains("100001"), thrown.getMessage());
            assertTrue(thrown.getMessage().contains("100000"), thrown.getMessage());
        }
    }

    // ---- with a delimiter ------------------------------------------------------------------------------------------

    @Test
    void endsARecordBeforeEachDelimiterHoweverItIsRead() {
        Trials.each(3_000, 1_000, (random, size) -> {
            byte[] content = letters(random, size, 1 + random.nextInt(3));
            byte[] delimiter = letters(random, 1 + random.nextInt(1 + random.nextInt(8)), 1 + random.nextInt(2));
            try (FileProcessor files =
                    small().readSize(64 + random.nextInt(100)).open()) {
                Way way = Way.any(random);
                Pieces got = records(files, way.source(dir, content, random), Splitter.delimiter(delimiter));
                String what = way + ", " + Piece.latin(delimiter) + " in " + Piece.latin(content);
                assertEquals(Naive.records(content, delimiter), plain(got.list()), what);
                assertEquals(got.list().size(), got.result().lines(), what);
                assertEquals(Outcome.DONE, got.result().outcome(), what);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "aaab, aab, a",
        "aabaab, aab, '|'",
        "aaaa, aa, '|'",
        "aaaaa, aa, '||a'",
        "abababc, ababc, ab",
        "xaay, aa, x|y"
    })
    void findsDelimitersThatOverlapThemselves(String content, String delimiter, String records) {
        List<String> expected = List.of(records.split("\\|", -1));
        assertEquals(expected, texts(records(content, Splitter.delimiter(ascii(delimiter)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "\r\n", "aab", "-----BOUNDARY-----"})
    void findsADelimiterAcrossEveryBorderOfReads(String delimiter) throws Exception {
        try (FileProcessor files = small().open()) {
            for (int before = 0; before < 300; before += before < 140 ? 1 : 7) {
                byte[] content = ascii("a".repeat(before) + delimiter + "b".repeat(3));
                for (Way way : Way.values()) {
                    Pieces got = records(
                            files,
                            way.source(dir, content, new SplittableRandom(before)),
                            Splitter.delimiter(ascii(delimiter)));
                    List<Piece> expected = Naive.records(content, ascii(delimiter));
                    assertEquals(expected, plain(got.list()), () -> way + ", delimiter at " + content.length);
                }
            }
        }
    }

    @Test
    void findsTheLongestDelimiterThereMayBe() {
        byte[] delimiter = letters(new SplittableRandom(3), LineEnd.MAX_LENGTH, 2);
        byte[] content = new byte[2_000];
        System.arraycopy(delimiter, 0, content, 700, delimiter.length);
        try (FileProcessor files = small().open()) {
            Script script = Script.of(content).sizes(7);
            Pieces got = records(files, Way.CHANNEL.source(script), Splitter.delimiter(delimiter));
            assertEquals(Naive.records(content, delimiter), plain(got.list()));
        }
    }

    @Test
    void hasEmptyRecordsBetweenDelimitersButNoneBehindTheLast() {
        assertEquals(List.of("", "", "a", "", "b"), texts(records(";;a;;b;", Splitter.delimiter((byte) ';'))));
        assertEquals(List.of(), texts(records("", Splitter.delimiter((byte) ';'))));
        assertEquals(List.of(""), texts(records(";", Splitter.delimiter((byte) ';'))));
    }

    @Test
    void marksTheLastRecordWhereNoDelimiterFollows() {
        Pieces got = records("a;b;c", Splitter.delimiter((byte) ';'));
        assertEquals(
                List.of(false, false, true),
                got.list().stream().map(Piece::last).toList());
    }

    @Test
    void marksNoRecordButTheLast() {
        Pieces got = records("a;b;c;", Splitter.delimiter((byte) ';'));
        assertFalse(got.list().get(0).last());
        assertFalse(got.list().get(1).last());
    }

    // ---- long ones -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(LongLine.class)
    void treatsLongRecordsAlikeHoweverTheyAreRead(LongLine policy) {
        Trials.each(1_000, 800, (random, size) -> {
            byte[] content = letters(random, size, 26);
            int limit = 1 + random.nextInt(120);
            byte[] delimiter = {'x'};
            List<Piece> expected = limited(Naive.records(content, delimiter), limit, policy);
            boolean isLong = Naive.records(content, delimiter).stream()
                    .anyMatch(piece -> piece.bytes().length() > limit);
            try (FileProcessor files =
                    small().maxLineLength(limit).longLine(policy).open()) {
                Pieces got =
                        records(files, Way.any(random).source(dir, content, random), Splitter.delimiter(delimiter));
                String what = "limit " + limit + ", " + Piece.latin(content) + ", " + got.result();
                assertEquals(expected, plain(got.list()), what);
                assertEquals(outcome(policy, isLong), got.result().outcome(), what);
                boolean isTold = isLong && policy != LongLine.SPLIT;
                assertEquals(
                        isTold ? Reason.LINE_LIMIT : Reason.NONE, got.result().reason(), what);
                if (got.result().ok()) {
                    assertEquals(
                            Naive.records(content, delimiter).size(),
                            got.result().lines(),
                            what);
                }
            }
        });
    }

    private static Outcome outcome(LongLine policy, boolean isLong) {
        if (!isLong || policy == LongLine.SPLIT) {
            return Outcome.DONE;
        }
        return policy == LongLine.FAIL ? Outcome.FAILED : Outcome.TRUNCATED;
    }

    private static List<Piece> limited(List<Piece> whole, int limit, LongLine policy) {
        List<Piece> pieces = new ArrayList<>();
        for (Piece each : whole) {
            String bytes = each.bytes();
            if (bytes.length() <= limit) {
                pieces.add(each);
            } else if (policy == LongLine.FAIL) {
                return pieces;
            } else if (policy == LongLine.CUT) {
                pieces.add(new Piece(each.offset(), bytes.substring(0, limit), false));
            } else if (policy == LongLine.SPLIT) {
                for (int from = 0; from < bytes.length(); from += limit) {
                    pieces.add(new Piece(
                            each.offset() + from,
                            bytes.substring(from, Math.min(bytes.length(), from + limit)),
                            false));
                }
            }
        }
        return pieces;
    }

    // ---- splitters -------------------------------------------------------------------------------------------------

    @Test
    void refusesADelimiterWithoutBytesOrWithTooMany() {
        assertThrows(IllegalArgumentException.class, () -> Splitter.delimiter(new byte[0]));
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> Splitter.delimiter(new byte[LineEnd.MAX_LENGTH + 1]));
        assertTrue(thrown.getMessage().contains("257") && thrown.getMessage().contains("256"), thrown.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, Splitter.MAX_SIZE + 1})
    void refusesASizeOutsideTheBounds(int size) {
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, () -> Splitter.fixed(size));
        assertTrue(thrown.getMessage().contains(String.valueOf(size)), thrown.getMessage());
    }

    @Test
    void copiesItsDelimiter() {
        byte[] delimiter = {';'};
        Splitter splitter = Splitter.delimiter(delimiter);
        delimiter[0] = ',';
        splitter.delimiter()[0] = ',';
        assertEquals(List.of("a", "b,c"), texts(records("a;b,c", splitter)));
        assertTrue(Arrays.equals(new byte[] {';'}, splitter.delimiter()));
    }
}
