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
import dev.lifecycle.weak.WeakValueMap;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of the map of weak values. */
@Timeout(60)
class WeakValueMapTest {
    private final WeakValueMap<Object, Object> map = WeakValueMap.builder("map").open();
    private final Object one = new Object();
    private final Object two = new Object();

    @AfterEach
    void close() {
        map.close();
    }

    private static String key() {
        return new String("key"); // equal, never the same
    }

    @Test
    void findsByEquality() {
        assertNull(map.put(key(), one));
        assertSame(one, map.get(key()));
        assertTrue(map.containsKey(key()));
        assertNull(map.get("other"));
        assertFalse(map.containsKey("other"));
    }

    @Test
    void putReplacesAndReturnsWhatWasThere() {
        map.put(key(), one);
        assertSame(one, map.put(key(), two));
        assertSame(two, map.put(key(), two));
        assertSame(two, map.get(key()));
        assertEquals(1, map.approxSize());
    }

    @Test
    void putIfAbsentKeepsWhatIsThere() {
        assertNull(map.putIfAbsent(key(), one));
        assertSame(one, map.putIfAbsent(key(), two));
        assertSame(one, map.get(key()));
    }

    @Test
    void removesOnceAndTakesTheKeyAgain() {
        for (int round = 0; round < 3; round++) {
            assertNull(map.put(key(), one));
            assertSame(one, map.remove(key()));
            assertNull(map.remove(key()));
            assertFalse(map.containsKey(key()));
            assertEquals(0, map.approxSize());
        }
    }

    @Test
    void removesAPairOnlyIfItIsThatValue() {
        map.put(key(), one);
        assertFalse(map.remove(key(), two));
        assertFalse(map.remove("other", one));
        assertTrue(map.remove(key(), one));
        assertFalse(map.remove(key(), one));
        assertNull(map.get(key()));
    }

    @Test
    void computesWhatIsAbsentOnce() {
        AtomicInteger calls = new AtomicInteger();
        for (int round = 0; round < 3; round++) {
            assertSame(one, map.computeIfAbsent(key(), any -> {
                assertEquals(key(), any);
                calls.incrementAndGet();
                return one;
            }));
        }
        assertEquals(1, calls.get());
        assertNull(map.computeIfAbsent("other", any -> null));
        assertFalse(map.containsKey("other"));
    }

    @Test
    void aFunctionMayPutItsOwnKey() {
        Object made = map.computeIfAbsent(key(), any -> {
            assertSame(one, map.computeIfAbsent(key(), inner -> one));
            return two;
        });
        assertSame(one, made, "the inner one came first");
    }

    @Test
    void whatTheFunctionThrowsIsThrownAndNothingIsKept() {
        assertThrows(
                ArithmeticException.class,
                () -> map.computeIfAbsent(key(), any -> {
                    throw new ArithmeticException();
                }));
        assertEquals(0, map.approxSize());
    }

    @Test
    void handsOverAndCopiesWhatIsAlive() {
        Map<Object, Object> expected = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            Object value = new Object();
            expected.put(i, value);
            map.put(i, value);
        }
        Map<Object, Object> seen = new HashMap<>();
        map.forEach((key, value) -> assertNull(seen.put(key, value)));
        assertEquals(expected, seen);
        assertEquals(expected, map.toMap());
        map.forEach((key, value) -> assertSame(value, map.remove(key)));
        assertEquals(0, map.approxSize());
        Reference.reachabilityFence(expected);
    }

    @Test
    void keepsAThousandKeysOfOneHashCodeApart() {
        record Colliding(int number) {
            @Override
            public int hashCode() {
                return 42;
            }
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            values.add(new Object());
            map.put(new Colliding(i), values.get(i));
        }
        for (int i = 0; i < 1_000; i += 3) {
            assertSame(values.get(i), map.remove(new Colliding(i)));
        }
        for (int i = 0; i < 1_000; i++) {
            assertSame(i % 3 == 0 ? null : values.get(i), map.get(new Colliding(i)));
        }
    }

    @Test
    void clearsAndTakesNewOnes() {
        map.put(key(), one);
        map.clear();
        assertNull(map.get(key()));
        assertEquals(Map.of(), map.toMap());
        assertNull(map.put(key(), two));
        assertSame(two, map.get(key()));
    }

    @Test
    void refusesAllThatWouldPutSomethingInOnceClosed() {
        map.put(key(), one);
        map.close();
        assertNull(map.get(key()));
        assertFalse(map.containsKey(key()));
        assertNull(map.remove(key()));
        assertFalse(map.remove(key(), one));
        assertEquals(Map.of(), map.toMap());
        assertThrows(RegistryClosedException.class, () -> map.put(key(), one));
        assertThrows(RegistryClosedException.class, () -> map.putIfAbsent(key(), one));
        AtomicInteger calls = new AtomicInteger();
        assertThrows(
                RegistryClosedException.class,
                () -> map.computeIfAbsent(key(), any -> calls.incrementAndGet() + "made"));
        assertEquals(0, calls.get(), "no work for nothing");
    }

    @Test
    void refusesNull() {
        throwsNull("key", () -> map.get(null));
        throwsNull("key", () -> map.containsKey(null));
        throwsNull("key", () -> map.put(null, one));
        throwsNull("value", () -> map.put(key(), null));
        throwsNull("key", () -> map.putIfAbsent(null, one));
        throwsNull("value", () -> map.putIfAbsent(key(), null));
        throwsNull("key", () -> map.computeIfAbsent(null, any -> one));
        throwsNull("function", () -> map.computeIfAbsent(key(), null));
        throwsNull("key", () -> map.remove(null));
        throwsNull("key", () -> map.remove(null, one));
        throwsNull("value", () -> map.remove(key(), null));
        throwsNull("action", () -> map.forEach(null));
    }

    private static void throwsNull(String parameter, Runnable action) {
        assertEquals(
                parameter, assertThrows(NullPointerException.class, action::run).getMessage());
    }

    @Test
    void refusesValuesThatNobodyCanHoldOnTo() {
        for (Object value : List.of(1, Optional.of(1), List.of(1))) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> map.put(key(), value));
            assertTrue(
                    refused.getMessage()
                            .startsWith("value is a " + value.getClass().getName()),
                    refused.getMessage());
        }
        map.put(1, one); // as keys they are welcome
        assertSame(one, map.get(1));
    }

    // ---- values that die -------------------------------------------------------------------------------------------

    private static Reference<?> dying(WeakValueMap<Object, Object> map, Object key) {
        Object value = new Object();
        map.put(key, value);
        return new WeakReference<>(value);
    }

    @Test
    void aKeyWhoseValueDiedTakesANewOne() {
        LeakProbe.awaitCollected(dying(map, key()));
        assertNull(map.get(key()));
        assertFalse(map.containsKey(key()));
        assertNull(map.putIfAbsent(key(), one));
        assertSame(one, map.get(key()));
        Await.until("the reaper comes by", () -> map.approxSize() == 1);
        assertSame(one, map.get(key()));
    }

    @Test
    void handsNoDeadValueOver() {
        LeakProbe.awaitCollected(dying(map, key()));
        assertEquals(Map.of(), map.toMap());
        assertNull(map.remove(key()));
    }

    @Test
    void tellsTheHookTheKeysOfDeadValuesAlone() {
        List<Object> told = new CopyOnWriteArrayList<>();
        try (WeakValueMap<Object, Object> listened =
                WeakValueMap.builder("map").onEvict(told::add).open()) {
            listened.put("replaced", one);
            listened.put("replaced", two);
            listened.put("removed", one);
            listened.remove("removed");
            listened.put("left", one);
            LeakProbe.awaitCollected(dying(listened, "dead"));
            Await.until("told", () -> !told.isEmpty());
            listened.put("cleared", one);
            listened.clear();
            listened.put("left", one);
        }
        assertEquals(List.of("dead"), told);
    }

    @Test
    void lettingGoOfAnEntryLetsGoOfItsKey() {
        record Large(byte[] content) {}
        Large kept = new Large(new byte[10]);
        WeakReference<?> key = put(new Large(new byte[10]), one);
        assertTrue(Objects.nonNull(map.remove(key.get())));
        LeakProbe.awaitCollected(key);
        Reference.reachabilityFence(kept);
    }

    private WeakReference<Object> put(Object key, Object value) {
        map.put(key, value);
        return new WeakReference<>(key);
    }

    /** A key that knows its value. */
    private record Knowing(Object value) {}

    private Reference<?> putKnowing() {
        Object value = new Object();
        map.put(new Knowing(value), value);
        return new WeakReference<>(value);
    }

    @Test
    void aKeyThatRefersToItsValueKeepsItByTheRule() {
        Reference<?> value = putKnowing();
        assertThrows(AssertionError.class, () -> LeakProbe.awaitCollected(value, java.time.Duration.ofMillis(200)));
        map.clear();
        LeakProbe.awaitCollected(value);
    }
}
