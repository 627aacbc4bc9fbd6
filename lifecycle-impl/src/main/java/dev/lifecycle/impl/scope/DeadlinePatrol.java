package dev.lifecycle.impl.scope;

import dev.lifecycle.impl.time.PerClock;
import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Looks at the runs that have a close deadline, on the timer's thread; one for each clock. */
final class DeadlinePatrol implements Sweeper.Check {
    /*
     * Guarded by `lock`: the list of watches, patrolling, nextLook. Invariants:
     *   I1  patrolling is true while the list is not empty.
     *   I2  the next look is no further away than the end of any deadline that runs, or could run if its closer began
     *       now: so each look at a running closer knows exactly when to look again. Nor is it further away than a second:
     *       so the timer's thread ends soon after the last run, however long the deadline.
     */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final PerClock<DeadlinePatrol> ALL = new PerClock<>(DeadlinePatrol::new);

    private final TimeSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CloserWatch first;
    private boolean patrolling;
    private long nextLook;

    private DeadlinePatrol(TimeSource clock) {
        this.clock = clock;
    }

    static DeadlinePatrol of(TimeSource clock) {
        return ALL.of(clock);
    }

    void add(CloserWatch watch) {
        lock.lock();
        try {
            long wait = Math.min(watch.deadlineNanos(), LONGEST_NANOS);
            long look = clock.nanos() + wait;
            if (!patrolling || look - nextLook < 0) {
                Sweeper.of(clock).add(this, wait); // first: without a thread nothing is listed
                patrolling = true;
                nextLook = look;
            }
            watch.next = first;
            if (first != null) {
                first.previous = watch;
            }
            first = watch;
        } finally {
            lock.unlock();
        }
    }

    void remove(CloserWatch watch) {
        lock.lock();
        try {
            CloserWatch before = watch.previous;
            CloserWatch after = watch.next;
            if (before != null) {
                before.next = after;
            } else if (first == watch) {
                first = after;
            }
            if (after != null) {
                after.previous = before;
            }
            watch.previous = null;
            watch.next = null;
            if (first == null
                    && patrolling
                    && clock != TimeSource.system()) { // a clock of a test may stand still from here
                patrolling = false;
                Sweeper.of(clock).remove(this);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long check(long now) {
        List<CloserWatch> all = new ArrayList<>();
        lock.lock();
        try {
            for (CloserWatch watch = first; watch != null; watch = watch.next) {
                all.add(watch);
            }
            if (all.isEmpty()) {
                patrolling = false;
                return DONE;
            }
            nextLook = now + Long.MAX_VALUE; // whoever is added from here on asks for a look of its own
        } finally {
            lock.unlock();
        }
        long wait = LONGEST_NANOS;
        for (CloserWatch watch : all) {
            wait = Math.min(wait, watch.inspect(clock.nanos())); // outside the lock: it may write to the log
        }
        lock.lock();
        try {
            long look = clock.nanos() + wait;
            nextLook = look - nextLook < 0 ? look : nextLook;
        } finally {
            lock.unlock();
        }
        return wait;
    }
}
