package dev.lifecycle.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BeladyTest {
    /** Tries every choice: after each access any set of at most {@code bound} of the held keys and the new one. */
    private static int best(long[] keys, int at, Set<Long> held, int bound, Map<String, Integer> known) {
        if (at == keys.length) {
            return 0;
        }
        String state = at + " " + new TreeSet<>(held);
        Integer before = known.get(state);
        if (before != null) {
            return before;
        }
        int hit = held.contains(keys[at]) ? 1 : 0;
        Set<Long> all = new HashSet<>(held);
        all.add(keys[at]);
        int best = 0;
        if (all.size() <= bound) {
            best = best(keys, at + 1, all, bound, known);
        } else {
            for (Long victim : all) {
                Set<Long> rest = new HashSet<>(all);
                rest.remove(victim);
                best = Math.max(best, best(keys, at + 1, rest, bound, known));
            }
        }
        known.put(state, hit + best);
        return hit + best;
    }

    @Test
    void findsTheMostHitsOfAllChoices() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            long[] keys =
                    random.longs(random.nextInt(14), 0, 1 + random.nextInt(7)).toArray();
            int bound = 1 + random.nextInt(4);
            assertEquals(
                    best(keys, 0, Set.of(), bound, new HashMap<>()),
                    new Belady(keys).hits(bound),
                    "bound " + bound + ", " + Arrays.toString(keys));
        }
    }

    @Test
    void knowsTheHitsOfALoop() {
        long[] loop = new long[500 * 11];
        Arrays.setAll(loop, i -> i % 11);
        assertEquals(499 * 4, new Belady(loop).hits(4));
        assertEquals(499 * 11, new Belady(loop).hits(11));
        assertEquals(499 * 11, new Belady(loop).hits(1L << 40));
    }

    @Test
    void momentsAgreeWithASortedSet() {
        for (int limit : new int[] {1, 64, 65, 4_096, 4_097, 300_000}) {
            Random random = new Random(limit);
            Moments moments = new Moments(limit);
            TreeSet<Integer> model = new TreeSet<>();
            for (int step = 0; step < 20_000; step++) {
                int moment = random.nextInt(limit);
                if (random.nextBoolean()) {
                    moments.add(moment);
                    model.add(moment);
                } else {
                    moments.remove(moment);
                    model.remove(moment);
                }
                assertEquals(model.contains(moment), moments.contains(moment));
                if (!model.isEmpty()) {
                    assertEquals(model.last(), moments.last(), "limit " + limit + ", step " + step);
                    if (random.nextInt(3) == 0) {
                        moments.remove(moments.last());
                        model.pollLast();
                    }
                }
            }
        }
    }
}
