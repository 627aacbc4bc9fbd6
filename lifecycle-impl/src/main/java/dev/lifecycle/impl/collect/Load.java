package dev.lifecycle.impl.collect;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The load of a key: stands in the table in the place of the value, while somebody makes it. */
final class Load extends CacheNode {
    /*
     * Two things end, each once:
     *   in the table   alive --> dead, with the lock of the segment: it was published, or will not be
     *   the work       phase RUNNING --> DONE, by the thread that loads; or RUNNING --> STOPPING --> STOPPED, by whoever
     *                  finds its time over, which interrupts that thread in STOPPING. So an interrupt cannot hit it later.
     *                  Of a load that is not limited, nobody does.
     * outcome is set once, by the one that ended the work: DONE's by the loading thread, STOPPED's by the other. Then the
     * waiters wake; one that joins afterwards sees the outcome before it parks, since it joins first.
     *
     * WAITS says for which load a thread waits. Who is about to wait is in it before it follows the chain of owners, so of
     * threads that wait for each other in a circle, the last one at least sees the whole circle.
     */
    private static final ConcurrentHashMap<Thread, Load> WAITS = new ConcurrentHashMap<>();

    /** An outcome: nobody knows, ask again. */
    static final Object RETRY = new Object();

    /** An outcome: {@link #failure} tells. */
    static final Object FAILED = new Object();

    /** An outcome: its time was over. */
    static final Object TIMED_OUT = new Object();

    private enum Phase {
        RUNNING,
        DONE,
        STOPPING,
        STOPPED
    }

    private static final VarHandle IN_TABLE = handle("inTable", boolean.class);
    private static final VarHandle PHASE = handle("phase", Phase.class);
    private static final VarHandle WAITERS = handle("waiters", Set.class);

    private final Thread owner = Thread.currentThread();
    private final TimeSource clock;

    /** A reading of the clock. */
    final long deadline;

    /** Whether there is a deadline. */
    final boolean limited;

    private final boolean own; // the deadline is that of the caller alone: others ask again

    @SuppressWarnings("unused") // but by IN_TABLE: written with the lock (release), read without it (acquire)
    private boolean inTable;

    private volatile Phase phase = Phase.RUNNING;
    private volatile @Nullable Object outcome;
    private volatile @Nullable Set<Thread> waiters;
    private @Nullable Throwable failure; // written before outcome
    private volatile @Nullable List<Object> voided; // written with the lock of the segment; the list is never changed

    Load(Object key, int hash, TimeSource clock, boolean limited, long deadline, boolean own) {
        super(key, hash, null);
        this.clock = clock;
        this.limited = limited;
        this.deadline = deadline;
        this.own = own;
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Load.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // ---- in the table; with the lock of the segment ----------------------------------------------------------------

    @Override
    boolean isAlive() {
        return (boolean) IN_TABLE.getAcquire(this);
    }

    @Override
    void die() {
        IN_TABLE.setRelease(this, false);
    }

    void enter(@Nullable Load first) {
        IN_TABLE.setRelease(this, true);
        before = null;
        after = first;
        if (first != null) {
            first.before = this;
        }
    }

    /** Returns the first load without this one. */
    @Nullable
    Load leave(@Nullable Load first) {
        Slot left = before;
        Slot right = after;
        if (left != null) {
            left.after = right;
        }
        if (right != null) {
            right.before = left;
        }
        before = null;
        after = null;
        return first == this ? (Load) right : first;
    }

    @Nullable
    Load after() {
        return (Load) after;
    }

    void voidTag(Object tag) {
        List<Object> known = voided;
        List<Object> fresh = known == null ? new ArrayList<>() : new ArrayList<>(known);
        fresh.add(tag);
        voided = fresh;
    }

    int voidedTags() {
        List<Object> known = voided;
        return known == null ? 0 : known.size();
    }

    /** The tags so far. */
    List<Object> voided() {
        List<Object> known = voided;
        return known == null ? List.of() : known;
    }

    // ---- the work --------------------------------------------------------------------------------------------------

    /**
     * Ends the work, for the thread that loads. If its time was over before, the interrupt that told it so is taken back.
     *
     * @return whether the value it has is still wanted
     */
    boolean end() {
        if (!limited) {
            PHASE.setRelease(this, Phase.DONE);
            return true;
        }
        if (PHASE.compareAndSet(this, Phase.RUNNING, Phase.DONE)) {
            return true;
        }
        for (int looks = 0; phase == Phase.STOPPING; looks++) {
            Backoff.pause(looks); // between two instructions of another thread; the interrupt may not come later
        }
        Thread.interrupted();
        return false;
    }

    /** Ends the work since its time is over: called by anybody, after the load was taken out of the table. */
    void stop() {
        if (PHASE.compareAndSet(this, Phase.RUNNING, Phase.STOPPING)) {
            owner.interrupt();
            phase = Phase.STOPPED;
            tell(overdue());
        }
    }

    /** What those who wait are told when its time is over. */
    Object overdue() {
        return own ? RETRY : TIMED_OUT;
    }

    /** Whether its time is over. */
    boolean isOverdue(long now) {
        return limited && now - deadline >= 0 && phase == Phase.RUNNING;
    }

    /** Gives the outcome to those who wait; once, after the work was ended. */
    void tell(Object outcome) {
        this.outcome = outcome; // volatile, before the look at the waiters
        Set<Thread> waiting = waiters;
        if (waiting != null) {
            waiting.forEach(clock::unpark);
        }
    }

    /** Gives a failure to those who wait. */
    void fail(Throwable failure) {
        this.failure = failure;
        tell(FAILED);
    }

    /** Whether the loading thread, and nobody else, has yet to give an outcome. Ends the work if it has not ended. */
    boolean owesOutcome() {
        return outcome == null && (phase == Phase.DONE || end());
    }

    String ownerName() {
        return owner.getName();
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    // ---- waiting ---------------------------------------------------------------------------------------------------

    /**
     * Waits for the outcome.
     *
     * @param limited whether there is a {@code deadline}
     * @param interruptibly whether an interrupt ends it; otherwise the flag is kept
     * @return the outcome; null at the deadline
     * @throws IllegalStateException if it waits for the calling thread
     */
    @Nullable
    Object await(boolean limited, long deadline, boolean interruptibly) throws InterruptedException {
        Thread self = Thread.currentThread();
        Object known = outcome;
        if (known != null) {
            return known;
        }
        boolean interrupted = false;
        Load outer = WAITS.put(self, this); // not null where a key's equals, or a clock, uses a cache
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
                    if (interruptibly) {
                        throw new InterruptedException();
                    }
                    interrupted = true;
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
            if (interrupted) {
                self.interrupt();
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
        Load next = this;
        for (int steps = 0; next != null && steps <= WAITS.size(); steps++) {
            if (next.owner == self && next.phase == Phase.RUNNING) {
                throw new IllegalStateException(
                        steps == 0
                                ? "the loader of key " + Texts.of(key) + " asks for its own key"
                                : "the loader of key " + Texts.of(next.key) + " waits, by way of " + steps
                                        + " other loads, for itself; the last of them is that of key " + Texts.of(key));
            }
            next = next.outcome == null ? WAITS.get(next.owner) : null;
        }
    }
}
