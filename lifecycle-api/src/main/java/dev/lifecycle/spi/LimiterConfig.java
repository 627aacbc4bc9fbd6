package dev.lifecycle.spi;

import dev.lifecycle.time.TimeSource;

/**
 * What a {@link dev.lifecycle.task.Limiter.Builder} was told, validated there; see its methods.
 *
 * @param name of the limiter
 * @param max how many permits may be taken at once
 * @param maxWaiters how many callers may wait
 * @param waitNanos how long {@code call} waits
 * @param timeSource the clock
 */
public record LimiterConfig(String name, int max, int maxWaiters, long waitNanos, TimeSource timeSource) {

    /** The most permits. */
    public static final int MAX_PERMITS = 1 << 20;

    /** How many callers may wait, unless it is said. */
    public static final int DEFAULT_WAITERS = 10_000;

    /**
     * Checks a number of permits.
     *
     * @param max to be checked
     * @return {@code max}
     * @throws IllegalArgumentException if it is below 1 or above {@link #MAX_PERMITS}
     */
    public static int checkMax(int max) {
        if (max < 1 || max > MAX_PERMITS) {
            throw new IllegalArgumentException("max is " + max + "; it must be between 1 and " + MAX_PERMITS
                    + (max < 1 ? ". Close the limiter to let nobody in" : ""));
        }
        return max;
    }
}
