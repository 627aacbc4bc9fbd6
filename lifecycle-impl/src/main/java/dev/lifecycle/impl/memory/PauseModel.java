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

    /** Fewer objects tell of the fixed part, more of what each of them costs. */
    private static final long FEW = 100_000;

    /** Fewer objects have no mean size. */
    private static final long FEWEST = 1_000;

    private final CollectorKind collector;
    private final Cost all;
    private final Cost live;
    private double bytesPerObject = FIRST_BYTES_PER_OBJECT;
    private boolean learned;

    /** In nanoseconds. */
    private static final class Cost {
        private double fixed = 2e6;
        private double each;

        Cost(double each) {
            this.each = each;
        }

        double of(double objects) {
            return fixed + objects * each;
        }

        void learn(long objects, long took) {
            if (objects < FEW) {
                fixed = (fixed + Math.max(0, took - objects * each)) / 2;
            } else {
                each = (each + Math.max(1, (took - fixed) / objects)) / 2;
            }
        }
    }

    /** A first guess for a collector. */
    public PauseModel(CollectorKind collector) {
        this.collector = collector;
        this.all = new Cost(collector.nanosPerObject(HistogramMode.ALL));
        this.live = new Cost(collector.nanosPerObject(HistogramMode.LIVE));
    }

    /** For how long, if so many bytes are there to be counted. */
    public Duration predict(HistogramMode mode, long bytes) {
        return Duration.ofNanos((long) cost(mode).of(objects(bytes)));
    }

    private Cost cost(HistogramMode mode) {
        return mode == HistogramMode.LIVE ? live : all;
    }

    private double objects(long bytes) {
        return Math.max(0, bytes) / bytesPerObject;
    }

    /** What a histogram counted, and took. */
    public void learn(HistogramMode mode, long objects, long bytes, Duration took) {
        if (objects < FEWEST) {
            return;
        }
        bytesPerObject = Math.max(8, (double) bytes / objects);
        cost(mode).learn(objects, took.toNanos());
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
