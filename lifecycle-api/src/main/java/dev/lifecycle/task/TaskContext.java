package dev.lifecycle.task;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What the body of a task can ask and tell about itself. Thread-safe: it may hand it to threads that help it. */
public interface TaskContext {

    /**
     * Returns the number of the task.
     *
     * @return as {@link TaskHandle#id}
     */
    long id();

    /**
     * Tells whether it should stop: it was cancelled, or its soft timeout has passed. One volatile read.
     *
     * @return whether there is a reason to stop
     */
    boolean isCancelled();

    /**
     * Stops here if it should: the way to end a loop.
     *
     * @throws TaskCancelledException if {@link #isCancelled}
     */
    void checkpoint();

    /**
     * Tells how long it may still run. Reads the clock.
     *
     * @return until its hard timeout, never negative; about 292 years without one
     */
    Duration remaining();

    /** Says that it is getting on: the heartbeat timeout starts anew. Reads the clock and writes one field. */
    void heartbeat();

    /**
     * Leaves a note on how far it is, for {@link TaskInfo#note}; a heartbeat, too.
     *
     * @param note any text; at most 256 characters are kept
     */
    void progress(String note);

    /**
     * Has {@code action} called when it is told to stop, for what an interrupt does not end: closing a socket, say. Called once, on
     * a thread of the library, at most as late as that is busy; at once, on the calling thread, if it was told already.
     *
     * @param action what it throws is logged; must not block
     * @return what takes it back; idempotent
     */
    Registration onCancel(Runnable action);

    /**
     * Runs {@code cleanup} without being interrupted: interrupts that are due meanwhile come when it is over, or after {@code
     * max} all the same. Not within another one. A hard timeout is not held back.
     *
     * @param max how long at most
     * @param cleanup runs on the calling thread, which must be that of the body
     * @param <T> the type of its result
     * @return its result
     * @throws IllegalArgumentException if {@code max} is not positive
     * @throws IllegalStateException from another thread, within another shield, or after the task has ended
     * @throws Exception what {@code cleanup} throws
     */
    <T extends @Nullable Object> T shield(Duration max, Callable<T> cleanup) throws Exception;

    /** The end of {@link #onCancel}. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        /** Takes the action back. Idempotent. */
        @Override
        void close();
    }
}
