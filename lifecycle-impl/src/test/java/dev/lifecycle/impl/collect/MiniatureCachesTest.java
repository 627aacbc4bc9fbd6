package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MiniatureCachesTest {

    private static int mix(int key) {
        int mixed = (key + 1) * 0x9e3779b1;
        mixed = (mixed ^ mixed >>> 15) * 0x85ebca6b;
        return mixed ^ mixed >>> 13;
    }

    /** A cache with its own index and sketch. */
    private static final class Alone {
        final FrequencySketch sketch;
        final MiniatureCaches cache;

        Alone(int size, int windowMax) {
            sketch = new FrequencySketch(size);
            cache = new MiniatureCaches(size, new int[] {windowMax}, sketch);
        }

        int access(int hash) {
            sketch.add(hash, cache.size());
            return cache.access(hash);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 1", "5, 2", "25, 3", "100, 4", "128, 5"})
    void hitTogetherWhatEachWouldHitAlone(int size, int seed) {
        int[] windowMax = {1, Math.max(1, size / 20), Math.max(1, size / 3), Math.max(1, size * 4 / 5)};
        FrequencySketch sketch = new FrequencySketch(size);
        MiniatureCaches together = new MiniatureCaches(size, windowMax, sketch);
        Alone[] alone = new Alone[windowMax.length];
        for (int i = 0; i < alone.length; i++) {
            alone[i] = new Alone(size, windowMax[i]);
        }
        Random random = new Random(seed);
        int hits = 0;
        for (int step = 0; step < 20_000; step++) {
            int key = switch (step / 2_000 % 3) {
                case 0 -> (int) (Math.pow(random.nextDouble(), 3) * 4 * size);
                case 1 -> step % (size + size / 2);
                default -> random.nextBoolean() ? step : step - random.nextInt(size);
            };
            int expected = 0;
            for (int i = 0; i < alone.length; i++) {
                expected |= alone[i].access(mix(key)) << i;
            }
            sketch.add(mix(key), size);
            assertEquals(expected, together.access(mix(key)));
            hits += Integer.bitCount(expected);
            assertTrue(step % 50 != 0 || together.invariantsHold());
        }
        assertTrue(hits > 20_000);
    }

    @ParameterizedTest
    @CsvSource({"4, 500", "128, 12000"})
    void staySmall(int size, int bytes) {
        MiniatureCaches caches = new MiniatureCaches(size, new int[] {1, 1, 2, 2, 3, 3}, new FrequencySketch(size));
        Random random = new Random(size);
        for (int i = 0; i < 50_000; i++) {
            caches.access(mix(random.nextInt(5 * size)));
        }
        assertTrue(caches.bytes() <= bytes, () -> caches.bytes() + " bytes");
    }
}
