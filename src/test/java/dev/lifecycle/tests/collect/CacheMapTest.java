package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cache as a map, where threads meet and entries go. */
@Timeout(60)
class CacheMapTest {

    private static BoundedCache<Integer, Integer> ofSize(long size) {
        return BoundedCache.<Integer, Integer>builder("numbers")
                .maximumSize(size)
                .open();
    }

    @Test
    void losesNoUpdate() throws Exception {
        try (BoundedCache<Integer, Integer> cache = ofSize(1_000)) {
            ConcurrentMap<Integer, Integer> map = cache.asMap();
            map.put(2, 0);
            AtomicInteger created = new AtomicInteger();
            Crew.run(8, index -> {
                for (int i = 0; i < 1_000; i++) {
                    map.merge(0, 1, Integer::sum);
                    map.compute(1, (key, value) -> value == null ? 1 : value + 1);
                    map.computeIfPresent(2, (key, value) -> value + 1);
                    if (map.putIfAbsent(1_000 + i % 100, i) == null) {
                        created.incrementAndGet();
                    }
                }
                return null;
            });
            assertEquals(8_000, map.get(0));
            assertEquals(8_000, map.get(1));
            assertEquals(8_000, map.get(2));
            assertEquals(100, created.get());
            assertEquals(103, cache.size());
        }
    }

    @Test
    void removesByCompute() throws Exception {
        try (BoundedCache<Integer, Integer> cache = ofSize(1_000)) {
            ConcurrentMap<Integer, Integer> map = cache.asMap();
            AtomicInteger taken = new AtomicInteger();
            Crew.run(8, index -> {
                for (int i = 0; i < 1_000; i++) {
                    map.merge(0, 1, Integer::sum);
                    Integer known = map.get(0);
                    if (known != null && map.remove(0, known)) {
                        taken.addAndGet(known);
                    }
                }
                return null;
            });
            Integer left = map.remove(0);
            assertEquals(8_000, taken.get() + (left == null ? 0 : left));
            assertNull(map.computeIfPresent(0, (key, value) -> value));
            assertNull(map.compute(0, (key, value) -> null));
        }
    }

    @Test
    void handsOutNothingThatIsGoneWhileItIsWalked() throws Exception {
        try (BoundedCache<Integer, Integer> cache = ofSize(100)) {
            AtomicBoolean ended = new AtomicBoolean();
            Crew<Object> writers = Crew.of(2, index -> {
                for (int i = 0; !ended.get(); i++) {
                    cache.put(i % 500, i % 500);
                }
                return null;
            });
            for (int round = 0; round < 500; round++) {
                Set<Integer> seen = new HashSet<>();
                for (Map.Entry<Integer, Integer> entry : cache.asMap().entrySet()) {
                    assertEquals(entry.getKey(), entry.getValue());
                    assertTrue(seen.add(entry.getKey()), "seen twice");
                }
            }
            ended.set(true);
            writers.join();
        }
    }

    @Test
    void showsNothingThatHasExpired() {
        VirtualTime time = new VirtualTime();
        try (BoundedCache<Integer, Integer> cache = BoundedCache.<Integer, Integer>builder("numbers")
                .maximumSize(100)
                .expireAfter((key, value) -> Duration.ofSeconds(value))
                .timeSource(time)
                .open()) {
            ConcurrentMap<Integer, Integer> map = cache.asMap();
            map.put(1, 1);
            map.put(2, 2);
            time.advance(Duration.ofSeconds(1));
            assertEquals(Set.of(2), new HashSet<>(map.keySet()));
            assertFalse(map.containsKey(1));
            assertFalse(map.containsValue(1));
            assertNull(map.replace(1, 5));
            assertFalse(map.replace(1, 1, 5));
            assertFalse(map.remove(1, 1));
            assertNull(map.put(1, 1), "what had expired was not there any more");
        }
    }

    @Test
    void removesThroughItsIterator() {
        try (BoundedCache<Integer, Integer> cache = ofSize(1_000)) {
            for (int i = 0; i < 100; i++) {
                cache.put(i, i);
            }
            Iterator<Integer> keys = cache.asMap().keySet().iterator();
            assertThrows(IllegalStateException.class, keys::remove);
            while (keys.hasNext()) {
                if (keys.next() % 2 == 0) {
                    keys.remove();
                    assertThrows(IllegalStateException.class, keys::remove);
                }
            }
            assertThrows(NoSuchElementException.class, keys::next);
            assertEquals(50, cache.size());
            assertEquals(50, cache.weight());
        }
    }

    @Test
    void writesThroughItsEntries() {
        try (BoundedCache<Integer, Integer> cache = ofSize(10)) {
            cache.put(1, 1);
            Map.Entry<Integer, Integer> entry =
                    cache.asMap().entrySet().iterator().next();
            assertEquals(1, entry.setValue(7));
            assertEquals(7, entry.getValue());
            assertEquals(7, cache.get(1));
        }
    }

    @Test
    void keepsRemovedWhatAPredicateAcceptedBeforeItThrew() {
        try (BoundedCache<Integer, Integer> cache = ofSize(1_000)) {
            for (int i = 0; i < 100; i++) {
                cache.put(i, i);
            }
            int[] calls = {0};
            assertThrows(
                    IllegalStateException.class,
                    () -> cache.asMap().values().removeIf(value -> {
                        if (++calls[0] == 41) {
                            throw new IllegalStateException("enough");
                        }
                        return true;
                    }));
            assertEquals(60, cache.size());
            assertEquals(60, cache.weight());
            cache.asMap().clear();
            assertTrue(cache.asMap().isEmpty());
        }
    }

    @Test
    void changesNothingWhenAFunctionThrows() {
        try (BoundedCache<Integer, Integer> cache = ofSize(1_000)) {
            cache.put(1, 1);
            assertThrows(
                    IllegalStateException.class,
                    () -> cache.asMap().compute(1, (key, value) -> {
                        throw new IllegalStateException();
                    }));
            assertThrows(
                    IllegalStateException.class,
                    () -> cache.asMap().computeIfAbsent(2, key -> {
                        throw new IllegalStateException();
                    }));
            assertEquals(Map.of(1, 1), cache.asMap());
        }
    }
}
