package dev.lifecycle.impl.tree;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waits for what other threads and the collector do. */
public final class Await {
    private static final Duration LONG = Duration.ofSeconds(30);

    private Await() {}

    /** Waits until {@code condition} holds, or fails after 30 seconds. */
    public static void until(String what, BooleanSupplier condition) {
        within(LONG, what, condition);
    }

    /** Waits until {@code condition} holds, or fails after {@code limit}. */
    public static void within(Duration limit, String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > limit.toNanos()) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
        }
    }

    /** Forces collections until an object that was dropped before the call, and so everything dropped before, is cleared. */
    public static void collection() {
        WeakReference<Object> canary = new WeakReference<>(new Object());
        cleared(canary);
    }

    /** Forces collections until {@code reference} is cleared. */
    public static void cleared(Reference<?> reference) {
        long begin = System.nanoTime();
        while (!reference.refersTo(null)) {
            if (System.nanoTime() - begin > LONG.toNanos()) {
                throw new AssertionError("not collected within " + LONG + ": " + reference);
            }
            System.gc();
            Reference.reachabilityFence(new byte[1 << 16]);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
