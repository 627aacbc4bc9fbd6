package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSnapshot;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.tests.api.Await;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interrupt that is sent to a task reaches that task or nobody: not the next one on its thread. */
@Timeout(600)
class StrayInterruptTest {
    /** The long run: {@code -Ddev.lifecycle.test.rounds=10000000}. */
    private static final int ROUNDS = Integer.getInteger("dev.lifecycle.test.rounds", 20_000);

    private static final TaskSpec SPEC = TaskSpec.of("short", "tests");

    private final AtomicInteger ready = new AtomicInteger();
    private final AtomicInteger go = new AtomicInteger();
    private final AtomicLong strays = new AtomicLong();
    private final AtomicLong heard = new AtomicLong();

    private TaskHandle<Integer> submit(TaskManager tasks, int round) {
        return tasks.submit(SPEC, context -> {
            if (Thread.currentThread().isInterrupted() && !context.isCancelled()) {
                strays.incrementAndGet();
            }
            ready.set(round);
            spinUntil(go, round);
            spin();
            if (Thread.currentThread().isInterrupted()) {
                heard.incrementAndGet();
            }
            return round;
        });
    }

    private static void spinUntil(AtomicInteger word, int value) {
        for (int looks = 1; word.get() != value; looks++) {
            if (looks % 1_000 == 0) {
                Thread.yield(); // there may be one processor
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /** For a random moment: so that cancels meet all of the end of a task. */
    private static void spin() {
        for (int spins = ThreadLocalRandom.current().nextInt(40); spins > 0; spins--) {
            Thread.onSpinWait();
        }
    }

    @Test
    void noneReachesTheNextTask() throws Exception {
        try (TaskManager tasks = TaskManager.builder("tasks")
                .maxConcurrency(1)
                .threads(ThreadMode.PLATFORM)
                .open()) {
            TaskHandle<?> target = submit(tasks, 1);
            for (int round = 1; round <= ROUNDS; round++) {
                TaskHandle<?> next = round == ROUNDS ? target : submit(tasks, round + 1); // the thread goes on with it
                spinUntil(ready, round);
                go.set(round); // it is about to end
                spin();
                target.cancel("of a test");
                target = next;
            }
            Await.until("all have ended", () -> tasks.snapshot().active() == 0);
            TaskSnapshot seen = tasks.snapshot();
            assertEquals(0, strays.get());
            assertEquals(ROUNDS, seen.total());
            assertEquals(seen.total(), seen.completed() + seen.cancelled(), seen.toString());
            assertTrue(seen.cancelled() > 0, "no cancel met a task that runs");
            System.out.println(
                    seen.cancelled() + " of " + ROUNDS + " were cancelled, " + heard + " heard their interrupt");
        }
    }
}
