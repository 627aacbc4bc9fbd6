package dev.lifecycle.task;

import java.util.concurrent.RejectedExecutionException;

/**
 * As many timeouts are pending as are allowed, see {@link Timer.Builder#maxPending}. Nothing was scheduled. Not an {@link
 * IllegalStateException}, as other exceptions of the library are: who hands work to executors expects this one.
 */
public final class TimerFullException extends RejectedExecutionException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which timer, its bound, and how to live with it
     */
    public TimerFullException(String message) {
        super(message);
    }
}
