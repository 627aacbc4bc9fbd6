package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Backoff;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What there is for all tasks of one type: how many may run, those that wait for that, and their counts. */
final class TypeEntry {
    /*
     * Guarded by `locked` (0 free, 1 taken; given back by that statement, with nothing called or allocated in between): running,
     * first, last. Only types with a limit use these.
     *   I1  running is the number of claims that were granted and not given back; it is never above the limit.
     *   I2  a task waits here only while running == limit, or while somebody is on the way who calls handOver or takeIfFree: who
     *       gives a claim back hands it to the first one that waits, or has a worker look at that again; and so does who cancels
     *       one, since it may have been the one to look.
     * `tallies` are guarded by the locks of the lanes, one each. Lock order: lane, then type.
     */
    private static final int FEW = 64;
    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(TypeEntry.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        Watched.link(() -> (boolean) LOCKED.compareAndSet((TypeEntry) null, 0, 1));
    }

    final String name;
    final int limit; // MAX_VALUE: none
    final int queueLimit;
    final Tally[] tallies;
    private final AtomicInteger waiting = new AtomicInteger(); // only where there is a limit
    private volatile int locked;
    private int running;
    private @Nullable Task<?> first;
    private @Nullable Task<?> last;
    private int parked; // how many are linked
    private int gone; // how many of them were cancelled, at least

    /** Counts of one type in one lane. */
    static final class Tally {
        long queued;
        long active;
        final long[] ended = new long[Task.STATE + 1]; // by final state
    }

    TypeEntry(String name, int limit, int queueLimit, int lanes) {
        this.name = name;
        this.limit = limit;
        this.queueLimit = queueLimit;
        tallies = new Tally[lanes];
        for (int i = 0; i < lanes; i++) {
            tallies[i] = new Tally();
        }
    }

    boolean isLimited() {
        return limit != Integer.MAX_VALUE;
    }

    /** Counts one that comes to wait; returns false, and does not, if as many wait as may. */
    boolean enters() {
        if (isLimited() && waiting.incrementAndGet() > queueLimit) {
            waiting.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Counts one that waits no more. */
    void left() {
        if (isLimited()) {
            waiting.decrementAndGet();
        }
    }

    /** Claims one of those that may run, if there is one. */
    boolean claimNow() {
        lock();
        boolean granted = running < limit;
        if (granted) {
            running++;
        }
        locked = 0;
        return granted;
    }

    /**
     * Claims one of those that may run, for {@code task}; without one, lets it wait here. One that does already, which poll()
     * comes upon after a rewind, goes on to: it is its turn when those before it had theirs. Returns whether it may.
     */
    boolean claim(Task<?> task) {
        lock();
        boolean granted = running < limit && !task.isOfType;
        if (granted) {
            running++;
        } else if (!task.isOfType) {
            Task<?> tail = last;
            task.isOfType = true;
            task.nextOfType = null;
            if (tail == null) {
                first = task;
            } else {
                tail.nextOfType = task;
            }
            last = task;
            parked++;
        }
        locked = 0;
        return granted;
    }

    /** Hands a claim to the first one that waits for it, and begins that as the task of {@code fresh}; null if nobody does. */
    @Nullable
    Task<?> handOver(Run fresh) {
        for (Task<?> task = next(); task != null; task = next()) {
            if (task.lane.begin(task, fresh)) {
                return task;
            }
        }
        return null;
    }

    /** Gives a claim back, or hands it to the task that is returned. That one may have been cancelled. */
    private @Nullable Task<?> next() {
        lock();
        Task<?> task = first;
        if (task == null) {
            running--;
        } else {
            unlink(task);
        }
        locked = 0;
        return task;
    }

    /** Gives a claim back. */
    void giveBack() {
        lock();
        running--;
        locked = 0;
    }

    /** Takes out the first one that waits, if a claim is free: it is to look for one again. */
    @Nullable
    Task<?> takeIfFree() {
        lock();
        Task<?> task = null;
        while (running < limit && first != null && task == null) {
            Task<?> each = first;
            unlink(each);
            if ((each.status() & Task.STATE) == Task.QUEUED) { // else it was cancelled, and those behind it wait on
                task = each;
            }
        }
        locked = 0;
        return task;
    }

    /** Takes out the first one, with the lock. */
    private void unlink(Task<?> task) {
        first = task.nextOfType;
        if (first == null) {
            last = null;
        }
        task.isOfType = false;
        task.nextOfType = null;
        parked--;
    }

    /** One was cancelled, which may be linked. When half of those were, they are dropped: they must not pile up. */
    void waitsNoMore(Task<?> task) {
        lock();
        gone += task.isOfType ? 1 : 0;
        if (gone > parked / 2 + FEW) {
            Task<?> kept = null;
            Task<?> each = first;
            first = null;
            parked = 0;
            gone = 0;
            while (each != null) {
                Task<?> after = each.nextOfType;
                each.isOfType = false;
                each.nextOfType = null;
                if ((each.status() & Task.STATE) == Task.QUEUED) {
                    if (kept == null) {
                        first = each;
                    } else {
                        kept.nextOfType = each;
                    }
                    each.isOfType = true;
                    kept = each;
                    parked++;
                }
                each = after;
            }
            last = kept;
        }
        locked = 0;
    }

    private void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }

    /** Whether I1 and I2 hold, for tests. */
    boolean invariantsHold() {
        lock();
        boolean hold = running >= 0
                && running <= limit
                && (first == null || running == limit)
                && (first == null) == (last == null);
        locked = 0;
        return hold;
    }
}
