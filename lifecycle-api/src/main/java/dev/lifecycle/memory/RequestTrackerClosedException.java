package dev.lifecycle.memory;

import dev.lifecycle.LifecycleException;

/** Thrown where a request begins at a {@link RequestTracker} that is closed. */
public final class RequestTrackerClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which tracker, and since when
     */
    public RequestTrackerClosedException(String message) {
        super(message);
    }
}
