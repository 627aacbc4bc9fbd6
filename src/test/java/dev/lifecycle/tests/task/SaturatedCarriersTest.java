package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.task.TaskBody;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskManagerBuilder;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Timeouts must not depend on the threads that tasks hold. */
@Tag("once")
@Timeout(60)
@EnabledForJreRange(min = JRE.JAVA_21)
class SaturatedCarriersTest {
    private static final int TASKS = 10_000;

    private final AtomicBoolean free = new AtomicBoolean();

    @AfterEach
    void letGo() { // else no other virtual thread of this process would run
        free.set(true);
    }

    private static TaskManagerBuilder builder(String name, int tasks) {
        return TaskManager.builder(name)
                .maxConcurrency(tasks)
                .queueCapacity(tasks)
                .maxQuarantined(tasks)
                .threads(ThreadMode.VIRTUAL);
    }

    /** Takes all carriers, until {@code free}. */
    private void hold(TaskManager hogs) {
        int processors = Runtime.getRuntime().availableProcessors();
        AtomicInteger spinning = new AtomicInteger();
        for (int i = 0; i < 4 * processors; i++) {
            hogs.submit(TaskSpec.of("hog", "hogs"), context -> {
                spinning.incrementAndGet();
                while (!free.get()) {
                    Thread.onSpinWait();
                }
                return null;
            });
        }
        Await.until("carriers are held", () -> spinning.get() >= processors);
    }

    private static List<TaskHandle<?>> submit(TaskManager tasks, TaskSpec spec, TaskBody<?> body) {
        List<TaskHandle<?>> all = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            all.add(tasks.submit(spec, body));
        }
        return all;
    }

    @Test
    void timesOutTasksThatNoCarrierIsLeftFor() {
        try (TaskManager hogs = builder("hogs", 1_000).open();
                TaskManager tasks = builder("tasks", TASKS).open()) {
            hold(hogs);
            List<TaskHandle<?>> all = submit(
                    tasks, TaskSpec.of("starved", "tests").withQueueTimeout(Duration.ofSeconds(1)), context -> 1);
            Await.until("all have timed out", () -> tasks.snapshot().timedOut() == TASKS);
            assertEquals(0, tasks.snapshot().completed());
            all.forEach(each -> assertEquals(TaskState.TIMED_OUT, each.state()));
            free.set(true);
            assertTrue(hogs.shutdown(Duration.ofSeconds(30)).clean());
        }
    }

    @Test
    void givesUpTasksThatCannotHearTheirInterrupt() {
        CountDownLatch inside = new CountDownLatch(TASKS);
        CountDownLatch never = new CountDownLatch(1);
        VirtualTime clock = new VirtualTime(); // nothing is due before all carriers are held
        try (TaskManager hogs = builder("hogs", 1_000).open();
                TaskManager tasks = builder("tasks", TASKS).timeSource(clock).open()) {
            TaskSpec spec = TaskSpec.of("parked", "tests")
                    .withInterruptTimeout(Duration.ofSeconds(2))
                    .withHardTimeout(Duration.ofSeconds(3));
            List<TaskHandle<?>> all = submit(tasks, spec, context -> {
                inside.countDown();
                never.await();
                return 1;
            });
            Await.until("all are parked", () -> inside.getCount() == 0);
            hold(hogs);
            clock.advance(Duration.ofMillis(2_002));
            Await.until(
                    "all are interrupted",
                    () -> all.stream().allMatch(each -> each.info().samples().size() == 1));
            clock.advance(Duration.ofSeconds(1));
            Await.until("all have timed out", () -> tasks.snapshot().timedOut() == TASKS);
            assertEquals(TASKS, tasks.snapshot().quarantined());
            all.forEach(each -> assertEquals(TaskState.TIMED_OUT, each.state()));
            free.set(true);
            Await.until("their threads have ended", () -> tasks.snapshot().quarantined() == 0);
            assertTrue(hogs.shutdown(Duration.ofSeconds(30)).clean());
            assertTrue(tasks.shutdown(Duration.ofSeconds(30)).clean());
        }
    }
}
