package dev.lifecycle.file;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;

/** Is given the chunks of a file, or the records, one after the other and in order. */
@FunctionalInterface
public interface ChunkHandler {

    /**
     * Works with one chunk.
     *
     * @param chunk valid until this method returns
     * @throws Exception anything: it ends the file, as {@link Reason#HANDLER}; an {@link InterruptedException} as {@link Reason#INTERRUPTED}, and the
     *     flag is set again
     */
    void chunk(Chunk chunk) throws Exception;

    /**
     * Updates a digest with each chunk. What was digested before a file has failed stays in there: look at the {@link FileResult} first.
     *
     * @param digest of one file at a time; not completed, nor reset
     * @return a handler
     */
    static ChunkHandler digest(MessageDigest digest) {
        Objects.requireNonNull(digest, "digest");
        return chunk -> digest.update(chunk.bytes());
    }

    /**
     * Writes each chunk. What was written before a file has failed stays written: see {@link FileHandler} for all or nothing.
     *
     * @param out blocking; not closed
     * @return a handler, which throws what {@code out} throws
     */
    static ChunkHandler writeTo(WritableByteChannel out) {
        Objects.requireNonNull(out, "out");
        return chunk -> {
            for (ByteBuffer bytes = chunk.bytes(); bytes.hasRemaining(); ) {
                out.write(bytes);
            }
        };
    }

    /**
     * Hands each chunk to several handlers, in this order, so that one pass over a file does for all of them. Where one of them throws, those behind
     * it are not given that chunk, and the file ends.
     *
     * @param handlers at least one; the array is copied
     * @return a handler
     * @throws IllegalArgumentException if there are no {@code handlers}
     */
    static ChunkHandler tee(ChunkHandler... handlers) {
        ChunkHandler[] all = Arrays.copyOf(handlers, handlers.length, ChunkHandler[].class);
        if (all.length == 0) {
            throw new IllegalArgumentException("handlers is empty; it must have at least 1");
        }
        for (ChunkHandler each : all) {
            Objects.requireNonNull(each, "handlers");
        }
        return chunk -> {
            for (ChunkHandler each : all) {
                each.chunk(chunk);
            }
        };
    }
}
