package dev.lifecycle.task;

import org.jspecify.annotations.Nullable;

/** A task was cancelled; the message says why. */
public final class TaskCancelledException extends TaskException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which task, and why
     * @param cause what its body threw, or null
     * @param info the task, or null
     */
    public TaskCancelledException(String message, @Nullable Throwable cause, @Nullable TaskInfo info) {
        super(message, cause, info);
    }
}
