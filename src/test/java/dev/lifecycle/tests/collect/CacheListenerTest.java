package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.State;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.CacheStats;
import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each value that leaves is told of once, with the right cause, whatever the listener does. */
@Timeout(60)
class CacheListenerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();
    private final List<String> heard = new ArrayList<>();

    private BoundedCacheBuilder<Integer, String> ofSize(long size) {
        return BoundedCache.<Integer, String>builder("quotes")
                .maximumSize(size)
                .timeSource(time)
                .onRemoval((key, value, cause) -> heard.add(cause + " " + key + value));
    }

    private List<String> heard() {
        List<String> all = List.copyOf(heard);
        heard.clear();
        return all;
    }

    // ---- causes ----------------------------------------------------------------------------------------------------

    @Test
    void tellsWhy() {
        BoundedCache<Integer, String> cache =
                ofSize(10).groups((key, value) -> key).open();
        cache.put(1, "a");
        cache.put(1, "b");
        assertEquals(List.of("REPLACED 1a"), heard());
        cache.asMap().replace(1, "c");
        assertEquals(List.of("REPLACED 1b"), heard());
        cache.remove(1);
        assertEquals(List.of("INVALIDATED 1c"), heard());
        cache.put(1, "d");
        cache.invalidate(1);
        cache.put(2, "e");
        cache.invalidateIf((key, value) -> true);
        cache.put(3, "f");
        cache.invalidateGroup(3);
        cache.put(4, "g");
        cache.invalidateAll();
        cache.put(5, "h");
        cache.asMap().keySet().iterator().forEachRemaining(cache::invalidate);
        assertEquals(
                List.of("INVALIDATED 1d", "INVALIDATED 2e", "INVALIDATED 3f", "INVALIDATED 4g", "INVALIDATED 5h"),
                heard());
        cache.put(1, "i");
        cache.trimTo(0);
        assertEquals(List.of("TRIMMED 1i"), heard());
        cache.put(1, "j");
        cache.put(2, "k");
        cache.shrink(Pressure.EMERGENCY, 0);
        List<String> half = heard();
        assertTrue(half.equals(List.of("TRIMMED 1j")) || half.equals(List.of("TRIMMED 2k")), half.toString());
        cache.invalidateAll();
        heard.clear();
        cache.restore();
        cache.put(1, "l");
        cache.close();
        assertEquals(List.of("CLOSED 1l"), heard());
        CacheStats stats = cache.stats();
        assertEquals(2, stats.removed(RemovalCause.TRIMMED));
        assertEquals(2, stats.removedWeight(), "trimmed");
    }

    @Test
    void tellsWhatIsEvicted() {
        try (BoundedCache<Integer, String> cache = ofSize(1).open()) {
            cache.put(1, "a");
            cache.put(2, "b");
            int left = cache.get(1) == null ? 2 : 1;
            assertEquals(List.of(left == 2 ? "EVICTED 1a" : "EVICTED 2b"), heard());
        }
    }

    @Test
    void tellsWhatIsTooHeavyAndWhatItReplaces() {
        try (BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("quotes")
                .maximumWeight(5, (key, value) -> value.length())
                .onRemoval((key, value, cause) -> heard.add(cause + " " + key + value))
                .open()) {
            cache.put(1, "abc");
            cache.put(1, "abcdef");
            assertEquals(List.of("REPLACED 1abc", "EVICTED 1abcdef"), heard());
            assertNull(cache.get(1));
            assertEquals("abcdef", cache.get(1, key -> "abcdef"));
            assertEquals(List.of("EVICTED 1abcdef"), heard());
            assertEquals(12, cache.stats().removedWeight());
            assertEquals(0, cache.weight());
        }
    }

    @Test
    void tellsWhatHasExpiredHoweverThatIsFound() {
        try (BoundedCache<Integer, String> cache =
                ofSize(10).expireAfterWrite(SECOND).open()) {
            long expired = 0;
            for (Runnable finds : List.<Runnable>of(
                    () -> cache.get(1),
                    () -> cache.invalidate(1),
                    () -> cache.remove(1),
                    () -> cache.put(1, "b"),
                    () -> cache.putIfAbsent(1, "b"),
                    () -> cache.get(1, key -> "b"),
                    cache::cleanUp)) {
                cache.put(1, "a");
                time.advance(SECOND);
                finds.run();
                cache.invalidateAll();
                assertEquals(++expired, cache.stats().removed(RemovalCause.EXPIRED));
            }
        }
    }

    @Test
    void tellsOfEachValueOnceHoweverThreadsMeet() throws Exception {
        for (int round = 0; round < 4; round++) {
            Set<Integer> told = ConcurrentHashMap.newKeySet();
            AtomicInteger twice = new AtomicInteger();
            AtomicInteger next = new AtomicInteger();
            BoundedCacheBuilder<Integer, Integer> builder = BoundedCache.<Integer, Integer>builder("numbers")
                    .maximumSize(30)
                    .expireAfterWrite(Duration.ofMillis(1))
                    .groups((key, value) -> key & 3)
                    .onRemoval((key, value, cause) -> {
                        if (!told.add(value)) {
                            twice.incrementAndGet();
                        }
                    });
            if (round % 2 == 1) {
                builder.hardBound();
            }
            BoundedCache<Integer, Integer> cache = builder.open();
            Crew.run(8, index -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int i = 0; i < 2_000; i++) {
                    int key = random.nextInt(60);
                    switch (random.nextInt(10)) {
                        case 0 -> cache.invalidate(key);
                        case 1 -> cache.invalidateGroup(key & 3);
                        case 2 -> cache.trimTo(0.9);
                        case 3 -> cache.asMap().computeIfPresent(key, (same, value) -> next.incrementAndGet());
                        case 4 -> cache.get(key);
                        default -> cache.put(key, next.incrementAndGet());
                    }
                }
                return null;
            });
            cache.close();
            CacheStats stats = cache.stats();
            assertEquals(0, twice.get());
            assertEquals(stats.insertions(), told.size());
            assertEquals(
                    stats.insertions(),
                    stats.removals().values().stream()
                            .mapToLong(Long::longValue)
                            .sum());
            assertEquals(0, cache.weight());
        }
    }

    // ---- listeners that misbehave ----------------------------------------------------------------------------------

    @Test
    void countsWhatItThrows() {
        BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("quotes")
                .maximumSize(10)
                .onRemoval((key, value, cause) -> {
                    if (key == 1) {
                        throw new AssertionError("one");
                    }
                    throw new IllegalStateException("others");
                })
                .open();
        for (int i = 0; i < 20; i++) {
            cache.put(i, "v");
            cache.invalidate(1);
        }
        cache.close();
        assertEquals(20, cache.stats().listenerFailures());
        assertEquals(20L, cache.snapshot().gauges().get("listenerFailures"));
        assertEquals(0, cache.weight());
    }

    @Test
    void mayUseTheCache() {
        List<BoundedCache<Integer, String>> self = new ArrayList<>();
        BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("quotes")
                .maximumSize(10)
                .onRemoval((key, value, cause) -> {
                    heard.add(cause + " " + key);
                    BoundedCache<Integer, String> own = self.get(0);
                    switch (key) {
                        case 1 -> own.put(100, "again");
                        case 2 -> own.invalidate(100);
                        case 3 -> own.get(101, other -> "loaded");
                        case 4 -> own.trimTo(0);
                        case 5 -> own.close();
                        default -> {}
                    }
                })
                .open();
        self.add(cache);
        for (int i = 1; i <= 5; i++) {
            cache.put(i, "v");
            cache.invalidate(i);
        }
        assertEquals(
                List.of(
                        "INVALIDATED 1",
                        "INVALIDATED 2",
                        "INVALIDATED 100",
                        "INVALIDATED 3",
                        "INVALIDATED 4",
                        "TRIMMED 101",
                        "INVALIDATED 5"),
                heard());
        assertEquals(State.CLOSED, cache.state());
        assertEquals(0, cache.stats().listenerFailures());
    }

    @Test
    void isEndedWhenItPutsForEver() {
        List<BoundedCache<Integer, String>> self = new ArrayList<>();
        BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("quotes")
                .maximumSize(2)
                .onRemoval((key, value, cause) -> self.get(0).put(key + 100, value))
                .open();
        self.add(cache);
        for (int i = 0; i < 3; i++) {
            cache.put(i, "v");
        }
        assertEquals(1, cache.stats().listenerFailures(), "the last one's put");
        assertEquals(2, cache.size());
        assertEquals(2, cache.weight());
        cache.put(1_000, "v");
        assertEquals(2, cache.size(), "it goes on");
        cache.close();
        assertEquals(0, cache.size());
    }

    @Test
    void delaysNobodyElseWhenItIsSlow() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("quotes")
                .maximumSize(10)
                .onRemoval((key, value, cause) -> {
                    if (key == 0) {
                        awaitUninterruptibly(open);
                    }
                })
                .open();
        cache.put(0, "v");
        Crew<Boolean> slow = Crew.of(() -> cache.invalidate(0)).awaitParked();
        for (int i = 1; i < 1_000; i++) {
            cache.put(i, "v");
            cache.get(i);
        }
        assertEquals(10, cache.size());
        open.countDown();
        slow.join();
        cache.close();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ---- executors -------------------------------------------------------------------------------------------------

    @Test
    void isCalledByTheExecutorWithAllThatLeft() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        AtomicInteger closed = new AtomicInteger();
        BoundedCache<Integer, String> cache = ofSize(4)
                .executor(tasks::add)
                .closeValues(value -> closed.incrementAndGet())
                .open();
        for (int i = 0; i < 8; i++) {
            cache.put(i, "v" + i);
        }
        cache.put(7, "w");
        cache.invalidate(7);
        cache.trimTo(0.5);
        cache.shrink(Pressure.EMERGENCY, 0);
        cache.close();
        assertEquals(List.of(), heard);
        assertEquals(0, closed.get());
        tasks.forEach(Runnable::run);
        assertEquals(9, heard.size());
        assertEquals(9, closed.get());
        tasks.forEach(Runnable::run);
        assertEquals(9, heard.size(), "a task that is run twice does nothing the second time");
    }

    @Test
    void isCalledAllTheSameByAnExecutorThatRejects() {
        List<Executor> executors = List.of(
                Runnable::run,
                task -> {
                    throw new RejectedExecutionException("full");
                },
                task -> {
                    task.run();
                    throw new AssertionError("after it ran");
                });
        for (Executor executor : executors) {
            AtomicInteger closed = new AtomicInteger();
            BoundedCache<Integer, String> cache = ofSize(4)
                    .executor(executor)
                    .closeValues(value -> closed.incrementAndGet())
                    .open();
            cache.put(1, "a");
            cache.put(1, "b");
            cache.close();
            assertEquals(List.of("REPLACED 1a", "CLOSED 1b"), heard());
            assertEquals(2, closed.get());
        }
    }
}
