package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Entries leave with their group, and groups with their entries. */
@Timeout(60)
class CacheGroupTest {

    /** A value tells its tag. */
    private static BoundedCacheBuilder<Integer, String> ofSize(long size) {
        return BoundedCache.<Integer, String>builder("sessions")
                .maximumSize(size)
                .groups((key, value) -> value.equals("none") ? null : new String(value.substring(0, 1)));
    }

    private static Object groups(BoundedCache<?, ?> cache) {
        return cache.snapshot().gauges().get("groups");
    }

    @Test
    void removesAGroupByATagThatIsEqual() {
        try (BoundedCache<Integer, String> cache = ofSize(100).open()) {
            for (int i = 0; i < 30; i++) {
                cache.put(i, "abc".charAt(i % 3) + "" + i);
            }
            assertEquals(3, groups(cache));
            assertEquals(10, cache.invalidateGroup("a"));
            assertEquals(0, cache.invalidateGroup("a"));
            assertEquals(0, cache.invalidateGroup("unknown"));
            assertEquals(20, cache.size());
            assertEquals(20, cache.weight());
            assertEquals(2, groups(cache));
            assertNull(cache.get(0));
            assertEquals("b1", cache.get(1));
        }
    }

    @Test
    void movesAnEntryToTheGroupOfItsNewValue() {
        try (BoundedCache<Integer, String> cache = ofSize(100).open()) {
            cache.put(1, "a");
            cache.put(1, "b");
            assertEquals(1, groups(cache));
            assertEquals(0, cache.invalidateGroup("a"));
            cache.asMap().replace(1, "c");
            assertEquals(0, cache.invalidateGroup("b"));
            cache.put(1, "none");
            assertEquals(0, cache.invalidateGroup("c"));
            assertEquals(0, groups(cache));
            assertEquals("none", cache.get(1));
            cache.put(1, "d");
            assertEquals(1, cache.invalidateGroup("d"));
        }
    }

    @Test
    void forgetsAGroupWhoseEntriesHaveGoneForWhateverReason() {
        VirtualTime time = new VirtualTime();
        try (BoundedCache<Integer, String> cache = ofSize(3)
                .expireAfterWrite(Duration.ofSeconds(1))
                .timeSource(time)
                .open()) {
            for (Runnable end : List.<Runnable>of(
                    () -> cache.invalidate(1),
                    () -> cache.remove(1),
                    cache::invalidateAll,
                    () -> cache.invalidateIf((key, value) -> true),
                    () -> cache.trimTo(0),
                    () -> time.advance(Duration.ofSeconds(1)),
                    () -> cache.put(1, "none"),
                    () -> {
                        for (int i = 0; i < 100; i++) {
                            cache.put(100 + i, "none");
                            cache.get(100 + i);
                        }
                        cache.invalidate(1);
                    })) {
                cache.put(1, "a");
                assertEquals(1, groups(cache));
                end.run();
                cache.cleanUp();
                assertEquals(0, groups(cache));
            }
        }
    }

    @Test
    void holdsAsManyGroupsAsEntries() {
        try (BoundedCache<Integer, Integer> cache = BoundedCache.<Integer, Integer>builder("mass")
                .maximumSize(5_000)
                .groups((key, value) -> value)
                .open()) {
            for (int i = 0; i < 50_000; i++) {
                cache.put(i, i);
            }
            assertEquals(5_000, groups(cache));
            long removed = 0;
            for (int i = 0; i < 50_000; i++) {
                removed += cache.invalidateGroup(i);
            }
            assertEquals(5_000, removed);
            assertEquals(0, groups(cache));
        }
    }

    @Test
    void leavesNothingThatWasPutBeforeHoweverThreadsMeet() throws Exception {
        try (BoundedCache<Integer, Integer> cache = BoundedCache.<Integer, Integer>builder("epochs")
                .maximumSize(10_000)
                .groups((key, value) -> key % 2)
                .open()) {
            AtomicInteger epoch = new AtomicInteger(1);
            AtomicBoolean ended = new AtomicBoolean();
            Crew<Object> writers = Crew.of(7, index -> {
                for (int i = 0; !ended.get(); i++) {
                    int key = (i * 7 + index) % 200;
                    if (i % 3 == 0) {
                        cache.get(key, any -> epoch.get());
                    } else {
                        cache.put(key, epoch.get());
                    }
                    if (i % 50 == 0) {
                        cache.invalidate(key);
                    }
                }
                return null;
            });
            for (int round = 0; round < 300; round++) {
                int tag = round % 2;
                for (int key = 1_000; key < 1_010; key++) {
                    cache.put(key, -1);
                }
                cache.invalidateGroup(tag);
                for (int key = 1_000; key < 1_010; key++) {
                    if (key % 2 == tag) {
                        assertNull(cache.get(key));
                    } else {
                        assertEquals(-1, cache.get(key));
                    }
                }
                epoch.incrementAndGet();
            }
            ended.set(true);
            writers.join();
            assertTrue((int) groups(cache) <= 2);
            long size = cache.size();
            assertEquals(size, cache.invalidateGroup(0) + cache.invalidateGroup(1));
            assertEquals(0, groups(cache));
            assertEquals(0, cache.weight());
        }
    }
}
