package dev.lifecycle.impl.memory.trend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.memory.trend.ServiceMemory.Kind;
import dev.lifecycle.impl.memory.trend.TrendSettings.Unit;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One verdict at a time; how often each is right is in {@link TrendDaysTest}. */
class TrendWatchTest {
    private static final double MB = 1024 * 1024;
    private static final long SECOND = 1_000_000_000;

    @Test
    void knowsNothingInTheFirstHalfHour() {
        LeakFinding found = run(ServiceMemory.of(1, 0.5, Kind.STEADY, 0), 0);
        assertEquals(LeakVerdict.INSUFFICIENT_DATA, found.verdict());
        assertEquals(
                "live heap is not known long enough: 29 min since the first sample or the last restart, and 32 are needed"
                        + " without large gaps",
                found.explanation());
        assertEquals(Optional.empty(), found.toLimit());
    }

    @Test
    void callsASteadyServiceStableAndSaysWhatItCouldSee() {
        LeakFinding found = run(ServiceMemory.of(2, 12, Kind.STEADY, 0), 0);
        assertEquals(LeakVerdict.STABLE, found.verdict(), found.explanation());
        assertTrue(found.low() < 0 && found.high() > 0, found.explanation());
        assertTrue(found.detectable() > 0.5 * MB && found.detectable() < 8 * MB, found.explanation());
        assertTrue(found.confidence() > 0.999 && found.confidence() < 1);
    }

    @Test
    void tellsTheSlopeOfALeakAndWhenTheLimitIsReached() {
        ServiceMemory day = ServiceMemory.of(3, 12, Kind.STEADY, 20);
        LeakFinding found = run(day, (long) (1000 * MB));
        assertEquals(LeakVerdict.LEAKING, found.verdict(), found.explanation());
        assertEquals(20, found.perHour() / MB, 4);
        assertTrue(found.low() < 20 * MB && found.high() > 20 * MB, found.explanation());
        double hours = (1000 - day.live[day.samples - 1] / MB) / (found.perHour() / MB);
        assertEquals(hours, found.toLimit().orElseThrow().toSeconds() / 3600.0, 0.01);
        assertTrue(found.explanation().startsWith("live heap grows by "), found.explanation());
        assertTrue(found.explanation().contains("; the limit of 1000 MB is reached in "), found.explanation());
        assertEquals(Optional.of(Duration.ZERO), run(day, 1).toLimit(), "past its limit already");
    }

    /** Over many leaks: the slope is right within a fifth, and in its interval. */
    @Test
    void estimatesSlopesWithoutBias() {
        int inside = 0;
        double sum = 0;
        int found = 0;
        for (int i = 0; i < 40; i++) {
            LeakFinding finding = run(ServiceMemory.of(4_000 + i, 10, Kind.STEADY, 20), 0);
            if (finding.verdict() == LeakVerdict.LEAKING) {
                found++;
                sum += finding.perHour() / MB;
                inside += finding.low() <= 20 * MB && 20 * MB <= finding.high() ? 1 : 0;
                assertEquals(20, finding.perHour() / MB, 4, finding.explanation());
            }
        }
        assertTrue(found >= 38, found + " found");
        assertEquals(20, sum / found, 1);
        assertEquals(found, inside);
    }

    @Test
    void callsGrowthOfBoundedComponentsWarmingWithALedgerAndNotWithout() {
        ServiceMemory day = ServiceMemory.of(5, 4, Kind.WARM_UP, 0);
        LeakFinding known = run(day, 0);
        assertEquals(LeakVerdict.WARMING, known.verdict(), known.explanation());
        TrendSeries blind = new TrendSeries("heap", TrendSeries.Kind.LIVE);
        TrendWatch watch = new TrendWatch(blind, TrendSettings.bytes());
        LeakFinding last = watch.evaluate(0);
        for (int i = 0; i < day.samples; i++) {
            blind.add((long) (day.seconds[i] * 1e9), day.live[i]);
            if (i % 10 == 9) {
                last = watch.evaluate(0);
            }
        }
        assertTrue(
                last.verdict() == LeakVerdict.GROWING || last.verdict() == LeakVerdict.LEAKING,
                "blind: " + last.explanation());
    }

    /** A ledger is an estimate: growth beyond it that is less than a quarter of its own is within its error. */
    @Test
    void allowsALedgerToBeWrongByAQuarter() {
        assertEquals(LeakVerdict.WARMING, withLedger(0.85).verdict());
        assertEquals(LeakVerdict.LEAKING, withLedger(0.6).verdict());
    }

    private static LeakFinding withLedger(double told) {
        return watched(8, (hour, noise) -> 200 + 40 * hour + noise, hour -> told * 40 * hour, hour -> 0);
    }

    @Test
    void callsGrowthWithTheLoadLoadDriven() {
        // up over eight hours, with the ripple that real load has
        LeakFinding found =
                watched(10, (hour, noise) -> 200 + 10 * load(hour) + noise, hour -> 0, hour -> 100 * load(hour));
        assertEquals(LeakVerdict.LOAD_DRIVEN, found.verdict(), found.explanation());
    }

    private static double load(double hour) {
        return 1 + hour + 0.8 * Math.sin(hour * 5);
    }

    @Test
    void callsAStepStepped() {
        LeakFinding found = watched(12, (hour, noise) -> (hour < 6 ? 200 : 240) + noise, hour -> 0, hour -> 0);
        assertEquals(LeakVerdict.STEPPED, found.verdict(), found.explanation());
        assertTrue(found.explanation().contains("in 1 step(s)"), found.explanation());
        LeakFinding down = watched(12, (hour, noise) -> (hour < 6 ? 240 : 200) + noise, hour -> 0, hour -> 0);
        assertEquals(LeakVerdict.STABLE, down.verdict(), down.explanation());
    }

    @Test
    void callsAShortPeakASpike() {
        LeakFinding found = watched(6, (hour, noise) -> (hour < 5.8 ? 200 : 300) + noise, hour -> 0, hour -> 0);
        assertEquals(LeakVerdict.SPIKE, found.verdict(), found.explanation());
        LeakFinding past =
                watched(6, (hour, noise) -> (hour > 3 && hour < 3.1 ? 300 : 200) + noise, hour -> 0, hour -> 0);
        assertEquals(LeakVerdict.STABLE, past.verdict(), past.explanation());
    }

    /** What no ledger explains is called a leak while it looks like one, and no longer. */
    @Test
    void saysThatGrowthSlowsDownAndCallsItNoLeakAfterwards() {
        SplittableRandom random = new SplittableRandom(77);
        TrendSeries series = new TrendSeries("heap", TrendSeries.Kind.LIVE);
        TrendWatch watch = new TrendWatch(series, TrendSettings.bytes());
        LeakFinding found = watch.evaluate(0);
        boolean told = false;
        for (int i = 0; i < 1200; i++) {
            double mb = 200 + 150 * (1 - Math.exp(-i / 180.0)) + 2 * ServiceMemory.gaussian(random);
            series.add(i * 30 * SECOND, (long) (mb * MB));
            if (i % 10 == 9) {
                found = watch.evaluate(0);
                told |= found.verdict() == LeakVerdict.GROWING
                        && found.explanation().contains("but it slows down");
            }
        }
        assertTrue(told);
        assertNotEquals(LeakVerdict.LEAKING, found.verdict(), found.explanation());
    }

    /** Promoted garbage that no collection of the old generation was seen to reclaim, as with Parallel and Serial. */
    @Test
    void neverCallsPromotedGarbageALeak() {
        TrendSeries series = new TrendSeries("old", TrendSeries.Kind.UPPER_BOUND);
        TrendWatch watch = new TrendWatch(series, TrendSettings.bytes());
        LeakFinding found = watch.evaluate(0);
        for (int i = 0; i < 2880; i++) {
            series.add(i * 30 * SECOND, (long) ((200 + i * 1.2) * MB));
            if (i % 10 == 9) {
                found = watch.evaluate(0);
                assertNotEquals(LeakVerdict.LEAKING, found.verdict());
            }
        }
        assertEquals(LeakVerdict.SAWTOOTH_UNKNOWN, found.verdict(), found.explanation());
    }

    @Test
    void findsALeakByWhatCollectionsLeaveWhereValuesAreUpperBounds() {
        assertEquals(LeakVerdict.LEAKING, sawtooth(20).verdict());
        assertEquals(LeakVerdict.STABLE, sawtooth(0).verdict());
    }

    /** Half-hourly collections of all the heap. */
    private static LeakFinding sawtooth(double leak) {
        TrendSeries series = new TrendSeries("old", TrendSeries.Kind.UPPER_BOUND);
        TrendWatch watch = new TrendWatch(series, TrendSettings.bytes());
        LeakFinding found = watch.evaluate(0);
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 2880; i++) {
            if (i % 60 == 0) {
                series.reclaimed();
            }
            double mb = 200 + leak * i / 120 + i % 60 * 2 + random.nextDouble();
            series.add(i * 30 * SECOND, (long) (mb * MB));
            if (i % 10 == 9) {
                found = watch.evaluate(0);
            }
        }
        return found;
    }

    @Test
    void asksForTwoLooks() {
        ServiceMemory day = ServiceMemory.of(11, 24, Kind.STEADY, 60);
        TrendSeries series = new TrendSeries("heap", TrendSeries.Kind.LIVE);
        TrendWatch watch = new TrendWatch(series, TrendSettings.bytes());
        boolean once = false;
        for (int i = 0; i < day.samples; i++) {
            day.addTo(series, i);
            LeakFinding found = watch.evaluate(0);
            if (found.verdict() == LeakVerdict.LEAKING) {
                assertTrue(once, "called a leak at first sight: " + found.explanation());
                return;
            }
            once |= found.verdict() == LeakVerdict.GROWING
                    && found.explanation().contains("but it was seen once only");
        }
        throw new AssertionError("60 MB/h were not found");
    }

    @Test
    void forgetsALeakAtARestartAndWhenItEnds() {
        ServiceMemory day =
                ServiceMemory.maker(12, Kind.STEADY).leak(60, 0).restart(10.2).make(10.34);
        assertEquals(LeakVerdict.INSUFFICIENT_DATA, run(day, 0).verdict());
        LeakFinding ended = watched(24, (hour, noise) -> 200 + 30 * Math.min(hour, 4) + noise, hour -> 0, hour -> 0);
        assertNotEquals(LeakVerdict.LEAKING, ended.verdict(), ended.explanation());
    }

    @Test
    void watchesPiecesToo() {
        TrendSeries threads = new TrendSeries("threads", TrendSeries.Kind.LIVE);
        TrendWatch watch = new TrendWatch(threads, TrendSettings.pieces());
        LeakFinding found = watch.evaluate(0);
        for (int i = 0; i < 1200; i++) {
            threads.add(i * 30 * SECOND, 50 + i / 12);
            if (i % 10 == 9) {
                found = watch.evaluate(1000);
            }
        }
        assertEquals(LeakVerdict.LEAKING, found.verdict(), found.explanation());
        assertEquals(10, found.perHour(), 1);
    }

    @Test
    void callsAConstantStableWithAnIntervalOfItsOwnGrain() {
        LeakFinding found = watched(12, (hour, noise) -> 200, hour -> 0, hour -> 0);
        assertEquals(LeakVerdict.STABLE, found.verdict());
        assertTrue(found.detectable() > 0 && found.detectable() < 2 * MB, found.explanation());
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new TrendSettings(Unit.BYTES, 0, 0.01));
        assertThrows(IllegalArgumentException.class, () -> new TrendSettings(Unit.BYTES, Double.NaN, 0.01));
        assertThrows(IllegalArgumentException.class, () -> new TrendSettings(Unit.BYTES, 1, 0.5));
        assertThrows(IllegalArgumentException.class, () -> new TrendSettings(Unit.BYTES, 1, 0));
    }

    private interface Shape {
        double mb(double hour, double noise);
    }

    private interface Beside {
        double at(double hour);
    }

    /** White noise of 2 MB, looked at every five minutes. */
    private static LeakFinding watched(double hours, Shape shape, Beside ledger, Beside load) {
        SplittableRandom random = new SplittableRandom(77);
        TrendSeries series = new TrendSeries("heap", TrendSeries.Kind.LIVE);
        TrendWatch watch = new TrendWatch(series, TrendSettings.bytes());
        LeakFinding found = watch.evaluate(0);
        int samples = (int) (hours * 120);
        for (int i = 0; i < samples; i++) {
            double hour = i / 120.0;
            double mb = shape.mb(hour, 2 * ServiceMemory.gaussian(random));
            series.add(i * 30 * SECOND, (long) (mb * MB), load.at(hour), (long) (ledger.at(hour) * MB));
            if (i % 10 == 9) {
                found = watch.evaluate(0);
            }
        }
        return found;
    }

    private static LeakFinding run(ServiceMemory day, long limit) {
        TrendSeries series = new TrendSeries("live heap", TrendSeries.Kind.LIVE);
        TrendWatch watch = new TrendWatch(series, TrendSettings.bytes());
        LeakFinding found = watch.evaluate(limit);
        for (int i = 0; i < day.samples; i++) {
            day.addTo(series, i);
            if (i % 10 == 9) {
                found = watch.evaluate(limit);
            }
        }
        return found;
    }
}
