package dev.lifecycle.impl.time;

import dev.lifecycle.time.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs short checks of the library at intervals they choose, on one daemon thread for each clock: {@code lifecycle-timer}.
 *
 * <p>The thread starts with the first check and ends a while after the last, so that it pins no class loader. Checks must
 * not block; the one thing of users that they run is a handler of the log.
 */
public final class Sweeper {
    /*
     * Guarded by `lock`: checks and its entries, thread, alarm. Invariants:
     *   I1  thread is non-null while checks is not empty.
     *   I2  only `thread` calls check(), outside the lock.
     *   I3  a check that was added is called no later than its delay after add() returned, plus one run of the others:
     *       add() wakes the thread whenever the new check is due before the thread's own alarm.
     */
    private static final Logger LOG = System.getLogger("dev.lifecycle.time");

    /** How long the thread stays without work; real time, since a virtual clock may stand still for ever. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** After how long a check is called again that met a full heap. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final PerClock<Sweeper> ALL = new PerClock<>(Sweeper::new);

    private final TimeSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Entry> checks = new ArrayList<>();
    private @Nullable Thread thread;
    private long alarm; // when the thread wakes by itself; guarded by lock

    /** A piece of regular work. */
    @FunctionalInterface
    public interface Check {
        /** Returned to be called no more. */
        long DONE = -1;

        /**
         * Does the work that is due.
         *
         * @param now the reading of the clock
         * @return nanoseconds until the next call, or {@link #DONE}
         */
        long check(long now);
    }

    private static final class Entry {
        final Check check;
        long due;
        boolean running;
        boolean asked; // add() was called while it ran: it is not done, whatever it returns
        boolean dropped; // remove() was called while it ran, and no add() since: it is done, whatever it returns

        Entry(Check check, long due) {
            this.check = check;
            this.due = due;
        }
    }

    private Sweeper(TimeSource clock) {
        this.clock = clock;
    }

    /**
     * Returns the sweeper of {@code clock}.
     *
     * @param clock the clock that intervals are measured by
     * @return one for each clock
     */
    public static Sweeper of(TimeSource clock) {
        return ALL.of(clock);
    }

    /**
     * Begins to call {@code check}, or calls it earlier if it is being called already.
     *
     * @param check called next after {@code delay} at the latest
     * @param delay nanoseconds, at least 0
     */
    public void add(Check check, long delay) {
        lock.lock();
        try {
            long due = clock.nanos() + delay;
            Thread runs = thread == null ? start() : thread; // first: without a thread nothing is added
            Entry entry = find(check);
            if (entry == null) {
                checks.add(new Entry(check, due));
            } else if (entry.running || due - entry.due < 0) {
                entry.due = entry.asked && entry.due - due < 0 ? entry.due : due;
                entry.asked = entry.running;
                entry.dropped = false;
            }
            if (due - alarm < 0) {
                alarm = due;
                clock.unpark(runs);
                LockSupport.unpark(runs); // it waits by the JVM's clock when it has nothing to do
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Calls {@code check} no more. Needed where the clock may stand still: its thread would wait for ever.
     *
     * @param check may run at this moment
     */
    public void remove(Check check) {
        lock.lock();
        try {
            Entry entry = find(check);
            Thread runs = thread;
            if (entry == null || runs == null) {
                return;
            }
            if (entry.running) {
                entry.dropped = true;
                entry.asked = false;
            } else {
                checks.remove(entry);
                alarm = clock.nanos();
                clock.unpark(runs);
                LockSupport.unpark(runs);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Entry find(Check check) {
        for (Entry entry : checks) {
            if (entry.check == check) {
                return entry;
            }
        }
        return null;
    }

    private Thread start() {
        alarm = clock.nanos() + Long.MAX_VALUE;
        Thread fresh = Daemons.thread("lifecycle-timer", this::run);
        thread = fresh;
        try {
            fresh.start();
            return fresh;
        } catch (Throwable noThread) { // out of memory or threads: the next add() tries again
            thread = null;
            throw noThread;
        }
    }

    private void run() {
        long idleSince = System.nanoTime();
        while (true) {
            Thread.interrupted(); // nobody may stop this thread: a stray interrupt must not make parking spin
            try {
                if (round()) {
                    park();
                    idleSince = System.nanoTime();
                } else if (System.nanoTime() - idleSince < LINGER_NANOS) {
                    LockSupport.parkNanos(this, LINGER_NANOS);
                } else if (ends()) {
                    return;
                }
            } catch (
                    VirtualMachineError full) { // no memory for a list, or a lock: all the checks depend on this thread
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    private void park() {
        long until;
        lock.lock();
        try {
            until = alarm; // an add() that makes it earlier after this also unparks
        } finally {
            lock.unlock();
        }
        clock.parkUntil(this, until);
    }

    /** Calls what is due; returns whether anything is left to wait for, until {@link #alarm}. */
    private boolean round() {
        List<Entry> due = new ArrayList<>();
        long now = clock.nanos();
        lock.lock();
        try {
            for (Entry entry : checks) {
                if (entry.due - now <= 0) {
                    entry.running = true;
                    due.add(entry);
                }
            }
        } finally {
            lock.unlock();
        }
        for (Entry entry : due) {
            long next = isDropped(entry) ? Check.DONE : run(entry.check, now);
            lock.lock();
            try {
                long again = now + Math.max(next, 0); // the clock may have moved since: the check knew only of `now`
                if ((next < 0 || entry.dropped) && !entry.asked) {
                    checks.remove(entry);
                } else if (next >= 0 && !(entry.asked && entry.due - again < 0)) {
                    entry.due = again;
                }
                entry.running = false;
                entry.asked = false;
            } finally {
                lock.unlock();
            }
        }
        lock.lock();
        try {
            long reading = clock.nanos();
            long wait = Long.MAX_VALUE;
            for (Entry entry : checks) {
                wait = Math.min(wait, Math.max(entry.due - reading, 0));
            }
            alarm = reading + wait; // without checks, so late that any add() is earlier
            return !checks.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@code entry} was removed by a check that was called before it. */
    private boolean isDropped(Entry entry) {
        lock.lock();
        try {
            return entry.dropped;
        } finally {
            lock.unlock();
        }
    }

    private static long run(Check check, long now) {
        try {
            return check.check(now);
        } catch (VirtualMachineError full) {
            return RETRY_NANOS;
        } catch (Throwable failure) { // a defect of the library: say so, and keep the other checks alive
            complain(check, failure);
            return Check.DONE;
        }
    }

    private static void complain(Check check, Throwable failure) {
        try {
            LOG.log(Level.ERROR, "a check of the library failed and is dropped: " + check.getClass(), failure);
        } catch (Throwable handler) { // user code: the other checks depend on this thread, and nobody else would hear
            return;
        }
    }

    private boolean ends() {
        lock.lock();
        try {
            if (checks.isEmpty()) {
                thread = null;
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the invariants hold, for tests. */
    boolean invariantsHold() {
        lock.lock();
        try {
            return checks.isEmpty() || thread != null;
        } finally {
            lock.unlock();
        }
    }
}
