package dev.lifecycle.task;

import org.jspecify.annotations.Nullable;

/** A deadline of a task has passed; {@link #info} has the stacks of its thread. */
public final class TaskTimeoutException extends TaskException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which task, and why
     * @param cause what its body threw, or null
     * @param info the task, or null
     */
    public TaskTimeoutException(String message, @Nullable Throwable cause, @Nullable TaskInfo info) {
        super(message, cause, info);
    }
}
