package dev.lifecycle.impl.leak;

import dev.lifecycle.leak.LeakDetector.Capture;
import dev.lifecycle.leak.LeakDetector.Tracker;
import dev.lifecycle.leak.Site;
import dev.lifecycle.spi.LeakDetectorConfig;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes detectors for tests, and closes them. */
final class Detectors implements AutoCloseable {
    private final List<Detector<?>> made = new ArrayList<>();
    int oneIn = 1;
    Capture capture = Capture.SITE;
    int maxCapturesPerSecond = 1_000;
    long heldLongerThan = ScopeConfig.NO_LIMIT;
    long escalate = Duration.ofMinutes(10).toNanos();
    TimeSource clock = TimeSource.system();

    Detector<Object> open() {
        Detector<Object> detector = new Detector<>(new LeakDetectorConfig(
                Object.class, oneIn, capture, maxCapturesPerSecond, heldLongerThan, escalate, clock));
        made.add(detector);
        return detector;
    }

    /** Plants a leak: the object is garbage when this returns. */
    static Tracker<Object> plant(Detector<Object> detector, Site site) {
        return detector.track(new Object(), site);
    }

    @Override
    public void close() {
        for (Detector<?> detector : made) {
            if (!detector.invariantsHold()) {
                throw new AssertionError("the invariants of " + detector + " do not hold");
            }
            detector.close();
        }
    }
}
