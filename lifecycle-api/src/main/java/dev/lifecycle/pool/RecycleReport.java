package dev.lifecycle.pool;

import java.time.Duration;
import java.util.Objects;

/**
 * What came of {@link Recycler#recycleNow}.
 *
 * @param asked how many workers there were
 * @param replaced how many of them are ended
 * @param draining how many have a successor, and are in use still
 * @param kept how many have no successor yet: it could not be made in time, or is waiting for its turn
 * @param took how long the call took
 */
public record RecycleReport(int asked, int replaced, int draining, int kept, Duration took) {

    /** Checks nothing but the time. */
    public RecycleReport {
        Objects.requireNonNull(took, "took");
    }
}
