package dev.lifecycle.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of a manager that are stuck, and come back. */
@Timeout(60)
class WorkersTest {
    private static final TaskSpec SPEC = TaskSpec.of("task", "work");

    @Test
    void areReplacedAgainOnceThoseBeforeHaveComeBack() throws Exception {
        VirtualTime clock = new VirtualTime();
        Manager manager = (Manager) TaskManager.builder("tasks")
                .maxConcurrency(1)
                .maxQuarantined(1)
                .threads(ThreadMode.PLATFORM)
                .timeSource(clock)
                .open();
        for (int round = 0; round < 3; round++) {
            AtomicBoolean inside = new AtomicBoolean();
            AtomicBoolean free = new AtomicBoolean();
            TaskHandle<Integer> stuck = manager.submit(SPEC.withTimeout(Duration.ofMillis(100)), context -> {
                inside.set(true);
                while (!free.get()) {
                    Thread.onSpinWait();
                }
                return 1;
            });
            try {
                Await.until("it is inside", inside::get);
                clock.advance(Duration.ofMillis(102));
                Await.until("it is given up", () -> stuck.state() == TaskState.TIMED_OUT);
                assertEquals(2, manager.submit(SPEC, context -> 2).join());
            } finally {
                free.set(true);
            }
            Await.until("its thread has come back", () -> manager.workers.quarantined() == 0);
        }
        manager.shutdown(Duration.ZERO);
        assertTrue(manager.invariantsHold());
    }
}
