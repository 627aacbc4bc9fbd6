package dev.lifecycle.pool;

import java.time.Duration;
import java.util.Objects;

/**
 * A worker of a {@link Recycler} after a use.
 *
 * @param worker itself; nobody else uses it at this moment
 * @param uses how often it was used
 * @param age since it was made
 * @param <W> the type of the worker
 */
public record WorkerStats<W>(W worker, long uses, Duration age) {

    /** Checks that all is there. */
    public WorkerStats {
        Objects.requireNonNull(worker, "worker");
        Objects.requireNonNull(age, "age");
    }
}
