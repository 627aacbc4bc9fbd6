package dev.lifecycle.task;

import dev.lifecycle.LifecycleException;

/** Something was to be scheduled after the close had begun. The message says where, and since when. */
public final class TimerClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which timer, since when it is closed, and what was refused
     */
    public TimerClosedException(String message) {
        super(message);
    }
}
