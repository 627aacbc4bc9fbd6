package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two hours of samples every half minute, of processes that are but figures. */
class MonitorJudgeTest {
    private static final long MB = 1 << 20;
    private static final long HALF_MINUTE = 30_000_000_000L;
    private static final int SAMPLES = 240;

    private final Random random = new Random(5);

    /** Figures at a sample, in MB but for the last two. */
    private record Figures(double live, double rss, double committed, long threads, long gcMillis) {}

    private interface Course {
        Figures at(int sample);
    }

    private LeakFinding judged(boolean collected, boolean reclaimed, Course course) {
        MonitorJudge judge = new MonitorJudge();
        LeakFinding last = null;
        for (int i = 0; i < SAMPLES; i++) {
            Figures now = course.at(i);
            long noise = random.nextInt(20_000);
            MonitorCsv.Row row = new MonitorCsv.Row(
                    Instant.EPOCH,
                    (long) (now.rss * MB) + noise,
                    -1,
                    -1,
                    -1,
                    now.committed < 0 ? -1 : (long) (now.committed * MB),
                    1_000 * MB,
                    (long) (now.live * MB) + noise,
                    10 * MB,
                    now.threads,
                    20,
                    2_000,
                    i,
                    reclaimed ? i : 0,
                    now.gcMillis,
                    0.5,
                    Optional.empty());
            last = judge.add(i * HALF_MINUTE, row, collected, reclaimed);
        }
        return java.util.Objects.requireNonNull(last);
    }

    @Test
    void whatStaysIsStable() {
        assertEquals(
                LeakVerdict.STABLE,
                judged(true, true, i -> new Figures(100, 400, 300, 30, i * 10)).verdict());
    }

    @Test
    void anUpperBoundThatGrowsIsALeakOnlyWhereTheOldGenerationWasCollected() {
        Course grows = i -> new Figures(100 + i * 0.5, 400, 300, 30, i * 10);
        assertEquals(LeakVerdict.LEAKING, judged(true, true, grows).verdict());
        assertEquals(LeakVerdict.SAWTOOTH_UNKNOWN, judged(true, false, grows).verdict());
        assertEquals(LeakVerdict.INSUFFICIENT_DATA, judged(false, false, grows).verdict());
    }

    @Test
    void growthOutsideTheHeapIsNative() {
        LeakFinding finding = judged(true, true, i -> new Figures(100, 400 + i * 0.5, 300, 30, i * 10));
        assertEquals(LeakVerdict.NATIVE_GROWTH, finding.verdict());
        assertTrue(finding.isAlarm());
    }

    @Test
    void aHeapThatIsTouchedForTheFirstTimeIsNoGrowthOutsideOfIt() {
        LeakFinding finding = judged(true, true, i -> new Figures(100, 200 + i * 0.4, 300, 30, i * 10));
        assertFalse(finding.isAlarm(), finding.toString());
    }

    @Test
    void nothingIsSaidOfWhatIsOutsideAHeapThatIsNotKnown() {
        LeakFinding finding = judged(true, true, i -> new Figures(100, 400 + i, -1, 30, i * 10));
        assertFalse(finding.isAlarm(), finding.toString());
    }

    @Test
    void threadsThatGrowAreNamed() {
        LeakFinding finding = judged(true, true, i -> new Figures(100, 400, 300, 30 + i, i * 10));
        assertEquals(LeakVerdict.LEAKING, finding.verdict());
        assertEquals("threads", finding.series());
    }

    @Test
    void timeInCollectionsIsChurnOrTheEnd() {
        Course busy = i -> new Figures(100, 400, 300, 30, i * 9_000L);
        assertEquals(LeakVerdict.CHURN, judged(true, true, busy).verdict());
        Course full = i -> new Figures(950, 1_300, 1_000, 30, i * 20_000L);
        assertEquals(LeakVerdict.RESTART_ADVISED, judged(true, true, full).verdict());
    }
}
