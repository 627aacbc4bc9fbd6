package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.RejectedTaskException;
import dev.lifecycle.task.RejectedTaskException.Reason;
import dev.lifecycle.task.ShutdownReport;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskInfo;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.Timer;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.ChildJvm;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ShutdownTest {
    private static final TaskSpec SPEC = TaskSpec.of("copy", "files");

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicBoolean free = new AtomicBoolean();
    private final TaskManager tasks =
            TaskManager.builder("tasks").maxConcurrency(2).open();

    @AfterEach
    void close() {
        gate.countDown();
        free.set(true);
        tasks.close();
    }

    private TaskHandle<String> blocked() {
        return tasks.submit(SPEC, context -> {
            gate.await();
            return "";
        });
    }

    @Test
    void isCleanWhenAllEndByThemselves() {
        AtomicInteger runs = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            tasks.submit(SPEC, context -> runs.incrementAndGet());
        }
        ShutdownReport report = tasks.shutdown(Duration.ofSeconds(30));
        assertTrue(report.clean(), report.toString());
        assertEquals(100, runs.get());
        assertEquals(0, report.stuckCount());
        assertEquals(State.CLOSED, tasks.state());
        assertSame(report, tasks.shutdown(Duration.ZERO), "the same report to all");
    }

    @Test
    void takesNoMore() {
        tasks.shutdown(Duration.ofSeconds(1));
        RejectedTaskException refused = assertThrows(RejectedTaskException.class, () -> tasks.submit(SPEC, any -> 1));
        assertEquals(Reason.SHUTDOWN, refused.reason());
        assertTrue(refused.getMessage().contains("TaskManager tasks is closed since PT"), refused.getMessage());
        assertThrows(RejectedTaskException.class, () -> tasks.every(Duration.ofSeconds(1), SPEC, any -> 1));
    }

    @Test
    void interruptsAndCancelsNearTheDeadline() throws Exception {
        VirtualTime clock = new VirtualTime();
        TaskManager own =
                TaskManager.builder("own").maxConcurrency(2).timeSource(clock).open();
        List<TaskHandle<String>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(own.submit(SPEC, context -> {
                gate.await();
                return "";
            }));
        }
        Await.until("two run", () -> own.snapshot().active() == 2);
        AtomicReference<ShutdownReport> report = new AtomicReference<>();
        Thread closer = new Thread(() -> report.set(own.shutdown(Duration.ofSeconds(30))), "closer");
        closer.start();
        Await.until("it waits", () -> own.state() == State.CLOSING && closer.getState() == Thread.State.WAITING);
        assertEquals(2, own.snapshot().active());
        clock.advance(Duration.ofMillis(24_999));
        assertEquals(1, own.snapshot().queued(), "nobody was told yet");
        clock.advance(Duration.ofMillis(2));
        Await.end(closer);
        assertFalse(report.get().clean());
        assertEquals(0, report.get().finished());
        assertEquals(1, report.get().cancelledQueued());
        assertEquals(2, report.get().interrupted());
        assertEquals(0, report.get().stuckCount(), report.get().toString());
        all.forEach(each -> assertEquals(TaskState.CANCELLED, each.state()));
    }

    @Test
    void namesTheOneThatIsStuck() {
        TaskHandle<String> stuck = tasks.submit(TaskSpec.of("spin", "bad"), context -> {
            while (!free.get()) {
                Thread.onSpinWait();
            }
            return "";
        });
        Await.until("it runs", () -> tasks.snapshot().active() == 1);
        long start = System.nanoTime();
        ShutdownReport report = tasks.shutdown(Duration.ofMillis(300));
        long took = System.nanoTime() - start;
        assertTrue(took >= TimeUnit.MILLISECONDS.toNanos(300), "took " + took);
        assertEquals(1, report.stuckCount());
        assertEquals("spin", report.stuck().get(0).name());
        assertTrue(report.stuck().get(0).quarantined());
        assertTrue(report.toString().contains("ShutdownTest"), report.toString());
        assertEquals(TaskState.CANCELLED, stuck.state());
    }

    @Test
    void mayBeCalledFromWithinATask() throws Exception {
        AtomicReference<ShutdownReport> report = new AtomicReference<>();
        TaskHandle<String> task = tasks.submit(SPEC, context -> {
            report.set(tasks.shutdown(Duration.ofSeconds(20)));
            return "done";
        });
        assertEquals("done", task.join());
        assertTrue(report.get().clean());
        assertTrue(report.get().took().toSeconds() < 10, report.get().toString());
    }

    @Test
    void waitsForNoTaskThatWaitsForIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        TaskHandle<ShutdownReport> inner = tasks.submit(SPEC, context -> {
            gate.await();
            begun.countDown();
            return tasks.shutdown(Duration.ofSeconds(50));
        });
        Thread outer = new Thread(() -> tasks.shutdown(Duration.ofSeconds(50)), "outer");
        outer.start();
        Await.until("it is shutting down", () -> tasks.state() == State.CLOSING);
        gate.countDown();
        Await.end(outer);
        assertTrue(inner.join().clean());
        assertTrue(inner.join().took().toSeconds() < 20, inner.join().toString());
        assertEquals(0, begun.getCount());
    }

    @Test
    void closesWhileATaskCloses() throws Exception {
        TaskHandle<String> inner = tasks.submit(SPEC, context -> {
            gate.await();
            tasks.close();
            return "closed";
        });
        Thread outer = new Thread(tasks::close, "outer");
        outer.start();
        Await.until("it is shutting down", () -> tasks.state() == State.CLOSING);
        gate.countDown();
        Await.end(outer);
        assertEquals("closed", inner.join());
    }

    @Test
    void namesNobodyWhoHasJustEnded() {
        for (int round = 0; round < 300; round++) {
            TaskManager own = TaskManager.builder("own").open();
            TaskHandle<String> task = own.submit(SPEC, context -> {
                gate.await();
                return "";
            });
            Await.until("it runs", () -> task.state() == TaskState.RUNNING);
            for (TaskInfo stuck : own.shutdown(Duration.ZERO).stuck()) {
                assertTrue(stuck.quarantined() || !stuck.state().isFinal(), stuck.toString());
            }
        }
    }

    @Test
    void goesToTheEndForAnInterruptedCaller() {
        blocked();
        Await.until("it runs", () -> tasks.snapshot().active() == 1);
        Thread.currentThread().interrupt();
        ShutdownReport report = tasks.shutdown(Duration.ofMinutes(10));
        assertTrue(Thread.interrupted(), "the caller is interrupted still");
        assertEquals(1, report.interrupted());
        assertEquals(0, report.stuckCount());
    }

    @Test
    void isCalledByTheScopeThatOwnsIt() throws Exception {
        Scope app = Scope.open("app");
        TaskManager owned = TaskManager.builder("owned").open(app);
        TaskHandle<Integer> task = owned.submit(SPEC, context -> 1);
        app.close();
        assertEquals(1, task.join());
        assertEquals(State.CLOSED, owned.state());
    }

    @Test
    void endsItsThreads() {
        List<Thread> threads = new ArrayList<>();
        TaskManager own = TaskManager.builder("own")
                .threadFactory(body -> {
                    Thread thread = new Thread(body, "own");
                    threads.add(thread);
                    return thread;
                })
                .open();
        own.submit(SPEC, context -> 1);
        own.close();
        Await.until("no thread", () -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void mayBeCalledFromATimerAction() throws Exception {
        TaskHandle<String> task = blocked();
        CompletableFuture<ShutdownReport> report = new CompletableFuture<>();
        Timer.shared()
                .schedule(
                        Duration.ofMillis(1),
                        () -> report.complete(tasks.shutdown(Duration.ofSeconds(1))),
                        Runnable::run);
        assertEquals(1, report.get(20, TimeUnit.SECONDS).interrupted());
        assertEquals(TaskState.CANCELLED, task.state());
    }

    @Test
    @Tag("once")
    void mayBeCalledFromAHookOfTheJvm() throws Exception {
        List<String> lines = ChildJvm.java(
                        "-cp",
                        ChildJvm.path(
                                ChildJvm.locationOf(Scope.class),
                                ChildJvm.locationOf(Lifecycle.provider().getClass()),
                                ChildJvm.locationOf(Child.class)),
                        Child.class.getName())
                .lines(0);
        assertTrue(lines.contains("clean false, stuck [deaf], ended [CANCELLED]"), lines.toString());
    }

    /** Ends while tasks run: one that hears, one that does not. */
    static final class Child {
        private Child() {}

        public static void main(String... arguments) throws Exception {
            TaskManager tasks = TaskManager.builder("tasks").open();
            CountDownLatch inside = new CountDownLatch(2);
            TaskHandle<?> hears = tasks.submit(TaskSpec.of("hears", "tests"), context -> {
                inside.countDown();
                return new CountDownLatch(1).await(1, TimeUnit.DAYS);
            });
            tasks.submit(TaskSpec.of("deaf", "tests"), context -> {
                inside.countDown();
                while (true) {
                    Thread.onSpinWait();
                }
            });
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                ShutdownReport report = tasks.shutdown(Duration.ofMillis(500));
                System.out.println("clean " + report.clean() + ", stuck "
                        + report.stuck().stream().map(TaskInfo::name).toList() + ", ended ["
                        + hears.state() + "]");
            }));
            inside.await();
            System.exit(0);
        }
    }
}
