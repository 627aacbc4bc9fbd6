package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.OnFull;
import dev.lifecycle.task.RejectedTaskException;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.tests.api.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that a scope owns end with it. */
@Timeout(60)
class OwnedTaskTest {
    private static final TaskSpec SPEC = TaskSpec.of("copy", "files");

    private final CountDownLatch gate = new CountDownLatch(1);
    private final Scope owner = Scope.open("owner");
    private TaskManager tasks = TaskManager.builder("tasks")
            .maxConcurrency(4)
            .threads(ThreadMode.PLATFORM) // they spin
            .cancelGrace(Duration.ofMinutes(5)) // no test waits for its end
            .open();

    @AfterEach
    void close() {
        gate.countDown();
        tasks.close();
    }

    private TaskHandle<Object> blocked() {
        return tasks.submit(SPEC, context -> {
            gate.await();
            return "";
        });
    }

    @Test
    void isNotCancelledWhenItClosesItsOwnerItself() throws Exception {
        TaskHandle<Boolean> task = tasks.submit(owner, SPEC, context -> {
            owner.close();
            return context.isCancelled() || Thread.currentThread().isInterrupted();
        });
        assertFalse(task.join());
        assertEquals(TaskState.SUCCEEDED, task.state());
    }

    @Test
    void isToldThoughItRunsOnTheThreadOfItsCaller() throws Exception {
        tasks.close();
        tasks = TaskManager.builder("tasks")
                .maxConcurrency(1)
                .queueCapacity(1)
                .threads(ThreadMode.PLATFORM)
                .onFull(OnFull.CALLER_RUNS)
                .open();
        TaskHandle<Object> blocker = blocked();
        Await.until("it runs", () -> blocker.state() == TaskState.RUNNING);
        blocked();
        AtomicBoolean runs = new AtomicBoolean();
        AtomicBoolean told = new AtomicBoolean();
        AtomicBoolean free = new AtomicBoolean();
        Thread caller = new Thread(
                () -> tasks.submit(owner, SPEC, context -> {
                    runs.set(true);
                    while (!context.isCancelled() && !free.get()) {
                        Thread.onSpinWait();
                    }
                    told.set(context.isCancelled());
                    return 1;
                }),
                "caller");
        caller.start();
        Await.until("it runs here", runs::get);
        owner.close();
        free.set(true);
        Await.end(caller);
        assertTrue(told.get());
    }

    @Test
    void isToldWithAllOthersBeforeTheCloseWaitsForOne() throws Exception {
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            tasks.submit(owner, SPEC, context -> {
                try {
                    gate.await();
                } catch (InterruptedException end) {
                    told.incrementAndGet();
                    while (told.get() < 4) { // each waits until all were told
                        Thread.onSpinWait();
                    }
                }
                return null;
            });
        }
        Await.until("all run", () -> tasks.snapshot().active() == 4);
        owner.close();
        assertEquals(4, told.get());
        assertEquals(4, tasks.snapshot().cancelled());
    }

    @Test
    void isWaitedForByTheCloseOfItsOwner() throws Exception {
        AtomicBoolean told = new AtomicBoolean();
        AtomicBoolean free = new AtomicBoolean();
        TaskHandle<?> task = tasks.submit(owner, SPEC, context -> {
            try {
                gate.await();
            } catch (InterruptedException end) {
                told.set(true);
                while (!free.get()) {
                    Thread.onSpinWait();
                }
            }
            return null;
        });
        Await.until("it runs", () -> task.state() == TaskState.RUNNING);
        Thread closer = new Thread(owner::close, "closer");
        closer.start();
        try {
            Await.until("it is waited for", () -> told.get() && closer.getState() == Thread.State.TIMED_WAITING);
        } finally {
            free.set(true);
        }
        Await.end(closer);
        assertEquals(TaskState.CANCELLED, task.state());
    }

    @Test
    void isLeftAloneWhenAnotherScopeEnds() throws Exception {
        TaskHandle<Object> ofNone = blocked();
        Scope other = Scope.open("other");
        TaskHandle<Object> ofOther = tasks.submit(other, SPEC, context -> {
            gate.await();
            return "";
        });
        TaskHandle<Object> mine = tasks.submit(owner, SPEC, context -> {
            gate.await();
            return "";
        });
        Await.until("all run", () -> tasks.snapshot().active() == 3);
        owner.close();
        assertEquals(TaskState.CANCELLED, mine.state());
        assertEquals(TaskState.RUNNING, ofOther.state());
        assertEquals(TaskState.RUNNING, ofNone.state());
        gate.countDown();
        assertEquals("", ofOther.join());
        other.close();
    }

    @Test
    void isCancelledWhenItsScopeHasEndedBeforeItCameIn() throws Exception {
        tasks.close();
        tasks = TaskManager.builder("tasks")
                .maxConcurrency(1)
                .queueCapacity(1)
                .threads(ThreadMode.PLATFORM)
                .onFull(OnFull.block(Duration.ofMinutes(5)))
                .open();
        TaskHandle<Object> blocker = blocked();
        Await.until("it runs", () -> blocker.state() == TaskState.RUNNING);
        TaskHandle<Object> filler = blocked();
        AtomicReference<TaskHandle<Integer>> late = new AtomicReference<>();
        Thread submitter = new Thread(() -> late.set(tasks.submit(owner, SPEC, context -> 1)), "submitter");
        submitter.start();
        Await.until("it waits for room", () -> submitter.getState() == Thread.State.TIMED_WAITING);
        owner.close();
        filler.cancel("room");
        Await.end(submitter);
        assertEquals(TaskState.CANCELLED, late.get().state());
    }

    @Test
    void leavesItsScopeWhenItHasEndedOrIsRefused() throws Exception {
        tasks.submit(owner, SPEC, context -> 1).join();
        Await.until("it has left", () -> held() == 0);
        tasks.close();
        assertThrows(RejectedTaskException.class, () -> tasks.submit(owner, SPEC, context -> 1));
        assertEquals(0, held());
    }

    private long held() {
        return (Long) owner.snapshot().gauges().get("open");
    }
}
