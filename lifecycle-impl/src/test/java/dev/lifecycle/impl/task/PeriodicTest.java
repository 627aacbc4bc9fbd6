package dev.lifecycle.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.task.PeriodicTask;
import dev.lifecycle.task.Schedule;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.time.VirtualTime;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Moments within a submission: the lock of Workers holds it open. */
@Timeout(60)
class PeriodicTest {
    private static final TaskSpec SPEC = TaskSpec.of("sweep", "upkeep");
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(2);

    private final VirtualTime clock = new VirtualTime();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Manager manager = (Manager) TaskManager.builder("tasks")
            .maxConcurrency(1)
            .threads(ThreadMode.PLATFORM)
            .timeSource(clock)
            .open();

    private TaskHandle<?> blocker() {
        TaskHandle<?> blocker = manager.submit(TaskSpec.of("blocker", "work"), context -> {
            gate.await();
            return null;
        });
        Await.until("it runs", () -> blocker.state() == TaskState.RUNNING);
        return blocker;
    }

    @AfterEach
    void close() {
        gate.countDown();
        manager.shutdown(Duration.ZERO);
    }

    private static void hold(Workers workers, boolean held) throws ReflectiveOperationException {
        Field locked = Workers.class.getDeclaredField("locked");
        locked.setAccessible(true);
        locked.setInt(workers, held ? 1 : 0);
    }

    @Test
    void cancelsARunOnlyOnceThatIsInItsLane() throws Exception {
        TaskHandle<?> blocker = blocker();
        PeriodicTask periodic = manager.every(PERIOD, SPEC, context -> 1);
        hold(manager.workers, true);
        try {
            clock.advance(PERIOD.plus(TICK));
            Await.until("a run is about to be submitted", () -> periodic.state() == TaskState.RUNNING);
            periodic.cancel("test");
        } finally {
            hold(manager.workers, false);
        }
        Await.until("it is cancelled", () -> manager.snapshot().cancelled() == 1);
        assertTrue(manager.find(blocker.id()).isPresent());
        gate.countDown();
        blocker.join();
        Await.until("quiet", () -> manager.snapshot().active() == 0);
        assertTrue(manager.invariantsHold());
    }

    @Test
    void isPutOffByAFailureAlthoughItsTimerIsSetForAMomentBefore() {
        Duration backoff = PERIOD.multipliedBy(3);
        Periodic periodic =
                (Periodic) manager.repeat(Schedule.every(PERIOD).withBackoff(backoff, backoff), SPEC, any -> {
                    throw new IllegalStateException("of a test");
                });
        clock.advance(PERIOD.plus(TICK));
        Await.until("it has failed", () -> periodic.failures() == 1 && periodic.isPending());
        manager.wheel.cancel(periodic); // as where the failure comes before the timer is set
        manager.wheel.schedule(periodic, PERIOD.toNanos());
        PeriodicTask probe = manager.every(PERIOD.plus(TICK.multipliedBy(2)), SPEC, any -> 1);
        clock.advance(PERIOD.plus(TICK.multipliedBy(3)));
        Await.until("the timer thread has been there", () -> probe.runs() == 1);
        assertEquals(1, manager.snapshot().failed());
        clock.advance(backoff);
        Await.until("its time has come", () -> periodic.failures() == 2);
        assertEquals(0, periodic.missed());
    }
}
