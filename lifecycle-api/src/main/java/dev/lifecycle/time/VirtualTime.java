package dev.lifecycle.time;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A clock that stands still until it is told to move: tests of ages and deadlines need no sleeping.
 *
 * <p>Two ways to move it. {@link #advance} moves it by hand. Or threads {@link #register}: whenever all registered
 * threads wait by this clock, it jumps to the earliest moment one of them waits for. Threads that only use the clock and
 * are not registered, the library's own among them, neither hold the jump back nor cause it. A thread with something to
 * do, since it is interrupted or was {@linkplain #unpark unparked}, does not count as waiting. Waits end for nothing else:
 * a thread that waits by this clock is woken through it, not by {@link LockSupport#unpark}.
 *
 * <p>Thread-safe. Beginning to wait takes O(waiting threads) while threads are registered, else constant time.
 */
public final class VirtualTime implements TimeSource {
    /*
     * All fields below the lock are guarded by it; `now` is also read without it. Invariants:
     *   I1  now never decreases (as a difference).
     *   I2  each value of `waiting` is later than now: 0 < deadline - now, also where readings wrap.
     *   I3  a thread is in `waiting` from the moment it decides to park until it has gone on, or was woken through
     *       this clock; so "all registered threads are in waiting, uninterrupted" means that none of them runs or is
     *       about to.
     *   I4  no thread is in `permits` and in `waiting`.
     * The permits of LockSupport are no part of this: locks leave stray ones, and a wait that one of them ended would be
     * a wait that a test cannot rely on. So a wait goes on after a park that nothing of the above has ended; and the clock
     * leaves no stray permit itself: it unparks only threads in `waiting`, others get an entry in `permits`.
     */
    private final ReentrantLock lock = new ReentrantLock();
    private final IdentityHashMap<Thread, Long> waiting = new IdentityHashMap<>(); // until when
    private final IdentityHashMap<Thread, Integer> registered = new IdentityHashMap<>(); // how often
    private final List<WeakReference<Thread>> permits = new ArrayList<>(); // whose next wait ends at once
    private volatile long now; // written under the lock

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
        long nanos = TimeUnit.NANOSECONDS.convert(Objects.requireNonNull(by, "by"));
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
        waiting.entrySet().removeIf(waiter -> {
            boolean due = waiter.getValue() - before <= nanos;
            if (due && waiter.getKey() != Thread.currentThread()) { // who waits and jumps is not parked yet
                LockSupport.unpark(waiter.getKey());
            }
            return due;
        });
        now = before + nanos;
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        if (nanos > 0) {
            await(blocker, () -> now + nanos);
        }
    }

    @Override
    public void parkUntil(Object blocker, long deadline) {
        await(blocker, () -> deadline);
    }

    /** Parks until the clock reads {@code moment}, which is asked with the lock held: the clock stands still then. */
    private void await(Object blocker, LongSupplier moment) {
        Objects.requireNonNull(blocker, "blocker");
        Thread self = Thread.currentThread();
        lock.lock();
        try {
            long deadline = moment.getAsLong();
            if (deadline - now <= 0 || takePermit(self)) {
                return;
            }
            waiting.put(self, deadline);
            jumpIfAllWait();
            if (!waiting.containsKey(self)) {
                return; // the jump was to this very moment
            }
        } finally {
            lock.unlock();
        }
        do {
            LockSupport.park(blocker); // returns at once if woken since, or interrupted
        } while (mustWaitOn(self));
    }

    /** Tells why a park ended: for the clock or an interrupt, or for a permit that belongs to something else. */
    private boolean mustWaitOn(Thread self) {
        lock.lock();
        try {
            if (waiting.containsKey(self) && self.isInterrupted()) {
                waiting.remove(self);
            }
            return waiting.containsKey(self);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unpark(Thread thread) {
        Objects.requireNonNull(thread, "thread");
        lock.lock();
        try {
            if (waiting.remove(thread) != null) {
                LockSupport.unpark(thread);
            } else {
                takePermit(thread); // there is one at most
                permits.add(new WeakReference<>(thread));
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean takePermit(Thread thread) {
        permits.removeIf(permit -> permit.refersTo(null));
        return permits.removeIf(permit -> permit.refersTo(thread));
    }

    /**
     * Makes the calling thread one of those that must all wait before the clock jumps by itself, until the registration
     * is closed. A thread that ends without closing it holds back the others' jump until one of them begins to wait.
     *
     * @return what ends it; close it on any thread
     */
    public Registration register() {
        Thread thread = Thread.currentThread();
        lock.lock();
        try {
            registered.merge(thread, 1, Integer::sum);
        } finally {
            lock.unlock();
        }
        return new Registered(thread);
    }

    /** The end of a {@link #register}. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        /** Lets the clock jump without regard to the thread that registered. Idempotent. */
        @Override
        void close();
    }

    private final class Registered implements Registration {
        private final Thread thread;
        private boolean closed; // guarded by lock

        Registered(Thread thread) {
            this.thread = thread;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    registered.computeIfPresent(thread, (same, times) -> times == 1 ? null : times - 1);
                    jumpIfAllWait();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Jumps to the earliest deadline of a registered thread if no registered thread has anything to do. */
    private void jumpIfAllWait() {
        registered.keySet().removeIf(thread -> !thread.isAlive());
        if (registered.isEmpty()) {
            return;
        }
        long nearest = Long.MAX_VALUE;
        for (Thread thread : registered.keySet()) {
            Long deadline = waiting.get(thread);
            if (deadline == null || thread.isInterrupted()) {
                return;
            }
            nearest = Math.min(nearest, deadline - now);
        }
        move(nearest);
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
