package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.CacheLoadException;
import dev.lifecycle.collect.CacheTimeoutException;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cache that owns its values closes each of them once, after the last mapping and the last borrower. */
@Timeout(60)
class CacheCloseTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static BoundedCacheBuilder<Integer, Resource> ofSize(long size) {
        return BoundedCache.<Integer, Resource>builder("files")
                .maximumSize(size)
                .closeValues();
    }

    /** What may be closed once. */
    private static class Resource implements AutoCloseable {
        final AtomicInteger closes = new AtomicInteger();

        @Override
        public void close() {
            closes.incrementAndGet();
        }

        boolean isClosed() {
            assertTrue(closes.get() <= 1, "closed twice");
            return closes.get() == 1;
        }
    }

    // ---- when ------------------------------------------------------------------------------------------------------

    @Test
    void closesWhatLeavesForWhateverReason() {
        VirtualTime time = new VirtualTime();
        List<Resource> all = new ArrayList<>();
        BoundedCache<Integer, Resource> cache =
                ofSize(4).expireAfterWrite(SECOND).timeSource(time).open();
        for (int i = 0; i < 20; i++) {
            Resource value = new Resource();
            all.add(value);
            cache.put(i % 10, value);
            switch (i % 5) {
                case 0 -> cache.put(i % 10, new Resource());
                case 1 -> cache.invalidate(i % 10);
                case 2 -> cache.trimTo(0.5);
                case 3 -> time.advance(SECOND);
                default -> {}
            }
        }
        long live = all.stream().filter(value -> !value.isClosed()).count();
        assertTrue(live <= 4);
        cache.close();
        assertTrue(all.stream().allMatch(Resource::isClosed));
        assertEquals(24, cache.stats().closed());
        assertEquals(0, cache.stats().open());
    }

    @Test
    void closesAfterTheLastBorrower() {
        try (BoundedCache<Integer, Resource> cache = ofSize(4).open()) {
            Resource value = new Resource();
            cache.put(1, value);
            Lease<Resource> one = cache.borrow(1);
            Lease<Resource> other = cache.borrow(1);
            assertSame(value, one.get());
            cache.invalidate(1);
            assertNull(cache.borrow(1), "retired");
            assertEquals(1, cache.stats().borrowed());
            assertEquals(1, cache.stats().open());
            one.close();
            one.close();
            assertFalse(value.isClosed(), "giving back twice counts once");
            assertThrows(IllegalStateException.class, one::get);
            other.close();
            assertTrue(value.isClosed());
            assertEquals(0, cache.stats().open());
        }
    }

    @Test
    void closesAfterABorrowerOnAnotherThreadThatOutlivesTheCache() throws Exception {
        BoundedCache<Integer, Resource> cache = ofSize(4).open();
        Resource value = new Resource();
        cache.put(1, value);
        Lease<Resource> lease = cache.borrow(1);
        cache.close();
        assertFalse(value.isClosed());
        assertSame(value, lease.get());
        Crew.run(1, index -> {
            lease.close();
            return null;
        });
        assertTrue(value.isClosed());
    }

    @Test
    void givesNullThatIsFitForTryWithResources() {
        try (BoundedCache<Integer, Resource> cache = ofSize(4).open();
                Lease<Resource> none = cache.borrow(1)) {
            assertNull(none);
        }
    }

    @Test
    void keepsAValueThatWasPutTwiceOrUnderTwoKeys() {
        try (BoundedCache<Integer, Resource> cache = ofSize(4).open()) {
            Resource value = new Resource();
            cache.put(1, value);
            cache.put(1, value);
            assertFalse(value.isClosed());
            cache.put(2, value);
            assertEquals(1, cache.stats().open());
            cache.invalidate(1);
            assertFalse(value.isClosed(), "2 still has it");
            cache.invalidate(2);
            assertTrue(value.isClosed());
        }
    }

    @Test
    void invalidatesThroughALease() {
        try (BoundedCache<Integer, Resource> cache = ofSize(4).open()) {
            Resource value = new Resource();
            cache.put(1, value);
            Lease<Resource> lease = cache.borrow(1);
            lease.invalidate(new IllegalStateException("broken"));
            lease.invalidate(new IllegalStateException("still broken"));
            assertNull(cache.borrow(1));
            cache.put(1, new Resource());
            lease.invalidate(new IllegalStateException("old"));
            cache.borrow(1).close(); // that of another value
            assertFalse(value.isClosed());
            lease.close();
            assertTrue(value.isClosed());
        }
    }

    @Test
    void countsWhatCloseThrows() {
        BoundedCache<Integer, Resource> cache = ofSize(4).open();
        Resource other = new Resource();
        cache.put(1, new Resource() {
            @Override
            public void close() {
                throw new AssertionError("cannot");
            }
        });
        cache.put(2, other);
        cache.close();
        assertTrue(other.isClosed());
        assertEquals(2, cache.stats().closed());
        assertEquals(1, cache.stats().closeFailures());
        assertEquals(1L, cache.snapshot().gauges().get("closeFailures"));
    }

    @Test
    void releasesWhatCannotBeClosed() {
        List<String> released = new ArrayList<>();
        BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("texts")
                .maximumSize(1)
                .closeValues(released::add)
                .open();
        cache.put(1, "a");
        cache.put(2, "b");
        assertEquals(1, released.size());
        cache.close();
        assertEquals(List.of("a", "b"), released.stream().sorted().toList());
    }

    @Test
    void refusesWhatCannotBeClosed() {
        try (BoundedCache<Integer, Object> cache = BoundedCache.<Integer, Object>builder("files")
                .maximumSize(1)
                .closeValues()
                .maxOpen(1)
                .open()) {
            Resource known = new Resource();
            cache.put(1, known);
            String message = "cache files closes its values, and a java.lang.String is not AutoCloseable; use"
                    + " closeValues(release)";
            assertEquals(
                    message,
                    assertThrows(IllegalArgumentException.class, () -> cache.put(2, "text"))
                            .getMessage());
            assertFalse(known.isClosed(), "nothing was changed");
            assertEquals(
                    message,
                    assertThrows(CacheLoadException.class, () -> cache.borrow(2, key -> "text"))
                            .getCause()
                            .getMessage());
            cache.borrow(2, key -> new Resource()).close();
        }
    }

    @Test
    void leavesAValueThatWasNotPutToTheCaller() {
        try (BoundedCache<Integer, Resource> cache = BoundedCache.<Integer, Resource>builder("files")
                .maximumWeight(10, (key, value) -> -1)
                .closeValues()
                .maxOpen(1)
                .open()) {
            for (int i = 0; i < 3; i++) {
                Resource value = new Resource();
                assertThrows(IllegalArgumentException.class, () -> cache.put(1, value));
                assertFalse(value.isClosed());
            }
            Resource loaded = new Resource();
            assertThrows(CacheLoadException.class, () -> cache.borrow(1, key -> loaded));
            assertTrue(loaded.isClosed(), "a loader gives it to the cache");
            assertEquals(0, cache.stats().open());
        }
    }

    // ---- loads -----------------------------------------------------------------------------------------------------

    @Test
    void lendsWhatItLoads() {
        BoundedCache<Integer, Resource> cache = ofSize(4).open();
        Resource value = new Resource();
        try (Lease<Resource> lease = cache.borrow(1, key -> value);
                Lease<Resource> again = cache.borrow(1, key -> new Resource())) {
            assertSame(value, lease.get());
            assertSame(value, again.get());
            cache.close();
            assertFalse(value.isClosed());
        }
        assertTrue(value.isClosed());
    }

    @Test
    void closesWhatWasLoadedInVain() throws Exception {
        VirtualTime time = new VirtualTime();
        Resource value = new Resource();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        try (BoundedCache<Integer, Resource> cache =
                ofSize(4).timeSource(time).loadTimeout(SECOND).maxOpen(1).open()) {
            Crew<Object> loading = Crew.of(() -> cache.borrow(1, key -> {
                entered.countDown();
                try {
                    open.await();
                } catch (InterruptedException late) {
                    return value;
                }
                throw new AssertionError("not interrupted");
            }));
            entered.await();
            time.advance(SECOND);
            assertInstanceOf(CacheTimeoutException.class, loading.failure());
            assertTrue(value.isClosed());
            cache.borrow(2, key -> new Resource()).close();
        }
    }

    @Test
    void lendsWhatWasInvalidatedWhileItWasLoadedAndClosesItThen() throws Exception {
        try (BoundedCache<Integer, Resource> cache = ofSize(4).open()) {
            Resource value = new Resource();
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch open = new CountDownLatch(1);
            Crew<Lease<Resource>> loading = Crew.of(() -> cache.borrow(1, key -> {
                entered.countDown();
                open.await();
                return value;
            }));
            entered.await();
            Crew<Lease<Resource>> waiting =
                    Crew.of(() -> cache.borrow(1, key -> new Resource())).awaitParked();
            cache.invalidate(1);
            open.countDown();
            Lease<Resource> one = loading.join().get(0);
            Lease<Resource> other = waiting.join().get(0);
            assertSame(value, one.get());
            assertSame(value, other.get());
            assertNull(cache.borrow(1));
            one.close();
            assertFalse(value.isClosed());
            other.close();
            assertTrue(value.isClosed());
        }
    }

    // ---- leases that are dropped -----------------------------------------------------------------------------------

    @Test
    void givesBackALeaseThatWasDropped() {
        List<LeakReport> heard = new CopyOnWriteArrayList<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add);
                BoundedCache<Integer, Resource> cache = BoundedCache.<Integer, Resource>builder("dropping")
                        .maximumSize(4)
                        .closeValues()
                        .open()) {
            Resource value = new Resource();
            cache.put(1, value);
            cache.borrow(1).get();
            cache.invalidate(1);
            Await.until("given back", () -> {
                System.gc();
                return value.isClosed();
            });
            Await.until(
                    "reported",
                    () -> heard.stream().anyMatch(report -> report.label().equals("lease of cache dropping")));
            assertEquals(0, cache.stats().open());
        }
    }

    // ---- all at once -----------------------------------------------------------------------------------------------

    @Test
    void closesEachValueOnceAndNoneThatIsBorrowed() throws Exception {
        List<Resource> all = new CopyOnWriteArrayList<>();
        for (int round = 0; round < 4; round++) {
            BoundedCacheBuilder<Integer, Resource> builder = ofSize(20).expireAfterWrite(Duration.ofMillis(1));
            BoundedCache<Integer, Resource> cache = (round % 2 == 0 ? builder : builder.maxOpen(16)).open();
            Crew.run(8, index -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int i = 0; i < 400; i++) {
                    int key = random.nextInt(40);
                    switch (random.nextInt(6)) {
                        case 0 -> cache.invalidate(key);
                        case 1 -> {
                            Resource fresh = new Resource();
                            try {
                                cache.put(key, fresh);
                                all.add(fresh);
                            } catch (CacheTimeoutException full) {
                                assertFalse(fresh.isClosed(), "it is the caller's");
                            }
                        }
                        default -> {
                            try (Lease<Resource> lease = cache.borrow(key, any -> {
                                Resource loaded = new Resource();
                                all.add(loaded);
                                return loaded;
                            })) {
                                assertFalse(lease.get().isClosed());
                                Thread.yield();
                                assertFalse(lease.get().isClosed());
                            }
                        }
                    }
                }
                return null;
            });
            cache.close();
            assertTrue(all.stream().allMatch(Resource::isClosed));
            assertEquals(all.size(), cache.stats().closed());
            assertEquals(0, cache.stats().open());
            all.clear();
        }
    }
}
