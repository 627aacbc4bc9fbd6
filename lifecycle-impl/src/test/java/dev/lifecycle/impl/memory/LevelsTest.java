package dev.lifecycle.impl.memory;

import static dev.lifecycle.Pressure.CLEANUP;
import static dev.lifecycle.Pressure.EMERGENCY;
import static dev.lifecycle.Pressure.NORMAL;
import static dev.lifecycle.Pressure.TRIM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Levels are entered at once and left late; rounds keep their distance. */
class LevelsTest {
    private static final long SECOND = 1_000_000_000L;

    private static Levels levels() {
        return new Levels(0.60, 0.75, 0.85, 0.05, 10 * SECOND);
    }

    @Test
    void isEnteredAtItsShareAndNotBelow() {
        Levels levels = levels();
        assertEquals(NORMAL, levels.update(0.5999, 0));
        assertEquals(TRIM, levels.update(0.60, 0));
        assertEquals(TRIM, levels.update(0.7499, 0));
        assertEquals(CLEANUP, levels.update(0.75, 0));
        assertEquals(EMERGENCY, levels.update(0.85, 0));
    }

    @Test
    void isEnteredAcrossOthersAtOnce() {
        assertEquals(EMERGENCY, levels().update(3, 0));
    }

    @Test
    void isLeftOnlyAfterItWasBelowForAWhile() {
        Levels levels = levels();
        levels.update(0.9, 0);
        assertEquals(EMERGENCY, levels.update(0.801, 20 * SECOND), "not below 0.80");
        assertEquals(EMERGENCY, levels.update(0.79, 30 * SECOND));
        assertEquals(EMERGENCY, levels.update(0.79, 40 * SECOND - 1));
        assertEquals(CLEANUP, levels.update(0.79, 40 * SECOND));
    }

    @Test
    void isLeftForTheHighestOfTheWhile() {
        Levels levels = levels();
        levels.update(0.9, 0);
        levels.update(0.1, SECOND);
        levels.update(0.72, 5 * SECOND); // would keep CLEANUP
        assertEquals(CLEANUP, levels.update(0.1, 11 * SECOND));
        assertEquals(CLEANUP, levels.update(0.1, 12 * SECOND));
        assertEquals(NORMAL, levels.update(0.1, 22 * SECOND));
    }

    @Test
    void aRiseBeginsTheWhileAnew() {
        Levels levels = levels();
        levels.update(0.61, 0);
        levels.update(0.50, SECOND);
        levels.update(0.56, 10 * SECOND);
        assertEquals(TRIM, levels.update(0.50, 11 * SECOND));
        assertEquals(TRIM, levels.update(0.50, 20 * SECOND));
        assertEquals(NORMAL, levels.update(0.50, 21 * SECOND));
    }

    @Test
    void aSawToothWithinTheHysteresisChangesNothing() {
        Levels levels = levels();
        levels.update(0.61, 0);
        for (int i = 1; i < 10_000; i++) {
            assertEquals(TRIM, levels.update(i % 2 == 0 ? 0.64 : 0.5501, i * SECOND));
        }
    }

    @Test
    void isNeverBelowWhatIsEnteredNorAboveWhatWasInTheLastTwoWhiles() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Levels levels = levels();
            double[] last = new double[22]; // of the last two whiles
            double at = 0.5;
            for (int second = 0; second < 500; second++) {
                at = Math.max(0, Math.min(1, at + random.nextGaussian() / 20));
                last[second % last.length] = at;
                Pressure level = levels.update(at, second * SECOND);
                assertTrue(levels.invariantsHold(at), "seed " + seed + ", second " + second);
                double most = 0;
                for (double each : last) {
                    most = Math.max(most, each);
                }
                Pressure keeps = most >= 0.80 ? EMERGENCY : most >= 0.70 ? CLEANUP : most >= 0.55 ? TRIM : NORMAL;
                assertTrue(level.compareTo(keeps) <= 0, "seed " + seed + ", second " + second);
            }
        }
    }

    @Test
    void roundsOfALevelKeepTheirDistanceAndAHigherOneDoesNotWait() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Rounds rounds = new Rounds(120 * SECOND);
            long[] last = {Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE};
            for (long now = 0; now < 3_000; now += 1 + random.nextInt(5)) {
                int level = random.nextInt(4);
                Pressure as = Pressure.values()[level];
                boolean cool = level > 0 && (last[level] == Long.MIN_VALUE || now - last[level] >= 120);
                assertEquals(cool, rounds.isDue(as, now * SECOND), "seed " + seed + " at " + now);
                if (cool) {
                    rounds.begin(as, now * SECOND, 1, 0.5, -1);
                    for (int i = 1; i <= level; i++) {
                        last[i] = now;
                    }
                }
            }
        }
    }

    @Test
    void threeRoundsThatChangeNothingAreEnoughUntilItFallsOrIsFuller() {
        Rounds rounds = new Rounds(120 * SECOND);
        long now = exhaust(rounds, TRIM, 0);
        assertFalse(rounds.adviseRestart(), "there is room");
        assertFalse(rounds.isDue(TRIM, now));
        now = exhaust(rounds, CLEANUP, now);
        assertTrue(rounds.adviseRestart());
        assertFalse(rounds.isDue(TRIM, now));
        assertFalse(rounds.isDue(CLEANUP, now));
        now = exhaust(rounds, EMERGENCY, now);
        assertFalse(rounds.isDue(EMERGENCY, now));
        rounds.fell();
        assertFalse(rounds.adviseRestart());
        exhaust(rounds, TRIM, now);
        assertFalse(rounds.adviseRestart(), "what was before it fell is forgotten");
    }

    private static long exhaust(Rounds rounds, Pressure level, long begin) {
        long now = begin;
        for (int i = 0; i < 3; i++) {
            assertTrue(rounds.isDue(level, now), level + ", round " + i);
            assertFalse(rounds.isExhausted(level));
            assertEquals(i > 0, rounds.judge(now, 0.90, -1), level + ", round " + i);
            rounds.begin(level, now, 0.90, 0.55, -1);
            now += 120 * SECOND;
        }
        assertTrue(rounds.judge(now, 0.90, -1));
        assertTrue(rounds.isExhausted(level));
        return now;
    }

    @Test
    void aRoundIsJudgedByALaterReadingAndNoSooner() {
        Rounds rounds = new Rounds(120 * SECOND);
        rounds.begin(TRIM, 0, 0.70, 0.55, 7);
        assertEquals(false, rounds.judge(119 * SECOND, 0.70, 8), "too early");
        assertEquals(false, rounds.judge(120 * SECOND, 0.70, 7), "the same reading");
        assertEquals(true, rounds.judge(120 * SECOND, 0.67, 8), "a fifth of what was wanted");
        rounds.begin(TRIM, 120 * SECOND, 0.70, 0.55, 8);
        assertEquals(false, rounds.judge(240 * SECOND, 0.66, 9), "more than a quarter");
    }
}
