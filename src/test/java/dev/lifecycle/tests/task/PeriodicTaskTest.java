package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.task.Overlap;
import dev.lifecycle.task.PeriodicTask;
import dev.lifecycle.task.Schedule;
import dev.lifecycle.task.TaskCancelledException;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PeriodicTaskTest {
    private static final TaskSpec SPEC = TaskSpec.of("sweep", "upkeep");
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(2);

    private final VirtualTime clock =
            new VirtualTime(Long.MAX_VALUE - Duration.ofSeconds(15).toNanos());
    private final TaskManager tasks =
            TaskManager.builder("tasks").maxConcurrency(2).timeSource(clock).open();
    private final AtomicInteger begun = new AtomicInteger();
    private final Semaphore permits = new Semaphore(0);

    @AfterEach
    void close() throws Exception {
        permits.release(100_000);
        Thread closer = new Thread(tasks::close, "closer");
        closer.start();
        while (closer.isAlive()) {
            clock.advance(Duration.ofSeconds(30));
            closer.join(10);
        }
    }

    private PeriodicTask counting(Schedule schedule) {
        return tasks.repeat(schedule, SPEC, context -> begun.incrementAndGet());
    }

    /** Each run waits for a permit. */
    private PeriodicTask slow(Schedule schedule) {
        return tasks.repeat(schedule, SPEC, context -> {
            begun.incrementAndGet();
            permits.acquire();
            return null;
        });
    }

    private void awaitRuns(PeriodicTask task, int runs) {
        Await.until(runs + " runs", () -> task.runs() == runs);
    }

    @Test
    void runsAtAFixedRate() {
        PeriodicTask task = tasks.every(PERIOD, SPEC, context -> begun.incrementAndGet());
        clock.advance(PERIOD.minusMillis(1));
        assertEquals(0, begun.get());
        clock.advance(TICK);
        awaitRuns(task, 1);
        for (int i = 2; i <= 5; i++) {
            clock.advance(PERIOD);
            awaitRuns(task, i);
        }
        assertEquals(0, task.missed());
        assertTrue(task.isActive());
        assertEquals(TaskState.QUEUED, task.state());
    }

    @Test
    void goesOnAfterARunThatThrew() {
        PeriodicTask task = tasks.every(PERIOD, SPEC, context -> {
            throw new Error("of run " + begun.incrementAndGet());
        });
        for (int i = 1; i <= 5; i++) {
            clock.advance(PERIOD.plus(TICK));
            awaitRuns(task, i);
        }
        assertEquals(5, task.failures());
    }

    @Test
    void leavesOutWhatIsDueDuringARun() {
        PeriodicTask task = slow(Schedule.every(PERIOD));
        clock.advance(PERIOD.plus(TICK));
        Await.until("a run", () -> begun.get() == 1);
        clock.advance(PERIOD.multipliedBy(3));
        Await.until("three missed", () -> task.missed() == 3);
        permits.release();
        awaitRuns(task, 1);
        clock.advance(PERIOD);
        Await.until("a second run", () -> begun.get() == 2);
        assertEquals(3, task.missed());
    }

    @Test
    void runsOnceForAllThatWasDueDuringARun() {
        PeriodicTask task = slow(Schedule.every(PERIOD).onOverlap(Overlap.COALESCE));
        clock.advance(PERIOD.plus(TICK));
        Await.until("a run", () -> begun.get() == 1);
        clock.advance(PERIOD.multipliedBy(3));
        Await.until("two missed", () -> task.missed() == 2);
        permits.release(1);
        Await.until("another run, at once", () -> begun.get() == 2);
        permits.release(1);
        awaitRuns(task, 2);
        assertEquals(2, begun.get());
    }

    @Test
    void runsForEachThatWasDueDuringARun() {
        PeriodicTask task = slow(Schedule.every(PERIOD).onOverlap(Overlap.QUEUE));
        clock.advance(PERIOD.plus(TICK));
        Await.until("a run", () -> begun.get() == 1);
        clock.advance(PERIOD.multipliedBy(3));
        permits.release(4);
        awaitRuns(task, 4);
        assertEquals(4, begun.get());
        assertEquals(0, task.missed());
    }

    @Test
    void makesNoBurstAfterALeapOfTheClock() {
        PeriodicTask task = counting(Schedule.every(PERIOD));
        clock.advance(PERIOD.multipliedBy(1_000).plus(TICK));
        awaitRuns(task, 1);
        assertEquals(999, task.missed());
        clock.advance(PERIOD);
        awaitRuns(task, 2);
    }

    @Test
    void leavesOutARunThatIsLate() {
        PeriodicTask task = counting(Schedule.every(PERIOD).withMisfireGrace(Duration.ofSeconds(1)));
        clock.advance(PERIOD.plusSeconds(5));
        Await.until("one missed", () -> task.missed() == 1);
        assertEquals(0, task.runs());
        clock.advance(Duration.ofSeconds(5).plus(TICK));
        awaitRuns(task, 1);
    }

    /** Each run goes on after it was given up, until there is a permit. */
    private PeriodicTask givenUp(Schedule schedule) {
        PeriodicTask task = tasks.repeat(schedule, SPEC.withTimeout(Duration.ofSeconds(5)), context -> {
            begun.incrementAndGet();
            permits.acquireUninterruptibly();
            return null;
        });
        clock.advance(PERIOD.plus(TICK));
        Await.until("a run", () -> begun.get() == 1);
        clock.advance(Duration.ofSeconds(6));
        awaitRuns(task, 1);
        assertEquals(1, task.failures());
        return task;
    }

    @Test
    void leavesOutWhatIsDueWhileTheBodyOfARunThatWasGivenUpGoesOn() {
        PeriodicTask task = givenUp(Schedule.every(PERIOD));
        clock.advance(PERIOD.multipliedBy(3));
        Await.until("three missed", () -> task.missed() == 3);
        assertEquals(TaskState.RUNNING, task.state());
        assertEquals(1, begun.get());
        permits.release();
        Await.until("the body has ended", () -> task.state() == TaskState.QUEUED);
        clock.advance(PERIOD);
        Await.until("a second run", () -> begun.get() == 2);
        assertEquals(3, task.missed());
    }

    @Test
    void runsOnceForAllThatWasDueUntilTheBodyOfARunThatWasGivenUpHasEnded() {
        PeriodicTask task = givenUp(Schedule.every(PERIOD).onOverlap(Overlap.COALESCE));
        clock.advance(PERIOD.multipliedBy(3));
        Await.until("two missed", () -> task.missed() == 2);
        assertEquals(1, begun.get());
        permits.release();
        Await.until("another run, at once", () -> begun.get() == 2);
        permits.release();
        awaitRuns(task, 2);
        assertEquals(2, begun.get());
    }

    @Test
    void waitsAfterTheBodyOfARunThatWasGivenUpWithAFixedDelay() {
        PeriodicTask task = givenUp(Schedule.withDelay(PERIOD));
        clock.advance(PERIOD.multipliedBy(10));
        assertEquals(1, begun.get());
        permits.release();
        Await.until("the body has ended", () -> task.state() == TaskState.QUEUED);
        clock.advance(PERIOD.minusMillis(1));
        assertEquals(1, begun.get());
        clock.advance(TICK);
        Await.until("a second run", () -> begun.get() == 2);
    }

    @Test
    void goesOnAfterARunWasCancelledWhileItWaited() {
        for (int i = 0; i < 2; i++) {
            tasks.submit(TaskSpec.of("other", "work"), context -> {
                permits.acquire();
                return null;
            });
        }
        Await.until("no thread is free", () -> tasks.snapshot().active() == 2);
        PeriodicTask task = counting(Schedule.every(PERIOD));
        clock.advance(PERIOD.plus(TICK));
        Await.until("a run waits", () -> tasks.snapshot().queued() == 1);
        assertEquals(1, tasks.cancel(info -> info.name().equals("sweep"), "not now"));
        awaitRuns(task, 1);
        permits.release(2);
        clock.advance(PERIOD);
        Await.until("the next run", () -> begun.get() == 1);
    }

    @Test
    void goesOnAfterAFailureThatCannotTellItsMessage() {
        PeriodicTask task = tasks.repeat(Schedule.withDelay(PERIOD), SPEC, context -> {
            throw new IllegalStateException() {
                private static final long serialVersionUID = 1L;

                @Override
                public String getMessage() {
                    throw new UnsupportedOperationException("of a test");
                }
            };
        });
        for (int i = 1; i <= 3; i++) {
            clock.advance(PERIOD.plus(TICK));
            awaitRuns(task, i);
        }
        assertEquals(3, task.failures());
    }

    @Test
    void waitsAfterTheEndOfARunWithAFixedDelay() {
        PeriodicTask task = slow(Schedule.withDelay(PERIOD).startingIn(Duration.ZERO));
        clock.advance(TICK);
        Await.until("a run", () -> begun.get() == 1);
        clock.advance(PERIOD.multipliedBy(10));
        permits.release(1);
        awaitRuns(task, 1);
        clock.advance(PERIOD.minusMillis(1));
        assertEquals(1, begun.get());
        clock.advance(TICK);
        Await.until("a second run", () -> begun.get() == 2);
        assertEquals(0, task.missed());
    }

    @Test
    void slowsDownWhileRunsFail() {
        PeriodicTask task = tasks.repeat(
                Schedule.withDelay(PERIOD).withBackoff(Duration.ofSeconds(10), Duration.ofSeconds(30)), SPEC, any -> {
                    begun.incrementAndGet();
                    throw new IllegalStateException("down");
                });
        int[] waits = {10, 20, 30, 40, 40, 40};
        for (int i = 0; i < waits.length; i++) {
            clock.advance(Duration.ofSeconds(waits[i]).minusMillis(1));
            assertEquals(i, begun.get());
            clock.advance(TICK.multipliedBy(2));
            awaitRuns(task, i + 1);
        }
    }

    @Test
    void endsWhenItIsCancelled() {
        PeriodicTask task = slow(Schedule.every(PERIOD));
        clock.advance(PERIOD.plus(TICK));
        Await.until("a run", () -> begun.get() == 1);
        assertTrue(task.cancel("not needed"));
        assertFalse(task.cancel("again"));
        assertFalse(task.isActive());
        assertEquals(TaskState.CANCELLED, task.state());
        TaskCancelledException thrown = assertThrows(TaskCancelledException.class, task::join);
        assertTrue(thrown.getMessage().contains("not needed"), thrown.getMessage());
        Await.until("the run ends", () -> tasks.snapshot().cancelled() == 1);
        clock.advance(PERIOD.multipliedBy(10));
        assertEquals(1, begun.get());
    }

    @Test
    void endsWhenItsFutureIsCancelled() {
        PeriodicTask task = counting(Schedule.every(PERIOD));
        assertTrue(task.toFuture().cancel(true));
        assertFalse(task.isActive());
        TaskCancelledException thrown = assertThrows(TaskCancelledException.class, task::join);
        assertTrue(thrown.getMessage().contains("its future was cancelled"), thrown.getMessage());
    }

    @Test
    void endsWithItsManager() {
        PeriodicTask task = counting(Schedule.every(PERIOD));
        tasks.shutdown(Duration.ZERO);
        assertFalse(task.isActive());
        assertTrue(task.toFuture().isCompletedExceptionally());
    }

    @Test
    void refusesPeriodsThatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> Schedule.every(Duration.ZERO));
        assertThrows(
                IllegalArgumentException.class, () -> Schedule.every(PERIOD).startingIn(Duration.ofSeconds(-1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> Schedule.every(PERIOD).withBackoff(PERIOD.multipliedBy(2), PERIOD));
    }
}
