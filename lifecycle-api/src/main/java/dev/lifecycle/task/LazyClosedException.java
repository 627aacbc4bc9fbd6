package dev.lifecycle.task;

import dev.lifecycle.LifecycleException;

/** A lazy value was asked for after its {@code close} had begun, or while it closed. The message says which one, and since when. */
public final class LazyClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which one, since when it is closed, and what became of the call
     */
    public LazyClosedException(String message) {
        super(message);
    }
}
