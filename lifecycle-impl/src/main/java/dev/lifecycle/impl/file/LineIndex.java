package dev.lifecycle.impl.file;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds bytes of one to three values, 64 at a time.
 *
 * <p>Eight bytes are compared at once in a {@code long} (SWAR: Lamport, "Multiple byte processing with full-word instructions", 1975; the exact test for a zero byte is in
 * Warren, "Hacker's Delight", section 6-1). That is a loop of its own, over 8 KiB, which the compiler turns into vector instructions. A second one makes a word of 64 bits of
 * each eight: the transposition of 8 by 8 bits, section 7-3 there.
 */
final class LineIndex {
    /*
     * `words[i]` has 0x80 in each byte that is wanted, of bytes 8i to 8i + 7 of the block. `mask` has what is left of 64 bytes: bit b for byte `base + b`.
     * The methods of the first stage are small and by themselves: as part of a larger one their loops are not vectorised. The scorecard watches that.
     */
    private static final int BLOCK = 8 << 10;
    static final int WORDS = BLOCK / Long.BYTES;
    private static final int LANES = 255 * Long.BYTES; // as many as a byte can count
    private static final long LOW_BITS = 0x7F7F_7F7F_7F7F_7F7FL;
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long[] words;
    private final byte[] wanted; // one to three
    private int base; // of mask, in the array
    private long mask;
    private int cursor; // where the next 64 bytes begin
    private int blockFrom;
    private int blockTo; // what was looked at ends here

    /** Looks for one to three values; {@code words} has room for {@link #WORDS}. */
    LineIndex(byte[] wanted, long[] words) {
        this.words = words;
        this.wanted = wanted;
    }

    /** Begins at {@code from}. */
    void reset(int from) {
        mask = 0;
        base = from;
        cursor = from;
        blockFrom = from;
        blockTo = from;
    }

    /** What was at {@code shift} is at 0 now. */
    void shift(int shift) {
        base -= shift;
        cursor -= shift;
        blockFrom -= shift;
        blockTo -= shift;
        if (blockTo < 0) {
            reset(0); // an end reached beyond what was looked at
        }
    }

    /** Returns where the next one is, before {@code to}; -1 if there is none: then the search goes on at {@code to}, when there is more. */
    int next(byte[] bytes, int to) {
        while (mask == 0) {
            if (!advance(bytes, to)) {
                return -1;
            }
        }
        int at = base + Long.numberOfTrailingZeros(mask);
        mask &= mask - 1;
        return at;
    }

    private boolean advance(byte[] bytes, int to) {
        if (cursor >= blockTo) {
            if (blockTo >= to) {
                return false;
            }
            block(bytes, blockTo, to);
            cursor = blockFrom;
        }
        base = cursor;
        mask = gather(cursor - blockFrom >>> 3);
        cursor += Long.SIZE;
        return true;
    }

    private void block(byte[] bytes, int from, int to) {
        int length = Math.min(BLOCK, to - from);
        int whole = length & -Long.BYTES;
        if (wanted.length == 1) {
            flag(bytes, from, whole, words, wanted[0]);
        } else {
            flagEither(bytes, from, whole, words, wanted[0], wanted[1]);
        }
        if (wanted.length > 2) {
            flagAlso(bytes, from, whole, words, wanted[2]);
        }
        int word = whole >>> 3;
        if (whole < length) {
            words[word++] = rest(bytes, from + whole, from + length);
        }
        while ((word & 7) != 0) {
            words[word++] = 0;
        }
        blockFrom = from;
        blockTo = from + length;
    }

    private long rest(byte[] bytes, int from, int to) {
        long flags = 0;
        for (int at = from; at < to; at++) {
            for (byte each : wanted) {
                flags |= bytes[at] == each ? 0x80L << (at - from << 3) : 0;
            }
        }
        return flags;
    }

    private static void flag(byte[] bytes, int from, int length, long[] words, byte wanted) {
        long all = (wanted & 0xFF) * ONES;
        for (int at = 0; at < length; at += Long.BYTES) {
            long x = (long) LONGS.get(bytes, from + at) ^ all;
            words[at >>> 3] = ~((x & LOW_BITS) + LOW_BITS | x | LOW_BITS);
        }
    }

    private static void flagEither(byte[] bytes, int from, int length, long[] words, byte wanted, byte also) {
        long all = (wanted & 0xFF) * ONES;
        long others = (also & 0xFF) * ONES;
        for (int at = 0; at < length; at += Long.BYTES) {
            long word = (long) LONGS.get(bytes, from + at);
            long x = word ^ all;
            long y = word ^ others;
            words[at >>> 3] = ~(((x & LOW_BITS) + LOW_BITS | x) & ((y & LOW_BITS) + LOW_BITS | y) | LOW_BITS);
        }
    }

    private static void flagAlso(byte[] bytes, int from, int length, long[] words, byte wanted) {
        long all = (wanted & 0xFF) * ONES;
        for (int at = 0; at < length; at += Long.BYTES) {
            long x = (long) LONGS.get(bytes, from + at) ^ all;
            words[at >>> 3] |= ~((x & LOW_BITS) + LOW_BITS | x | LOW_BITS);
        }
    }

    /** The mask of the 64 bytes that begin at this word. */
    private long gather(int word) {
        long[] w = words;
        long rows = w[word] >>> 7
                | w[word + 1] >>> 6
                | w[word + 2] >>> 5
                | w[word + 3] >>> 4
                | w[word + 4] >>> 3
                | w[word + 5] >>> 2
                | w[word + 6] >>> 1
                | w[word + 7];
        return rows == 0 ? 0 : transpose(rows);
    }

    /** Bit j of byte i becomes bit i of byte j. */
    private static long transpose(long rows) {
        long x = rows;
        long t = (x ^ x >>> 7) & 0x00AA_00AA_00AA_00AAL;
        x ^= t ^ t << 7;
        t = (x ^ x >>> 14) & 0x0000_CCCC_0000_CCCCL;
        x ^= t ^ t << 14;
        t = (x ^ x >>> 28) & 0x0000_0000_F0F0_F0F0L;
        return x ^ t ^ t << 28;
    }

    /** Counts them, from {@code from} to {@code to}. */
    static long count(byte[] bytes, int from, int to, byte wanted) {
        int whole = to - from & -Long.BYTES;
        long count = 0;
        for (int at = 0; at < whole; at += LANES) {
            count += lanes(bytes, from + at, Math.min(LANES, whole - at), wanted);
        }
        for (int at = from + whole; at < to; at++) {
            count += bytes[at] == wanted ? 1 : 0;
        }
        return count;
    }

    /** Each byte of the sum counts those in its place. */
    private static long lanes(byte[] bytes, int from, int length, byte wanted) {
        long all = (wanted & 0xFF) * ONES;
        long sum = 0;
        for (int at = 0; at < length; at += Long.BYTES) {
            long x = (long) LONGS.get(bytes, from + at) ^ all;
            sum += ~((x & LOW_BITS) + LOW_BITS | x | LOW_BITS) >>> 7;
        }
        long pairs = (sum & 0x00FF_00FF_00FF_00FFL) + (sum >>> 8 & 0x00FF_00FF_00FF_00FFL);
        return pairs * 0x0001_0001_0001_0001L >>> 48;
    }
}
