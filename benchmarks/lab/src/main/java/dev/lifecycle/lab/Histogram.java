package dev.lifecycle.lab;

/** Counts durations in buckets that grow by an eighth of their octave: quantiles within 12 %. Not thread-safe. */
final class Histogram {
    private static final int STEPS = 8;
    private final long[] counts = new long[64 * STEPS];
    private long total;

    void add(long nanos) {
        counts[bucket(Math.max(nanos, 1))]++;
        total++;
    }

    private static int bucket(long nanos) {
        int octave = 63 - Long.numberOfLeadingZeros(nanos);
        int step = octave < 3 ? 0 : (int) ((nanos >>> (octave - 3)) & (STEPS - 1));
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
                return octave < 3 ? 1L << (octave + 1) : (1L << octave) + (long) (i % STEPS + 1) * (1L << (octave - 3));
            }
        }
        return 0;
    }
}
