package dev.lifecycle.task;

import dev.lifecycle.LifecycleException;
import org.jspecify.annotations.Nullable;

/** A task has ended without a result; the subtypes say how. */
public abstract class TaskException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // a record of serializable parts would promise more than anybody needs
    private final transient @Nullable TaskInfo info;

    TaskException(String message, @Nullable Throwable cause, @Nullable TaskInfo info) {
        super(message, cause);
        this.info = info;
    }

    /**
     * Returns the task as it was when it ended, with its stack samples.
     *
     * @return null where the exception was thrown within the task, or has travelled as bytes
     */
    public final @Nullable TaskInfo info() {
        return info;
    }
}
