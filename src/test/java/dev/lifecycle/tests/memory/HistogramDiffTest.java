package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.memory.ClassGrowth;
import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramDiff;
import dev.lifecycle.memory.HistogramEntry;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.HistogramOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Growth that is known beforehand. */
class HistogramDiffTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static HistogramEntry entry(String name, long instances, long bytes) {
        return new HistogramEntry(name, "", instances, bytes);
    }

    private static HeapHistogram at(int minute, HistogramEntry... entries) {
        return HeapHistogram.of(
                List.of(entries), HistogramOrigin.unknown().withAt(START.plus(Duration.ofMinutes(minute))));
    }

    /** One class, by the minute. */
    private static List<HeapHistogram> series(long... bytes) {
        List<HeapHistogram> all = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            all.add(at(i, entry("app.A", bytes[i] / 10, bytes[i])));
        }
        return all;
    }

    private static ClassGrowth only(HistogramDiff diff) {
        assertEquals(1, diff.ranked().size(), diff.toString());
        return diff.ranked().get(0);
    }

    @Test
    void ratesAreMediansOfSlopesWithTheIntervalOfSen() {
        ClassGrowth line = only(HeapHistogram.diff(series(1000, 1010, 1020, 1030, 1040, 1050)));
        assertEquals(List.of(50L, 5L, 5L, 5L), List.of(line.bytes(), line.instances(), (long) line.grew(), (long)
                line.of()));
        assertEquals(600, line.bytesPerHour(), 1e-6);
        assertEquals(600, line.low(), 1e-6);
        assertEquals(600, line.high(), 1e-6);
        assertTrue(line.always());
        // Slopes per minute, of 15 pairs, sorted: the interval are the second and the last but one (P = 1/120 outside)
        ClassGrowth bent = only(HeapHistogram.diff(series(0, 10, 15, 40, 41, 50)));
        double[] slopes = {1, 5, 7.5, 8.6667, 9, 10, 10, 10, 10.25, 10.3333, 11.6667, 13, 13.3333, 15, 25};
        assertEquals(60 * 10, bent.bytesPerHour(), 1e-6);
        assertEquals(60 * slopes[1], bent.low(), 1e-6);
        assertEquals(60 * slopes[13], bent.high(), 1e-6);
    }

    @Test
    void aSingleOddOneDoesNotMoveTheRate() {
        ClassGrowth odd = only(HeapHistogram.diff(series(1000, 1010, 99_000, 1030, 1040, 1050)));
        assertEquals(600, odd.bytesPerHour(), 1e-6);
        assertEquals(4, odd.grew());
    }

    @Test
    void anIntervalWithoutChangeIsNoGrowth() {
        ClassGrowth growth = only(HeapHistogram.diff(series(10, 10, 20, 15, 15, 30)));
        assertEquals(2, growth.grew());
        assertEquals(5, growth.of());
        assertFalse(growth.always());
    }

    @Test
    void fewerThanFiveCannotTell() {
        ClassGrowth four = only(HeapHistogram.diff(series(1, 2, 3, 4)));
        assertEquals(Double.NEGATIVE_INFINITY, four.low());
        assertEquals(Double.POSITIVE_INFINITY, four.high());
        ClassGrowth five = only(HeapHistogram.diff(series(1, 2, 3, 4, 5)));
        assertEquals(60, five.low(), 1e-9);
    }

    /** The interval has the truth as often as it says: noise that is nothing like normal, rate zero and more. */
    @Test
    void theIntervalHasTheTruthAsOftenAsItSays() {
        Random random = new Random(42);
        for (int n : new int[] {5, 6, 10, 30}) {
            int inside = 0;
            int rounds = 500;
            for (int round = 0; round < rounds; round++) {
                long[] bytes = new long[n];
                for (int i = 0; i < n; i++) {
                    bytes[i] = 1_000_000 + 5_000L * i + (long) (-3_000 * Math.log(1 - random.nextDouble()));
                }
                bytes[n - 1] = Math.max(bytes[n - 1], bytes[0] + 1);
                ClassGrowth growth = only(HeapHistogram.diff(series(bytes)));
                if (growth.low() <= 300_000 && growth.high() >= 300_000) {
                    inside++;
                }
            }
            assertTrue(inside >= rounds * 0.93, n + " histograms: " + inside + " of " + rounds);
        }
    }

    @Test
    void theApplicationsClassesComeFirstThenThoseThatGrewMoreOften() {
        List<HeapHistogram> all = new ArrayList<>();
        long[] wave = {0, 900, 100, 1000, 200, 1100};
        for (int i = 0; i < 6; i++) {
            all.add(at(
                    i,
                    entry("[B", 10, 100_000 + 90_000L * i),
                    entry("app.Wave", 5, 1_000 + wave[i]),
                    entry("app.Leak", 5 + i, 500 + 50L * i),
                    entry("app.Larger", 5 + i, 500 + 60L * i),
                    entry("app.Still", 5, 500),
                    entry("app.Less", 5, 5000 - i)));
        }
        List<String> names = HeapHistogram.diff(all).ranked().stream()
                .map(ClassGrowth::className)
                .toList();
        assertEquals(List.of("app.Larger", "app.Leak", "app.Wave", "[B"), names);
    }

    @Test
    void classesOfOneNameAreOneAndHiddenOnesOneFamily() {
        List<HeapHistogram> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            List<HistogramEntry> entries =
                    new ArrayList<>(List.of(entry("app.Twice", 1, 16), entry("app.Twice", 1, 16 + i)));
            for (int j = 0; j <= i; j++) {
                entries.add(entry("app.Job$$Lambda/0x0000" + j, 1, 16));
            }
            all.add(HeapHistogram.of(entries, HistogramOrigin.unknown()));
        }
        HistogramDiff diff = HeapHistogram.diff(all);
        assertEquals("app.Job$$Lambda", diff.ranked().get(0).className());
        assertEquals(32, diff.ranked().get(0).bytes());
        assertEquals(2, diff.ranked().get(0).instances());
        assertEquals(2, diff.ranked().get(1).bytes());
    }

    @Test
    void aClassThatAppearsOrDisappearsCountsAsNothingBefore() {
        HistogramDiff diff =
                HeapHistogram.diff(List.of(at(0, entry("app.Old", 1, 16)), at(1, entry("app.New", 1, 24))));
        assertEquals("app.New", only(diff).className());
        assertEquals(24, only(diff).bytes());
        assertEquals(8, diff.bytes());
        assertEquals(Optional.of(Duration.ofMinutes(1)), diff.span());
    }

    @Test
    void withoutTimesThereIsNoRate() {
        List<HeapHistogram> all = new ArrayList<>(series(1, 2, 3, 4, 5, 6));
        all.set(2, all.get(2).withOrigin(HistogramOrigin.unknown()));
        ClassGrowth growth = only(HeapHistogram.diff(all));
        assertTrue(Double.isNaN(growth.bytesPerHour()) && Double.isNaN(growth.low()) && Double.isNaN(growth.high()));
        assertEquals(5, growth.grew());
        assertTrue(HeapHistogram.diff(all).span().isEmpty());
        assertFalse(HeapHistogram.diff(all).table(5).contains("NaN"));
    }

    @Test
    void refusesWhatCannotBeCompared() {
        HeapHistogram one = at(0, entry("app.A", 1, 16));
        assertThrows(IllegalArgumentException.class, () -> HeapHistogram.diff(List.of()));
        assertThrows(IllegalArgumentException.class, () -> HeapHistogram.diff(List.of(one)));
        assertThrows(IllegalArgumentException.class, () -> HeapHistogram.diff(List.of(one, one)), "the same time");
        assertThrows(IllegalArgumentException.class, () -> HeapHistogram.diff(List.of(at(1), one)), "backwards");
        assertThrows(
                IllegalArgumentException.class,
                () -> HeapHistogram.diff(
                        Collections.nCopies(101, HeapHistogram.of(List.of(), HistogramOrigin.unknown()))));
        assertThrows(NullPointerException.class, () -> HeapHistogram.diff(java.util.Arrays.asList(one, null)));
        HeapHistogram first = one.withOrigin(HistogramOrigin.unknown().withProcess("1@5"));
        HeapHistogram unknown = one.withOrigin(HistogramOrigin.unknown());
        HeapHistogram other = one.withOrigin(HistogramOrigin.unknown().withProcess("1@6"));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> HeapHistogram.diff(List.of(first, unknown, other)));
        assertTrue(e.getMessage().contains("1@5") && e.getMessage().contains("1@6"), e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> HeapHistogram.diff(List.of(unknown, mode(HistogramMode.ALL), mode(HistogramMode.LIVE))));
    }

    private static HeapHistogram mode(HistogramMode mode) {
        return HeapHistogram.of(
                List.of(), new HistogramOrigin("", Optional.empty(), Optional.of(mode), false, Duration.ZERO));
    }

    @Test
    void theTableShowsRatesAndIntervalsAndNoControlCharacters() {
        List<HeapHistogram> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(at(i, entry("app.\u001b[2JA", i, 1024L * i), entry("[B", 1, 10L + i)));
        }
        String table = HeapHistogram.diff(all).table(10);
        assertTrue(table.contains("app.\\u001b[2JA"), table);
        assertTrue(table.contains("4/4"), table);
        assertTrue(table.contains("+4.0 KB"), table);
        assertTrue(table.contains("+60.0 KB .. +60.0 KB"), table);
        assertTrue(table.contains("[B (JDK)"), table);
        assertEquals(2, HeapHistogram.diff(all).table(1).lines().count());
        assertEquals(
                1, HeapHistogram.diff(List.of(at(0), at(1))).table(1).lines().count());
        assertThrows(
                IllegalArgumentException.class, () -> HeapHistogram.diff(all).table(0));
    }

    @Test
    void aHundredOfThousandsOfClassesTakeLittleTime() {
        List<HeapHistogram> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            List<HistogramEntry> entries = new ArrayList<>();
            for (int c = 0; c < 1_000; c++) {
                entries.add(entry("app.C" + c, i, 16L * i * c));
            }
            all.add(HeapHistogram.of(entries, HistogramOrigin.unknown().withAt(START.plusSeconds(i))));
        }
        long start = System.nanoTime();
        assertEquals(999, HeapHistogram.diff(all).ranked().size());
        assertTrue(System.nanoTime() - start < 5_000_000_000L);
    }
}
