package dev.lifecycle.impl.collect;

import dev.lifecycle.collect.CacheTimeoutException;
import dev.lifecycle.impl.leak.LibraryDetector;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.Release;
import dev.lifecycle.spi.BoundedCacheConfig.Closing;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.PhantomReference;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The open values of a cache that closes them. */
final class Holdings<V> extends Reaper.Client {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.collect");

    private final String cache;
    private final @Nullable Release<? super V> release;
    private final int maxOpen;
    private final TimeSource clock;
    private final ConcurrentHashMap<Holding, Holding> open = new ConcurrentHashMap<>(); // compares by identity
    private final AtomicInteger reserved = new AtomicInteger(); // open values and those to come, where there is a limit
    private final AtomicInteger turns =
            new AtomicInteger(); // how often a value of an entry was given back, where there is one
    private final Set<Thread> waiting = ConcurrentHashMap.newKeySet(); // for room
    private final Set<LoanRef> lent = ConcurrentHashMap.newKeySet(); // of values without entries
    private final ReentrantLock lock = new ReentrantLock(); // of loans; no code of users runs under it
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    Holdings(String cache, Closing<V> closing, TimeSource clock) {
        this.cache = cache;
        this.release = closing.release();
        this.maxOpen = closing.maxOpen();
        this.clock = clock;
    }

    // ---- room ------------------------------------------------------------------------------------------------------

    /** Takes room for one value; false if there is none. */
    boolean reserve() {
        if (maxOpen == Integer.MAX_VALUE) {
            return true;
        }
        for (int seen = reserved.get(); seen < maxOpen; seen = reserved.get()) {
            if (reserved.compareAndSet(seen, seen + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Gives room back. */
    void unreserve() {
        if (maxOpen != Integer.MAX_VALUE) {
            reserved.decrementAndGet(); // before the look at who waits
            waiting.forEach(clock::unpark);
        }
    }

    /** A value that has entries was given back: it can go now. */
    void idle() {
        if (maxOpen != Integer.MAX_VALUE) {
            turns.incrementAndGet(); // before the look at who waits
            waiting.forEach(clock::unpark);
        }
    }

    /** Ask before looking for room in vain: see {@link #awaitRoom}. */
    int turn() {
        return turns.get();
    }

    /**
     * Waits until a deadline for room, or for a value that could make room since {@code turn}; takes nothing.
     *
     * @return false at the deadline
     */
    boolean awaitRoom(int turn, boolean limited, long deadline) throws InterruptedException {
        Thread self = Thread.currentThread();
        waiting.add(self);
        try {
            while (reserved.get() >= maxOpen && turns.get() == turn) { // after joining
                if (limited && clock.nanos() - deadline >= 0) {
                    return false;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (limited) {
                    clock.parkUntil(this, deadline);
                } else {
                    clock.parkNanos(this, CacheNode.NEVER);
                }
            }
            return true;
        } finally {
            waiting.remove(self);
        }
    }

    /** What is thrown when no room came. */
    CacheTimeoutException full(String what) {
        return new CacheTimeoutException(
                "cache " + cache + ": " + maxOpen + " values are open, as many as maxOpen allows," + " and in use; "
                        + what + ". Raise maxOpen, or look for a lease that is never closed");
    }

    // ---- taking and closing ----------------------------------------------------------------------------------------

    /** Throws if {@code value} cannot be closed. */
    void check(Object value) {
        if (release == null && !(value instanceof AutoCloseable)) {
            throw new IllegalArgumentException("cache " + cache + " closes its values, and a "
                    + value.getClass().getName() + " is not AutoCloseable; use closeValues(release)");
        }
    }

    /** Counts an entry of {@code value}; it takes the caller's room, which goes back if the value has some already. */
    Holding acquire(Object value) {
        Holding fresh = new Holding(value, this);
        Holding known = enter(fresh);
        if (known != fresh) {
            unreserve();
        }
        return known;
    }

    /** Counts an entry: by {@code fresh}, for which room is to be taken then, or by what counts those of its value already. */
    Holding enter(Holding fresh) {
        while (true) {
            Holding known = open.putIfAbsent(fresh, fresh);
            if (known == null) {
                return fresh;
            }
            if (known.addEntry()) {
                return known;
            }
            forgetEntirely(known); // closed, or about to be: the caller was told not to put it again
        }
    }

    /**
     * The value of {@code holding}, which is CLOSED, was never put, and is its owner's.
     *
     * @param hasRoom whether room was taken for it
     */
    void giveBack(Holding holding, boolean hasRoom) {
        forgetEntirely(holding);
        if (hasRoom) {
            unreserve();
        }
    }

    /** Takes room above the limit, if need be: for a value that was put by two, of whom the one with the room was refused. */
    void takeRoom() {
        if (maxOpen != Integer.MAX_VALUE) {
            reserved.incrementAndGet();
        }
    }

    /** By identity: holdings of one value are equal, and there may be another one by now. */
    private void forgetEntirely(Holding holding) {
        open.computeIfPresent(holding, (value, known) -> known == holding ? null : known);
    }

    /** Closes the value: called once, by the one that made the holding CLOSED, with no lock held. */
    @SuppressWarnings("unchecked") // the cache puts nothing else in
    void close(Holding holding) {
        try {
            if (release != null) {
                release.release((V) holding.value);
            } else if (holding.value instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (Throwable failure) { // user code: nobody above could handle it
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            long count = failures.incrementAndGet();
            if (Long.bitCount(count) == 1) {
                LOG.warn("a value of cache " + cache + " failed to close, " + count + " so far", failure);
            }
        }
        closed.incrementAndGet();
        forgetEntirely(holding);
        unreserve();
        lock.lock();
        try {
            holding.loan = null;
            if (holding.refs > 0) {
                lent.removeIf(ref -> ref.holding == holding);
                holding.refs = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- leases that are dropped -----------------------------------------------------------------------------------

    /** Notices that no lease of a value is left. */
    private static final class LoanRef extends PhantomReference<Holding.Loan>
            implements Reaper.Reapable, Reaper.CallOut, Described {
        private final Holding holding;
        private final String cache;

        LoanRef(Holding.Loan loan, Holding holding, String cache) {
            super(loan, Reaper.queue());
            this.holding = holding;
            this.cache = cache;
        }

        @Override
        public void reap() {
            long dropped = holding.holdings.forfeit(this);
            if (dropped > 0) {
                LibraryDetector.instance()
                        .report(
                                LeakReport.Kind.COLLECTED_UNCLOSED,
                                this,
                                Duration.ZERO,
                                dropped,
                                new StackTraceElement[0]);
                Reaper.callOut(this);
            }
        }

        @Override
        public void run() {
            holding.holdings.close(holding);
        }

        @Override
        public void stuck() {
            LOG.warn("closing a value of cache " + cache
                    + ", whose last lease was dropped, takes long: its thread is left to it");
        }

        @Override
        public String type() {
            return dev.lifecycle.Lease.class.getName();
        }

        @Override
        public String label() {
            return "lease of cache " + cache;
        }

        @Override
        public String scopePath() {
            return "";
        }

        @Override
        public @Nullable Site site() {
            return null;
        }
    }

    @Override
    protected boolean isLive() {
        return !lent.isEmpty();
    }

    /** For a value without a strong loan: makes one, or a weak one if it has no entries. */
    Holding.Loan lendAgain(Holding holding) {
        Holding.Loan loan = new Holding.Loan();
        lock.lock();
        try {
            Holding.Loan known = holding.loan;
            if (known != null) {
                return known;
            }
            if (holding.hasEntries()) {
                holding.loan = loan;
                return loan;
            }
            if (!holding.isClosed()) {
                watch(loan, holding);
            }
        } finally {
            lock.unlock();
        }
        watch();
        return loan;
    }

    /** The last entry is gone, and there are leases. */
    void lentOnly(Holding holding) {
        boolean dropped = false;
        lock.lock();
        try {
            Holding.Loan loan = holding.loan;
            if (holding.hasEntries() || holding.isClosed()) {
                return;
            }
            if (loan != null) {
                watch(loan, holding);
                holding.loan = null;
            }
            // all leases were found dropped while it had entries again; with the lock: who borrows again gets a loan
            // before
            dropped = holding.refs == 0 && holding.forfeit() > 0;
        } finally {
            lock.unlock();
        }
        if (dropped) {
            close(holding);
        } else {
            watch();
        }
    }

    private void watch(Holding.Loan loan, Holding holding) {
        lent.add(new LoanRef(loan, holding, cache));
        holding.refs++;
    }

    /** Forgets {@code ref}, whose leases are gone; ends them if those are all there are, and returns how many. */
    private long forfeit(LoanRef ref) {
        lock.lock();
        try {
            Holding holding = ref.holding;
            if (!lent.remove(ref) || --holding.refs > 0 || holding.loan != null) {
                return 0;
            }
            return holding
                    .forfeit(); // with the lock: one that borrows it at this moment has no loan yet, or is in refs
        } finally {
            lock.unlock();
        }
    }

    // ---- figures ---------------------------------------------------------------------------------------------------

    /** How many values are not closed. */
    long open() {
        return open.mappingCount();
    }

    /** How many of them have no entries. */
    long borrowed() {
        return open.values().stream().filter(holding -> !holding.hasEntries()).count();
    }

    long closed() {
        return closed.get();
    }

    long failures() {
        return failures.get();
    }
}
