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

    private final int size;
    private final MiniatureCache[] caches = new MiniatureCache[PERCENT.length];
    private final double[] votes = new double[PERCENT.length];
    private final FrequencySketch sketch; // of all caches
    private int accesses; // of this round
    private int chosen; // a share

    /** Caches of so many entries; begins with one of the shares. */
    WindowChooser(int size, int percent) {
        this.size = size;
        chosen = Arrays.binarySearch(PERCENT, percent);
        sketch = new FrequencySketch(size);
        for (int i = 0; i < caches.length; i++) {
            caches[i] = new MiniatureCache(size, Math.max(1, (size * PERCENT[i] + 50) / 100), sketch);
        }
    }

    int size() {
        return size;
    }

    int percent() {
        return PERCENT[chosen];
    }

    /** Notes an access of a sampled key; returns whether another share was chosen. */
    boolean access(int hash) {
        sketch.add(hash, size);
        for (int i = 0; i < caches.length; i++) {
            if (caches[i].access(hash)) {
                votes[i]++;
            }
        }
        if (++accesses < ROUND) {
            return false;
        }
        accesses = 0;
        return vote();
    }

    private boolean vote() {
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

    /** Whether the caches' invariants hold. */
    boolean invariantsHold() {
        for (MiniatureCache cache : caches) {
            if (!cache.invariantsHold()) {
                return false;
            }
        }
        return true;
    }
}
