package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.CacheLoadException;
import dev.lifecycle.collect.CacheLoader;
import dev.lifecycle.collect.CollectionClosedException;
import dev.lifecycle.tests.api.Await;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of those who want a key at the same time, one loads: whatever its loader does, and whatever happens meanwhile. */
@Timeout(60)
class CacheLoadTest {

    private static BoundedCacheBuilder<String, String> builder() {
        return BoundedCache.<String, String>builder("quotes").maximumSize(100);
    }

    /** A loader that waits until it may end. */
    private static final class Gate implements CacheLoader<String, String> {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);
        final AtomicInteger loads = new AtomicInteger();

        @Override
        public String load(String key) throws InterruptedException {
            int count = loads.incrementAndGet();
            entered.countDown();
            open.await();
            return key + " " + count;
        }
    }

    private static final class Checked extends Exception {
        private static final long serialVersionUID = 1L;
    }

    // ---- loaders that fail -----------------------------------------------------------------------------------------

    static Stream<Throwable> failures() {
        return Stream.of(new Checked(), new IOException("io"), new IllegalStateException("unchecked"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void tellsWhatALoaderThrowsAndLoadsAgain(Exception thrown) {
        try (BoundedCache<String, String> cache = builder().open()) {
            CacheLoadException failed = assertThrows(
                    CacheLoadException.class,
                    () -> cache.get("a", key -> {
                        throw thrown;
                    }));
            assertSame(thrown, failed.getCause());
            assertEquals("cache quotes: the load of key a failed", failed.getMessage());
            assertEquals(0, cache.size());
            assertEquals("v", cache.get("a", key -> "v"));
            assertEquals(1, cache.stats().loads());
            assertEquals(1, cache.stats().loadFailures());
        }
    }

    @Test
    void throwsAnErrorAsItIsToTheOneWhoLoads() throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            AssertionError error = new AssertionError("broken");
            CountDownLatch open = new CountDownLatch(1);
            CountDownLatch entered = new CountDownLatch(1);
            Crew<String> loading = Crew.of(() -> cache.get("a", key -> {
                entered.countDown();
                open.await();
                throw error;
            }));
            entered.await();
            Crew<String> waiting = Crew.of(() -> cache.get("a", key -> "mine")).awaitParked();
            open.countDown();
            assertSame(error, loading.failure());
            assertSame(
                    error,
                    assertInstanceOf(CacheLoadException.class, waiting.failure())
                            .getCause());
            assertEquals("v", cache.get("a", key -> "v"));
        }
    }

    @Test
    void saysThatALoaderReturnedNull() {
        try (BoundedCache<String, String> cache = builder().open()) {
            Throwable cause = assertThrows(CacheLoadException.class, () -> cache.get("a", key -> null))
                    .getCause();
            assertEquals(
                    "the loader of cache quotes returned null for key a; let it throw, or return an Optional",
                    cause.getMessage());
            assertEquals("v", cache.get("a", key -> "v"));
        }
    }

    private static String recurse(int depth) {
        return depth < 0 ? "" : recurse(depth + 1) + depth;
    }

    @Test
    void survivesALoaderThatOverflowsTheStack() throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            Throwable failure = Crew.of(() -> cache.get("a", key -> recurse(0))).failure();
            assertInstanceOf(StackOverflowError.class, failure);
            assertEquals("v", cache.get("a", key -> "v"));
            assertEquals(1, cache.size());
        }
    }

    @Test
    void keepsTheFlagOfALoaderThatWasInterrupted() {
        try (BoundedCache<String, String> cache = builder().open()) {
            Thread.currentThread().interrupt();
            CacheLoadException failed = assertThrows(
                    CacheLoadException.class,
                    () -> cache.get("a", key -> {
                        Thread.sleep(60_000);
                        return "v";
                    }));
            assertInstanceOf(InterruptedException.class, failed.getCause());
            assertTrue(Thread.interrupted());
            assertEquals("v", cache.get("a", key -> "v"));
        }
    }

    @Test
    void tellsAFailureToAllWhoWait() throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            Checked failure = new Checked();
            CountDownLatch open = new CountDownLatch(1);
            AtomicInteger loads = new AtomicInteger();
            CacheLoader<String, String> loader = key -> {
                loads.incrementAndGet();
                open.await();
                throw failure;
            };
            Crew<Throwable> crew = Crew.of(
                    8,
                    index -> assertThrows(CacheLoadException.class, () -> cache.get("a", loader))
                            .getCause());
            crew.awaitParked();
            open.countDown();
            assertEquals(Collections.nCopies(8, failure), crew.join());
            assertEquals(1, loads.get());
            assertEquals(1, cache.stats().loadFailures());
        }
    }

    // ---- many who want one key -------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {64, 1_000})
    void loadsOnceForAll(int threads) throws Exception {
        try (BoundedCache<String, String> cache = builder().recordStats().open()) {
            Gate gate = new Gate();
            Crew<String> crew = Crew.of(threads, index -> cache.get("a", gate)).awaitParked();
            gate.open.countDown();
            assertEquals(Collections.nCopies(threads, "a 1"), crew.join());
            assertEquals(1, gate.loads.get());
            assertEquals(threads, cache.stats().misses());
            assertEquals(1, cache.stats().loads());
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void loadsOnceForVirtualThreads() throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            Gate gate = new Gate();
            CountDownLatch answered = new CountDownLatch(2_000);
            Runnable body = () -> {
                if (cache.get("a", gate).equals("a 1")) {
                    answered.countDown();
                }
            };
            for (int i = 0; i < 2_000; i++) {
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body);
            }
            gate.entered.await();
            assertEquals("v", cache.get("b", key -> "v"), "nobody is pinned");
            gate.open.countDown();
            assertTrue(answered.await(20, TimeUnit.SECONDS));
            assertEquals(1, gate.loads.get());
        }
    }

    @Test
    void loadsOnceHoweverThreadsMeet() throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            for (int round = 0; round < 300; round++) {
                String key = "key" + round;
                AtomicInteger loads = new AtomicInteger();
                List<String> got = Crew.run(4, index -> cache.get(key, k -> "v" + loads.incrementAndGet()));
                assertEquals(Collections.nCopies(4, "v1"), got);
            }
        }
    }

    @Test
    void letsASlowLoaderDelayNobodyElse() throws Exception {
        record Same(int number) {
            @Override
            public int hashCode() {
                return 7;
            }
        }
        try (BoundedCache<Same, String> cache =
                BoundedCache.<Same, String>builder("bad").maximumSize(100).open()) {
            CountDownLatch open = new CountDownLatch(1);
            CountDownLatch entered = new CountDownLatch(1);
            Crew<String> slow = Crew.of(() -> cache.get(new Same(0), key -> {
                entered.countDown();
                open.await();
                return "slow";
            }));
            entered.await();
            for (int i = 1; i < 200; i++) {
                assertEquals("v", cache.get(new Same(i), key -> "v"), "same hash, other key");
                cache.put(new Same(i), "w");
                assertNull(cache.get(new Same(0)), "still being loaded");
            }
            open.countDown();
            assertEquals(List.of("slow"), slow.join());
        }
    }

    // ---- loaders that use the cache --------------------------------------------------------------------------------

    @Test
    void refusesALoaderThatAsksForItsOwnKey() {
        try (BoundedCache<String, String> cache = builder().open()) {
            Throwable cause = assertThrows(
                            CacheLoadException.class, () -> cache.get("a", key -> cache.get("a", other -> "v")))
                    .getCause();
            assertInstanceOf(IllegalStateException.class, cause);
            assertEquals("the loader of key a asks for its own key", cause.getMessage());
            assertEquals("v", cache.get("a", key -> "v"));
        }
    }

    @Test
    void letsALoaderLoadOtherKeys() {
        try (BoundedCache<String, String> cache = builder().open()) {
            String value = cache.get("a", key -> key + cache.get("b", other -> other + cache.get("c", third -> third)));
            assertEquals("abc", value);
            assertEquals(3, cache.size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void refusesLoadsThatWaitForEachOtherInACircle(int size) throws Exception {
        try (BoundedCache<Integer, String> cache =
                BoundedCache.<Integer, String>builder("circle").maximumSize(10).open()) {
            for (int round = 0; round < 50; round++) {
                CyclicBarrier allLoad = new CyclicBarrier(size);
                List<Throwable> ends = Crew.run(size, index -> {
                    try {
                        cache.get(index, key -> {
                            allLoad.await();
                            return cache.get((index + 1) % size, other -> "v");
                        });
                        return null;
                    } catch (CacheLoadException failed) {
                        Throwable cause = failed;
                        while (cause.getCause() != null) {
                            cause = cause.getCause();
                        }
                        return cause;
                    }
                });
                assertTrue(
                        ends.stream()
                                .allMatch(end -> end instanceof IllegalStateException
                                        && end.getMessage().startsWith("the loader of key ")
                                        && end.getMessage().contains("for itself")),
                        ends::toString);
                assertEquals(0, cache.size());
            }
        }
    }

    @Test
    void keepsWhatALoaderPutItself() {
        try (BoundedCache<String, String> cache = builder().open()) {
            assertEquals("loaded", cache.get("a", key -> {
                cache.put("a", "put");
                return "loaded";
            }));
            assertEquals("put", cache.get("a"));
            assertEquals(1, cache.size());
        }
    }

    @Test
    void answersALoaderThatClosesTheCache() {
        BoundedCache<String, String> cache = builder().open();
        assertEquals("v", cache.get("a", key -> {
            cache.close();
            return "v";
        }));
        assertEquals(0, cache.size());
        assertThrows(CollectionClosedException.class, () -> cache.get("a", key -> "v"));
    }

    // ---- what happens during a load --------------------------------------------------------------------------------

    static Stream<Named<Consumer<BoundedCache<String, String>>>> disturbances() {
        return Stream.of(
                Named.of("invalidate", cache -> assertFalse(cache.invalidate("a"))),
                Named.of("remove", cache -> assertNull(cache.remove("a"))),
                Named.of("invalidateIf", cache -> assertEquals(0, cache.invalidateIf((key, value) -> false))),
                Named.of("invalidateAll", cache -> assertEquals(0, cache.invalidateAll())),
                Named.of("invalidateGroup", cache -> assertEquals(0, cache.invalidateGroup("group of a"))),
                Named.of("clear", cache -> cache.asMap().clear()),
                Named.of("put", cache -> cache.put("a", "put")),
                Named.of("putIfAbsent", cache -> assertNull(cache.putIfAbsent("a", "put"))),
                Named.of("compute", cache -> cache.asMap().compute("a", (key, value) -> "put")),
                Named.of("close", BoundedCache::close));
    }

    @ParameterizedTest
    @MethodSource("disturbances")
    void publishesNothingStale(Consumer<BoundedCache<String, String>> disturbance) throws Exception {
        BoundedCache<String, String> cache =
                builder().groups((key, value) -> "group of " + key).open();
        Gate gate = new Gate();
        Crew<String> loading = Crew.of(() -> cache.get("a", gate));
        gate.entered.await();
        Crew<String> waiting = Crew.of(3, index -> cache.get("a", gate)).awaitParked();
        disturbance.accept(cache);
        gate.open.countDown();
        assertEquals(List.of("a 1"), loading.join());
        assertEquals(List.of("a 1", "a 1", "a 1"), waiting.join(), "those who waited get it all the same");
        assertEquals(1, gate.loads.get());
        if (cache.state() == dev.lifecycle.State.OPEN) {
            String kept = cache.get("a");
            assertTrue(kept == null || kept.equals("put"), kept);
            assertEquals(kept == null ? "new" : "put", cache.get("a", key -> "new"));
            assertEquals(1, cache.size());
        }
        cache.close();
        assertEquals(0, cache.size());
        assertEquals(0, cache.weight());
    }

    @Test
    void keepsALoadThatBelongsToAnotherGroup() throws Exception {
        try (BoundedCache<String, String> cache =
                builder().groups((key, value) -> "group of " + key).open()) {
            Gate gate = new Gate();
            Crew<String> loading = Crew.of(() -> cache.get("a", gate));
            gate.entered.await();
            cache.invalidateGroup("group of b");
            gate.open.countDown();
            loading.join();
            assertEquals("a 1", cache.get("a"));
        }
    }

    @Test
    void loadsAnewForThoseWhoComeAfterAnInvalidation() throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            Gate gate = new Gate();
            Crew<String> before = Crew.of(() -> cache.get("a", gate));
            gate.entered.await();
            cache.invalidate("a");
            assertEquals("new", cache.get("a", key -> "new"));
            gate.open.countDown();
            assertEquals(List.of("a 1"), before.join());
            assertEquals("new", cache.get("a"), "the old one did not overwrite it");
        }
    }

    @Test
    void neverKeepsWhatWasLoadedBeforeAnInvalidationHoweverTheyMeet() throws Exception {
        try (BoundedCache<String, Integer> cache = BoundedCache.<String, Integer>builder("versions")
                .maximumSize(10)
                .groups((key, value) -> key)
                .open()) {
            AtomicInteger version = new AtomicInteger();
            for (int round = 0; round < 500; round++) {
                int way = round % 4;
                Crew.run(3, index -> {
                    if (index > 0) {
                        return cache.get("a", key -> version.get());
                    }
                    version.incrementAndGet();
                    switch (way) {
                        case 0 -> cache.invalidate("a");
                        case 1 -> cache.invalidateAll();
                        case 2 -> cache.invalidateGroup("a");
                        default -> cache.invalidateIf((key, value) -> true);
                    }
                    return null;
                });
                Integer kept = cache.get("a");
                assertTrue(kept == null || kept == version.get(), "stale");
            }
        }
    }

    @Test
    void endsALoadWhoseWaitersAreInterrupted() throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            Gate gate = new Gate();
            Crew<String> loading = Crew.of(() -> cache.get("a", gate));
            gate.entered.await();
            Crew<Boolean> waiting = Crew.of(() -> {
                assertEquals("a 1", cache.get("a", gate));
                return Thread.interrupted();
            });
            waiting.awaitParked();
            waiting.thread(0).interrupt();
            Await.until("waits on", () -> !waiting.thread(0).isInterrupted());
            waiting.awaitParked();
            gate.open.countDown();
            loading.join();
            assertEquals(List.of(true), waiting.join(), "the flag is set again");
        }
    }
}
