package dev.lifecycle.impl.weak;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.State;
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
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A ring of events in front of a hub, and the one task that empties it. */
final class QueuedEmitter<E> implements Emitter<E> {
    /*
     * Guarded by `locked` (0 free, 1 taken; given back by that statement, nothing is called or allocated in between): ring, head,
     * size, draining, stopped, accepted, dropped, delivered, inTask.
     *   I1  ring[head .. head + size), modulo its length, has the events that wait, oldest first; the rest is null.
     *   I2  draining is true while a task is with the executor, or runs. Whoever makes it true hands the task over, with the lock
     *       free; whoever finds the ring empty, or no task to be had, makes it false.
     *   I3  accepted == size + dropped + delivered + inTask, where dropped does not count those that were not accepted.
     *
     * So there is one task at most, and no event waits without one: add() finds draining false and makes it true in the same
     * section in which it adds. The task goes back to the executor after a batch, so that it does not keep a thread; if it is
     * refused then, or run there and then by an executor that does so, it goes on where it is, at the depth of one call.
     */
    private static final int BATCH = 64;
    private static final int FIRST = 16;
    private static final int SPINS = 64;
    private static final int YIELDS = 64;
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
                if (overflow != Overflow.DROP_OLDEST) {
                    refused++;
                    locked = 0;
                    if (overflow == Overflow.DROP_NEWEST) {
                        return false;
                    }
                    throw new EmitterFullException("the queue of an emitter of listeners " + hub.name() + " is full: "
                            + capacity + " events wait; this one was not taken. Raise its capacity, drop events,"
                            + " or look for a listener that is slow");
                }
                ring[head] = null;
                head = head + 1 == capacityNow ? 0 : head + 1;
                size--;
                dropped++;
            }
            int tail = head + size;
            ring[tail < capacityNow ? tail : tail - capacityNow] = event;
            size++;
            accepted++;
            starts = !draining;
            draining = true;
            locked = 0;
            break;
        }
        return !starts || start();
    }

    /** Hands the task to the executor; drops what waits if that fails. */
    private boolean start() {
        Throwable failure;
        try {
            executor.execute(new Task(null));
            return true;
        } catch (Throwable thrown) { // of a full or closed executor, or a defect of a user's
            failure = thrown;
        }
        lock();
        @Nullable Object[] slots = ring;
        for (; size > 0; size--) {
            slots[head] = null;
            head = head + 1 == slots.length ? 0 : head + 1;
            dropped++;
        }
        draining = false;
        locked = 0;
        faults.dropped("an executor refused to deliver events", refusals.incrementAndGet(), failure);
        return false;
    }

    // ---- out

    /** Delivers until nothing waits; made anew for each time it is handed over. */
    private final class Task implements Runnable {
        /** Who hands it over from within the task before; null for the first one. The others are for that thread alone. */
        private final @Nullable Thread by;

        private boolean handed;
        private boolean ranInline;

        Task(@Nullable Thread by) {
            this.by = by;
        }

        @Override
        public void run() {
            if (by == Thread.currentThread() && !handed) { // an executor that runs it within execute()
                ranInline = true;
                return;
            }
            try {
                do {
                    for (int i = 0; i < BATCH; i++) {
                        if (!one()) {
                            return;
                        }
                    }
                } while (!goesOnElsewhere());
            } catch (Throwable noRoom) { // for a call of our own: the next event begins anew
                lock();
                draining = false;
                locked = 0;
                throw noRoom;
            }
        }
    }

    /** Hands over after a batch, so that others have their turn. */
    private boolean goesOnElsewhere() {
        Task next = new Task(Thread.currentThread());
        try {
            executor.execute(next);
        } catch (Throwable refusedNow) { // what waits was accepted: it is delivered here
            return false;
        }
        next.handed = true;
        return !next.ranInline;
    }

    /** Delivers the oldest event; returns whether there was one. */
    private boolean one() {
        lock();
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
            } catch (LifecycleException gone) { // the hub is at it, or was before
                return;
            }
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
        for (int i = 1; locked != 0 || !LOCKED.compareAndSet(this, 0, 1); i++) {
            if (i <= SPINS) {
                Thread.onSpinWait();
            } else if (i <= SPINS + YIELDS) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(this, 50_000);
            }
        }
    }
}
