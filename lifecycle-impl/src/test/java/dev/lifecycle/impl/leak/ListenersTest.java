package dev.lifecycle.impl.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.leak.LeakDetector.Registration;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.LeakReport.Kind;
import dev.lifecycle.leak.Site;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private static final Site HERE = Site.here();
    private final Detectors make = new Detectors();

    @AfterEach
    void closeAll() {
        make.close();
    }

    @Test
    void hearOfANewReportAndOfEachDoublingOnTheReaperThread() {
        Detector<Object> detector = make.open();
        List<Long> counts = new CopyOnWriteArrayList<>();
        AtomicReference<String> thread = new AtomicReference<>();
        detector.addListener(report -> {
            thread.set(Thread.currentThread().getName());
            counts.add(report.count());
        });
        for (int i = 0; i < 100; i++) {
            Detectors.plant(detector, HERE);
        }
        Await.collection();
        Await.until("the last doubling", () -> counts.contains(64L));
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L), counts);
        assertEquals("lifecycle-reaper", thread.get());
    }

    @Test
    void hearNoLeakAgainBecauseItWasDrained() {
        Detector<Object> detector = make.open();
        List<Long> counts = new CopyOnWriteArrayList<>();
        detector.addListener(report -> counts.add(report.count()));
        for (int i = 0; i < 7; i++) {
            Detectors.plant(detector, HERE);
            assertEquals(1, DetectorTest.awaitReports(detector, 1).get(0).count());
        }
        Await.until("the last", () -> counts.contains(4L));
        assertEquals(List.of(1L, 2L, 4L), counts);
    }

    @Test
    void areCountedWhenTheyThrowAndHarmNobody() {
        Detector<Object> detector = make.open();
        AtomicInteger heard = new AtomicInteger();
        detector.addListener(report -> {
            throw new IllegalStateException("planted");
        });
        detector.addListener(report -> {
            throw new StackOverflowError("planted");
        });
        detector.addListener(report -> sneak(new InterruptedException("planted, checked")));
        detector.addListener(report -> heard.incrementAndGet());
        Detectors.plant(detector, HERE);
        Await.collection();
        Await.until("heard", () -> heard.get() == 1);
        assertEquals(3, detector.stats().listenerFailures());
        Detectors.plant(detector, Site.named("other"));
        Await.collection();
        Await.until("heard again", () -> heard.get() == 2);
        assertEquals(6, detector.stats().listenerFailures());
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneak(Throwable failure) throws X {
        throw (X) failure;
    }

    @Test
    void arePassedOverWhileTheyBlockAndHeardAgainAfter() throws InterruptedException {
        Detector<Object> detector = make.open();
        CountDownLatch release = new CountDownLatch(1);
        List<String> blocked = new CopyOnWriteArrayList<>();
        List<String> heard = new CopyOnWriteArrayList<>();
        AtomicReference<Thread> stuck = new AtomicReference<>();
        detector.addListener(report -> {
            stuck.set(Thread.currentThread());
            blocked.add(report.origin());
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        detector.addListener(report -> heard.add(report.origin()));
        plant(detector, "first");
        Await.until("blocked", () -> blocked.size() == 1);
        plant(detector, "second");
        Await.within(Duration.ofSeconds(10), "both heard by the other listener", () -> heard.size() == 2);
        assertEquals(List.of("first"), blocked);
        Await.until("stuck once, passed over once", () -> detector.stats().listenerFailures() == 2);

        release.countDown();
        stuck.get().join();
        plant(detector, "third");
        Await.until("heard by both", () -> heard.size() == 3 && blocked.size() == 2);
        assertEquals(List.of("first", "second", "third"), heard);
        assertEquals(List.of("first", "third"), blocked);
    }

    private static void plant(Detector<Object> detector, String site) {
        Detectors.plant(detector, Site.named(site));
        Await.collection();
    }

    /** User code of another kind on the reaper thread. */
    @Test
    void areNotDelayedForEverByASiteThatBlocks() throws InterruptedException {
        Detector<Object> detector = make.open();
        List<String> heard = new CopyOnWriteArrayList<>();
        detector.addListener(report -> heard.add(report.origin()));
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        detector.track(new Object(), () -> {
            entered.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "slow";
        });
        Await.collection();
        entered.await();
        plant(detector, "other");
        Await.until("the other one", () -> heard.contains("other"));
        release.countDown();
        Await.until("the slow one", () -> heard.contains("slow"));
        Await.until("counted", () -> detector.stats().listenerFailures() == 1);
    }

    @Test
    void endWithTheirRegistration() throws InterruptedException {
        Detector<Object> detector = make.open();
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        Registration registration = detector.addListener(report -> first.incrementAndGet());
        detector.addListener(report -> second.incrementAndGet());
        registration.close();
        registration.close();
        plant(detector, "here");
        Await.until("heard", () -> second.get() == 1);
        assertEquals(0, first.get());
    }

    @Test
    void mayUseTheDetectorAndRemoveThemselves() {
        Detector<Object> detector = make.open();
        AtomicReference<Registration> self = new AtomicReference<>();
        List<LeakReport> drained = new CopyOnWriteArrayList<>();
        self.set(detector.addListener(report -> {
            self.get().close();
            drained.addAll(detector.drain());
            detector.track(this).close(this);
        }));
        plant(detector, "here");
        Await.until("drained", () -> drained.size() == 1);
        assertEquals(Kind.COLLECTED_UNCLOSED, drained.get(0).kind());
    }

    @Test
    void areBounded() {
        Detector<Object> detector = make.open();
        IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> {
            for (int i = 0; i <= Sinks.MAX; i++) {
                detector.addListener(report -> {});
            }
        });
        assertTrue(refusal.getMessage().contains("256"), refusal::getMessage);
    }
}
