package dev.lifecycle.impl.collect;

import java.util.Arrays;

/**
 * The policy of {@link EvictionPolicy} at a small scale, for hashes alone, with up to {@value #MAX_CACHES} windows at once: what
 * would be hit in each case? The caches see the same accesses and mostly hold the same hashes, so they share one index.
 */
final class MiniatureCaches {
    /*
     *   I1  a cache holds at most `size` entries, each once in one of its two queues and in no other queue of its own.
     *   I2  a state is three bits for each cache, in a plane each: whether it holds the entry, and two bits of uses; those that
     *       do not hold it have no uses.
     *   I3  who is held by a cache stands once in the chain of its bucket; the others are on the free list.
     */
    static final int MAX_SIZE = 128;
    static final int MAX_CACHES = 8;
    private static final int LOW = MAX_CACHES; // where the plane begins of the lower bits of uses
    private static final int HIGH = 2 * MAX_CACHES;
    private static final short NONE = -1;

    private final int size;
    private final int all; // a bit for each cache
    private final int[] windowMax;
    private final Queue[] windows;
    private final Queue[] mains;
    private final FrequencySketch sketch; // of all accesses; whoever asks adds to it
    private int[] hashes;
    private int[] states;
    private short[] next; // in the chain of the bucket, or the free list
    private short free = NONE; // an entry, the first of that list
    private final short[] buckets; // the first entry of each chain

    /** A first-in-first-out queue of entries, which has room for all of a cache. */
    private static final class Queue {
        private final short[] ring; // its length is a power of two
        private int head;
        private int count;

        Queue(int size) {
            ring = new short[powerOfTwo(size)];
        }

        short first() {
            return ring[head];
        }

        void add(short entry) {
            ring[head + count++ & ring.length - 1] = entry;
        }

        short poll() {
            short entry = ring[head];
            head = head + 1 & ring.length - 1;
            count--;
            return entry;
        }
    }

    /**
     * Empty caches.
     *
     * @param size of each, at most {@value #MAX_SIZE}
     * @param windowMax of each, in entries
     */
    MiniatureCaches(int size, int[] windowMax, FrequencySketch sketch) {
        this.size = size;
        this.windowMax = windowMax.clone();
        this.sketch = sketch;
        all = (1 << windowMax.length) - 1;
        windows = new Queue[windowMax.length];
        mains = new Queue[windowMax.length];
        for (int i = 0; i < windowMax.length; i++) {
            windows[i] = new Queue(size);
            mains[i] = new Queue(size);
        }
        hashes = new int[0];
        states = new int[0];
        next = new short[0];
        buckets = new short[2 * powerOfTwo(size)];
        Arrays.fill(buckets, NONE);
    }

    private static int powerOfTwo(int atLeast) {
        return Integer.highestOneBit(2 * atLeast - 1);
    }

    int size() {
        return size;
    }

    /** Gets the hash in each cache; where it is absent, puts it. Returns which ones had it, a bit for each. */
    int access(int hash) {
        short entry = find(hash);
        int held = 0;
        if (entry == NONE) {
            entry = link(hash);
        } else {
            held = states[entry] & all;
            use(entry, held);
        }
        for (int absent = all & ~held; absent != 0; absent &= absent - 1) {
            put(entry, Integer.numberOfTrailingZeros(absent));
        }
        return held;
    }

    /** Counts a use in all of these caches, up to {@link Slot#MAX_USES}, which is all that two bits can hold. */
    private void use(short entry, int caches) {
        int state = states[entry];
        int counted = caches & ~(state >>> LOW & state >>> HIGH);
        states[entry] = state ^ counted << LOW ^ (counted & state >>> LOW) << HIGH;
    }

    private int uses(short entry, int cache) {
        int state = states[entry] >>> cache;
        return state >>> LOW & 1 | state >>> HIGH - 1 & 2;
    }

    private void clearUses(short entry, int cache) {
        states[entry] &= ~((1 << LOW | 1 << HIGH) << cache);
    }

    private void put(short entry, int cache) {
        Queue window = windows[cache];
        Queue main = mains[cache];
        if (window.count + main.count == size) {
            short gone = evict(window, main, cache);
            clearUses(gone, cache);
            states[gone] &= ~(1 << cache);
            if (states[gone] == 0) {
                unlink(gone);
            }
        }
        states[entry] |= 1 << cache;
        window.add(entry);
        if (window.count > windowMax[cache] && main.count < size - windowMax[cache]) {
            main.add(window.poll());
        }
    }

    /** Takes one out of the queues, as {@link EvictionPolicy} would. */
    private short evict(Queue window, Queue main, int cache) {
        boolean full = window.count >= windowMax[cache];
        while (full && uses(window.first(), cache) > 1) {
            clearUses(window.first(), cache);
            main.add(window.poll());
            full = window.count >= windowMax[cache];
        }
        if (main.count == 0) {
            return window.poll();
        }
        for (int uses = uses(main.first(), cache); uses > 0; uses = uses(main.first(), cache)) {
            clearUses(main.first(), cache);
            states[main.first()] |= (uses - 1 & 1) << LOW + cache | (uses - 1 >>> 1) << HIGH + cache;
            main.add(main.poll());
        }
        if (!full) {
            return main.poll();
        }
        if (!wins(window.first(), main.first(), cache)) {
            return window.poll();
        }
        clearUses(window.first(), cache);
        main.add(window.poll());
        return main.poll();
    }

    private boolean wins(short candidate, short victim, int cache) {
        return sketch.frequency(hashes[candidate]) + uses(candidate, cache)
                > sketch.frequency(hashes[victim]) + EvictionPolicy.MARGIN;
    }

    // ---- the index -------------------------------------------------------------------------------------------------

    private int bucket(int hash) {
        return hash * 0x9e3779b1 >>> 16 & buckets.length - 1;
    }

    private short find(int hash) {
        short entry = buckets[bucket(hash)];
        while (entry != NONE && hashes[entry] != hash) {
            entry = next[entry];
        }
        return entry;
    }

    /** Makes an entry of the hash, which nobody holds yet. */
    private short link(int hash) {
        if (free == NONE) {
            grow();
        }
        short entry = free;
        free = next[entry];
        int bucket = bucket(hash);
        hashes[entry] = hash;
        next[entry] = buckets[bucket];
        buckets[bucket] = entry;
        return entry;
    }

    private void unlink(short entry) {
        int bucket = bucket(hashes[entry]);
        if (buckets[bucket] == entry) {
            buckets[bucket] = next[entry];
        } else {
            short before = buckets[bucket];
            while (next[before] != entry) {
                before = next[before];
            }
            next[before] = next[entry];
        }
        next[entry] = free;
        free = entry;
    }

    /** Makes room for as many more as a cache holds: all of them, and the one to come, are fewer than 2^15. */
    private void grow() {
        int count = hashes.length;
        hashes = Arrays.copyOf(hashes, count + size);
        states = Arrays.copyOf(states, count + size);
        next = Arrays.copyOf(next, count + size);
        for (int entry = count; entry < count + size; entry++) {
            next[entry] = free;
            free = (short) entry;
        }
    }

    /** Without headers of objects; for tests. */
    int bytes() {
        int bytes = 2 * buckets.length + 10 * hashes.length;
        for (Queue window : windows) {
            bytes += 4 * window.ring.length; // and main's
        }
        return bytes;
    }

    /** Whether the invariants hold. */
    boolean invariantsHold() {
        int[] seen = new int[hashes.length]; // like the lowest plane of the states
        for (int cache = 0; cache < windows.length; cache++) {
            if (windows[cache].count + mains[cache].count > size) {
                return false;
            }
            for (Queue queue : new Queue[] {windows[cache], mains[cache]}) {
                for (int i = 0; i < queue.count; i++) {
                    int entry = queue.ring[queue.head + i & queue.ring.length - 1];
                    if ((seen[entry] & 1 << cache) != 0) {
                        return false;
                    }
                    seen[entry] |= 1 << cache;
                }
            }
        }
        int held = 0;
        for (short entry = 0; entry < hashes.length; entry++) {
            int state = states[entry];
            if (seen[entry] != (state & all) || ((state >>> LOW | state >>> HIGH) & all & ~state) != 0) {
                return false;
            }
            held += seen[entry] != 0 ? 1 : 0;
            if (seen[entry] != 0 && find(hashes[entry]) != entry) {
                return false;
            }
        }
        int spare = 0;
        for (short entry = free; entry != NONE; entry = next[entry]) {
            spare++;
        }
        return held + spare == hashes.length;
    }
}
