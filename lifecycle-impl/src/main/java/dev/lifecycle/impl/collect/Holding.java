package dev.lifecycle.impl.collect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A value that the cache closes: counts the entries and the leases that have it. */
final class Holding {
    /*
     * One word: entries in the upper half, leases in the lower one; CLOSED once both are 0, for ever.
     *   I1  an entry is added only by one who is about to put it, a lease only while the word is not CLOSED.
     *   I2  the call that makes the word CLOSED closes the value: exactly one. A lease that was given is counted, so the value
     *       is open while one is. Only a value that no entry ever had goes back to who wanted to put it: see `kept`.
     * Every change is a compare-and-set: what was done with the value happens-before its close.
     *
     * A lease refers to a Loan, and only leases do once the last entry is gone: when that Loan is collected, so are the
     * leases, and those that are still counted were dropped. `loan` is strong while there are entries. Guarded by the lock of
     * Holdings: loan (read without it), refs. The order matters: who lends has the loan in hand before it counts.
     */
    static final long CLOSED = -1;
    private static final long ENTRY = 1L << 32;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Holding.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What all leases of a value refer to. */
    static final class Loan {}

    final Object value;
    final Holdings<?> holdings;
    private volatile long word = ENTRY;
    private boolean
            kept; // whether it had an entry that is gone; plain: written before a change of the word, read after one
    volatile @Nullable Loan loan;
    int refs;

    Holding(Object value, Holdings<?> holdings) {
        this.value = value;
        this.holdings = holdings;
    }

    /** Counts another entry; false if it is closed. */
    boolean addEntry() {
        for (long seen = word; seen != CLOSED; seen = word) {
            if (WORD.compareAndSet(this, seen, seen + ENTRY)) {
                return true;
            }
        }
        return false;
    }

    /** Counts a lease; null if it is closed. The loan belongs to the lease. */
    @Nullable
    Loan lend() {
        Loan own = loan;
        if (own == null) {
            own = holdings.lendAgain(this);
        }
        for (long seen = word; seen != CLOSED; seen = word) {
            if (WORD.compareAndSet(this, seen, seen + 1)) {
                return own;
            }
        }
        return null;
    }

    /** An entry of it is gone; may close it. */
    void dropEntry() {
        kept = true;
        while (true) {
            long seen = word;
            long next = seen - ENTRY;
            if (WORD.compareAndSet(this, seen, next == 0 ? CLOSED : next)) {
                if (next == 0) {
                    holdings.close(this);
                } else if (next < ENTRY) {
                    holdings.lentOnly(this);
                }
                return;
            }
        }
    }

    /** A lease is closed; may close it. */
    void dropLease() {
        while (true) {
            long seen = word;
            if (seen == CLOSED) {
                return; // taken from it, see forfeit(): it was not reachable, and is closed by a finalizer of some sort
            }
            if (WORD.compareAndSet(this, seen, seen == 1 ? CLOSED : seen - 1)) {
                if (seen == 1) {
                    holdings.close(this);
                } else if ((seen & ENTRY - 1) == 1) {
                    holdings.idle();
                }
                return;
            }
        }
    }

    /**
     * Gives an entry up that was never put. Closes the value, or leaves that to others, if another entry had it meanwhile: it is
     * the cache's then.
     *
     * @param hasRoom whether there is room for it
     */
    void forget(boolean hasRoom) {
        while (true) {
            long seen = word;
            long next = seen - ENTRY;
            if (WORD.compareAndSet(this, seen, next == 0 ? CLOSED : next)) {
                if (next == 0 && !kept) {
                    holdings.giveBack(this, hasRoom);
                    return;
                }
                if (!hasRoom) {
                    holdings.takeRoom();
                }
                if (next == 0) {
                    holdings.close(this);
                } else if (next < ENTRY) {
                    holdings.lentOnly(this);
                }
                return;
            }
        }
    }

    /**
     * Ends the leases that are left, if there are no entries.
     *
     * @return how many there were; the caller closes it if it is not 0
     */
    long forfeit() {
        for (long seen = word; seen > 0 && seen < ENTRY; seen = word) {
            if (WORD.compareAndSet(this, seen, CLOSED)) {
                return seen;
            }
        }
        return 0;
    }

    boolean hasEntries() {
        return word >= ENTRY;
    }

    boolean isClosed() {
        return word == CLOSED;
    }

    boolean isLent() {
        return (word & ENTRY - 1) != 0 && !isClosed();
    }

    /** Same value, by identity. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Holding holding && holding.value == value;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(value);
    }
}
