package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSnapshot;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interrupt that is sent to a task reaches that task or nobody: not the next one on its thread. */
@Timeout(600)
class StrayInterruptTest {
    /** The long run: {@code -Ddev.lifecycle.test.rounds=10000000}. */
    private static final long A_WHILE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final int ROUNDS = Integer.getInteger("dev.lifecycle.test.rounds", 20_000);

    private static final TaskSpec SPEC = TaskSpec.of("short", "tests");

    private final AtomicInteger ready = new AtomicInteger();
    private final AtomicInteger go = new AtomicInteger();
    private final AtomicInteger sending = new AtomicInteger();
    private final AtomicLong strays = new AtomicLong();
    private final AtomicLong heard = new AtomicLong();

    private TaskHandle<Integer> submit(TaskManager tasks, int round) {
        return tasks.submit(SPEC, context -> {
            ready.set(round);
            spinUntil(go, round); // the one of the task before has been sent
            if (Thread.currentThread().isInterrupted() && !context.isCancelled()) {
                strays.incrementAndGet();
            }
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

    /** Is interrupted when the next task has begun, or after a while. */
    private final class Late extends Thread {
        Late(Runnable body) {
            super(body, "late");
        }

        @Override
        public void interrupt() {
            int round = ready.get();
            sending.set(round);
            long start = System.nanoTime();
            while (ready.get() == round && System.nanoTime() - start < A_WHILE_NANOS) {
                Thread.onSpinWait();
            }
            super.interrupt();
        }
    }

    @Test
    @Timeout(60)
    void noneReachesTheNextTaskThoughItComesLate() {
        int rounds = 20;
        AtomicInteger checked = new AtomicInteger();
        try (TaskManager tasks = TaskManager.builder("tasks")
                .maxConcurrency(1)
                .threadFactory(Late::new)
                .open()) {
            List<TaskHandle<?>> all = new ArrayList<>();
            for (int i = 1; i <= rounds; i++) {
                int round = i;
                all.add(tasks.submit(SPEC, context -> {
                    ready.set(round);
                    spinUntil(go, round);
                    if (Thread.currentThread().isInterrupted()) {
                        strays.incrementAndGet();
                    }
                    checked.set(round);
                    spinUntil(sending, round);
                    return round;
                }));
            }
            for (int round = 1; round <= rounds; round++) {
                spinUntil(ready, round);
                go.set(round); // the interrupt of the one before has come
                spinUntil(checked, round);
                assertTrue(all.get(round - 1).cancel("of a test"));
            }
            Await.until("all have ended", () -> tasks.snapshot().active() == 0);
            assertEquals(0, strays.get());
        }
    }

    @Test
    void noneThatWasLeftOnTheThreadReachesTheNextTask() throws Exception {
        try (TaskManager tasks = TaskManager.builder("tasks")
                .maxConcurrency(1)
                .threads(ThreadMode.PLATFORM)
                .open()) {
            TaskHandle<Integer> first = submit(tasks, 1);
            AtomicReference<Thread> ended = new AtomicReference<>();
            first.toFuture().thenRun(() -> {
                ended.set(Thread.currentThread());
                Thread.currentThread().interrupt();
            });
            AtomicBoolean interrupted = new AtomicBoolean();
            TaskHandle<Thread> next = tasks.submit(SPEC, context -> {
                interrupted.set(Thread.currentThread().isInterrupted());
                return Thread.currentThread();
            });
            spinUntil(ready, 1);
            go.set(1);
            assertSame(next.join(), ended.get());
            assertFalse(interrupted.get());
        }
    }

    /** By this clock a task begins late: it has its thread, and is yet to enter its body. */
    private static final class SlowForTasks implements TimeSource {
        private final AtomicBoolean go = new AtomicBoolean();

        @Override
        public long nanos() {
            while (Thread.currentThread().getName().startsWith("lifecycle-slow-") && !go.get()) {
                Thread.onSpinWait();
            }
            return System.nanoTime();
        }

        @Override
        public void parkNanos(Object blocker, long nanos) {
            LockSupport.parkNanos(blocker, nanos);
        }
    }

    @Test
    void oneReachesATaskThatHasYetToEnterItsBody() {
        SlowForTasks clock = new SlowForTasks();
        try (TaskManager tasks = TaskManager.builder("slow")
                .maxConcurrency(1)
                .threads(ThreadMode.PLATFORM)
                .timeSource(clock)
                .open()) {
            TaskHandle<?> task = tasks.submit(SPEC, context -> {
                heard.set(Thread.currentThread().isInterrupted() ? 1 : 0);
                return 1;
            });
            Await.until("it begins", () -> task.state() == TaskState.RUNNING);
            assertTrue(task.cancel("of a test"));
            clock.go.set(true);
            Await.until("it has ended", () -> task.state() == TaskState.CANCELLED);
            assertEquals(1, heard.get());
        }
    }
}
