package dev.lifecycle.tests.api;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Bounded waiting, without sleeping, for what another thread is about to do. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Await() {}

    /** Spins until {@code condition} holds. */
    public static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                fail("not within " + LIMIT + ": " + what);
            }
            Thread.yield();
        }
    }

    /** Waits for the end of {@code thread}. */
    public static void end(Thread thread) throws InterruptedException {
        thread.join(LIMIT.toMillis());
        if (thread.isAlive()) {
            AssertionError stuck = new AssertionError(thread + " has not ended within " + LIMIT);
            stuck.setStackTrace(thread.getStackTrace());
            throw stuck;
        }
    }

    /** Runs {@code work} on a thread whose stack has room for a few hundred frames. */
    public static <T> T onSmallStack(Supplier<T> work) throws InterruptedException {
        AtomicReference<T> result = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, () -> result.set(work.get()), "small stack", 256 * 1024);
        thread.setUncaughtExceptionHandler((where, thrown) -> failure.set(thrown));
        thread.start();
        end(thread);
        if (failure.get() != null) {
            throw new AssertionError("failed on a small stack", failure.get());
        }
        return result.get();
    }
}
