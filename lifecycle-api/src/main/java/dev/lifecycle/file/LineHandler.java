package dev.lifecycle.file;

/** Is given the lines of a file, one after the other and in order. */
@FunctionalInterface
public interface LineHandler {

    /**
     * Works with one line.
     *
     * @param line valid until this method returns
     * @throws Exception anything: it ends the file, as {@link Reason#HANDLER}; an {@link InterruptedException} as {@link Reason#INTERRUPTED}, and the
     *     flag is set again
     */
    void line(Line line) throws Exception;
}
