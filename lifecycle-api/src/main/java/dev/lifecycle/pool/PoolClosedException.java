package dev.lifecycle.pool;

import dev.lifecycle.LifecycleException;

/** A resource was asked of a pool after its {@code close} had begun, or while it closed. The message says which one, and since when. */
public final class PoolClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which one, since when it is closed, and what became of the call
     */
    public PoolClosedException(String message) {
        super(message);
    }
}
