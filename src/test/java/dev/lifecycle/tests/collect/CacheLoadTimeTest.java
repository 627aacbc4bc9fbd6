package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.CacheLoadException;
import dev.lifecycle.collect.CacheLoader;
import dev.lifecycle.collect.CacheTimeoutException;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How long a load takes at most, for the one who loads and for those who wait. */
@Timeout(60)
class CacheLoadTimeTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - 1_000); // readings wrap
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);

    private BoundedCacheBuilder<String, String> builder() {
        return BoundedCache.<String, String>builder("quotes").maximumSize(100).timeSource(time);
    }

    /** A loader that ends when it is let, or interrupted. */
    private String slow(String key) throws InterruptedException {
        entered.countDown();
        open.await();
        return "slow";
    }

    /** A loader that does not care for interrupts. */
    private String stubborn(String key) {
        entered.countDown();
        boolean interrupted = false;
        while (true) {
            try {
                open.await();
                break;
            } catch (InterruptedException ignored) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return "late";
    }

    private static boolean isTimeout(Throwable failure) {
        return failure instanceof CacheTimeoutException;
    }

    // ---- the limit of the cache ------------------------------------------------------------------------------------

    @Test
    void interruptsALoadWhoseTimeIsOver() throws Exception {
        try (BoundedCache<String, String> cache = builder().loadTimeout(SECOND).open()) {
            Crew<Boolean> loading = Crew.of(() -> {
                CacheTimeoutException late =
                        assertThrows(CacheTimeoutException.class, () -> cache.get("a", this::slow));
                assertEquals(
                        "cache quotes: the load of key a took longer than PT1S; it was interrupted", late.getMessage());
                assertInstanceOf(InterruptedException.class, late.getSuppressed()[0]);
                return Thread.currentThread().isInterrupted();
            });
            entered.await();
            loading.awaitParked();
            time.advance(SECOND);
            assertEquals(List.of(false), loading.join(), "the interrupt does not leak");
            assertEquals("v", cache.get("a", key -> "v"));
            assertEquals(1, cache.stats().loadFailures());
        }
    }

    @Test
    void tellsThoseWhoWaitForALoadThatDoesNotEnd() throws Exception {
        try (BoundedCache<String, String> cache = builder().loadTimeout(SECOND).open()) {
            Crew<Boolean> loading = Crew.of(() -> {
                assertThrows(CacheTimeoutException.class, () -> cache.get("a", this::stubborn));
                return Thread.currentThread().isInterrupted();
            });
            entered.await();
            Crew<Throwable> waiting = Crew.<Throwable>of(
                            5, index -> assertThrows(Exception.class, () -> cache.get("a", key -> "mine")))
                    .awaitParked();
            time.advance(SECOND);
            assertTrue(waiting.join().stream().allMatch(CacheLoadTimeTest::isTimeout));
            assertEquals("new", cache.get("a", key -> "new"), "another load can begin");
            open.countDown();
            assertEquals(List.of(false), loading.join(), "an interrupt that the loader gave back does not leak either");
            assertEquals("new", cache.get("a"), "what came late is not kept");
        }
    }

    @Test
    void doesNotInterruptALoadThatIsInTime() throws Exception {
        try (BoundedCache<String, String> cache = builder().loadTimeout(SECOND).open()) {
            for (int i = 0; i < 200; i++) {
                int round = i;
                Crew<Boolean> loading = Crew.of(() -> {
                    try {
                        cache.get("key" + round, key -> "v");
                    } catch (CacheTimeoutException late) {
                        assertFalse(Thread.currentThread().isInterrupted());
                    }
                    for (int look = 0; look < 20; look++) {
                        Thread.yield();
                    }
                    return Thread.currentThread().isInterrupted();
                });
                time.advance(SECOND);
                assertEquals(List.of(false), loading.join());
            }
        }
    }

    static Stream<Named<Consumer<BoundedCache<String, String>>>> disturbances() {
        return Stream.of(
                Named.of("invalidate", cache -> cache.invalidate("a")),
                Named.of("invalidateAll", BoundedCache::invalidateAll),
                Named.of("put", cache -> cache.put("a", "put")),
                Named.of("close", BoundedCache::close));
    }

    @ParameterizedTest
    @MethodSource("disturbances")
    void limitsALoadThatIsNotKeptToo(Consumer<BoundedCache<String, String>> disturbance) throws Exception {
        try (BoundedCache<String, String> cache = builder().loadTimeout(SECOND).open()) {
            Crew<String> loading = Crew.of(() -> cache.get("a", this::slow));
            entered.await();
            Crew<String> waiting = Crew.of(() -> cache.get("a", key -> "mine")).awaitParked();
            disturbance.accept(cache);
            time.advance(SECOND);
            assertInstanceOf(CacheTimeoutException.class, loading.failure());
            assertInstanceOf(CacheTimeoutException.class, waiting.failure());
        }
    }

    @Test
    void limitsLoadsByTheClockOfTheSystemToo() {
        try (BoundedCache<String, String> cache = BoundedCache.<String, String>builder("quotes")
                .maximumSize(100)
                .loadTimeout(Duration.ofMillis(50))
                .open()) {
            long start = System.nanoTime();
            assertThrows(CacheTimeoutException.class, () -> cache.get("a", this::slow));
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis >= 50 && millis < 10_000, () -> millis + " ms");
            assertFalse(Thread.interrupted());
        }
    }

    // ---- the patience of a caller ----------------------------------------------------------------------------------

    @Test
    void letsOneGiveUpWhileOthersWait() throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            Crew<String> loading = Crew.of(() -> cache.get("a", this::slow));
            entered.await();
            Crew<String> patient = Crew.of(() -> cache.get("a", key -> "mine")).awaitParked();
            Crew<String> waiting =
                    Crew.of(() -> cache.get("a", key -> "mine", DAY)).awaitParked();
            Crew<String> hasty =
                    Crew.of(() -> cache.get("a", key -> "mine", SECOND)).awaitParked();
            String name = loading.thread(0).getName();
            time.advance(SECOND);
            assertEquals(
                    "cache quotes: the load of key a by thread " + name
                            + " took longer than the caller waits. Wait longer, or set a loadTimeout",
                    assertInstanceOf(CacheTimeoutException.class, hasty.failure())
                            .getMessage());
            open.countDown();
            assertEquals(List.of("slow"), loading.join());
            assertEquals(List.of("slow"), patient.join());
            assertEquals(List.of("slow"), waiting.join());
        }
    }

    @Test
    void honoursPatienceByTheClockOfTheSystem() throws Exception {
        try (BoundedCache<String, String> cache =
                BoundedCache.<String, String>builder("quotes").maximumSize(100).open()) {
            Crew<String> loading = Crew.of(() -> cache.get("a", this::slow));
            entered.await();
            long start = System.nanoTime();
            assertThrows(CacheTimeoutException.class, () -> cache.get("a", key -> "mine", Duration.ofMillis(100)));
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis >= 100 && millis < 5_000, () -> millis + " ms");
            assertThrows(CacheTimeoutException.class, () -> cache.get("a", key -> "mine", Duration.ZERO));
            open.countDown();
            loading.join();
        }
    }

    @Test
    void interruptsAnOwnLoadWhenPatienceEnds() throws Exception {
        try (BoundedCache<String, String> cache = builder().loadTimeout(DAY).open()) {
            Crew<Boolean> loading = Crew.of(() -> {
                assertThrows(CacheTimeoutException.class, () -> cache.get("a", this::slow, SECOND));
                return Thread.currentThread().isInterrupted();
            });
            entered.await();
            loading.awaitParked();
            time.advance(SECOND);
            assertEquals(List.of(false), loading.join());
        }
    }

    @Test
    void loadsAgainForThoseWithMorePatienceThanTheOneWhoLoaded() throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            Crew<String> hasty = Crew.of(() -> cache.get("a", this::slow, SECOND));
            entered.await();
            AtomicInteger loads = new AtomicInteger();
            CacheLoader<String, String> second = key -> "second " + loads.incrementAndGet();
            Crew<String> patient = Crew.of(4, index -> cache.get("a", second)).awaitParked();
            time.advance(SECOND);
            assertInstanceOf(CacheTimeoutException.class, hasty.failure());
            assertEquals(Collections.nCopies(4, "second 1"), patient.join());
        }
    }

    @ParameterizedTest
    @MethodSource("disturbances")
    void endsAnOwnLoadThatIsNotKeptWhenPatienceEnds(Consumer<BoundedCache<String, String>> disturbance)
            throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            Crew<String> loading = Crew.of(() -> cache.get("a", this::slow, SECOND));
            entered.await();
            loading.awaitParked();
            disturbance.accept(cache);
            time.advance(SECOND);
            assertInstanceOf(CacheTimeoutException.class, loading.failure());
        }
    }

    @Test
    void endsAWaitThatIsInterrupted() throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            Crew<String> loading = Crew.of(() -> cache.get("a", this::slow));
            entered.await();
            Crew<String> waiting =
                    Crew.of(() -> cache.get("a", key -> "mine", DAY)).awaitParked();
            waiting.thread(0).interrupt();
            assertInstanceOf(InterruptedException.class, waiting.failure());
            open.countDown();
            assertEquals(List.of("slow"), loading.join(), "which is nobody else's business");
        }
    }

    @Test
    void waitsForEverWherePatienceIsLongerThanTime() throws Exception {
        try (BoundedCache<String, String> cache = builder().open()) {
            Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
            Crew<String> loading = Crew.of(() -> cache.get("a", this::slow, ever));
            entered.await();
            Crew<String> waiting =
                    Crew.of(() -> cache.get("a", key -> "mine", ever)).awaitParked();
            time.advance(Duration.ofDays(10_000));
            open.countDown();
            assertEquals(List.of("slow"), waiting.join());
            assertEquals(List.of("slow"), loading.join());
        }
    }

    // ---- failures that are remembered ------------------------------------------------------------------------------

    @Test
    void remembersAFailureForAWhile() {
        try (BoundedCache<String, String> cache =
                builder().cacheFailures(SECOND).recordStats().open()) {
            AtomicInteger loads = new AtomicInteger();
            CacheLoader<String, String> failing = key -> {
                throw new IllegalStateException("load " + loads.incrementAndGet());
            };
            assertThrows(CacheLoadException.class, () -> cache.get("a", failing));
            CacheLoadException remembered = assertThrows(CacheLoadException.class, () -> cache.get("a", key -> "v"));
            assertEquals("cache quotes remembers that the load of key a failed", remembered.getMessage());
            assertEquals("load 1", remembered.getCause().getMessage());
            assertNull(cache.get("a"));
            assertFalse(cache.asMap().containsKey("a"));
            assertEquals(1, cache.size(), "it counts as an entry");
            time.advance(SECOND);
            assertEquals("v", cache.get("a", key -> "v"));
            assertEquals(1, loads.get());
            assertEquals(1, cache.size());
        }
    }

    @Test
    void forgetsAFailureWhenToldTo() {
        try (BoundedCache<String, String> cache = builder().cacheFailures(DAY).open()) {
            CacheLoader<String, String> failing = key -> {
                throw new IllegalStateException("failed");
            };
            assertThrows(CacheLoadException.class, () -> cache.get("a", failing));
            assertFalse(cache.invalidate("a"), "it had no value");
            assertEquals("v", cache.get("a", key -> "v"));
            assertThrows(CacheLoadException.class, () -> cache.get("b", failing));
            assertNull(cache.putIfAbsent("b", "put"));
            assertEquals("put", cache.get("b", key -> "v"));
            assertThrows(CacheLoadException.class, () -> cache.get("c", failing));
            cache.put("c", "put");
            assertEquals("put", cache.get("c"));
            assertThrows(CacheLoadException.class, () -> cache.get("d", failing));
            assertEquals(3, cache.invalidateAll(), "values");
            assertEquals(0, cache.size());
            assertEquals(0, cache.weight());
        }
    }

    @Test
    void doesNotRememberWhatIsNoFaultOfTheLoader() throws Exception {
        try (BoundedCache<String, String> cache =
                builder().cacheFailures(DAY).loadTimeout(SECOND).open()) {
            assertThrows(
                    AssertionError.class,
                    () -> cache.get("a", key -> {
                        throw new AssertionError("an error");
                    }));
            Thread.currentThread().interrupt();
            assertThrows(CacheLoadException.class, () -> cache.get("a", this::slow));
            assertTrue(Thread.interrupted(), "the thread was to stop, not the load");
            Crew<String> loading = Crew.of(() -> cache.get("a", this::slow));
            loading.awaitParked();
            time.advance(SECOND);
            assertInstanceOf(CacheTimeoutException.class, loading.failure());
            assertEquals("v", cache.get("a", key -> "v"));
        }
    }

    // ---- many at once ----------------------------------------------------------------------------------------------

    @Test
    void answersAllHoweverTimeOutsAndLoadsMeet() throws Exception {
        try (BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("quotes")
                .maximumSize(10)
                .timeSource(time)
                .loadTimeout(Duration.ofMillis(1))
                .open()) {
            AtomicBoolean ended = new AtomicBoolean();
            Crew<Object> clock = Crew.of(() -> {
                while (!ended.get()) {
                    time.advance(Duration.ofNanos(50_000));
                    Thread.yield();
                }
                return null;
            });
            Crew<Integer> crew = Crew.of(8, index -> {
                int answered = 0;
                for (int i = 0; i < 1_000; i++) {
                    try {
                        int key = i % 20;
                        assertEquals("v" + key, cache.get(key, each -> {
                            for (int look = 0; look < (key & 3); look++) {
                                Thread.yield();
                            }
                            return "v" + each;
                        }));
                        answered++;
                    } catch (CacheTimeoutException late) {
                        assertFalse(Thread.currentThread().isInterrupted());
                    }
                    if (i % 7 == 0) {
                        cache.invalidate(i % 20);
                    }
                }
                return answered;
            });
            crew.join();
            ended.set(true);
            clock.join();
            cache.invalidateAll();
            assertEquals(0, cache.weight());
        }
    }
}
