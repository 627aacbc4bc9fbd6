package dev.lifecycle.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void quantilesAreWithinA64thOfTheSortedOnes() {
        Random random = new Random(1);
        Histogram histogram = new Histogram();
        long[] durations = new long[10_000];
        for (int i = 0; i < durations.length; i++) {
            durations[i] = (long) Math.exp(random.nextDouble() * 20) + 64;
            histogram.add(durations[i]);
        }
        Arrays.sort(durations);
        for (double q : new double[] {0.01, 0.5, 0.9, 0.99, 1}) {
            double exact = durations[(int) Math.ceil(q * durations.length) - 1];
            double ratio = histogram.quantile(q) / exact;
            assertTrue(ratio >= 1 && ratio <= 1.017, q + ": " + ratio);
        }
    }

    @Test
    void takesAnyDuration() {
        Histogram histogram = new Histogram();
        histogram.add(Long.MAX_VALUE);
        histogram.add(0);
        histogram.add(-1);
        assertTrue(histogram.quantile(0.5) <= 2);
        assertTrue(histogram.quantile(1) < 0 || histogram.quantile(1) >= Long.MAX_VALUE / 2);
    }

    @Test
    void saysZeroWhenNothingWasCounted() {
        assertEquals(0, new Histogram().quantile(0.99));
    }
}
