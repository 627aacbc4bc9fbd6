package dev.lifecycle.impl.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.time.VirtualTime;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a wheel does with many nodes, many threads, and failures. */
@Timeout(120)
class TimerWheelTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - SECOND);
    private Wheel wheel = new Wheel(time, 2_000_000, null, 32);
    private int fired;

    private static class Node extends WheelNode {
        final Wheel home;
        final Runnable action;

        Node(Wheel home, Runnable action) {
            this.home = home;
            this.action = action;
        }

        @Override
        protected Wheel wheel() {
            return home;
        }

        @Override
        protected void fire() {
            action.run();
        }
    }

    private Node node() {
        return new Node(wheel, () -> fired++);
    }

    private void pass(long nanos) {
        time.advance(Duration.ofNanos(nanos));
        while (wheel.untilWake() == 0) {
            wheel.check(time.nanos());
        }
    }

    // ---- readings of several threads -------------------------------------------------------------------------------

    @Test
    void keepsWhatWasScheduledWhenTheClockHadPassedTheReadingOfTheTimerThread() {
        assertTrue(wheel.schedule(node(), HOUR));
        AtomicInteger late = new AtomicInteger();
        for (int i = 0; i < 1_000; i++) { // more than it takes out at once: it comes back for the rest
            assertTrue(wheel.schedule(
                    new Node(wheel, () -> {
                        if (fired++ == 0) {
                            time.advance(Duration.ofNanos(5L << 20));
                            assertTrue(wheel.schedule(new Node(wheel, late::incrementAndGet), 0));
                        }
                    }),
                    0));
        }
        wheel.check(time.nanos());
        assertTrue(wheel.invariantsHold());
        pass(0);
        assertEquals(1_000, fired);
        assertEquals(1, late.get());
        assertEquals(1, wheel.pending());
        assertTrue(wheel.invariantsHold());
    }

    // ---- many ------------------------------------------------------------------------------------------------------

    @Test
    void movesAndFiresAMillionNodesOfOneSlotInSmallPieces() {
        for (int i = 0; i < 1_000_000; i++) {
            assertTrue(wheel.schedule(node(), HOUR));
        }
        pass(HOUR - SECOND); // cascades all of them
        assertEquals(0, fired);
        assertEquals(1_000_000, wheel.pending());
        pass(SECOND + (1 << 20));
        assertEquals(1_000_000, fired);
        assertEquals(256, wheel.longest(), "nodes moved while a lock was held");
        assertTrue(wheel.invariantsHold());
    }

    @Test
    void cancelsAMillionNodesInSmallPieces() {
        AtomicInteger dropped = new AtomicInteger();
        for (int i = 0; i < 1_000_000; i++) {
            Node node = new Node(wheel, () -> fired++) {
                @Override
                protected void dropped() {
                    dropped.incrementAndGet();
                }
            };
            wheel.schedule(node, i * 1_000L);
        }
        assertEquals(1_000_000, wheel.cancelAll());
        assertEquals(1_000_000, dropped.get());
        assertEquals(0, wheel.pending());
        pass(HOUR);
        assertEquals(0, fired);
        assertTrue(wheel.schedule(node(), 0));
    }

    @Test
    void movesNoNodeMoreOftenThanItHasLevels() {
        AtomicLong checks = new AtomicLong();
        for (int i = 0; i < 1_000; i++) {
            wheel.schedule(node(), ThreadLocalRandom.current().nextLong(HOUR));
        }
        for (long until = wheel.untilWake(); until >= 0; until = wheel.untilWake()) {
            pass(until);
            checks.incrementAndGet();
        }
        assertEquals(1_000, fired);
        assertTrue(checks.get() < 4_000, checks + " wake-ups");
    }

    // ---- what nodes may do -----------------------------------------------------------------------------------------

    @Test
    void firesAgainWhatIsScheduledWhileItFires() {
        Node[] node = new Node[1];
        node[0] = new Node(wheel, () -> {
            if (++fired < 3) {
                assertTrue(wheel.schedule(node[0], SECOND));
            }
        });
        wheel.schedule(node[0], SECOND);
        for (int i = 1; i <= 5; i++) {
            pass(SECOND + (1 << 20));
            assertEquals(Math.min(i, 3), fired);
        }
    }

    @Test
    void doesNotCancelWhatIsAboutToFire() {
        List<Node> nodes = new ArrayList<>();
        List<Boolean> cancelled = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(new Node(wheel, () -> {
                fired++;
                nodes.forEach(each -> cancelled.add(wheel.cancel(each)));
                nodes.forEach(each -> cancelled.add(wheel.rearm(each, HOUR)));
            }));
        }
        nodes.forEach(each -> wheel.schedule(each, SECOND));
        pass(2 * SECOND);
        assertEquals(3, fired);
        assertFalse(cancelled.contains(true));
    }

    @Test
    void refusesToScheduleWhatIsPending() {
        Node node = node();
        wheel.schedule(node, SECOND);
        assertThrows(IllegalStateException.class, () -> wheel.schedule(node, SECOND));
        assertTrue(wheel.cancel(node));
        assertTrue(wheel.schedule(node, SECOND));
    }

    @Test
    void firesTheOthersWhateverOneThrows() {
        Error[] errors = {
            new OutOfMemoryError("planted"), new StackOverflowError("planted"), new AssertionError("planted")
        };
        for (int i = 0; i < 300; i++) {
            int number = i;
            wheel.schedule(
                    new Node(wheel, () -> {
                        fired++;
                        throw errors[number % 3];
                    }),
                    SECOND);
        }
        pass(2 * SECOND);
        assertEquals(300, fired);
        assertEquals(0, wheel.pending());
    }

    // ---- waking ----------------------------------------------------------------------------------------------------

    @Test
    void asksForNoCallWhileNothingIsPending() {
        Node node = node();
        wheel.schedule(node, HOUR);
        assertTrue(wheel.untilWake() <= HOUR);
        wheel.cancel(node);
        assertEquals(Sweeper.Check.DONE, wheel.check(time.nanos()));
        assertEquals(Sweeper.Check.DONE, wheel.untilWake());
    }

    @Test
    void isLetGoOfSoonAfterTheLastNodeIsGone() {
        Wheel kept = new Wheel(TimeSource.system(), 100);
        Node node = new Node(kept, () -> {});
        kept.schedule(node, HOUR);
        WeakReference<Wheel> reference = new WeakReference<>(kept);
        kept.cancel(node);
        kept = null;
        node = null;
        Await.until("collected", () -> {
            System.gc();
            return reference.refersTo(null);
        });
    }

    @Test
    void firesThoughNobodyRefersToIt() {
        AtomicInteger calls = new AtomicInteger();
        Wheel dropped = new Wheel(TimeSource.system(), 100);
        dropped.schedule(new Node(dropped, calls::incrementAndGet), SECOND / 10);
        dropped = null;
        System.gc();
        Await.until("fired", () -> calls.get() == 1);
    }

    // ---- threads ---------------------------------------------------------------------------------------------------

    /** Each node is scheduled by its thread, cancelled or re-armed by another one: the sums are right, and so is the bound. */
    @Test
    void countsExactlyWhateverThreadsDo() throws InterruptedException {
        int max = 50;
        wheel = new Wheel(TimeSource.system(), max, Sweeper.of(TimeSource.system()), 8);
        AtomicInteger fires = new AtomicInteger();
        AtomicInteger scheduled = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Node[][] nodes = new Node[4][100];
        List<Thread> threads = new ArrayList<>();
        for (Node[] own : nodes) {
            for (int i = 0; i < own.length; i++) {
                own[i] = new Node(wheel, fires::incrementAndGet);
            }
            threads.add(new Thread(() -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int i = 0; i < 200_000; i++) {
                    Node mine = own[random.nextInt(own.length)];
                    Node any = nodes[random.nextInt(nodes.length)][random.nextInt(own.length)];
                    switch (random.nextInt(4)) {
                        case 0, 1 -> {
                            try {
                                if (wheel.schedule(mine, random.nextInt(3_000_000))) {
                                    scheduled.incrementAndGet();
                                }
                            } catch (IllegalStateException pending) {
                                most.accumulateAndGet((int) wheel.pending(), Math::max);
                            }
                        }
                        case 2 -> {
                            if (wheel.cancel(any)) {
                                cancelled.incrementAndGet();
                            }
                        }
                        default -> wheel.rearm(any, random.nextInt(3_000_000));
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        Await.until("all fired", () -> wheel.pending() == 0 && scheduled.get() == cancelled.get() + fires.get());
        assertTrue(most.get() <= max, "at most " + most);
        assertTrue(wheel.invariantsHold());
        assertEquals(0, wheel.close());
    }

    // ---- the end of the stack --------------------------------------------------------------------------------------

    /** Wherever the stack ends, no lock stays taken and no node is lost: the invariants would not hold, or never answer. */
    @Test
    void isOnTimeThoughTheClockLeapsWhileANodeIsScheduled() {
        VirtualTime steps = new VirtualTime();
        long start = steps.nanos();
        Thread hasty = Thread.currentThread();
        TimeSource leaping = new TimeSource() {
            @Override
            public long nanos() {
                if (Thread.currentThread() == hasty) {
                    steps.advance(Duration.ofSeconds(10));
                }
                return steps.nanos();
            }

            @Override
            public void parkNanos(Object blocker, long nanos) {
                steps.parkNanos(blocker, nanos);
            }
        };
        Wheel own = new Wheel(leaping, 10);
        AtomicBoolean fires = new AtomicBoolean();
        long now = own.elapsed();
        own.schedule(
                new WheelNode() {
                    @Override
                    protected Wheel wheel() {
                        return own;
                    }

                    @Override
                    protected void fire() {
                        fires.set(true);
                    }
                },
                now,
                15 * SECOND);
        long passed = steps.nanos() - start;
        steps.advance(Duration.ofNanos(Math.max(1, 36 * SECOND - passed)));
        Await.until("it fires", fires::get);
    }

    @Test
    void survivesTheEndOfTheStack() throws InterruptedException {
        Node[] nodes = new Node[64];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = node();
        }
        Runnable work = () -> {
            Node node = nodes[ThreadLocalRandom.current().nextInt(nodes.length)];
            long delay = ThreadLocalRandom.current().nextLong(1, HOUR);
            if (!wheel.rearm(node, delay)) {
                wheel.schedule(node, delay);
            } else if ((delay & 1) == 0) {
                wheel.cancel(node);
            }
        };
        work.run();
        AtomicInteger ends = new AtomicInteger();
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(
                null,
                () -> {
                    for (int i = 0; i < 300; i++) {
                        dive(work, i % 37, 1, 2, 3, ends);
                        if (i % 20 == 0) {
                            assertTrue(wheel.invariantsHold());
                        }
                    }
                },
                "diver",
                200 * 1024);
        thread.setUncaughtExceptionHandler((where, failure) -> thrown.set(failure));
        thread.start();
        Await.until("all dives", () -> !thread.isAlive());
        assertNull(thrown.get());
        assertTrue(ends.get() > 30, "the stack ended inside " + ends.get() + " times");
        long pending = 0;
        for (Node node : nodes) {
            pending += node.isPending() ? 1 : 0;
        }
        assertEquals(pending, wheel.pending());
        pass(HOUR + SECOND);
        assertEquals(pending, fired);
    }

    private static long dive(Runnable work, int before, long a, long b, long c, AtomicInteger ends) {
        if (before > 0) {
            return dive(work, before - 1, b, c, a, ends) + a;
        }
        dive(work, ends);
        return b;
    }

    /** Runs {@code work} as deep as it can be begun, then one frame higher, until there is room for it. */
    private static void dive(Runnable work, AtomicInteger ends) {
        try {
            dive(work, ends);
        } catch (StackOverflowError end) {
            try {
                work.run();
            } catch (StackOverflowError again) {
                ends.incrementAndGet();
                throw again;
            }
        }
    }
}
