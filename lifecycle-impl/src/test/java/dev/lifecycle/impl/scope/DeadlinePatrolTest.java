package dev.lifecycle.impl.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.scope.Overrun;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeBuilder;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link DeadlinePatrol} and the {@link CloserWatch} of each run it looks at. */
@Timeout(60)
class DeadlinePatrolTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long DEADLINE = 10 * SECOND;

    private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - 5 * SECOND); // readings wrap before the deadline
    private final DeadlinePatrol patrol = DeadlinePatrol.of(SteadyClock.of(time));
    private final List<Run> runs = new ArrayList<>();

    /** What a close does with its watch, cut down to closers that this test holds up. */
    private final class Run {
        final Overruns overruns = new Overruns();
        final CloserWatch watch;
        private final CountDownLatch inside = new CountDownLatch(1);
        private final CountDownLatch free = new CountDownLatch(1);
        private final Thread thread = new Thread(() -> attempt(this::stay));

        Run(OverrunPolicy policy, long deadline) {
            Duration limit = Duration.ofNanos(deadline);
            ScopeBuilder builder =
                    Scope.builder().timeSource(time).deadline(limit).overrun(policy);
            BaseScope root = Refusal.ours(builder.open(), "root");
            watch = CloserWatch.start(root, Objects.requireNonNull(root.settings()), overruns);
            runs.add(this);
        }

        void attempt(AutoCloseable closer) {
            assertNull(watch.attempt(closer, CloseRun.UNMARKED));
        }

        private void stay() throws InterruptedException {
            inside.countDown();
            free.await();
        }

        /** Begins a closer that stays until {@link #end}. */
        Run stuck() throws InterruptedException {
            thread.start();
            inside.await();
            return this;
        }

        void end() throws InterruptedException {
            free.countDown();
            thread.join();
            watch.stop();
        }
    }

    private Run stuck(long deadline) throws InterruptedException {
        return new Run(OverrunPolicy.REPORT, deadline).stuck();
    }

    @AfterEach
    void endAll() throws InterruptedException {
        for (Run run : runs) {
            run.end();
        }
        assertTrue(isListEmpty());
    }

    private boolean isListEmpty() {
        return patrol.check(time.nanos()) == Sweeper.Check.DONE;
    }

    /** Lets time pass, and the patrol look at what is due then. */
    private void pass(long nanos) {
        settle();
        time.advance(Duration.ofNanos(nanos));
        settle();
    }

    private void settle() {
        Await.until("the timer waits", () -> time.parked() == 1);
    }

    private void reported(int... counts) {
        assertEquals(
                Arrays.stream(counts).boxed().toList(),
                runs.stream().map(run -> run.overruns.size()).toList());
    }

    // ---- when ------------------------------------------------------------------------------------------------------

    @Test
    void reportsNothingBeforeItsDeadline() throws InterruptedException {
        stuck(DEADLINE);
        for (int i = 1; i < 10; i++) {
            pass(SECOND);
        }
        pass(SECOND - 1);
        assertEquals(1, patrol.check(time.nanos()), "what is left");
        reported(0);
        pass(1);
        reported(1);
    }

    @Test
    void reportsTheClosersOfSeveralRunsAtOnce() throws InterruptedException {
        for (int i = 0; i < 8; i++) {
            stuck(DEADLINE);
        }
        pass(DEADLINE);
        reported(1, 1, 1, 1, 1, 1, 1, 1);
        for (Run run : runs) {
            Overrun overrun = run.overruns.from(0).get(0);
            assertEquals(Duration.ofNanos(DEADLINE), overrun.ran());
            assertEquals(OverrunPolicy.REPORT, overrun.done());
            assertTrue(List.of(overrun.stack()).stream()
                    .anyMatch(frame -> frame.getMethodName().equals("stay")));
        }
    }

    @Test
    void looksAtEachRunWhenItsOwnDeadlineEnds() throws InterruptedException {
        stuck(DEADLINE);
        stuck(SECOND / 2);
        stuck(3 * SECOND);
        pass(SECOND / 2);
        reported(0, 1, 0);
        pass(3 * SECOND - SECOND / 2);
        reported(0, 1, 1);
        pass(DEADLINE - 3 * SECOND);
        reported(1, 1, 1);
    }

    @Test
    void looksInTimeAtARunThatComesWhileItWaitsForALongerOne() throws InterruptedException {
        stuck(DEADLINE);
        pass(SECOND / 2);
        stuck(SECOND / 10);
        pass(SECOND / 10 - 1);
        reported(0, 0);
        pass(1);
        reported(0, 1);
    }

    // ---- once ------------------------------------------------------------------------------------------------------

    @Test
    void reportsACloserOnceHoweverLongItTakes() throws InterruptedException {
        stuck(DEADLINE);
        for (int i = 0; i < 20; i++) {
            pass(DEADLINE);
        }
        reported(1);
    }

    @Test
    void reportsACloserOnceThoughSeveralThreadsLookAtOnce() throws InterruptedException {
        Run run = new Run(OverrunPolicy.REPORT, DEADLINE);
        long over = time.nanos() + DEADLINE; // the clock itself stands still: the timer does not look
        besideALooker(run, () -> over, () -> {
            for (int round = 1; round <= 900; round++) {
                int spins = ThreadLocalRandom.current().nextInt(50);
                run.attempt(() -> {
                    spin(spins);
                    run.watch.inspect(over);
                });
                assertEquals(round, run.overruns.size());
            }
        });
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    /** Works while another thread looks at the run all the time. */
    private static void besideALooker(Run run, LongSupplier clock, Runnable work) throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Thread looker = new Thread(() -> {
            while (!stop.get()) {
                run.watch.inspect(clock.getAsLong());
            }
        });
        looker.start();
        try {
            work.run();
        } finally {
            stop.set(true);
            looker.join();
        }
    }

    // ---- INTERRUPT -------------------------------------------------------------------------------------------------

    /** The race of I2: closers end just as they are found to take too long. */
    @Test
    void interruptsNeverTheNextCloser() throws InterruptedException {
        Run run = new Run(OverrunPolicy.INTERRUPT, DEADLINE);
        besideALooker(run, time::nanos, () -> {
            int interrupted = 0;
            for (int round = 0; interrupted < 300; round++) {
                AtomicBoolean before = new AtomicBoolean();
                int spins = ThreadLocalRandom.current().nextInt(2_000);
                run.attempt(() -> {
                    before.set(Thread.currentThread().isInterrupted());
                    time.advance(Duration.ofNanos(DEADLINE));
                    spin(spins);
                });
                assertFalse(before.get(), "round " + round);
                assertFalse(Thread.currentThread().isInterrupted(), "after round " + round);
                interrupted += run.watch.hasInterrupted() ? 1 : 0;
            }
            assertEquals(interrupted, run.overruns.size());
        });
    }

    @Test
    void leavesAnInterruptAloneThatWasThereBefore() {
        Run run = new Run(OverrunPolicy.INTERRUPT, DEADLINE);
        Thread.currentThread().interrupt();
        run.attempt(() -> run.watch.inspect(time.nanos() + DEADLINE));
        assertTrue(Thread.interrupted());
        assertFalse(run.watch.hasInterrupted());
        reported(1);
    }

    // ---- the list --------------------------------------------------------------------------------------------------

    @Test
    void looksAtTheOthersWhenARunStops() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            stuck(DEADLINE);
        }
        for (int i : new int[] {2, 4, 0}) { // from the middle and from both ends
            runs.get(i).end();
        }
        pass(DEADLINE);
        reported(0, 1, 0, 1, 0);
    }

    @Test
    void waitsForNothingOnceAllRunsHaveStoppedThoughTheClockStandsStill() throws InterruptedException {
        for (int round = 1; round <= 3; round++) {
            Run first = stuck(DEADLINE);
            Run second = stuck(DEADLINE);
            settle();
            first.end();
            second.end();
            Await.until("no thread waits", () -> time.parked() == 0);
        }
        assertTrue(isListEmpty());
        Run late = stuck(DEADLINE);
        pass(DEADLINE);
        assertEquals(1, late.overruns.size());
    }

    @Test
    void listsNoRunThatAbandonsItsClosers() {
        new Run(OverrunPolicy.ABANDON, DEADLINE);
        assertTrue(isListEmpty());
    }
}
