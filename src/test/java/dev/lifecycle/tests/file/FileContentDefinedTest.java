package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.OversizePolicy;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.tests.file.Piece.Pieces;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records that end where their content says so. */
@Timeout(60)
class FileContentDefinedTest {
    private static final Splitter SMALL = Splitter.contentDefined(64, 256, 1_024);

    @TempDir
    Path dir;

    private static FileProcessorBuilder reading(int size) {
        return FileProcessor.builder("content").chunkSize(64).readSize(size).maxFileSize(Long.MAX_VALUE);
    }

    private static Pieces records(FileProcessor files, Source source, Splitter splitter) {
        List<Piece> pieces = new ArrayList<>();
        return new Pieces(pieces, files.forEachRecord(source, splitter, Piece.into(pieces)));
    }

    private static List<Piece> records(byte[] content, Splitter splitter) {
        try (FileProcessor files = reading(1 << 20).open()) {
            return records(files, Source.of("content", new ByteArrayInputStream(content)), splitter)
                    .list();
        }
    }

    private static List<Integer> lengths(List<Piece> pieces) {
        return pieces.stream().map(piece -> piece.bytes().length()).toList();
    }

    // ---- what they are ---------------------------------------------------------------------------------------------

    /** The same by the book: each place by the 64 bytes before it, all of them added up again. */
    private static List<Piece> naive(byte[] content, int min, int average, int max) {
        long[] table = new long[256];
        long state = 0x6c69_6665_6379_636cL;
        for (int i = 0; i < table.length; i++) {
            state += 0x9e37_79b9_7f4a_7c15L;
            long mixed = (state ^ (state >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
            mixed = (mixed ^ (mixed >>> 27)) * 0x94d0_49bb_1331_11ebL;
            table[i] = mixed ^ (mixed >>> 31);
        }
        int step = min + (average - min) * 457 / 512;
        List<Piece> pieces = new ArrayList<>();
        for (int from = 0; from < content.length; ) {
            int length = Math.min(max, content.length - from);
            for (int i = min; i < length; i++) {
                long hash = 0;
                for (int back = 0; back < 64; back++) {
                    hash += table[content[from + i - 1 - back] & 0xff] << back;
                }
                double share = Math.scalb((double) (hash >>> 11), -53); // of all hashes, these are below
                if (share < (i > step ? 4.0 : 0.25) / (average - min)) {
                    length = i;
                }
            }
            byte[] bytes = Arrays.copyOfRange(content, from, from + length);
            pieces.add(new Piece(from, Piece.latin(bytes), from + length == content.length));
            from += length;
        }
        return pieces;
    }

    @Test
    void areThoseOfTheBookHoweverTheyAreRead() {
        Trials.each(400, 6_000, (random, size) -> {
            byte[] content = random.nextInt(4) == 0
                    ? new byte[size] // no place is an end, or each one
                    : FileChunksTest.bytes(random, size);
            int min = 64 + random.nextInt(60);
            int average = 2 * min + random.nextInt(300);
            int max = 2 * average + random.nextInt(1_000);
            List<Piece> expected = naive(content, min, average, max);
            try (FileProcessor files = reading(64 + random.nextInt(3_000)).open()) {
                Splitter splitter = Splitter.contentDefined(min, average, max);
                Pieces got = records(files, Way.any(random).source(dir, content, random), splitter);
                assertEquals(expected, got.list(), splitter::toString);
                assertEquals(expected.size(), got.result().lines());
                assertEquals(Outcome.DONE, got.result().outcome());
            }
        });
    }

    @Test
    void areTheSameEverywhereAndForEver() {
        byte[] content = new byte[3_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * i >>> 3);
        }
        assertEquals(List.of(266, 240, 302, 249, 242, 441, 321, 253, 240, 302, 144), lengths(records(content, SMALL)));
    }

    @Test
    void haveTheirBoundsAndTheAverageThatWasAskedFor() {
        byte[] content = FileChunksTest.bytes(new SplittableRandom(4), 4 << 20);
        for (int[] each :
                new int[][] {{64, 256, 2_048}, {256, 1_000, 8_000}, {300, 600, 10_000}, {64, 3_000, 24_000}}) {
            List<Piece> got = records(content, Splitter.contentDefined(each[0], each[1], each[2]));
            assertEquals(Piece.latin(content), Piece.joined(got));
            List<Integer> whole = lengths(got.subList(0, got.size() - 1));
            assertTrue(whole.stream().allMatch(length -> length >= each[0] && length <= each[2]), "within bounds");
            double mean = whole.stream().mapToInt(length -> length).average().orElseThrow();
            assertEquals(each[1], mean, each[1] * 0.05, () -> "average of " + whole.size());
            long near = whole.stream()
                    .filter(length -> length > each[1] / 2 && length < each[1] * 2)
                    .count();
            assertTrue(near > whole.size() * 0.6, () -> near + " of " + whole.size() + " are near the average");
            long longest = whole.stream().filter(length -> length == each[2]).count();
            assertTrue(longest <= whole.size() / 100, () -> longest + " of " + whole.size() + " end at max");
        }
    }

    // ---- what they are for -----------------------------------------------------------------------------------------

    /** The same changes each time: how many records it takes is a matter of chance. */
    @Test
    void areTheSameBehindAChange() {
        int[] changed = new int[200];
        for (int i = 0; i < changed.length; i++) {
            SplittableRandom random = new SplittableRandom(i);
            int size = 20_000 + random.nextInt(20_000);
            byte[] content = FileChunksTest.bytes(random, size);
            int at = random.nextInt(size / 2);
            int removed = random.nextInt(100);
            byte[] added = FileChunksTest.bytes(random, random.nextInt(100));
            byte[] other = new byte[size - removed + added.length];
            System.arraycopy(content, 0, other, 0, at);
            System.arraycopy(added, 0, other, at, added.length);
            System.arraycopy(content, at + removed, other, at + added.length, size - at - removed);
            Set<String> known =
                    records(content, SMALL).stream().map(Piece::bytes).collect(Collectors.toSet());
            assertTrue(known.size() > 60, () -> known.size() + " records");
            changed[i] = (int) records(other, SMALL).stream()
                    .filter(piece -> !known.contains(piece.bytes()))
                    .count();
        }
        Arrays.sort(changed);
        assertTrue(changed[100] <= 3, () -> "mostly " + changed[100]);
        assertTrue(changed[199] <= 20, () -> "at most " + changed[199]);
    }

    // ---- ends ------------------------------------------------------------------------------------------------------

    @Test
    void ofNothingAreNone() {
        assertEquals(List.of(), records(new byte[0], SMALL));
    }

    @Test
    void noneIsTheLastWhereALimitCutsTheFile() {
        byte[] content = FileChunksTest.bytes(new SplittableRandom(7), 5_000);
        for (int limit : new int[] {1, 63, 64, 3_000}) {
            try (FileProcessor files = FileProcessor.builder("content")
                    .maxFileSize(limit)
                    .oversize(OversizePolicy.TRUNCATE)
                    .open()) {
                Pieces got =
                        records(files, Way.CHANNEL.source(Script.of(content).sizes(50)), SMALL);
                assertEquals(Piece.latin(Arrays.copyOf(content, limit)), got.joined());
                assertEquals(Reason.OVERSIZE, got.result().reason());
                assertTrue(
                        got.list().stream().noneMatch(Piece::last),
                        () -> got.list().toString());
            }
        }
    }

    // ---- arguments -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "63, 8192, 65536, min is 63; it must be at least 64",
        "-1, 8192, 65536, min is -1; it must be at least 64",
        "100, 199, 65536, average is 199; it must be at least 200",
        "2000000000, 2000000000, 65536, average is 2000000000; it must be at least 4000000000",
        "100, 200, 399, max is 399; it must be at least 400",
        "100, 200, -1, max is -1; it must be at least 400",
        "100, 200, 16777217, max is 16777217; a record may have at most 16777216",
        "100, 2000000000, 16777216, max is 16777216; it must be at least 4000000000"
    })
    void areRefusedByValueBoundAndRemedy(int min, int average, int max, String message) {
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> Splitter.contentDefined(min, average, max));
        assertTrue(thrown.getMessage().startsWith(message), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(":"), "why, or what to do: " + thrown.getMessage());
    }

    @Test
    void tellTheirSizesAndThoseOfOthersAreNone() {
        assertEquals("content-defined 64, 256, 1024", SMALL.toString());
        assertEquals(List.of(64, 256, 1_024, 0), List.of(SMALL.min(), SMALL.average(), SMALL.max(), SMALL.size()));
        assertEquals(0, SMALL.delimiter().length);
        for (Splitter other : List.of(Splitter.fixed(9), Splitter.delimiter((byte) 9))) {
            assertEquals(List.of(0, 0, 0), List.of(other.min(), other.average(), other.max()));
        }
        Splitter.contentDefined(64, 128, 256); // the least there are
        Splitter.contentDefined(4 << 20, 8 << 20, 16 << 20); // and the largest
    }

    @Test
    void mustFitIntoARead() {
        try (FileProcessor files = reading(100_000).open()) {
            Script script = Script.of(new byte[1]);
            Splitter longer = Splitter.contentDefined(64, 256, 100_001);
            IllegalArgumentException thrown = assertThrows(
                    IllegalArgumentException.class,
                    () -> files.forEachRecord(Way.STREAM.source(script), longer, record -> {}));
            assertTrue(thrown.getMessage().contains("100001")
                    && thrown.getMessage().contains("readSize"));
            files.forEachRecord(Way.STREAM.source(script), Splitter.contentDefined(64, 256, 100_000), record -> {});
        }
    }
}
