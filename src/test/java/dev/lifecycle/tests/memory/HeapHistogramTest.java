package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramEntry;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.HistogramOrigin;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.memory.PauseBudgetException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Histograms of the JVM that runs the tests. */
class HeapHistogramTest {
    /** Of which there are none but here. */
    static final class Counted {
        final long a = 1;
    }

    private static long counted(HeapHistogram histogram) {
        return histogram.entries().stream()
                .filter(each -> each.className().equals(Counted.class.getName()))
                .mapToLong(HistogramEntry::instances)
                .sum();
    }

    @ParameterizedTest
    @EnumSource
    void countsTheObjectsOfThisJvm(HistogramMode mode) {
        List<Counted> kept = new ArrayList<>();
        for (int i = 0; i < 12_345; i++) {
            kept.add(new Counted());
        }
        HeapHistogram histogram = HeapHistogram.take(mode, PauseBudget.unlimited());
        assertEquals(12_345, counted(histogram));
        assertEquals(mode, histogram.origin().mode().orElseThrow());
        assertTrue(
                histogram.origin().process().startsWith(ProcessHandle.current().pid() + "@"));
        assertTrue(histogram.origin().pause().compareTo(Duration.ZERO) > 0);
        assertEquals(mode == HistogramMode.LIVE, histogram.trulyLive());
        assertFalse(HeapHistogram.predictPause(mode).isNegative());
        Reference.reachabilityFence(kept);
    }

    @Test
    void aYoungCollectionComesBefore() {
        OptionalLong before = young();
        HeapHistogram.take(HistogramMode.ALL_AFTER_YOUNG, PauseBudget.unlimited());
        if (before.isPresent()) {
            assertNotEquals(before, young());
        }
    }

    private static OptionalLong young() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(each ->
                        List.of("Copy", "PS Scavenge", "G1 Young Generation").contains(each.getName()))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .findFirst();
    }

    @ParameterizedTest
    @EnumSource
    void refusesBeforeAnythingIsStopped(HistogramMode mode) {
        PauseBudget none = new PauseBudget(Duration.ofNanos(1), Duration.ofNanos(1));
        long[] took = new long[50];
        long collections = collections();
        for (int i = 0; i < took.length; i++) {
            long start = System.nanoTime();
            PauseBudgetException e = assertThrows(PauseBudgetException.class, () -> HeapHistogram.take(mode, none));
            took[i] = System.nanoTime() - start;
            assertTrue(e.predicted().toNanos() > 1, e.getMessage());
            assertTrue(e.getMessage().contains("budget"), e.getMessage());
        }
        Arrays.sort(took);
        assertTrue(took[took.length / 2] < 1_000_000, "a millisecond, not " + took[took.length / 2] + " ns");
        assertTrue(collections() - collections <= 3, "none of ours");
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    @Test
    void whatWasSpentIsNotThereAgain() {
        HeapHistogram.take(HistogramMode.ALL, PauseBudget.unlimited());
        PauseBudget tight = new PauseBudget(Duration.ofNanos(1_000_000), Duration.ofNanos(1_000_000));
        PauseBudgetException e =
                assertThrows(PauseBudgetException.class, () -> HeapHistogram.take(HistogramMode.ALL, tight));
        assertTrue(e.spent().toNanos() > 0);
    }

    @Test
    void budgetsAreChecked() {
        assertEquals(Duration.ofMillis(250), PauseBudget.defaults().perSnapshot());
        assertEquals(Duration.ofSeconds(1), PauseBudget.defaults().perHour());
        assertEquals(
                Duration.ofSeconds(1),
                PauseBudget.ofSnapshot(Duration.ofMillis(3)).perHour());
        assertEquals(
                Duration.ofSeconds(3),
                PauseBudget.ofSnapshot(Duration.ofSeconds(3)).perHour());
        Duration second = Duration.ofSeconds(1);
        assertThrows(IllegalArgumentException.class, () -> new PauseBudget(Duration.ZERO, second));
        assertThrows(IllegalArgumentException.class, () -> new PauseBudget(second, Duration.ofMillis(-1)));
        assertThrows(IllegalArgumentException.class, () -> new PauseBudget(second, Duration.ofMillis(999)));
        assertThrows(NullPointerException.class, () -> PauseBudget.ofSnapshot(null));
        assertThrows(NullPointerException.class, () -> HeapHistogram.take(null, PauseBudget.defaults()));
        assertThrows(NullPointerException.class, () -> HeapHistogram.take(HistogramMode.ALL, null));
    }

    @Test
    void rowsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new HistogramEntry("", "", 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new HistogramEntry("a.A", "", -1, 1));
        assertThrows(IllegalArgumentException.class, () -> new HistogramEntry("a.A", "", 1, -1));
        HistogramEntry most = new HistogramEntry("a.A", "", 1, Long.MAX_VALUE);
        assertThrows(ArithmeticException.class, () -> HeapHistogram.of(List.of(most, most), HistogramOrigin.unknown()));
    }
}
