package dev.lifecycle.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A clock that stands still until it is told to move: tests of ages and deadlines need no sleeping.
 *
 * <p>Two ways to move it. {@link #advance} moves it by hand. Or threads {@link #register}: whenever all registered
 * threads wait by this clock, it jumps to the earliest moment one of them waits for. Threads that only use the clock and
 * are not registered, the library's own among them, neither hold the jump back nor cause it.
 *
 * <p>Thread-safe. A thread that waits costs O(waiting threads) when it begins and ends to wait.
 */
public final class VirtualTime implements TimeSource {
    /*
     * All fields below the lock are guarded by it. Invariants:
     *   I1  now never decreases (as a difference).
     *   I2  a thread is in `waiting` from the moment it decides to park until it has gone on, or was woken through
     *       this clock; so "all registered threads are in waiting" means that none of them runs or is about to.
     */
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Waiter> waiting = new ArrayList<>();
    private final Set<Thread> registered = new HashSet<>();
    private volatile long now; // written under the lock

    private record Waiter(Thread thread, long deadline) {}

    /** Makes a clock that reads zero. */
    public VirtualTime() {
        this(0);
    }

    /**
     * Makes a clock that starts anywhere, for instance just before readings wrap.
     *
     * @param startNanos the first reading
     */
    public VirtualTime(long startNanos) {
        now = startNanos;
    }

    @Override
    public long nanos() {
        return now;
    }

    /**
     * Moves the clock forward and wakes the threads whose time has come.
     *
     * @param by how far, not negative; capped at about 292 years
     * @throws IllegalArgumentException if {@code by} is negative
     */
    public void advance(Duration by) {
        long nanos = TimeUnit.NANOSECONDS.convert(by);
        if (nanos < 0) {
            throw new IllegalArgumentException("by is " + by + "; time cannot go back");
        }
        lock.lock();
        try {
            move(nanos);
        } finally {
            lock.unlock();
        }
    }

    /** Moves and wakes; the caller holds the lock. */
    private void move(long nanos) {
        long before = now;
        waiting.removeIf(waiter -> {
            boolean due = waiter.deadline - before <= nanos;
            if (due) {
                LockSupport.unpark(waiter.thread);
            }
            return due;
        });
        now = before + nanos;
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        Objects.requireNonNull(blocker, "blocker");
        if (nanos <= 0) {
            return;
        }
        Waiter self = new Waiter(Thread.currentThread(), 0);
        lock.lock();
        try {
            self = new Waiter(self.thread, now + nanos);
            waiting.add(self);
            jumpIfAllWait();
            if (!waiting.contains(self)) {
                return; // the jump was to this very moment; the permit it left ends one later park early, as allowed
            }
        } finally {
            lock.unlock();
        }
        LockSupport.park(blocker); // returns at once if woken since
        lock.lock();
        try {
            waiting.remove(self);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unpark(Thread thread) {
        lock.lock();
        try {
            waiting.removeIf(waiter -> waiter.thread == thread);
            LockSupport.unpark(thread);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the calling thread one of those that must all wait before the clock jumps by itself.
     *
     * @return what ends it; close it on any thread
     */
    public Registration register() {
        Thread thread = Thread.currentThread();
        lock.lock();
        try {
            registered.add(thread);
        } finally {
            lock.unlock();
        }
        return () -> deregister(thread);
    }

    private void deregister(Thread thread) {
        lock.lock();
        try {
            if (registered.remove(thread)) {
                jumpIfAllWait();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The end of a {@link #register}. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        /** Lets the clock jump without regard to the thread that registered. Idempotent. */
        @Override
        void close();
    }

    private void jumpIfAllWait() {
        registered.removeIf(thread -> !thread.isAlive());
        if (registered.isEmpty()) {
            return;
        }
        long nearest = Long.MAX_VALUE;
        int found = 0;
        for (Waiter waiter : waiting) {
            if (registered.contains(waiter.thread)) {
                found++;
                nearest = Math.min(nearest, waiter.deadline - now);
            }
        }
        if (found == registered.size()) {
            move(Math.max(nearest, 0));
        }
    }

    /**
     * Counts the threads that wait by this clock, so that a test can await that its subject waits.
     *
     * @return how many threads are in {@link #parkNanos} now
     */
    public int parked() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "VirtualTime[" + now + " ns]";
    }
}
