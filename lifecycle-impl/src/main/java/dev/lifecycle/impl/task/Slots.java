package dev.lifecycle.impl.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The places of a limiter, a word for each. A permit is a place in a word that nobody else can have. */
abstract class Slots {
    /*
     * A word: bit 0 TAKEN; bit 1 ZOMBIE, only with TAKEN; bit 2 BLOCKED, never with TAKEN; bits 8 to 15 the epoch of the loan it
     * was taken for, see Loans; from bit 16 on, how often it was given back.
     *
     *     free -> TAKEN [-> TAKEN|ZOMBIE] -> free, and counted once more        free <-> BLOCKED
     *
     *   I1  a word that was left never comes back, but for BLOCKED: it counts. So a compare-and-set from the word that a permit
     *       was given succeeds once, whoever closes it how often and when: no flag in the permit is needed, nor a second update.
     *   I2  slots [0, span) exist, in chunks that never move.
     *
     * All updates of words are volatile compare-and-sets: what was done with a permit happens-before what is done with the next
     * one on its place, and Gate relies on the order of words and its flags. Neighbours in number are a cache line apart in their
     * chunk. Once threads have met, they begin to look at places of their own, found by hashing their number: so they
     * find a free one at the first look, mostly, and do not fight for it.
     */
    static final long TAKEN = 1;
    static final long ZOMBIE = 2;
    static final long BLOCKED = 4;
    static final long EPOCH = 0xff00;
    static final int EPOCH_SHIFT = 8;
    static final int COUNT_SHIFT = 16;
    static final int CHUNK = 64;
    private static final long FLAGS_AND_EPOCH = (1L << COUNT_SHIFT) - 1;
    private static final int CHUNK_SHIFT = 6;
    private static final long GOLDEN =
            0x9E37_79B9_7F4A_7C15L; // 2^64 by the golden ratio: Fibonacci hashing (Knuth, TAOCP 6.4)

    static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    volatile long[][] chunks; // replaced by a longer one, see Gate.grow
    volatile int span; // written after chunks, read before

    Slots(int slots) {
        long[][] all = new long[chunksFor(slots)][CHUNK];
        chunks = all;
        span = slots;
    }

    static int chunksFor(int slots) {
        return (slots + CHUNK - 1) >>> CHUNK_SHIFT;
    }

    static int home(int span) {
        long hash = Thread.currentThread().getId() * GOLDEN >>> Integer.SIZE;
        return (int) (hash * span >>> Integer.SIZE);
    }

    /** Where a slot stands in its chunk: eight by eight, transposed. */
    static int place(int slot) {
        return (slot & 7) << 3 | slot >>> 3 & 7;
    }

    final long word(int slot) {
        return (long) WORD.getVolatile(chunks[slot >>> CHUNK_SHIFT], place(slot));
    }

    final boolean replace(int slot, long seen, long next) {
        return WORD.compareAndSet(chunks[slot >>> CHUNK_SHIFT], place(slot), seen, next); // volatile
    }

    static boolean isFree(long word) {
        return (word & (TAKEN | BLOCKED)) == 0;
    }

    /** The word of a place that is free, taken for an epoch. */
    static long taken(long word, long epoch) {
        return word & ~FLAGS_AND_EPOCH | epoch | TAKEN;
    }

    /** The word of a place that is taken, given back. */
    static long left(long word) {
        return (word | FLAGS_AND_EPOCH) + 1;
    }

    /** The word a permit was given, whatever happened to it since. */
    static long stamp(long word) {
        return word & ~ZOMBIE;
    }
}
