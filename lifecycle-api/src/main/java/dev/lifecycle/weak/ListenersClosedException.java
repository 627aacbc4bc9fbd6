package dev.lifecycle.weak;

import dev.lifecycle.LifecycleException;

/** An event was emitted, or a listener added, after the close had begun. The message says where, and since when. */
public final class ListenersClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which listeners, since when they are closed, and what was refused
     */
    public ListenersClosedException(String message) {
        super(message);
    }
}
