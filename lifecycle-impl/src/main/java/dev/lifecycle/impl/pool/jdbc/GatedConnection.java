package dev.lifecycle.impl.pool.jdbc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counts the calls that are inside a connection, and tells who gives it back once it is closed and empty; knows what was done to it. */
abstract class GatedConnection extends ForwardingConnection {
    /*
     * One word: the sign bit is CLOSED, the lowest 32 bits count the calls inside, those between are flags.
     *   I1  the count is never negative: each exit() follows its own successful tryEnter(), join(), or shut() that said INSIDE.
     *   I2  CLOSED, once set, stays set.
     *   I3  tryEnter() succeeds only while CLOSED is clear; join() also while somebody is inside.
     *   I4  exactly one call, of shut() or exit(), tells its caller that it is the last: giving back is that caller's, and from then on
     *       nobody gets in.
     *   I5  who calls the driver for what a flag stands for sets it before leaving. It is cleared only by one who is alone inside, before its
     *       own call of the driver: whoever comes in later sets it again.
     *   I6  RETURNED is set by the caller of I4, and by nobody else, before the connection may become somebody else's. SPOILED is set only while it is clear, by
     *       one who then aborts the driver's connection; who sets RETURNED sees it, and then nobody gets the connection again.
     * Ordering: every update is a volatile read-modify-write of this word, so what was done inside happens-before the giving back. The read in
     * isShut() is volatile: a close() that has returned is visible.
     */
    /** Closed. */
    static final long CLOSED = Long.MIN_VALUE;

    private static final long COUNT = 0xFFFF_FFFFL;

    /** A transaction may be open, if autocommit is off. */
    static final long WORKED = 1L << 32;

    /** There may be warnings. */
    static final long TOUCHED = 1L << 33;

    /** It is broken: nobody calls the driver to put it in order, nor gets it again. */
    static final long UNFIT = 1L << 34;

    /** Something was done to it that cannot be set back. */
    static final long STRANGE = 1L << 35;

    /** The borrower has an object of the driver. */
    static final long UNWRAPPED = 1L << 36;

    /** It is the borrower's no more. */
    private static final long RETURNED = 1L << 37;

    /** It was aborted when nobody was inside, by somebody who found it not returned yet. */
    private static final long SPOILED = 1L << 38;

    /** The first of the flags that stand for a {@link Setting}. */
    static final int FIRST_SETTING = 40;

    /** What {@link #shut} found. */
    enum Found {
        CLOSED_ALREADY,
        /** Nobody inside: the caller gives back. */
        EMPTY,
        /** Others inside, and the caller now, too: it calls exit(). */
        OTHERS
    }

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(GatedConnection.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long word;

    /** Goes inside, and sets {@code flags}; false if it is closed. */
    final boolean tryEnter(long flags) {
        long seen = word;
        while (seen >= 0) {
            long actual = (long) WORD.compareAndExchange(this, seen, (seen | flags) + 1); // volatile (I3, I5)
            if (actual == seen) {
                return true;
            }
            seen = actual;
        }
        return false;
    }

    /** Goes inside, and sets {@code flags}; false if it is closed and nobody is inside: it may be somebody else's by now. */
    final boolean join(long flags) {
        long seen = word;
        while (seen >= 0 || (seen & COUNT) != 0) {
            long actual = (long) WORD.compareAndExchange(this, seen, (seen | flags) + 1); // volatile (I3)
            if (actual == seen) {
                return true;
            }
            seen = actual;
        }
        return false;
    }

    /** Leaves; true if the caller is the last one of a closed connection, and gives it back. */
    final boolean exit() {
        long seen = (long)
                WORD.getAndAdd(this, -1L); // volatile: releases what this caller did, acquires what the others did (I4)
        return seen < 0 && (seen & COUNT) == 1;
    }

    /** Closes it. */
    final Found shut() {
        long seen = word;
        while (seen >= 0) {
            boolean empty = (seen & COUNT) == 0;
            long next =
                    !empty ? seen + 1 : seen == 0 ? RETURNED : seen; // nothing was done: nothing is to be put in order
            long actual = (long) WORD.compareAndExchange(this, seen, next | CLOSED); // volatile (I2, I4, I6)
            if (actual == seen) {
                return empty ? Found.EMPTY : Found.OTHERS;
            }
            seen = actual;
        }
        return Found.CLOSED_ALREADY;
    }

    /** Sets {@code flags}, from inside; true if one of them was not set. */
    final boolean mark(long flags) {
        return ((long) WORD.getAndBitwiseOr(this, flags) & flags) != flags; // volatile (I5)
    }

    /** Clears {@code flags} if nobody else is inside, from inside; true if they are clear. */
    final boolean clearIfAlone(long flags) {
        long seen = word;
        while ((seen & flags) != 0) {
            if ((seen & COUNT) != 1) {
                return false;
            }
            long actual = (long) WORD.compareAndExchange(this, seen, seen & ~flags); // volatile (I5)
            if (actual == seen) {
                return true;
            }
            seen = actual;
        }
        return true;
    }

    /** By the last one, when it is in order; false if it was spoiled meanwhile. From then on, nobody can. */
    final boolean handOver() {
        return (word & RETURNED) != 0 // as shut() found nothing to put in order
                || ((long) WORD.getAndBitwiseOr(this, RETURNED) & SPOILED) == 0; // volatile (I6)
    }

    /** By who aborts it when nobody is inside: keeps it from being lent out again; false if it is returned, and may be somebody else's. */
    final boolean spoil() {
        long seen = word;
        while ((seen & RETURNED) == 0) {
            long actual = (long) WORD.compareAndExchange(this, seen, seen | SPOILED); // volatile (I6)
            if (actual == seen) {
                return true;
            }
            seen = actual;
        }
        return false;
    }

    /** Whether close was called. */
    final boolean isShut() {
        return word < 0;
    }

    /** What was done. */
    final long flags() {
        return word & ~(CLOSED | COUNT | RETURNED | SPOILED);
    }

    /** Whether the state makes sense; for tests. */
    final boolean invariantsHold() {
        return (word & COUNT) <= Integer.MAX_VALUE;
    }
}
