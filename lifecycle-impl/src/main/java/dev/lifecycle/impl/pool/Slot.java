package dev.lifecycle.impl.pool;

import org.jspecify.annotations.Nullable;

/** A place for one resource. */
final class Slot<R> extends SlotWord<R> {
    /*
     * A word: bits 0 to 3 the state; bit 4 RETIRING, only with LEASED, RESETTING and CHECKING: what is given back is ended; from bit 8 on a count.
     *
     *     EMPTY -> CREATING -> IDLE or LEASED            ENDING -> EMPTY            CREATING -> EMPTY: there is none
     *     IDLE -> LEASED -> [RESETTING ->] IDLE or STALE, or LEASED again, by another one
     *     IDLE -> STALE -> CHECKING -> IDLE or LEASED
     *     IDLE, STALE, LEASED, RESETTING, CHECKING, CREATING -> ENDING
     *
     *   I1  the count goes up when it is lent out, and when a resource comes: so a word with LEASED never comes back, and a compare-and-set from the
     *       word that a lease was given succeeds once, whoever closes it, how often and when. Nor does an IDLE one with another resource.
     *   I2  who changed the state to LEASED, RESETTING, CHECKING, CREATING or ENDING owns the slot until the next change: its other fields are that one's, or
     *       the lock's. RETIRING is set with the lock held.
     *
     * All updates are volatile compare-and-sets: what was done with a resource happens-before what its next holder does.
     */
    static final int EMPTY = 0;
    static final int CREATING = 1;
    static final int IDLE = 2;
    static final int STALE = 3;
    static final int CHECKING = 4;
    static final int LEASED = 5;
    static final int RESETTING = 6;
    static final int ENDING = 7;
    static final int STATES = 8;
    static final long RETIRING = 16;
    static final long ONE = 256;
    private static final long STATE = 15;
    private static final long LOW = ONE - 1;
    private static final int COUNT_SHIFT = 8;

    /** The highest number of uses that is a limit: beyond it a count would not come. */
    static final long MAX_COUNT = Long.MAX_VALUE >> COUNT_SHIFT + 1;

    /** What is added to the word of an idle one to lend it out. */
    static final long LEND = ONE + LEASED - IDLE;

    /** What is added to the word of one that is lent out when it becomes idle. */
    static final long REST = IDLE - LEASED;

    // of the rounds: on the timer thread
    long seenWord;
    long seenSince; // when the word was first seen
    long usedAt; // when it was last seen in use
    long checkedAt; // when it was last validated; also written by a clerk that owns the slot

    @Nullable
    Held held; // what was reported

    long retiringStamp; // of the lease that was seen RETIRING
    long retiringSince;

    Slot(Desk<R> desk) {
        super(desk);
    }

    static int state(long word) {
        return (int) (word & STATE);
    }

    static boolean isIdle(long word) {
        return (word & LOW) == IDLE;
    }

    static boolean isRetiring(long word) {
        return (word & RETIRING) != 0;
    }

    static long count(long word) {
        return word >>> COUNT_SHIFT;
    }

    /** The word a lease was given, whatever was said of its resource since. */
    static long stamp(long word) {
        return word & ~RETIRING;
    }

    /** The same count with another state. */
    static long with(long word, int state) {
        return word & ~LOW | state;
    }

    /** The next count, lent out. */
    static long lent(long word) {
        return (word & ~LOW) + (ONE + LEASED);
    }

    /** The next count, being made. */
    static long created(long word) {
        return (word & ~LOW) + (ONE + CREATING);
    }

    /** How often its resource was lent out. */
    long uses(long seen) {
        return count(seen) - bornCount;
    }
}
