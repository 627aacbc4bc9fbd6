package dev.lifecycle.task;

import dev.lifecycle.LifecycleException;

/** A value was asked of a single flight after its {@code close} had begun, or while it closed. The message says which one, and since when. */
public final class SingleFlightClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which one, since when it is closed, and what became of the call
     */
    public SingleFlightClosedException(String message) {
        super(message);
    }
}
