package dev.lifecycle.impl.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.spi.WeakKeyMapConfig;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.weak.RegistryClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many threads on one structure. What is in use is found at any time; who reads a value reads one of that key. In places the
 * tests clear a reference themselves, at a moment that a collector would need luck to meet.
 */
@Timeout(120)
class WeakRaceTest {
    private static final int STEPS = 40_000;

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** What one thread does; number counts them. */
    private interface Work {
        void run(int number, Random random);
    }

    private void all(int threads, Work work) {
        long seed = System.nanoTime();
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    work.run(number, new Random(seed + number));
                } catch (Throwable thrown) {
                    failure.compareAndSet(null, thrown);
                }
            });
            started.add(thread);
            thread.start();
        }
        Await.within(
                Duration.ofSeconds(90), "all threads", () -> started.stream().noneMatch(Thread::isAlive));
        if (failure.get() != null) {
            throw new AssertionError("seed " + seed, failure.get());
        }
    }

    /** Belongs to one key. */
    private record Value(Object key, int number) {}

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noLiveIdentityKeyLosesItsMapping(boolean hosts) {
        try (IdentityMap<Object, Object> map = IdentityMapModelTest.open(false)) {
            int own = 50;
            List<Object> kept = Collections.synchronizedList(new ArrayList<>());
            all(4, (number, random) -> {
                Object[] keys = new Object[own];
                Value[] values = new Value[own];
                for (int step = 0; step < STEPS; step++) {
                    int at = random.nextInt(own);
                    if (keys[at] == null || random.nextInt(20) == 0) {
                        Object dead = keys[at]; // its entry goes when the collector, or the line below, says so
                        keys[at] = hosts ? new IdentityMapModelTest.Host() : new Object();
                        values[at] = null;
                        WeakNode node = dead == null ? null : map.table.find(dead, Identity.hash(dead));
                        if (node != null && random.nextBoolean()) {
                            node.enqueue();
                        }
                    }
                    Value fresh = new Value(hosts ? keys[at] : "an ordinary key would never die", step);
                    switch (random.nextInt(6)) {
                        case 0 -> {
                            assertSame(values[at], map.remove(keys[at]));
                            values[at] = null;
                        }
                        case 1 -> {
                            assertSame(values[at], map.put(keys[at], fresh));
                            values[at] = fresh;
                        }
                        case 2 -> {
                            Object before = map.putIfAbsent(keys[at], fresh);
                            assertSame(values[at], before);
                            values[at] = before == null ? fresh : values[at];
                        }
                        default -> assertSame(values[at], map.get(keys[at]));
                    }
                    if (number == 0 && step % (STEPS / 8) == 0) {
                        System.gc();
                    }
                    if (step % 5_000 == 0) {
                        map.purge();
                    }
                }
                for (int at = 0; at < own; at++) {
                    if (keys[at] != null) {
                        assertSame(values[at], map.get(keys[at]));
                        map.put(keys[at], "last");
                        kept.add(keys[at]);
                    }
                }
            });
            Settled.check("only what lives is in", () -> {
                System.gc();
                return map.approxSize() == kept.size();
            });
            Settled.check("invariants", map::invariantsHold);
            kept.forEach(key -> assertEquals("last", map.get(key)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKeyWhoseValueIsReplacedIsNeverWithoutOne(boolean weakValues) {
        try (IdentityMap<Object, Object> map = IdentityMapModelTest.open(weakValues)) {
            Object key = weakValues ? new Object() : new IdentityMapModelTest.Host();
            Object[] current = {new Value(key, 0)};
            map.put(key, current[0]);
            AtomicBoolean done = new AtomicBoolean();
            all(3, (number, random) -> {
                if (number == 0) {
                    WeakNode node = map.table.find(key, Identity.hash(key));
                    for (int step = 1; step < STEPS; step++) {
                        WeakValue box = (WeakValue) node.item();
                        Object former = current[0];
                        current[0] = new Value(key, step);
                        assertSame(former, map.put(key, current[0]));
                        box.clear(); // as a collector might, now that nobody has it
                    }
                    done.set(true);
                } else {
                    for (int last = 0; !done.get(); ) {
                        Value value = (Value) map.get(key);
                        assertNotNull(value, "it always has a value");
                        assertTrue(value.number >= last, "and none that is older than the one before");
                        last = value.number;
                        assertTrue(map.containsKey(key));
                    }
                }
            });
        }
    }

    @Test
    void aKeyWhoseWeakValueIsReplacedIsNeverWithoutOne() {
        try (ValueMap<Object, Object> map = ValueMapModelTest.open()) {
            Object[] current = {new Value("key", 0)};
            map.put("key", current[0]);
            AtomicBoolean done = new AtomicBoolean();
            all(3, (number, random) -> {
                if (number == 0) {
                    for (int step = 1; step < STEPS; step++) {
                        WeakNode[] node = new WeakNode[1];
                        map.table.forEach(each -> node[0] = each);
                        Object former = current[0];
                        current[0] = new Value("key", step);
                        assertSame(former, map.put("key", current[0]));
                        node[0].enqueue(); // clears it, too, and sends the reaper after it
                    }
                    done.set(true);
                } else {
                    for (int last = 0; !done.get(); ) {
                        Value value = (Value) map.get("key");
                        assertNotNull(value, "it always has a value");
                        assertTrue(value.number >= last, "and none that is older than the one before");
                        last = value.number;
                        assertTrue(map.containsKey("key"));
                    }
                }
            });
            Settled.check("one is left", () -> map.approxSize() == 1 && map.invariantsHold());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void noLiveValueIsLost(int perHash) {
        try (ValueMap<Object, Object> map = ValueMapModelTest.open()) {
            int own = 64;
            List<Object> kept = Collections.synchronizedList(new ArrayList<>());
            all(4, (number, random) -> {
                Value[] values = new Value[own];
                for (int step = 0; step < STEPS / 2; step++) {
                    int at = random.nextInt(own);
                    Object key = new ValueMapModelTest.Key(number * own + at, perHash); // hash codes of its own
                    Value fresh = new Value(key, step);
                    switch (random.nextInt(6)) {
                        case 0 -> {
                            Object before = map.remove(key);
                            assertTrue(values[at] == null || values[at] == before);
                            values[at] = null;
                        }
                        case 1 -> {
                            Object before = map.put(key, fresh);
                            assertTrue(values[at] == null || values[at] == before);
                            values[at] = fresh;
                        }
                        case 2 -> {
                            Value before = (Value) map.putIfAbsent(key, fresh);
                            assertTrue(values[at] == null || values[at] == before);
                            values[at] = before == null ? fresh : before;
                        }
                        case 3 -> {
                            values[at] = null; // dies
                        }
                        default -> {
                            Value found = (Value) map.get(key);
                            assertTrue(values[at] == null || values[at] == found);
                            assertTrue(found == null || found.key.equals(key));
                        }
                    }
                    if (number == 0 && step % (STEPS / 8) == 0) {
                        System.gc();
                    }
                }
                for (Value value : values) {
                    if (value != null) {
                        assertSame(value, map.get(value.key));
                        kept.add(value);
                    }
                }
            });
            Settled.check("only what lives is in", () -> {
                System.gc();
                return map.approxSize() == kept.size();
            });
            Settled.check("invariants", map::invariantsHold);
        }
    }

    @Test
    void threadsThatInternOneAfterAnotherAgree() {
        try (Interner<Object> interner = InternerModelTest.open()) {
            int size = 64;
            AtomicReference<?>[] chosen = new AtomicReference<?>[size];
            for (int i = 0; i < size; i++) {
                chosen[i] = new AtomicReference<>();
            }
            all(4, (number, random) -> {
                for (int step = 0; step < STEPS; step++) {
                    int at = random.nextInt(size);
                    Object instance = interner.intern(new ValueMapModelTest.Key(at, 4));
                    @SuppressWarnings("unchecked")
                    AtomicReference<Object> first = (AtomicReference<Object>) chosen[at];
                    first.compareAndSet(null, instance);
                    assertSame(first.get(), instance);
                    interner.intern(new ValueMapModelTest.Key(size + step % 1_000, 4)); // comes and dies beside them
                    if (number == 0 && step % (STEPS / 8) == 0) {
                        System.gc();
                    }
                }
            });
            Settled.check("invariants", interner::invariantsHold);
        }
    }

    @Test
    void readersFindWhatIsInWhileTheTableGrowsAndShrinks() {
        try (IdentityMap<Object, Object> map = IdentityMapModelTest.open(false)) {
            Object[] stable = new Object[200];
            for (int i = 0; i < stable.length; i++) {
                stable[i] = new Object();
                map.put(stable[i], i);
            }
            AtomicBoolean done = new AtomicBoolean();
            all(3, (number, random) -> {
                if (number == 0) {
                    for (int round = 0; round < 20; round++) {
                        List<Object> passing = new ArrayList<>();
                        for (int i = 0; i < 5_000; i++) {
                            passing.add(new Object());
                            map.put(passing.get(i), i);
                        }
                        passing.forEach(map::remove);
                    }
                    done.set(true);
                } else {
                    while (!done.get()) {
                        int at = random.nextInt(stable.length);
                        assertEquals(at, map.get(stable[at]));
                        assertNull(map.get(new Object()));
                    }
                }
            });
            assertEquals(stable.length, map.approxSize());
            assertTrue(map.invariantsHold());
        }
    }

    @Test
    void whatIsPutInWhileItClosesIsToldOrRefused() {
        for (int round = 0; round < 200; round++) {
            Set<Object> told = ConcurrentHashMap.newKeySet();
            Set<Object> in = ConcurrentHashMap.newKeySet();
            IdentityMap<Object, Object> map = (IdentityMap<Object, Object>)
                    IdentityMap.open(new WeakKeyMapConfig<Object>("map", false, told::add, TimeSource.system()), null);
            List<Object> kept = Collections.synchronizedList(new ArrayList<>());
            all(3, (number, random) -> {
                if (number == 0) {
                    map.close();
                } else {
                    try {
                        for (int i = 0; i < 100; i++) {
                            Object key = new Object();
                            kept.add(key);
                            String value = number + " " + i;
                            map.put(key, value);
                            in.add(value);
                        }
                    } catch (RegistryClosedException closed) {
                        assertNotNull(closed.getMessage());
                    }
                }
            });
            assertEquals(in, told);
            assertEquals(0, map.approxSize());
        }
    }
}
