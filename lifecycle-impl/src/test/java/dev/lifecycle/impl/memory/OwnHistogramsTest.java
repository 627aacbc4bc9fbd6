package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.memory.PauseBudgetException;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With a virtual machine that is told what to say. */
class OwnHistogramsTest {
    private final VirtualTime time = new VirtualTime();
    private final FakeVm vm = new FakeVm();
    private final OwnHistograms histograms = new OwnHistograms(time, vm);

    private final class FakeVm implements OwnHistograms.Vm {
        @Override
        public void prepare() {}

        final List<String> calls = new ArrayList<>();
        long used = 34_000_000;
        Duration takes = Duration.ofMillis(30);
        boolean collects = true;
        long collections;

        @Override
        public CollectorKind collector() {
            return CollectorKind.G1;
        }

        @Override
        public long used(HistogramMode mode) {
            return used;
        }

        @Override
        public long fullCollections() {
            return collections;
        }

        @Override
        public void collectYoung() {
            calls.add("young");
        }

        @Override
        public String histogram(boolean live) {
            calls.add(live ? "live" : "all");
            time.advance(takes);
            if (live && collects) {
                collections++;
            }
            return " num     #instances         #bytes  class name\n-----\n1: 1000000 34000000 app.A\nTotal 1000000 34000000\n";
        }

        @Override
        public String process() {
            return "4711@1";
        }
    }

    @Test
    void tellsWhereItComesFrom() {
        HeapHistogram histogram = histograms.take(HistogramMode.LIVE, PauseBudget.defaults());
        assertTrue(histogram.trulyLive());
        assertEquals("4711@1", histogram.origin().process());
        assertEquals(Duration.ofMillis(30), histogram.origin().pause());
    }

    @Test
    void isNotTrulyLiveIfTheCollectorDidNotCollect() {
        vm.collects = false;
        assertFalse(histograms.take(HistogramMode.LIVE, PauseBudget.defaults()).trulyLive());
    }

    @Test
    void aYoungCollectionComesFirst() {
        histograms.take(HistogramMode.ALL_AFTER_YOUNG, PauseBudget.defaults());
        assertEquals(List.of("young", "all"), vm.calls);
    }

    @Test
    void stopsNothingThatTheBudgetDoesNotAllow() {
        vm.used = 34_000_000_000L;
        for (HistogramMode mode : HistogramMode.values()) {
            assertThrows(PauseBudgetException.class, () -> histograms.take(mode, PauseBudget.defaults()));
        }
        assertEquals(List.of(), vm.calls);
    }

    @Test
    void learnsFromWhatItTook() {
        Duration first = histograms.predict(HistogramMode.ALL);
        vm.takes = Duration.ofSeconds(2);
        for (int i = 0; i < 5; i++) {
            histograms.take(HistogramMode.ALL, PauseBudget.unlimited());
        }
        assertTrue(first.toMillis() < 100, first.toString());
        assertEquals(2000, histograms.predict(HistogramMode.ALL).toMillis(), 100);
        assertThrows(PauseBudgetException.class, () -> histograms.take(HistogramMode.ALL, PauseBudget.defaults()));
    }

    @Test
    void spendsAnHoursBudgetOnlyOnce() {
        vm.takes = Duration.ofMillis(60);
        PauseBudget budget = new PauseBudget(Duration.ofMillis(250), Duration.ofMillis(250));
        int taken = 0;
        try {
            while (taken < 100) {
                histograms.take(HistogramMode.ALL, budget);
                taken++;
            }
        } catch (PauseBudgetException e) {
            assertTrue(e.getMessage().contains("an hour"), e.getMessage());
            assertEquals(Duration.ofMillis(60L * taken), e.spent());
        }
        assertTrue(taken >= 3 && taken <= 4, "" + taken);
        time.advance(Duration.ofMinutes(61));
        histograms.take(HistogramMode.ALL, budget);
    }
}
