package dev.lifecycle.impl.weak;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.State;
import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.weak.Emitter;
import dev.lifecycle.weak.EmitterFullException;
import dev.lifecycle.weak.ListenerException;
import dev.lifecycle.weak.ListenersClosedException;
import dev.lifecycle.weak.Overflow;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A ring of events in front of a hub, and the one task that empties it. */
final class QueuedEmitter<E> implements Emitter<E> {
    /*
     * Guarded by `locked` (0 free, 1 taken; given back by that statement, nothing is called or allocated in between): ring, head,
     * size, draining, turn, begun, overflows, stopped, accepted, dropped, delivered, inTask.
     *   I1  ring[head .. head + size), modulo its length, has the events that wait, oldest first; the rest is null.
     *   I2  draining is true while a task is with the executor, or runs. Whoever makes it true hands the task over, with the lock
     *       free; whoever finds the ring empty, or no task to be had, makes it false.
     *   I3  accepted == size + dropped + delivered + inTask, where dropped does not count those that were not accepted.
     *   I4  a task begins if its number is `turn`, and once: so one that an executor took before it failed, and which was given up
     *       for another one, does nothing.
     *
     * An executor may throw a task away without a word. So, when the ring overflows and the task has not begun, another one with
     * the same number is handed over: whichever is run first begins. An executor that is only busy gets few of them: at the first
     * overflow and each doubling.
     *
     * So there is one task at most, and no event waits without one: add() finds draining false and makes it true in the same
     * section in which it adds. The task goes back to the executor after a batch, so that it does not keep a thread; if it is
     * run there and then by an executor that does so, it goes on where it is, at the depth of one call. If it is refused, it goes on
     * with what waits at that moment, which was accepted; is it refused after that again, then what came meanwhile is dropped.
     *
     * Where the stack ends, there may be no room to take the lock and say that a task is gone: so a statement says it, to
     * `refusedTurn` or `diedTurn`, volatile, and the next event finds it.
     */
    private static final int BATCH = 64;
    private static final int FIRST = 16;
    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(QueuedEmitter.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Hub<E> hub;
    private final Executor executor;
    private final int capacity;
    private final Overflow overflow;
    private final Faults faults;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private volatile int locked;
    private @Nullable Object[] ring;
    private int head;
    private int size;
    private boolean draining;
    private long turn; // the number of the task that was handed over last
    private long begun; // the number of the last one that began to run, or goes on as that
    private long overflows; // since it was handed over
    private volatile long refusedTurn; // execute() failed for it; it may have begun all the same
    private volatile long diedTurn; // it began, and failed
    private boolean stopped;
    private long accepted;
    private long dropped; // after they were accepted
    private long refused; // not accepted
    private long delivered;
    private int inTask;

    private @Nullable Owned<?> inHub;

    QueuedEmitter(Hub<E> hub, Executor executor, int capacity, Overflow overflow, Faults faults) {
        this.hub = hub;
        this.executor = executor;
        this.capacity = capacity;
        this.overflow = overflow;
        this.faults = faults;
        this.ring = new @Nullable Object[Math.min(FIRST, capacity)];
    }

    void enters(Owned<?> handle) {
        inHub = handle;
    }

    // ---- in

    @Override
    public boolean emit(E event) {
        Objects.requireNonNull(event, "event");
        @Nullable Object[] wider = null;
        boolean starts;
        boolean again = false;
        boolean taken = true;
        long number;
        while (true) {
            lock();
            int capacityNow = ring.length;
            if (stopped) {
                locked = 0;
                throw new ListenersClosedException((hub.state() == State.OPEN
                                ? "this emitter of listeners " + hub.name() + " is closed"
                                : hub.closed())
                        + "; the event was not taken");
            }
            if (size == capacityNow && capacityNow < capacity) {
                if (wider == null || wider.length <= capacityNow) {
                    locked = 0;
                    wider = new @Nullable Object[(int) Math.min(capacity, capacityNow * 2L)];
                    continue;
                }
                for (int i = 0; i < size; i++) {
                    int from = head + i;
                    wider[i] = ring[from < capacityNow ? from : from - capacityNow];
                }
                ring = wider;
                head = 0;
                capacityNow = wider.length;
            }
            if (size == capacityNow) {
                long times = ++overflows;
                again = begun != turn && (times & times - 1) == 0;
                if (overflow == Overflow.DROP_OLDEST) {
                    ring[head] = null;
                    head = head + 1 == capacityNow ? 0 : head + 1;
                    size--;
                    dropped++;
                } else {
                    refused++;
                    taken = false;
                }
            }
            if (taken) {
                int tail = head + size;
                ring[tail < capacityNow ? tail : tail - capacityNow] = event;
                size++;
                accepted++;
            }
            starts = !draining || diedTurn == turn || refusedTurn == turn && begun != turn;
            draining = true;
            if (starts) {
                turn++;
                overflows = 0;
            }
            number = turn;
            locked = 0;
            break;
        }
        boolean begins = true;
        if (starts) {
            try {
                begins = start(number);
            } catch (StackOverflowError noFrame) { // perhaps not even for that call
                refusedTurn = number; // volatile, see above
                throw noFrame;
            }
        } else if (again) {
            startAgain(number);
        }
        if (!taken && overflow == Overflow.REJECT) {
            throw new EmitterFullException("the queue of an emitter of listeners " + hub.name() + " is full: "
                    + capacity + " events wait; this one was not taken. Raise its capacity, drop events,"
                    + " or look for a listener that is slow");
        }
        return taken && begins;
    }

    /** Hands over a task beside the one that has not begun, which may be lost. */
    private void startAgain(long number) {
        try {
            executor.execute(new Task(null, number));
        } catch (Throwable failure) { // of a full executor, which may have the other one; or it was shut down
            faults.refused(refusals.incrementAndGet(), failure);
        }
    }

    /** Hands the task to the executor; drops what waits if that fails, unless the task runs all the same. */
    private boolean start(long number) {
        Throwable failure;
        try {
            executor.execute(new Task(null, number));
            return true;
        } catch (Throwable thrown) { // of a full or closed executor, or a defect of a user's
            refusedTurn = number; // volatile, see above
            failure = thrown;
        }
        return gaveUp(number, false, failure);
    }

    /** Drops what waits, unless the task of this number runs, and is not {@code mine}; returns whether it does. */
    private boolean gaveUp(long number, boolean mine, Throwable failure) {
        lock();
        boolean runs = turn != number || begun == number && diedTurn != number && !mine;
        if (!runs) {
            @Nullable Object[] slots = ring;
            for (; size > 0; size--) {
                slots[head] = null;
                head = head + 1 == slots.length ? 0 : head + 1;
                dropped++;
            }
            draining = false;
            turn++; // should it still have the task
        }
        locked = 0;
        faults.refused(refusals.incrementAndGet(), failure);
        return runs;
    }

    // ---- out

    /** Delivers until nothing waits; made anew for each time it is handed over. */
    private final class Task implements Runnable {
        /** Who hands it over from within the task before; null for the first one. The others are for that thread alone. */
        private final @Nullable Thread by;

        private boolean handed;
        private boolean ranInline;

        /** How many it delivers before it is handed over: what waited at the last try, if that was refused. */
        private int batch = BATCH;

        private boolean wasRefused;

        /** Written before it is handed over, and by the thread that runs it. */
        private long number;

        Task(@Nullable Thread by, long number) {
            this.by = by;
            this.number = number;
        }

        @Override
        public void run() {
            if (!begins(number)) {
                return;
            }
            if (by == Thread.currentThread() && !handed) { // an executor that runs it within execute()
                ranInline = true;
                return;
            }
            try {
                do {
                    for (int i = 0; i < batch; i++) {
                        if (!one()) {
                            return;
                        }
                    }
                } while (!goesOnElsewhere());
            } catch (Throwable noRoom) { // for a call of our own: the next event begins anew
                diedTurn = number; // volatile, see above
                throw noRoom;
            }
        }

        /** Hands over after a batch, so that others have their turn; returns false where it goes on here. */
        private boolean goesOnElsewhere() {
            Task next = new Task(Thread.currentThread(), 0);
            lock();
            int waiting = size;
            if (waiting == 0) {
                draining = false;
                locked = 0;
                return true;
            }
            long mine = ++turn; // of the next one, or of this one, should it go on
            overflows = 0;
            locked = 0;
            number = mine;
            next.number = mine;
            try {
                executor.execute(next);
            } catch (
                    Throwable refusedNow) { // what waits was accepted: it is delivered here, unless it is there already
                if (!next.ranInline && !begins(mine)) {
                    return true;
                }
                if (wasRefused) {
                    gaveUp(mine, true, refusedNow);
                    return true;
                }
                wasRefused = true;
                batch = waiting;
                return false;
            }
            next.handed = true;
            wasRefused = false;
            batch = BATCH;
            return !next.ranInline;
        }
    }

    /** Whether the task of this number is the one to run, for the first time. */
    private boolean begins(long number) {
        lock();
        boolean first = turn == number && begun != number && diedTurn != number;
        if (first) {
            begun = number;
        }
        locked = 0;
        return first;
    }

    /** Delivers the oldest event; returns whether there was one. */
    private boolean one() {
        lock();
        dropped += inTask; // of a task before this one, which had no room to say what became of it
        inTask = 0;
        if (size == 0) {
            draining = false;
            locked = 0;
            return false;
        }
        @Nullable Object[] slots = ring;
        Object event = slots[head];
        slots[head] = null;
        head = head + 1 == slots.length ? 0 : head + 1;
        size--;
        inTask++;
        locked = 0;
        boolean done = false;
        try {
            done = deliver(event);
        } finally {
            lock();
            inTask--;
            if (done) {
                delivered++;
            } else {
                dropped++;
            }
            locked = 0;
        }
        return true;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // emit() puts nothing else in
    private boolean deliver(@Nullable Object event) {
        try {
            hub.emit((E) event);
            return true;
        } catch (ListenerException failed) {
            faults.log(failed, failures.incrementAndGet());
            return true;
        } catch (ListenersClosedException closed) {
            return false;
        } catch (Throwable failure) { // no memory or no stack: the thread of an executor does not pay for it
            faults.log(failure, failures.incrementAndGet());
            return false;
        }
    }

    // ---- the rest

    @Override
    public int queued() {
        lock();
        int queued = size;
        locked = 0;
        return queued;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public long dropped() {
        lock();
        long all = dropped + refused;
        locked = 0;
        return all;
    }

    @Override
    public long delivered() {
        lock();
        long all = delivered;
        locked = 0;
        return all;
    }

    @Override
    public void close() {
        stop();
        Owned<?> handle = inHub;
        if (handle != null) {
            inHub = null;
            try {
                handle.release();
            } catch (LifecycleException gone) { // the hub is at it, or was before, or another thread was
                return;
            }
            hub.emitterClosed(); // once: the others get that exception
        }
    }

    /** Takes no more; called by the hub when it closes. */
    void stop() {
        lock();
        stopped = true;
        locked = 0;
    }

    /** Returns whose it is and how full it is. */
    @Override
    public String toString() {
        return "emitter of " + hub.name() + " " + queued() + "/" + capacity;
    }

    /** Whether I1 and I3 hold, for tests. */
    boolean invariantsHold() {
        lock();
        boolean hold =
                accepted == size + dropped + delivered + inTask && size <= ring.length && (size == 0 || draining);
        for (int i = 0; i < ring.length; i++) {
            int at = i - head < 0 ? i - head + ring.length : i - head;
            hold &= (ring[i] != null) == (at < size);
        }
        locked = 0;
        return hold;
    }

    private void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }
}
