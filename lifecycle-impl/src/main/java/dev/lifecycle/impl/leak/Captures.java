package dev.lifecycle.impl.leak;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Permits captures of stacks, so many a second. The caller captures: one frame less in every stack. */
final class Captures {
    /*
     * `spent` is the moment by which all captures so far are paid for, at one each `cost` nanoseconds; a second's worth may
     * be owed to the past. It only grows (as a difference). The generic cell rate algorithm (ITU-T I.371, 1993).
     * Volatile compare-and-set: two threads never spend the same nanoseconds.
     */
    private static final VarHandle SPENT;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    static {
        try {
            SPENT = MethodHandles.lookup().findVarHandle(Captures.class, "spent", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long cost;
    private final LongAdder count = new LongAdder();
    private volatile long spent;

    Captures(int maxPerSecond, long now) {
        cost = SECOND / maxPerSecond;
        spent = now - SECOND;
    }

    /** Whether the caller may capture a stack: not if there were too many of late. */
    boolean permit(long now) {
        while (true) {
            long seen = spent;
            long from = seen - (now - SECOND) < 0 ? now - SECOND : seen;
            long next = from + cost;
            if (next - now > 0) {
                return false;
            }
            if (SPENT.compareAndSet(this, seen, next)) {
                count.increment();
                return true;
            }
        }
    }

    long count() {
        return count.sum();
    }
}
