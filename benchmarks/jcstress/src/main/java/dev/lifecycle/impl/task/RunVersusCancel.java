package dev.lifecycle.impl.task;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.task.Overlap;
import dev.lifecycle.task.PeriodicTask;
import dev.lifecycle.task.RejectedTaskException;
import dev.lifecycle.task.Schedule;
import dev.lifecycle.task.TaskManager;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A periodic task is cancelled at the moment at which one of its runs begins or ends: no run is left, and no timer. */
public class RunVersusCancel {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final VarHandle CURRENT = Stage.field(Periodic.class, "current", Task.OfPeriodic.class);
    private static final VarHandle DUE = Stage.field(Periodic.class, "due", long.class);

    private RunVersusCancel() {}

    private static Periodic periodic(Schedule schedule) {
        return new Periodic(Stage.BUSY, schedule, Stage.TIMES, context -> 1, -1);
    }

    private static void look(Periodic periodic, ZZ_Result r) {
        r.r1 = CURRENT.getVolatile(periodic) == null;
        r.r2 = periodic.isPending();
    }

    /**
     * A run begins.
     *
     * <p>Broken if who submits looked whether it is cancelled before it said that the run was accepted; or if who cancels looked at the
     * run before it said so.
     */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "no run, no timer")
    @Outcome(expect = FORBIDDEN, desc = "it goes on")
    @State
    public static class Begin {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Periodic periodic = periodic(Schedule.every(HOUR));

        @Actor
        public void fire() {
            both.meet(10);
            periodic.fire();
        }

        @Actor
        public void cancel() {
            both.meet(100);
            periodic.cancel("test");
        }

        @Arbiter
        public void look(ZZ_Result r) {
            RunVersusCancel.look(periodic, r);
        }
    }

    /**
     * A run ends, and sets the timer for the next one.
     *
     * <p>Broken if it did not look afterwards whether it is cancelled.
     */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "no run, no timer")
    @Outcome(expect = FORBIDDEN, desc = "it goes on")
    @State
    public static class EndWithDelay {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Periodic periodic = periodic(Schedule.withDelay(HOUR));
        private final Task<?> run;

        public EndWithDelay() {
            periodic.fire();
            run = (Task<?>) CURRENT.getVolatile(periodic);
        }

        @Actor
        public void end() {
            both.meet(10);
            run.cancel("end");
        }

        @Actor
        public void cancel() {
            both.meet(100);
            periodic.cancel("test");
        }

        @Arbiter
        public void look(ZZ_Result r) {
            RunVersusCancel.look(periodic, r);
        }
    }

    /** A run ends, and the next one, which has waited for that, begins. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "no run, no timer")
    @Outcome(expect = FORBIDDEN, desc = "it goes on")
    @State
    public static class EndBegin {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Periodic periodic = periodic(Schedule.every(HOUR).onOverlap(Overlap.QUEUE));
        private final Task<?> run;

        public EndBegin() {
            DUE.set(periodic, -2 * HOUR.toNanos()); // three are due
            periodic.fire();
            run = (Task<?>) CURRENT.getVolatile(periodic);
        }

        @Actor
        public void end() {
            both.meet(10);
            run.cancel("end");
        }

        @Actor
        public void cancel() {
            both.meet(100);
            periodic.cancel("test");
        }

        @Arbiter
        public void look(ZZ_Result r) {
            RunVersusCancel.look(periodic, r);
        }
    }

    /**
     * It begins while its manager shuts down: it is refused, or over with that.
     *
     * <p>Broken if who begins it looked whether the manager is closing before it was among those that are ended.
     */
    @JCStressTest
    @Outcome(
            id = {"true, true", "false, true"},
            expect = ACCEPTABLE,
            desc = "refused, or ended")
    @Outcome(expect = FORBIDDEN, desc = "forgotten")
    @State
    public static class Shutdown {
        private final Stage.Meeting both = new Stage.Meeting();
        private TaskManager tasks;

        @Actor
        public void begin(ZZ_Result r) {
            tasks = TaskManager.builder("stress").open();
            PeriodicTask periodic = null;
            both.meet(50);
            try {
                periodic = tasks.repeat(Schedule.every(HOUR), Stage.SPEC, context -> 1);
            } catch (RejectedTaskException refused) {
                r.r1 = true;
            }
            both.meet(0);
            r.r2 = periodic == null || !periodic.isActive();
        }

        @Actor
        public void shutdown() {
            both.meet(50);
            tasks.shutdown(Duration.ZERO);
            both.meet(0);
        }
    }
}
