package dev.lifecycle.impl.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.State;
import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakDetector.Capture;
import dev.lifecycle.leak.LeakDetector.Tracker;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.LeakStats;
import dev.lifecycle.leak.Site;
import dev.lifecycle.leak.Touch;
import dev.lifecycle.time.VirtualTime;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DetectorTest {
    private static final Site HERE = Site.here();
    private final Detectors make = new Detectors();

    @AfterEach
    void closeAll() {
        make.close();
    }

    // ---- what is found

    @Test
    void reportsADroppedObjectWithinASecondOfItsCollectionWithoutTraffic() {
        Detector<Object> detector = make.open();
        Detectors.plant(detector, HERE);
        Await.collection();
        Await.within(Duration.ofSeconds(1), "reported", () -> detector.stats().leaked() == 1);
        Await.within(
                Duration.ofSeconds(1),
                "listed",
                () -> detector.snapshot().gauges().get("waitingReports").equals(1));
        LeakReport report = detector.drain().get(0);
        assertEquals(LeakReport.Kind.COLLECTED_UNCLOSED, report.kind());
        assertEquals("java.lang.Object", report.type());
        assertEquals("Object", report.label());
        assertSame(HERE, report.acquired());
        assertTrue(report.origin().contains("DetectorTest.java"), report.origin());
        assertEquals(1, report.count());
        assertEquals(Duration.ZERO, report.age());
        assertEquals("", report.thread());
        assertEquals(List.of(), detector.drain());
    }

    @Test
    void reportsNothingOfAnObjectThatWasClosed() {
        Detector<Object> detector = make.open();
        Object object = new Object();
        Tracker<Object> tracker = detector.track(object, HERE);
        assertTrue(tracker.close(object));
        assertFalse(tracker.close(object), "the second time");
        object = null;
        Await.collection();
        Detectors.plant(detector, Site.named("later"));
        Await.collection();
        Await.until("the later one", () -> detector.stats().leaked() == 1);
        assertEquals(new LeakStats(2, 0, 1, 0, 0, 0, 0, 0), detector.stats());
        Reference.reachabilityFence(tracker);
    }

    @Test
    void capturesTheStackFromTheCallerOn() {
        make.capture = Capture.STACK;
        Detector<Object> detector = make.open();
        plantWithStack(detector);
        LeakReport report = awaitReports(detector, 1).get(0);
        assertEquals("plantWithStack", report.stack()[0].getMethodName());
        assertEquals(Thread.currentThread().getName(), report.thread());
        assertTrue(report.age().compareTo(Duration.ZERO) > 0);
        assertEquals(1, detector.stats().captures());
    }

    private static void plantWithStack(Detector<Object> detector) {
        detector.track(new Object());
    }

    @Test
    void countsLeaksOfOneOriginInOneReport() {
        Detector<Object> detector = make.open();
        for (int i = 0; i < 1_000; i++) {
            Detectors.plant(detector, HERE);
        }
        Await.collection();
        Await.until("all found", () -> detector.stats().leaked() == 1_000);
        long sum = 0;
        while (sum < 1_000) {
            for (LeakReport report : detector.drain()) {
                sum += report.count();
            }
        }
        assertEquals(1_000, sum);
    }

    // ---- sampling

    @Test
    void tracksNothingWhenSwitchedOff() {
        make.oneIn = LeakDetector.OFF;
        Detector<Object> detector = make.open();
        Object object = new Object();
        Tracker<Object> tracker = detector.track(object, HERE);
        tracker.touch();
        tracker.touch("hint");
        assertFalse(tracker.close(object));
        assertEquals(0, detector.stats().tracked());
        detector.sampling(1);
        assertTrue(detector.track(object).close(object));
    }

    @Test
    void samplesAboutOneInSoMany() {
        for (int oneIn : new int[] {2, 3, 100}) {
            make.oneIn = oneIn;
            Detector<Object> detector = make.open();
            Object object = new Object();
            int n = 200_000;
            for (int i = 0; i < n; i++) {
                detector.track(object).close(object);
            }
            double mean = (double) n / oneIn;
            assertEquals(mean, detector.stats().tracked(), 6 * Math.sqrt(mean), "one in " + oneIn);
        }
    }

    @Test
    void acceptsTheLargestRate() {
        make.oneIn = Integer.MAX_VALUE;
        Detector<Object> detector = make.open();
        detector.track(this).close(this);
        assertEquals("1/2147483647", detector.snapshot().gauges().get("sampling"));
    }

    // ---- escalation

    @Test
    void tracksASiteThatLeakedWithoutSamplingAndWithStacksForAWhile() {
        VirtualTime clock = new VirtualTime(Long.MAX_VALUE - 5);
        make.clock = clock;
        make.oneIn = 1;
        Detector<Object> detector = make.open();
        Detectors.plant(detector, HERE);
        assertEquals(0, awaitReports(detector, 1).get(0).stack().length);
        detector.sampling(Integer.MAX_VALUE);
        long before = detector.stats().tracked();

        Detectors.plant(detector, HERE);
        Detectors.plant(detector, Site.named("innocent"));
        assertEquals(before + 1, detector.stats().tracked());
        LeakReport second = awaitReports(detector, 1).get(0);
        assertTrue(second.stack().length > 0, "the next leak there comes with its stack");

        clock.advance(Duration.ofMinutes(10));
        Detectors.plant(detector, HERE);
        assertEquals(before + 1, detector.stats().tracked(), "over");
        assertEquals(0, detector.snapshot().gauges().get("suspects"));
    }

    @Test
    void escalatesByTypeWhereThereIsNoSite() {
        make.clock = new VirtualTime();
        Detector<Object> detector = make.open();
        detector.track(new StringBuilder());
        awaitReports(detector, 1);
        detector.sampling(Integer.MAX_VALUE);
        StringBuilder same = new StringBuilder();
        ArrayList<Object> other = new ArrayList<>();
        assertTrue(detector.track(same).close(same));
        assertFalse(detector.track(other).close(other));
    }

    @Test
    void forgetsEscalationsOfQuietSitesWhenOthersTrack() {
        VirtualTime clock = new VirtualTime();
        make.clock = clock;
        Detector<Object> detector = make.open();
        Detectors.plant(detector, HERE);
        awaitReports(detector, 1);
        detector.sampling(Integer.MAX_VALUE);
        clock.advance(Duration.ofMinutes(11));
        for (int i = 0; i < 10_000; i++) {
            detector.track(this).close(this);
        }
        assertEquals(0, detector.snapshot().gauges().get("suspects"));
    }

    @Test
    void neverEscalatesWhenToldNotTo() {
        make.escalate = 0;
        Detector<Object> detector = make.open();
        Detectors.plant(detector, HERE);
        awaitReports(detector, 1);
        assertEquals(0, detector.snapshot().gauges().get("suspects"));
    }

    @Test
    void boundsTheNumberOfSuspects() {
        Escalations escalations = new Escalations(1_000);
        for (int i = 0; i < 3 * Escalations.MAX; i++) {
            escalations.add(Site.named("site " + i), i);
            assertTrue(escalations.invariantsHold());
        }
        assertEquals(Escalations.MAX, escalations.size());
        escalations.prune(10_000);
        assertTrue(escalations.isEmpty());
    }

    // ---- capture rate and touches

    @Test
    void capturesNoMoreThanSoManyStacksInASecond() {
        VirtualTime clock = new VirtualTime();
        make.clock = clock;
        make.capture = Capture.STACK;
        make.maxCapturesPerSecond = 10;
        Detector<Object> detector = make.open();
        for (int i = 0; i < 100; i++) {
            detector.track(this).close(this);
        }
        assertEquals(10, detector.stats().captures());
        clock.advance(Duration.ofMillis(500));
        for (int i = 0; i < 100; i++) {
            detector.track(this).close(this);
        }
        assertEquals(15, detector.stats().captures());
        clock.advance(Duration.ofDays(1));
        for (int i = 0; i < 100; i++) {
            detector.track(this).close(this);
        }
        assertEquals(25, detector.stats().captures());
        assertEquals(300, detector.stats().tracked());
    }

    @Test
    void keepsTheFirstAndTheLastTouches() {
        make.capture = Capture.STACK;
        Detector<Object> detector = make.open();
        plantTouched(detector, 20);
        List<Touch> touches = awaitReports(detector, 1).get(0).touches();
        assertEquals(
                List.of("hint 0", "hint 13", "hint 14", "hint 15", "hint 16", "hint 17", "hint 18", "hint 19"),
                touches.stream().map(Touch::hint).toList());
        assertEquals("plantTouched", touches.get(0).stack()[0].getMethodName());
        assertEquals(Thread.currentThread().getName(), touches.get(0).thread());
    }

    private static void plantTouched(Detector<Object> detector, int times) {
        Tracker<Object> tracker = detector.track(new Object());
        for (int i = 0; i < times; i++) {
            tracker.touch("hint " + i);
        }
    }

    @Test
    void keepsFewTouchesInOrder() {
        make.capture = Capture.STACK;
        for (int times = 0; times <= 10; times++) {
            Detector<Object> detector = make.open();
            plantTouched(detector, times);
            List<Touch> touches = awaitReports(detector, 1).get(0).touches();
            assertEquals(Math.min(times, LeakReport.MAX_TOUCHES), touches.size());
            for (int i = 0; i < touches.size(); i++) {
                int expected = i == 0 ? 0 : times - touches.size() + i;
                assertEquals("hint " + expected, touches.get(i).hint());
            }
        }
    }

    @Test
    void printsHintsOnlyForReportsAndSurvivesThem() {
        make.capture = Capture.STACK;
        Detector<Object> detector = make.open();
        AtomicLong printed = new AtomicLong();
        Object object = new Object();
        Tracker<Object> tracker = detector.track(object);
        tracker.touch(new Object() {
            @Override
            public String toString() {
                printed.incrementAndGet();
                throw new StackOverflowError("planted");
            }
        });
        tracker.touch("a\nb\u2028" + "x".repeat(1_000_000));
        tracker.touch(null);
        assertEquals(0, printed.get());
        Reference.reachabilityFence(object);
        object = null;
        List<Touch> touches = awaitReports(detector, 1).get(0).touches();
        assertEquals(
                "(failed with java.lang.StackOverflowError)", touches.get(0).hint());
        assertTrue(
                touches.get(1).hint().startsWith("a\\u000ab\\u2028xxx"),
                touches.get(1).hint());
        assertTrue(touches.get(1).hint().length() < 1_100);
        assertSame(null, touches.get(2).hint());
    }

    @Test
    void survivesASiteThatThrows() {
        Detector<Object> detector = make.open();
        Detectors.plant(detector, () -> {
            throw new StackOverflowError("planted");
        });
        assertEquals(
                "(failed with java.lang.StackOverflowError)",
                awaitReports(detector, 1).get(0).origin());
    }

    // ---- bounds

    @Test
    void keepsAtMostAThousandReportsAndCountsTheRest() {
        Detector<Object> detector = make.open();
        for (int i = 0; i < 1_200; i++) {
            Detectors.plant(detector, Site.named("site " + i));
        }
        Await.collection();
        Await.until(
                "all found",
                () -> detector.stats().leaked() == 1_200 && detector.stats().droppedReports() == 200);
        assertTrue(detector.invariantsHold());
        assertEquals(LeakDetector.MAX_REPORTS, detector.drain().size());
    }

    // ---- arguments and life

    @Test
    void refusesBadArguments() {
        Detector<Object> detector = make.open();
        assertEquals(
                "object",
                assertThrows(NullPointerException.class, () -> detector.track(null))
                        .getMessage());
        assertEquals(
                "site",
                assertThrows(NullPointerException.class, () -> detector.track(this, null))
                        .getMessage());
        assertThrows(NullPointerException.class, () -> detector.addListener(null));
        assertThrows(IllegalArgumentException.class, () -> detector.sampling(-1));
        assertThrows(IllegalArgumentException.class, () -> detector.sampling(Integer.MIN_VALUE));
        Tracker<Object> tracker = detector.track(this);
        assertThrows(NullPointerException.class, () -> tracker.close(null));
        assertThrows(IllegalArgumentException.class, () -> tracker.close("another object"));
        assertTrue(tracker.close(this), "still open");
    }

    @Test
    void forgetsWhatItTracksWhenClosed() {
        Detector<Object> detector = make.open();
        List<Object> objects = new ArrayList<>();
        List<Tracker<Object>> trackers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            objects.add(new Object());
            trackers.add(detector.track(objects.get(i), HERE));
        }
        detector.close();
        detector.close();
        assertEquals(State.CLOSED, detector.state());
        assertEquals(0, detector.stats().open());
        assertFalse(trackers.get(0).close(objects.get(0)));
        assertFalse(detector.track(this).close(this), "tracks no more");
        detector.sampling(1);
        assertFalse(detector.track(this).close(this), "nor after a change of its rate");
        objects.clear();
        Await.collection();
        assertEquals(0, detector.stats().leaked());
        assertEquals(List.of(), detector.drain());
        assertTrue(detector.invariantsHold());
    }

    @Test
    void showsItselfInTheTree() {
        Detector<Object> detector = make.open();
        detector.track(this);
        assertEquals("java.lang.Object", detector.name());
        assertEquals("LeakDetector", detector.kind().name());
        assertEquals(1L, detector.snapshot().gauges().get("open"));
        assertEquals("1/1", detector.snapshot().gauges().get("sampling"));
    }

    @Test
    void stoppingToCloseAndGoingOnTrackingLeavesNothingBehind() throws Exception {
        for (int round = 0; round < 200; round++) {
            Detector<Object> detector = make.open();
            CyclicBarrier start = new CyclicBarrier(2);
            Thread tracking = new Thread(() -> {
                await(start);
                for (int i = 0; i < 200; i++) {
                    detector.track(this, HERE);
                }
            });
            tracking.start();
            await(start);
            detector.close();
            tracking.join();
            assertEquals(0, detector.stats().open());
        }
    }

    // ---- races

    /** Close and collection fight for one token; reap() is called as the reaper would, so that it is a close race. */
    @Test
    void endsEachObjectOnceWhoeverWins() throws Exception {
        Detector<Object> detector = make.open();
        int rounds = 20_000;
        Object[] objects = new Object[rounds];
        Token[] tokens = new Token[rounds];
        for (int i = 0; i < rounds; i++) {
            objects[i] = new Object();
            tokens[i] = (Token) (Object) detector.track(objects[i], HERE);
        }
        AtomicLong closed = new AtomicLong();
        CyclicBarrier start = new CyclicBarrier(3);
        Runnable closing = () -> {
            await(start);
            for (int i = 0; i < rounds; i++) {
                if (tokens[i].close(objects[i])) {
                    closed.incrementAndGet();
                }
            }
        };
        Thread one = new Thread(closing);
        Thread two = new Thread(closing);
        one.start();
        two.start();
        await(start);
        for (int i = 0; i < rounds; i++) {
            tokens[i].reap();
        }
        one.join();
        two.join();
        LeakStats stats = detector.stats();
        assertEquals(rounds, stats.tracked());
        assertEquals(0, stats.open());
        assertEquals(rounds, closed.get() + stats.leaked());
        assertEquals(closed.get(), detector.counts().closed());
    }

    @Test
    void keepsExactCountsWhenManyThreadsOpenCloseAndDrop() throws Exception {
        Detector<Object> detector = make.open();
        int threads = 6;
        int each = 40_000;
        AtomicLong dropped = new AtomicLong();
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> dropped.addAndGet(mixedTraffic(detector, each)));
            thread.start();
            all.add(thread);
        }
        while (all.stream().anyMatch(Thread::isAlive)) {
            System.gc();
            LeakStats stats = detector.stats();
            assertTrue(stats.tracked() >= stats.open() + stats.leaked(), stats::toString);
            assertTrue(detector.invariantsHold());
        }
        for (Thread thread : all) {
            thread.join();
        }
        Await.collection();
        Await.until("all that were dropped", () -> detector.stats().leaked() == dropped.get());
        assertEquals((long) threads * each, detector.stats().tracked());
        assertEquals(0, detector.stats().open());
    }

    /** Keeps a window of open objects, closes from anywhere in it, drops one in a hundred. */
    private static long mixedTraffic(Detector<Object> detector, int n) {
        Object[] open = new Object[64];
        Tracker<?>[] trackers = new Tracker<?>[64];
        long dropped = 0;
        for (int i = 0; i < n + open.length; i++) {
            int at = i < n ? (int) (i * 31L % open.length) : i - n;
            if (open[at] != null) {
                if (i % 100 == 0) {
                    dropped++;
                } else {
                    close(trackers[at], open[at]);
                }
            }
            open[at] = null;
            if (i < n) {
                open[at] = new Object();
                trackers[at] = detector.track(open[at], HERE);
            }
        }
        return dropped;
    }

    @SuppressWarnings("unchecked")
    private static void close(Tracker<?> tracker, Object object) {
        assertTrue(((Tracker<Object>) tracker).close(object));
    }

    @Test
    void givesTrackersOfItsOwnToTrackedObjects() {
        Detector<Object> detector = make.open();
        assertNotSame(detector.track(this), detector.track(this));
    }

    // ---- help

    static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static List<LeakReport> awaitReports(Detector<Object> detector, int n) {
        Await.collection();
        Await.until(
                n + " reports",
                () -> detector.snapshot().gauges().get("waitingReports").equals(n));
        return detector.drain();
    }
}
