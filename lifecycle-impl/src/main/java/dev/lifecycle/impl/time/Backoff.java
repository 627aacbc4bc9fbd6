package dev.lifecycle.impl.time;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How to wait for a lock that is held for a few instructions, and never while code of a user runs. */
public final class Backoff {
    private static final int SPINS = 64;
    private static final int YIELDS = 128;
    private static final long PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

    private Backoff() {}

    /**
     * Waits a little: spins first; more threads than cores means that the holder needs this core.
     *
     * @param spins how often it was called before, for the same lock
     */
    public static void pause(int spins) {
        if (spins < SPINS) {
            Thread.onSpinWait();
        } else if (spins < YIELDS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(PARK_NANOS);
        }
    }
}
