package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.memory.PauseBudgetException;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PauseModelTest {

    /** Pauses that were measured: of 21.3 million objects of 509 MB, and of 5 million of 144. */
    @ParameterizedTest
    @CsvSource({
        "G1, ALL, 509, 394",
        "G1, ALL, 509, 270",
        "Z, ALL, 509, 976",
        "Z, ALL, 509, 1487",
        "SHENANDOAH, ALL, 509, 756",
        "SHENANDOAH, ALL, 509, 840",
        "SERIAL, ALL, 509, 643",
        "SERIAL, ALL, 509, 415",
        "PARALLEL, ALL, 509, 375",
        "PARALLEL, ALL, 509, 342",
        "G1, LIVE, 509, 1298",
        "G1, LIVE, 509, 744",
        "Z, LIVE, 509, 1044",
        "SHENANDOAH, LIVE, 509, 861",
        "SHENANDOAH, LIVE, 509, 983",
        "SERIAL, LIVE, 509, 1711",
        "PARALLEL, LIVE, 509, 1055",
        "SERIAL, ALL, 144, 72",
        "PARALLEL, ALL, 162, 71",
        "G1, ALL, 143, 82",
        "G1, ALL, 143, 93",
        "Z, ALL, 176, 186",
        "SHENANDOAH, ALL, 143, 252",
        "SERIAL, LIVE, 144, 255",
        "PARALLEL, LIVE, 162, 411",
        "G1, LIVE, 143, 291",
        "SHENANDOAH, LIVE, 143, 251",
    })
    void theFirstGuessIsWithinAFactorOfTwo(CollectorKind collector, HistogramMode mode, long megabytes, long millis) {
        Duration predicted = new PauseModel(collector).predict(mode, megabytes << 20);
        double factor = predicted.toNanos() / (millis * 1e6);
        assertTrue(factor >= 0.5 && factor <= 2, predicted + " is " + factor + " of what it was");
    }

    @Test
    void twoMeasurementsMakeItRight() {
        PauseModel model = new PauseModel(CollectorKind.G1);
        Duration truth = Duration.ofMillis(500); // a slow machine: 250 ns for each of 2 million objects of 100 bytes
        for (int i = 0; i < 4; i++) {
            model.learn(HistogramMode.ALL, 2_000_000, 200_000_000, truth);
        }
        double factor = (double) model.predict(HistogramMode.ALL_AFTER_YOUNG, 200_000_000)
                        .toNanos()
                / truth.toNanos();
        assertTrue(factor > 0.9 && factor < 1.1, "" + factor);
        assertTrue(model.why(200_000_000).contains("measured"));
    }

    /** A busy map of arrays of 1 KB, whose garbage lies about: it was refused once, with pauses of 10 ms each before. */
    @Test
    void fewObjectsTellHowLargeTheyAreAndTheFixedPart() {
        PauseModel model = new PauseModel(CollectorKind.PARALLEL);
        Duration before = model.predict(HistogramMode.LIVE, 23 << 20);
        assertTrue(before.toMillis() > 50, before::toString);
        for (int i = 0; i < 3; i++) {
            model.learn(HistogramMode.LIVE, 21_000, 5 << 20, Duration.ofMillis(10));
        }
        double now = model.predict(HistogramMode.LIVE, 23 << 20).toNanos() / 1e6;
        assertTrue(now > 10 && now < 20, "" + now);
        assertEquals(4, model.predict(HistogramMode.ALL, 23 << 20).toNanos() / 1e6, 1, "of the other mode's costs");
        for (int i = 0; i < 9; i++) {
            model.learn(HistogramMode.LIVE, 21_000, 5 << 20, Duration.ofNanos(1));
        }
        assertEquals(1.8, model.predict(HistogramMode.LIVE, 5 << 20).toNanos() / 1e6, 0.1, "never less than nothing");
    }

    @Test
    void anEmptyHistogramTeachesNothing() {
        PauseModel model = new PauseModel(CollectorKind.G1);
        Duration before = model.predict(HistogramMode.ALL, 100 << 20);
        model.learn(HistogramMode.ALL, 999, 8_000_000, Duration.ofMillis(900));
        assertEquals(before, model.predict(HistogramMode.ALL, 100 << 20));
        assertTrue(model.why(1).contains("other heaps"));
    }

    @Test
    void eachModeHasItsOwnCost() {
        PauseModel model = new PauseModel(CollectorKind.G1);
        Duration live = model.predict(HistogramMode.LIVE, 340 << 20);
        assertTrue(live.compareTo(model.predict(HistogramMode.ALL, 340 << 20)) > 0);
        model.learn(HistogramMode.ALL, 10_000_000, 340_000_000, Duration.ofSeconds(9));
        assertEquals(
                live.toMillis(), model.predict(HistogramMode.LIVE, 340 << 20).toMillis(), 30);
    }

    @ParameterizedTest
    @CsvSource({
        "Copy, SERIAL",
        "MarkSweepCompact, SERIAL",
        "Serial young collection pauses, SERIAL",
        "PS Scavenge, PARALLEL",
        "PSScavenge, PARALLEL",
        "Parallel young collection pauses, PARALLEL",
        "G1 Young Generation, G1",
        "G1 young collection pauses, G1",
        "GarbageFirst, G1",
        "ZGC Cycles, Z",
        "ZGC minor collection pauses, Z",
        "Z concurrent cycle pauses, Z",
        "Shenandoah Pauses, SHENANDOAH",
        "Shenandoah partial, SHENANDOAH",
        "Epsilon Heap, UNKNOWN",
        "'', UNKNOWN",
    })
    void knowsTheCollectorsByTheirNames(String name, CollectorKind kind) {
        assertEquals(kind, CollectorKind.of(name));
    }

    @Test
    void theLedgerForgetsAfterAnHour() {
        VirtualTime time = new VirtualTime();
        PauseLedger ledger = new PauseLedger(time);
        ledger.add(Duration.ofMillis(100));
        time.advance(Duration.ofMinutes(59));
        ledger.add(Duration.ofMillis(20));
        assertEquals(Duration.ofMillis(120), ledger.spent());
        time.advance(Duration.ofMinutes(2));
        assertEquals(Duration.ofMillis(20), ledger.spent());
        time.advance(Duration.ofDays(3));
        assertEquals(Duration.ZERO, ledger.spent());
        ledger.add(Duration.ofMillis(7));
        assertEquals(Duration.ofMillis(7), ledger.spent());
    }

    @Test
    void rulesCompareWithBothBounds() {
        PauseBudget budget = new PauseBudget(Duration.ofMillis(250), Duration.ofSeconds(1));
        PauseRules.check(HistogramMode.ALL, Duration.ofMillis(250), Duration.ofMillis(750), budget, "", "");
        PauseRules.check(HistogramMode.ALL, Duration.ofDays(1), Duration.ofDays(1), PauseBudget.unlimited(), "", "");
        PauseBudgetException each = assertThrows(
                PauseBudgetException.class,
                () -> PauseRules.check(
                        HistogramMode.LIVE, Duration.ofMillis(251), Duration.ZERO, budget, "why", "Do x"));
        assertTrue(each.getMessage().contains("251.0 ms (why); the budget is 250.0 ms each. Do x"), each.getMessage());
        PauseBudgetException hour = assertThrows(
                PauseBudgetException.class,
                () -> PauseRules.check(
                        HistogramMode.ALL, Duration.ofMillis(100), Duration.ofMillis(901), budget, "", ""));
        assertTrue(hour.getMessage().contains("901.0 ms"), hour.getMessage());
    }
}
