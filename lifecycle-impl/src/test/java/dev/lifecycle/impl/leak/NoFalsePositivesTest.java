package dev.lifecycle.impl.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.leak.LeakDetector.Tracker;
import dev.lifecycle.leak.Site;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * No object that is closed is ever reported, however tightly its last use is followed by a collection. The system property
 * {@code dev.lifecycle.test.rounds} sets how many are tried: 2 000 000 by default, 100 000 000 for the long run.
 */
class NoFalsePositivesTest {
    private static final Site HERE = Site.here();

    /** The tracker is a field of the object, and the close is its last use: without the fence it could be collected in it. */
    private static final class Resource {
        private final Tracker<Object> tracker;
        private int uses;

        Resource(Detector<Object> detector) {
            tracker = detector.track(this, HERE);
        }

        void close() {
            uses++;
            tracker.close(this);
        }
    }

    @Test
    void reportsNoneThatIsClosedUnderForcedCollections() throws InterruptedException {
        long rounds = Long.getLong("dev.lifecycle.test.rounds", 2_000_000);
        try (Detectors make = new Detectors()) {
            Detector<Object> detector = make.open();
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong collections = new AtomicLong();
            Thread collector = new Thread(() -> {
                while (!stop.get()) {
                    System.gc();
                    collections.incrementAndGet();
                    LockSupport.parkNanos(1_000_000);
                }
            });
            collector.start();
            long tried = 0;
            while (tried < rounds || collections.get() < 20) {
                new Resource(detector).close();
                tried++;
            }
            stop.set(true);
            collector.join();
            assertEquals(0, detector.stats().leaked(), () -> "after " + collections + " collections");
            assertEquals(tried, detector.stats().tracked());
            assertEquals(0, detector.stats().open());
        }
    }
}
