package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.Overlap;
import dev.lifecycle.task.PeriodicTask;
import dev.lifecycle.task.Schedule;
import dev.lifecycle.task.ShutdownReport;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskTimeoutException;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/tasks.md says of task managers. */
@Timeout(60)
class TaskRecipesTest {

    private static final class Index {
        void rebuild() {}

        List<String> parts() {
            return List.of("a", "b");
        }

        void add(String part) {}
    }

    private final Index index = new Index();

    // @start region="deadline"
    private static final TaskSpec REBUILD = TaskSpec.of("rebuild the index", "nightly")
            .withSoftTimeout(Duration.ofMinutes(8)) // asked to stop
            .withHardTimeout(Duration.ofMinutes(10)) // interrupted a second before, given up now
            .withHeartbeatTimeout(Duration.ofMinutes(1)); // interrupted when it hangs

    TaskHandle<Integer> rebuild(TaskManager tasks) {
        return tasks.submit(REBUILD, task -> {
            int done = 0;
            for (String part : index.parts()) {
                task.checkpoint(); // stops here when it was asked to
                index.add(part);
                task.progress(++done + " parts");
            }
            return done;
        });
    }
    // @end

    @Test
    void hasADeadline() throws Exception {
        // @start region="open"
        try (Scope app = Scope.open("app")) {
            TaskManager tasks = TaskManager.builder("background")
                    .maxConcurrency(8)
                    .queueCapacity(1_000)
                    .typeLimit("nightly", 1) // one of these at a time, whatever else runs
                    .open(app);
            assertEquals(2, rebuild(tasks).join());
        } // shuts the manager down, within 30 seconds
        // @end
    }

    @Test
    void shutsDown() {
        TaskManager tasks = TaskManager.builder("background").open();
        // @start region="shutdown"
        ShutdownReport report = tasks.shutdown(Duration.ofSeconds(30));
        if (report.stuckCount() > 0) {
            System.err.println(report); // the names of those that hang, and their stacks
        }
        // @end
        assertTrue(report.clean());
    }

    @Test
    void runsAgainAndAgain() {
        try (TaskManager tasks = TaskManager.builder("background").open()) {
            // @start region="periodic"
            Schedule hourly = Schedule.every(Duration.ofHours(1))
                    .onOverlap(Overlap.COALESCE)
                    .withBackoff(Duration.ofMinutes(1), Duration.ofMinutes(30));
            PeriodicTask upkeep = tasks.repeat(hourly, TaskSpec.of("upkeep", "upkeep"), task -> {
                index.rebuild();
                return null;
            });
            // @end
            assertTrue(upkeep.isActive());
        }
    }

    @Test
    void testsTimeWithoutSleeping() {
        // @start region="virtual"
        VirtualTime time = new VirtualTime();
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch runs = new CountDownLatch(1);
        try (TaskManager tasks = TaskManager.builder("test").timeSource(time).open()) {
            TaskSpec spec = TaskSpec.of("wait", "test").withTimeout(Duration.ofSeconds(10));
            TaskHandle<Void> task = tasks.submit(spec, context -> {
                runs.countDown();
                never.await();
                return null;
            });
            Await.until("it runs", () -> runs.getCount() == 0);
            time.advance(Duration.ofSeconds(11));
            assertThrows(TaskTimeoutException.class, task::join);
        }
        // @end
    }
}
