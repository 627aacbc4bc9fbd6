package dev.lifecycle.task;

import dev.lifecycle.LifecycleException;

/** A permit was asked of a limiter after its {@code close} had begun, or while it closed. The message says which one, and since when. */
public final class LimiterClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which one, since when it is closed, and what became of the call
     */
    public LimiterClosedException(String message) {
        super(message);
    }
}
