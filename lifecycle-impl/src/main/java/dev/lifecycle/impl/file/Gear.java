package dev.lifecycle.impl.file;

import dev.lifecycle.file.Splitter;

/** Finds where a record ends by its content, see {@link Splitter#contentDefined}. */
final class Gear {
    /*
     * hash = 2 hash + TABLE[byte], modulo 2^64: after 64 bytes nothing is left of one. So a place depends on the bytes before it alone if the hash
     * begins 64 bytes before the first place that counts, and not, as in the paper, there.
     *
     * How long a record is. Of d = average - min bytes behind the minimum on average, let s be those before the step; a place is an end with 1/4d
     * before it, with 4/d behind it. A share q = exp(-s/4d) comes to the step, and the average is 4d (1 - q) + q d/4. That is d for q = 4/5: s = 4d
     * ln(5/4) = 0.8926 d.
     *
     * Records may be stored: none of this may ever change.
     */
    private static final long SEED = 0x6c69_6665_6379_636cL; // "lifecycl"
    private static final long[] TABLE = table();
    private static final int STEP = 457; // of 512: 0.8926

    private final int first; // where the hash begins: these are lengths of a record
    private final int min;
    private final int step;
    private final int max;
    private final long rare; // a place is an end if its hash is below this, without a sign, before the step
    private final long often; // behind it
    private long hash; // of what was looked at
    private int at; // how much that is, of the record; `first` at least

    Gear(Splitter splitter) {
        long rest = (long) splitter.average() - splitter.min();
        min = splitter.min();
        max = splitter.max();
        first = min - Splitter.WINDOW;
        step = (int) (min + rest * STEP / 512);
        rare = Long.divideUnsigned(-1L, 4 * rest);
        often = Long.divideUnsigned(-1L, rest) * 4;
    }

    /** SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014), in full: that of the JDK is not specified. */
    private static long[] table() {
        long[] made = new long[1 << Byte.SIZE];
        long state = SEED;
        for (int i = 0; i < made.length; i++) {
            state += 0x9e37_79b9_7f4a_7c15L;
            long z = (state ^ state >>> 30) * 0xbf58_476d_1ce4_e5b9L;
            z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
            made[i] = z ^ z >>> 31;
        }
        return made;
    }

    /** A record begins. */
    void begin() {
        hash = 0;
        at = first;
    }

    /** Returns the length of the record that begins at {@code from}; 0 if none of those before {@code to} ends it. Goes on where it was. */
    int next(byte[] bytes, int from, int to) {
        int known = Math.min(to - from, max);
        int i = at;
        long h = hash;
        for (int stop = Math.min(known, min - 1); i < stop; i++) {
            h = (h << 1) + TABLE[bytes[from + i] & 0xff];
        }
        for (int stop = Math.min(known, step); i < stop; i++) {
            h = (h << 1) + TABLE[bytes[from + i] & 0xff];
            if (Long.compareUnsigned(h, rare) < 0) {
                return i + 1;
            }
        }
        for (; i < known; i++) {
            h = (h << 1) + TABLE[bytes[from + i] & 0xff];
            if (Long.compareUnsigned(h, often) < 0) {
                return i + 1;
            }
        }
        at = i;
        hash = h;
        return known == max ? max : 0;
    }
}
