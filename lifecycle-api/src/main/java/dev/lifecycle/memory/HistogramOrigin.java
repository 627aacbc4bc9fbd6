package dev.lifecycle.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a histogram comes from, as far as that is known.
 *
 * @param process which one, start included: two that differ are not compared; empty if it is not known
 * @param at when it was taken
 * @param mode what was asked for
 * @param trulyLive whether it is certain to count nothing but what was reachable: a collection of the whole heap was seen to come first
 * @param pause for how long that stopped the program, at most; zero if it is not known
 */
public record HistogramOrigin(
        String process, Optional<Instant> at, Optional<HistogramMode> mode, boolean trulyLive, Duration pause) {
    private static final HistogramOrigin UNKNOWN =
            new HistogramOrigin("", Optional.empty(), Optional.empty(), false, Duration.ZERO);

    /** Checks that nothing is null. */
    public HistogramOrigin {
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(pause, "pause");
    }

    /**
     * Returns the origin of which nothing is known.
     *
     * @return always the same one
     */
    public static HistogramOrigin unknown() {
        return UNKNOWN;
    }

    /**
     * Returns an origin with a time.
     *
     * @param instant when it was taken
     * @return the rest as here
     */
    public HistogramOrigin withAt(Instant instant) {
        return new HistogramOrigin(process, Optional.of(instant), mode, trulyLive, pause);
    }

    /**
     * Returns an origin with a process.
     *
     * @param identity as {@link #process}
     * @return the rest as here
     */
    public HistogramOrigin withProcess(String identity) {
        return new HistogramOrigin(identity, at, mode, trulyLive, pause);
    }
}
