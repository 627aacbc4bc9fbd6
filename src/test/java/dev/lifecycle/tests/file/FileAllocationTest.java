package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call allocates does not depend on how much it reads. */
@Tag("once")
@Timeout(60)
class FileAllocationTest {
    private static final int FEW = 16 << 10; // bytes a pass, of thousands of chunks or lines
    private static final int MIB = 1 << 20;

    @TempDir
    Path dir;

    private static ThreadMXBean counter() {
        Assumptions.assumeTrue(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean, "counts no allocations");
        ThreadMXBean counter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Assumptions.assumeTrue(counter.isThreadAllocatedMemorySupported() && counter.isThreadAllocatedMemoryEnabled());
        return counter;
    }

    /** The fewest bytes that this thread allocates for it, once it has run a few times. */
    private static long allocated(Maker.Step pass) throws Exception {
        ThreadMXBean counter = counter();
        long self = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 6; i++) {
            long before = counter.getThreadAllocatedBytes(self);
            pass.run();
            least = Math.min(least, counter.getThreadAllocatedBytes(self) - before);
        }
        return least;
    }

    private static void assertFew(long bytes, int most) {
        assertTrue(bytes <= most, () -> bytes + " bytes allocated, at most " + most + " expected");
    }

    private Path sparse(long size) throws IOException {
        Path file = dir.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(size);
        }
        return file;
    }

    /** Always the same byte, so many of them, without a place to keep them. */
    private static final class Endless extends InputStream {
        private final byte what;
        private final int every; // of which one is a line feed
        private long left;
        private long at;

        Endless(byte what, long count, int every) {
            this.what = what;
            this.left = count;
            this.every = every;
        }

        @Override
        public int read() {
            throw new AssertionError("byte by byte");
        }

        @Override
        public int read(byte[] target, int from, int length) {
            if (left == 0) {
                return -1;
            }
            int count = (int) Math.min(left, length);
            Arrays.fill(target, from, from + count, what);
            for (long feed = every - at % every - 1; feed < count; feed += every) {
                target[from + (int) feed] = '\n';
            }
            left -= count;
            at += count;
            return count;
        }
    }

    // ---- chunks ----------------------------------------------------------------------------------------------------

    @Test
    void nothingIsAllocatedForAChunkOfALargeFile() throws Exception {
        Path file = sparse(64L * MIB);
        try (FileProcessor files =
                FileProcessor.builder("sparse").maxFileSize(Long.MAX_VALUE).open()) {
            long[] seen = {0, 0};
            assertFew(
                    allocated(() -> {
                        FileResult result = files.forEachChunk(file, chunk -> {
                            seen[0] += chunk.length();
                            seen[1] += chunk.byteAt(0) + chunk.indexOf((byte) 1, chunk.length());
                        });
                        assertEquals(64L * MIB, result.bytesRead());
                    }),
                    FEW);
            assertEquals(6 * 64L * MIB, seen[0]);
        }
    }

    @Test
    void nothingIsAllocatedForAChunkOfAStream() throws Exception {
        try (FileProcessor files =
                FileProcessor.builder("stream").maxFileSize(Long.MAX_VALUE).open()) {
            assertFew(
                    allocated(() -> {
                        FileResult result =
                                files.forEachChunk("endless", new Endless((byte) 'a', 64L * MIB, 80), chunk -> {});
                        assertEquals(64L * MIB, result.bytesRead());
                    }),
                    FEW);
        }
    }

    @Test
    void nothingIsAllocatedForARecord() throws Exception {
        try (FileProcessor files =
                FileProcessor.builder("records").maxFileSize(Long.MAX_VALUE).open()) {
            for (Splitter splitter : List.of(
                    Splitter.fixed(100), Splitter.delimiter((byte) '\n'), Splitter.contentDefined(64, 128, 1_000))) {
                assertFew(
                        allocated(() -> {
                            Source source = Source.of("endless", new Endless((byte) 'a', 8L * MIB, 80));
                            assertEquals(
                                    Outcome.DONE,
                                    files.forEachRecord(source, splitter, record -> {})
                                            .outcome());
                        }),
                        FEW);
            }
        }
    }

    // ---- lines -----------------------------------------------------------------------------------------------------

    @Test
    void nothingIsAllocatedForALineThatNobodyDecodes() throws Exception {
        for (LineEnd end : List.of(LineEnd.LF_CRLF, LineEnd.ANY)) {
            try (FileProcessor files = FileProcessor.builder("lines")
                    .maxFileSize(Long.MAX_VALUE)
                    .lineEnd(end)
                    .open()) {
                long[] lines = {0};
                assertFew(
                        allocated(() -> {
                            files.forEachLine("endless", new Endless((byte) 'a', 8L * MIB, 80), line -> {
                                lines[0] += line.byteLength() > 0 && line.byteAt(0) == 'a' ? 1 : 0;
                            });
                        }),
                        FEW);
                assertTrue(lines[0] > 6 * 100_000, () -> lines[0] + " lines");
            }
        }
    }

    @Test
    void nothingIsAllocatedForALineOfAReader() throws Exception {
        try (FileProcessor files = FileProcessor.builder("reader")
                        .maxFileSize(Long.MAX_VALUE)
                        .open();
                Scope scope = Scope.open("reader")) {
            assertFew(
                    allocated(() -> {
                        Source source = Source.of("endless", new Endless((byte) 'a', 8L * MIB, 80));
                        try (LineReader reader = files.lines(source, scope)) {
                            while (reader.next()) {
                                assertTrue(reader.line().byteLength() < 80);
                            }
                        }
                    }),
                    FEW);
        }
    }

    @Test
    void nothingIsAllocatedForALineThatIsCounted() throws Exception {
        try (FileProcessor files =
                FileProcessor.builder("counted").maxFileSize(Long.MAX_VALUE).open()) {
            assertFew(
                    allocated(() -> {
                        Source source = Source.of("endless", new Endless((byte) 'a', 64L * MIB, 64));
                        assertEquals(MIB, files.countLines(source));
                    }),
                    FEW);
        }
    }

    @ParameterizedTest
    @EnumSource(LongLine.class)
    void aLineIsNotHeldAsAWhole(LongLine policy) throws Exception {
        try (FileProcessor files = FileProcessor.builder("long line")
                .maxFileSize(Long.MAX_VALUE)
                .maxLineLength(1 << 10)
                .longLine(policy)
                .memoryBudget(MIB)
                .open()) {
            assertFew(
                    allocated(() -> files.forEachLine(
                            "one line",
                            new Endless((byte) 'a', 16L * MIB, Integer.MAX_VALUE),
                            line -> assertTrue(line.byteLength() <= 1 << 10))),
                    FEW);
        }
    }

    // ---- text ------------------------------------------------------------------------------------------------------

    @Test
    void textIsDecodedInTheSameBuffers() throws Exception {
        try (FileProcessor files =
                FileProcessor.builder("text").maxFileSize(Long.MAX_VALUE).open()) {
            long[] chars = {0};
            assertFew(
                    allocated(() -> files.forEachText(
                            Source.of("endless", new Endless((byte) 'a', 8L * MIB, 80)),
                            text -> chars[0] += text.length())),
                    FEW);
            assertEquals(6 * 8L * MIB, chars[0]);
        }
    }

    @Test
    void theTextThatIsReturnedIsAllThatItsLimitAllows() throws Exception {
        Path file = sparse(64L * MIB);
        try (FileProcessor files = FileProcessor.builder("content")
                .maxFileSize(Long.MAX_VALUE)
                .maxContent(1_000)
                .open()) {
            assertFew(
                    allocated(() ->
                            assertEquals(1_000, files.readText(file).text().length())),
                    FEW);
        }
    }

    // ---- files -----------------------------------------------------------------------------------------------------

    @Test
    void fewBytesAreAllocatedForAFile() throws Exception {
        int count = 1_000;
        Path file = Files.writeString(dir.resolve("small"), "some text\n".repeat(20));
        try (FileProcessor files = FileProcessor.builder("small files").open()) {
            long bytes = allocated(() -> {
                for (int i = 0; i < count; i++) {
                    assertEquals(
                            Outcome.DONE, files.forEachChunk(file, chunk -> {}).outcome());
                }
            });
            assertFew(bytes / count, 4 << 10);
        }
    }

    @Test
    void fewBytesAreAllocatedForAFileOfLines() throws Exception {
        int count = 1_000;
        Path file = Files.writeString(dir.resolve("small"), "some text\n".repeat(20));
        try (FileProcessor files = FileProcessor.builder("small files").open()) {
            long bytes = allocated(() -> {
                for (int i = 0; i < count; i++) {
                    assertEquals(20, files.forEachLine(file, line -> {}).lines());
                }
            });
            assertFew(bytes / count, 4 << 10);
        }
    }
}
