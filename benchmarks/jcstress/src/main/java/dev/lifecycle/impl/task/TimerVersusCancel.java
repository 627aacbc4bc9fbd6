package dev.lifecycle.impl.task;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.task.TaskState;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/** A task that runs is cancelled while its timer is set for a later deadline: the grace of the cancellation is what it is set for. */
public class TimerVersusCancel {
    private static final Thread NOBODY = new Thread(() -> {});

    private TimerVersusCancel() {}

    private static Task<Integer> running() {
        Lane lane = Stage.lane();
        Task<Integer> task = Stage.task(lane);
        lane.add(task);
        Run run = new Run(NOBODY);
        lane.poll(run);
        run.begin(task);
        return task;
    }

    private static void look(Task<?> task, ZZJ_Result r) {
        r.r1 = task.state() == TaskState.CANCELLING;
        r.r2 = task.isPending();
        r.r3 = TimeUnit.NANOSECONDS.toSeconds(task.deadline());
        Stage.BUSY.wheel.cancel(task);
    }

    /**
     * The patrol starts it, or who cancels does.
     *
     * <p>Broken if the patrol did not look at the deadlines again, if who cancels looked at the timer before the cancellation was
     * written, or if it relied on the timer being there.
     */
    @JCStressTest
    @Outcome(id = "true, true, 5", expect = ACCEPTABLE, desc = "it ends with the grace")
    @Outcome(expect = FORBIDDEN, desc = "too late, or never")
    @State
    public static class Start {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Task<Integer> task = running();

        @Actor
        public void patrol() {
            both.meet(50);
            task.startTimer();
        }

        @Actor
        public void cancel() {
            both.meet(50);
            task.cancel("test");
        }

        @Arbiter
        public void look(ZZJ_Result r) {
            TimerVersusCancel.look(task, r);
        }
    }

    /** It fires before anything is due, and is set again. */
    @JCStressTest
    @Outcome(id = "true, true, 5", expect = ACCEPTABLE, desc = "it ends with the grace")
    @Outcome(expect = FORBIDDEN, desc = "too late, or never")
    @State
    public static class Fire {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Task<Integer> task = running();

        public Fire() {
            task.startTimer();
            Stage.BUSY.wheel.cancel(task); // as it is while it fires
        }

        @Actor
        public void fire() {
            both.meet(50);
            task.fire();
        }

        @Actor
        public void cancel() {
            both.meet(50);
            task.cancel("test");
        }

        @Arbiter
        public void look(ZZJ_Result r) {
            TimerVersusCancel.look(task, r);
        }
    }
}
