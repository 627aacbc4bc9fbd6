package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.RemovalCause;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values here are numbers that weigh what they are. */
@Timeout(60)
class CacheWeightTest {

    private static BoundedCacheBuilder<Integer, Integer> ofWeight(long weight) {
        return BoundedCache.<Integer, Integer>builder("bytes").maximumWeight(weight, (key, value) -> value);
    }

    private static long sum(BoundedCache<Integer, Integer> cache) {
        return cache.asMap().values().stream().mapToLong(Integer::longValue).sum();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 10, 100})
    void isNeverHeavierThanItMayBe(long weight) {
        try (BoundedCache<Integer, Integer> cache = ofWeight(weight).open()) {
            for (int i = 0; i < 2_000; i++) {
                cache.put(i % 50, i * 7 % 13);
                assertTrue(cache.weight() <= weight, cache::toString);
                assertEquals(sum(cache), cache.weight());
            }
            cache.invalidateAll();
            assertEquals(0, cache.weight());
        }
    }

    @Test
    void addsWeightsThatNoIntCouldHold() {
        try (BoundedCache<Integer, Integer> cache = ofWeight(Long.MAX_VALUE).open()) {
            for (int i = 0; i < 10_000; i++) {
                cache.put(i, Integer.MAX_VALUE);
            }
            assertEquals(10_000L * Integer.MAX_VALUE, cache.weight());
            assertEquals(10_000, cache.size());
            cache.trimTo(0.5);
            assertEquals(5_000, cache.size());
        }
        try (BoundedCache<Integer, Integer> cache =
                ofWeight(10L * Integer.MAX_VALUE).open()) {
            for (int i = 0; i < 100; i++) {
                cache.put(i, Integer.MAX_VALUE);
            }
            assertEquals(10, cache.size());
        }
    }

    @Test
    void keepsWhatIsAsHeavyAsTheBoundAndNothingHeavier() {
        try (BoundedCache<Integer, Integer> cache = ofWeight(10).open()) {
            cache.put(1, 10);
            assertEquals(10, cache.get(1));
            cache.put(2, 11);
            assertNull(cache.get(2));
            assertEquals(10, cache.get(1), "nothing else had to go for it");
            cache.put(1, 11);
            assertNull(cache.get(1), "what it replaced is gone all the same");
            assertEquals(2, cache.stats().removed(RemovalCause.EVICTED));
            assertEquals(22, cache.stats().removedWeight());
        }
    }

    @Test
    void takesInWhatWeighsNothing() {
        try (BoundedCache<Integer, Integer> cache = ofWeight(3).open()) {
            for (int i = 0; i < 100; i++) {
                cache.put(i, 0);
            }
            for (int i = 100; i < 200; i++) {
                cache.put(i, 1);
            }
            assertEquals(103, cache.size());
            assertEquals(3, cache.weight());
            cache.put(0, 1);
            cache.put(150, 0);
            assertTrue(cache.weight() <= 3);
            cache.invalidateAll();
            assertEquals(0, cache.size());
        }
    }

    @Test
    void weighsEachValueOnce() {
        AtomicInteger calls = new AtomicInteger();
        try (BoundedCache<Integer, int[]> cache = BoundedCache.<Integer, int[]>builder("arrays")
                .maximumWeight(10, (key, value) -> {
                    calls.incrementAndGet();
                    return value[0];
                })
                .open()) {
            int[] value = {3};
            cache.put(1, value);
            value[0] = 8;
            cache.get(1);
            assertEquals(3, cache.weight(), "what it weighed when it was put counts");
            cache.put(1, value);
            assertEquals(8, cache.weight());
            value[0] = -5;
            cache.get(2, key -> new int[] {1});
            cache.invalidateAll();
            assertEquals(0, cache.weight());
            assertEquals(3, calls.get());
        }
    }

    @Test
    void weighsAReplacementAnew() {
        try (BoundedCache<Integer, Integer> cache = ofWeight(100).open()) {
            for (int i = 0; i < 10; i++) {
                cache.put(i, 10);
            }
            cache.put(0, 1);
            assertEquals(91, cache.weight());
            cache.put(0, 10);
            assertEquals(100, cache.weight());
            cache.put(0, 30);
            assertTrue(cache.weight() <= 100, cache::toString);
            assertEquals(sum(cache), cache.weight());
        }
    }

    @Test
    void shrinksByWeight() {
        try (BoundedCache<Integer, Integer> cache = ofWeight(10_000).open()) {
            for (int i = 0; i < 100; i++) {
                cache.put(i, 100);
            }
            assertEquals(5 * 100 + 5 * 64, cache.shrink(Pressure.TRIM, 500), "no more than is wanted");
            assertEquals(9_500, cache.weight());
            cache.shrink(Pressure.CLEANUP, 1);
            assertEquals(4_700, cache.weight(), "the coldest, down to half of 9 500 or just below");
            cache.restore();
            assertEquals(10_000, cache.maximum());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void comesBackToNothingHoweverThreadsMeet(boolean hard) throws Exception {
        BoundedCacheBuilder<Integer, Integer> builder = ofWeight(200);
        try (BoundedCache<Integer, Integer> cache = (hard ? builder.hardBound() : builder).open()) {
            Crew.run(8, index -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int i = 0; i < 3_000; i++) {
                    int key = random.nextInt(50);
                    switch (random.nextInt(8)) {
                        case 0 -> cache.invalidate(key);
                        case 1 -> cache.get(key, any -> random.nextInt(20));
                        case 2 -> cache.trimTo(0.9);
                        case 3 -> {
                            cache.shrink(Pressure.TRIM, 0);
                            cache.restore();
                        }
                        default -> cache.put(key, random.nextInt(30));
                    }
                    if (hard) {
                        assertTrue(cache.weight() <= 200);
                    }
                }
                return null;
            });
            cache.cleanUp();
            assertTrue(cache.weight() <= 200);
            assertEquals(sum(cache), cache.weight());
            cache.invalidateAll();
            assertEquals(0, cache.weight());
        }
    }
}
