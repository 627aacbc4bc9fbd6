package dev.lifecycle.file;

/** Is given the text of a file, piece by piece and in order. */
@FunctionalInterface
public interface TextHandler {

    /**
     * Works with one piece.
     *
     * @param text valid until this method returns
     * @throws Exception anything: it ends the file, as {@link Reason#HANDLER}; an {@link InterruptedException} as {@link Reason#INTERRUPTED}, and the
     *     flag is set again
     */
    void text(Text text) throws Exception;
}
