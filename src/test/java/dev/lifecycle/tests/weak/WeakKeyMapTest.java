package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.weak.RegistryClosedException;
import dev.lifecycle.weak.WeakKeyMap;
import java.lang.ref.Reference;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of the map of weak identity keys, for ordinary keys, hosts, and values held weakly. */
@Timeout(60)
class WeakKeyMapTest {
    /** The ways in which a map may hold its values. */
    enum Holding {
        STRONG,
        HOST,
        WEAK,
        WEAK_AND_HOST;

        WeakKeyMap<Object, Object> open() {
            WeakKeyMap.Builder<Object, Object> builder = WeakKeyMap.builder("map");
            return name().startsWith("WEAK") ? builder.weakValues().open() : builder.open();
        }

        Object key() {
            return name().endsWith("HOST") ? new Host() : new Object();
        }
    }

    private final List<WeakKeyMap<Object, Object>> opened = new ArrayList<>();
    private final Object one = new Object();
    private final Object two = new Object();

    private WeakKeyMap<Object, Object> open(Holding holding) {
        WeakKeyMap<Object, Object> map = holding.open();
        opened.add(map);
        return map;
    }

    @AfterEach
    void close() {
        opened.forEach(WeakKeyMap::close);
    }

    @ParameterizedTest
    @EnumSource
    void putReplacesAndReturnsWhatWasThere(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        Object key = holding.key();
        assertNull(map.put(key, one));
        assertSame(one, map.put(key, two));
        assertSame(two, map.put(key, two));
        assertSame(two, map.get(key));
        assertEquals(1, map.approxSize());
    }

    @ParameterizedTest
    @EnumSource
    void putIfAbsentKeepsWhatIsThere(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        Object key = holding.key();
        assertNull(map.putIfAbsent(key, one));
        assertSame(one, map.putIfAbsent(key, two));
        assertSame(one, map.get(key));
    }

    @ParameterizedTest
    @EnumSource
    void findsNothingForAKeyThatWasNotPutIn(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        Object key = holding.key();
        assertNull(map.get(key));
        assertFalse(map.containsKey(key));
        assertNull(map.remove(key));
        assertFalse(map.remove(key, one));
        map.put(holding.key(), one);
        assertNull(map.get(key));
    }

    @ParameterizedTest
    @EnumSource
    void removesOnceAndTakesTheKeyAgain(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        Object key = holding.key();
        for (int round = 0; round < 3; round++) {
            assertNull(map.put(key, one));
            assertTrue(map.containsKey(key));
            assertSame(one, map.remove(key));
            assertNull(map.remove(key));
            assertFalse(map.containsKey(key));
            assertEquals(0, map.approxSize());
        }
    }

    @ParameterizedTest
    @EnumSource
    void removesAPairOnlyIfItIsThatValue(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        Object key = holding.key();
        map.put(key, one);
        assertFalse(map.remove(key, two));
        assertSame(one, map.get(key));
        assertTrue(map.remove(key, one));
        assertFalse(map.remove(key, one));
        assertNull(map.get(key));
    }

    @ParameterizedTest
    @EnumSource
    void computesWhatIsAbsentOnce(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        Object key = holding.key();
        AtomicInteger calls = new AtomicInteger();
        Function<Object, Object> function = any -> {
            assertSame(key, any);
            calls.incrementAndGet();
            return one;
        };
        assertSame(one, map.computeIfAbsent(key, function));
        assertSame(one, map.computeIfAbsent(key, function));
        assertEquals(1, calls.get());
    }

    @ParameterizedTest
    @EnumSource
    void computesNothingFromNull(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        Object key = holding.key();
        assertNull(map.computeIfAbsent(key, any -> null));
        assertFalse(map.containsKey(key));
        assertEquals(0, map.approxSize());
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionMayPutItsOwnKey(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        Object key = holding.key();
        Object made = map.computeIfAbsent(key, any -> {
            assertSame(one, map.computeIfAbsent(key, inner -> one));
            return two;
        });
        assertSame(one, made, "the inner one came first");
        assertSame(one, map.get(key));
    }

    @ParameterizedTest
    @EnumSource
    void handsOverAndCopiesWhatIsAlive(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        IdentityHashMap<Object, Object> expected = new IdentityHashMap<>();
        for (int i = 0; i < 1_000; i++) {
            Object key = holding.key();
            Object value = new Object();
            map.put(key, value);
            expected.put(key, value);
        }
        IdentityHashMap<Object, Object> seen = new IdentityHashMap<>();
        map.forEach((key, value) -> assertNull(seen.put(key, value)));
        assertEquals(expected, seen);
        assertEquals(expected, map.toMap());
        assertEquals(1_000, map.approxSize());
    }

    @ParameterizedTest
    @EnumSource
    void anActionMayChangeTheMapAndEndTheWalk(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            keys.add(holding.key());
            map.put(keys.get(i), one);
        }
        map.forEach((key, value) -> assertSame(one, map.remove(key)));
        assertEquals(0, map.approxSize());
        keys.forEach(key -> map.put(key, one));
        AtomicInteger calls = new AtomicInteger();
        assertThrows(
                IllegalStateException.class,
                () -> map.forEach((key, value) -> {
                    calls.incrementAndGet();
                    throw new IllegalStateException("enough");
                }));
        assertEquals(1, calls.get());
        Reference.reachabilityFence(keys);
    }

    @ParameterizedTest
    @EnumSource
    void clearsAndTakesNewOnes(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        Object key = holding.key();
        map.put(key, one);
        map.clear();
        assertNull(map.get(key));
        assertEquals(0, map.approxSize());
        assertEquals(Map.of(), map.toMap());
        assertNull(map.put(key, two));
        assertSame(two, map.get(key));
    }

    @ParameterizedTest
    @EnumSource
    void refusesAllThatWouldPutSomethingInOnceClosed(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        Object key = holding.key();
        map.put(key, one);
        map.close();
        assertNull(map.get(key));
        assertFalse(map.containsKey(key));
        assertNull(map.remove(key));
        assertFalse(map.remove(key, one));
        assertEquals(Map.of(), map.toMap());
        map.clear();
        assertThrows(RegistryClosedException.class, () -> map.put(key, one));
        assertThrows(RegistryClosedException.class, () -> map.putIfAbsent(key, one));
        AtomicInteger calls = new AtomicInteger();
        assertThrows(
                RegistryClosedException.class,
                () -> map.computeIfAbsent(key, any -> {
                    calls.incrementAndGet();
                    return one;
                }));
        assertEquals(0, calls.get(), "no work for nothing");
        assertEquals(0, map.approxSize());
    }

    @ParameterizedTest
    @EnumSource
    void refusesNull(Holding holding) {
        WeakKeyMap<Object, Object> map = open(holding);
        Object key = holding.key();
        throwsNull("key", () -> map.get(null));
        throwsNull("key", () -> map.containsKey(null));
        throwsNull("key", () -> map.put(null, one));
        throwsNull("value", () -> map.put(key, null));
        throwsNull("key", () -> map.putIfAbsent(null, one));
        throwsNull("value", () -> map.putIfAbsent(key, null));
        throwsNull("key", () -> map.computeIfAbsent(null, any -> one));
        throwsNull("function", () -> map.computeIfAbsent(key, null));
        throwsNull("key", () -> map.remove(null));
        throwsNull("key", () -> map.remove(null, one));
        throwsNull("value", () -> map.remove(key, null));
        throwsNull("action", () -> map.forEach(null));
    }

    private static void throwsNull(String parameter, Runnable action) {
        assertEquals(
                parameter, assertThrows(NullPointerException.class, action::run).getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void tellsEqualKeysApart(Holding holding) {
        record Twin(int number) {}
        WeakKeyMap<Object, Object> map = open(holding);
        Object left = new Twin(1);
        Object right = new Twin(1);
        map.put(left, one);
        map.put(right, two);
        assertSame(one, map.get(left));
        assertSame(two, map.get(right));
        assertNull(map.get(new Twin(1)));
    }

    static List<Object> valueBased() {
        return List.of(
                1,
                1L,
                (short) 1,
                (byte) 1,
                'c',
                true,
                1.0,
                1f,
                Optional.of("x"),
                Instant.EPOCH,
                Duration.ZERO,
                LocalDate.EPOCH,
                List.of(),
                List.of(1),
                List.of(1, 2, 3, 4),
                Set.of(1, 2, 3),
                Map.of(),
                Map.of(1, 2, 3, 4),
                Map.entry(1, 2),
                ProcessHandle.current(),
                Runtime.version());
    }

    @ParameterizedTest
    @MethodSource("valueBased")
    void refusesKeysWhoseIdentityMeansNothing(Object key) {
        WeakKeyMap<Object, Object> map = open(Holding.STRONG);
        for (Runnable action : List.<Runnable>of(
                () -> map.put(key, one), () -> map.putIfAbsent(key, one), () -> map.computeIfAbsent(key, any -> one))) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, action::run);
            assertTrue(
                    refused.getMessage().startsWith("key is a " + key.getClass().getName() + ", which is value-based"),
                    refused.getMessage());
            assertTrue(refused.getMessage().contains("ConcurrentHashMap"), refused.getMessage());
        }
        assertNull(map.get(key));
        assertNull(map.remove(key));
        assertEquals(0, map.approxSize());
    }

    @Test
    void refusesValueBasedValuesWhereTheyAreHeldWeakly() {
        WeakKeyMap<Object, Object> map = open(Holding.WEAK);
        Object key = new Object();
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> map.put(key, 1));
        assertTrue(refused.getMessage().startsWith("value is a java.lang.Integer"), refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> map.computeIfAbsent(key, any -> Optional.empty()));
        assertEquals(0, map.approxSize());
        WeakKeyMap<Object, Object> strong = open(Holding.STRONG);
        strong.put(key, 1);
        assertEquals(1, strong.get(key));
        WeakKeyMap<Object, Object> hosts = open(Holding.WEAK_AND_HOST);
        Host host = new Host();
        hosts.put(host, 1); // the host holds it
        System.gc();
        assertEquals(1, hosts.get(host));
    }

    @Test
    void takesOrdinaryObjectsOfTheJdk() {
        WeakKeyMap<Object, Object> map = open(Holding.STRONG);
        for (Object key :
                List.of("text", new ArrayList<>(), Thread.currentThread(), String.class, new int[1], Holding.HOST)) {
            assertNull(map.put(key, one));
            assertSame(one, map.get(key));
        }
    }

    @Test
    void whatTheFunctionThrowsIsThrownAndNothingIsKept() {
        WeakKeyMap<Object, Object> map = open(Holding.STRONG);
        Object key = new Object();
        assertThrows(
                ArithmeticException.class,
                () -> map.computeIfAbsent(key, any -> {
                    throw new ArithmeticException();
                }));
        assertEquals(0, map.approxSize());
        assertSame(one, map.computeIfAbsent(key, any -> one));
    }

    @Test
    void handsTheRestToTheHookWhenClosed() {
        List<Object> told = new ArrayList<>();
        Object key = new Object();
        Object removed = new Object();
        Scope app = Scope.open("app");
        WeakKeyMap<Object, Object> map =
                WeakKeyMap.builder("map").onEvict(told::add).open(app);
        map.put(key, "replaced");
        map.put(key, "left");
        map.put(removed, "removed");
        map.remove(removed);
        map.put(removed, "cleared");
        map.clear();
        map.put(key, "left");
        app.close();
        assertEquals(List.of("left"), told);
        assertTrue(map.managed().snapshot().gauges().containsKey("hookFailures"));
        Reference.reachabilityFence(key);
    }

    @Test
    void refusesWhatTheHookPutsInWhileItCloses() {
        List<Object> keys = new ArrayList<>();
        AtomicInteger refused = new AtomicInteger();
        AtomicReference<WeakKeyMap<Object, Object>> self = new AtomicReference<>();
        WeakKeyMap<Object, Object> map = WeakKeyMap.builder("map")
                .onEvict(value -> {
                    Object late = new Object();
                    keys.add(late);
                    try {
                        self.get().put(late, value);
                    } catch (RegistryClosedException closing) {
                        refused.incrementAndGet();
                    }
                })
                .open();
        self.set(map);
        for (int i = 0; i < 100; i++) {
            Object key = new Object();
            keys.add(key);
            map.put(key, i);
        }
        map.close();
        assertEquals(100, refused.get());
        assertEquals(0, map.approxSize());
    }
}
