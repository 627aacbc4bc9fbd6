package dev.lifecycle.impl.memory.trend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.memory.trend.Diagnosis.Component;
import dev.lifecycle.impl.memory.trend.Diagnosis.Signs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
    private static final long MB = 1024 * 1024;
    private static final Component QUOTES = new Component("quotes", 900, 1000, 90 * MB, 100 * MB);

    @Test
    void namesAComponentPastItsBound() {
        Component broken = new Component("orders", 1200, 1000, 120 * MB, 0);
        TrendFinding found = judge(Verdict.STABLE, Verdict.STABLE, List.of(QUOTES, broken), 0.1, 0.01, 0, Double.NaN);
        assertEquals(Verdict.LEAKING, found.verdict());
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
        TrendFinding found =
                judge(Verdict.LEAKING, Verdict.LEAKING, List.of(QUOTES, unbounded), 0.5, 0.1, 0, Double.NaN);
        assertEquals(Verdict.LEAKING, found.verdict());
        assertEquals("heap told; without a bound: log", found.explanation());
    }

    @Test
    void tellsNativeGrowthFromRetention() {
        assertEquals(
                Verdict.NATIVE_GROWTH,
                judge(Verdict.STABLE, Verdict.LEAKING, List.of(), 0.1, 0, 0, Double.NaN)
                        .verdict());
        assertEquals(
                Verdict.NATIVE_GROWTH,
                judge(Verdict.STABLE, Verdict.LEAKING, List.of(), 0.1, 0, 0, 0.49)
                        .verdict());
        TrendFinding kept = judge(Verdict.STABLE, Verdict.GROWING, List.of(), 0.1, 0, 0, 0.5);
        assertEquals(Verdict.ALLOCATOR_RETENTION, kept.verdict());
        assertEquals("outside", kept.series());
        assertEquals(
                Verdict.STABLE,
                judge(Verdict.STABLE, Verdict.GROWING, List.of(), 0.1, 0, 0, Double.NaN)
                        .verdict());
    }

    @Test
    void advisesARestartWhereNothingHelps() {
        assertEquals(
                Verdict.RESTART_ADVISED,
                judge(Verdict.LEAKING, Verdict.STABLE, List.of(QUOTES), 0.5, 0, 3, 0)
                        .verdict());
        assertEquals(
                Verdict.RESTART_ADVISED,
                judge(Verdict.STABLE, Verdict.STABLE, List.of(), 0.9, 0.5, 0, 0).verdict());
        assertEquals(
                Verdict.STABLE,
                judge(Verdict.STABLE, Verdict.STABLE, List.of(), 0.9, 0.49, 2, 0)
                        .verdict());
    }

    @Test
    void callsManyCollectionsOfLittleChurn() {
        assertEquals(
                Verdict.CHURN,
                judge(Verdict.STABLE, Verdict.STABLE, List.of(), 0.3, 0.2, 0, 0).verdict());
        assertEquals(
                Verdict.GROWING,
                judge(Verdict.GROWING, Verdict.STABLE, List.of(), 0.3, 0.2, 0, 0)
                        .verdict());
        assertEquals(
                Verdict.STABLE,
                judge(Verdict.STABLE, Verdict.STABLE, List.of(), 0.7, 0.2, 0, 0).verdict());
    }

    @Test
    void saysWhichComponentWarmsUpMost() {
        Component small = new Component("small", 1, 10, MB, 0);
        TrendFinding found = judge(Verdict.WARMING, Verdict.STABLE, List.of(small, QUOTES), 0.3, 0, 0, 0);
        assertEquals("heap told; the largest is quotes with 90.0 MB, 900 of 1000 entries", found.explanation());
    }

    @Test
    void givesTheFindingOnTheHeapWhereNothingElseIsKnown() {
        TrendFinding heap = finding("heap", Verdict.LOAD_DRIVEN);
        TrendFinding outside = finding("outside", Verdict.INSUFFICIENT_DATA);
        assertSame(heap, Diagnosis.judge(new Signs(heap, outside, List.of(), 1, 0, 0, 0, Double.NaN)));
    }

    private static TrendFinding judge(
            Verdict heap,
            Verdict outside,
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

    private static TrendFinding finding(String series, Verdict verdict) {
        return new TrendFinding(
                series, verdict, 1, 0, 2, 3, 0.99, Duration.ofHours(1), Duration.ofHours(9), series + " told");
    }
}
