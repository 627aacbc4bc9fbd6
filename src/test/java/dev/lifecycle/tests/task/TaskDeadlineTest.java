package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.Shrinkable;
import dev.lifecycle.task.RejectedTaskException;
import dev.lifecycle.task.RejectedTaskException.Reason;
import dev.lifecycle.task.StackSample;
import dev.lifecycle.task.StackSample.Step;
import dev.lifecycle.task.TaskCancelledException;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskManagerBuilder;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.TaskTimeoutException;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.time.VirtualTime;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TaskDeadlineTest {
    private static final TaskSpec SPEC = TaskSpec.of("copy", "files");

    private final VirtualTime clock =
            new VirtualTime(Long.MAX_VALUE - Duration.ofSeconds(5).toNanos()); // readings wrap
    private final AtomicBoolean gate = new AtomicBoolean();
    private final CountDownLatch inside = new CountDownLatch(1);
    private TaskManager tasks = builder().open();

    private TaskManagerBuilder builder() {
        return TaskManager.builder("tasks").maxConcurrency(1).timeSource(clock);
    }

    @AfterEach
    void close() throws Exception {
        gate.set(true);
        Thread closer = new Thread(tasks::close, "closer");
        closer.start();
        while (closer.isAlive()) {
            clock.advance(Duration.ofSeconds(30));
            closer.join(10);
        }
    }

    /** Neither hears of an interrupt nor asks. */
    private TaskHandle<String> deaf(TaskSpec spec) {
        TaskHandle<String> task = tasks.submit(spec, context -> {
            inside.countDown();
            while (!gate.get()) {
                Thread.onSpinWait();
            }
            return "late";
        });
        Await.until("it runs", () -> inside.getCount() == 0);
        return task;
    }

    private void advance(Duration by) {
        clock.advance(by);
    }

    private static List<Step> steps(TaskHandle<?> task) {
        return task.info().samples().stream().map(StackSample::why).toList();
    }

    @Test
    void timesOutInTheQueue() {
        deaf(SPEC);
        TaskHandle<Integer> waiting = tasks.submit(SPEC.withQueueTimeout(Duration.ofSeconds(10)), context -> 1);
        advance(Duration.ofMillis(9_999));
        assertEquals(TaskState.QUEUED, waiting.state());
        advance(Duration.ofMillis(3));
        Await.until("it has timed out", () -> waiting.state() == TaskState.TIMED_OUT);
        TaskTimeoutException thrown = assertThrows(TaskTimeoutException.class, waiting::join);
        assertTrue(thrown.getMessage().endsWith("timed out: it has waited for PT10S"), thrown.getMessage());
        assertEquals(1, tasks.snapshot().timedOut());
        assertEquals(0, tasks.snapshot().queued());
    }

    @Test
    void interruptsAlsoWhereTheClockLeapsBeyondTheHardTimeout() {
        AtomicBoolean heard = new AtomicBoolean();
        TaskHandle<Integer> task = tasks.submit(SPEC.withHardTimeout(Duration.ofSeconds(30)), context -> {
            inside.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException expected) {
                heard.set(true);
            }
            return 1;
        });
        Await.until("it runs", () -> inside.getCount() == 0);
        advance(Duration.ofHours(1)); // a machine that slept
        Await.until("it is given up", () -> task.state() == TaskState.TIMED_OUT);
        Await.until("its thread is back", () -> tasks.snapshot().quarantined() == 0);
        assertTrue(heard.get());
    }

    @Test
    void goesUpTheLadderWithATaskThatHearsNothing() {
        TaskSpec spec = SPEC.withSoftTimeout(Duration.ofSeconds(10))
                .withInterruptTimeout(Duration.ofSeconds(20))
                .withHardTimeout(Duration.ofSeconds(30));
        TaskHandle<String> task = deaf(spec);
        advance(Duration.ofMillis(10_002));
        Await.until("a sample", () -> steps(task).equals(List.of(Step.SOFT)));
        assertEquals(TaskState.RUNNING, task.state());
        advance(Duration.ofSeconds(10));
        Await.until("an interrupt", () -> steps(task).equals(List.of(Step.SOFT, Step.INTERRUPT)));
        advance(Duration.ofMillis(9_997));
        assertEquals(TaskState.RUNNING, task.state(), "a millisecond early");
        advance(Duration.ofMillis(3));
        TaskTimeoutException thrown = assertThrows(TaskTimeoutException.class, task::join);
        assertEquals(3, thrown.info().samples().size());
        assertEquals(List.of(Step.SOFT, Step.INTERRUPT, Step.HARD), steps(task));
        assertTrue(
                thrown.info().samples().get(2).toString().contains("TaskDeadlineTest"),
                () -> thrown.info().samples().toString());
        assertTrue(task.info().quarantined());
        assertEquals(1, tasks.snapshot().quarantined());
        assertEquals(0, tasks.snapshot().active());
    }

    @Test
    void replacesTheThreadInQuarantineAndTakesItBack() throws Exception {
        TaskHandle<String> stuck = deaf(SPEC.withTimeout(Duration.ofSeconds(1)));
        TaskHandle<String> next = tasks.submit(SPEC, context -> "unharmed");
        assertEquals(TaskState.QUEUED, next.state());
        advance(Duration.ofMillis(1_002));
        assertThrows(TaskTimeoutException.class, stuck::join);
        assertEquals("unharmed", next.join());
        assertEquals(1, tasks.snapshot().quarantined());
        assertEquals(1, tasks.tasks().count());
        gate.set(true);
        Await.until("nobody is stuck", () -> tasks.snapshot().quarantined() == 0);
        assertEquals(0, tasks.tasks().count());
        assertFalse(stuck.info().quarantined());
        assertEquals("again", tasks.submit(SPEC, context -> "again").join());
        assertEquals(1, tasks.snapshot().timedOut());
        assertEquals(2, tasks.snapshot().completed());
    }

    @Test
    void givesUpATaskThatWaitsForAMonitor() {
        Object monitor = new Object();
        TaskSpec spec = SPEC.withInterruptTimeout(Duration.ofSeconds(1)).withHardTimeout(Duration.ofSeconds(2));
        synchronized (monitor) {
            isGivenUp(tasks.submit(spec, context -> {
                inside.countDown();
                synchronized (monitor) {
                    return "late";
                }
            }));
        }
        Await.until("its thread has ended it", () -> tasks.snapshot().quarantined() == 0);
    }

    @Test
    void givesUpATaskThatIsInNativeCode() throws Exception {
        tasks.close();
        tasks = builder().threads(ThreadMode.PLATFORM).open();
        TaskSpec spec = SPEC.withInterruptTimeout(Duration.ofSeconds(1)).withHardTimeout(Duration.ofSeconds(2));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            isGivenUp(tasks.submit(spec, context -> {
                inside.countDown();
                try (Socket nobody = server.accept()) {
                    return nobody.toString();
                }
            }));
        }
        Await.until("its thread has ended it", () -> tasks.snapshot().quarantined() == 0);
    }

    private void isGivenUp(TaskHandle<String> task) {
        Await.until("it runs", () -> inside.getCount() == 0);
        advance(Duration.ofMillis(1_002));
        Await.until("an interrupt", () -> steps(task).equals(List.of(Step.INTERRUPT)));
        advance(Duration.ofMillis(1_000));
        TaskTimeoutException thrown = assertThrows(TaskTimeoutException.class, task::join);
        assertEquals(List.of(Step.INTERRUPT, Step.HARD), steps(task));
        assertTrue(thrown.info().quarantined());
        assertEquals(1, tasks.snapshot().quarantined());
    }

    @Test
    void replacesNoMoreThreadsThanMayBe() throws Exception {
        tasks.close();
        tasks = builder().maxQuarantined(1).open();
        TaskHandle<String> first = deaf(SPEC.withTimeout(Duration.ofSeconds(1)));
        advance(Duration.ofMillis(1_002));
        assertThrows(TaskTimeoutException.class, first::join);
        TaskHandle<Integer> second = tasks.submit(SPEC.withTimeout(Duration.ofSeconds(1)), context -> {
            while (!gate.get()) {
                Thread.onSpinWait();
            }
            return 1;
        });
        Await.until("it runs", () -> second.state() == TaskState.RUNNING);
        Await.until("its clock runs", () -> !second.info().thread().isEmpty());
        Await.until("it times out", () -> {
            advance(Duration.ofMillis(100));
            return second.state() == TaskState.TIMED_OUT;
        });
        Await.until("both are stuck", () -> tasks.snapshot().quarantined() == 2);
        RejectedTaskException refused = assertThrows(RejectedTaskException.class, () -> tasks.submit(SPEC, any -> 1));
        assertEquals(Reason.QUARANTINE_FULL, refused.reason());
        gate.set(true);
        Await.until("nobody is stuck", () -> tasks.snapshot().quarantined() == 0);
        assertEquals(1, tasks.submit(SPEC, any -> 1).join());
    }

    @Test
    void asksBeforeItInterrupts() {
        AtomicBoolean interrupted = new AtomicBoolean();
        TaskHandle<String> task = tasks.submit(SPEC.withSoftTimeout(Duration.ofSeconds(1)), context -> {
            inside.countDown();
            while (true) {
                interrupted.compareAndSet(false, Thread.currentThread().isInterrupted());
                context.checkpoint();
            }
        });
        Await.until("it runs", () -> inside.getCount() == 0);
        advance(Duration.ofMillis(1_002));
        TaskTimeoutException thrown = assertThrows(TaskTimeoutException.class, task::join);
        assertInstanceOf(TaskCancelledException.class, thrown.getCause());
        assertTrue(thrown.getMessage().contains("soft timeout"), thrown.getMessage());
        assertFalse(interrupted.get());
    }

    @Test
    void timesOutATaskThatEndsByItsInterrupt() {
        CountDownLatch never = new CountDownLatch(1);
        TaskHandle<String> task = tasks.submit(SPEC.withTimeout(Duration.ofSeconds(30)), context -> {
            inside.countDown();
            never.await();
            return "";
        });
        Await.until("it runs", () -> inside.getCount() == 0);
        advance(Duration.ofMillis(29_002)); // a second before the hard one
        TaskTimeoutException thrown = assertThrows(TaskTimeoutException.class, task::join);
        assertInstanceOf(InterruptedException.class, thrown.getCause());
        assertEquals(0, tasks.snapshot().quarantined());
        assertTrue(thrown.getMessage().contains("it has run for PT29S"), thrown.getMessage());
    }

    @Test
    void tellsTheOthersWhileOneThatWasToldDoesNotReturn() {
        TaskHandle<String> taken = tasks.submit(SPEC, context -> {
            context.onCancel(() -> {
                while (!gate.get()) {
                    Thread.onSpinWait();
                }
            });
            inside.countDown();
            while (!gate.get()) {
                Thread.onSpinWait();
            }
            return "";
        });
        Await.until("it runs", () -> inside.getCount() == 0);
        try (LogCapture log = LogCapture.ofTasks()) {
            taken.cancel("enough");
            Await.until("its thread is left to it", () -> log.mentions("its thread is left to it"));
        }
        for (int i = 0; i < 3; i++) {
            TaskHandle<Integer> waiting = tasks.submit(SPEC.withQueueTimeout(Duration.ofSeconds(1)), context -> 1);
            AtomicBoolean done = new AtomicBoolean();
            assertFalse(waiting.toFuture()
                    .whenComplete((value, failure) -> done.set(true))
                    .isDone());
            advance(Duration.ofMillis(1_002));
            Await.until("what depends on task " + i + " is called", done::get);
            assertEquals(TaskState.TIMED_OUT, waiting.state());
        }
    }

    @Test
    void goesOnWithoutAnInterruptAfterATaskThatWasInterrupted() throws Exception {
        TaskHandle<String> task = deaf(SPEC.withInterruptTimeout(Duration.ofSeconds(1)));
        advance(Duration.ofMillis(1_002));
        Await.until("an interrupt", () -> steps(task).equals(List.of(Step.INTERRUPT)));
        gate.set(true);
        assertEquals("late", task.join(), "nobody was told otherwise");
        assertFalse(tasks.submit(SPEC, context -> Thread.currentThread().isInterrupted())
                .join());
    }

    @Test
    void interruptsATaskWithoutASignOfLife() {
        TaskHandle<String> task = deaf(SPEC.withHeartbeatTimeout(Duration.ofSeconds(2)));
        advance(Duration.ofMillis(2_002));
        Await.until("an interrupt", () -> steps(task).equals(List.of(Step.INTERRUPT)));
        assertEquals("no sign of life for PT2S", task.info().reason());
        advance(Duration.ofMillis(5_002)); // the grace time
        TaskTimeoutException thrown = assertThrows(TaskTimeoutException.class, task::join);
        assertTrue(thrown.getMessage().endsWith("no sign of life for PT2S"), thrown.getMessage());
    }

    @Test
    void leavesATaskAloneThatGivesSignsOfLife() throws Exception {
        AtomicInteger beats = new AtomicInteger();
        TaskHandle<Integer> task = tasks.submit(SPEC.withHeartbeatTimeout(Duration.ofSeconds(2)), context -> {
            inside.countDown();
            while (!gate.get()) {
                context.heartbeat();
                beats.incrementAndGet();
            }
            return 1;
        });
        for (int i = 0; i < 20; i++) {
            int before = beats.get();
            Await.until("beats", () -> beats.get() > before + 1);
            advance(Duration.ofSeconds(1));
        }
        gate.set(true);
        assertEquals(1, task.join());
    }

    @Test
    void cancelsATaskForItsAge() {
        TaskHandle<String> running = deaf(SPEC);
        TaskHandle<Integer> waiting = tasks.submit(SPEC.withMaxAge(Duration.ofMinutes(10)), context -> 1);
        advance(Duration.ofMinutes(10).plusMillis(2));
        assertTrue(assertThrows(TaskCancelledException.class, waiting::join)
                .getMessage()
                .endsWith("was cancelled: it is older than PT10M"));
        advance(Duration.ofMinutes(50));
        Await.until("it is told", () -> running.state() == TaskState.CANCELLING);
        advance(Duration.ofSeconds(6));
        assertThrows(TaskCancelledException.class, running::join);
        assertEquals(1, tasks.snapshot().quarantined());
    }

    @Test
    void givesUpACancelledTaskAfterTheGraceTime() {
        TaskHandle<String> task = deaf(SPEC);
        assertTrue(task.cancel("enough"));
        assertEquals(TaskState.CANCELLING, task.state());
        advance(Duration.ofMillis(4_990));
        assertEquals(TaskState.CANCELLING, task.state());
        advance(Duration.ofMillis(12));
        TaskCancelledException thrown = assertThrows(TaskCancelledException.class, task::join);
        assertEquals(List.of(Step.INTERRUPT, Step.HARD), steps(task));
        assertTrue(thrown.info().quarantined());
    }

    @Test
    void holdsAnInterruptBackInAShield() throws Exception {
        AtomicReference<String> cleaned = new AtomicReference<>();
        AtomicBoolean open = new AtomicBoolean();
        TaskHandle<String> task = tasks.submit(SPEC, context -> {
            context.shield(Duration.ofSeconds(1), () -> {
                inside.countDown();
                while (!open.get()) {
                    Thread.onSpinWait();
                }
                cleaned.set(Thread.currentThread().isInterrupted() ? "interrupted" : "in peace");
                return null;
            });
            assertTrue(Thread.currentThread().isInterrupted());
            throw new InterruptedException();
        });
        Await.until("it runs", () -> inside.getCount() == 0);
        assertTrue(task.cancel("enough"));
        open.set(true);
        assertThrows(TaskCancelledException.class, task::join);
        assertEquals("in peace", cleaned.get());
    }

    @Test
    void holdsItBackNoLongerThanTheShieldMay() {
        AtomicBoolean interrupted = new AtomicBoolean();
        TaskHandle<String> task = tasks.submit(
                SPEC,
                context -> context.shield(Duration.ofSeconds(1), () -> {
                    inside.countDown();
                    while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                    }
                    interrupted.set(true);
                    return "";
                }));
        Await.until("it runs", () -> inside.getCount() == 0);
        assertTrue(task.cancel("enough"));
        advance(Duration.ofMillis(990));
        assertFalse(interrupted.get());
        advance(Duration.ofMillis(12));
        assertThrows(TaskCancelledException.class, task::join);
        assertTrue(interrupted.get());
    }

    @Test
    void refusesAShieldWithinAShieldAndElsewhere() throws Exception {
        AtomicReference<dev.lifecycle.task.TaskContext> leaked = new AtomicReference<>();
        TaskHandle<String> task = tasks.submit(SPEC, context -> {
            leaked.set(context);
            return context.shield(
                    Duration.ofSeconds(1),
                    () -> assertThrows(
                                    IllegalStateException.class,
                                    () -> context.shield(Duration.ofSeconds(1), () -> null))
                            .getMessage());
        });
        assertEquals("this task is within a shield already", task.join());
        assertThrows(IllegalStateException.class, () -> leaked.get().shield(Duration.ofSeconds(1), () -> null));
        assertThrows(IllegalArgumentException.class, () -> leaked.get().shield(Duration.ZERO, () -> null));
    }

    @Test
    void keepsTheTimeOfAShieldWhenOneWithinItIsRefused() {
        TaskHandle<String> task = tasks.submit(
                SPEC,
                context -> context.shield(Duration.ofSeconds(1), () -> {
                    assertThrows(IllegalStateException.class, () -> context.shield(Duration.ofDays(1), () -> null));
                    inside.countDown();
                    while (!gate.get() && !Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                    }
                    return Thread.currentThread().isInterrupted() ? "interrupted" : "";
                }));
        Await.until("it runs", () -> inside.getCount() == 0);
        assertTrue(task.cancel("enough"));
        advance(Duration.ofMillis(1_002));
        assertThrows(TaskCancelledException.class, () -> task.join(Duration.ofSeconds(10)));
        assertEquals(List.of(Step.INTERRUPT), steps(task), "it was not given up");
    }

    @Test
    void leavesAThreadBesideOneThatIsStuckInAnEmergency() throws Exception {
        tasks.close();
        tasks = builder().maxConcurrency(2).maxQuarantined(0).open();
        TaskHandle<String> stuck = deaf(SPEC.withTimeout(Duration.ofSeconds(1)));
        advance(Duration.ofMillis(1_002));
        assertThrows(TaskTimeoutException.class, stuck::join);
        Shrinkable node = (Shrinkable) tasks.managed();
        node.shrink(Pressure.EMERGENCY, 0);
        assertEquals(1, tasks.submit(SPEC, any -> 1).join(Duration.ofSeconds(10)));
        gate.set(true);
        Await.until("nobody is stuck", () -> tasks.snapshot().quarantined() == 0);
        node.restore();
        assertEquals(2, tasks.submit(SPEC, any -> 2).join());
    }

    @Test
    void takesHugeTimesAsNever() throws Exception {
        Duration huge = Duration.ofSeconds(Long.MAX_VALUE);
        TaskSpec spec = SPEC.withQueueTimeout(huge)
                .withSoftTimeout(huge)
                .withHardTimeout(huge)
                .withHeartbeatTimeout(huge)
                .withMaxAge(huge);
        TaskHandle<Duration> task = tasks.submit(spec, context -> context.remaining());
        assertTrue(task.join().toDays() > 100_000);
    }

    @Test
    void refusesTimesThatCannotBe() {
        assertEquals(
                "hardTimeout is PT-1S; it must not be negative, and zero means none",
                assertThrows(IllegalArgumentException.class, () -> SPEC.withHardTimeout(Duration.ofSeconds(-1)))
                        .getMessage());
        TaskSpec soft = SPEC.withSoftTimeout(Duration.ofSeconds(2));
        assertThrows(IllegalArgumentException.class, () -> soft.withHardTimeout(Duration.ofSeconds(1)));
        assertThrows(
                IllegalArgumentException.class, () -> TaskManager.builder("x").maxConcurrency(0));
        assertThrows(
                IllegalArgumentException.class, () -> TaskManager.builder("x").maxAge(Duration.ofSeconds(-1)));
        assertThrows(
                IllegalArgumentException.class, () -> TaskManager.builder("x").cancelGrace(Duration.ZERO));
    }
}
