package dev.lifecycle.spi;

import dev.lifecycle.time.TimeSource;

/**
 * What a {@link dev.lifecycle.task.Timer.Builder} was told, validated there; see its methods.
 *
 * @param name of the timer
 * @param maxPending how many timeouts it holds
 * @param timeSource the clock
 */
public record TimerConfig(String name, int maxPending, TimeSource timeSource) {

    /** The bound of a timer unless another is set, and that of the shared one. */
    public static final int DEFAULT_MAX_PENDING = 1 << 20;
}
