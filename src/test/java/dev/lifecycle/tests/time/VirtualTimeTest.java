package dev.lifecycle.tests.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The clock moved by hand. */
@Timeout(60)
@SuppressWarnings("try") // registrations are not used, only closed
class VirtualTimeTest {
    @Test
    void standsStillUntilItIsMoved() {
        VirtualTime clock = new VirtualTime();
        assertEquals(0, clock.nanos());
        clock.advance(Duration.ofMillis(3));
        assertEquals(3_000_000, clock.nanos());
        clock.advance(Duration.ZERO);
        assertEquals(3_000_000, clock.nanos());
        assertEquals("VirtualTime[3000000 ns]", clock.toString());
    }

    @Test
    void refusesToGoBack() {
        VirtualTime clock = new VirtualTime(5);
        for (Duration back : List.of(Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertEquals(
                    "by is " + back + "; time cannot go back",
                    assertThrows(IllegalArgumentException.class, () -> clock.advance(back))
                            .getMessage());
        }
        assertEquals(5, clock.nanos());
    }

    @Test
    void namesWhatIsNull() {
        VirtualTime clock = new VirtualTime();
        assertEquals(
                "by",
                assertThrows(NullPointerException.class, () -> clock.advance(null))
                        .getMessage());
        assertEquals(
                "thread",
                assertThrows(NullPointerException.class, () -> clock.unpark(null))
                        .getMessage());
        assertEquals(
                "blocker",
                assertThrows(NullPointerException.class, () -> clock.parkNanos(null, 1))
                        .getMessage());
    }

    @Test
    void wakesThoseWhoseTimeHasComeAndNobodyElse() throws InterruptedException {
        VirtualTime clock = new VirtualTime();
        Sleeper early = Sleeper.start(clock, 10);
        Sleeper exact = Sleeper.start(clock, 20);
        Sleeper late = Sleeper.start(clock, 21);
        clock.advance(Duration.ofNanos(20));
        Await.end(early);
        Await.end(exact);
        assertEquals(1, clock.parked());
        assertTrue(late.isAlive());
        clock.advance(Duration.ofNanos(1));
        Await.end(late);
        assertEquals(List.of(20L), early.wokenAfter);
        assertEquals(List.of(20L), exact.wokenAfter);
        assertEquals(List.of(21L), late.wokenAfter);
        assertEquals(0, clock.parked());
    }

    @Test
    void wakesThoseWhoWaitForEverByAnEnormousStep() throws InterruptedException {
        VirtualTime clock = new VirtualTime(-7);
        Sleeper sleeper = Sleeper.start(clock, Long.MAX_VALUE);
        clock.advance(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)); // far beyond what nanoseconds can hold
        Await.end(sleeper);
        assertEquals(List.of(Long.MAX_VALUE), sleeper.wokenAfter);
        assertEquals(Long.MAX_VALUE - 7, clock.nanos());
    }

    @Test
    void doesNotWaitForATimeThatHasPassed() {
        VirtualTime clock = new VirtualTime();
        clock.parkNanos(this, 0);
        clock.parkNanos(this, -1);
        clock.parkNanos(this, Long.MIN_VALUE);
        assertEquals(0, clock.nanos());
        assertEquals(0, clock.parked());
    }

    @Test
    void waitsUntilAReadingWhereverReadingsWrap() throws InterruptedException {
        VirtualTime clock = new VirtualTime(Long.MAX_VALUE);
        clock.parkUntil(this, Long.MAX_VALUE); // has come
        clock.parkUntil(this, Long.MAX_VALUE - 1); // has passed
        Thread thread = new Thread(() -> clock.parkUntil(this, Long.MIN_VALUE + 4)); // five on
        thread.start();
        Await.until("waits", () -> clock.parked() == 1);
        clock.advance(Duration.ofNanos(4));
        assertEquals(1, clock.parked());
        clock.advance(Duration.ofNanos(1));
        Await.end(thread);
    }

    /** Locks leave permits behind; and a permit of something else must not make a test flicker. */
    @Test
    void goesOnWaitingAfterAStrayPermit() throws InterruptedException {
        VirtualTime clock = new VirtualTime();
        Thread thread = new Thread(() -> {
            LockSupport.unpark(Thread.currentThread());
            clock.parkNanos(this, 100);
        });
        thread.start();
        Await.until("waits", () -> clock.parked() == 1);
        LockSupport.unpark(thread);
        Await.until("parks", () -> thread.getState() == Thread.State.WAITING);
        assertEquals(1, clock.parked());
        clock.advance(Duration.ofNanos(100));
        Await.end(thread);
    }

    @Test
    void endsAWaitWhenUnparked() throws InterruptedException {
        VirtualTime clock = new VirtualTime();
        Thread thread = new Thread(() -> clock.parkNanos(this, 100));
        thread.start();
        Await.until("waits", () -> clock.parked() == 1);
        clock.unpark(thread);
        Await.end(thread);
        assertEquals(0, clock.nanos());
        assertEquals(0, clock.parked());
    }

    @Test
    void endsTheNextWaitWhenUnparkedBefore() {
        VirtualTime clock = new VirtualTime();
        clock.unpark(Thread.currentThread());
        clock.parkNanos(this, 100);
        assertEquals(0, clock.nanos());
    }

    @Test
    void remembersOneUnparkAndNoMore() throws InterruptedException {
        VirtualTime clock = new VirtualTime();
        Thread thread = new Thread(() -> {
            clock.unpark(Thread.currentThread());
            clock.unpark(Thread.currentThread());
            clock.parkNanos(this, 100);
            clock.parkNanos(this, 100); // waits
        });
        thread.start();
        Await.until("waits", () -> clock.parked() == 1);
        clock.advance(Duration.ofNanos(100));
        Await.end(thread);
    }

    /** Whoever parks for something else afterwards must not be woken for it. */
    @Test
    void leavesNoPermitBehind() throws InterruptedException {
        VirtualTime clock = new VirtualTime();
        Thread thread = new Thread(() -> {
            clock.unpark(Thread.currentThread());
            clock.parkNanos(this, 100);
            try (VirtualTime.Registration alone = clock.register()) {
                clock.parkNanos(this, 100); // jumps at once
            }
            LockSupport.park(this);
        });
        thread.start();
        Await.until("parks", () -> thread.getState() == Thread.State.WAITING || !thread.isAlive());
        assertTrue(thread.isAlive());
        assertEquals(100, clock.nanos());
        LockSupport.unpark(thread);
        Await.end(thread);
    }

    @Test
    void endsAWaitWhenInterruptedAndKeepsTheFlag() throws InterruptedException {
        VirtualTime clock = new VirtualTime();
        Sleeper sleeper = Sleeper.start(clock, 100);
        sleeper.interrupt();
        Await.end(sleeper);
        assertTrue(sleeper.wasInterrupted);
        assertEquals(List.of(0L), sleeper.wokenAfter);
        assertEquals(0, clock.parked());
    }

    @Test
    void doesNotWaitWhenInterruptedBefore() {
        VirtualTime clock = new VirtualTime();
        Thread.currentThread().interrupt();
        clock.parkNanos(this, 100);
        assertTrue(Thread.interrupted());
        assertEquals(0, clock.nanos());
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
