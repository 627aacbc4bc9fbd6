package dev.lifecycle.impl.memory.trend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.memory.trend.StableGate.Outcome;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Readings of a settled service are noisy by 4 to 77 KB, as measured; seeds are other than those of the settings. */
class StableGateTest {
    private static final double MB = 1024 * 1024;
    private static final double TARGET = 5 * MB;
    private static final long SEED = 90_000_000;

    private final int trials = 10 * Odds.days();

    @Test
    void failsFiveMegabytesAnHourInAQuarter() {
        int[] seen = judge(15, 30, 77, 0, 5, 0, 0);
        Odds.atLeast(0.99, seen[Outcome.FAIL.ordinal()], trials, "FAIL at 5 MB/h in 15 min, 77 KB");
    }

    @Test
    void passesASettledServiceInAQuarter() {
        int[] seen = judge(15, 30, 77, 0, 0, 0, 0);
        Odds.atMost(0.001, seen[Outcome.FAIL.ordinal()], trials, "FAIL without growth in 15 min, 77 KB");
        Odds.atLeast(0.99, seen[Outcome.PASS.ordinal()], trials, "PASS without growth in 15 min, 77 KB");
    }

    @Test
    void tellsInThreeMinutesWhereTheNoiseIsThirtyKilobytes() {
        int[] leak = judge(3, 30, 30, 0, 5, 0, 1);
        Odds.atLeast(0.9, leak[Outcome.FAIL.ordinal()], trials, "FAIL at 5 MB/h in 3 min, 30 KB");
        Odds.atMost(0.001, leak[Outcome.PASS.ordinal()], trials, "PASS at 5 MB/h in 3 min, 30 KB");
        int[] none = judge(3, 30, 30, 0, 0, 0, 2);
        Odds.atMost(0.001, none[Outcome.FAIL.ordinal()], trials, "FAIL without growth in 3 min, 30 KB");
        Odds.atLeast(0.9, none[Outcome.PASS.ordinal()], trials, "PASS without growth in 3 min, 30 KB");
    }

    /** Half a megabyte of sessions of 8 min: so short a time cannot tell, and must not guess. */
    @Test
    void doesNotGuessWhereSessionsAreHeld() {
        int[] none = judge(15, 30, 30, 0.5, 0, 0, 3);
        Odds.atMost(0.01, none[Outcome.FAIL.ordinal()], trials, "FAIL without growth, 0.5 MB of sessions");
        Odds.atLeast(0.9, none[Outcome.INCONCLUSIVE.ordinal()], trials, "INCONCLUSIVE, 0.5 MB of sessions");
        int[] leak = judge(15, 30, 30, 0.5, 5, 0, 4);
        Odds.atMost(0.02, leak[Outcome.PASS.ordinal()], trials, "PASS at 5 MB/h, 0.5 MB of sessions");
    }

    @Test
    void leavesOutWhatIsStillSettling() {
        int[] none = judge(15, 60, 30, 0, 0, 3, 5);
        Odds.atMost(0.001, none[Outcome.FAIL.ordinal()], trials, "FAIL without growth after 3 MB of settling");
        Odds.atLeast(0.95, none[Outcome.PASS.ordinal()], trials, "PASS without growth after 3 MB of settling");
        int[] leak = judge(15, 60, 30, 0, 5, 3, 6);
        Odds.atLeast(0.95, leak[Outcome.FAIL.ordinal()], trials, "FAIL at 5 MB/h after 3 MB of settling");
    }

    @Test
    void saysWhatItCouldHaveSeen() {
        double sum = 0;
        for (int i = 0; i < 100; i++) {
            sum += StableGate.judge(times(15, 60), readings(SEED + i, 15, 60, 30, 0, 0, 0), TARGET)
                    .detectable();
        }
        System.out.printf(Locale.ROOT, "detectable in 15 min, 60 readings, 30 KB: %.2f MB/h%n", sum / 100 / MB);
        assertTrue(sum / 100 <= MB, "detectable " + sum / 100 / MB + " MB/h");
    }

    @Test
    void isInconclusiveAboutAStep() {
        long[] bytes = readings(SEED, 15, 30, 30, 0, 0, 0);
        for (int i = 15; i < 30; i++) {
            bytes[i] += (long) (2 * MB);
        }
        StableGate.Result result = StableGate.judge(times(15, 30), bytes, TARGET);
        assertEquals(Outcome.INCONCLUSIVE, result.outcome(), result.explanation());
    }

    @Test
    void passesReadingsWithoutAnyNoise() {
        StableGate.Result flat = StableGate.judge(times(15, 30), new long[30], TARGET);
        assertEquals(Outcome.PASS, flat.outcome(), flat.explanation());
        long[] line = new long[30];
        for (int i = 0; i < 30; i++) {
            line[i] = (long) (5 * MB * i * 30 / 3600);
        }
        StableGate.Result grows = StableGate.judge(times(15, 30), line, TARGET);
        assertEquals(Outcome.FAIL, grows.outcome(), grows.explanation());
        assertEquals(5 * MB, grows.perHour(), 0.01 * MB);
    }

    @Test
    void isInconclusiveAboutFewReadings() {
        StableGate.Result few = StableGate.judge(times(15, 11), new long[11], TARGET);
        assertEquals(Outcome.INCONCLUSIVE, few.outcome());
        assertEquals("INCONCLUSIVE: 11 readings are too few: take 12 or more", few.explanation());
    }

    @Test
    void refusesWhatIsNoSeriesOfReadings() {
        assertThrows(IllegalArgumentException.class, () -> StableGate.judge(new double[3], new long[2], 1));
        assertThrows(IllegalArgumentException.class, () -> StableGate.judge(new double[3], new long[3], 1));
        assertThrows(IllegalArgumentException.class, () -> StableGate.judge(times(1, 20), new long[20], 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> StableGate.judge(new double[] {0, Double.NaN, 2}, new long[3], 1));
    }

    private int[] judge(double minutes, int n, double noiseKb, double sessionMb, double leak, double settle, int part) {
        int[] seen = new int[3];
        double[] times = times(minutes, n);
        for (int i = 0; i < trials; i++) {
            long seed = SEED + 1_000_000L * part + i;
            long[] bytes = readings(seed, minutes, n, noiseKb, sessionMb, leak, settle);
            seen[StableGate.judge(times, bytes, TARGET).outcome().ordinal()]++;
        }
        return seen;
    }

    private static double[] times(double minutes, int n) {
        double[] seconds = new double[n];
        for (int i = 0; i < n; i++) {
            seconds[i] = i * minutes * 60 / n;
        }
        return seconds;
    }

    private static long[] readings(
            long seed, double minutes, int n, double noiseKb, double sessionMb, double leak, double settle) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] bytes = new long[n];
        double keep = Math.exp(-minutes / n / 8);
        double sessions = ServiceMemory.gaussian(random);
        for (int i = 0; i < n; i++) {
            double minute = i * minutes / n;
            sessions =
                    i == 0 ? sessions : sessions * keep + Math.sqrt(1 - keep * keep) * ServiceMemory.gaussian(random);
            double mb = 200 + noiseKb / 1024 * ServiceMemory.gaussian(random) + sessionMb * sessions;
            bytes[i] = (long) ((mb + leak * minute / 60 + settle * (1 - Math.exp(-minute))) * MB);
        }
        return bytes;
    }
}
