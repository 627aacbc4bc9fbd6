package dev.lifecycle.replay;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The most hits that any cache of a size can have, which takes knowledge of the future: evict what is used again last. By
 * L. A. Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 5(2), 1966,
 * <a href="https://doi.org/10.1147/sj.52.0078">link</a>. What comes in may be what is evicted, since a cache may refuse it.
 *
 * <p>An entry is known by the moment of its next use, which belongs to it alone; one never used again need not be kept. So
 * the cache is a set of moments, a hit is a moment in the set, the victim is the last one. Time O(n log n), with 64 as the
 * base of the logarithm, for each size; space O(n).
 */
final class Belady {
    private static final int NEVER = -1;

    private final int[] next;

    Belady(long[] keys) {
        next = new int[keys.length];
        Arrays.fill(next, NEVER);
        Map<Long, Integer> last = new HashMap<>();
        for (int i = 0; i < keys.length; i++) {
            Integer before = last.put(keys[i], i);
            if (before != null) {
                next[before] = i;
            }
        }
    }

    long hits(long bound) {
        Moments kept = new Moments(next.length);
        long size = 0;
        long hits = 0;
        for (int now = 0; now < next.length; now++) {
            if (kept.contains(now)) {
                kept.remove(now);
                size--;
                hits++;
            }
            if (next[now] != NEVER) {
                kept.add(next[now]);
                size++;
                if (size > bound) {
                    kept.remove(kept.last());
                    size--;
                }
            }
        }
        return hits;
    }
}
