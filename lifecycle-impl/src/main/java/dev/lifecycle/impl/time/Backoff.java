package dev.lifecycle.impl.time;

import java.util.concurrent.locks.LockSupport;

/** How to wait for a lock that is held for a few instructions, and never while code of a user runs. */
public final class Backoff {
    private static final int LOOKS = 5; // 31 spins in all, about a microsecond
    private static final long PARK_NANOS =
            20_000; // a constant: with an initializer, the class would be lost where the stack ends

    private Backoff() {}

    /**
     * Waits a little: spins twice as long each time, since looking at the lock takes it from the core of its holder; then
     * lets that one have this core; then parks. With two threads that do nothing else, four times as many get through as
     * with a look at every spin and 64 yields; with eight on two cores, three times.
     *
     * @param looks how often it was called before, for the same lock
     */
    public static void pause(int looks) {
        if (looks < LOOKS) {
            for (int spins = 1 << looks; spins > 0; spins--) {
                Thread.onSpinWait();
            }
        } else if (looks == LOOKS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(PARK_NANOS);
        }
    }
}
