package dev.lifecycle.impl.collect;

import java.util.Arrays;

/**
 * The policy of {@link EvictionPolicy} at a small scale, for hashes alone and with a given window: what would be hit?
 *
 * <p>Invariants: the entries are numbered from 0 to their count - 1, each stands once in one of the queues and once in the
 * index; from an entry's home to its place in the index no place is empty; at most {@code size} entries, at most
 * {@value #MAX_SIZE}.
 */
final class MiniatureCache {
    static final int MAX_SIZE = 128; // so that an entry's number is a byte
    private static final byte EMPTY = -1;

    private final int size;
    private final int windowMax;
    private final FrequencySketch sketch; // of all accesses; whoever asks adds to it
    private final int[] hashes;
    private final byte[] uses;
    private final byte[] index; // open addressing, at most half full
    private final Queue window;
    private final Queue main;

    /** A first-in-first-out queue of entries, which has room for all. */
    private static final class Queue {
        private final byte[] ring; // its length is a power of two
        private int head;
        private int count;

        Queue(int size) {
            ring = new byte[powerOfTwo(size)];
        }

        int first() {
            return ring[head];
        }

        void add(int entry) {
            ring[head + count++ & ring.length - 1] = (byte) entry;
        }

        int poll() {
            int entry = ring[head];
            head = head + 1 & ring.length - 1;
            count--;
            return entry;
        }
    }

    MiniatureCache(int size, int windowMax, FrequencySketch sketch) {
        this.size = size;
        this.windowMax = windowMax;
        this.sketch = sketch;
        hashes = new int[size];
        uses = new byte[size];
        index = new byte[2 * powerOfTwo(size)];
        Arrays.fill(index, EMPTY);
        window = new Queue(size);
        main = new Queue(size);
    }

    private static int powerOfTwo(int atLeast) {
        return Integer.highestOneBit(2 * atLeast - 1);
    }

    /** Gets the hash; if it is absent, puts it. Returns whether it was there. */
    boolean access(int hash) {
        int found = index[find(hash)];
        if (found != EMPTY) {
            if (uses[found] < Slot.MAX_USES) {
                uses[found]++;
            }
            return true;
        }
        int entry = window.count + main.count;
        if (entry == size) {
            entry = evict();
            forget(hashes[entry]);
        }
        hashes[entry] = hash;
        uses[entry] = 0;
        index[find(hash)] = (byte) entry;
        window.add(entry);
        if (window.count > windowMax && main.count < size - windowMax) {
            main.add(window.poll());
        }
        return false;
    }

    /** Takes one out of the queues, as {@link EvictionPolicy} would. */
    private int evict() {
        while (window.count >= windowMax && uses[window.first()] > 1) {
            uses[window.first()] = 0;
            main.add(window.poll());
        }
        boolean duel = window.count >= windowMax; // which is at least 1
        if (main.count == 0) {
            return window.poll();
        }
        while (uses[main.first()] > 0) {
            uses[main.first()]--;
            main.add(main.poll());
        }
        if (duel && !wins(window.first(), main.first())) {
            return window.poll();
        }
        int victim = main.poll();
        if (duel) {
            uses[window.first()] = 0;
            main.add(window.poll());
        }
        return victim;
    }

    private boolean wins(int candidate, int victim) {
        return sketch.frequency(hashes[candidate]) + uses[candidate]
                > sketch.frequency(hashes[victim]) + EvictionPolicy.MARGIN;
    }

    // ---- the index -------------------------------------------------------------------------------------------------

    private int home(int hash) {
        return hash * 0x9e3779b1 >>> 16 & index.length - 1;
    }

    /** Where the hash is, or an empty place for it. */
    private int find(int hash) {
        int at = home(hash);
        while (index[at] != EMPTY && hashes[index[at]] != hash) {
            at = at + 1 & index.length - 1;
        }
        return at;
    }

    /** Empties the hash's place, and closes the gap for those that were put behind it. */
    private void forget(int hash) {
        int mask = index.length - 1;
        int gap = find(hash);
        for (int at = gap + 1 & mask; index[at] != EMPTY; at = at + 1 & mask) {
            int home = home(hashes[index[at]]);
            if ((at - home & mask) >= (at - gap & mask)) {
                index[gap] = index[at];
                gap = at;
            }
        }
        index[gap] = EMPTY;
    }

    /** Whether the invariants hold. */
    boolean invariantsHold() {
        int count = window.count + main.count;
        boolean[] queued = new boolean[size];
        for (Queue queue : new Queue[] {window, main}) {
            for (int i = 0; i < queue.count; i++) {
                int entry = queue.ring[queue.head + i & queue.ring.length - 1];
                if (entry >= count || queued[entry] || index[find(hashes[entry])] != entry) {
                    return false;
                }
                queued[entry] = true;
            }
        }
        int indexed = 0;
        for (byte entry : index) {
            indexed += entry == EMPTY ? 0 : 1;
        }
        return count <= size && indexed == count;
    }
}
