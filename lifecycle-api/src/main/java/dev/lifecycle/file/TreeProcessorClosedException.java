package dev.lifecycle.file;

import dev.lifecycle.LifecycleException;

/** A run was asked for after {@code close} of its processor had begun. The message says which one, and since when. */
public final class TreeProcessorClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which one, since when it is closed, and what became of the call
     */
    public TreeProcessorClosedException(String message) {
        super(message);
    }
}
