package dev.lifecycle.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.OnFull;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.time.VirtualTime;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Timers of tasks that start when those have lived for a while. */
@Timeout(60)
class PatrolTest {
    private static final Duration ROUND = Duration.ofMillis(250);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final TaskSpec SPEC = TaskSpec.of("task", "work").withTimeout(TIMEOUT);
    private static final int MANY = 10_000;

    private final VirtualTime clock = new VirtualTime();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Manager manager = (Manager) TaskManager.builder("tasks")
            .maxConcurrency(1)
            .queueCapacity(2 * MANY)
            .threads(ThreadMode.PLATFORM)
            .cancelGrace(ROUND.dividedBy(5))
            .timeSource(clock)
            .open();

    @AfterEach
    void close() {
        gate.countDown();
        manager.shutdown(Duration.ZERO);
        assertTrue(manager.invariantsHold());
    }

    /** Ignores interrupts. */
    private TaskHandle<?> blocker(TaskSpec spec) {
        CountDownLatch inside = new CountDownLatch(1);
        TaskHandle<?> blocker = manager.submit(spec, context -> {
            inside.countDown();
            while (gate.getCount() > 0) {
                awaitDeaf();
            }
            return null;
        });
        Await.until("it is inside", () -> inside.getCount() == 0);
        return blocker;
    }

    private void awaitDeaf() {
        try {
            gate.await();
        } catch (InterruptedException deaf) {
            return;
        }
    }

    /** Lets time pass, and the timer thread do what is due. */
    private void pass(Duration time) {
        Await.until("the timer thread waits", () -> clock.parked() > 0);
        clock.advance(time);
        Await.until("it has been there", () -> clock.parked() > 0);
    }

    @Test
    void startsTheTimersOfThoseThatAreStillThere() {
        blocker(SPEC);
        Stream<TaskHandle<?>> queued = IntStream.range(0, MANY).mapToObj(i -> manager.submit(SPEC, context -> i));
        assertEquals(
                MANY, queued.filter(task -> task.state() == TaskState.QUEUED).count());
        assertEquals(0, manager.wheel.pending());
        assertTrue(manager.patrol.isOn());
        pass(ROUND);
        Await.until("all are there", () -> manager.wheel.pending() == MANY + 1);
        gate.countDown();
        Await.until("they have ended", () -> manager.snapshot().completed() == MANY + 1);
        Await.until("and are gone", () -> manager.wheel.pending() == 0);
    }

    @Test
    void losesNoTimeOfADeadline() {
        TaskHandle<?> task = blocker(SPEC);
        pass(ROUND);
        Await.until("it is there", () -> manager.wheel.pending() == 1);
        pass(TIMEOUT.minus(ROUND).minusNanos(1));
        assertFalse(task.state().isFinal());
        clock.advance(Duration.ofMillis(2));
        Await.until("its time is over", () -> task.state() == TaskState.TIMED_OUT);
    }

    @Test
    void isBeforeADeadlineThatALeapOfTheClockHasPassed() {
        TaskHandle<?> task = blocker(SPEC);
        pass(TIMEOUT.multipliedBy(100));
        Await.until("its time is over", () -> task.state() == TaskState.TIMED_OUT);
    }

    @Test
    void isNotWaitedForByWhatIsDueBeforeItsNextRound() {
        TaskHandle<?> soon = blocker(SPEC.withTimeout(ROUND.multipliedBy(2)));
        assertEquals(1, manager.wheel.pending());
        clock.advance(ROUND.multipliedBy(2).plusMillis(2));
        Await.until("its time is over", () -> soon.state() == TaskState.TIMED_OUT);
    }

    @Test
    void isNotWaitedForByACancellation() {
        TaskHandle<?> task = blocker(SPEC);
        assertEquals(0, manager.wheel.pending());
        assertTrue(task.cancel("test"));
        assertEquals(1, manager.wheel.pending(), "its grace ends before the first round");
        clock.advance(ROUND.dividedBy(4));
        Await.until("it is given up", () -> task.state() == TaskState.CANCELLED);
        Await.until("it is counted", () -> manager.snapshot().quarantined() == 1);
    }

    @Test
    void sendsForAThreadWhereWhoSubmittedCouldNot() throws Exception {
        manager.submit(SPEC, context -> 1).join();
        Await.until("the thread is idle", () -> manager.workers.wantOne());
        Task<Object> task =
                new Task<>(manager.types().timesOf(SPEC), manager.lane(), context -> 2, manager.wheel.elapsed());
        assertSame(Lane.Answer.ACCEPTED, manager.offer(task));
        assertSame(TaskState.QUEUED, task.state());
        pass(ROUND);
        assertEquals(2, task.join());
    }

    @Test
    void endsWhenNothingNewComesAndBeginsAgain() throws Exception {
        for (int i = 0; i < 3; i++) {
            blocker(SPEC);
            assertTrue(manager.patrol.isOn());
            for (int round = 0; round < 20 && manager.patrol.isOn(); round++) {
                clock.advance(ROUND);
                Await.until("it waits again, or is off", () -> clock.parked() > 0 || !manager.patrol.isOn());
            }
            assertFalse(manager.patrol.isOn());
            assertEquals(i == 0 ? 1 : 0, manager.wheel.pending());
            gate.countDown();
            manager.submit(SPEC, context -> 1).join();
            Await.until("all have ended", () -> manager.wheel.pending() == 0);
        }
        passUntilNothingIsCalled();
    }

    @Test
    void isNotForATaskThatHasWaitedForRoom() throws Exception {
        Duration timeout = ROUND.multipliedBy(3).plusMillis(10);
        Manager full = (Manager) TaskManager.builder("full")
                .maxConcurrency(1)
                .queueCapacity(1)
                .onFull(OnFull.block(TIMEOUT))
                .threads(ThreadMode.PLATFORM)
                .timeSource(clock)
                .open();
        try {
            CountDownLatch inside = new CountDownLatch(1);
            full.submit(SPEC, context -> {
                inside.countDown();
                return awaitGate();
            });
            Await.until("it is inside", () -> inside.getCount() == 0);
            TaskHandle<?> filler = full.submit(SPEC, context -> 1);
            AtomicReference<TaskHandle<?>> late = new AtomicReference<>();
            Thread waits = new Thread(() -> late.set(full.submit(SPEC.withQueueTimeout(timeout), context -> 1)));
            waits.start();
            Await.until("it waits, as does the timer thread", () -> clock.parked() == 2);
            clock.advance(timeout.minusMillis(6));
            Await.until("the other two have timers", () -> full.wheel.pending() == 2);
            filler.cancel("room");
            waits.join();
            assertEquals(2, full.wheel.pending(), "the first one, and this");
            clock.advance(Duration.ofMillis(8));
            Await.until("its time is over", () -> late.get().state() == TaskState.TIMED_OUT);
        } finally {
            gate.countDown();
            full.shutdown(Duration.ZERO);
        }
    }

    private int awaitGate() throws InterruptedException {
        gate.await();
        return 1;
    }

    @Test
    void leavesNoThreadToAClockThatStandsStill() throws Exception {
        manager.submit(SPEC, context -> 1).join();
        manager.submit(SPEC.withTimeout(ROUND), context -> 1).join();
        manager.shutdown(Duration.ZERO);
        Await.until("nobody waits by it", () -> clock.parked() == 0);
    }

    @Test
    void leavesNoThreadToAClockThatStandsStillWhenAStuckTaskLeavesLate() {
        blocker(SPEC);
        manager.shutdown(Duration.ZERO);
        assertEquals(1, manager.snapshot().quarantined());
        gate.countDown();
        Await.until("nobody waits by it", () -> clock.parked() == 0);
    }

    private Field checks() throws ReflectiveOperationException {
        Field checks = Sweeper.class.getDeclaredField("checks");
        checks.setAccessible(true);
        return checks;
    }

    /** The list of what the sweeper calls: the next addition to it fails. */
    private FullOnce failNextAddition() throws ReflectiveOperationException {
        Sweeper sweeper = Sweeper.of(manager.clock);
        FullOnce full = new FullOnce((List<?>) checks().get(sweeper), manager.patrol);
        checks().set(sweeper, full);
        return full;
    }

    private int called() {
        try {
            return ((List<?>) checks().get(Sweeper.of(manager.clock))).size();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets rounds pass until the timer thread has nothing to call. */
    private void passUntilNothingIsCalled() {
        for (int round = 0; round < 50 && called() > 0; round++) {
            clock.advance(ROUND);
            Await.until("it waits again, or has nothing to call", () -> clock.parked() > 0 || called() == 0);
        }
        assertEquals(0, called());
    }

    private static final class FullOnce extends ArrayList<Object> {
        private static final long serialVersionUID = 1;
        private final transient Patrol patrol;
        private boolean failed;
        boolean wasOn;

        FullOnce(List<?> before, Patrol patrol) {
            super(before);
            this.patrol = patrol;
        }

        @Override
        public boolean add(Object each) {
            if (!failed) {
                failed = true;
                wasOn = patrol.isOn();
                throw new OutOfMemoryError("planned");
            }
            return super.add(each);
        }
    }

    @Test
    void isStartedByTheNextOneWhereOneCouldNot() throws Exception {
        FullOnce full = failNextAddition();
        assertThrows(OutOfMemoryError.class, () -> manager.submit(SPEC, context -> 1));
        assertFalse(full.wasOn, "nobody may leave a task to it yet");
        assertFalse(manager.patrol.isOn());
        TaskHandle<?> task = blocker(SPEC);
        assertTrue(manager.patrol.isOn());
        pass(TIMEOUT.multipliedBy(2));
        Await.until("its time is over", () -> task.state() == TaskState.TIMED_OUT);
    }

    @Test
    void startsTimersThoughThereIsNoMemoryToTellTheSweeper() throws Exception {
        TaskHandle<?> task = blocker(SPEC);
        failNextAddition();
        pass(ROUND);
        Await.until("it is there", () -> manager.wheel.pending() == 1);
        pass(TIMEOUT);
        Await.until("its time is over", () -> task.state() == TaskState.TIMED_OUT);
    }

    @Test
    void looksAgainAtATaskWhoseTimerCouldNotBeStarted() {
        TaskHandle<?> task = blocker(SPEC);
        pass(ROUND);
        Await.until("it is there", () -> manager.wheel.pending() == 1);
        manager.wheel.cancel((Task<?>) task); // as where who brought a deadline forward has failed
        assertEquals(0, manager.wheel.pending());
        ((Task<?>) task).timerFailed();
        pass(ROUND);
        Await.until("it is there again", () -> manager.wheel.pending() == 1);
        gate.countDown();
        Await.until("it has ended", () -> manager.wheel.pending() == 0);
        passUntilNothingIsCalled();
    }

    @Test
    void looksAgainAtATaskWhoseTimerItCouldNotStart() throws Exception {
        TaskHandle<?> task = blocker(SPEC);
        manager.wheel.release(); // so that a timer needs memory
        Await.until("the wheel is let go of", () -> called() == 1);
        failNextAddition();
        pass(ROUND);
        assertEquals(0, manager.wheel.pending());
        pass(ROUND);
        Await.until("it is there", () -> manager.wheel.pending() == 1);
        pass(TIMEOUT);
        Await.until("its time is over", () -> task.state() == TaskState.TIMED_OUT);
        gate.countDown();
        passUntilNothingIsCalled();
    }

    @Test
    void beginsAgainForATaskWhoseTimerCouldNotBeStarted() {
        TaskHandle<?> task = blocker(SPEC);
        for (int round = 0; round < 20 && manager.patrol.isOn(); round++) {
            pass(ROUND);
        }
        assertFalse(manager.patrol.isOn());
        manager.wheel.cancel((Task<?>) task);
        ((Task<?>) task).timerFailed();
        pass(ROUND);
        Await.until("it is there again", () -> manager.wheel.pending() == 1);
    }

    @Test
    void endsThoughItWasCalledForATaskThatDidNotStay() throws Exception {
        failNextAddition();
        assertThrows(OutOfMemoryError.class, () -> manager.submit(SPEC.withHardTimeout(ROUND), context -> 1));
        passUntilNothingIsCalled();
    }

    @Test
    void leavesNoThreadToAClockThatStandsStillWhenAScopeEndsTheManager() throws InterruptedException {
        Scope scope = Scope.open("scope");
        TaskManager owned = TaskManager.builder("owned").timeSource(clock).open(scope);
        owned.submit(SPEC, context -> 1).join();
        scope.close();
        Await.until("nobody waits by it", () -> clock.parked() == 0);
    }

    @Test
    void staysForATaskThatShutsItsManagerDown() throws Exception {
        CountDownLatch isDown = new CountDownLatch(1);
        TaskHandle<?> task = manager.submit(SPEC, context -> {
            manager.shutdown(Duration.ZERO);
            isDown.countDown();
            while (gate.getCount() > 0) {
                awaitDeaf();
            }
            return null;
        });
        isDown.await();
        pass(ROUND);
        Await.until("it is there", () -> manager.wheel.pending() == 1);
        pass(TIMEOUT);
        Await.until("its time is over", () -> task.state() == TaskState.TIMED_OUT);
    }
}
