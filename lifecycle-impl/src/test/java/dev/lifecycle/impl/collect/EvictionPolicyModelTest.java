package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Random operations against a list of what must be held. */
class EvictionPolicyModelTest {
    private static final long[] MAXIMA = {1, 2, 3, 17, 100, 512, 513, 1L << 33, Long.MAX_VALUE};
    private static final int[] WEIGHTS = {0, 1, 1, 2, 10, 300, Integer.MAX_VALUE};

    private static final class Weighed extends Slot {
        private final int weight;

        Weighed(int hash, int weight) {
            super(hash);
            this.weight = weight;
        }

        @Override
        public int weight() {
            return weight;
        }
    }

    @Property(tries = 300)
    void holdsWhatWasAddedAndNotTakenOut(
            @ForAll long seed, @ForAll @IntRange(max = 8) int size, @ForAll boolean weighed, @ForAll boolean flat) {
        Random random = new Random(seed);
        EvictionPolicy policy = new EvictionPolicy(MAXIMA[size], weighed, seed);
        List<Slot> held = new ArrayList<>();
        for (int step = 0; step < 800; step++) {
            switch (random.nextInt(12)) {
                case 0 -> policy.remove(take(held, random, weighed, flat));
                case 1 -> {
                    Slot now = slot(random, weighed, flat);
                    boolean any = !held.isEmpty();
                    policy.replace(take(held, random, weighed, flat), now);
                    if (any) {
                        held.add(now);
                    }
                }
                case 2 -> {
                    boolean any = !held.isEmpty();
                    gone(held, policy.coldest(), any);
                }
                case 3 -> policy.maximum(MAXIMA[random.nextInt(MAXIMA.length)]);
                case 4 -> policy.sampled(random.nextInt());
                case 5 -> bound(policy, held, random.nextBoolean() ? policy.maximum() : policy.maximum() / 2);
                case 6, 7 -> {
                    if (!held.isEmpty()) {
                        held.get(random.nextInt(held.size())).use();
                    }
                }
                default -> {
                    Slot slot = slot(random, weighed, flat);
                    held.add(slot);
                    policy.add(slot);
                }
            }
            long total = 0;
            for (Slot slot : held) {
                total += slot.weight();
            }
            assertEquals(total, policy.total());
            assertTrue(policy.invariantsHold());
        }
        bound(policy, held, policy.maximum());
        for (Slot coldest = policy.coldest(); coldest != null; coldest = policy.coldest()) {
            gone(held, coldest, true);
        }
        assertTrue(held.isEmpty());
        assertEquals(0, policy.total());
    }

    private static void bound(EvictionPolicy policy, List<Slot> held, long limit) {
        long before = policy.total();
        for (Slot gone = policy.evict(limit); gone != null; gone = policy.evict(limit)) {
            gone(held, gone, true);
            assertTrue(policy.total() < before);
            before = policy.total();
        }
        assertTrue(policy.total() <= limit);
    }

    private static void gone(List<Slot> held, @Nullable Slot slot, boolean expected) {
        if (expected) {
            assertNotNull(slot);
            assertTrue(held.remove(slot));
            assertEquals(Slot.NONE, slot.region);
            assertNull(slot.before);
            assertNull(slot.after);
        } else {
            assertNull(slot);
        }
    }

    private static Slot slot(Random random, boolean weighed, boolean flat) {
        int hash = flat ? 1 : random.nextInt();
        return weighed ? new Weighed(hash, WEIGHTS[random.nextInt(WEIGHTS.length)]) : new Slot(hash);
    }

    /** One that is held no more, or never was if none is. */
    private static Slot take(List<Slot> held, Random random, boolean weighed, boolean flat) {
        return held.isEmpty() ? slot(random, weighed, flat) : held.remove(random.nextInt(held.size()));
    }
}
