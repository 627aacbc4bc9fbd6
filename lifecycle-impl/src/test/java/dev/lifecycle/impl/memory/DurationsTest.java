package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DurationsTest {
    @Test
    void aClassIsAnEighthWideAtMost() {
        for (long nanos = 1; nanos > 0 && nanos < 1L << 50; nanos += 1 + nanos / 37) {
            long most = Durations.upTo(Durations.classOf(nanos));
            assertTrue(most >= nanos && most <= nanos + nanos / 8, nanos + " -> " + most);
        }
    }

    @Test
    void countsWhatClocksOfUsersSay() {
        Durations durations = new Durations();
        durations.add(-5);
        durations.add(Long.MIN_VALUE);
        durations.add(Long.MAX_VALUE);
        assertEquals(3, durations.count());
        assertEquals(0, durations.quantile(0.5));
    }

    @Test
    void saysNothingOfNone() {
        assertEquals(0, new Durations().quantile(0.99));
    }
}
