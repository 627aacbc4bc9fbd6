package dev.lifecycle.impl.task;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.ThreadMode;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A task comes in while the only thread finds none: it is run, with no help of another submission. */
public class AddVersusMiss {
    private AddVersusMiss() {}

    /**
     * A lane alone: who adds looks whether a thread searches, a thread that does no more looks whether a task is ready.
     *
     * <p>Broken if a task were counted as ready after the lock was given back, or that lock were given back by less than a
     * volatile write: the argument is Dekker's.
     */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both see the other")
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(expect = FORBIDDEN, desc = "a task that nobody knows of")
    @State
    public static class OfLane {
        private final Lane lane = Stage.lane();
        private final Task<Integer> task = Stage.task(lane);
        private final Stage.Meeting both = new Stage.Meeting();
        private volatile boolean searching = true;

        @Actor
        public void add(ZZ_Result r) {
            both.meet(0);
            lane.add(task);
            r.r1 = !searching;
        }

        @Actor
        public void miss(ZZ_Result r) {
            both.meet(10);
            searching = false;
            r.r2 = lane.hasReady();
        }
    }

    /**
     * The thread ends, as a virtual one does: it has just begun, and its task was cancelled.
     *
     * <p>Broken if it looked for tasks before it said that it searches no more, or is gone, or not at all after that.
     */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "run")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "it waits, and no thread was begun")
    @State
    public static class ThreadEnds {
        private final Stage.Meeting both = new Stage.Meeting();
        private Stage.Crew crew;

        @Actor
        public void submit(Z_Result r) {
            crew = Stage.Crew.of(ThreadMode.VIRTUAL);
            crew.manager.submit(Stage.SPEC, context -> 0).cancel("test");
            both.meet(50);
            TaskHandle<Integer> task = crew.manager.submit(Stage.SPEC, context -> 1);
            both.meet(0);
            r.r1 = crew.runs(task);
        }

        @Actor
        public void work() {
            both.meet(50);
            crew.work();
            both.meet(0);
        }
    }

    /** The same after a task that it has run. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "run")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "it waits, and no thread was begun")
    @State
    public static class ThreadEndsAfterTask {
        private final Stage.Meeting both = new Stage.Meeting();
        private Stage.Crew crew;

        @Actor
        public void submit(Z_Result r) {
            crew = Stage.Crew.of(ThreadMode.VIRTUAL);
            crew.manager.submit(Stage.SPEC, context -> 0);
            both.meet(100);
            TaskHandle<Integer> task = crew.manager.submit(Stage.SPEC, context -> 1);
            both.meet(0);
            r.r1 = crew.runs(task);
        }

        @Actor
        public void work() {
            both.meet(0);
            crew.work();
            both.meet(0);
        }
    }

    /**
     * The thread becomes idle, after a look round of some ten microseconds.
     *
     * <p>Broken if it looked for tasks before it was among the idle ones, or not at all after that. Then it is idle until it ends by
     * itself, after two seconds, and whoever waits for the task learns of it.
     */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "run")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "it waits, and the thread was not woken")
    @State
    public static class ThreadIdles {
        private static final VarHandle ENDS = Stage.field(Workers.class, "ends", boolean.class);
        private static final int LOOKS = 1 << 9; // some more than the thread's

        private final Stage.Meeting both = new Stage.Meeting();
        private Stage.Crew crew;
        private volatile boolean gone;

        @Actor
        public void submit(Z_Result r) {
            crew = Stage.Crew.of(ThreadMode.PLATFORM);
            crew.manager.submit(Stage.SPEC, context -> 0).cancel("test");
            both.meet(LOOKS);
            TaskHandle<Integer> task = crew.manager.submit(Stage.SPEC, context -> 1);
            while (!task.state().isFinal() && !gone) {
                Thread.onSpinWait();
            }
            boolean ran = task.state() == TaskState.SUCCEEDED;
            crew.manager.workers.end();
            both.meet(0);
            ENDS.setVolatile(crew.manager.workers, false);
            r.r1 = ran && crew.runs(task);
        }

        @Actor
        public void work() {
            both.meet(0);
            crew.work();
            gone = true;
            both.meet(0);
        }
    }
}
