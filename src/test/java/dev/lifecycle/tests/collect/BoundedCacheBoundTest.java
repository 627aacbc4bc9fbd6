package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.CacheStats;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many entries there are, for all sorts of bounds and keys. */
@Timeout(60)
class BoundedCacheBoundTest {

    private static BoundedCacheBuilder<Integer, String> ofSize(long size) {
        return BoundedCache.<Integer, String>builder("quotes").maximumSize(size);
    }

    private static void fill(BoundedCache<Integer, String> cache, int from, int to) {
        IntStream.range(from, to).forEach(i -> cache.put(i, "v" + i));
    }

    // ---- bounds ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 7, 15, 16, 17, 1_000})
    void keepsItsBoundAndLosesNoCount(long size) {
        try (BoundedCache<Integer, String> cache = ofSize(size).open()) {
            for (int i = 0; i < 5_000; i++) {
                cache.put(i % 2_500, "v" + i);
                cache.get(i * 7 % 2_500);
                assertTrue(cache.size() <= size, cache::toString);
            }
            CacheStats stats = cache.stats();
            assertEquals(Math.min(size, 2_500), cache.size());
            assertEquals(cache.size(), cache.weight());
            assertEquals(5_000, stats.insertions());
            assertEquals(cache.size(), stats.insertions() - sum(stats.removals()));
            cache.invalidateAll();
            assertEquals(0, cache.weight());
        }
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void keepsAllWhereTheBoundIsLargerThanAnyCount() {
        try (BoundedCache<Integer, String> cache = ofSize(Long.MAX_VALUE).open()) {
            fill(cache, 0, 10_000);
            assertEquals(10_000, cache.size());
            assertEquals(Long.MAX_VALUE, cache.maximum());
            assertEquals("quotes 10000/9223372036854775807", cache.toString());
            cache.shrink(Pressure.TRIM, 0);
            assertEquals(7_500, cache.size());
            cache.restore();
            assertEquals(Long.MAX_VALUE, cache.maximum());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, 100})
    void isNotAboveAHardBoundForAMoment(long size) throws Exception {
        try (BoundedCache<Integer, String> cache = ofSize(size).hardBound().open()) {
            AtomicBoolean ended = new AtomicBoolean();
            Crew<Long> watchers = Crew.of(2, index -> {
                long most = 0;
                while (!ended.get()) {
                    most = Math.max(most, index == 0 ? cache.size() : cache.weight());
                }
                return most;
            });
            Crew.run(8, index -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int i = 0; i < 3_000; i++) {
                    int key = random.nextInt(300);
                    switch (random.nextInt(8)) {
                        case 0 -> cache.invalidate(key);
                        case 1 -> cache.get(key, unknown -> "loaded");
                        case 2 -> cache.putIfAbsent(key, "v");
                        default -> cache.put(key, "v");
                    }
                }
                return null;
            });
            ended.set(true);
            assertTrue(watchers.join().stream().allMatch(most -> most <= size));
            assertEquals(cache.size(), cache.weight());
        }
    }

    @Test
    void isAboveItsBoundByLittleAndNotForLong() throws Exception {
        try (BoundedCache<Integer, String> cache = ofSize(100).open()) {
            AtomicBoolean ended = new AtomicBoolean();
            Crew<Long> watcher = Crew.of(() -> {
                long most = 0;
                while (!ended.get()) {
                    most = Math.max(most, cache.size());
                }
                return most;
            });
            Crew.run(8, index -> {
                for (int i = 0; i < 10_000; i++) {
                    cache.put(i * 8 + index, "v");
                }
                return null;
            });
            ended.set(true);
            long most = watcher.join().get(0);
            assertTrue(most <= 100 + 128 + 8, () -> most + ": more than 128 entries, and one of each writer, above");
            assertEquals(100, cache.size());
            assertEquals(100, cache.weight());
        }
    }

    // ---- keys ------------------------------------------------------------------------------------------------------

    private record Bad(int number) {
        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    void findsKeysWhoseHashesAreAllTheSame() {
        try (BoundedCache<Object, Integer> cache =
                BoundedCache.<Object, Integer>builder("bad").maximumSize(500).open()) {
            for (int i = 0; i < 1_000; i++) {
                cache.put(new Bad(i), i);
                assertEquals(i, i < 500 ? cache.get(new Bad(i)) : Integer.valueOf(i));
            }
            assertEquals(500, cache.size());
            assertEquals(500, cache.invalidateIf((key, value) -> new Bad(value).equals(key)));
            assertEquals(0, cache.weight());
        }
    }

    private static final class Mutable {
        int number;

        @Override
        public int hashCode() {
            return number;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Mutable same && same.number == number;
        }
    }

    @Test
    void getsRidOfEntriesWhoseKeysHaveChanged() {
        try (BoundedCache<Mutable, Integer> cache = BoundedCache.<Mutable, Integer>builder("mutable")
                .maximumSize(10)
                .open()) {
            for (int i = 0; i < 100; i++) {
                Mutable key = new Mutable();
                key.number = i;
                cache.put(key, i);
                key.number = -i;
                assertTrue(cache.size() <= 10);
            }
            assertEquals(10, cache.invalidateAll());
            assertEquals(0, cache.weight());
        }
    }
}
