package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.ChangePolicy;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.tests.file.Piece.Pieces;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that change while they are read: the handler changes them. */
@Timeout(60)
class FileChangeTest {
    private static final int SIZE = 10_000;

    @TempDir
    Path dir;

    private final byte[] content = FileChunksTest.bytes(new SplittableRandom(1), SIZE);
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.write(dir.resolve("changing"), content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L)); // long ago: each write shows
    }

    /** Reads the file; with the first chunk, {@code change} happens. */
    private Pieces read(ChangePolicy policy, Maker.Step change) {
        try (FileProcessor files = FileProcessor.builder("changes")
                .chunkSize(64)
                .readSize(64)
                .onChange(policy)
                .open()) {
            List<Piece> pieces = new ArrayList<>();
            FileResult result = files.forEachChunk(file, chunk -> {
                if (pieces.isEmpty()) {
                    change.run();
                }
                pieces.add(Piece.of(chunk));
            });
            assertEquals(SIZE, result.sizeAtOpen());
            assertEquals(List.of(), Descriptors.below(dir));
            return new Pieces(pieces, result);
        }
    }

    private static void assertMarked(ChangePolicy policy, FileResult result) {
        boolean isMarked = policy != ChangePolicy.UNCHECKED;
        Outcome outcome = policy == ChangePolicy.FAIL ? Outcome.FAILED : Outcome.CHANGED_WHILE_READING;
        assertEquals(isMarked ? outcome : Outcome.DONE, result.outcome(), result::toString);
        assertEquals(isMarked ? Reason.CHANGED : Reason.NONE, result.reason(), result::toString);
    }

    @ParameterizedTest
    @EnumSource(ChangePolicy.class)
    void aFileThatDoesNotChangeIsDone(ChangePolicy policy) {
        Pieces got = read(policy, () -> {});
        assertEquals(Naive.chunks(content, 64), got.list());
        assertEquals(Outcome.DONE, got.result().outcome());
    }

    @ParameterizedTest
    @EnumSource(ChangePolicy.class)
    void aFileThatIsCutIsMarked(ChangePolicy policy) {
        Pieces got = read(policy, () -> {
            try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
                cut.setLength(5_000);
            }
        });
        assertMarked(policy, got.result());
        assertEquals(Piece.latin(content).substring(0, 5_000), got.joined());
        assertEquals(5_000, got.result().bytesRead());
    }

    @ParameterizedTest
    @EnumSource(ChangePolicy.class)
    void aFileThatIsEmptiedIsMarked(ChangePolicy policy) {
        Pieces got = read(policy, () -> Files.write(file, new byte[0]));
        assertMarked(policy, got.result());
        assertTrue(Piece.latin(content).startsWith(got.joined()));
    }

    @ParameterizedTest
    @EnumSource(ChangePolicy.class)
    void aFileThatGrowsIsMarkedUnlessItIsReadAsLongAsItWas(ChangePolicy policy) {
        Pieces got = read(policy, () -> Files.write(file, new byte[500], StandardOpenOption.APPEND));
        if (policy == ChangePolicy.SNAPSHOT_LENGTH) {
            assertEquals(Outcome.DONE, got.result().outcome(), got.result()::toString);
            assertEquals(Piece.latin(content), got.joined());
            assertEquals(SIZE, got.result().bytesRead());
        } else {
            assertMarked(policy, got.result());
            assertEquals(Piece.latin(content) + "\0".repeat(500), got.joined());
            assertEquals(SIZE + 500, got.result().bytesRead());
        }
    }

    @Test
    void aLogThatGrowsForEverIsReadAsLongAsItWas() {
        List<Long> offsets = new ArrayList<>();
        try (FileProcessor files = FileProcessor.builder("log")
                .chunkSize(64)
                .readSize(64)
                .onChange(ChangePolicy.SNAPSHOT_LENGTH)
                .open()) {
            FileResult result = files.forEachChunk(file, chunk -> {
                offsets.add(chunk.offset());
                Files.write(file, new byte[200], StandardOpenOption.APPEND);
            });
            assertEquals(Outcome.DONE, result.outcome());
            assertEquals(SIZE, result.bytesRead());
            assertEquals(Naive.chunks(content, 64).size(), offsets.size());
        }
    }

    @ParameterizedTest
    @EnumSource(ChangePolicy.class)
    void aFileThatIsReplacedIsMarkedThoughItIsReadToItsEnd(ChangePolicy policy) {
        Pieces got = read(policy, () -> {
            Path other = Files.write(dir.resolve("other"), new byte[SIZE]);
            Files.setLastModifiedTime(other, Files.getLastModifiedTime(file)); // another file, and nothing else
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        });
        assertMarked(policy, got.result());
        assertEquals(Naive.chunks(content, 64), got.list());
    }

    @ParameterizedTest
    @EnumSource(
            value = ChangePolicy.class,
            names = {"ACCEPT_AND_MARK", "FAIL", "UNCHECKED"})
    void aFileThatIsDeletedIsMarkedThoughItIsReadToItsEnd(ChangePolicy policy) {
        Pieces got = read(policy, () -> Files.delete(file));
        Outcome marked = policy == ChangePolicy.FAIL ? Outcome.FAILED : Outcome.CHANGED_WHILE_READING;
        assertEquals(
                policy == ChangePolicy.UNCHECKED ? Outcome.DONE : marked,
                got.result().outcome());
        Reason reason = got.result().reason();
        assertTrue(
                policy == ChangePolicy.UNCHECKED
                        ? reason == Reason.NONE
                        : reason == Reason.CHANGED || reason == Reason.VANISHED,
                reason::toString);
        assertEquals(Naive.chunks(content, 64), got.list());
    }

    @ParameterizedTest
    @EnumSource(
            value = ChangePolicy.class,
            names = {"ACCEPT_AND_MARK", "FAIL", "UNCHECKED"})
    void aFileThatIsWrittenToInPlaceIsMarked(ChangePolicy policy) {
        Pieces got = read(policy, () -> {
            try (RandomAccessFile written = new RandomAccessFile(file.toFile(), "rw")) {
                written.seek(SIZE - 1);
                written.write(content[SIZE - 1] + 1);
            }
        });
        assertMarked(policy, got.result());
        assertEquals(SIZE, got.joined().length());
        assertNotEquals(content[SIZE - 1], (byte) got.joined().charAt(SIZE - 1));
    }

    @Test
    void aLogThatIsTouchedIsNeitherCutNorReplaced() {
        Pieces got = read(
                ChangePolicy.SNAPSHOT_LENGTH, () -> Files.setLastModifiedTime(file, FileTime.fromMillis(5_000_000)));
        assertEquals(Outcome.DONE, got.result().outcome(), got.result()::toString);
    }

    @Test
    void aChangeBeforeItIsOpenedIsNone() throws Exception {
        Files.write(file, new byte[10], StandardOpenOption.APPEND);
        try (FileProcessor files = FileProcessor.builder("before").open()) {
            assertEquals(Outcome.DONE, files.forEachChunk(file, chunk -> {}).outcome());
        }
    }

    @Test
    void everyPassNoticesAChange() throws Exception {
        try (FileProcessor files = FileProcessor.builder("passes")
                .chunkSize(64)
                .readSize(64)
                .onChange(ChangePolicy.FAIL)
                .open()) {
            List<FileResult> results = new ArrayList<>();
            boolean[] changed = {false};
            Maker.Step change = () -> {
                if (!changed[0]) {
                    changed[0] = true;
                    Files.write(file, new byte[10], StandardOpenOption.APPEND);
                }
            };
            results.add(files.forEachLine(file, line -> change.run()));
            changed[0] = false;
            results.add(files.forEachText(file, text -> change.run()));
            changed[0] = false;
            results.add(files.forEachRecord(file, dev.lifecycle.file.Splitter.fixed(50), record -> change.run()));
            for (FileResult each : results) {
                assertEquals(Outcome.FAILED, each.outcome());
                assertEquals(Reason.CHANGED, each.reason());
            }
        }
    }
}
