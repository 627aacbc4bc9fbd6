package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.HistogramMode;
import java.time.Duration;
import java.util.Locale;

/**
 * For how long a histogram of one process stops it: a fixed part, and one for each object, whose number is the bytes in use by the mean size
 * of an object. Begins with what was measured elsewhere, and moves half of the way to each measurement of this process.
 *
 * <p>Not thread-safe.
 */
public final class PauseModel {
    /** Between the 24 bytes of a heap of nothing but small objects and the 55 of an ordinary service. */
    private static final double FIRST_BYTES_PER_OBJECT = 34;

    private static final double FIXED_NANOS = 2e6;

    /** Fewer objects tell of the fixed part only. */
    private static final long FEWEST_TO_LEARN = 100_000;

    private final CollectorKind collector;
    private double bytesPerObject = FIRST_BYTES_PER_OBJECT;
    private double all;
    private double live;
    private boolean learned;

    /** A first guess for a collector. */
    public PauseModel(CollectorKind collector) {
        this.collector = collector;
        this.all = collector.nanosPerObject(HistogramMode.ALL);
        this.live = collector.nanosPerObject(HistogramMode.LIVE);
    }

    /** For how long, if so many bytes are there to be counted. */
    public Duration predict(HistogramMode mode, long bytes) {
        double each = mode == HistogramMode.LIVE ? live : all;
        return Duration.ofNanos((long) (FIXED_NANOS + objects(bytes) * each));
    }

    private double objects(long bytes) {
        return Math.max(0, bytes) / bytesPerObject;
    }

    /** What a histogram counted, and took. */
    public void learn(HistogramMode mode, long objects, long bytes, Duration took) {
        if (objects < FEWEST_TO_LEARN) {
            return;
        }
        double each = Math.max(1, (took.toNanos() - FIXED_NANOS) / objects);
        bytesPerObject = Math.max(8, (double) bytes / objects);
        if (mode == HistogramMode.LIVE) {
            live = (live + each) / 2;
        } else {
            all = (all + each) / 2;
        }
        learned = true;
    }

    /** The reasons of a prediction, in one line. */
    public String why(long bytes) {
        return String.format(
                Locale.ROOT,
                "%.1f MB in use, about %.2f million objects, %s%s",
                bytes / (1024.0 * 1024),
                objects(bytes) / 1e6,
                collector,
                learned ? ", measured before" : ", by the figures of other heaps");
    }
}
