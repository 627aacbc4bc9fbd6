package dev.lifecycle.impl.time;

import dev.lifecycle.time.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs short checks of the library at intervals they choose, on one daemon thread for each clock: {@code lifecycle-timer}.
 *
 * <p>The thread starts with the first check and ends a while after the last, so that it pins no class loader. Checks must
 * not block; the one thing of users that they run is a handler of the log.
 */
public final class Sweeper {
    /*
     * Guarded by `locked` (0 free, 1 taken): checks and its entries, thread, alarm. It is given back by a statement: at the end of a
     * stack a call to unlock would have no room. Nothing of users runs under it, their clocks neither. Invariants:
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

    /** The same where a class could not be loaded, which is said each time. */
    private static final long BROKEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Frames of add() and what it calls. */
    private static final int ROOM = 24;

    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(Sweeper.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final PerClock<Sweeper> ALL = new PerClock<>(clock -> new Sweeper(clock, "lifecycle-timer"));
    private static final Sweeper OF_WAITS = new Sweeper(TimeSource.system(), "lifecycle-waits");

    private final TimeSource clock;
    private final String name;
    private volatile int locked;
    private final List<Entry> checks = new ArrayList<>();
    private @Nullable Entry[] room; // for all of them, at least: a round takes it, and needs no memory of its own
    private @Nullable Thread thread;
    private long alarm; // when the thread wakes by itself

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

    private Sweeper(TimeSource clock, String name) {
        this.clock = clock;
        this.name = name;
        this.room = new @Nullable Entry[4];
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
     * Returns the sweeper, by the clock of the JVM, of checks that wake who waits. Its thread runs nothing else, and nothing that logs: a handler of users might wait for the same.
     *
     * @return always the same one
     */
    public static Sweeper ofWaits() {
        return OF_WAITS;
    }

    /**
     * Begins to call {@code check}, or calls it earlier if it is being called already.
     *
     * @param check called next after {@code delay} at the latest
     * @param delay nanoseconds, at least 0
     */
    public void add(Check check, long delay) {
        long now = clock.nanos();
        add(check, now + delay, now);
    }

    /**
     * Does the same for a moment: who has read the clock once must not do so again, since it may have leapt.
     *
     * @param check called next at {@code moment} at the latest
     * @param moment a reading of the clock, which may have passed
     */
    public void addAt(Check check, long moment) {
        add(check, moment, clock.nanos());
    }

    private void add(Check check, long moment, long now) {
        StackRoom.need(ROOM);
        Thread woken = null;
        lock();
        try {
            Thread runs = thread == null ? start(now) : thread; // first: without a thread nothing is added
            Entry entry = find(check);
            if (entry == null) {
                Entry fresh = new Entry(check, moment);
                if (room.length <= checks.size()) {
                    room = new @Nullable Entry[2 * room.length];
                }
                checks.add(fresh);
            } else if (entry.running || moment - entry.due < 0) {
                entry.due = entry.asked && entry.due - moment < 0 ? entry.due : moment;
                entry.asked = entry.running;
                entry.dropped = false;
            }
            if (moment - alarm < 0) {
                alarm = moment;
                woken = runs;
            }
        } finally {
            locked = 0;
        }
        wake(woken);
    }

    /**
     * Calls {@code check} no more. Needed where the clock may stand still: its thread would wait for ever.
     *
     * @param check may run at this moment
     */
    public void remove(Check check) {
        StackRoom.need(ROOM);
        long now = clock.nanos();
        Thread woken = null;
        lock();
        try {
            Entry entry = find(check);
            if (entry != null && entry.running) {
                entry.dropped = true;
                entry.asked = false;
            } else if (entry != null) {
                checks.remove(entry);
                alarm = now;
                woken = thread;
            }
        } finally {
            locked = 0;
        }
        wake(woken);
    }

    private void wake(@Nullable Thread sleeper) {
        if (sleeper != null) {
            clock.unpark(sleeper);
            LockSupport.unpark(sleeper); // it waits by the JVM's clock when it has nothing to do
        }
    }

    private void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }

    private @Nullable Entry find(Check check) {
        for (int i = 0; i < checks.size(); i++) {
            Entry entry = checks.get(i);
            if (entry.check == check) {
                return entry;
            }
        }
        return null;
    }

    private Thread start(long now) {
        alarm = now + Long.MAX_VALUE;
        Thread fresh = Daemons.thread(name, this::run);
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
            } catch (VirtualMachineError
                    | LinkageError full) { // no memory for a list, or a lock: all the checks depend on this thread
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    private void park() {
        long until;
        lock();
        try {
            until = alarm; // an add() that makes it earlier after this also unparks
        } finally {
            locked = 0;
        }
        clock.parkUntil(this, until);
    }

    /** Calls what is due; returns whether anything is left to wait for, until {@link #alarm}. */
    private boolean round() {
        long now = clock.nanos();
        @Nullable Entry[] due;
        int count = 0;
        lock();
        try {
            due = room;
            for (int i = 0; i < checks.size(); i++) { // not an iterator: there may be no memory for one
                Entry entry = checks.get(i);
                if (entry.due - now <= 0 || entry.running) { // running: of a round that failed
                    entry.running = true;
                    due[count++] = entry;
                }
            }
        } finally {
            locked = 0;
        }
        for (int i = 0; i < count; i++) {
            Entry entry = due[i];
            due[i] = null;
            if (entry == null) {
                continue; // never: for the nullness checker
            }
            long next = isDropped(entry) ? Check.DONE : run(entry.check, now);
            lock();
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
                locked = 0;
            }
        }
        long reading = clock.nanos();
        lock();
        try {
            long wait = Long.MAX_VALUE;
            for (int i = 0; i < checks.size(); i++) {
                Entry entry = checks.get(i);
                wait = Math.min(wait, Math.max(entry.due - reading, 0));
            }
            alarm = reading + wait; // without checks, so late that any add() is earlier
            return !checks.isEmpty();
        } finally {
            locked = 0;
        }
    }

    /** Whether {@code entry} was removed by a check that was called before it. */
    private boolean isDropped(Entry entry) {
        lock();
        try {
            return entry.dropped;
        } finally {
            locked = 0;
        }
    }

    private static long run(Check check, long now) {
        try {
            return check.check(now);
        } catch (VirtualMachineError full) {
            return RETRY_NANOS;
        } catch (LinkageError broken) { // also for want of memory: of a class that could not be initialized then
            complain(check, "could not load a class, and is called again", broken);
            return BROKEN_NANOS;
        } catch (Throwable failure) { // a defect of the library: say so, and keep the other checks alive
            complain(check, "failed and is dropped", failure);
            return Check.DONE;
        }
    }

    private static void complain(Check check, String what, Throwable failure) {
        try {
            LOG.log(Level.ERROR, "a check of the library " + what + ": " + check.getClass(), failure);
        } catch (Throwable handler) { // user code: the other checks depend on this thread, and nobody else would hear
            return;
        }
    }

    private boolean ends() {
        lock();
        try {
            if (checks.isEmpty()) {
                thread = null;
                return true;
            }
            return false;
        } finally {
            locked = 0;
        }
    }

    /** Whether the invariants hold, for tests. */
    boolean invariantsHold() {
        lock();
        try {
            return checks.isEmpty() || thread != null;
        } finally {
            locked = 0;
        }
    }
}
