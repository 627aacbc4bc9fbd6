package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.task.OnFull;
import dev.lifecycle.task.RejectedTaskException;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSnapshot;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What may happen to a task that ends, is cancelled, or comes in, at one moment. */
public class TaskVersus {
    private static final TaskSpec FILLER = TaskSpec.of("filler", "fillers");
    private static final TaskSpec MINE = TaskSpec.of("mine", "mine");

    private TaskVersus() {}

    /** Its thread never runs: what waits, waits; and with a full queue the caller runs what he submits. */
    private static TaskManager threadless() {
        return TaskManager.builder("threadless")
                .maxConcurrency(1)
                .queueCapacity(1)
                .onFull(OnFull.CALLER_RUNS)
                .threadFactory(body -> new Thread(body) {
                    @Override
                    public synchronized void start() {
                        // never
                    }
                })
                .open();
    }

    private static boolean addsUp(TaskManager tasks) {
        TaskSnapshot now = tasks.snapshot();
        return now.total()
                == now.queued() + now.active() + now.completed() + now.failed() + now.cancelled() + now.timedOut();
    }

    /**
     * The body ends while it is cancelled.
     *
     * <p>Broken if the thread left the task while an interrupt was being sent, or if both made the state final.
     */
    @JCStressTest
    @Outcome(id = "SUCCEEDED, 0, false, true", expect = ACCEPTABLE, desc = "ended")
    @Outcome(id = "CANCELLED, 1, false, true", expect = ACCEPTABLE, desc = "cancelled")
    @Outcome(expect = FORBIDDEN, desc = "two outcomes, an interrupt that comes late, or a wrong count")
    @State
    public static class CancelEnd {
        private final TaskManager tasks = threadless();

        public CancelEnd() {
            tasks.submit(FILLER, context -> 0);
        }

        @Actor
        public void end(LLLL_Result r) {
            TaskHandle<Integer> task = tasks.submit(MINE, context -> 1);
            r.r1 = task.state();
            r.r3 = Thread.interrupted();
        }

        @Actor
        public void cancel(LLLL_Result r) {
            r.r2 = tasks.cancel(task -> task.type().equals("mine"), "test");
        }

        @Arbiter
        public void count(LLLL_Result r) {
            r.r4 = addsUp(tasks);
            tasks.shutdown(Duration.ZERO);
        }
    }

    /** Two threads cancel one task that waits. */
    @JCStressTest
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "one of them")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither")
    @State
    public static class CancelCancel {
        private final TaskManager tasks = threadless();
        private final TaskHandle<Integer> task = tasks.submit(FILLER, context -> 0);

        @Actor
        public void one(ZZI_Result r) {
            r.r1 = task.cancel("one");
        }

        @Actor
        public void two(ZZI_Result r) {
            r.r2 = task.cancel("two");
        }

        @Arbiter
        public void count(ZZI_Result r) {
            r.r3 = (int) tasks.snapshot().cancelled();
            tasks.shutdown(Duration.ZERO);
        }
    }

    /** A task comes in while the manager shuts down: it is refused, or has its outcome when that is over. */
    @JCStressTest
    @Outcome(
            id = {"true, true", "false, true"},
            expect = ACCEPTABLE,
            desc = "refused, or ended")
    @Outcome(expect = FORBIDDEN, desc = "accepted, and forgotten")
    @State
    public static class SubmitShutdown {
        private final TaskManager tasks = threadless();
        private TaskHandle<Integer> task;

        @Actor
        public void submit(ZZ_Result r) {
            try {
                task = tasks.submit(MINE, context -> 1);
            } catch (RejectedTaskException refused) {
                r.r1 = true;
            }
        }

        @Actor
        public void shutdown() {
            tasks.shutdown(Duration.ZERO);
        }

        @Arbiter
        public void look(ZZ_Result r) {
            r.r2 = addsUp(tasks) && (r.r1 || task.state() == TaskState.CANCELLED);
        }
    }
}
