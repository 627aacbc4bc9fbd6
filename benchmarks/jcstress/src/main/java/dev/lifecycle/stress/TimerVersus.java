package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.impl.time.Wheel;
import dev.lifecycle.impl.time.WheelNode;
import dev.lifecycle.task.Timeout;
import dev.lifecycle.task.Timer;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIJ_Result;
import org.openjdk.jcstress.infra.results.ZZJ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What may happen to a timeout at the moment it is due, or while its timer closes. */
public class TimerVersus {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    /** Always the same moment: what is due is a matter of what check() is told. */
    private static final TimeSource STILL = new TimeSource() {
        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public void parkNanos(Object blocker, long nanos) {
            throw new IllegalStateException("nobody waits by this clock");
        }
    };

    private TimerVersus() {}

    private static final class Node extends WheelNode {
        private final Wheel wheel = Wheel.driven(STILL, 10);
        int fired; // by the actor that checks
        int dropped;

        @Override
        protected Wheel wheel() {
            return wheel;
        }

        @Override
        protected void fire() {
            fired++;
        }

        @Override
        protected void dropped() {
            dropped++;
        }
    }

    /**
     * It is put off.
     *
     * <p>Broken if the timer thread read the deadline before it wrote that it fires, or who re-arms read the word before it
     * wrote the deadline.
     */
    @JCStressTest
    @Outcome(id = "true, 0, 1", expect = ACCEPTABLE, desc = "put off")
    @Outcome(id = "false, 1, 0", expect = ACCEPTABLE, desc = "fired")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither")
    @State
    public static class Rearm {
        private final Node node = new Node();

        public Rearm() {
            node.wheel().schedule(node, SECOND);
        }

        @Actor
        public void rearm(ZIJ_Result r) {
            r.r1 = node.wheel().rearm(node, HOUR);
        }

        @Actor
        public void fire(ZIJ_Result r) {
            node.wheel().check(2 * SECOND);
        }

        @Arbiter
        public void look(ZIJ_Result r) {
            r.r2 = node.fired;
            r.r3 = node.wheel().pending();
        }
    }

    /**
     * It is cancelled.
     *
     * <p>Broken if the node left its slot before its word said so, or the other way round, for who has the lock.
     */
    @JCStressTest
    @Outcome(id = "true, 0, 0", expect = ACCEPTABLE, desc = "cancelled")
    @Outcome(id = "false, 1, 0", expect = ACCEPTABLE, desc = "fired")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither")
    @State
    public static class Cancel {
        private final Node node = new Node();

        public Cancel() {
            node.wheel().schedule(node, SECOND);
        }

        @Actor
        public void cancel(ZIJ_Result r) {
            r.r1 = node.wheel().cancel(node);
        }

        @Actor
        public void fire(ZIJ_Result r) {
            node.wheel().check(2 * SECOND);
        }

        @Arbiter
        public void look(ZIJ_Result r) {
            r.r2 = node.fired;
            r.r3 = node.wheel().pending();
        }
    }

    /**
     * One thread brings it forward, another one puts it off: it stays, and fires no later than asked for last.
     *
     * <p>Broken if it could be put off by one who had looked at the deadline that it had in another slot.
     */
    @JCStressTest
    @Outcome(id = "true, true, 1", expect = ACCEPTABLE, desc = "put off last; fires once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or late")
    @State
    public static class RearmBothWays {
        private final Node node = new Node();

        public RearmBothWays() {
            node.wheel().schedule(node, HOUR);
        }

        @Actor
        public void forward(ZZJ_Result r) {
            r.r1 = node.wheel().rearm(node, SECOND);
        }

        @Actor
        public void off(ZZJ_Result r) {
            r.r2 = node.wheel().rearm(node, 2 * HOUR);
        }

        @Arbiter
        public void look(ZZJ_Result r) {
            long deadline = node.deadline();
            node.wheel().check(deadline - 1);
            int early = node.fired;
            node.wheel().check(deadline + (1 << 20));
            r.r3 = early == 0 && (deadline == SECOND || deadline == 2 * HOUR) ? node.fired : -1;
        }
    }

    /**
     * It is scheduled while the wheel closes.
     *
     * <p>Broken if a stripe took one in after it was emptied.
     */
    @JCStressTest
    @Outcome(id = "true, 1, 0", expect = ACCEPTABLE, desc = "taken, and cancelled by the close")
    @Outcome(id = "false, 0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "it stays")
    @State
    public static class Close {
        private final Node node = new Node();

        @Actor
        public void schedule(ZIJ_Result r) {
            r.r1 = node.wheel().schedule(node, SECOND);
        }

        @Actor
        public void close() {
            node.wheel().close();
        }

        @Arbiter
        public void look(ZIJ_Result r) {
            r.r2 = node.dropped;
            r.r3 = node.wheel().pending();
        }
    }

    /**
     * Two threads cancel it.
     *
     * <p>Broken if a timeout that was cancelled could be taken for one that is due.
     */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one of them")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither")
    @State
    public static class TwoCancels {
        private final Timeout timeout = Timer.shared().schedule(Duration.ofHours(1), () -> {}, Runnable::run);

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = timeout.cancel();
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = timeout.cancel();
        }
    }
}
