package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.task.OnFull;
import dev.lifecycle.task.ShutdownReport;
import dev.lifecycle.task.TaskFailedException;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskManagerBuilder;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users hand to a manager may throw, hang and come back where it is not expected. */
@Timeout(60)
class TaskUserCodeTest {
    private static final TaskSpec SPEC = TaskSpec.of("copy", "files");

    private final VirtualTime clock = new VirtualTime();
    private final AtomicBoolean free = new AtomicBoolean();
    private final AtomicBoolean inside = new AtomicBoolean();
    private TaskManager tasks = builder().open();

    private static TaskManagerBuilder builder() {
        return TaskManager.builder("tasks").maxConcurrency(1).threads(ThreadMode.PLATFORM);
    }

    private TaskManager byTheClock(TaskManagerBuilder builder) {
        tasks.close();
        tasks = builder.timeSource(clock).open();
        return tasks;
    }

    @AfterEach
    void close() throws InterruptedException {
        free.set(true);
        Thread closer = new Thread(tasks::close, "closer");
        closer.start();
        while (closer.isAlive()) {
            clock.advance(Duration.ofSeconds(30));
            closer.join(10);
        }
    }

    private Object deaf() {
        inside.set(true);
        while (!free.get()) {
            Thread.onSpinWait();
        }
        return free;
    }

    /** An exception like those that look something up for their message. */
    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("of a test");
        }
    }

    @Test
    void givesUpATaskOfAThreadThatThrowsWhenItIsInterrupted() {
        byTheClock(TaskManager.builder("tasks").threadFactory(body -> new Thread(body, "broken") {
            @Override
            public void interrupt() {
                throw new IllegalStateException("of a test");
            }
        }));
        TaskHandle<Object> task = tasks.submit(SPEC.withTimeout(Duration.ofSeconds(10)), context -> deaf());
        Await.until("it runs", inside::get);
        clock.advance(Duration.ofMillis(9_002));
        Await.until("an interrupt", () -> task.info().samples().size() == 1);
        clock.advance(Duration.ofSeconds(1));
        Await.until("its outcome", () -> task.state() == TaskState.TIMED_OUT);
        Await.until("it is counted", () -> tasks.snapshot().quarantined() == 1);
        free.set(true);
        Await.until("its thread has left it", () -> tasks.snapshot().quarantined() == 0);
    }

    @Test
    void givesUpAtTheHardTimeoutThoughTheGraceIsEndless() {
        byTheClock(builder().cancelGrace(Duration.ofSeconds(Long.MAX_VALUE)));
        clock.advance(Duration.ofSeconds(1));
        TaskHandle<Object> task = tasks.submit(SPEC.withTimeout(Duration.ofSeconds(10)), context -> deaf());
        Await.until("it runs", inside::get);
        task.cancel("of a test");
        Await.until("the timer thread waits", () -> clock.parked() > 0);
        clock.advance(Duration.ofMillis(9_002)); // when it would be interrupted
        Await.until("the timer thread has been there", () -> clock.parked() > 0);
        assertEquals(TaskState.CANCELLING, task.state());
        clock.advance(Duration.ofSeconds(1));
        Await.until("its outcome", () -> task.state() == TaskState.CANCELLED);
    }

    @Test
    void saysThatATaskHasFailedThoughItsFailureCannot() throws Exception {
        TaskHandle<Object> task = tasks.submit(SPEC, context -> {
            throw new Broken();
        });
        TaskFailedException thrown = assertThrows(TaskFailedException.class, task::join);
        assertTrue(thrown.getMessage().contains(Broken.class.getName()), thrown.getMessage());
        ExecutorService view = tasks.asExecutorService("view");
        view.execute(() -> {
            throw new Broken();
        });
        view.shutdown();
        assertTrue(view.awaitTermination(20, TimeUnit.SECONDS));
    }

    @Test
    void shutsDownThoughWhatDependsOnATaskDoesTheSame() throws Exception {
        TaskHandle<Object> blocker = tasks.submit(SPEC, context -> deaf());
        Await.until("it runs", () -> blocker.state() == TaskState.RUNNING);
        TaskHandle<Integer> waits = tasks.submit(SPEC, context -> 1);
        waits.toFuture().whenComplete((value, failure) -> tasks.close());
        AtomicReference<ShutdownReport> report = new AtomicReference<>();
        Thread main = new Thread(() -> report.set(tasks.shutdown(Duration.ZERO)), "main");
        main.start();
        Await.end(main);
        assertEquals(1, report.get().stuckCount());
    }

    @Test
    void wakesTheOthersThoughWhatDependsOnATaskHangs() throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        TaskHandle<Object> task = tasks.submit(SPEC, context -> {
            begin.await();
            return "done";
        });
        AtomicReference<Object> seen = new AtomicReference<>();
        Thread joiner = new Thread(
                () -> {
                    try {
                        seen.set(task.join());
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                "joiner");
        joiner.start();
        Await.until(
                "it waits",
                () -> joiner.getState() == Thread.State.TIMED_WAITING || joiner.getState() == Thread.State.WAITING);
        task.toFuture().thenRun(this::deaf);
        begin.countDown();
        Await.end(joiner);
        assertEquals("done", seen.get());
    }

    @Test
    void keepsAnInterruptOfOthersForTheCallerThatRunsATask() {
        byTheClock(builder().queueCapacity(1).onFull(OnFull.CALLER_RUNS));
        TaskHandle<Object> blocker = tasks.submit(SPEC, context -> deaf());
        Await.until("it runs", () -> blocker.state() == TaskState.RUNNING);
        tasks.submit(SPEC, context -> 1);
        AtomicBoolean runs = new AtomicBoolean();
        AtomicBoolean still = new AtomicBoolean();
        Thread caller = new Thread(
                () -> {
                    tasks.submit(SPEC.withSoftTimeout(Duration.ofSeconds(1)), context -> {
                        runs.set(true);
                        while (!context.isCancelled() || !Thread.currentThread().isInterrupted()) {
                            Thread.onSpinWait();
                        }
                        return 1;
                    });
                    still.set(Thread.currentThread().isInterrupted());
                },
                "caller");
        caller.start();
        Await.until("it runs here", runs::get);
        clock.advance(Duration.ofMillis(1_002)); // asks it to end, and interrupts nobody
        caller.interrupt();
        Await.until("it is over", () -> !caller.isAlive());
        assertTrue(still.get());
    }

    @Test
    void keepsAnInterruptOfItsOwnFromTheCallerThatRunsATask() throws Exception {
        byTheClock(builder().queueCapacity(1).onFull(OnFull.CALLER_RUNS));
        TaskHandle<Object> blocker = tasks.submit(SPEC, context -> deaf());
        Await.until("it runs", () -> blocker.state() == TaskState.RUNNING);
        tasks.submit(SPEC, context -> 1);
        AtomicBoolean heard = new AtomicBoolean();
        AtomicBoolean still = new AtomicBoolean(true);
        Thread caller = new Thread(
                () -> {
                    tasks.submit(TaskSpec.of("own", "files"), context -> {
                        while (!Thread.currentThread().isInterrupted() && !free.get()) {
                            Thread.onSpinWait();
                        }
                        heard.set(Thread.currentThread().isInterrupted());
                        return 1;
                    });
                    still.set(Thread.currentThread().isInterrupted());
                },
                "caller");
        caller.start();
        Await.until(
                "it is cancelled here",
                () -> tasks.cancel(info -> info.name().equals("own") && info.state() == TaskState.RUNNING, "of a test")
                        == 1);
        Await.end(caller);
        assertTrue(heard.get());
        assertFalse(still.get());
    }
}
