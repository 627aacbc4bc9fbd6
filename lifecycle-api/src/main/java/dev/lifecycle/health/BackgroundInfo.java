package dev.lifecycle.health;

import java.time.Duration;
import java.util.Objects;

/**
 * A {@link dev.lifecycle.task.TaskManager} of the tree. Counts are since it was opened; -1 where its snapshot does not say.
 *
 * @param path of the manager, the scopes above it included
 * @param active tasks that run
 * @param queued tasks that wait
 * @param queueCapacity how many may
 * @param completed tasks that are done
 * @param failed tasks that threw
 * @param timedOut tasks that took too long
 * @param rejected tasks that were not let in
 * @param oldest for how long the oldest task has been there; zero without one
 */
public record BackgroundInfo(
        String path,
        long active,
        long queued,
        long queueCapacity,
        long completed,
        long failed,
        long timedOut,
        long rejected,
        Duration oldest) {

    /** Checks that nothing is null. */
    public BackgroundInfo {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(oldest, "oldest");
    }

    /**
     * Tells whether work is about to be turned away.
     *
     * @return whether nine tenths of the queue are taken
     */
    public boolean warn() {
        return queueCapacity > 0 && 10 * queued >= 9 * queueCapacity;
    }
}
