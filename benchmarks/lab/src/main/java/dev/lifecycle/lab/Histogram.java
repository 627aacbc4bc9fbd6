package dev.lifecycle.lab;

import java.util.Arrays;

/**
 * Counts durations in buckets that grow by a 64th of their octave: quantiles within 1.6 %, from 64 ns on. Not
 * thread-safe.
 */
final class Histogram {
    private static final int LOG_STEPS = 6;
    private static final int STEPS = 1 << LOG_STEPS;
    private final long[] counts = new long[64 * STEPS];
    private long total;

    void add(long nanos) {
        counts[bucket(Math.max(nanos, 1))]++;
        total++;
    }

    void clear() {
        Arrays.fill(counts, 0);
        total = 0;
    }

    private static int bucket(long nanos) {
        int octave = 63 - Long.numberOfLeadingZeros(nanos);
        int step = octave < LOG_STEPS ? 0 : (int) ((nanos >>> (octave - LOG_STEPS)) & (STEPS - 1));
        return octave * STEPS + step;
    }

    /** The upper edge of the bucket that holds the quantile, in nanoseconds; 0 when nothing was counted. */
    long quantile(double q) {
        long rank = Math.max(1, (long) Math.ceil(q * total));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (total > 0 && seen >= rank) {
                int octave = i / STEPS;
                return octave < LOG_STEPS
                        ? 1L << (octave + 1)
                        : (1L << octave) + (long) (i % STEPS + 1) * (1L << (octave - LOG_STEPS));
            }
        }
        return 0;
    }
}
