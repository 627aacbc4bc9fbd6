package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FrequencySketchTest {

    @Test
    void neverCountsTooLowBeforeTheFirstHalving() {
        FrequencySketch sketch = new FrequencySketch(1_000);
        int[] counts = new int[1_000];
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            int key = random.nextInt(1_000);
            counts[key]++;
            sketch.add(key * 0x9e3779b1, 1_000);
        }
        int right = 0;
        for (int key = 0; key < 1_000; key++) {
            int frequency = sketch.frequency(key * 0x9e3779b1);
            assertTrue(frequency >= Math.min(15, counts[key]));
            right += frequency == Math.min(15, counts[key]) ? 1 : 0;
        }
        assertTrue(right > 500, right + " right of 1000");
    }

    @Test
    void countsToFifteenAndNotBeyond() {
        FrequencySketch sketch = new FrequencySketch(100);
        for (int i = 0; i < 300; i++) {
            sketch.add(7, 100);
        }
        assertEquals(15, sketch.frequency(7));
    }

    @Test
    void keepsFrequenciesWhenItGrows() {
        FrequencySketch sketch = new FrequencySketch(10);
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            sketch.add(random.nextInt(50) * 0x9e3779b1, 10);
        }
        int[] before = new int[50];
        for (int key = 0; key < 50; key++) {
            before[key] = sketch.frequency(key * 0x9e3779b1);
        }
        long bytes = sketch.bytes();
        sketch.add(before.length * 0x9e3779b1, 100_000);
        for (int i = 1; sketch.bytes() > bytes && sketch.bytes() < 400_000; i++) {
            bytes = sketch.bytes();
            sketch.add((before.length + i) * 0x9e3779b1, 100_000);
        }
        int same = 0;
        for (int key = 0; key < 50; key++) {
            assertTrue(sketch.frequency(key * 0x9e3779b1) >= before[key]);
            same += sketch.frequency(key * 0x9e3779b1) == before[key] ? 1 : 0;
        }
        assertTrue(same > 40, same + " of 50");
    }

    @Test
    void halvesAllCountsAtOnceThoughItTakesItsTime() {
        FrequencySketch sketch = new FrequencySketch(1_200); // 100 blocks
        int[] keys = new int[100];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (i + 1) * 0x85ebca6b;
            for (int j = 0; j < 8; j++) {
                sketch.add(keys[i], 1_200);
            }
        }
        for (int i = 0; i < 24_000 - 800 - 1; i++) {
            sketch.add(keys[0], 1_200);
        }
        assertTrue(sketch.frequency(keys[1]) >= 8);
        sketch.add(keys[0], 1_200); // the last one of the period
        int[] halved = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            halved[i] = sketch.frequency(keys[i]);
            assertTrue(halved[i] >= 4 && halved[i] <= 7, "" + halved[i]);
        }
        for (int i = 0; i < 200; i++) {
            sketch.add(keys[0], 1_200);
        }
        int same = 0;
        for (int i = 1; i < keys.length; i++) {
            same += sketch.frequency(keys[i]) == halved[i] ? 1 : 0;
            assertTrue(sketch.frequency(keys[i]) >= halved[i]);
        }
        assertTrue(same > 90, same + " of 99");
    }

    @Test
    void countsOnWhileAHalvingIsUnderWay() {
        FrequencySketch sketch = new FrequencySketch(120_000);
        for (int i = 0; i < 320; i++) {
            sketch.add(-1, 1); // one entry is held: a halving begins after 320 additions
        }
        assertEquals(7, sketch.frequency(-1));
        for (int expected = 8; expected <= 15; expected++) {
            sketch.add(-1, 120_000);
            assertTrue(sketch.frequency(-1) >= Math.min(7, expected));
        }
    }

    @Test
    void forgetsWhatIsNotSeenAgain() {
        FrequencySketch sketch = new FrequencySketch(100);
        for (int i = 0; i < 15; i++) {
            sketch.add(5, 100);
        }
        for (int i = 0; i < 100_000; i++) { // all different
            sketch.add(i * 0x9e3779b1, 100);
        }
        assertTrue(sketch.frequency(5) < 15);
    }
}
