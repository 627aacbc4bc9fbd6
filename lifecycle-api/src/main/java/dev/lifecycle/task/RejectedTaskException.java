package dev.lifecycle.task;

import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;

/** A task was not accepted: nothing of it is kept, and it will not run. */
public final class RejectedTaskException extends RejectedExecutionException {
    private static final long serialVersionUID = 1L;

    /** Why it was not accepted. */
    private final Reason reason;

    @SuppressWarnings("serial") // for the one who catches it, not for the wire
    private final transient TaskSnapshot snapshot;

    /** Why a task was not accepted. */
    public enum Reason {
        /** The queue is full, or was for as long as the submission waits. */
        FULL,
        /** As many tasks of this type wait as may. */
        TYPE_LIMIT,
        /** The manager is shutting down, or has. */
        SHUTDOWN,
        /** All threads are stuck in tasks that have timed out, and there may be no more of them. */
        QUARANTINE_FULL,
        /** No thread could be started to run it. */
        NO_THREAD
    }

    /**
     * For implementations.
     *
     * @param message which manager and task, why, and what to do
     * @param reason why
     * @param snapshot the tasks of the manager
     */
    public RejectedTaskException(String message, Reason reason, TaskSnapshot snapshot) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.snapshot = Objects.requireNonNull(snapshot, "snapshot");
    }

    /**
     * Returns why.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /**
     * Returns the tasks of the manager at that moment.
     *
     * @return counts; null after it has travelled as bytes
     */
    public TaskSnapshot snapshot() {
        return snapshot;
    }
}
