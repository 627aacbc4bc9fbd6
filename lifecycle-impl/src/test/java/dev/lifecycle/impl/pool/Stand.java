package dev.lifecycle.impl.pool;

import dev.lifecycle.pool.Fairness;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.NestedAcquire;
import dev.lifecycle.pool.Order;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.spi.ResourcePoolConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * A pool on one thread: its clock stands still, its rounds come when they are called, and its clerks are run by the test, each until
 * there is no work for it. What calls the clock, the starter or the factory may do other things meanwhile: these are the points where
 * threads would overtake each other.
 */
final class Stand implements TimeSource {
    private static final Object LOG = quiet(); // lest it be collected

    static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    // settings, with defaults for which nothing happens by itself
    int core = 2;
    int overflow;
    long overflowIdle;
    int maxWaiters = 100;
    long maxAge;
    double maxAgeJitter;
    long maxUses;
    long maxIdle;
    long validateAfterIdle = TimeUnit.HOURS.toNanos(1);
    long validateInBackground;
    long validateTimeout = TimeUnit.SECONDS.toNanos(5);
    long createTimeout = TimeUnit.SECONDS.toNanos(30);
    long drainTimeout = TimeUnit.SECONDS.toNanos(30);
    int maxConcurrentRecycles = 1;
    int minAvailable;
    boolean prefill;
    Fairness fairness = Fairness.FIFO;
    LeakLevel leakLevel = LeakLevel.OFF;
    Order order = Order.LIFO;
    NestedAcquire nestedAcquire = NestedAcquire.ALLOW;

    long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1); // it wraps soon
    final ArrayDeque<Runnable> clerks = new ArrayDeque<>();
    Runnable atClock = () -> {};
    Runnable atUnpark = () -> {};
    Runnable atStart = () -> {};

    /** Turns the log off, without naming its module, which that of the library does not read. */
    private static Object quiet() {
        try {
            Class<?> level = Class.forName("java.util.logging.Level");
            Class<?> logger = Class.forName("java.util.logging.Logger");
            Object log = logger.getMethod("getLogger", String.class).invoke(null, "dev.lifecycle.pool");
            logger.getMethod("setLevel", level)
                    .invoke(log, level.getField("OFF").get(null));
            return log;
        } catch (ReflectiveOperationException noLogging) {
            return noLogging;
        }
    }

    <R> Pool<R> open(ResourceFactory<R> factory) {
        Pool<R> pool = new Pool<>(config(factory), Wear.none(), clerk -> {
            atStart.run();
            clerks.add(clerk);
        });
        pool.tend();
        return pool;
    }

    private <R> ResourcePoolConfig<R> config(ResourceFactory<R> factory) {
        return new ResourcePoolConfig<>(
                "stand",
                factory,
                core,
                overflow,
                overflowIdle,
                TimeUnit.SECONDS.toNanos(30),
                maxWaiters,
                maxAge,
                maxAgeJitter,
                maxUses,
                0,
                maxIdle,
                validateAfterIdle,
                validateInBackground,
                validateTimeout,
                createTimeout,
                drainTimeout,
                0,
                maxConcurrentRecycles,
                minAvailable,
                prefill,
                fairness,
                leakLevel,
                TimeUnit.DAYS.toNanos(1),
                2, // no warnings
                1,
                nestedAcquire,
                order,
                null,
                this);
    }

    /** Runs a clerk that was called, if there is one. */
    boolean work() {
        Runnable clerk = clerks.poll();
        if (clerk != null) {
            clerk.run();
        }
        Thread.interrupted(); // of a clerk that was late
        return clerk != null;
    }

    /** Runs clerks until there is nothing to do. */
    void workAll() {
        while (work()) {
            Thread.onSpinWait();
        }
    }

    /** Goes round once, later. */
    void round(Pool<?> pool, Duration later) {
        now += later.toNanos();
        round(pool);
    }

    <R> void round(Pool<R> pool) {
        pool.rounds.round(pool, now);
        Thread.interrupted();
    }

    @Override
    public long nanos() {
        atClock.run();
        return now;
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        throw new AssertionError("nobody waits here");
    }

    @Override
    public void unpark(Thread thread) {
        atUnpark.run();
    }
}
