package dev.lifecycle.file;

import dev.lifecycle.scope.Scope;

/** What a {@link TreeHandler} has beside its file: the batch it belongs to. Thread-safe. */
public interface FileContext {

    /**
     * Returns the scope of the batch: what is put into it is closed, in reverse, after the {@link BatchHook} has returned, so that nothing of a batch
     * is left when the next one begins. If that fails, the run does.
     *
     * @return an open scope
     */
    Scope scope();

    /**
     * Counts memory that the handler keeps until the end of the batch against {@link TreeProcessorBuilder#memoryBudget}. Where that is spent the
     * batch ends after the files in progress, however few it has.
     *
     * @param bytes at least 0
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    void charge(long bytes);

    /**
     * Returns which batch it is.
     *
     * @return 1 for the first one; the same again for a batch that is repeated
     */
    long batch();

    /**
     * Ends the file if the run is to end: handlers that work long without reading call it now and then, and let the exception pass.
     *
     * @throws InterruptedException if the run was cancelled, closed, or is out of time
     */
    void checkpoint() throws InterruptedException;
}
