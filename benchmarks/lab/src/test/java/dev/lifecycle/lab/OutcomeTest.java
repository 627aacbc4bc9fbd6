package dev.lifecycle.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lifecycle.lab.Outcome.Sample;
import dev.lifecycle.lab.Scenario.Variant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static final long MEBI = 1 << 20;

    /** Ten seconds, a sample each, growing as told. */
    private static Outcome outcome(Variant variant, long bytesEach, long descriptorsEach, long failed, String end) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i <= 10; i++) {
            samples.add(new Sample(i * 1_000L, 10 * MEBI + i * bytesEach, 5 + i * descriptorsEach, i, 0));
        }
        return new Outcome(variant, samples, 10, failed, 1, 2, end);
    }

    @Test
    void slopeIsTheGrowthInMegabytesAnHour() {
        assertEquals(3_600, outcome(Variant.NAIVE, MEBI, 0, 0, null).slope(), 1);
        assertEquals(0, outcome(Variant.NAIVE, 0, 0, 0, null).slope(), 1e-6);
    }

    @Test
    void aManagedServiceMustLiveServeAllAndStayFlat() {
        assertNull(outcome(Variant.MANAGED, 0, 0, 0, null).disappointment());
        assertNotNull(outcome(Variant.MANAGED, 0, 0, 0, "OutOfMemoryError").disappointment());
        assertNotNull(outcome(Variant.MANAGED, 0, 0, 1, null).disappointment());
        assertNotNull(outcome(Variant.MANAGED, MEBI, 0, 0, null).disappointment());
        assertNotNull(outcome(Variant.MANAGED, 0, 10, 0, null).disappointment());
    }

    @Test
    void aNaiveServiceMustShowItsDefect() {
        assertNotNull(outcome(Variant.NAIVE, 0, 0, 0, null).disappointment());
        assertNull(outcome(Variant.NAIVE, 0, 0, 0, "OutOfMemoryError").disappointment());
        assertNull(outcome(Variant.NAIVE, MEBI, 0, 0, null).disappointment());
    }
}
