package dev.lifecycle.replay;

/** A set of numbers from 0 that knows its largest: a tree of bits, 64 to a word, each word of a level one bit above. */
final class Moments {
    private final long[][] levels; // the last one is a single word

    /** An empty set of numbers below {@code limit}. */
    Moments(int limit) {
        int depth = 1;
        for (int words = words(limit); words > 1; words = words(words)) {
            depth++;
        }
        levels = new long[depth][];
        int bits = limit;
        for (int level = 0; level < depth; level++) {
            bits = words(bits);
            levels[level] = new long[bits];
        }
    }

    private static int words(int bits) {
        return Math.max(1, (bits + 63) >>> 6);
    }

    boolean contains(int moment) {
        return (levels[0][moment >>> 6] & 1L << moment) != 0;
    }

    void add(int moment) {
        int bit = moment;
        for (long[] level : levels) {
            level[bit >>> 6] |= 1L << bit; // a shift takes the low six bits
            bit >>>= 6;
        }
    }

    void remove(int moment) {
        int bit = moment;
        for (long[] level : levels) {
            level[bit >>> 6] &= ~(1L << bit);
            if (level[bit >>> 6] != 0) {
                return;
            }
            bit >>>= 6;
        }
    }

    /** The largest number of a set that is not empty. */
    int last() {
        int word = 0;
        for (int level = levels.length - 1; level >= 0; level--) {
            word = word << 6 | 63 - Long.numberOfLeadingZeros(levels[level][word]);
        }
        return word;
    }
}
