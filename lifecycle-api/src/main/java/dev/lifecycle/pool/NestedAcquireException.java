package dev.lifecycle.pool;

import dev.lifecycle.LifecycleException;

/** A thread that holds a lease asked for another one of the same pool, and would have had to wait. See {@link NestedAcquire#REJECT}. */
public final class NestedAcquireException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which pool, and what the thread holds
     */
    public NestedAcquireException(String message) {
        super(message);
    }
}
