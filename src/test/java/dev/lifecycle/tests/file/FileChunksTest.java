package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.Chunk;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.StaleChunkException;
import dev.lifecycle.tests.file.Piece.Pieces;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Any content, cut into chunks, however it is read. */
@Timeout(60)
class FileChunksTest {
    private static final int CHUNK = 64;

    @TempDir
    Path dir;

    static byte[] bytes(SplittableRandom random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static FileProcessor small() {
        return FileProcessor.builder("chunks").chunkSize(CHUNK).readSize(CHUNK).open();
    }

    // ---- borders ---------------------------------------------------------------------------------------------------

    @Test
    void handsOutEveryByteOnceCutAtTheSamePlacesHoweverItIsRead() {
        Trials.each(3_000, 3_000, (random, size) -> {
            byte[] content = bytes(random, size);
            int chunk = CHUNK + random.nextInt(1 + random.nextInt(400));
            int read = chunk + random.nextInt(1 + random.nextInt(800));
            Way way = Way.any(random);
            try (FileProcessor files = FileProcessor.builder("chunks")
                    .chunkSize(chunk)
                    .readSize(read)
                    .open()) {
                Pieces got = Piece.chunks(files, way.source(dir, content, random));
                String what = way + ", chunks of " + chunk + ", reads of " + read + ", " + got.result();
                assertEquals(Naive.chunks(content, chunk), got.list(), what);
                assertEquals(Outcome.DONE, got.result().outcome(), what);
                assertEquals(size, got.result().bytesRead(), what);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void marksTheLastChunkAlsoWhereTheContentEndsWithAChunk(Way way) throws Exception {
        try (FileProcessor files = small()) {
            for (int chunks = 1; chunks < 12; chunks++) {
                byte[] content = bytes(new SplittableRandom(chunks), chunks * CHUNK);
                Pieces got = Piece.chunks(files, way.source(dir, content, new SplittableRandom(chunks)));
                assertEquals(Naive.chunks(content, CHUNK), got.list());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void hasNoChunkOfWhatIsEmpty(Way way) throws Exception {
        try (FileProcessor files = small()) {
            Pieces got = Piece.chunks(files, way.source(dir, new byte[0], new SplittableRandom(1)));
            assertEquals(List.of(), got.list());
            assertEquals(Outcome.DONE, got.result().outcome());
            assertEquals(Reason.NONE, got.result().reason());
            assertEquals(0, got.result().bytesRead());
        }
    }

    @Test
    void handsOutEightKibibytesUnlessToldOtherwise() throws Exception {
        byte[] content = bytes(new SplittableRandom(7), 300_000);
        try (FileProcessor files = FileProcessor.builder("defaults").open()) {
            for (Way way : Way.values()) {
                Pieces got = Piece.chunks(files, way.source(dir, content, new SplittableRandom(way.ordinal())));
                assertEquals(Naive.chunks(content, 8 << 10), got.list(), way.toString());
            }
        }
    }

    @Test
    void readsAtLeastAChunkAtATime() throws Exception {
        byte[] content = bytes(new SplittableRandom(8), 900_000);
        try (FileProcessor files =
                FileProcessor.builder("large").chunkSize(200_000).open()) {
            Pieces got = Piece.chunks(files, Source.of("large", new ScriptedStream(Script.of(content))));
            assertEquals(Naive.chunks(content, 200_000), got.list());
        }
    }

    @Test
    void readsAStreamToItsEndAndLeavesItOpen() {
        Script script = Script.of(new byte[1_000]);
        try (FileProcessor files = small()) {
            files.forEachChunk("open", new ScriptedStream(script), chunk -> {});
        }
        assertEquals(1_000, script.at);
        assertEquals(0, script.closes);
    }

    @Test
    void believesNoStreamThatTellsWhatIsAvailable() {
        for (int lie : new int[] {-1, 1, Integer.MAX_VALUE}) {
            byte[] content = bytes(new SplittableRandom(9), 1_000);
            try (FileProcessor files = small()) {
                Script script = Script.of(content).sizes(10).available(lie);
                assertEquals(
                        Naive.chunks(content, CHUNK),
                        Piece.chunks(files, Way.STREAM.source(script)).list());
            }
        }
    }

    // ---- results ---------------------------------------------------------------------------------------------------

    @Test
    void tellsWhatWasReadOfAFile() throws Exception {
        Path file = Files.write(dir.resolve("a.bin"), new byte[1_000]);
        try (FileProcessor files = small()) {
            FileResult result = files.forEachChunk(file, chunk -> {});
            assertEquals(file.toString(), result.path());
            assertEquals(1_000, result.sizeAtOpen());
            assertEquals(1_000, result.bytesRead());
            assertEquals(
                    List.of(0L, 0L, 0L, -1L),
                    List.of(result.lines(), result.chars(), result.malformed(), result.firstMalformed()));
            assertNull(result.failure());
            assertTrue(result.ok());
        }
    }

    @Test
    void tellsWhatWasReadOfAStream() {
        try (FileProcessor files = small()) {
            FileResult result =
                    files.forEachChunk("upload 7", new ScriptedStream(Script.of(new byte[1_000])), chunk -> {});
            assertEquals("upload 7", result.path());
            assertEquals(-1, result.sizeAtOpen());
            assertEquals(1_000, result.bytesRead());
        }
    }

    // ---- a chunk ---------------------------------------------------------------------------------------------------

    @Test
    void aChunkHasTheBytesOfTheContent() {
        byte[] content = bytes(new SplittableRandom(10), 1_000);
        try (FileProcessor files = small()) {
            FileResult result = files.forEachChunk("bytes", new ScriptedStream(Script.of(content)), chunk -> {
                int from = Math.toIntExact(chunk.offset());
                byte[] expected = java.util.Arrays.copyOfRange(content, from, from + chunk.length());
                assertArrayEquals(expected, chunk.copy());
                for (int i = 0; i < chunk.length(); i++) {
                    assertEquals(expected[i], chunk.byteAt(i));
                }
                ByteBuffer view = chunk.bytes();
                assertEquals(List.of(0, expected.length), List.of(view.position(), view.limit()));
                assertEquals(ByteBuffer.wrap(expected), view);
                ByteBuffer target =
                        ByteBuffer.allocateDirect(3 + expected.length).position(3);
                chunk.copyTo(target);
                assertEquals(3 + expected.length, target.position());
                assertEquals(ByteBuffer.wrap(expected), target.flip().position(3));
            });
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }

    @Test
    void aChunkIsSearchedAsAnArrayIs() {
        Trials.each(2_000, CHUNK, (random, size) -> {
            byte[] content = new byte[Math.max(1, size)];
            for (int i = 0; i < content.length; i++) {
                content[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 10 + random.nextInt(2));
            }
            byte wanted = (byte) (random.nextBoolean() ? 10 : random.nextInt());
            int from = random.nextInt(content.length + 1);
            int expected = from;
            while (expected < content.length && content[expected] != wanted) {
                expected++;
            }
            int first = expected == content.length ? -1 : expected;
            try (FileProcessor files = small()) {
                FileResult result = files.forEachChunk(
                        "search",
                        new ScriptedStream(Script.of(content)),
                        chunk -> assertEquals(first, chunk.indexOf(wanted, from)));
                assertEquals(Outcome.DONE, result.outcome(), result::toString);
            }
        });
    }

    @Test
    void aChunkHasNothingOutsideItsBounds() {
        try (FileProcessor files = small()) {
            FileResult result = files.forEachChunk("bounds", new ScriptedStream(Script.of(new byte[200])), chunk -> {
                int length = chunk.length();
                for (int index : new int[] {-1, length, length + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                    assertThrows(IndexOutOfBoundsException.class, () -> chunk.byteAt(index));
                }
                for (int from : new int[] {-1, length + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                    assertThrows(IndexOutOfBoundsException.class, () -> chunk.indexOf((byte) 1, from));
                }
                assertEquals(-1, chunk.indexOf((byte) 0, length));
            });
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }

    @Test
    void aChunkCopiesNothingWhereThereIsTooLittleRoom() {
        try (FileProcessor files = small()) {
            FileResult result = files.forEachChunk("room", new ScriptedStream(Script.of(new byte[200])), chunk -> {
                ByteBuffer target = ByteBuffer.allocate(chunk.length() - 1);
                assertThrows(BufferOverflowException.class, () -> chunk.copyTo(target));
                assertEquals(0, target.position());
            });
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }

    @Test
    void aChunkCannotBeWrittenTo() {
        try (FileProcessor files = small()) {
            FileResult result = files.forEachChunk("read-only", new ScriptedStream(Script.of(new byte[200])), chunk -> {
                assertThrows(ReadOnlyBufferException.class, () -> chunk.bytes().put(0, (byte) 1));
                chunk.copy()[0] = 1;
                assertEquals(0, chunk.byteAt(0));
            });
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }

    @Test
    void theBuffersOfOneChunkDoNotMoveEachOther() {
        try (FileProcessor files = small()) {
            FileResult result = files.forEachChunk("positions", new ScriptedStream(Script.of(new byte[200])), chunk -> {
                chunk.bytes().get();
                assertEquals(chunk.length(), chunk.bytes().remaining());
            });
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }

    // ---- after the handler -----------------------------------------------------------------------------------------

    static Stream<Consumer<Chunk>> uses() {
        return Stream.of(
                Chunk::offset,
                Chunk::length,
                Chunk::isLast,
                chunk -> chunk.byteAt(0),
                Chunk::bytes,
                Chunk::copy,
                chunk -> chunk.indexOf((byte) 0, 0),
                chunk -> chunk.copyTo(ByteBuffer.allocate(CHUNK)));
    }

    @ParameterizedTest
    @MethodSource("uses")
    void aChunkCannotBeUsedAfterItsHandlerHasReturned(Consumer<Chunk> use) {
        List<Chunk> kept = new ArrayList<>();
        try (FileProcessor files = small()) {
            files.forEachChunk("kept", new ScriptedStream(Script.of(new byte[CHUNK])), kept::add);
            StaleChunkException thrown = assertThrows(StaleChunkException.class, () -> use.accept(kept.get(0)));
            assertTrue(thrown.getMessage().contains("copy"), () -> "tells how to keep it: " + thrown.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("uses")
    void aChunkOfOneCallCannotBeUsedInAnother(Consumer<Chunk> use) {
        List<Chunk> kept = new ArrayList<>();
        try (FileProcessor files = small()) {
            files.forEachChunk("kept", new ScriptedStream(Script.of(new byte[CHUNK])), kept::add);
            FileResult result = files.forEachChunk(
                    "later",
                    new ScriptedStream(Script.of(new byte[CHUNK])),
                    chunk -> assertThrows(StaleChunkException.class, () -> use.accept(kept.get(0))));
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }

    @Test
    void aChunkThatWasKeptNeverShowsTheBytesOfALaterOne() {
        byte[] content = bytes(new SplittableRandom(11), 20 * CHUNK);
        Set<Chunk> kept = new HashSet<>();
        try (FileProcessor files = small()) {
            FileResult result = files.forEachChunk("kept", new ScriptedStream(Script.of(content)), chunk -> {
                for (Chunk before : kept) {
                    if (before != chunk) { // the same object may come again: then it is the later one
                        assertThrows(StaleChunkException.class, before::copy);
                    }
                }
                kept.add(chunk);
            });
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
            kept.forEach(chunk -> assertThrows(StaleChunkException.class, chunk::copy));
        }
    }

    @Test
    void aChunkThatWasKeptCanBePrinted() {
        List<Chunk> kept = new ArrayList<>();
        try (FileProcessor files = small()) {
            files.forEachChunk("kept", new ScriptedStream(Script.of(new byte[CHUNK])), kept::add);
        }
        assertTrue(!kept.get(0).toString().isEmpty());
    }

    @Test
    void aChunkIsStaleAfterItsHandlerHasThrown() {
        List<Chunk> kept = new ArrayList<>();
        try (FileProcessor files = small()) {
            files.forEachChunk("kept", new ScriptedStream(Script.of(new byte[CHUNK])), chunk -> {
                kept.add(chunk);
                throw new IllegalStateException("planned");
            });
        }
        assertThrows(StaleChunkException.class, () -> kept.get(0).copy());
    }
}
