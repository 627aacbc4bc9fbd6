package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What collections of each collector tell of the live set; figures in megabytes, as such collections reported them. */
class LiveSetTest {
    private static final long UNKNOWN = -1;

    private static LiveSet of(String... heapPools) {
        return new LiveSet(Set.of(heapPools), 1_000);
    }

    @Test
    void isUnknownBeforeTheFirst() {
        assertEquals(UNKNOWN, of("G1 Old Gen").usedBytes());
        assertEquals(1_000, of("G1 Old Gen").limitBytes());
    }

    private static void young(LiveSet live, long oldBefore, long oldAfter) {
        live.collected(
                "G1 Young Generation",
                Map.of("G1 Eden Space", 90L, "G1 Survivor Space", 4L, "G1 Old Gen", oldBefore),
                Map.of("G1 Eden Space", 0L, "G1 Survivor Space", 4L, "G1 Old Gen", oldAfter, "Metaspace", 30L));
    }

    private static LiveSet g1() {
        return of("G1 Eden Space", "G1 Survivor Space", "G1 Old Gen");
    }

    /** As G1 has them: it collects the old pool piece by piece, and stops where that is no longer worth its while. */
    private static void mixed(LiveSet live, long... old) {
        for (int i = 1; i < old.length; i++) {
            young(live, old[i - 1], old[i]);
        }
    }

    @Test
    void g1ShowsItWhereTheOldPoolWasCollectedPieceByPiece() {
        LiveSet live = g1();
        mixed(live, 500, 510);
        assertEquals(UNKNOWN, live.usedBytes(), "with the garbage of the old pool");
        mixed(live, 510, 480, 300, 120, 78);
        assertEquals(UNKNOWN, live.usedBytes(), "it may go on");
        mixed(live, 78, 90);
        assertEquals(82, live.usedBytes());
        mixed(live, 90, 500, 480, 350);
        assertEquals(82, live.usedBytes(), "the first ones leave nearly all of the garbage");
        mixed(live, 350, 200, 210);
        assertEquals(204, live.usedBytes());
        mixed(live, 60, 70);
        assertEquals(74, live.usedBytes(), "not more is alive");
        live.collected(
                "G1 Old Generation",
                Map.of(),
                Map.of("G1 Eden Space", 0L, "G1 Survivor Space", 0L, "G1 Old Gen", 300L));
        assertEquals(300, live.usedBytes());
        assertEquals(4, live.sequence());
    }

    @Test
    void collectionsThatLeaveMoreThanTheOneBeforeAreNoSequence() {
        LiveSet live = g1();
        young(live, 500, 400);
        young(live, 410, 200);
        assertEquals(UNKNOWN, live.usedBytes());
        young(live, 260, 250);
        assertEquals(204, live.usedBytes());
        for (long old : new long[] {640, 630, 650, 640, 660}) { // large arrays die young while garbage grows
            young(live, old + 20, old);
        }
        young(live, 700, 700);
        assertEquals(204, live.usedBytes());
    }

    @Test
    void aFullCollectionEndsASequence() {
        LiveSet live = g1();
        mixed(live, 500, 400, 60, 40);
        live.collected(
                "G1 Old Generation",
                Map.of(),
                Map.of("G1 Eden Space", 0L, "G1 Survivor Space", 0L, "G1 Old Gen", 800L));
        mixed(live, 800, 801);
        assertEquals(800, live.usedBytes());
    }

    @Test
    void whatWasBeforeItWasAskedIsTouched() {
        LiveSet serial = of("Eden Space", "Survivor Space", "Tenured Gen");
        serial.begin(Map.of("Eden Space", 100L, "Survivor Space", 10L, "Tenured Gen", 400L, "Metaspace", 9L), 7);
        assertEquals(520, serial.touched(900, 30));
        LiveSet late = g1();
        late.begin(Map.of("G1 Eden Space", 100L), 2);
        assertEquals(230, late.touched(900, 30));
        LiveSet early = g1();
        early.begin(Map.of("G1 Eden Space", 100L), 0);
        assertEquals(30, early.touched(900, 30));
        assertEquals(900, of("ZHeap").touched(900, 30), "it is charged when it is committed");
    }

    @Test
    void aSequenceThatGoesOnForLongIsJudgedOnItsWay() {
        LiveSet live = g1();
        for (int i = 0; i < 15; i++) {
            young(live, 600 - 20 * i, 580 - 20 * i);
        }
        assertEquals(UNKNOWN, live.usedBytes());
        young(live, 300, 280);
        assertEquals(284, live.usedBytes());
    }

    @Test
    void aLargeArrayThatDiesYoungIsNoSignThatTheOldPoolWasCollected() {
        LiveSet live = g1();
        mixed(live, 500, 400, 300, 100, 110);
        assertEquals(104, live.usedBytes());
        for (int i = 0; i < 100; i++) { // each finds one, and the garbage beside it grows
            young(live, 130 + i, 110 + i);
        }
        assertEquals(104, live.usedBytes());
        mixed(live, 215, 208, 220);
        assertEquals(104, live.usedBytes(), "one alone");
    }

    @Test
    void g1ShowsItByManyYoungCollectionsWhereAllOfTheOldPoolIsAlive() {
        LiveSet live = g1();
        for (int i = 0; i < 255; i++) {
            young(live, 700, 700);
        }
        assertEquals(UNKNOWN, live.usedBytes());
        young(live, 700, 700);
        assertEquals(704, live.usedBytes());
        for (int i = 0; i < 255; i++) {
            young(live, 900, 900);
        }
        assertEquals(704, live.usedBytes());
        young(live, 900, 900);
        assertEquals(904, live.usedBytes());
    }

    @Test
    void aConcurrentPauseOfG1HasGarbageInIt() {
        LiveSet live = g1();
        live.collected("G1 Concurrent GC", Map.of(), Map.of("G1 Eden Space", 200L, "G1 Old Gen", 600L));
        assertEquals(UNKNOWN, live.usedBytes());
    }

    @Test
    void pausesOfConcurrentCollectorsSayNothing() {
        LiveSet live = of("ZHeap");
        live.collected("ZGC Pauses", Map.of(), Map.of("ZHeap", 0L));
        assertEquals(UNKNOWN, live.usedBytes());
        cycles(live, "ZGC Cycles", "ZHeap", 90, 95, 90, 99, 200, 90, 300, 91);
        live.collected("ZGC Pauses", Map.of(), Map.of("ZHeap", 0L));
        assertEquals(90, live.usedBytes());
        LiveSet shenandoah = of("Shenandoah");
        shenandoah.collected("Shenandoah Pauses", Map.of(), Map.of("Shenandoah", 300L));
        assertEquals(UNKNOWN, shenandoah.usedBytes());
        cycles(shenandoah, "Shenandoah Cycles", "Shenandoah", 70, 70, 70, 70, 70, 70, 70, 70);
        assertEquals(70, shenandoah.usedBytes());
    }

    private static void cycles(LiveSet live, String collector, String pool, long... after) {
        for (long each : after) {
            live.collected(collector, Map.of(), Map.of(pool, each));
        }
    }

    @Test
    void theLeastOfEightCyclesCountsAsTheOthersHaveWhatWasAllocatedMeanwhile() {
        LiveSet live = of("ZHeap");
        cycles(live, "ZGC Cycles", "ZHeap", 900, 700, 60, 500, 600, 990, 800);
        assertEquals(UNKNOWN, live.usedBytes(), "seven say little");
        cycles(live, "ZGC Cycles", "ZHeap", 900);
        assertEquals(60, live.usedBytes());
        cycles(live, "ZGC Cycles", "ZHeap", 900, 900);
        assertEquals(60, live.usedBytes());
        cycles(live, "ZGC Cycles", "ZHeap", 900);
        assertEquals(500, live.usedBytes());
    }

    @Test
    void minorCyclesSayNothing() {
        LiveSet live = of("ZGC Young Generation", "ZGC Old Generation");
        live.collected("ZGC Minor Cycles", Map.of(), Map.of("ZGC Young Generation", 20L, "ZGC Old Generation", 400L));
        live.collected("ZGC Minor Pauses", Map.of(), Map.of("ZGC Young Generation", 0L, "ZGC Old Generation", 0L));
        live.collected("ZGC Major Pauses", Map.of(), Map.of("ZGC Young Generation", 0L, "ZGC Old Generation", 0L));
        assertEquals(UNKNOWN, live.usedBytes());
        for (int i = 0; i < 8; i++) {
            live.collected(
                    "ZGC Major Cycles", Map.of(), Map.of("ZGC Young Generation", 20L, "ZGC Old Generation", 60L));
        }
        assertEquals(80, live.usedBytes());
    }

    @Test
    void youngCollectionsOfTheSerialAndTheParallelOneOnlyLowerIt() {
        for (String[] names : new String[][] {
            {"Copy", "MarkSweepCompact", "Eden Space", "Survivor Space", "Tenured Gen"},
            {"PS Scavenge", "PS MarkSweep", "PS Eden Space", "PS Survivor Space", "PS Old Gen"}
        }) {
            LiveSet live = of(names[2], names[3], names[4]);
            live.collected(names[0], Map.of(), Map.of(names[2], 0L, names[3], 5L, names[4], 900L));
            assertEquals(UNKNOWN, live.usedBytes(), "garbage that was promoted");
            live.collected(names[1], Map.of(), Map.of(names[2], 0L, names[3], 0L, names[4], 80L));
            assertEquals(80, live.usedBytes());
            live.collected(names[0], Map.of(), Map.of(names[2], 0L, names[3], 5L, names[4], 500L));
            assertEquals(80, live.usedBytes());
            live.collected(names[0], Map.of(), Map.of(names[2], 0L, names[3], 5L, names[4], 60L));
            assertEquals(65, live.usedBytes());
        }
    }

    @Test
    void anUnknownCollectorOrPoolSaysNothing() {
        LiveSet live = of("tenured-LOA", "tenured-SOA", "nursery-allocate");
        live.collected("global", Map.of(), Map.of("tenured-SOA", 80L));
        live.collected("scavenge", Map.of(), Map.of("tenured-SOA", 80L));
        live.collected("G1 Young Generation", Map.of(), Map.of("another", 80L));
        live.collected("G1 Concurrent GC", Map.of(), Map.of("another", 80L));
        assertEquals(UNKNOWN, live.usedBytes());
        assertEquals(0, live.sequence());
    }

    @Test
    void contiguousPoolsTellWhatOfThemHasPages() {
        LiveSet live = of("Eden Space", "Survivor Space", "Tenured Gen");
        assertEquals(30, live.touched(900, 30), "before the first");
        live.collected(
                "Copy",
                Map.of("Eden Space", 100L, "Survivor Space", 0L, "Tenured Gen", 50L, "Metaspace", 7L),
                Map.of("Eden Space", 0L, "Survivor Space", 10L, "Tenured Gen", 60L, "Metaspace", 7L));
        assertEquals(180, live.touched(900, 70), "there are two of the survivors");
        live.collected("MarkSweepCompact", Map.of("Eden Space", 80L, "Tenured Gen", 60L), Map.of("Tenured Gen", 20L));
        assertEquals(180, live.touched(900, 70));
        assertEquals(200, live.touched(900, 200));
        assertEquals(150, live.touched(150, 70), "what was given back has none");
    }

    @Test
    void regionsMayHavePagesAnywhere() {
        LiveSet live = g1();
        assertEquals(30, live.touched(900, 30), "nothing was used twice");
        young(live, 100, 90); // of 194 in use
        assertEquals(224, live.touched(900, 30));
        for (int i = 0; i < 4; i++) {
            young(live, 100, 90);
        }
        assertEquals(900, live.touched(900, 30));
    }

    @Test
    void isUnderstoodOfEachCollectorButEpsilon() {
        for (String old :
                List.of("Tenured Gen", "PS Old Gen", "G1 Old Gen", "ZHeap", "ZGC Old Generation", "Shenandoah")) {
            assertTrue(of(old).isUnderstood(), old);
        }
        assertFalse(of("Epsilon Heap").isUnderstood());
        assertFalse(of("tenured-LOA", "nursery-allocate").isUnderstood());
    }
}
