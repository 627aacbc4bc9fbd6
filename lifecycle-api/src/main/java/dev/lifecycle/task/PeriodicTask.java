package dev.lifecycle.task;

/**
 * A task that runs again and again. As a {@link TaskHandle} it has no result: {@code join} waits for its end, and throws the {@link
 * TaskCancelledException} that says why. Its state is {@link TaskState#QUEUED} between two runs. Its number is negative. Thread-safe.
 */
public interface PeriodicTask extends TaskHandle<Void>, AutoCloseable {

    /**
     * Returns the name in its spec.
     *
     * @return never blank
     */
    String name();

    /**
     * Counts the runs that have ended.
     *
     * @return at least 0
     */
    long runs();

    /**
     * Counts those of them that failed or timed out.
     *
     * @return at most {@link #runs}
     */
    long failures();

    /**
     * Counts runs that were due and left out: for the one before, for being late, or for a queue that was full.
     *
     * @return at least 0
     */
    long missed();

    /**
     * Tells whether it goes on.
     *
     * @return false once it was cancelled, or its manager has shut down
     */
    boolean isActive();

    /**
     * Ends it: no run begins from here. One that runs is cancelled, as by {@link TaskHandle#cancel}.
     *
     * @param reason for messages
     * @return whether it was active
     */
    @Override
    boolean cancel(String reason);

    /** Cancels it. */
    @Override
    default void close() {
        cancel("its handle was closed");
    }
}
