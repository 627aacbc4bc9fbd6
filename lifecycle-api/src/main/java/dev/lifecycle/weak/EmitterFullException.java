package dev.lifecycle.weak;

import dev.lifecycle.LifecycleException;

/** The queue of an {@link Emitter} is full, and its policy is {@link Overflow#REJECT}. The event was not taken. */
public final class EmitterFullException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which listeners, the capacity, and the way out
     */
    public EmitterFullException(String message) {
        super(message);
    }
}
