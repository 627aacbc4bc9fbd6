package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Pressure;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.CacheStats;
import dev.lifecycle.collect.CollectionClosedException;
import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(60)
class BoundedCacheTest {

    private static BoundedCacheBuilder<Integer, String> ofSize(long size) {
        return BoundedCache.<Integer, String>builder("quotes").maximumSize(size);
    }

    private static void fill(BoundedCache<Integer, String> cache, int from, int to) {
        IntStream.range(from, to).forEach(i -> cache.put(i, "v" + i));
    }

    // ---- entries ---------------------------------------------------------------------------------------------------

    @Test
    void givesBackWhatWasPut() {
        try (BoundedCache<Integer, String> cache = ofSize(10).open()) {
            assertNull(cache.get(1));
            cache.put(1, "a");
            assertEquals("a", cache.get(1));
            cache.put(1, "b");
            assertEquals("b", cache.get(1));
            assertEquals(1, cache.size());
            assertEquals(1, cache.weight());
        }
    }

    @Test
    void putsIfAbsent() {
        try (BoundedCache<Integer, String> cache = ofSize(10).open()) {
            assertNull(cache.putIfAbsent(1, "a"));
            assertEquals("a", cache.putIfAbsent(1, "b"));
            assertEquals("a", cache.get(1));
        }
    }

    @Test
    void letsOneOfManyPutIfAbsent() throws Exception {
        try (BoundedCache<Integer, String> cache = ofSize(1_000).open()) {
            for (int round = 0; round < 200; round++) {
                int key = round;
                List<String> known = Crew.run(4, index -> cache.putIfAbsent(key, "v" + index));
                String winner = cache.get(key);
                assertEquals(1, known.stream().filter(value -> value == null).count());
                assertTrue(known.stream().allMatch(value -> value == null || value.equals(winner)));
            }
        }
    }

    @Test
    void removesAndTellsWhatThereWas() {
        try (BoundedCache<Integer, String> cache = ofSize(10).open()) {
            fill(cache, 0, 3);
            assertEquals("v0", cache.remove(0));
            assertNull(cache.remove(0));
            assertTrue(cache.invalidate(1));
            assertFalse(cache.invalidate(1));
            assertNull(cache.get(0));
            assertNull(cache.get(1));
            assertEquals(1, cache.size());
            assertEquals(1, cache.weight());
        }
    }

    @Test
    void removesWhatAPredicateAccepts() {
        try (BoundedCache<Integer, String> cache = ofSize(1_000).open()) {
            fill(cache, 0, 100);
            assertEquals(50, cache.invalidateIf((key, value) -> key % 2 == 0 && value.equals("v" + key)));
            assertEquals(50, cache.size());
            assertNull(cache.get(2));
            assertEquals("v3", cache.get(3));
            assertEquals(0, cache.invalidateIf((key, value) -> key % 2 == 0));
        }
    }

    @Test
    void keepsRemovedWhatAPredicateAcceptedBeforeItThrew() {
        try (BoundedCache<Integer, String> cache = ofSize(1_000).open()) {
            fill(cache, 0, 100);
            int[] calls = {0};
            IllegalStateException thrown = assertThrows(
                    IllegalStateException.class,
                    () -> cache.invalidateIf((key, value) -> {
                        if (++calls[0] == 31) {
                            throw new IllegalStateException("enough");
                        }
                        return true;
                    }));
            assertEquals("enough", thrown.getMessage());
            assertEquals(70, cache.size());
            assertEquals(70, cache.weight());
            assertEquals(30, cache.stats().removed(RemovalCause.INVALIDATED));
            assertEquals(70, cache.invalidateAll());
        }
    }

    @Test
    void removesAll() {
        try (BoundedCache<Integer, String> cache = ofSize(100_000).open()) {
            fill(cache, 0, 50_000);
            assertEquals(50_000, cache.invalidateAll());
            assertEquals(0, cache.size());
            assertEquals(0, cache.weight());
            assertEquals(0, cache.invalidateAll());
            fill(cache, 0, 10);
            assertEquals(10, cache.size());
        }
    }

    @Test
    void trimsToAShare() {
        try (BoundedCache<Integer, String> cache = ofSize(1_000).open()) {
            fill(cache, 0, 1_000);
            assertEquals(0, cache.trimTo(1));
            assertEquals(750, cache.trimTo(0.25));
            assertEquals(250, cache.size());
            assertEquals(1_000, cache.maximum(), "no bound was changed");
            fill(cache, 2_000, 2_100);
            assertEquals(350, cache.size());
            assertEquals(350, cache.trimTo(0));
            assertEquals(0, cache.size());
            assertEquals(0, cache.trimTo(0));
        }
    }

    @Test
    void shrinksInStepsAndIsRestored() {
        try (BoundedCache<Integer, String> cache = ofSize(1_000).open()) {
            fill(cache, 0, 400);
            assertEquals(0, cache.shrink(Pressure.NORMAL, 0));
            assertEquals(400, cache.size());
            assertEquals(100 * 64, cache.shrink(Pressure.TRIM, 0));
            assertEquals(300, cache.size());
            assertEquals(300, cache.maximum());
            fill(cache, 1_000, 1_500);
            assertEquals(300, cache.size(), "the bound is lower now");
            assertEquals(150 * 64, cache.shrink(Pressure.CLEANUP, 0));
            assertEquals(150, cache.size(), "never more than half at once");
            cache.shrink(Pressure.EMERGENCY, 0);
            assertEquals(75, cache.size());
            cache.shrink(Pressure.EMERGENCY, 0);
            assertEquals(38, cache.size());
            fill(cache, 0, 100);
            assertEquals(38, cache.size());
            cache.restore();
            assertEquals(1_000, cache.maximum());
            fill(cache, 5_000, 5_500);
            assertEquals(538, cache.size());
        }
    }

    // ---- figures ---------------------------------------------------------------------------------------------------

    @Test
    void countsWhatHappened() {
        try (BoundedCache<Integer, String> cache = ofSize(3).recordStats().open()) {
            cache.put(1, "a");
            cache.put(1, "b");
            cache.get(1);
            cache.get(2);
            cache.get(2, key -> "c");
            cache.get(2, key -> "d");
            cache.remove(2);
            cache.putIfAbsent(1, "x");
            CacheStats stats = cache.stats();
            assertEquals(3, stats.hits());
            assertEquals(2, stats.misses());
            assertEquals(0.6, stats.hitRate());
            assertEquals(0.6, stats.recentHitRate());
            assertEquals(1, stats.loads());
            assertEquals(0, stats.loadFailures());
            assertEquals(3, stats.insertions());
            assertEquals(1, stats.removed(RemovalCause.REPLACED));
            assertEquals(1, stats.removed(RemovalCause.INVALIDATED));
            assertEquals(RemovalCause.values().length, stats.removals().size());
            assertEquals(0, stats.open());
        }
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void countsEachReadOnceWhateverHappens() throws Exception {
        try (BoundedCache<Integer, String> cache = ofSize(50).recordStats().open()) {
            Crew.run(4, index -> {
                for (int i = 0; i < 5_000; i++) {
                    cache.get(i % 100);
                    cache.get(i % 70, key -> "v");
                }
                return null;
            });
            CacheStats stats = cache.stats();
            assertEquals(40_000, stats.hits() + stats.misses());
            assertEquals(cache.size(), stats.insertions() - sum(stats.removals()));
            assertTrue(stats.loads() <= stats.misses());
        }
    }

    @Test
    void hangsInItsOwnersTree() {
        try (Scope app = Scope.open("app")) {
            BoundedCache<Integer, String> cache = ofSize(2).recordStats().open(app);
            fill(cache, 0, 3);
            Snapshot seen = app.snapshot().children().get(0);
            assertEquals("quotes", seen.name());
            assertEquals(Kind.BOUNDED_CACHE, seen.kind());
            assertEquals(State.OPEN, seen.state());
            assertEquals(
                    Map.of("size", 2L, "maximum", 2L, "hitRate", 1.0, "evicted", 1L), new HashMap<>(seen.gauges()));
            cache.close();
            assertEquals(List.of(), app.snapshot().children(), "nothing stays behind");
        }
    }

    @Test
    void saysHowFullItIs() {
        try (BoundedCache<Integer, String> cache = ofSize(10_000).open()) {
            fill(cache, 0, 84);
            assertEquals("quotes 84/10000", cache.toString());
        }
        try (BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("heavy")
                .maximumWeight(100, (key, value) -> 7)
                .open()) {
            fill(cache, 0, 2);
            assertEquals("heavy 14/100", cache.toString());
        }
    }

    // ---- life ------------------------------------------------------------------------------------------------------

    @Test
    void refusesAllOnceItIsClosed() {
        BoundedCache<Integer, String> cache = ofSize(2).open();
        fill(cache, 0, 2);
        cache.close();
        cache.close();
        assertEquals(State.CLOSED, cache.state());
        List<Executable> calls = List.of(
                () -> cache.get(0),
                () -> cache.get(0, key -> "v"),
                () -> cache.get(0, key -> "v", Duration.ofDays(1)),
                () -> cache.put(0, "v"),
                () -> cache.putIfAbsent(0, "v"),
                () -> cache.remove(0),
                () -> cache.invalidate(0),
                () -> cache.invalidateIf((key, value) -> true),
                cache::invalidateAll,
                () -> cache.trimTo(0),
                cache::cleanUp,
                () -> cache.asMap().containsKey(0),
                () -> cache.asMap().compute(0, (key, value) -> "v"));
        for (Executable call : calls) {
            String message = assertThrows(CollectionClosedException.class, call).getMessage();
            assertTrue(message.startsWith("BoundedCache quotes is closed since PT"), message);
        }
        assertEquals(0, cache.size());
        assertEquals(0, cache.weight());
        assertEquals(2, cache.stats().removed(RemovalCause.CLOSED));
        assertEquals(0, cache.shrink(Pressure.EMERGENCY, 0));
        cache.restore();
    }

    @Test
    void isClosedByItsOwner() {
        Scope app = Scope.open("app");
        BoundedCache<Integer, String> cache = ofSize(2).open(app);
        fill(cache, 0, 2);
        app.close();
        assertEquals(State.CLOSED, cache.state());
        assertEquals(0, cache.size());
        assertThrows(ScopeClosedException.class, () -> ofSize(2).open(app));
    }

    @Test
    void isReportedWhenItIsDroppedWithoutAnOwner() {
        List<LeakReport> heard = new CopyOnWriteArrayList<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add)) {
            LeakProbe.awaitCollected(drop("dropped cache"));
            Await.until(
                    "reported",
                    () -> heard.stream()
                            .anyMatch(report -> report.label().equals("dropped cache")
                                    && report.type().equals(BoundedCache.class.getName())));
            assertFalse(heard.stream().anyMatch(report -> report.label().equals("quotes")));
        }
    }

    private static Reference<?> drop(String name) {
        ofSize(2).open().close();
        BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder(name)
                .maximumSize(2)
                .expireAfterWrite(Duration.ofHours(1))
                .expireAfterAccess(Duration.ofHours(1))
                .loadTimeout(Duration.ofHours(1))
                .recordStats()
                .onRemoval((key, value, cause) -> {})
                .open();
        cache.put(1, "a");
        cache.get(2, key -> "b");
        return new WeakReference<>(cache);
    }

    @Test
    void hasOneMapView() {
        try (BoundedCache<Integer, String> cache = ofSize(2).open()) {
            assertSame(cache.asMap(), cache.asMap());
        }
    }
}
