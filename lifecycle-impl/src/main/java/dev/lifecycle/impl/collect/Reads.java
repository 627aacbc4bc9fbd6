package dev.lifecycle.impl.collect;

import dev.lifecycle.impl.tree.SafeLog;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** Counts the reads of a cache, and warns when too few of the recent ones were hits. */
final class Reads {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.collect");
    private static final int STEPS = 10;
    private static final long FEWEST = 1_000; // reads in a window: fewer say nothing

    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();

    private final String cache;
    private final double threshold;
    private final long windowNanos;
    private final long[] pastHits = new long[STEPS]; // totals at the ends of the last steps; guarded by this
    private final long[] pastMisses = new long[STEPS];
    private int step;
    private boolean low;

    Reads(String cache, double threshold, long windowNanos) {
        this.cache = cache;
        this.threshold = threshold;
        this.windowNanos = windowNanos;
    }

    /** Nanoseconds between two calls of {@link #look}. */
    long stepNanos() {
        return windowNanos / STEPS;
    }

    /** Looks at the window that ends now; for the timer. */
    long look() {
        long nowHits = hits.sum();
        long nowMisses = misses.sum();
        boolean warns;
        double rate;
        synchronized (this) { // no caller blocks in it, nor calls out
            int oldest = step % STEPS;
            long recentHits = nowHits - pastHits[oldest];
            long reads = recentHits + nowMisses - pastMisses[oldest];
            rate = reads == 0 ? 1 : (double) recentHits / reads;
            boolean isLow = rate < threshold && reads >= FEWEST;
            warns = isLow && !low && step + 1 >= STEPS;
            low = isLow && (low || warns);
            pastHits[oldest] = nowHits;
            pastMisses[oldest] = nowMisses;
            step++;
        }
        if (warns) {
            LOG.warn(String.format(
                    Locale.ROOT,
                    "cache %s: %.1f %% of the reads of the last %s were hits, less than %.1f %%; it may be too small, or"
                            + " its keys are seldom used twice",
                    cache,
                    100 * rate,
                    Duration.ofNanos(windowNanos),
                    100 * threshold));
        }
        return stepNanos();
    }

    /** The hits among the reads since the beginning of the window. */
    double recentRate() {
        long nowHits = hits.sum();
        long nowMisses = misses.sum();
        synchronized (this) {
            int oldest = step % STEPS;
            long recentHits = nowHits - pastHits[oldest];
            long reads = recentHits + nowMisses - pastMisses[oldest];
            return reads <= 0 ? 1 : (double) recentHits / reads;
        }
    }
}
