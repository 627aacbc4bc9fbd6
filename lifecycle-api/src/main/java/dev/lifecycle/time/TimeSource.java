package dev.lifecycle.time;

import java.util.concurrent.locks.LockSupport;

/**
 * The clock behind every age, timeout and deadline, and the way to wait by it.
 *
 * <p>Readings are monotonic nanoseconds from an arbitrary origin and may wrap: compare differences,
 * {@code now - deadline >= 0}, never the readings themselves. Implementations are thread-safe.
 *
 * @see VirtualTime
 */
public interface TimeSource {

    /**
     * Reads the clock.
     *
     * @return nanoseconds since an arbitrary origin
     */
    long nanos();

    /**
     * Blocks the calling thread until {@code nanos} have passed by this clock, it is {@linkplain #unpark unparked}, it
     * is interrupted (the flag stays set), or for no reason: call it in a loop, as {@link LockSupport#parkNanos}.
     *
     * @param blocker what the thread waits for, for tools that show it
     * @param nanos how long at most; returns at once when not positive
     */
    void parkNanos(Object blocker, long nanos);

    /**
     * Blocks like {@link #parkNanos} until this clock reads {@code deadline}: unlike a difference taken before the call, a
     * deadline stays right when the clock moves meanwhile.
     *
     * @param blocker what the thread waits for, for tools that show it
     * @param deadline a reading; returns at once when it has passed
     */
    default void parkUntil(Object blocker, long deadline) {
        parkNanos(blocker, deadline - nanos());
    }

    /**
     * Ends a {@link #parkNanos} of {@code thread}, or its next one.
     *
     * @param thread whom to wake
     */
    default void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    /**
     * Returns the clock of the JVM, {@link System#nanoTime}.
     *
     * @return always the same instance
     */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }
}
