package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.Site;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * What is tracked ends once: closed, found leaked, or forgotten with its detector; the counts agree with it.
 *
 * <p>Broken if the end of a token were decided by its racy state and not under the lock of its stripe, or a token were added
 * to a stripe that is shut.
 */
public final class TokenVersus {
    private static final Site SITE = Site.named("stress");

    private TokenVersus() {}

    private static LeakDetector<Object> detector() {
        return LeakDetector.forType(Object.class)
                .sampling(1)
                .capture(LeakDetector.Capture.SITE)
                .open();
    }

    /** Two threads close it: one hears that it was the first. */
    @JCStressTest
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE,
            desc = "one was the first")
    @Outcome(id = "true, true, 0", expect = FORBIDDEN, desc = "both were")
    @Outcome(id = "false, false, 0", expect = FORBIDDEN, desc = "none was")
    @Outcome(expect = FORBIDDEN, desc = "the count of open ones is wrong")
    @State
    public static class Close {
        private static final LeakDetector<Object> DETECTOR = detector();

        private final Object object = new Object();
        private final LeakDetector.Tracker<Object> tracker = DETECTOR.track(object, SITE);

        @Actor
        public void one(ZZI_Result r) {
            r.r1 = tracker.close(object);
        }

        @Actor
        public void other(ZZI_Result r) {
            r.r2 = tracker.close(object);
        }

        @Arbiter
        public void count(ZZI_Result r) {
            r.r3 = tracker.close(object) ? 1 : 0;
        }
    }

    /** It is closed while its detector closes; each has a detector of its own. */
    @JCStressTest
    @Outcome(
            id = {"true, 0", "false, 0"},
            expect = ACCEPTABLE,
            desc = "closed in time, or forgotten")
    @Outcome(expect = FORBIDDEN, desc = "still open in a detector that is closed, or ended twice")
    @State
    public static class Forget {
        private final LeakDetector<Object> detector = detector();
        private final Object object = new Object();
        private final LeakDetector.Tracker<Object> tracker = detector.track(object, SITE);

        @Actor
        public void close(ZI_Result r) {
            r.r1 = tracker.close(object);
        }

        @Actor
        public void forget() {
            detector.close();
        }

        @Arbiter
        public void count(ZI_Result r) {
            r.r2 = (int) detector.stats().open();
        }
    }

    /** An object comes while the detector closes. */
    @JCStressTest
    @Outcome(id = "0, false", expect = ACCEPTABLE, desc = "not tracked, or forgotten")
    @Outcome(expect = FORBIDDEN, desc = "tracked by a detector that is closed")
    @State
    public static class Track {
        private final LeakDetector<Object> detector = detector();
        private final Object object = new Object();
        private LeakDetector.Tracker<Object> tracker;

        @Actor
        public void track() {
            tracker = detector.track(object, SITE);
        }

        @Actor
        public void forget() {
            detector.close();
        }

        @Arbiter
        public void count(IZ_Result r) {
            r.r1 = (int) detector.stats().open();
            r.r2 = tracker.close(object);
        }
    }

    /** It is closed on one thread while the reaper takes it for collected; it cannot, and would still end once. */
    @JCStressTest
    @Outcome(
            id = {"true, 0", "false, 1"},
            expect = ACCEPTABLE,
            desc = "one of them ended it")
    @Outcome(expect = FORBIDDEN, desc = "both ended it, or none")
    @State
    public static class Reap {
        private final LeakDetector<Object> detector = detector();
        private final Object object = new Object();
        private final LeakDetector.Tracker<Object> tracker = detector.track(object, SITE);

        @Actor
        public void close(ZI_Result r) {
            r.r1 = tracker.close(object);
        }

        @Actor
        public void reap() {
            ((Reaper.Reapable) tracker).reap();
        }

        @Arbiter
        public void count(ZI_Result r) {
            r.r2 = (int) detector.stats().leaked();
            detector.close();
        }
    }
}
