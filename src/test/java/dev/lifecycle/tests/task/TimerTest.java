package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.State;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.task.Timeout;
import dev.lifecycle.task.Timer;
import dev.lifecycle.task.TimerClosedException;
import dev.lifecycle.task.TimerFullException;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a timer promises, by a clock that stands still. */
@org.junit.jupiter.api.Timeout(60)
class TimerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofNanos(1 << 20);
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final VirtualTime time =
            new VirtualTime(Long.MAX_VALUE - SECOND.multipliedBy(5).toNanos()); // wraps soon
    private final Timer timer = Timer.builder("test").timeSource(time).open();
    private final Queue<Runnable> handed = new ConcurrentLinkedQueue<>();
    private final Executor executor = handed::add;

    private final Timer other = Timer.builder("other").timeSource(time).open(); // keeps the thread by the clock
    private final Timeout last = other.schedule(FOR_EVER, () -> {}, executor);

    @AfterEach
    void close() {
        timer.close();
        other.close();
    }

    private Timeout in(Duration delay) {
        return timer.schedule(delay, () -> {}, executor);
    }

    /** Lets time pass, and the timer thread do what is due then. */
    private void pass(Duration by) {
        settle();
        assertTrue(last.rearm(FOR_EVER));
        time.advance(by);
        settle();
    }

    private void settle() {
        Await.until("the timer waits", () -> time.parked() == 1);
    }

    private void handed(int count) {
        Await.until(count + " handed over", () -> handed.size() >= count);
        assertEquals(count, handed.size());
    }

    // ---- when ------------------------------------------------------------------------------------------------------

    @Test
    void handsAnActionOverWhenItsMomentComesAndNotBefore() {
        Timeout timeout = in(SECOND);
        in(FOR_EVER);
        pass(SECOND.minusNanos(1));
        assertFalse(timeout.fired());
        assertEquals(2, timer.pending());
        pass(TICK);
        handed(1);
        assertTrue(timeout.fired());
        Await.until("one left", () -> timer.pending() == 1);
    }

    @Test
    void isNeverEarlyWhateverTheDelay() {
        in(FOR_EVER);
        for (long nanos = 1; nanos < 1L << 60; nanos = nanos * 3 + 7) {
            Timeout timeout = in(Duration.ofNanos(nanos));
            pass(Duration.ofNanos(nanos - 1));
            assertFalse(timeout.fired(), nanos + " ns");
            pass(TICK);
            Await.until("fired", timeout::fired);
        }
    }

    @Test
    void handsOverAtOnceWhatHasNoDelay() {
        Timeout timeout = in(Duration.ZERO);
        handed(1);
        assertTrue(timeout.fired());
    }

    @Test
    void handsOverTheActionItself() {
        Runnable action = () -> {};
        timer.schedule(Duration.ZERO, action, executor);
        handed(1);
        assertSame(action, handed.peek());
    }

    @Test
    void handsOverInTheOrderOfTheMomentsAfterAPause() {
        List<Integer> order = new ArrayList<>(); // by one thread, and read after it
        for (int i = 0; i < 100; i++) {
            int number = i * 37 % 100;
            timer.schedule(TICK.multipliedBy(2 + 3L * number), () -> order.add(number), executor);
        }
        pass(Duration.ofHours(1));
        handed(100);
        handed.forEach(Runnable::run);
        for (int i = 0; i < 100; i++) {
            assertEquals(i, order.get(i));
        }
    }

    @Test
    void survivesLeapsOfYears() {
        Timeout far = in(Duration.ofDays(365 * 100));
        Timeout near = in(SECOND);
        pass(Duration.ofDays(365 * 99));
        Await.until("fired", near::fired);
        assertFalse(far.fired());
        pass(Duration.ofDays(365));
        pass(TICK);
        Await.until("fired", far::fired);
    }

    @Test
    void acceptsDelaysThatNeverEnd() {
        Timeout timeout = in(FOR_EVER);
        pass(Duration.ofDays(365 * 140));
        assertFalse(timeout.fired());
        assertTrue(timeout.cancel());
    }

    @Test
    void refusesNegativeDelays() {
        Timeout timeout = in(SECOND);
        for (Duration negative : new Duration[] {Duration.ofNanos(-1), FOR_EVER.negated()}) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> in(negative));
            assertEquals("delay is " + negative + "; it must not be negative", refused.getMessage());
            assertThrows(IllegalArgumentException.class, () -> timeout.rearm(negative));
        }
        assertEquals(1, timer.pending());
    }

    @Test
    @SuppressWarnings("NullAway")
    void namesWhatIsNull() {
        assertEquals(
                "delay",
                assertThrows(NullPointerException.class, () -> in(null)).getMessage());
        assertEquals(
                "action",
                assertThrows(NullPointerException.class, () -> timer.schedule(SECOND, null, executor))
                        .getMessage());
        assertEquals(
                "on",
                assertThrows(NullPointerException.class, () -> timer.schedule(SECOND, () -> {}, null))
                        .getMessage());
        assertEquals(0, timer.pending());
    }

    // ---- cancel ----------------------------------------------------------------------------------------------------

    @Test
    void cancelsOnce() {
        Timeout timeout = in(SECOND);
        assertTrue(timeout.cancel());
        assertFalse(timeout.cancel());
        assertFalse(timeout.fired());
        assertEquals(0, timer.pending());
        in(SECOND);
        pass(SECOND.plus(TICK));
        handed(1);
    }

    @Test
    void cancelsNothingThatWasHandedOver() {
        Timeout timeout = in(Duration.ZERO);
        handed(1);
        assertFalse(timeout.cancel());
        assertTrue(timeout.fired());
    }

    // ---- rearm -----------------------------------------------------------------------------------------------------

    @Test
    void putsAMomentOff() {
        Timeout timeout = in(SECOND);
        in(FOR_EVER);
        pass(SECOND.minusNanos(1));
        assertTrue(timeout.rearm(SECOND));
        pass(SECOND.minusNanos(1));
        assertFalse(timeout.fired());
        pass(TICK);
        Await.until("fired", timeout::fired);
        handed(1);
    }

    @Test
    void bringsAMomentForward() {
        Timeout timeout = in(Duration.ofHours(1));
        assertTrue(timeout.rearm(SECOND));
        pass(SECOND.minusNanos(1));
        assertFalse(timeout.fired());
        pass(TICK);
        Await.until("fired", timeout::fired);
    }

    @Test
    void bringsAMomentForwardToNow() {
        Timeout timeout = in(FOR_EVER);
        assertTrue(timeout.rearm(Duration.ZERO));
        Await.until("fired", timeout::fired);
    }

    @Test
    void rearmsNothingThatIsOver() {
        Timeout cancelled = in(SECOND);
        cancelled.cancel();
        assertFalse(cancelled.rearm(SECOND));
        Timeout fired = in(Duration.ZERO);
        Await.until("fired", fired::fired);
        assertFalse(fired.rearm(SECOND));
        Await.until("none pending", () -> timer.pending() == 0);
    }

    // ---- bounds ----------------------------------------------------------------------------------------------------

    @Test
    void refusesMoreThanMayBePending() {
        try (Timer small = Timer.builder("small").maxPending(3).timeSource(time).open()) {
            List<Timeout> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                all.add(small.schedule(SECOND, () -> {}, executor));
            }
            RejectedExecutionException full =
                    assertThrows(TimerFullException.class, () -> small.schedule(SECOND, () -> {}, executor));
            assertEquals(
                    "timer small has 3 timeouts pending, and may have 3. Cancel what is not needed any more, or raise"
                            + " maxPending",
                    full.getMessage());
            all.get(1).cancel();
            small.schedule(SECOND, () -> {}, executor);
            assertEquals("small 3/3", small.toString());
        }
    }

    @Test
    void refusesABoundBelowOne() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> Timer.builder("none").maxPending(0));
        assertEquals("maxPending is 0; it must be at least 1", refused.getMessage());
    }

    // ---- close -----------------------------------------------------------------------------------------------------

    @Test
    void cancelsWhatIsPendingWhenItIsClosed() {
        Timeout timeout = in(SECOND);
        in(FOR_EVER);
        CloseReport report = timer.close(SECOND);
        assertEquals(2, report.closed());
        assertEquals(0, report.failed());
        assertEquals(List.of(), report.overruns());
        assertEquals(0, timer.pending());
        assertFalse(timeout.cancel());
        assertFalse(timeout.rearm(SECOND));
        assertFalse(timeout.fired());
        time.advance(SECOND.multipliedBy(2));
        assertEquals(2, timer.close(Duration.ZERO).closed(), "the same to all callers");
        assertEquals(State.CLOSED, timer.state());
        assertTrue(handed.isEmpty());
    }

    @Test
    void refusesWhatComesAfterItsClose() {
        timer.close();
        time.advance(SECOND);
        TimerClosedException refused = assertThrows(TimerClosedException.class, () -> in(SECOND));
        assertEquals(
                "Timer test is closed since PT1S, by thread "
                        + Thread.currentThread().getName() + "; nothing was scheduled",
                refused.getMessage());
    }

    @Test
    void refusesANegativeDeadline() {
        assertThrows(IllegalArgumentException.class, () -> timer.close(Duration.ofNanos(-1)));
        assertEquals(State.OPEN, timer.state());
    }

    @Test
    void isClosedByItsOwner() {
        Scope owner = Scope.open("owner");
        Timer owned = Timer.builder("owned").timeSource(time).open(owner);
        owned.schedule(SECOND, () -> {}, executor);
        assertEquals(1L, owner.snapshot().children().get(0).gauges().get("pending"), owner.snapshot()::toText);
        owner.close();
        assertEquals(State.CLOSED, owned.state());
        assertEquals(0, owned.pending());
        assertThrows(
                ScopeClosedException.class,
                () -> Timer.builder("late").timeSource(time).open(owner));
    }

    @Test
    void saysWhatItHolds() {
        in(SECOND);
        assertEquals("test", timer.name());
        assertEquals(Kind.TIMER, timer.managed().kind());
        assertSame(timer.managed(), timer.managed());
        assertEquals(
                "{pending=1, maxPending=1048576, waiting=0, refused=0, cancelledByClose=0, leftBehind=0}",
                timer.managed().snapshot().gauges().toString());
    }

    // ---- the shared one --------------------------------------------------------------------------------------------

    @Test
    void refusesToCloseTheSharedOne() {
        Timer shared = Timer.shared();
        assertSame(shared, Timer.shared());
        for (Runnable close : new Runnable[] {shared::close, () -> shared.close(SECOND), shared.managed()::close}) {
            String message = assertThrows(UnsupportedOperationException.class, close::run)
                    .getMessage();
            assertTrue(message.contains("Timer.builder(name).open(scope)"), message);
        }
        assertEquals(State.OPEN, shared.state());
        assertEquals("shared", shared.managed().snapshot().name());
        shared.schedule(Duration.ZERO, () -> {}, executor);
        handed(1);
    }
}
