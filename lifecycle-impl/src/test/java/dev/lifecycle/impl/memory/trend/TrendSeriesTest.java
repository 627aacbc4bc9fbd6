package dev.lifecycle.impl.memory.trend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifecycle.impl.memory.trend.TrendSeries.Kind;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class TrendSeriesTest {
    private static final long SECOND = 1_000_000_000;
    private static final long MINUTE = 60 * SECOND;

    private final TrendSeries series = new TrendSeries("heap", Kind.LIVE);

    @Test
    void holdsTwelveSeriesOfADayInAMegabyte() {
        assertTrue(12 * (series.bytes() + 512) <= 1 << 20, series.bytes() + " bytes each");
        assertTrue(TrendSeries.BUCKETS * TrendSeries.BUCKET_NANOS >= 24 * 60 * MINUTE);
    }

    @Test
    void keepsTheLeastAndTheMedianOfAMinute() {
        long start = Long.MAX_VALUE - MINUTE; // times wrap around
        for (int i = 0; i < 6; i++) {
            series.add(start + i * 10 * SECOND, 100 + (i * 7 + 5) % 11, 2 * i, 0);
        }
        series.add(start + MINUTE, 1);
        long[] minute = new long[4];
        long[] least = new long[4];
        long[] median = new long[4];
        assertEquals(1, series.minutes(minute, least, median));
        assertEquals(0, minute[0]);
        assertEquals(100, least[0]); // of 105 101 108 104 100 107
        assertEquals(105, median[0]);
        assertEquals(5, series.load(0), 1e-6);
    }

    @Test
    void forgetsWhatIsOlderThanADayHoweverLongAgoTheLastSampleWas() {
        series.add(0, 1);
        series.add(MINUTE, 2);
        series.add(100_000 * MINUTE, 3);
        long[] out = new long[TrendSeries.BUCKETS];
        assertEquals(0, series.minutes(out, out.clone(), out.clone()));
        assertFalse(series.holds(100_000 - 1439, false));
        assertEquals(1, series.gaps());
        assertEquals(TrendSeries.GAP, series.flags(100_000));
    }

    @Test
    void givesTheNewestSamplesOldestFirst() {
        for (int i = 0; i < 3000; i++) {
            series.add(i * SECOND, i);
        }
        double[] ago = new double[2000];
        long[] values = new long[2000];
        assertEquals(TrendSeries.RAW, series.recent(ago, values));
        assertEquals(2999 - 1023, values[0]);
        assertEquals(1023, ago[0], 1e-9);
        assertEquals(2999, values[1023]);
        assertEquals(2999, series.latest());
    }

    @Test
    void leavesOutAndCountsWhatCannotBe() {
        series.add(10, 1);
        series.add(9, 1);
        series.add(11, -1);
        series.add(11, 1, Double.NaN, 0);
        series.add(11, 1, Double.POSITIVE_INFINITY, 0);
        series.add(11, 1, -1, 0);
        series.add(11, 1, 0, -1);
        assertEquals(6, series.rejected());
        assertEquals(1, series.samples());
    }

    @Test
    void beginsAnewAtARestart() {
        for (int i = 0; i < 10; i++) {
            series.add(i * MINUTE, 50);
        }
        series.restarted();
        series.add(9 * MINUTE + SECOND, 80);
        assertEquals(9, series.firstBucket());
        assertEquals(80, series.least(9), "what the former process left in this minute is gone");
        assertEquals(1, series.restarts());
    }

    @Test
    void takesTheFallOfACounterForAReset() {
        TrendSeries counter = new TrendSeries("loaded", Kind.COUNTER);
        counter.add(0, 10);
        counter.add(MINUTE, 20);
        counter.add(2 * MINUTE, 3);
        assertEquals(2, counter.firstBucket());
        series.add(0, 10);
        series.add(MINUTE, 3);
        assertEquals(0, series.restarts(), "a gauge may fall");
    }

    @Test
    void countsOnlyWhatACollectionLeftWhereValuesAreUpperBounds() {
        TrendSeries bound = new TrendSeries("old", Kind.UPPER_BOUND);
        bound.add(0, 20);
        bound.reclaimed();
        bound.add(SECOND, 30); // more, but exact
        bound.add(2 * SECOND, 10); // cannot be known to be live
        assertTrue(bound.holds(0, true));
        assertEquals(30, bound.least(0));
        bound.add(MINUTE, 40);
        assertFalse(bound.holds(1, true));
        assertTrue(bound.holds(1, false));
    }

    @Test
    void allocatesNothingForASample() {
        assumeTrue(
                ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean,
                "this JVM does not tell what a thread allocates");
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        long now = 0;
        for (int round = 0; round < 10; round++) {
            long before = threads.getThreadAllocatedBytes(self);
            for (int i = 0; i < 20_000; i++) {
                now += SECOND;
                series.add(now, i % 997, i % 13, i % 5);
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        assertTrue(least < 1000, least + " bytes for 20 000 samples"); // the reading itself allocates on some JDKs
    }
}
