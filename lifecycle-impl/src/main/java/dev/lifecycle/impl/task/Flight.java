package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.task.RecursiveLoadException;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Something that one thread makes and others wait for. */
abstract class Flight {
    /*
     * `outcome` is set once, by a compare-and-set; then those who wait are woken. One that begins to wait is among the waiters
     * before it looks at the outcome (both volatile), so either it sees the outcome, or it is woken.
     *
     * `owner` is the thread that makes it: written by that thread before it runs code of a user, and null after. WAITS says what
     * a thread waits for. Who is about to wait is in it before it follows the chain of owners, so of threads that wait for each
     * other in a circle, the last one at least sees the whole circle, over single flights and lazy values alike.
     */
    private static final ConcurrentHashMap<Thread, Flight> WAITS = new ConcurrentHashMap<>();
    private static final VarHandle OUTCOME;
    private static final VarHandle WAITERS;
    private static final long NEVER = Long.MAX_VALUE / 2;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            OUTCOME = lookup.findVarHandle(Flight.class, "outcome", Object.class);
            WAITERS = lookup.findVarHandle(Flight.class, "waiters", Set.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** An outcome: nobody knows, ask again. */
    static final Object RETRY = new Object();

    /** An outcome: who was to make it was closed. */
    static final Object CLOSED = new Object();

    final TimeSource clock;
    volatile @Nullable Thread owner;
    volatile @Nullable Object outcome; // a value, a Failure, RETRY or CLOSED
    private volatile @Nullable Set<Thread> waiters;

    Flight(TimeSource clock) {
        this.clock = clock;
    }

    /** Names it in messages, like {@code the load of key 7}. */
    abstract String text();

    /** Gives the outcome to those who wait; false if there was one already. */
    final boolean tell(Object what) {
        if (!OUTCOME.compareAndSet(this, null, what)) { // volatile, before the look at the waiters
            return false;
        }
        Set<Thread> waiting = waiters;
        if (waiting != null) {
            waiting.forEach(clock::unpark);
        }
        return true;
    }

    /**
     * Waits for the outcome.
     *
     * @param limited whether there is a {@code deadline}
     * @return the outcome; null at the deadline
     * @throws RecursiveLoadException if it waits for the calling thread
     */
    @Nullable
    final Object await(boolean limited, long deadline) throws InterruptedException {
        Object known = outcome;
        if (known != null) {
            return known;
        }
        Thread self = Thread.currentThread();
        Flight outer = WAITS.put(self, this); // not null where a clock or an executor waits in turn
        Set<Thread> waiting = waiting();
        waiting.add(self);
        try {
            refuseCircle(self);
            while (true) {
                known = outcome; // after joining: see tell()
                if (known != null || limited && clock.nanos() - deadline >= 0) {
                    return known;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (limited) {
                    clock.parkUntil(this, deadline);
                } else {
                    clock.parkNanos(this, NEVER);
                }
            }
        } finally {
            waiting.remove(self);
            if (outer == null) {
                WAITS.remove(self);
            } else {
                WAITS.put(self, outer);
            }
        }
    }

    private Set<Thread> waiting() {
        Set<Thread> known = waiters;
        if (known == null) {
            WAITERS.compareAndSet(this, null, ConcurrentHashMap.newKeySet());
            known = waiters;
        }
        return known == null ? Set.of() : known; // never: for the nullness checker
    }

    private void refuseCircle(Thread self) {
        Flight next = this;
        for (int steps = 0; next != null && next.outcome == null && steps <= WAITS.size(); steps++) {
            Thread maker = next.owner;
            if (maker == null) {
                return;
            }
            if (maker == self) {
                throw new RecursiveLoadException(
                        steps == 0
                                ? text() + " asks for what it is to make"
                                : next.text() + " waits, by way of " + steps
                                        + " others, for itself; the last of them is " + text());
            }
            next = WAITS.get(maker);
        }
    }

    /** How many threads wait for anything, for tests. */
    static int waits() {
        return WAITS.size();
    }

    /** Text of a stranger's object, for messages: bounded, on one line, whatever it throws. */
    static String text(Object key) {
        try {
            return dev.lifecycle.Names.quote(String.valueOf(key));
        } catch (Throwable failure) { // user code
            return "(of " + key.getClass().getName() + ", whose toString failed)";
        }
    }

    /** Waits until {@code phase} has gone on: between two instructions of another thread. */
    static void pause(int looks) {
        Backoff.pause(looks);
    }
}
