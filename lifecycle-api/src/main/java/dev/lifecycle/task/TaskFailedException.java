package dev.lifecycle.task;

import org.jspecify.annotations.Nullable;

/** The body of a task threw; the cause says what. */
public final class TaskFailedException extends TaskException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which task, and why
     * @param cause what its body threw, or null
     * @param info the task, or null
     */
    public TaskFailedException(String message, @Nullable Throwable cause, @Nullable TaskInfo info) {
        super(message, cause, info);
    }
}
