package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.time.StackRoom;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Overrun;
import dev.lifecycle.scope.OverrunPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The clerks of a pool: they come when there is work, and go when there is none. */
final class Clerks<R> {
    /*
     * Guarded by the lock of the pool: all, count, idle, arriving, quarantined, and what Clerk says.
     *   I1  count == number of clerks that were called and have not left; at most MAX. An abandoned one has left.
     *   I2  arriving == number of those that were called and have not asked for work since.
     *   I3  the clerks of `idle` wait.
     */
    static final int MAX = 16;

    private static final int ROOM = 24;

    private final Pool<R> pool;
    private final Consumer<Runnable> starter;

    /** Whether clerks wait for more work before they go; not where a test runs them. */
    final boolean lingers;

    private final @Nullable Clerk<R>[] all;
    private int count;
    private int arriving;
    private int quarantined;
    private @Nullable Clerk<R> idle;

    @SuppressWarnings("unchecked")
    Clerks(Pool<R> pool, @Nullable Consumer<Runnable> starter) {
        this.pool = pool;
        this.lingers = starter == null;
        String name = "lifecycle-pool-" + pool.name();
        this.starter =
                starter != null ? starter : clerk -> Daemons.worker(name, clerk).start();
        this.all = (Clerk<R>[]) new Clerk<?>[MAX];
    }

    /** Has as many come as are needed. Without the lock. */
    void come() {
        if (!hasRoom()) {
            return; // the rounds try again
        }
        while (true) {
            Clerk<R> woken = null;
            boolean start = false;
            pool.lock();
            try {
                int needed = pool.work() + (pool.events.isWaiting() ? 1 : 0);
                if (needed <= arriving) {
                    return;
                }
                if (idle != null) {
                    woken = idle;
                    idle = woken.nextIdle;
                    woken.nextIdle = null;
                    woken.isIdle = false;
                    woken.arriving = true;
                    arriving++;
                } else if (count < MAX) {
                    count++;
                    arriving++;
                    start = true;
                } else {
                    return;
                }
            } finally {
                pool.locked = 0;
            }
            if (start && !start()) {
                return; // no memory, or no thread: the rounds try again; whoever gives back hears nothing of it
            } else if (woken != null) {
                Thread thread = woken.thread;
                LockSupport.unpark(thread);
            }
        }
    }

    /** Whether the stack goes on far enough to take back what was counted, if no thread can be started. */
    private static boolean hasRoom() {
        try {
            StackRoom.need(ROOM);
            return true;
        } catch (StackOverflowError atItsEnd) {
            return false;
        }
    }

    /** Returns whether there is one more. If not, the rounds try again: who came by with something else to do has done that. */
    private boolean start() {
        try {
            starter.accept(new Clerk<>(pool, this));
            return true;
        } catch (Throwable failure) { // no memory, or no thread
            pool.lock();
            count--;
            arriving--;
            pool.locked = 0;
            pool.noThread(failure);
            return false;
        }
    }

    /** Gives {@code clerk} its next work, in its field `slot`, or null there for events; returns false if it is to go. */
    boolean next(Clerk<R> clerk) {
        while (true) {
            long now = pool.clock.nanos();
            pool.lock();
            try {
                if (clerk.arriving) {
                    clerk.arriving = false;
                    arriving--;
                }
                enlist(clerk);
                Slot<R> slot = pool.poll();
                clerk.slot = slot;
                if (slot != null) {
                    clerk.kind = Slot.state(slot.word);
                    clerk.resource = slot.resource; // here, while the slot is its own
                    clerk.since = now;
                    return true;
                }
                if (pool.events.begin()) {
                    return true;
                }
                clerk.isIdle = true;
                clerk.nextIdle = idle;
                idle = clerk;
            } finally {
                pool.locked = 0;
            }
            if (!clerk.rest() && goes(clerk)) {
                return false;
            }
        }
    }

    private void enlist(Clerk<R> clerk) {
        int free = -1;
        for (int i = 0; i < MAX; i++) {
            if (all[i] == clerk) {
                return;
            }
            free = all[i] == null ? i : free;
        }
        all[free] = clerk; // there is room: I1
    }

    boolean isIdle(Clerk<R> clerk) {
        pool.lock();
        boolean is = clerk.isIdle;
        pool.locked = 0;
        return is;
    }

    /** Lets {@code clerk} go, unless it was called just now. */
    private boolean goes(Clerk<R> clerk) {
        pool.lock();
        try {
            if (!clerk.isIdle) {
                return false;
            }
            clerk.isIdle = false;
            Clerk<R> before = null;
            for (Clerk<R> each = idle; each != null; each = each.nextIdle) {
                if (each == clerk) {
                    if (before == null) {
                        idle = clerk.nextIdle;
                    } else {
                        before.nextIdle = clerk.nextIdle;
                    }
                    clerk.nextIdle = null;
                    return true;
                }
                before = each;
            }
            return true;
        } finally {
            pool.locked = 0;
        }
    }

    /** It has gone. */
    void left(Clerk<R> clerk) {
        boolean more;
        pool.lock();
        try {
            if (clerk.arriving) {
                clerk.arriving = false;
                arriving--;
            }
            Slot<R> slot = clerk.slot;
            if (clerk.abandoned) {
                quarantined--;
            } else {
                drop(clerk);
                if (slot != null) { // a defect, or no memory: another one takes it up
                    pool.push(slot);
                }
            }
            more = pool.work() > 0;
        } finally {
            pool.locked = 0;
        }
        if (more) {
            come(); // it has died, or the work came while it went
        }
    }

    private void drop(Clerk<R> clerk) {
        for (int i = 0; i < MAX; i++) {
            if (all[i] == clerk) {
                all[i] = null;
            }
        }
        count--;
    }

    /** With the lock: it has done its work; false if that was taken from it. */
    boolean finish(Clerk<R> clerk) {
        clerk.slot = null;
        return !clerk.abandoned;
    }

    int quarantined() {
        pool.lock();
        int now = quarantined;
        pool.locked = 0;
        return now;
    }

    /** One whose work takes longer than it may, and has been taken from it. */
    @Nullable
    Clerk<R> abandonOne(long now) {
        pool.lock();
        try {
            for (Clerk<R> clerk : all) {
                Slot<R> slot = clerk == null ? null : clerk.slot;
                if (clerk != null && slot != null && now - clerk.since >= pool.limit(clerk.kind)) {
                    if (quarantined >= pool.core + pool.overflow) {
                        return null; // so many hang already: these keep their places
                    }
                    clerk.abandoned = true;
                    quarantined++;
                    drop(clerk);
                    pool.leave(slot, clerk.kind, now);
                    return clerk;
                }
            }
            return null;
        } finally {
            pool.locked = 0;
        }
    }

    /** Whether {@code thread} is the one of a clerk that is at work. */
    boolean isOne(Thread thread) {
        return at(thread) != null;
    }

    /** Whether there is work, or a clerk at work. */
    boolean areAtWork() {
        pool.lock();
        try {
            boolean any = pool.work() > 0;
            for (int i = 0; i < MAX && !any; i++) {
                Clerk<R> clerk = all[i];
                any = clerk != null && clerk.slot != null;
            }
            return any;
        } finally {
            pool.locked = 0;
        }
    }

    /** The slot that {@code thread} is at, as a clerk. */
    @Nullable
    Slot<R> at(Thread thread) {
        pool.lock();
        try {
            for (Clerk<R> clerk : all) {
                if (clerk != null && clerk.thread == thread) {
                    return clerk.slot;
                }
            }
            return null;
        } finally {
            pool.locked = 0;
        }
    }

    /** Adds those that are at work. */
    void overruns(List<Overrun> list, long now) {
        List<Clerk<R>> busy = new ArrayList<>(MAX);
        for (int i = 0; i < MAX; i++) {
            busy.add(null);
        }
        pool.lock();
        try {
            for (int i = 0; i < MAX; i++) {
                busy.set(i, all[i]);
            }
        } finally {
            pool.locked = 0;
        }
        for (Clerk<R> clerk : busy) {
            Thread thread = clerk == null || clerk.slot == null ? null : clerk.thread;
            if (thread != null && thread != Thread.currentThread() && list.size() < CloseReport.MAX_LISTED) {
                list.add(new Overrun(
                        "call of the factory of " + pool.title(),
                        null,
                        Duration.ofNanos(Math.max(0, now - clerk.since)),
                        thread.getStackTrace(),
                        OverrunPolicy.ABANDON));
            }
        }
    }
}
