package dev.lifecycle.spi;

import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.time.TimeSource;

/**
 * What a {@link LeakDetector.Builder} was told, validated there; see its methods.
 *
 * @param type the type of what is tracked
 * @param oneIn track one object in so many; {@link LeakDetector#OFF} for none
 * @param capture what is recorded of a tracked object's origin
 * @param maxCapturesPerSecond the most stacks captured in a second
 * @param heldLongerThanNanos or {@link ScopeConfig#NO_LIMIT}
 * @param escalateNanos how long a site that leaked is tracked without sampling
 * @param timeSource the clock
 */
public record LeakDetectorConfig(
        Class<?> type,
        int oneIn,
        LeakDetector.Capture capture,
        int maxCapturesPerSecond,
        long heldLongerThanNanos,
        long escalateNanos,
        TimeSource timeSource) {}
