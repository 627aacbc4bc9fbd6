package dev.lifecycle.file;

/** Is given the chunks of a file, or the records, one after the other and in order. */
@FunctionalInterface
public interface ChunkHandler {

    /**
     * Works with one chunk.
     *
     * @param chunk valid until this method returns
     * @throws Exception anything: it ends the file, as {@link Reason#HANDLER}; an {@link InterruptedException} as {@link Reason#INTERRUPTED}, and the flag is set again
     */
    void chunk(Chunk chunk) throws Exception;
}
