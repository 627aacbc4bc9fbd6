package dev.lifecycle.collect;

import java.time.Duration;
import java.util.Map;

/**
 * The figures of a cache since it was opened. While nobody uses it they are exact, and {@code insertions} is the number of
 * entries plus the sum of {@code removals}.
 *
 * @param hits reads that found a value; 0 unless {@link BoundedCacheBuilder#recordStats} is on, like {@code misses}
 * @param misses reads that did not, also those that waited for a load
 * @param recentHitRate hits among the reads of the window that the alert of {@code recordStats} looks at; 1 without reads
 * @param loads loads that returned a value
 * @param loadFailures loads that did not, or not in time
 * @param loadTime what all loads took together; zero unless {@code recordStats} is on
 * @param insertions values that were put or loaded, and kept
 * @param removals how many values left, by cause; has every cause
 * @param removedWeight what those weighed that were evicted or trimmed
 * @param listenerFailures how often the listener threw
 * @param closed values that were closed
 * @param closeFailures how many of them threw
 * @param open values that are not closed yet: those of entries, and those that are still borrowed; 0 unless values are closed
 * @param borrowed values that have left the cache and are still borrowed
 */
public record CacheStats(
        long hits,
        long misses,
        double recentHitRate,
        long loads,
        long loadFailures,
        Duration loadTime,
        long insertions,
        Map<RemovalCause, Long> removals,
        long removedWeight,
        long listenerFailures,
        long closed,
        long closeFailures,
        long open,
        long borrowed) {

    /** Copies the map. */
    public CacheStats {
        removals = Map.copyOf(removals);
    }

    /**
     * Returns the hits among all reads.
     *
     * @return between 0 and 1; 1 without reads
     */
    public double hitRate() {
        long reads = hits + misses;
        return reads == 0 ? 1 : (double) hits / reads;
    }

    /**
     * Returns how many values left for {@code cause}.
     *
     * @param cause why
     * @return at least 0
     */
    public long removed(RemovalCause cause) {
        return removals.getOrDefault(cause, 0L);
    }
}
