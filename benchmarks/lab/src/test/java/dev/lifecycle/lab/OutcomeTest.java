package dev.lifecycle.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.lab.Outcome.Sample;
import dev.lifecycle.lab.Scenario.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static final long MEBI = 1 << 20;

    /** Ten seconds, a sample each, growing as told. */
    private static Outcome outcome(Variant variant, long bytesEach, long descriptorsEach, long failed, String end) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i <= 10; i++) {
            samples.add(new Sample(
                    i * 1_000L, 10 * MEBI + i * bytesEach, 5 + i * descriptorsEach, i, 0, 0, 0, 20, 30 << 20));
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

    @Test
    void aManagedServiceMustComeToWhatItIsFor() {
        List<Sample> samples = outcome(Variant.MANAGED, 0, 0, 0, null).samples();
        Outcome missed =
                new Outcome(Variant.MANAGED, samples, 10, 0, 1, 2, null, Double.NaN, 0, 1, "", "replaced no worker");
        assertEquals("the managed service replaced no worker", missed.disappointment());
    }

    private static Outcome answering(long... p50s) {
        List<Sample> samples = new ArrayList<>();
        for (long p50 : p50s) {
            samples.add(new Sample(0, 0, 0, 0, 0, p50, 2 * p50, 20, 30 << 20));
        }
        return new Outcome(Variant.MANAGED, samples, 0, 0, 0, 0, null);
    }

    @Test
    void comparesTurnsThatFollowedEachOther() {
        Outcome naive =
                answering(1_000, 10, 20, 10, 1_000, 0); // the first turn warms up, in the last none was answered
        assertEquals(1.5, answering(1, 15, 30, 15, 1_500, 7, 8).ratio(naive, Sample::p50), 1e-9);
        assertEquals(1.5, answering(1, 15, 30, 15, 1_500, 7, 8).ratio(naive, Sample::p99), 1e-9);
        assertEquals(2.0, answering(1, 10, 30, 25, 2_500).ratio(naive, Sample::p50), 1e-9);
    }

    @Test
    void doesNotCompareTooFewTurns() {
        assertTrue(Double.isNaN(answering(10, 10).ratio(answering(10, 10, 10), Sample::p50)));
        assertTrue(Double.isNaN(answering(0, 0, 0, 0).ratio(answering(10, 10, 10, 10), Sample::p50)));
    }

    @Test
    void aManagedServiceThatHardlyAnswersIsNotAsExpected() {
        Outcome some = new Outcome(
                Variant.MANAGED,
                outcome(Variant.MANAGED, 0, 0, 0, null).samples(),
                5,
                0,
                1,
                2,
                null,
                Double.NaN,
                100,
                1,
                "",
                "");
        assertNull(some.disappointment());
        Outcome few = new Outcome(Variant.MANAGED, some.samples(), 4, 0, 1, 2, null, Double.NaN, 100, 1, "", "");
        assertEquals("the managed service answered 4 requests and refused 100", few.disappointment());
    }

    @Test
    void growthOfAPlantedLeakIsExpectedAndADeathIsNot() {
        assertNull(outcome(Variant.MANAGED, MEBI, 0, 0, null).disappointment(true));
        assertNotNull(outcome(Variant.MANAGED, MEBI, 0, 0, "OutOfMemoryError").disappointment(true));
    }

    @Test
    void whatIsResidentBeyondTheHeapIsNative() {
        assertEquals(3 << 10, Child.nativeBytes(Stream.of("VmPeak: 9 kB", "VmRSS:\t   5 kB"), 2 << 10));
        assertEquals(0, Child.nativeBytes(Stream.of("VmRSS: 1 kB"), MEBI));
        assertEquals(-1, Child.nativeBytes(Stream.of("VmPeak: 9 kB"), MEBI));
    }
}
