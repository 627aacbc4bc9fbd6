package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.file.ChunkHandler;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Handlers that are ready: a digest, a copy, and several in one pass. */
@Timeout(60)
class ChunkHandlerTest {
    @TempDir
    Path dir;

    private final FileProcessor files =
            FileProcessor.builder("handlers").chunkSize(64).readSize(64).open();

    @AfterEach
    void close() {
        files.close();
    }

    /** Takes a few bytes at a time, none at times. */
    private static final class Slow implements WritableByteChannel {
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private int calls;
        private boolean closed;

        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(source.remaining(), calls++ % 3 * 5);
            for (int i = 0; i < count; i++) {
                taken.write(source.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void digestsWritesAndHandsOnInOnePass() {
        Trials.each(200, 2_000, (random, size) -> {
            byte[] content = FileChunksTest.bytes(random, size);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            Slow slow = new Slow();
            List<Piece> pieces = new ArrayList<>();
            Path copy = dir.resolve("copy");
            try (var out = Files.newByteChannel(
                    copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                FileResult result = files.forEachChunk(
                        Way.any(random).source(dir, content, random),
                        ChunkHandler.tee(
                                ChunkHandler.digest(digest),
                                ChunkHandler.writeTo(slow),
                                ChunkHandler.tee(ChunkHandler.writeTo(out)),
                                Piece.into(pieces)));
                assertEquals(Outcome.DONE, result.outcome(), result::toString);
                assertEquals(true, out.isOpen() && slow.isOpen(), "they are the caller's");
            }
            assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(content), digest.digest());
            assertArrayEquals(content, slow.taken.toByteArray());
            assertArrayEquals(content, Files.readAllBytes(copy));
            assertEquals(Naive.chunks(content, 64), pieces);
        });
    }

    @Test
    void handsNothingToThoseBehindOneThatThrows() {
        List<String> calls = new ArrayList<>();
        IOException planned = new IOException("planned");
        ChunkHandler third = chunk -> {
            if (chunk.offset() == 128) {
                throw planned;
            }
        };
        FileResult result = files.forEachChunk(
                "fails",
                new ScriptedStream(Script.of(new byte[1_000])),
                ChunkHandler.tee(chunk -> calls.add("a"), third, chunk -> calls.add("b")));
        assertEquals(Reason.HANDLER, result.reason());
        assertEquals("planned", result.failure().message());
        assertEquals(List.of("a", "b", "a", "b", "a"), calls);
    }

    @Test
    void failsWithWhatItWritesTo() throws Exception {
        Path copy = dir.resolve("copy");
        var out = Files.newByteChannel(copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        out.close();
        FileResult result =
                files.forEachChunk("closed", new ScriptedStream(Script.of(new byte[9])), ChunkHandler.writeTo(out));
        assertEquals(Reason.HANDLER, result.reason());
        assertEquals(ClosedChannelException.class.getName(), result.failure().type());
    }

    @Test
    void copiesTheListOfHandlersAndRefusesAnEmptyOne() {
        List<String> calls = new ArrayList<>();
        ChunkHandler[] handlers = {chunk -> calls.add("first")};
        ChunkHandler tee = ChunkHandler.tee(handlers);
        handlers[0] = chunk -> calls.add("second");
        files.forEachChunk("copied", new ScriptedStream(Script.of(new byte[9])), tee);
        assertEquals(List.of("first"), calls);
        assertThrows(IllegalArgumentException.class, ChunkHandler::tee);
        assertThrows(NullPointerException.class, () -> ChunkHandler.tee(tee, null));
        assertThrows(NullPointerException.class, () -> ChunkHandler.digest(null));
        assertThrows(NullPointerException.class, () -> ChunkHandler.writeTo(null));
    }
}
