package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.State;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.weak.AttachmentHost;
import dev.lifecycle.weak.WeakKeyMap;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that carry their values; and the rule for those that do not. */
@Tag("once")
@Timeout(120)
class AttachmentHostTest {
    private final WeakKeyMap<Object, Object> map = WeakKeyMap.builder("map").open();

    @AfterEach
    void close() {
        map.close();
    }

    /** A value that reaches its key. */
    private record Back(Object key) {}

    private static List<Reference<?>> putBack(WeakKeyMap<Object, Object> map, Object key) {
        Back value = new Back(key);
        map.put(key, value);
        assertSame(value, map.get(key));
        return List.of(new WeakReference<>(key), new WeakReference<>(value));
    }

    private static Reference<?> putValue(WeakKeyMap<Object, Object> map, Object key) {
        Object value = new Object();
        map.put(key, value);
        return new WeakReference<>(value);
    }

    // ---- the rule --------------------------------------------------------------------------------------------------

    @Test
    void aValueThatReachesAnOrdinaryKeyLeaksBoth() {
        List<Reference<?>> both = putBack(map, new Object());
        for (Reference<?> each : both) {
            assertThrows(AssertionError.class, () -> LeakProbe.awaitCollected(each, Duration.ofMillis(200)));
        }
        assertEquals(1, map.approxSize());
        map.clear();
        both.forEach(LeakProbe::awaitCollected);
    }

    @Test
    void aValueThatReachesAHostGoesWithIt() {
        putBack(map, new Host()).forEach(LeakProbe::awaitCollected);
        Await.until("empty", () -> map.approxSize() == 0);
    }

    @Test
    void aValueThatReachesItsKeyGoesWithItWhereValuesAreHeldWeakly() {
        try (WeakKeyMap<Object, Object> weak =
                WeakKeyMap.builder("weak").weakValues().open()) {
            putBack(weak, new Object()).forEach(LeakProbe::awaitCollected);
            putBack(weak, new Host()).forEach(LeakProbe::awaitCollected);
            Await.until("empty", () -> weak.approxSize() == 0);
        }
    }

    @Test
    void hostsThatReachEachOtherByTheirValuesGoTogether() {
        try (WeakKeyMap<Object, Object> other = WeakKeyMap.builder("other").open()) {
            ring(map, other).forEach(LeakProbe::awaitCollected);
            Await.until("empty", () -> map.approxSize() == 0 && other.approxSize() == 0);
        }
    }

    private static List<Reference<?>> ring(WeakKeyMap<Object, Object> map, WeakKeyMap<Object, Object> other) {
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            hosts.add(new Host());
        }
        List<Reference<?>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            map.put(hosts.get(i), new Back(hosts.get((i + 1) % 10)));
            other.put(hosts.get(i), hosts);
            all.add(new WeakReference<>(hosts.get(i)));
        }
        return all;
    }

    // ---- what a host holds -----------------------------------------------------------------------------------------

    @Test
    void aHostKeepsItsValueHoweverOftenTheCollectorRuns() {
        Host host = new Host();
        Reference<?> value = putValue(map, host);
        for (int i = 0; i < 3; i++) {
            LeakProbe.awaitCollected(new WeakReference<>(new Object()));
        }
        assertFalse(value.refersTo(null));
        assertTrue(map.get(host) != null);
        Reference.reachabilityFence(host);
    }

    @Test
    void keepsTheValuesOfSeveralMapsApart() {
        Host host = new Host();
        try (WeakKeyMap<Object, Object> other = WeakKeyMap.builder("other").open()) {
            map.put(host, "one");
            other.put(host, "two");
            assertEquals("one", map.get(host));
            assertEquals("two", other.get(host));
            assertEquals("one", map.remove(host));
            assertNull(map.get(host));
            assertEquals("two", other.get(host));
        }
    }

    @Test
    void letsGoOfAValueThatIsReplaced() {
        Host host = new Host();
        Reference<?> value = putValue(map, host);
        map.put(host, "next");
        LeakProbe.awaitCollected(value);
        assertEquals("next", map.get(host));
    }

    @Test
    void letsGoOfAValueThatIsRemoved() {
        Host host = new Host();
        Reference<?> first = putValue(map, host);
        assertTrue(map.remove(host) != null);
        LeakProbe.awaitCollected(first);
        Reference<?> second = putAndRemovePair(host);
        LeakProbe.awaitCollected(second);
        Reference.reachabilityFence(host);
    }

    private Reference<?> putAndRemovePair(Host host) {
        Object value = new Object();
        map.put(host, value);
        assertTrue(map.remove(host, value));
        return new WeakReference<>(value);
    }

    @Test
    void letsGoOfAValueThatWasNotPutIn() {
        Host host = new Host();
        Object first = new Object();
        map.put(host, first);
        LeakProbe.awaitCollected(tried(host, first));
    }

    private Reference<?> tried(Host host, Object first) {
        Object value = new Object();
        assertSame(first, map.putIfAbsent(host, value));
        return new WeakReference<>(value);
    }

    @Test
    void letsGoOfValuesThatAreCleared() {
        Host host = new Host();
        Reference<?> value = putValue(map, host);
        map.clear();
        LeakProbe.awaitCollected(value);
        Reference.reachabilityFence(host);
    }

    @Test
    void letsGoOfTheValuesOfAClosedMap() {
        Host host = new Host();
        Reference<?> value = putValue(map, host);
        map.close();
        LeakProbe.awaitCollected(value);
        assertThrows(IllegalStateException.class, () -> map.put(host, "late"));
        Reference.reachabilityFence(host);
    }

    @Test
    void aMapThatIsDroppedUnclosedIsCollectedAndItsValueAtTheNextChange() {
        Host host = new Host();
        List<Reference<?>> mapAndValue = dropMap(host);
        LeakProbe.awaitCollected(mapAndValue.get(0));
        map.put(host, "other"); // the host sees that the map of the former is gone
        LeakProbe.awaitCollected(mapAndValue.get(1));
        assertEquals("other", map.get(host));
    }

    private static List<Reference<?>> dropMap(Host host) {
        WeakKeyMap<Object, Object> dropped = WeakKeyMap.builder("dropped").open();
        Object value = new Object[] {host, dropped};
        dropped.put(host, new Object());
        dropped.put(new Host(), value);
        return List.of(new WeakReference<>(dropped), putValue(dropped, host));
    }

    @Test
    void theHookIsToldOfNoValueThatWentWithItsHost() {
        List<Object> told = new ArrayList<>();
        try (WeakKeyMap<Object, Object> listened =
                WeakKeyMap.builder("map").onEvict(told::add).open()) {
            putBack(listened, new Host()).forEach(LeakProbe::awaitCollected);
            Await.until(
                    "counted, which is done once it is out of the table",
                    () -> Long.valueOf(1)
                            .equals(listened.managed().snapshot().gauges().get("collected")));
            assertEquals(0, listened.approxSize());
        }
        assertEquals(List.of(), told);
    }

    @Test
    void theHookIsToldWhatIsLeftWhenTheMapIsClosed() {
        List<Object> told = new ArrayList<>();
        Host host = new Host();
        try (WeakKeyMap<Object, Object> listened =
                WeakKeyMap.builder("map").onEvict(told::add).open()) {
            listened.put(host, "value");
        }
        assertEquals(List.of("value"), told);
        Reference.reachabilityFence(host);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void carriesManyMaps(boolean weakValues) {
        Host host = new Host();
        List<WeakKeyMap<Object, Object>> maps = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            WeakKeyMap.Builder<Object, Object> builder = WeakKeyMap.builder("map");
            maps.add(weakValues ? builder.weakValues().open() : builder.open());
            maps.get(i).put(host, "value " + i);
        }
        System.gc();
        for (int i = 0; i < 100; i++) {
            assertEquals("value " + i, maps.get(i).get(host));
            maps.get(i).close();
        }
    }

    // ---- many threads ----------------------------------------------------------------------------------------------

    @Test
    void threadsThatGiveTheFirstValueAtOnceLoseNone() throws Exception {
        int threads = 4;
        List<WeakKeyMap<Object, Object>> maps = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            maps.add(WeakKeyMap.builder("map").open());
        }
        for (int round = 0; round < 500; round++) {
            Host host = new Host();
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                WeakKeyMap<Object, Object> own = maps.get(i);
                Integer value = i;
                Thread thread = new Thread(() -> {
                    try {
                        start.await();
                    } catch (Exception broken) {
                        throw new IllegalStateException(broken);
                    }
                    own.put(host, new Object[] {value});
                });
                thread.start();
                all.add(thread);
            }
            for (Thread thread : all) {
                Await.end(thread);
            }
            if (round % 100 == 0) {
                System.gc(); // what the host does not hold is gone
            }
            for (int i = 0; i < threads; i++) {
                Object[] value = (Object[]) maps.get(i).get(host);
                assertTrue(value != null, "the host holds the value of each map");
                assertEquals(i, value[0]);
            }
        }
        maps.forEach(WeakKeyMap::close);
    }

    // ---- hosts that do not do what they are to do ------------------------------------------------------------------

    /** How a host may be wrong. */
    enum Wrong {
        FORGETS,
        RETURNS_ANOTHER,
        THROWS_ON_READ,
        THROWS_ON_WRITE
    }

    private static final class Bad implements AttachmentHost {
        private volatile @Nullable Wrong wrong;
        private volatile @Nullable Object attachments;

        Bad(@Nullable Wrong wrong) {
            this.wrong = wrong;
        }

        @Override
        public @Nullable Object attachments() {
            if (wrong == Wrong.THROWS_ON_READ) {
                throw new IllegalStateException("read");
            }
            return wrong == Wrong.RETURNS_ANOTHER ? "another" : attachments;
        }

        @Override
        public void attachments(Object attachments) {
            if (wrong == Wrong.THROWS_ON_WRITE) {
                throw new IllegalStateException("write");
            }
            if (wrong != Wrong.FORGETS) {
                this.attachments = attachments;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAHostThatDoesNotKeepItsField(Wrong wrong) {
        Bad host = new Bad(wrong);
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> map.put(host, "value"));
        String message = refused.getMessage();
        assertTrue(wrong.name().startsWith("THROWS") || message.contains(Bad.class.getName()), message);
        assertEquals(0, map.approxSize());
        assertNull(map.get(host));
        host.wrong = null;
        assertNull(map.put(host, "value"), "mended, it is welcome");
        assertEquals("value", map.get(host));
    }

    @ParameterizedTest
    @EnumSource(names = {"THROWS_ON_READ", "RETURNS_ANOTHER"})
    void oneBadHostKeepsNoOtherFromBeingCleared(Wrong wrong) {
        Logger log = Logger.getLogger("dev.lifecycle.weak");
        log.setUseParentHandlers(false);
        try {
            List<Object> told = new ArrayList<>();
            WeakKeyMap<Object, Object> listened =
                    WeakKeyMap.builder("map").onEvict(told::add).open();
            List<Host> hosts = new ArrayList<>();
            List<Bad> bad = new ArrayList<>();
            fill(listened, hosts, bad);
            bad.forEach(each -> each.wrong = wrong);
            listened.clear();
            assertEquals(0, listened.approxSize());
            assertEquals(Map.of(), listened.toMap());
            bad.forEach(each -> each.wrong = null);
            fill(listened, hosts, bad);
            bad.forEach(each -> each.wrong = wrong);
            listened.close();
            assertEquals(State.CLOSED, listened.state());
            assertEquals(0, listened.approxSize());
            assertEquals(200, told.size());
            for (int i = 0; i < 100; i++) {
                Host fresh = new Host();
                assertThrows(IllegalStateException.class, () -> listened.put(fresh, "late"));
            }
        } finally {
            log.setUseParentHandlers(true);
        }
    }

    private static void fill(WeakKeyMap<Object, Object> map, List<Host> hosts, List<Bad> bad) {
        for (int i = 0; i < 100; i++) {
            hosts.add(new Host());
            bad.add(new Bad(null));
            map.put(hosts.get(hosts.size() - 1), "good " + i);
            map.put(bad.get(bad.size() - 1), "bad " + i);
        }
    }

    @Test
    void refusesAHostWhoseAccessorsUseAMapWithIt() {
        class Reentrant implements AttachmentHost {
            private @Nullable Object attachments;

            @Override
            public @Nullable Object attachments() {
                return attachments;
            }

            @Override
            public void attachments(Object attachments) {
                map.put(this, "again");
                this.attachments = attachments;
            }
        }
        Reentrant host = new Reentrant();
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> map.put(host, "value"));
        assertTrue(refused.getMessage().contains("uses a map with this very key"), refused.getMessage());
        assertEquals(0, map.approxSize());
    }

    @Test
    void aHostWhoseAccessorBlocksHoldsUpNoOtherHost() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        Host slow = new Host() {
            @Override
            public void attachments(Object attachments) {
                calls.incrementAndGet();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                super.attachments(attachments);
            }
        };
        Thread blocked = new Thread(() -> map.put(slow, "slow"));
        blocked.start();
        Await.until("inside", () -> calls.get() == 1);
        List<Host> others = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            others.add(new Host());
            map.put(others.get(i), i);
        }
        assertEquals(200, map.approxSize());
        go.countDown();
        Await.end(blocked);
        assertEquals("slow", map.get(slow));
        assertEquals(7, map.get(others.get(7)));
    }
}
