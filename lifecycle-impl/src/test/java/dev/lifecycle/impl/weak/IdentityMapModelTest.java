package dev.lifecycle.impl.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lifecycle.spi.WeakKeyMapConfig;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.weak.AttachmentHost;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A map of weak keys against an obvious model: an {@link IdentityHashMap} of the keys that are in use. */
@Timeout(120)
class IdentityMapModelTest {

    /** A key that carries its values. */
    static final class Host implements AttachmentHost {
        private volatile @Nullable Object attachments;

        @Override
        public @Nullable Object attachments() {
            return attachments;
        }

        @Override
        public void attachments(Object attachments) {
            this.attachments = attachments;
        }
    }

    static IdentityMap<Object, Object> open(boolean weakValues) {
        return (IdentityMap<Object, Object>)
                IdentityMap.open(new WeakKeyMapConfig<>("map", weakValues, null, TimeSource.system()), null);
    }

    /** The hosts are every third key; half of the dead are enqueued at once, as the collector would, the others left to it. */
    @ParameterizedTest
    @CsvSource({"16, false", "16, true", "500, false", "500, true", "5000, false"})
    void behavesAsAnIdentityHashMap(int size, boolean weakValues) {
        long seed = System.nanoTime();
        try (IdentityMap<Object, Object> map = open(weakValues)) {
            run(map, size, new Random(seed));
        } catch (Throwable failure) {
            throw new AssertionError("seed " + seed, failure);
        }
    }

    private static Object key(Random random) {
        return random.nextInt(3) == 0 ? new Host() : new Object();
    }

    private static void run(IdentityMap<Object, Object> map, int size, Random random) {
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            keys.add(key(random));
        }
        IdentityHashMap<Object, Object> model = new IdentityHashMap<>();
        for (int step = 0; step < 100_000; step++) {
            int at = random.nextInt(size);
            Object key = keys.get(at);
            Object known = model.get(key);
            Object fresh = new Object();
            switch (random.nextInt(16)) {
                case 0, 1, 2, 3 -> {
                    assertSame(known, map.put(key, fresh));
                    model.put(key, fresh);
                }
                case 4, 5 -> {
                    assertSame(known, map.putIfAbsent(key, fresh));
                    model.putIfAbsent(key, fresh);
                }
                case 6 -> {
                    assertSame(known == null ? fresh : known, map.computeIfAbsent(key, any -> fresh));
                    model.putIfAbsent(key, fresh);
                }
                case 7, 8 -> {
                    assertSame(known, map.remove(key));
                    model.remove(key);
                }
                case 9 -> {
                    assertEquals(false, map.remove(key, fresh));
                    if (known != null && random.nextBoolean()) {
                        assertEquals(true, map.remove(key, known));
                        model.remove(key);
                    }
                }
                case 10, 11, 12 -> {
                    model.remove(key);
                    keys.set(at, key(random));
                    WeakNode node = map.table.find(key, Identity.hash(key));
                    if (node != null && random.nextBoolean()) {
                        node.enqueue(); // clears it, too
                    }
                }
                default -> {
                    assertSame(known, map.get(key));
                    assertEquals(known != null, map.containsKey(key));
                }
            }
            if (step % 25_000 == 0) {
                System.gc();
            }
            if (step % 40_000 == 39_999) {
                map.clear();
                model.clear();
            }
            if (step % 997 == 0) {
                map.purge();
            }
            if (step % (size / 4) == 0) {
                Settled.check("invariants", map::invariantsHold);
            }
        }
        for (Object key : keys) {
            assertSame(model.get(key), map.get(key));
        }
        IdentityHashMap<Object, Object> copy = map.toMap();
        copy.keySet().retainAll(model.keySet()); // keys that are not yet collected are none of the model's
        assertEquals(model, copy);
        copy.clear();
        Settled.check("invariants", map::invariantsHold);
        Settled.check("the dead have left", () -> {
            System.gc();
            return map.approxSize() == model.size();
        });
    }
}
