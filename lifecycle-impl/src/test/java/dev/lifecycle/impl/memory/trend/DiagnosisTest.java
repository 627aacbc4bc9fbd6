package dev.lifecycle.impl.memory.trend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.memory.trend.Diagnosis.Component;
import dev.lifecycle.impl.memory.trend.Diagnosis.Signs;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
    private static final long MB = 1024 * 1024;
    private static final Component QUOTES = new Component("quotes", 900, 1000, 90 * MB, 100 * MB);

    @Test
    void namesAComponentPastItsBound() {
        Component broken = new Component("orders", 1200, 1000, 120 * MB, 0);
        LeakFinding found =
                judge(LeakVerdict.STABLE, LeakVerdict.STABLE, List.of(QUOTES, broken), 0.1, 0.01, 0, Double.NaN);
        assertEquals(LeakVerdict.LEAKING, found.verdict());
        assertTrue(
                found.explanation().startsWith("orders is past its bound: 1200 of 1000 entries"), found.explanation());
        assertTrue(new Component("bytes", 1, 0, 103 * MB, 100 * MB).pastBound());
        assertFalse(new Component("brimming", 1009, 1000, 100 * MB, 100 * MB).pastBound(), "for a moment it may be");
        assertFalse(new Component("one", 2, 1, 0, 0).pastBound());
        assertFalse(new Component("free", 9999, 0, 9999, 0).pastBound());
    }

    @Test
    void explainsGrowthOnlyByWhatIsBoundedAndKeepsIt() {
        Component unbounded = new Component("log", 10, 0, 7 * MB, 0);
        Component broken = new Component("orders", 1200, 1000, 120 * MB, 0);
        Component unknown = new Component("odd", 1, 10, -1, 0);
        assertEquals(90 * MB, Diagnosis.explained(List.of(QUOTES, unbounded, broken, unknown)));
    }

    @Test
    void saysWhatIsUnboundedWhereTheHeapLeaks() {
        Component unbounded = new Component("log", 10, 0, 7 * MB, 0);
        LeakFinding found =
                judge(LeakVerdict.LEAKING, LeakVerdict.LEAKING, List.of(QUOTES, unbounded), 0.5, 0.1, 0, Double.NaN);
        assertEquals(LeakVerdict.LEAKING, found.verdict());
        assertEquals("heap told; without a bound: log", found.explanation());
    }

    @Test
    void tellsNativeGrowthFromRetention() {
        assertEquals(
                LeakVerdict.NATIVE_GROWTH,
                judge(LeakVerdict.STABLE, LeakVerdict.LEAKING, List.of(), 0.1, 0, 0, Double.NaN)
                        .verdict());
        assertEquals(
                LeakVerdict.NATIVE_GROWTH,
                judge(LeakVerdict.STABLE, LeakVerdict.LEAKING, List.of(), 0.1, 0, 0, 0.49)
                        .verdict());
        LeakFinding kept = judge(LeakVerdict.STABLE, LeakVerdict.GROWING, List.of(), 0.1, 0, 0, 0.5);
        assertEquals(LeakVerdict.ALLOCATOR_RETENTION, kept.verdict());
        assertEquals("outside", kept.series());
        assertEquals(
                LeakVerdict.STABLE,
                judge(LeakVerdict.STABLE, LeakVerdict.GROWING, List.of(), 0.1, 0, 0, Double.NaN)
                        .verdict());
    }

    @Test
    void advisesARestartWhereNothingHelps() {
        assertEquals(
                LeakVerdict.RESTART_ADVISED,
                judge(LeakVerdict.LEAKING, LeakVerdict.STABLE, List.of(QUOTES), 0.5, 0, 3, 0)
                        .verdict());
        assertEquals(
                LeakVerdict.RESTART_ADVISED,
                judge(LeakVerdict.STABLE, LeakVerdict.STABLE, List.of(), 0.9, 0.5, 0, 0)
                        .verdict());
        assertEquals(
                LeakVerdict.STABLE,
                judge(LeakVerdict.STABLE, LeakVerdict.STABLE, List.of(), 0.9, 0.49, 2, 0)
                        .verdict());
    }

    @Test
    void callsManyCollectionsOfLittleChurn() {
        assertEquals(
                LeakVerdict.CHURN,
                judge(LeakVerdict.STABLE, LeakVerdict.STABLE, List.of(), 0.3, 0.2, 0, 0)
                        .verdict());
        assertEquals(
                LeakVerdict.GROWING,
                judge(LeakVerdict.GROWING, LeakVerdict.STABLE, List.of(), 0.3, 0.2, 0, 0)
                        .verdict());
        assertEquals(
                LeakVerdict.STABLE,
                judge(LeakVerdict.STABLE, LeakVerdict.STABLE, List.of(), 0.7, 0.2, 0, 0)
                        .verdict());
    }

    @Test
    void saysWhichComponentWarmsUpMost() {
        Component small = new Component("small", 1, 10, MB, 0);
        LeakFinding found = judge(LeakVerdict.WARMING, LeakVerdict.STABLE, List.of(small, QUOTES), 0.3, 0, 0, 0);
        assertEquals("heap told; the largest is quotes with 90.0 MB, 900 of 1000 entries", found.explanation());
    }

    @Test
    void givesTheFindingOnTheHeapWhereNothingElseIsKnown() {
        LeakFinding heap = finding("heap", LeakVerdict.LOAD_DRIVEN);
        LeakFinding outside = finding("outside", LeakVerdict.INSUFFICIENT_DATA);
        assertSame(heap, Diagnosis.judge(new Signs(heap, outside, List.of(), 1, 0, 0, 0, Double.NaN)));
    }

    private static LeakFinding judge(
            LeakVerdict heap,
            LeakVerdict outside,
            List<Component> components,
            double full,
            double collecting,
            int futile,
            double returned) {
        long limit = 1000 * MB;
        return Diagnosis.judge(new Signs(
                finding("heap", heap),
                finding("outside", outside),
                components,
                (long) (full * limit),
                limit,
                collecting,
                futile,
                returned));
    }

    private static LeakFinding finding(String series, LeakVerdict verdict) {
        return new LeakFinding(
                series,
                verdict,
                1,
                0,
                2,
                3,
                0.99,
                Duration.ofHours(1),
                Optional.of(Duration.ofHours(9)),
                series + " told",
                List.of(),
                List.of());
    }
}
