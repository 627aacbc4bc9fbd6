package dev.lifecycle.impl.file;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds bytes of one to three values, 64 at a time.
 *
 * <p>Eight bytes are compared at once in a {@code long} (SWAR: Lamport, "Multiple byte processing with full-word instructions", 1975; the exact test
 * for a zero byte is in Warren, "Hacker's Delight", section 6-1). That is a loop of its own, over 8 KiB, which the compiler turns into vector
 * instructions. A second one makes a word of 64 bits of each eight: the transposition of 8 by 8 bits, section 7-3 there.
 */
final class LineIndex {
    /*
     * `flags` has 0x80 for each byte of the block that is wanted, and 0 for the others. `mask` has what is left of 64 bytes: bit b for byte
     * `base + b`. The methods of the first stage are small, by themselves, and work on a copy, from its beginning, in place: else the compiler of 17
     * does not vectorise their loops (it takes one with two arrays, or one that begins in the middle of an array, for one whose accesses may
     * overlap). Measured on 17: 25 to 30 GB/s instead of 7 to 9. The scorecard watches that.
     */
    static final int BLOCK = 8 << 10;
    private static final int LANES = 255 * Long.BYTES; // as many as a byte can count
    private static final long LOW_BITS = 0x7F7F_7F7F_7F7F_7F7FL;
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] flags;
    private final byte[] wanted; // one to three
    private final byte other; // not wanted
    private int base; // of mask, in the array
    private long mask;
    private int cursor; // where the next 64 bytes begin
    private int blockFrom;
    private int blockTo; // what was looked at ends here

    /** Looks for one to three values; {@code flags} has room for {@link #BLOCK}. */
    LineIndex(byte[] wanted, byte[] flags) {
        this.flags = flags;
        this.wanted = wanted;
        byte none = 0;
        while (isWanted(none)) {
            none++;
        }
        other = none;
    }

    private boolean isWanted(byte value) {
        for (byte each : wanted) {
            if (each == value) {
                return true;
            }
        }
        return false;
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
        mask = gather(flags, cursor - blockFrom);
        cursor += Long.SIZE;
        return true;
    }

    private void block(byte[] bytes, int from, int to) {
        int length = Math.min(BLOCK, to - from);
        int whole = length + Long.SIZE - 1 & -Long.SIZE;
        System.arraycopy(bytes, from, flags, 0, length);
        Arrays.fill(flags, length, whole, other);
        switch (wanted.length) {
            case 1 -> flag(flags, whole, wanted[0]);
            case 2 -> flag(flags, whole, wanted[0], wanted[1]);
            default -> flag(flags, whole, wanted[0], wanted[1], wanted[2]);
        }
        blockFrom = from;
        blockTo = from + length;
    }

    private static void flag(byte[] block, int length, byte wanted) {
        long all = (wanted & 0xFF) * ONES;
        for (int at = 0; at < length; at += Long.BYTES) {
            long x = (long) LONGS.get(block, at) ^ all;
            LONGS.set(block, at, ~((x & LOW_BITS) + LOW_BITS | x | LOW_BITS));
        }
    }

    private static void flag(byte[] block, int length, byte wanted, byte second) {
        long all = (wanted & 0xFF) * ONES;
        long seconds = (second & 0xFF) * ONES;
        for (int at = 0; at < length; at += Long.BYTES) {
            long word = (long) LONGS.get(block, at);
            long x = word ^ all;
            long y = word ^ seconds;
            LONGS.set(block, at, ~(((x & LOW_BITS) + LOW_BITS | x) & ((y & LOW_BITS) + LOW_BITS | y) | LOW_BITS));
        }
    }

    private static void flag(byte[] block, int length, byte wanted, byte second, byte third) {
        long all = (wanted & 0xFF) * ONES;
        long seconds = (second & 0xFF) * ONES;
        long thirds = (third & 0xFF) * ONES;
        for (int at = 0; at < length; at += Long.BYTES) {
            long word = (long) LONGS.get(block, at);
            long x = word ^ all;
            long y = word ^ seconds;
            long z = word ^ thirds;
            long none = ((x & LOW_BITS) + LOW_BITS | x) & ((y & LOW_BITS) + LOW_BITS | y);
            LONGS.set(block, at, ~(none & ((z & LOW_BITS) + LOW_BITS | z) | LOW_BITS));
        }
    }

    /** The mask of the 64 bytes that begin here. */
    private static long gather(byte[] block, int at) {
        long rows = (long) LONGS.get(block, at) >>> 7
                | (long) LONGS.get(block, at + 8) >>> 6
                | (long) LONGS.get(block, at + 16) >>> 5
                | (long) LONGS.get(block, at + 24) >>> 4
                | (long) LONGS.get(block, at + 32) >>> 3
                | (long) LONGS.get(block, at + 40) >>> 2
                | (long) LONGS.get(block, at + 48) >>> 1
                | (long) LONGS.get(block, at + 56);
        if ((rows & rows - 1) != 0) {
            return transpose(rows);
        }
        int bit = Long.numberOfTrailingZeros(rows); // the only one, as with most lines
        return rows == 0 ? 0 : 1L << (bit << 3 | bit >>> 3); // modulo 64
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
