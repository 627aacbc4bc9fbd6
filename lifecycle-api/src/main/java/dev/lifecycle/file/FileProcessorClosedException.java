package dev.lifecycle.file;

import dev.lifecycle.LifecycleException;

/** Something was asked of a processor after its {@code close} had begun. The message says which one, and since when. */
public final class FileProcessorClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which one, since when it is closed, and what became of the call
     */
    public FileProcessorClosedException(String message) {
        super(message);
    }
}
