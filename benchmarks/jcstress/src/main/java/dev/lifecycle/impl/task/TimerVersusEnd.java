package dev.lifecycle.impl.task;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.task.TaskState;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The timer of a task is set while the task ends: once it has ended, nothing of it is pending. */
public class TimerVersusEnd {
    private TimerVersusEnd() {}

    private static void run(Lane lane) {
        Run mine = new Run(Thread.currentThread());
        Task<?> task = lane.poll(mine);
        if (task != null) {
            task.execute(mine);
        }
    }

    /**
     * The patrol starts the timer of a task that is cancelled before it has begun.
     *
     * <p>Broken if the patrol did not look at the task again, or who ends the task cancelled the timer before the state was final.
     */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "no timer")
    @Outcome(expect = FORBIDDEN, desc = "it stays in the wheel")
    @State
    public static class StartWithdraw {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Lane lane = Stage.lane();
        private final Task<Integer> task = Stage.task(lane);

        public StartWithdraw() {
            lane.add(task);
        }

        @Actor
        public void patrol() {
            both.meet(50);
            if (!task.state().isFinal()) {
                task.startTimer();
            }
        }

        @Actor
        public void cancel() {
            both.meet(50);
            task.cancel("test");
        }

        @Arbiter
        public void look(ZZ_Result r) {
            r.r1 = task.state() == TaskState.CANCELLED;
            r.r2 = task.isPending();
        }
    }

    /** The same of one whose body runs, and ends. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "no timer")
    @Outcome(expect = FORBIDDEN, desc = "it stays in the wheel")
    @State
    public static class StartRun {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Lane lane = Stage.lane();
        private final Task<Integer> task = Stage.task(lane);

        public StartRun() {
            lane.add(task);
        }

        @Actor
        public void patrol() {
            both.meet(50);
            if (!task.state().isFinal()) {
                task.startTimer();
            }
        }

        @Actor
        public void work() {
            both.meet(50);
            run(lane);
        }

        @Arbiter
        public void look(ZZ_Result r) {
            r.r1 = task.state() == TaskState.SUCCEEDED;
            r.r2 = task.isPending();
        }
    }

    /** Its timer fires before anything is due, and is set again. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "no timer")
    @Outcome(expect = FORBIDDEN, desc = "it stays in the wheel")
    @State
    public static class FireRun {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Lane lane = Stage.lane();
        private final Task<Integer> task = Stage.task(lane);

        public FireRun() {
            lane.add(task);
            task.startTimer();
            Stage.BUSY.wheel.cancel(task); // as it is while it fires
        }

        @Actor
        public void fire() {
            both.meet(50);
            task.fire();
        }

        @Actor
        public void work() {
            both.meet(50);
            run(lane);
        }

        @Arbiter
        public void look(ZZ_Result r) {
            r.r1 = task.state() == TaskState.SUCCEEDED;
            r.r2 = task.isPending();
        }
    }
}
