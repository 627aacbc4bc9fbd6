package dev.lifecycle.impl.collect;

import java.util.Arrays;

/**
 * Which share of the cache should its window have? Tries all of some shares with a sample of the keys, in caches as much
 * smaller as the sample is, and goes with the one that lately had the most hits.
 *
 * <p>Miniature simulation is by C. Waldspurger, T. Saemundsson, I. Ahmad, N. Park: "Cache Modeling and Optimization using
 * Miniature Simulations", USENIX ATC 2017, <a href="https://www.usenix.org/conference/atc17/technical-sessions/presentation/waldspurger">link</a>.
 *
 * <p>Invariants: {@code votes} are the hits of each share's cache, those of an earlier round counting {@value #DECAY} of the next
 * one's; the chosen share had, at the last round, no less than any other but for {@value #MIN_GAIN} of its votes or
 * {@value #MIN_HITS} hits.
 */
final class WindowChooser {
    private static final int[] PERCENT = {1, 5, 10, 20, 40, 80};
    private static final int ROUND = 256; // accesses
    private static final double DECAY = 0.8;
    private static final double MIN_GAIN = 0.01;
    private static final double MIN_HITS = 5;

    private static final int HITS_BITS = 10; // a round's hits of a cache fit in
    private static final long HITS_MASK = (1 << HITS_BITS) - 1;

    private final MiniatureCaches caches;
    private final FrequencySketch sketch; // of all caches
    private final double[] votes = new double[PERCENT.length]; // without this round's
    private long hits; // of this round, HITS_BITS for each cache
    private int accesses; // of this round
    private int chosen; // a share

    /** Caches of so many entries; begins with one of the shares. */
    WindowChooser(int size, int percent) {
        chosen = Arrays.binarySearch(PERCENT, percent);
        sketch = new FrequencySketch(size);
        int[] windowMax = new int[PERCENT.length];
        for (int i = 0; i < windowMax.length; i++) {
            windowMax[i] = Math.max(1, (size * PERCENT[i] + 50) / 100);
        }
        caches = new MiniatureCaches(size, windowMax, sketch);
    }

    int percent() {
        return PERCENT[chosen];
    }

    /** Notes an access of a sampled key; returns whether another share was chosen. */
    boolean access(int hash) {
        sketch.add(hash, caches.size());
        hits += spread(caches.access(hash));
        if (++accesses < ROUND) {
            return false;
        }
        accesses = 0;
        return vote();
    }

    /** Moves bit {@code i} to bit {@code i * HITS_BITS}, for the first six: each copy's bit lands where no other's does. */
    private static long spread(int bits) {
        return bits * 0x0000_2010_0804_0201L & 0x0004_0100_4010_0401L;
    }

    private boolean vote() {
        for (int i = 0; i < votes.length; i++) {
            votes[i] += hits >>> i * HITS_BITS & HITS_MASK;
        }
        hits = 0;
        int best = chosen;
        for (int i = 0; i < votes.length; i++) {
            best = votes[i] > votes[best] ? i : best;
        }
        boolean better = votes[best] > votes[chosen] * (1 + MIN_GAIN) && votes[best] >= votes[chosen] + MIN_HITS;
        chosen = better ? best : chosen;
        for (int i = 0; i < votes.length; i++) {
            votes[i] *= DECAY;
        }
        return better;
    }

    /** Without headers of objects; for tests. */
    long bytes() {
        return caches.bytes() + sketch.bytes();
    }

    /** Whether the caches' invariants hold. */
    boolean invariantsHold() {
        return caches.invariantsHold();
    }
}
