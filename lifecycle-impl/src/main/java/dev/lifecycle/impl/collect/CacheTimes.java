package dev.lifecycle.impl.collect;

import dev.lifecycle.impl.time.CoarseClock;
import dev.lifecycle.time.TimeSource;

/** The time of a cache: nanoseconds since it was opened, so that readings can be compared, whatever the clock's origin. */
final class CacheTimes {
    private final TimeSource clock;
    private final long origin;
    private final boolean coarse;

    CacheTimes(TimeSource clock, boolean exact) {
        this.clock = clock;
        this.origin = clock.nanos();
        this.coarse = !exact && clock == TimeSource.system();
    }

    boolean isCoarse() {
        return coarse;
    }

    /** For reads. */
    long read() {
        return coarse ? CoarseClock.nanos() - origin : exact(); // may be a step before the origin: nothing expires then
    }

    /** For writes; never negative, and never so late that what is kept for ever would expire. */
    long exact() {
        long now = clock.nanos();
        if (coarse) {
            CoarseClock.advance(now);
        }
        return Math.min(Math.max(0, now - origin), CacheNode.NEVER - 1);
    }

    /** Adds, up to for ever; neither argument is beyond that. */
    static long plus(long now, long nanos) {
        return Math.min(now + Math.min(nanos, CacheNode.NEVER), CacheNode.NEVER);
    }
}
