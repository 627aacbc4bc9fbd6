package dev.lifecycle.impl.memory;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts durations in classes, eight to an octave, up to four days: a quantile is at most an eighth too high. Any thread may add and ask; 3.1 KB. */
final class Durations {
    private static final int STEPS = 8;
    private static final int STEP_BITS = 3;
    private static final int CLASSES = 48 * STEPS;

    private final AtomicLongArray counts = new AtomicLongArray(CLASSES);

    /** Takes note of one; a negative one, of a clock of a user, is nothing. */
    void add(long nanos) {
        counts.getAndIncrement(classOf(nanos));
    }

    static int classOf(long nanos) {
        if (nanos < STEPS) {
            return (int) Math.max(0, nanos);
        }
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos); // 3 or more
        int step = (int) (nanos >>> (octave - STEP_BITS)) & (STEPS - 1);
        return Math.min(CLASSES - 1, (octave - STEP_BITS + 1) * STEPS + step);
    }

    /** The longest of a class. */
    static long upTo(int at) {
        if (at < STEPS) {
            return at;
        }
        int shift = at / STEPS - 1;
        return ((long) (STEPS + at % STEPS) + 1 << shift) - 1;
    }

    long count() {
        long sum = 0;
        for (int i = 0; i < CLASSES; i++) {
            sum += counts.get(i);
        }
        return sum;
    }

    /** What this share of them took at most; 0 if there are none. */
    long quantile(double share) {
        long wanted = (long) Math.ceil(share * count());
        long seen = 0;
        for (int i = 0; i < CLASSES; i++) {
            seen += counts.get(i);
            if (seen >= wanted) {
                return wanted == 0 ? 0 : upTo(i);
            }
        }
        return upTo(CLASSES - 1);
    }
}
