package dev.lifecycle.impl.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SweeperTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - SECOND); // readings wrap in most tests
    private final Sweeper sweeper = Sweeper.of(time);
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();
    private final Queue<Noting> made = new ConcurrentLinkedQueue<>();

    /** Notes each call, does what it is told, and asks for the next call. */
    private final class Noting implements Sweeper.Check {
        final String name;
        volatile long next = HOUR;
        volatile Runnable work = () -> {};
        final CompletableFuture<Thread> thread = new CompletableFuture<>();

        Noting(String name) {
            this.name = name;
            made.add(this);
        }

        @Override
        public long check(long now) {
            calls.add(name);
            thread.complete(Thread.currentThread());
            work.run();
            return next;
        }
    }

    @AfterEach
    void letTheThreadEnd() {
        for (Noting check : made) {
            sweeper.remove(check);
            Sweeper.of(TimeSource.system()).remove(check);
        }
        assertTrue(sweeper.invariantsHold());
    }

    private Noting add(String name, long delay) {
        Noting check = new Noting(name);
        sweeper.add(check, delay);
        return check;
    }

    /** Lets time pass, and the thread do what is due then: it waits by the clock again when this returns. */
    private void pass(long nanos) {
        settle();
        time.advance(Duration.ofNanos(nanos));
        settle();
    }

    private void called(String... names) {
        assertEquals(List.of(names), List.copyOf(calls));
    }

    private void settle() {
        Await.until("the timer waits", () -> time.parked() == 1);
    }

    private static Thread threadOf(Noting check) {
        return check.thread.orTimeout(20, TimeUnit.SECONDS).join();
    }

    // ---- when ------------------------------------------------------------------------------------------------------

    @Test
    void callsACheckOnceItsDelayIsOverAndNotBefore() {
        add("a", 2 * SECOND);
        add("just before", 2 * SECOND - 1);
        pass(2 * SECOND - 1);
        called("just before");
        pass(1);
        called("just before", "a");
    }

    @Test
    void callsACheckAgainAfterAsLongAsItAsksFor() {
        add("other", HOUR);
        Noting check = new Noting("a");
        check.next = 3 * SECOND; // before the thread may call it
        sweeper.add(check, 0);
        settle();
        calls.clear();
        pass(3 * SECOND - 1);
        called();
        pass(1);
        called("a");
        check.next = Sweeper.Check.DONE;
        pass(3 * SECOND);
        pass(3 * SECOND);
        called("a", "a");
    }

    @Test
    void callsFirstWhatIsDueFirst() {
        add("third", 3 * SECOND);
        add("first", SECOND);
        add("second", 2 * SECOND);
        for (int i = 0; i < 3; i++) {
            pass(SECOND);
        }
        called("first", "second", "third");
    }

    @Test
    void callsInTheOrderOfAddingWhatIsDueAtOnce() {
        add("a", SECOND);
        add("b", SECOND);
        add("c", SECOND);
        pass(SECOND);
        called("a", "b", "c");
    }

    @Test
    void wakesForANewCheckThatIsDueBeforeTheOneItWaitsFor() {
        add("far", HOUR);
        settle();
        add("near", SECOND);
        pass(SECOND);
        called("near");
    }

    @Test
    void wakesForANewCheckAlsoByTheClockOfTheJvm() {
        Sweeper system = Sweeper.of(TimeSource.system());
        Noting far = new Noting("far");
        system.add(far, 0);
        Thread timer = threadOf(far);
        Await.until("it waits for an hour", () -> timer.getState() == Thread.State.TIMED_WAITING);
        Noting near = new Noting("near");
        system.add(near, TimeUnit.MILLISECONDS.toNanos(1));
        assertSame(timer, threadOf(near));
        called("far", "near");
    }

    @Test
    void callsAtTheEarlierOfTwoMomentsACheckWasAddedFor() {
        Noting earlier = add("earlier", HOUR);
        sweeper.add(earlier, SECOND);
        Noting later = add("later", 2 * SECOND);
        sweeper.add(later, HOUR);
        pass(SECOND);
        called("earlier");
        pass(SECOND);
        called("earlier", "later");
    }

    // ---- failures --------------------------------------------------------------------------------------------------

    @Test
    void dropsACheckThatThrowsAndGoesOnWithTheOthers() {
        add("throws", SECOND).work = () -> {
            throw new AssertionError("planted");
        };
        Noting other = add("other", SECOND);
        other.next = SECOND;
        pass(SECOND);
        called("throws", "other");
        pass(SECOND);
        called("throws", "other", "other");
    }

    @Test
    void callsACheckAgainInAWhileThatCouldNotLoadAClass() {
        Noting check = add("a", SECOND);
        check.work = () -> {
            check.work = () -> {};
            throw new NoClassDefFoundError("planted");
        };
        pass(SECOND);
        called("a");
        pass(SECOND);
        called("a", "a");
    }

    @Test
    void callsACheckAgainSoonThatMetAFullHeap() {
        Noting check = add("a", SECOND);
        check.work = () -> {
            check.work = () -> {};
            throw new OutOfMemoryError("planted");
        };
        pass(SECOND);
        called("a");
        pass(SECOND / 10);
        called("a", "a");
    }

    @Test
    void survivesAnInterrupt() {
        Noting check = add("a", SECOND);
        check.next = SECOND;
        check.work = () -> Thread.currentThread().interrupt();
        pass(SECOND);
        pass(SECOND);
        called("a", "a");
        assertFalse(threadOf(check).isInterrupted());
    }

    // ---- remove ----------------------------------------------------------------------------------------------------

    @Test
    void callsNoMoreWhatWasRemoved() {
        Noting gone = add("gone", SECOND);
        add("stays", SECOND);
        settle();
        sweeper.remove(gone);
        pass(SECOND);
        called("stays");
    }

    @Test
    void callsNoMoreWhatACheckBeforeItRemoved() {
        Noting first = add("first", SECOND);
        Noting gone = add("gone", SECOND);
        first.work = () -> sweeper.remove(gone);
        add("other", HOUR);
        pass(SECOND);
        called("first");
    }

    @Test
    void callsNoMoreWhatWasRemovedWhileItRan() {
        add("other", HOUR);
        Noting check = add("a", SECOND);
        check.next = SECOND;
        check.work = () -> sweeper.remove(check);
        pass(SECOND);
        pass(SECOND);
        called("a");
    }

    @Test
    void callsAgainWhatWasAddedWhileItRanThoughItIsDone() {
        Noting check = add("a", SECOND);
        check.next = Sweeper.Check.DONE;
        check.work = () -> {
            sweeper.remove(check);
            sweeper.add(check, SECOND);
        };
        pass(SECOND);
        pass(SECOND);
        called("a", "a");
    }

    // ---- the thread ------------------------------------------------------------------------------------------------

    @Test
    void endsWhenNothingIsLeftAndStartsAgainThoughTheClockStandsStill() {
        Noting first = add("first", 0);
        Thread timer = threadOf(first);
        assertEquals("lifecycle-timer", timer.getName());
        assertTrue(timer.isDaemon());
        assertNull(timer.getContextClassLoader());
        settle();
        sweeper.remove(first);
        Await.within(Duration.ofSeconds(10), "ended", () -> !timer.isAlive());
        assertTrue(sweeper.invariantsHold());
        assertNotSame(timer, threadOf(add("second", 0)));
    }

    @Test
    void hasOneThreadForEachClock() {
        VirtualTime other = new VirtualTime();
        Sweeper ofOther = Sweeper.of(other);
        assertSame(sweeper, Sweeper.of(time));
        assertSame(ofOther, Sweeper.of(other));
        assertSame(Sweeper.of(TimeSource.system()), Sweeper.of(TimeSource.system()));
        Noting here = add("here", SECOND);
        Noting there = new Noting("there");
        ofOther.add(there, SECOND);
        pass(SECOND);
        called("here");
        other.advance(Duration.ofSeconds(1));
        assertNotSame(threadOf(here), threadOf(there));
        ofOther.remove(there);
    }

    /** Each waits for its call before it adds the next: one wake-up that got lost would leave it waiting. */
    @Test
    void losesNoCheckOfSeveralThreads() throws InterruptedException {
        AtomicInteger returned = new AtomicInteger();
        List<Thread> users = new ArrayList<>();
        for (int user = 0; user < 4; user++) {
            users.add(new Thread(() -> {
                for (int i = 0; i < 2_000; i++) {
                    Noting check = new Noting("one of many");
                    check.next = Sweeper.Check.DONE;
                    sweeper.add(check, 0);
                    threadOf(check);
                    returned.incrementAndGet();
                }
            }));
        }
        users.forEach(Thread::start);
        for (Thread user : users) {
            user.join();
        }
        assertEquals(8_000, returned.get());
        assertEquals(8_000, calls.size(), "once each");
    }
}
