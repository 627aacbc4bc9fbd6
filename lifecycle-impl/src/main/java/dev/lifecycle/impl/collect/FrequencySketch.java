package dev.lifecycle.impl.collect;

/**
 * About how often was a hash seen lately? Counts to 15; sometimes too high, never too low but for what it forgets.
 *
 * <p>The count-min sketch of G. Cormode, S. Muthukrishnan, "An Improved Data Stream Summary: The Count-Min Sketch and its
 * Applications", Journal of Algorithms 55(1), 2005, with the conservative update of C. Estan, G. Varghese, "New Directions in
 * Traffic Measurement and Accounting", SIGCOMM 2002, and the ageing of G. Einziger, R. Friedman, B. Manes, "TinyLFU: A Highly
 * Efficient Cache Admission Policy", ACM Transactions on Storage 13(4), 2017. What differs: the four counters of a hash lie in
 * one block, of a cache line's size; and halving takes effect at once but is carried out block by block, so that no call
 * takes long.
 */
final class FrequencySketch {
    /*
     *   I1  words holds `blocks` blocks of WORDS; a block has ROWS rows of two words, 32 counters of 4 bits.
     *   I2  blocks from `halved` on still await the last halving: they count double. No halving begins before all are done.
     *   I3  growing gives each block's counters to the two that its hashes go to: no frequency changes.
     */
    private static final int ROWS = 4;
    private static final int WORDS = 8;
    private static final int ENTRIES_PER_BLOCK = 12; // 5.3 bytes for each
    private static final int MAX_BLOCKS = 1 << 26; // 4 GiB
    private static final int MAX_COUNT = 15;
    private static final int PERIOD = 20; // additions for each entry, until all counts are halved
    private static final int MIN_ENTRIES = 16;
    private static final long LOW_BITS = 0x7777777777777777L;

    private long[] words;
    private int blocks;
    private int halved;
    private long seen; // since the last halving

    /** Has room for so many hashes. */
    FrequencySketch(long entries) {
        blocks = (int) Math.max(1, Math.min(MAX_BLOCKS, (entries + ENTRIES_PER_BLOCK - 1) / ENTRIES_PER_BLOCK));
        halved = blocks;
        words = new long[blocks * WORDS];
    }

    /** Notes that a hash was seen, where {@code entries} are kept: grows to fit them, and forgets at their pace. */
    void add(int hash, long entries) {
        if (entries > (long) blocks * ENTRIES_PER_BLOCK && blocks <= MAX_BLOCKS / 2) {
            grow();
        }
        if (halved < blocks) {
            halve(halved++);
        }
        int block = block(hash);
        int places = places(hash);
        int least = frequency(block, places);
        if (least < MAX_COUNT >> awaits(block)) {
            for (int row = 0; row < ROWS; row++) {
                int word = word(block, places, row);
                int shift = shift(places, row);
                if ((words[word] >>> shift & MAX_COUNT) >> awaits(block) == least) { // the others are too high already
                    words[word] += 1L << shift + awaits(block);
                }
            }
        }
        seen++;
        if (seen >= PERIOD * Math.max(entries, MIN_ENTRIES) && halved == blocks) {
            seen = 0;
            halved = 0;
        }
    }

    int frequency(int hash) {
        return frequency(block(hash), places(hash));
    }

    private int frequency(int block, int places) {
        int least = MAX_COUNT;
        for (int row = 0; row < ROWS; row++) {
            least = Math.min(least, (int) (words[word(block, places, row)] >>> shift(places, row)) & MAX_COUNT);
        }
        return least >> awaits(block);
    }

    /** 1 if the last halving has not reached the block, else 0. */
    private int awaits(int block) {
        return block < halved ? 0 : 1;
    }

    private void halve(int block) {
        for (int i = block * WORDS; i < (block + 1) * WORDS; i++) {
            words[i] = words[i] >>> 1 & LOW_BITS;
        }
    }

    private void grow() {
        for (; halved < blocks; halved++) {
            halve(halved);
        }
        long[] grown = new long[2 * words.length];
        for (int i = 0; i < words.length; i += WORDS) { // block b becomes 2b and 2b + 1, see block()
            System.arraycopy(words, i, grown, 2 * i, WORDS);
            System.arraycopy(words, i, grown, 2 * i + WORDS, WORDS);
        }
        words = grown;
        blocks *= 2;
        halved = blocks;
    }

    /** The number of the block: where the hash, mixed again, falls if all hashes are shared out in order. */
    private int block(int hash) {
        int mixed = hash * 0x9e3779b1;
        return (int) (Integer.toUnsignedLong(mixed) * blocks >>> 32);
    }

    /** Five bits for each row. */
    private static int places(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85ebca6b;
        return mixed ^ mixed >>> 15;
    }

    private static int word(int block, int places, int row) {
        return block * WORDS + 2 * row + (places >>> 5 * row + 4 & 1);
    }

    private static int shift(int places, int row) {
        return (places >>> 5 * row & 15) << 2;
    }

    /** For tests. */
    long bytes() {
        return (long) words.length * Long.BYTES;
    }
}
