package dev.lifecycle.impl.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.spi.WeakValueMapConfig;
import dev.lifecycle.time.TimeSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A map of weak values against an obvious model: a {@link HashMap} of the values that are in use, and one of those that were. */
@Timeout(120)
class ValueMapModelTest {

    /** A key of which so many share a hash code. */
    record Key(int number, int perHash) {
        @Override
        public int hashCode() {
            return number / perHash;
        }
    }

    /** A value that knows where it belongs. */
    static final class Value {
        final int number;

        Value(int number) {
            this.number = number;
        }
    }

    static ValueMap<Object, Object> open() {
        return (ValueMap<Object, Object>)
                ValueMap.open(new WeakValueMapConfig<>("map", null, TimeSource.system()), null);
    }

    @ParameterizedTest
    @CsvSource({"16, 1", "16, 16", "400, 7", "3000, 1"})
    void behavesAsAHashMap(int size, int perHash) {
        long seed = System.nanoTime();
        try (ValueMap<Object, Object> map = open()) {
            new Run(map, size, perHash, new Random(seed)).run();
        } catch (Throwable failure) {
            throw new AssertionError("seed " + seed, failure);
        }
    }

    private static final class Run {
        private final ValueMap<Object, Object> map;
        private final int size;
        private final int perHash;
        private final Random random;
        private final Map<Integer, Value> used = new HashMap<>();
        private final Map<Integer, Integer> dropped = new HashMap<>(); // by identity hash code: may be in, may be gone

        Run(ValueMap<Object, Object> map, int size, int perHash, Random random) {
            this.map = map;
            this.size = size;
            this.perHash = perHash;
            this.random = random;
        }

        /** Checks what the map says {@code number} has. */
        private void check(int number, @Nullable Object found) {
            Value expected = used.get(number);
            Integer former = dropped.get(number);
            if (expected != null || former == null) {
                assertSame(expected, found);
            } else if (found != null) {
                assertEquals(former, System.identityHashCode(found));
                assertEquals(number, ((Value) found).number);
            }
        }

        private void now(int number, @Nullable Value value) {
            dropped.remove(number);
            if (value == null) {
                used.remove(number);
            } else {
                used.put(number, value);
            }
        }

        void run() {
            for (int step = 0; step < 75_000; step++) {
                int number = random.nextInt(size);
                Object key = new Key(number, perHash);
                Value fresh = new Value(number);
                switch (random.nextInt(14)) {
                    case 0, 1, 2, 3 -> {
                        check(number, map.put(key, fresh));
                        now(number, fresh);
                    }
                    case 4, 5 -> {
                        Object found = random.nextBoolean()
                                ? map.putIfAbsent(key, fresh)
                                : map.computeIfAbsent(key, any -> fresh);
                        check(number, found == fresh ? null : found);
                        now(number, found == null ? fresh : (Value) found);
                    }
                    case 6, 7 -> {
                        check(number, map.remove(key));
                        now(number, null);
                    }
                    case 8 -> {
                        assertEquals(false, map.remove(key, fresh));
                        Value known = used.get(number);
                        if (known != null && random.nextBoolean()) {
                            assertTrue(map.remove(key, known));
                            now(number, null);
                        }
                    }
                    case 9, 10, 11 -> drop(number, key);
                    default -> {
                        Object found = map.get(key);
                        check(number, found);
                        assertTrue(found == null || map.containsKey(key));
                        if (found == null) {
                            dropped.remove(number); // once gone, gone for good
                            assertTrue(!map.containsKey(key));
                        }
                    }
                }
                upkeep(step);
            }
            used.forEach((number, value) -> assertSame(value, map.get(new Key(number, perHash))));
            Settled.check("the dead have left", () -> {
                System.gc();
                return map.approxSize() == used.size();
            });
            assertEquals(used.size(), map.toMap().size());
            for (int number = 0; number < size; number++) {
                if (!used.containsKey(number)) {
                    assertNull(map.get(new Key(number, perHash)));
                }
            }
        }

        private void drop(int number, Object key) {
            Value known = used.remove(number);
            if (known == null) {
                return;
            }
            dropped.put(number, System.identityHashCode(known));
            if (random.nextBoolean()) {
                map.table.forEach(node -> {
                    if (node.refersTo(known)) {
                        node.enqueue(); // as the collector would
                    }
                });
                assertNull(map.get(key));
                dropped.remove(number);
            }
        }

        private void upkeep(int step) {
            if (step % 25_000 == 0) {
                System.gc();
            }
            if (step % 30_000 == 29_999) {
                map.clear();
                used.clear();
                dropped.clear();
            }
            if (step % 997 == 0) {
                map.purge();
            }
            if (step % (size / 4) == 0) {
                Settled.check("invariants", map::invariantsHold);
            }
        }
    }
}
