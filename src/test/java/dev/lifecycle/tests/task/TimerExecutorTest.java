package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.task.Timeout;
import dev.lifecycle.task.Timer;
import dev.lifecycle.tests.api.Await;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Executors that block, run the action themselves, refuse or fail: the other timeouts go on. By the clock of the JVM. */
@org.junit.jupiter.api.Timeout(60)
class TimerExecutorTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofHours(1);

    private final Timer timer = Timer.builder("test").open();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger stuck = new AtomicInteger();
    private final AtomicInteger ran = new AtomicInteger();
    private final Executor inline = Runnable::run;

    @AfterEach
    void letAllGo() {
        gate.countDown();
        timer.close(Duration.ofSeconds(20));
        Await.until("nobody is left behind", () -> gauge("leftBehind").equals(0));
    }

    private Object gauge(String name) {
        return timer.managed().snapshot().gauges().get(name);
    }

    private void await() {
        stuck.incrementAndGet();
        boolean interrupted = false;
        while (gate.getCount() > 0) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void runsActionsOfAnExecutorThatRunsThemItself() {
        AtomicReference<Thread> on = new AtomicReference<>();
        timer.schedule(SHORT, () -> on.set(Thread.currentThread()), inline);
        Await.until("ran", () -> on.get() != null);
        assertEquals("lifecycle-reaper", on.get().getName());
    }

    @Test
    void goesOnWithoutAnExecutorThatBlocks() {
        timer.schedule(Duration.ZERO, this::await, inline);
        Await.until("stuck", () -> stuck.get() == 1);
        for (int i = 0; i < 100; i++) {
            timer.schedule(SHORT, ran::incrementAndGet, inline);
        }
        Await.until("the others ran", () -> ran.get() == 100);
        assertEquals(1, gauge("leftBehind"));
        gate.countDown();
        Await.until("it came back", () -> gauge("leftBehind").equals(0));
    }

    @Test
    void waitsWhenTooManyExecutorsBlockAndGoesOnWhenOneComesBack() {
        for (int i = 0; i < Timer.MAX_LEFT_BEHIND + 3; i++) {
            timer.schedule(Duration.ZERO, this::await, inline);
        }
        Await.until("all stuck", () -> gauge("leftBehind").equals(Timer.MAX_LEFT_BEHIND));
        Timeout waiting = timer.schedule(Duration.ZERO, ran::incrementAndGet, inline);
        Timeout cancelled = timer.schedule(Duration.ZERO, ran::incrementAndGet, inline);
        Await.until("due", () -> gauge("waiting").equals(5));
        assertEquals(5, timer.pending());
        assertFalse(waiting.fired());
        assertTrue(cancelled.cancel(), "it is due, but was not handed over");
        assertFalse(cancelled.cancel());
        assertEquals(4, timer.pending());
        assertEquals(Timer.MAX_LEFT_BEHIND, stuck.get());
        gate.countDown();
        Await.until("the others ran", () -> ran.get() == 1 && stuck.get() == Timer.MAX_LEFT_BEHIND + 3);
        Await.until("none left", () -> timer.pending() == 0);
        assertFalse(cancelled.fired());
    }

    @Test
    void countsWhatExecutorsRefuseAndGoesOn() {
        Throwable[] thrown = {
            new RejectedExecutionException("planted"), new OutOfMemoryError("planted"), new AssertionError("planted")
        };
        List<Timeout> refused = new ArrayList<>();
        for (Throwable each : thrown) {
            refused.add(timer.schedule(SHORT, ran::incrementAndGet, action -> {
                if (each instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) each;
            }));
        }
        timer.schedule(SHORT, ran::incrementAndGet, inline);
        Await.until("the other ran", () -> ran.get() == 1);
        Await.until("counted", () -> gauge("refused").equals(3L));
        refused.forEach(each -> assertTrue(each.fired() && !each.cancel()));
        assertEquals(1, ran.get());
    }

    @Test
    void closeWaitsForTheExecutorThatIsBeingGivenAnAction() throws InterruptedException {
        timer.schedule(Duration.ZERO, this::await, inline);
        Await.until("stuck", () -> stuck.get() == 1);
        AtomicReference<CloseReport> report = new AtomicReference<>();
        Thread closer = new Thread(() -> report.set(timer.close(LONG)));
        closer.start();
        Await.until("it waits", () -> closer.getState() == Thread.State.TIMED_WAITING);
        gate.countDown();
        Await.end(closer);
        assertEquals(List.of(), report.get().overruns());
    }

    @Test
    void closeNamesTheExecutorThatDoesNotReturn() {
        timer.schedule(Duration.ZERO, this::await, inline);
        timer.schedule(LONG, ran::incrementAndGet, inline);
        Await.until("stuck", () -> stuck.get() == 1);
        CloseReport report = timer.close(SHORT);
        assertEquals(1, report.closed());
        assertEquals(1, report.overruns().size());
        String stack = List.of(report.overruns().get(0).stack()).toString();
        assertTrue(stack.contains("TimerExecutorTest.await"), stack);
    }

    @Test
    void isClosedFromInsideAnActionWithoutWaitingForIt() {
        AtomicReference<CloseReport> report = new AtomicReference<>();
        timer.schedule(LONG, ran::incrementAndGet, inline);
        timer.schedule(Duration.ZERO, () -> report.set(timer.close(LONG)), inline);
        Await.until("closed", () -> report.get() != null);
        assertEquals(1, report.get().closed());
        assertEquals(List.of(), report.get().overruns());
    }

    @Test
    void leavesTheInterruptOfACloseThatWaits() {
        timer.schedule(Duration.ZERO, this::await, inline);
        Await.until("stuck", () -> stuck.get() == 1);
        Thread.currentThread().interrupt();
        CloseReport report = timer.close(LONG);
        assertTrue(Thread.interrupted());
        assertEquals(1, report.overruns().size());
    }

    @Test
    void cancelsWhatWaitsToBeHandedOverWhenItIsClosed() {
        for (int i = 0; i < Timer.MAX_LEFT_BEHIND + 5; i++) {
            timer.schedule(Duration.ZERO, this::await, inline);
        }
        Await.until(
                "the others wait",
                () -> stuck.get() == Timer.MAX_LEFT_BEHIND && gauge("waiting").equals(5));
        assertEquals(5, timer.close(SHORT).closed());
        assertEquals(0, timer.pending());
        gate.countDown();
        Await.until("all came back", () -> gauge("leftBehind").equals(0));
        assertEquals(Timer.MAX_LEFT_BEHIND, stuck.get());
    }

    @Test
    void anActionMaySchedule() {
        timer.schedule(
                Duration.ZERO,
                () -> timer.schedule(Duration.ZERO, () -> timer.schedule(SHORT, ran::incrementAndGet, inline), inline),
                inline);
        Await.until("ran", () -> ran.get() == 1);
    }

    @Test
    void forgetsTheActionAndTheExecutorOfATimeoutThatWasCancelled() {
        Timeout[] kept = new Timeout[1];
        WeakReference<Object> action = cancelled(kept);
        Await.until("collected", () -> {
            System.gc();
            return action.refersTo(null);
        });
        assertFalse(kept[0].fired());
    }

    private WeakReference<Object> cancelled(Timeout[] kept) {
        Object held = new Object();
        kept[0] = timer.schedule(LONG, held::hashCode, action -> held.hashCode());
        assertTrue(kept[0].cancel());
        return new WeakReference<>(held);
    }

    /** Some are cancelled at the moment they become due: what is not handed over was cancelled, and the other way round. */
    @Test
    void handsOverExactlyWhatWasNotCancelled() throws InterruptedException {
        int count = 40_000;
        AtomicInteger twice = new AtomicInteger();
        AtomicInteger cancels = new AtomicInteger();
        ConcurrentHashMap<Integer, Boolean> seen = new ConcurrentHashMap<>();
        Timeout[] all = new Timeout[count];
        AtomicBoolean wrong = new AtomicBoolean();
        Thread[] cancellers = new Thread[2];
        for (int i = 0; i < count; i++) {
            int number = i;
            all[i] = timer.schedule(
                    Duration.ofNanos(i * 2_000L),
                    () -> {
                        if (seen.put(number, true) != null) {
                            twice.incrementAndGet();
                        }
                        ran.incrementAndGet();
                    },
                    inline);
        }
        for (int c = 0; c < cancellers.length; c++) {
            cancellers[c] = new Thread(() -> {
                for (int i = 0; i < count; i++) {
                    if (all[i].cancel()) {
                        cancels.incrementAndGet();
                        wrong.compareAndSet(false, all[i].fired() || all[i].cancel());
                    }
                }
            });
        }
        for (Thread canceller : cancellers) {
            canceller.start();
        }
        for (Thread canceller : cancellers) {
            Await.end(canceller);
        }
        Await.until("each is over", () -> timer.pending() == 0 && ran.get() + cancels.get() == count);
        assertEquals(0, twice.get());
        assertFalse(wrong.get());
    }

    @Test
    void servesTheSharedTimerToo() {
        Timeout timeout = Timer.shared().schedule(LONG, ran::incrementAndGet, inline);
        assertTrue(timeout.rearm(SHORT));
        Await.until("ran", () -> ran.get() == 1);
        assertTrue(timeout.fired());
        assertTrue(Timer.shared().schedule(SECOND, ran::incrementAndGet, inline).cancel());
    }
}
