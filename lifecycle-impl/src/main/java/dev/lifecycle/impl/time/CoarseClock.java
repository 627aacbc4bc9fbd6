package dev.lifecycle.impl.time;

import dev.lifecycle.spi.BoundedCacheConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** The clock of the JVM, read every {@value BoundedCacheConfig#COARSE_MILLIS} ms while somebody uses it: a field, for those who look often. */
public final class CoarseClock {
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(BoundedCacheConfig.COARSE_MILLIS);
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final List<WeakReference<BooleanSupplier>> USERS = new ArrayList<>(); // guarded by LOCK
    private static final Sweeper.Check STEP = CoarseClock::step; // one object: the sweeper knows it by identity

    private static volatile long nanos = System.nanoTime();

    private CoarseClock() {}

    /** Returns a reading of {@link System#nanoTime}; late by a step, or more when the timer thread gets no processor. */
    public static long nanos() {
        return nanos;
    }

    /** Sets it to {@code now}, by one who has read the clock anyway. */
    public static void advance(long now) {
        if (now - nanos > 0) {
            nanos = now;
        }
    }

    /**
     * Runs the clock for {@code user}.
     *
     * @param user held weakly; tells whether it still needs it
     */
    public static void runFor(BooleanSupplier user) {
        LOCK.lock();
        try {
            USERS.add(new WeakReference<>(user));
            advance(System.nanoTime());
            Sweeper.of(TimeSource.system()).add(STEP, STEP_NANOS);
        } finally {
            LOCK.unlock();
        }
    }

    private static long step(long now) {
        advance(now);
        LOCK.lock();
        try {
            USERS.removeIf(CoarseClock::isGone);
            return USERS.isEmpty() ? Sweeper.Check.DONE : STEP_NANOS;
        } finally {
            LOCK.unlock();
        }
    }

    private static boolean isGone(WeakReference<BooleanSupplier> user) {
        BooleanSupplier alive = user.get();
        return alive == null || !alive.getAsBoolean();
    }
}
