package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The timing wheel against an obvious model: deadlines in order. */
class WheelTest {
    private static final long[] SPANS = {
        1, Wheel.LATE, 40 * Wheel.LATE, 1_200L * Wheel.LATE, 40_000L * Wheel.LATE, 3_000_000L * Wheel.LATE, 1L << 61
    };

    /** The same without an idea of speed. */
    private static final class Model {
        final Wheel wheel = new Wheel();
        final Set<CacheNode.Timed> in = new HashSet<>();
        long time;

        void add(long deadline) {
            CacheNode.Timed node = new CacheNode.Timed("key", 0, "value", Math.min(deadline, CacheNode.NEVER - 1));
            wheel.add(node);
            in.add(node);
        }

        void advance(long by) {
            time += Math.min(by, CacheNode.NEVER - time);
            wheel.advance(time);
        }

        TreeMap<Long, Integer> deadlines() {
            TreeMap<Long, Integer> all = new TreeMap<>();
            in.forEach(node -> all.merge(node.deadline(), 1, Integer::sum));
            return all;
        }

        /** Takes what has expired; all of it, if the budget is large enough. */
        void poll(int budget) {
            CacheNode.Timed node = wheel.poll(budget);
            if (node != null) {
                assertTrue(node.deadline() <= time, "too early");
                assertTrue(in.remove(node), "twice");
                assertFalse(wheel.contains(node));
            }
        }

        void check() {
            assertTrue(wheel.invariantsHold());
            assertEquals(in.size(), wheel.size());
            for (CacheNode.Timed node : in) {
                assertTrue(wheel.contains(node));
            }
            long delay = wheel.delay();
            if (in.isEmpty()) {
                assertEquals(CacheNode.NEVER, delay);
            } else if (!wheel.isDue()) {
                long earliest = deadlines().firstKey();
                assertTrue(earliest + Wheel.LATE > time, "found too late");
                assertTrue(delay > 0 && delay <= earliest + Wheel.LATE - time, "looks in too late");
            } else {
                assertEquals(0, delay);
            }
        }
    }

    @Property(tries = 500)
    void behavesAsASortedMapOfDeadlines(@ForAll long seed, @ForAll @IntRange(max = 6) int widest) {
        Random random = new Random(seed);
        Model model = new Model();
        for (int step = 0; step < 200; step++) {
            long span = SPANS[random.nextInt(widest + 1)];
            long amount = (long) (random.nextDouble() * span);
            switch (random.nextInt(6)) {
                case 0, 1 -> model.add(model.time + amount);
                case 2 -> model.advance(amount);
                case 3 -> {
                    for (int i = random.nextInt(20); i >= 0; i--) {
                        model.poll(1 + random.nextInt(3));
                    }
                }
                case 4 -> {
                    for (CacheNode.Timed node : List.copyOf(model.in)) {
                        if (random.nextInt(8) == 0) {
                            model.wheel.remove(node);
                            model.wheel.remove(node); // the second time, nothing
                            model.in.remove(node);
                        } else if (random.nextInt(4) == 0) { // a read
                            long seen = node.deadline();
                            assertTrue(node.putOff(seen, Math.min(seen + amount, CacheNode.NEVER - 1)));
                        }
                    }
                }
                default -> {
                    while (model.wheel.isDue()) {
                        model.poll(1);
                    }
                }
            }
            model.check();
        }
        model.advance(CacheNode.NEVER);
        while (model.wheel.isDue()) {
            model.poll(1);
        }
        assertEquals(Set.of(), model.in);
        model.check();
    }

    @Property(tries = 300)
    void findsEachEntryInTimeIfSomebodyLooksWhenItSays(@ForAll long seed, @ForAll @IntRange(max = 4) int widest) {
        Random random = new Random(seed);
        Model model = new Model();
        model.advance((long) (random.nextDouble() * SPANS[6]));
        for (int i = 0; i < 30; i++) {
            model.add(model.time + 1 + (long) (random.nextDouble() * SPANS[widest]));
        }
        int looks = 0;
        while (!model.in.isEmpty()) {
            model.advance(model.wheel.delay());
            while (model.wheel.isDue()) {
                model.poll(1);
            }
            model.check();
            looks++;
        }
        assertTrue(looks <= 30 * 5 + 40, looks + " looks"); // a cascade for each level, and the steps of `far`
    }

    @Test
    void takesNoLongerOverAGapOfYearsThanOverOneOfSeconds() {
        Model model = new Model();
        model.add(TimeUnit.SECONDS.toNanos(1));
        model.advance(TimeUnit.DAYS.toNanos(365 * 50));
        model.poll(1);
        model.check();
        assertEquals(Set.of(), model.in);
        model.add(model.time + TimeUnit.DAYS.toNanos(365 * 50));
        model.advance(TimeUnit.DAYS.toNanos(365 * 50) + Wheel.LATE);
        model.poll(1);
        assertEquals(Set.of(), model.in);
    }

    @Test
    void looksAtNoMoreEntriesThanTheBudgetAllows() {
        Wheel wheel = new Wheel();
        List<CacheNode.Timed> putOff = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            CacheNode.Timed node = new CacheNode.Timed("key", 0, "value", 1);
            wheel.add(node);
            putOff.add(node);
        }
        putOff.forEach(node -> assertTrue(node.putOff(node.deadline(), CacheNode.NEVER - 1)));
        CacheNode.Timed expired = new CacheNode.Timed("key", 0, "value", 1);
        wheel.add(expired);
        wheel.advance(2 * Wheel.LATE);
        for (int i = 0; i < 5; i++) {
            assertTrue(wheel.isDue());
            assertNull(wheel.poll(2));
        }
        assertEquals(expired, wheel.poll(1));
        assertFalse(wheel.isDue());
        assertTrue(wheel.invariantsHold());
    }
}
