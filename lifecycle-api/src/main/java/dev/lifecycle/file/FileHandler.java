package dev.lifecycle.file;

import org.jspecify.annotations.Nullable;

/**
 * Makes something of a file: all of it, or nothing. It is called in this order: {@link #begin}, then {@link #chunk} as often as there are chunks,
 * then either {@link #end} or {@link #abort}, once.
 *
 * @param <R> the type of what it makes
 */
public interface FileHandler<R> {

    /**
     * The file is open, and about to be read.
     *
     * @param info what is known of it
     * @throws Exception anything: it ends the file, as {@link Reason#HANDLER}
     */
    default void begin(FileInfo info) throws Exception {}

    /**
     * Works with one chunk.
     *
     * @param chunk valid until this method returns
     * @throws Exception anything: it ends the file, as {@link Reason#HANDLER}
     */
    void chunk(Chunk chunk) throws Exception;

    /**
     * All chunks were handed out, or all that a limit allows.
     *
     * @param result {@link FileResult#ok ok}
     * @return what was made; null for nothing
     * @throws Exception anything: the file failed, as {@link Reason#HANDLER}
     */
    @Nullable
    R end(FileResult result) throws Exception;

    /**
     * There is no more to come: what was made so far is to be dropped. Called also if {@link #begin} failed, not after {@link #end}, nor where
     * nothing was begun. What it throws is logged.
     *
     * @param result what became of the file
     * @throws Exception anything
     */
    default void abort(FileResult result) throws Exception {}
}
