package dev.lifecycle.spi;

import dev.lifecycle.time.TimeSource;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.task.SingleFlight.Builder} was told, validated there; see its methods.
 *
 * @param name of the single flight
 * @param executor runs the loads; null for a thread each
 * @param maxInFlight how many loads run at once
 * @param maxKept how many results are kept
 * @param resultNanos how long values are kept, or {@link #UNSET}
 * @param negativeNanos how long failures are kept, or {@link #UNSET}
 * @param timeSource the clock
 */
public record SingleFlightConfig(
        String name,
        @Nullable Executor executor,
        int maxInFlight,
        int maxKept,
        long resultNanos,
        long negativeNanos,
        TimeSource timeSource) {

    /** Stands for a time that was not set. */
    public static final long UNSET = -1;

    /** How many loads run at once, unless it is said. */
    public static final int DEFAULT_IN_FLIGHT = 1_000;

    /** How many results are kept, unless it is said. */
    public static final int DEFAULT_KEPT = 10_000;
}
