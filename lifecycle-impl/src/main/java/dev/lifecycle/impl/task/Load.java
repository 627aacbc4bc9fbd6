package dev.lifecycle.impl.task;

import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The load of a key by a {@link Flights}. */
final class Load<K, V> extends Flight implements Runnable {
    /*
     * Two words.
     *   joined   how many callers wait; 1 when it begins. At 0 it stays: nobody joins any more, and the one that left last stops
     *            the load. So whoever joins has a live load, and the failure of one that was stopped is nobody's.
     *   phase    NEW -> RUNNING -> DONE              by the thread that loads
     *            NEW -> STOPPED                      by the one who stops it: it never begins
     *            RUNNING -> STOPPING -> STOPPED      by the one who stops it, which interrupts that thread in STOPPING; the thread
     *                                                waits that out, and takes the interrupt back: it cannot hit what comes next
     *   keeping  NEW -> KEPT -> DROPPED, or NEW -> DROPPED: whether it stays in the map after its end, until `until`
     * All volatile compare-and-sets. `until` is written before KEPT, and that before the outcome; who finds an outcome reads them
     * after it.
     */
    private static final int NEW = 0;
    private static final int RUNNING = 1;
    private static final int DONE = 2;
    private static final int STOPPING = 3;
    private static final int STOPPED = 4;
    private static final int KEPT = 1;
    private static final int DROPPED = 2;
    private static final VarHandle PHASE;
    private static final VarHandle JOINED;
    private static final VarHandle KEEPING;
    private static final VarHandle OWNER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PHASE = lookup.findVarHandle(Load.class, "phase", int.class);
            JOINED = lookup.findVarHandle(Load.class, "joined", int.class);
            KEEPING = lookup.findVarHandle(Load.class, "keeping", int.class);
            OWNER = lookup.findVarHandle(Flight.class, "owner", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final K key;
    private final Flights<K, V> flights;
    private final long creator = Thread.currentThread().getId(); // not the thread: a result is kept for long
    final long begun;
    private volatile @Nullable Callable<? extends V> loader; // null once it has begun, or never will
    private volatile int phase = NEW;
    private volatile int joined = 1;

    private volatile int keeping = NEW;
    private long until;

    Load(Flights<K, V> flights, K key, Callable<? extends V> loader, TimeSource clock, long now) {
        super(clock);
        this.flights = flights;
        this.key = key;
        this.loader = loader;
        this.begun = now;
    }

    @Override
    String text() {
        return "the load of key " + text(key) + " by " + flights.name();
    }

    /** Counts another caller; false if nobody waits any more. */
    boolean join() {
        for (int seen = joined; seen > 0; seen = joined) {
            if (JOINED.compareAndSet(this, seen, seen + 1)) {
                return true;
            }
        }
        return false;
    }

    /** A caller has gone; whether it was the last. */
    boolean leave() {
        return (int) JOINED.getAndAdd(this, -1) == 1;
    }

    int joined() {
        return joined;
    }

    // ---- its result

    /** Keeps it until that moment; returns false if it was dropped before. */
    boolean keep(long end) {
        until = end;
        return KEEPING.compareAndSet(this, NEW, KEPT);
    }

    boolean isKept() {
        return keeping == KEPT;
    }

    /** Until when it is kept; for one that is, or was. */
    long until() {
        return until;
    }

    /** Keeps it no more, nor from now on; returns whether it was kept, or is being dropped already. */
    boolean drop(AtomicInteger kept) {
        int before = (int) KEEPING.getAndSet(this, DROPPED);
        if (before == KEPT) {
            kept.decrementAndGet();
        }
        return before != NEW;
    }

    // ---- the work

    /** Loads, unless it was stopped before; for the executor. */
    @Override
    public void run() {
        Callable<? extends V> own = loader;
        if (own == null || !OWNER.compareAndSet(this, null, Thread.currentThread())) {
            return; // run twice by a strange executor, or too late
        }
        loader = null;
        if (!PHASE.compareAndSet(this, NEW, RUNNING)) {
            owner = null;
            return;
        }
        Object result = Failure.UNKNOWN;
        try {
            result = call(own);
        } finally {
            end(result);
        }
    }

    private Object call(Callable<? extends V> own) {
        try {
            V value = own.call();
            return value != null
                    ? value
                    : new Failure(
                            new NullPointerException("the loader returned null; let it throw, or load an Optional"));
        } catch (Throwable failure) { // user code: told to all who wait
            return new Failure(failure);
        }
    }

    private void end(Object result) {
        boolean wanted = PHASE.compareAndSet(this, RUNNING, DONE);
        if (!wanted) {
            for (int looks = 0; phase == STOPPING; looks++) {
                pause(looks); // the interrupt may not come later
            }
            Thread.interrupted();
        } else if (result instanceof Failure failure
                && failure.cause() instanceof InterruptedException
                && Thread.currentThread().getId() == creator) {
            Thread.currentThread().interrupt(); // not ours: the executor runs tasks in the thread that asks
        }
        owner = null;
        flights.ended(this, result, wanted);
    }

    /** Ends it before it began; false if it has begun. */
    boolean reject() {
        loader = null;
        return PHASE.compareAndSet(this, NEW, STOPPED);
    }

    /**
     * Interrupts it if it runs.
     *
     * @return whether it runs on, until it heeds the interrupt
     */
    boolean stop() {
        if (!PHASE.compareAndSet(this, RUNNING, STOPPING)) {
            return false;
        }
        try {
            Thread thread = owner; // set before RUNNING
            if (thread != null) {
                thread.interrupt();
            }
        } finally {
            phase = STOPPED;
        }
        return true;
    }
}
