package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An expired entry is never returned, and is gone soon, whether or not anybody looks. */
@Timeout(60)
class CacheExpiryTest {
    private static final Duration NANO = Duration.ofNanos(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration CENTURIES = Duration.ofDays(365 * 200);

    private VirtualTime time = new VirtualTime();

    private BoundedCacheBuilder<Integer, String> builder() {
        return BoundedCache.<Integer, String>builder("quotes")
                .maximumSize(1_000)
                .timeSource(time);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MAX_VALUE - 500_000_000, Long.MIN_VALUE})
    void expiresAWhileAfterAWriteWhateverTheClockReads(long start) {
        time = new VirtualTime(start);
        try (BoundedCache<Integer, String> cache =
                builder().expireAfterWrite(SECOND).open()) {
            cache.put(1, "a");
            time.advance(SECOND.minus(NANO));
            assertEquals("a", cache.get(1));
            cache.put(1, "b");
            time.advance(SECOND.minus(NANO));
            assertEquals("b", cache.get(1));
            time.advance(NANO);
            assertNull(cache.get(1));
            assertEquals("c", cache.get(1, key -> "c"));
            time.advance(SECOND);
            assertNull(cache.putIfAbsent(1, "d"));
            assertEquals("d", cache.get(1));
        }
    }

    @Test
    void expiresAWhileAfterTheLastAccess() {
        try (BoundedCache<Integer, String> cache =
                builder().expireAfterAccess(SECOND).open()) {
            cache.put(1, "a");
            cache.put(2, "b");
            for (int i = 0; i < 10; i++) {
                time.advance(Duration.ofMillis(600));
                assertEquals("a", cache.get(1));
                assertEquals(i == 0 ? "b" : null, i == 0 ? cache.get(2) : null);
            }
            assertNull(cache.get(2));
            time.advance(SECOND);
            assertNull(cache.get(1));
        }
    }

    @Test
    void expiresByWhicheverComesFirst() {
        try (BoundedCache<Integer, String> cache = builder()
                .expireAfterAccess(SECOND)
                .expireAfterWrite(Duration.ofSeconds(3))
                .expireAfter((key, value) -> Duration.ofSeconds(key))
                .open()) {
            cache.put(2, "two");
            cache.put(10, "ten");
            for (int millis = 0; millis < 1_900; millis += 950) {
                time.advance(Duration.ofMillis(950));
                assertEquals("two", cache.get(2));
                assertEquals("ten", cache.get(10));
            }
            time.advance(Duration.ofMillis(100));
            assertNull(cache.get(2), "its own time");
            assertEquals("ten", cache.get(10));
            time.advance(Duration.ofMillis(900));
            assertEquals("ten", cache.get(10));
            time.advance(Duration.ofMillis(100));
            assertNull(cache.get(10), "written 3 seconds ago");
        }
    }

    @Test
    void letsAValueWithoutTimeGoAtOnce() {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (BoundedCache<Integer, String> cache = builder()
                .expireAfter((key, value) -> Duration.ZERO)
                .onRemoval((key, value, cause) -> heard.add(cause + value))
                .open()) {
            cache.put(1, "a");
            assertEquals("b", cache.get(1, key -> "b"));
            assertEquals(List.of("EXPIREDa", "EXPIREDb"), heard);
            assertEquals(0, cache.size());
            assertEquals(0, cache.weight());
        }
    }

    @Test
    void keepsForEverWhatShallStayLongerThanTime() {
        try (BoundedCache<Integer, String> write = builder()
                        .expireAfterWrite(Duration.ofSeconds(Long.MAX_VALUE))
                        .open();
                BoundedCache<Integer, String> each =
                        builder().expireAfter((key, value) -> CENTURIES).open();
                BoundedCache<Integer, String> both = builder()
                        .expireAfter((key, value) -> CENTURIES)
                        .expireAfterAccess(CENTURIES)
                        .open()) {
            for (BoundedCache<Integer, String> cache : List.of(write, each, both)) {
                cache.put(1, "a");
            }
            for (int i = 0; i < 5; i++) {
                time.advance(Duration.ofDays(365 * 30));
                for (BoundedCache<Integer, String> cache : List.of(write, each, both)) {
                    assertEquals("a", cache.get(1));
                    cache.put(2, "b");
                    cache.cleanUp();
                    assertEquals(2, cache.size());
                }
            }
        }
    }

    @Test
    void survivesAJumpOfYears() {
        try (BoundedCache<Integer, String> cache = builder()
                .expireAfter((key, value) -> Duration.ofSeconds(1L << key))
                .open()) {
            for (int key = 0; key < 30; key++) {
                cache.put(key, "v");
            }
            time.advance(Duration.ofDays(365 * 100));
            cache.cleanUp();
            assertEquals(0, cache.size());
            cache.put(1, "v");
            assertEquals("v", cache.get(1));
        }
    }

    @Test
    void removesWhatHasExpiredToTheNanosecondWhenTold() {
        try (BoundedCache<Integer, String> cache =
                builder().expireAfter((key, value) -> Duration.ofMillis(key)).open()) {
            for (int key = 1; key <= 900; key++) {
                cache.put(key, "v");
            }
            time.advance(Duration.ofMillis(333));
            cache.cleanUp();
            assertEquals(900 - 333, cache.size());
            assertEquals(333, cache.stats().removed(RemovalCause.EXPIRED));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {50, 1_000, 3_600_000, 100_000_000})
    void removesWhatHasExpiredWithoutAnyTraffic(long millis) {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        AtomicInteger closed = new AtomicInteger();
        Duration ttl = Duration.ofMillis(millis);
        try (BoundedCache<Integer, String> cache = builder()
                .expireAfterWrite(ttl)
                .onRemoval((key, value, cause) -> threads.add(Thread.currentThread()))
                .closeValues(value -> closed.incrementAndGet())
                .open()) {
            for (int i = 0; i < 100; i++) {
                cache.put(i, "v" + i);
            }
            time.advance(ttl.plus(SECOND));
            Await.until("closed", () -> closed.get() == 100);
            assertEquals(0, cache.size());
            assertFalse(threads.contains(Thread.currentThread()));
        }
    }

    @Test
    void removesWhatHasExpiredWithoutTrafficByTheClockOfTheSystem() {
        try (BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("quotes")
                .maximumSize(10)
                .expireAfterWrite(Duration.ofMillis(50))
                .open()) {
            cache.put(1, "a");
            Await.until("expired", () -> cache.get(1) == null);
            cache.put(2, "b");
            Await.until("removed", () -> cache.size() == 0);
            assertEquals(2, cache.stats().removed(RemovalCause.EXPIRED));
        }
    }

    @Test
    void looksAtTheClockOfTheSystemWhereTimeIsExact() {
        try (BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("quotes")
                .maximumSize(10)
                .expireAfterWrite(Duration.ofMillis(2))
                .exactTime()
                .open()) {
            for (int i = 0; i < 50; i++) {
                cache.put(1, "a");
                long written = System.nanoTime();
                while (System.nanoTime() - written < 2_000_000) {
                    Thread.onSpinWait();
                }
                assertNull(cache.get(1));
            }
        }
    }

    @Test
    void goesOnWhenTheClockGoesBack() {
        AtomicLong now = new AtomicLong(1_000_000_000_000L);
        try (BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("quotes")
                .maximumSize(10)
                .expireAfterWrite(SECOND)
                .timeSource(clock(now))
                .open()) {
            for (int i = 0; i < 100; i++) {
                now.addAndGet(i % 2 == 0 ? 10_000_000_000L : -19_000_000_000L);
                cache.put(i, "v");
                cache.get(i);
                cache.cleanUp();
                assertTrue(cache.size() <= 10);
            }
            now.addAndGet(10_000_000_000_000L);
            cache.cleanUp();
            assertEquals(0, cache.size());
            cache.put(1, "a");
            assertEquals("a", cache.get(1));
        }
    }

    private static TimeSource clock(AtomicLong now) {
        return new TimeSource() {
            @Override
            public long nanos() {
                if (now.get() == 0) {
                    throw new IllegalStateException("no time");
                }
                return now.get();
            }

            @Override
            public void parkNanos(Object blocker, long nanos) {
                LockSupport.parkNanos(blocker, Math.min(nanos, 1_000_000));
            }
        };
    }

    @Test
    void standsStillWithAClockThatThrows() {
        AtomicLong now = new AtomicLong(1_000);
        try (BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("quotes")
                .maximumSize(10)
                .expireAfterWrite(SECOND)
                .timeSource(clock(now))
                .open()) {
            cache.put(1, "a");
            now.set(0);
            assertEquals("a", cache.get(1));
            cache.put(2, "b");
            assertEquals("c", cache.get(3, key -> "c"));
            now.set(5_000_000_000L);
            assertNull(cache.get(1));
            cache.cleanUp();
            assertEquals(0, cache.size());
        }
    }
}
