package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.weak.RegistryClosedException;
import dev.lifecycle.weak.WeakInterner;
import dev.lifecycle.weak.WeakKeyMap;
import dev.lifecycle.weak.WeakValueMap;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, values, functions and hooks that misbehave. */
@Tag("once")
@Timeout(120)
class WeakFaultTest {
    private static final Logger LOG = Logger.getLogger("dev.lifecycle.weak");

    @BeforeAll
    static void silence() {
        LOG.setUseParentHandlers(false);
    }

    @AfterAll
    static void unsilence() {
        LOG.setUseParentHandlers(true);
    }

    private static Object gauge(WeakKeyMap<?, ?> map, String name) {
        return map.managed().snapshot().gauges().get(name);
    }

    // ---- keys ------------------------------------------------------------------------------------------------------

    /** Answers nothing. */
    private static final class Hostile {
        @Override
        public boolean equals(Object other) {
            throw new IllegalStateException("equals");
        }

        @Override
        public int hashCode() {
            throw new IllegalStateException("hashCode");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("toString");
        }
    }

    @Test
    void neverAsksIdentityKeysAnything() {
        try (WeakKeyMap<Object, Object> map =
                WeakKeyMap.builder("map").onEvict(value -> {}).open()) {
            Hostile key = new Hostile();
            Hostile value = new Hostile();
            assertNull(map.put(key, value));
            assertSame(value, map.get(key));
            assertTrue(map.containsKey(key));
            assertSame(value, map.putIfAbsent(key, value));
            assertSame(value, map.computeIfAbsent(key, any -> any));
            assertFalse(map.remove(key, new Object()));
            assertSame(value, map.toMap().get(key));
            assertEquals("map 1", map.toString());
            map.purge();
            assertSame(value, map.remove(key));
            map.put(key, value);
        }
    }

    @Test
    void neverAsksWeakValuesAnything() {
        try (WeakValueMap<String, Object> map =
                WeakValueMap.<String, Object>builder("map").open()) {
            Hostile value = new Hostile();
            map.put("key", value);
            assertSame(value, map.get("key"));
            assertTrue(map.remove("key", value));
        }
    }

    @Test
    void aHashCodeThatThrowsLeavesAllAsItWas() {
        try (WeakValueMap<Object, Object> map = WeakValueMap.builder("map").open();
                WeakInterner<Object> interner = WeakInterner.builder("interner").open()) {
            Object value = new Object();
            map.put("key", value);
            Hostile hostile = new Hostile();
            for (Runnable action : List.<Runnable>of(
                    () -> map.get(hostile),
                    () -> map.containsKey(hostile),
                    () -> map.put(hostile, value),
                    () -> map.putIfAbsent(hostile, value),
                    () -> map.computeIfAbsent(hostile, any -> value),
                    () -> map.remove(hostile),
                    () -> map.remove(hostile, value),
                    () -> interner.intern(hostile))) {
                assertEquals(
                        "hashCode",
                        assertThrows(IllegalStateException.class, action::run).getMessage());
            }
            assertEquals(1, map.approxSize());
            assertEquals(0, interner.approxSize());
            assertSame(value, map.get("key"));
        }
    }

    /** Does what the test wants when it is compared. */
    private static final class Comparing {
        private final int number;
        private final AtomicReference<Runnable> when;

        Comparing(int number, AtomicReference<Runnable> when) {
            this.number = number;
            this.when = when;
        }

        @Override
        public boolean equals(Object other) {
            when.get().run();
            return other instanceof Comparing comparing && comparing.number == number;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    private static final Runnable NOTHING = () -> {};

    @Test
    void anEqualsThatThrowsLeavesAllAsItWas() {
        AtomicReference<Runnable> when = new AtomicReference<>(NOTHING);
        try (WeakValueMap<Object, Object> map = WeakValueMap.builder("map").open();
                WeakInterner<Object> interner = WeakInterner.builder("interner").open()) {
            Object value = new Object();
            Object first = new Comparing(1, when);
            map.put(first, value);
            interner.intern(first);
            when.set(() -> {
                throw new IllegalStateException("equals");
            });
            Object second = new Comparing(1, when);
            for (Runnable action : List.<Runnable>of(
                    () -> map.get(second),
                    () -> map.containsKey(second),
                    () -> map.put(second, new Object()),
                    () -> map.putIfAbsent(second, value),
                    () -> map.computeIfAbsent(second, any -> value),
                    () -> map.remove(second),
                    () -> map.remove(second, value),
                    () -> interner.intern(second))) {
                assertEquals(
                        "equals",
                        assertThrows(IllegalStateException.class, action::run).getMessage());
            }
            when.set(NOTHING);
            assertSame(value, map.get(second));
            assertSame(first, interner.intern(second));
            assertEquals(1, map.approxSize());
            assertEquals(1, interner.approxSize());
        }
    }

    @Test
    void anEqualsThatBlocksHoldsNobodyElseUp() throws Exception {
        AtomicReference<Runnable> when = new AtomicReference<>(NOTHING);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (WeakValueMap<Object, Object> map = WeakValueMap.builder("map").open()) {
            Object value = new Object();
            map.put(new Comparing(1, when), value);
            when.set(() -> {
                inside.countDown();
                await(go);
            });
            Thread blocked = new Thread(() -> map.put(new Comparing(2, when), value));
            blocked.start();
            await(inside);
            when.set(NOTHING);
            for (int i = 3; i < 300; i++) { // all in the region of the one that blocks
                map.put(new Comparing(i, when), value);
            }
            for (int i = 3; i < 300; i++) {
                assertSame(value, map.remove(new Comparing(i, when)));
            }
            map.purge();
            go.countDown();
            Await.end(blocked);
            assertSame(value, map.get(new Comparing(2, when)));
            assertEquals(2, map.approxSize());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anEqualsMayUseTheMap() {
        AtomicReference<Runnable> when = new AtomicReference<>(NOTHING);
        try (WeakValueMap<Object, Object> map = WeakValueMap.builder("map").open()) {
            Object value = new Object();
            Object other = new Object();
            map.put(new Comparing(1, when), value);
            when.set(() -> {
                when.set(NOTHING);
                map.put(new Comparing(2, when), other);
            });
            assertSame(other, map.putIfAbsent(new Comparing(2, when), value), "it came in while it was searched");
            assertEquals(2, map.approxSize());
            when.set(() -> {
                when.set(NOTHING);
                map.clear();
            });
            assertNull(map.put(new Comparing(1, when), other), "the one that was found is gone");
            assertSame(other, map.get(new Comparing(1, when)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anInstanceThatCameInDuringTheSearchIsTheOne(int search) { // there are two before an instance is taken in
        AtomicReference<Runnable> when = new AtomicReference<>(NOTHING);
        try (WeakInterner<Object> interner = WeakInterner.builder("interner").open()) {
            Reference<?> first = new WeakReference<>(interner.intern(new Comparing(0, when)));
            Object beside = interner.intern(new Comparing(1, when));
            LeakProbe.awaitCollected(first);
            Await.until("a place is free that a search comes by before", () -> interner.approxSize() == 1);
            Object twin = new Comparing(2, when);
            AtomicInteger left = new AtomicInteger(search);
            when.set(() -> {
                if (left.decrementAndGet() == 0) {
                    when.set(NOTHING);
                    assertSame(twin, interner.intern(twin));
                }
            });
            assertSame(twin, interner.intern(new Comparing(2, when)));
            assertEquals(2, interner.approxSize());
            Reference.reachabilityFence(beside);
        }
    }

    @Test
    void anEqualsMayCloseTheMap() {
        AtomicReference<Runnable> when = new AtomicReference<>(NOTHING);
        WeakValueMap<Object, Object> map = WeakValueMap.builder("map").open();
        Object value = new Object();
        map.put(new Comparing(1, when), value);
        when.set(map::close);
        assertThrows(RegistryClosedException.class, () -> map.put(new Comparing(1, when), value));
        assertEquals(0, map.approxSize());
    }

    /** Comes back from the dead. */
    @SuppressWarnings({"deprecation", "removal", "Finalize"})
    private static final class Undead {
        private static volatile Object risen;

        @Override
        protected void finalize() {
            risen = this;
        }
    }

    private static Reference<?> put(WeakKeyMap<Object, Object> map, Object key, Object value) {
        map.put(key, value);
        return new WeakReference<>(key);
    }

    @Test
    void aKeyThatRisesFromTheDeadIsANewOne() {
        List<Object> told = Collections.synchronizedList(new ArrayList<>());
        try (WeakKeyMap<Object, Object> map =
                WeakKeyMap.builder("map").onEvict(told::add).open()) {
            LeakProbe.awaitCollected(put(map, new Undead(), "old"));
            Await.until("it rises", () -> Undead.risen != null);
            Object risen = Undead.risen;
            Undead.risen = null;
            assertNull(map.get(risen));
            assertNull(map.put(risen, "new"));
            Await.until("told of the old one", () -> !told.isEmpty());
            Await.until("one entry", () -> map.approxSize() == 1);
            assertEquals("new", map.get(risen));
            assertEquals(List.of("old"), told);
        }
    }

    @Test
    void aValueThatIsLookedUpWhileItDiesIsAliveOrGone() {
        try (WeakValueMap<Object, Object> map = WeakValueMap.builder("map").open()) {
            for (int round = 0; round < 30; round++) {
                Reference<?> value = putValue(map, round);
                boolean[] collected = new boolean[1];
                Thread collector = new Thread(() -> {
                    while (!collected[0] && !value.refersTo(null)) {
                        System.gc();
                    }
                });
                collector.start();
                Object found;
                while ((found = map.get(round)) != null) {
                    assertEquals(round, ((int[]) found)[0]);
                }
                assertFalse(map.containsKey(round));
                collected[0] = true;
                Object fresh = new int[] {round};
                assertNull(map.putIfAbsent(round, fresh));
                assertSame(fresh, map.get(round));
            }
        }
    }

    private static Reference<?> putValue(WeakValueMap<Object, Object> map, int number) {
        Object value = new int[] {number};
        map.put(number, value);
        return new WeakReference<>(value);
    }

    // ---- hooks -----------------------------------------------------------------------------------------------------

    private static void fill(WeakKeyMap<Object, Object> map, int from, int to) {
        for (int i = from; i < to; i++) {
            map.put(new Object(), i);
        }
    }

    private static void awaitCollection() {
        LeakProbe.awaitCollected(new WeakReference<>(new Object()));
    }

    @Test
    void aHookThatThrowsIsCountedAndTheOthersAreTold() {
        Set<Object> told = ConcurrentHashMap.newKeySet();
        try (WeakKeyMap<Object, Object> map = WeakKeyMap.builder("map")
                .onEvict(value -> {
                    told.add(value);
                    if ((int) value % 2 == 0) {
                        throw new AssertionError("hook");
                    }
                })
                .open()) {
            fill(map, 0, 1_000);
            awaitCollection();
            Await.until("all are told", () -> told.size() == 1_000);
            Await.until("all are counted", () -> gauge(map, "hookFailures").equals(500L));
            assertEquals(1_000L, gauge(map, "collected"));
            assertEquals(0L, gauge(map, "hookSkipped"));
        }
    }

    @Test
    void aHookMayUseTheMap() {
        List<Object> keys = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<WeakKeyMap<Object, Object>> self = new AtomicReference<>();
        Consumer<Object> hook = value -> {
            Object key = new Object();
            keys.add(key);
            self.get().put(key, -1);
            self.get().purge();
            self.get().approxSize();
        };
        try (WeakKeyMap<Object, Object> map =
                WeakKeyMap.builder("map").onEvict(hook).open()) {
            self.set(map);
            fill(map, 0, 100);
            awaitCollection();
            Await.until("as many new ones", () -> keys.size() == 100 && map.approxSize() == 100);
            map.clear();
        }
    }

    @Test
    void aHookMayCloseTheMap() {
        AtomicReference<WeakKeyMap<Object, Object>> self = new AtomicReference<>();
        AtomicInteger told = new AtomicInteger();
        Object kept = new Object();
        WeakKeyMap<Object, Object> map = WeakKeyMap.builder("map")
                .onEvict(value -> {
                    told.incrementAndGet();
                    self.get().close();
                })
                .open();
        self.set(map);
        map.put(kept, 0);
        fill(map, 1, 100);
        awaitCollection();
        Await.until("all are told", () -> told.get() == 100);
        assertEquals(0, map.approxSize());
        Reference.reachabilityFence(kept);
    }

    @Test
    void aHookThatBlocksHoldsNobodyUpAndIsToldTheRestLater() {
        CountDownLatch go = new CountDownLatch(1);
        Set<Object> told = ConcurrentHashMap.newKeySet();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (WeakKeyMap<Object, Object> map = WeakKeyMap.builder("map")
                        .onEvict(value -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            await(go);
                            told.add(value);
                            inside.decrementAndGet();
                        })
                        .open();
                WeakInterner<Object> other = WeakInterner.builder("other").open()) {
            fill(map, 0, 100);
            awaitCollection();
            Await.until("the first is told", () -> inside.get() == 1);
            other.intern(new Object());
            awaitCollection();
            Await.until("another reaper goes on", () -> other.approxSize() == 0 && map.approxSize() == 0);
            fill(map, 100, 200);
            awaitCollection();
            map.purge();
            Await.until("also with what comes meanwhile", () -> map.approxSize() == 0);
            assertEquals(0, told.size());
            go.countDown();
            Await.until("all are told", () -> told.size() == 200);
            assertEquals(1, most.get(), "one after another");
            assertEquals(0L, gauge(map, "hookSkipped"));
        }
    }

    @Test
    void boundsAndCountsWhatWaitsForAHookThatDoesNotReturn() {
        int waiting = 1 << 16;
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger told = new AtomicInteger();
        try (WeakKeyMap<Object, Object> map = WeakKeyMap.builder("map")
                .onEvict(value -> {
                    await(go);
                    told.incrementAndGet();
                })
                .open()) {
            fill(map, 0, waiting + 101);
            awaitCollection();
            Await.until("all have left", () -> map.approxSize() == 0);
            Await.until("all are counted", () -> gauge(map, "hookSkipped").equals(100L));
            go.countDown();
            Await.until("the others are told", () -> told.get() == waiting + 1);
        }
    }

    @Test
    void purgeTellsTheHookOnAnotherThreadOnce() {
        Set<Object> told = new HashSet<>();
        AtomicInteger calls = new AtomicInteger();
        AtomicReference<Thread> by = new AtomicReference<>();
        try (WeakKeyMap<Object, Object> map = WeakKeyMap.builder("map")
                .onEvict(value -> {
                    by.set(Thread.currentThread());
                    told.add(value);
                    calls.incrementAndGet();
                })
                .open()) {
            for (int round = 0; round < 20; round++) {
                fill(map, round * 100, round * 100 + 100);
                System.gc();
                map.purge();
            }
            awaitCollection();
            map.purge();
            Await.until("all are told", () -> calls.get() == 2_000);
            assertEquals(2_000, told.size());
            assertEquals("lifecycle-reaper", by.get().getName());
        }
    }

    @Test
    void aCloseThatRacesWithTheReaperTellsEachValueOnce() throws Exception {
        for (int round = 0; round < 20; round++) {
            ConcurrentHashMap<Object, Integer> told = new ConcurrentHashMap<>();
            WeakKeyMap<Object, Object> map = WeakKeyMap.builder("map")
                    .onEvict(value -> told.merge(value, 1, Integer::sum))
                    .open();
            fill(map, 0, 2_000);
            Thread purger = new Thread(map::purge);
            System.gc();
            purger.start();
            map.close();
            Await.end(purger);
            Await.until("all are told", () -> told.size() == 2_000);
            assertEquals(Set.of(1), Set.copyOf(told.values()));
        }
    }
}
