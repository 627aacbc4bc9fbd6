package dev.lifecycle.impl.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.leak.LeakDetector.Tracker;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.LeakReport.Kind;
import dev.lifecycle.leak.Site;
import dev.lifecycle.time.VirtualTime;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeldTooLongTest {
    private static final Site HERE = Site.here();
    private final Detectors make = new Detectors();
    private final VirtualTime clock = new VirtualTime(Long.MAX_VALUE - 1_000);

    @BeforeEach
    void useVirtualTime() {
        make.clock = clock;
        make.heldLongerThan = Duration.ofMinutes(1).toNanos();
    }

    @AfterEach
    void closeAll() {
        make.close();
    }

    @Test
    void reportsOnceWhatIsHeldAndWithdrawsItWhenItIsClosed() {
        Detector<Object> detector = make.open();
        Object object = new Object();
        Tracker<Object> tracker = detector.track(object, HERE);
        clock.advance(Duration.ofMinutes(1));
        clock.advance(Duration.ofSeconds(5));
        Await.until("held", () -> detector.stats().heldTooLong() == 1 && waiting(detector) == 1);
        LeakReport held = detector.drain().get(0);
        assertEquals(Kind.HELD_TOO_LONG, held.kind());
        assertEquals(HERE, held.acquired());
        assertTrue(held.age().compareTo(Duration.ofMinutes(1)) >= 0, held::toString);
        assertTrue(held.age().compareTo(Duration.ofMinutes(2)) < 0, held::toString);

        clock.advance(Duration.ofHours(10));
        assertTrue(tracker.close(object));
        LeakReport recovered = detector.drain().get(0);
        assertEquals(Kind.RECOVERED, recovered.kind());
        assertEquals(HERE, recovered.acquired());
        assertEquals(Duration.ofHours(10).plusSeconds(65), recovered.age());
        assertEquals(1, detector.stats().heldTooLong(), "once");
        assertEquals(1, detector.stats().recovered());
        assertEquals(0, detector.stats().open());
    }

    @Test
    void reportsWhatIsHeldAndThenDroppedInBothWays() {
        Detector<Object> detector = make.open();
        holdTooLong(detector);
        Await.collection();
        Await.until("collected", () -> detector.stats().leaked() == 1 && waiting(detector) == 2);
        assertEquals(
                List.of(Kind.HELD_TOO_LONG, Kind.COLLECTED_UNCLOSED),
                detector.drain().stream().map(LeakReport::kind).toList());
        assertEquals(0, detector.stats().recovered());
    }

    private void holdTooLong(Detector<Object> detector) {
        Object object = new Object();
        detector.track(object, HERE);
        clock.advance(Duration.ofMinutes(2));
        Await.until("held", () -> waiting(detector) == 1);
        Reference.reachabilityFence(object);
    }

    @Test
    void reportsNothingOfWhatIsClosedInTime() {
        Detector<Object> detector = make.open();
        Object late = new Object();
        for (int i = 0; i < 100; i++) {
            Object object = new Object();
            Tracker<Object> tracker = detector.track(object, HERE);
            clock.advance(Duration.ofSeconds(59));
            tracker.close(object);
        }
        detector.track(late, Site.named("late"));
        clock.advance(Duration.ofMinutes(2));
        until("the late one", () -> waiting(detector) == 1);
        assertEquals("late", detector.drain().get(0).origin());
        assertEquals(1, detector.stats().heldTooLong());
        Reference.reachabilityFence(late);
    }

    @Test
    void findsEachOfManyHeldOnce() {
        Detector<Object> detector = make.open();
        List<Object> objects = new ArrayList<>();
        List<Tracker<Object>> trackers = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            objects.add(new Object());
            trackers.add(detector.track(objects.get(i), HERE));
        }
        clock.advance(Duration.ofMinutes(2));
        until("all held", () -> detector.stats().heldTooLong() == 20_000);
        assertTrue(detector.invariantsHold());
        for (int i = 0; i < objects.size(); i++) {
            assertTrue(trackers.get(i).close(objects.get(i)));
        }
        Await.until("all recovered", () -> detector.stats().recovered() == 20_000);
        assertEquals(20_000, detector.stats().heldTooLong());
    }

    /** Objects are closed while they are being reported: each report is withdrawn, exactly once. */
    @Test
    void withdrawsEveryReportWhoeverComesFirst() throws Exception {
        Detector<Object> detector = make.open();
        int n = 500;
        for (int round = 1; round <= 40; round++) {
            Object[] objects = new Object[n];
            List<Tracker<Object>> trackers = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                objects[i] = new Object();
                trackers.add(detector.track(objects[i], HERE));
            }
            CyclicBarrier start = new CyclicBarrier(2);
            Thread closing = new Thread(() -> {
                DetectorTest.await(start);
                for (int i = 0; i < n; i++) {
                    assertTrue(trackers.get(i).close(objects[i]));
                }
            });
            closing.start();
            DetectorTest.await(start);
            clock.advance(Duration.ofMinutes(2));
            closing.join();
            Await.until(
                    "as many withdrawn as reported",
                    () -> detector.stats().heldTooLong() == detector.stats().recovered());
        }
        assertEquals(0, detector.stats().open());
        assertEquals(0, detector.stats().leaked());
        assertEquals(detector.stats().heldTooLong(), detector.stats().recovered());
    }

    @Test
    void acceptsTheShortestAndTheLongestLimit() {
        make.heldLongerThan = 1;
        Detector<Object> strict = make.open();
        make.heldLongerThan = Long.MAX_VALUE - 1;
        Detector<Object> lenient = make.open();
        strict.track(this);
        lenient.track(this);
        clock.advance(Duration.ofSeconds(2));
        until("held", () -> strict.stats().heldTooLong() == 1);
        clock.advance(Duration.ofDays(365));
        assertEquals(0, lenient.stats().heldTooLong());
    }

    /** Lets virtual time go by while it waits: a sweep that ran just before the clock was moved is due only later. */
    private void until(String what, BooleanSupplier condition) {
        Await.until(what, () -> {
            clock.advance(Duration.ofSeconds(1));
            return condition.getAsBoolean();
        });
    }

    private static int waiting(Detector<Object> detector) {
        return (int) detector.snapshot().gauges().get("waitingReports");
    }
}
