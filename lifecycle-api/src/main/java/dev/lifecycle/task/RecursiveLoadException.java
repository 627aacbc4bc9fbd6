package dev.lifecycle.task;

import dev.lifecycle.LifecycleException;

/** A loader asks, perhaps by way of others, for what it is to make: it would wait for itself. Thrown at once. */
public final class RecursiveLoadException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message who waits for whom
     */
    public RecursiveLoadException(String message) {
        super(message);
    }
}
