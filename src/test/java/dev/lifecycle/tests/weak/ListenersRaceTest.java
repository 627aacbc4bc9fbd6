package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.ListenersClosedException;
import dev.lifecycle.weak.Subscription;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Delivery sets under concurrent subscription, removal, emission and close. */
@Tag("once")
@Timeout(120)
class ListenersRaceTest {
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    /** Something that can fail. */
    private interface Work {
        void run() throws Exception;
    }

    private Thread start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Throwable failure) {
                failures.add(failure);
            }
        });
        thread.start();
        return thread;
    }

    private void end(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            Await.end(thread);
        }
        assertEquals(List.of(), new ArrayList<>(failures));
    }

    /**
     * Events are numbered by a clock that all threads share. A listener that was open from reading {@code from} to reading {@code
     * to} must get each event that began after `from` and ended before `to`, once; none that began after it was closed; none
     * that ended before it was opened.
     */
    @Test
    void skipsNoneAndDoublesNoneWhileOthersComeAndGo() throws InterruptedException {
        for (long seed = 1; seed <= 6; seed++) {
            long fixed = seed;
            AtomicLong clock = new AtomicLong();
            AtomicBoolean stop = new AtomicBoolean();
            List<long[]> events = new ArrayList<>(); // begin, end; by one thread
            try (Listeners<Long> hub = Listeners.<Long>builder("race").open()) {
                List<Thread> threads = new ArrayList<>();
                ConcurrentLinkedQueue<Recorder> recorders = new ConcurrentLinkedQueue<>();
                for (int t = 0; t < 2; t++) {
                    int thread = t;
                    threads.add(start(() -> {
                        Random random = new Random(fixed * 31 + thread);
                        List<Recorder> open = new ArrayList<>();
                        while (!stop.get()) {
                            if (random.nextInt(100) * 1.5 >= open.size()) {
                                Recorder recorder = new Recorder();
                                recorder.weak = random.nextInt(4) == 0;
                                recorder.subscription = recorder.weak
                                        ? hub.onWeak(recorder, Recorder::record)
                                        : hub.on(recorder::record);
                                recorder.openedBy = clock.incrementAndGet();
                                open.add(recorder);
                            } else {
                                Recorder recorder = open.remove(random.nextInt(open.size()));
                                recorder.openUntil = clock.incrementAndGet();
                                recorder.subscription.close();
                                recorder.closedBy = clock.incrementAndGet();
                                recorders.add(recorder);
                            }
                        }
                        long now = clock.incrementAndGet();
                        open.forEach(recorder -> recorder.openUntil = now);
                        open.forEach(recorder -> recorder.closedBy = Long.MAX_VALUE);
                        recorders.addAll(open);
                    }));
                }
                for (int i = 0; i < 3_000; i++) {
                    long begin = clock.incrementAndGet();
                    int delivered = hub.emit(begin);
                    assertTrue(delivered >= 0);
                    events.add(new long[] {begin, clock.incrementAndGet()});
                }
                stop.set(true);
                end(threads);
                for (Recorder recorder : recorders) {
                    recorder.check(events, "seed " + seed);
                }
                Reference.reachabilityFence(recorders);
            }
        }
    }

    /** A listener that knows what it heard; called by one thread. */
    private static final class Recorder {
        private final List<Long> heard = new ArrayList<>();
        Subscription subscription;
        boolean weak;
        long openedBy;
        long openUntil;
        long closedBy;

        void record(Long event) {
            heard.add(event);
        }

        void check(List<long[]> events, String what) {
            int at = 0;
            for (long[] event : events) {
                boolean has = at < heard.size() && heard.get(at) == event[0];
                if (has) {
                    at++;
                }
                if (event[0] > openedBy && event[1] < openUntil) {
                    assertTrue(has, () -> what + ": skipped");
                }
                if (event[0] > closedBy) {
                    assertFalse(has, () -> what + ": called after close");
                }
            }
            assertEquals(heard.size(), at, what + ": out of order, or twice");
        }
    }

    @Test
    void keepsTheOrderOfSubscriptionForEachRound() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        try (Listeners<List<Long>> hub = Listeners.<List<Long>>builder("order").open()) {
            AtomicLong number = new AtomicLong();
            Thread churning = start(
                    () -> { // one thread: so the numbers are in the order of subscription
                        Random random = new Random(7);
                        List<Subscription> open = new ArrayList<>();
                        while (!stop.get()) {
                            if (random.nextInt(300) > open.size()) {
                                long mine = number.incrementAndGet();
                                open.add(hub.on(round -> round.add(mine)));
                            } else {
                                open.remove(random.nextInt(open.size())).close();
                            }
                        }
                    });
            for (int i = 0; i < 5_000; i++) {
                List<Long> round = new ArrayList<>();
                assertEquals(hub.emit(round), round.size());
                for (int k = 1; k < round.size(); k++) {
                    assertTrue(round.get(k - 1) < round.get(k), () -> "out of order: " + round);
                }
            }
            stop.set(true);
            end(List.of(churning));
        }
    }

    @Test
    void closesOnceWhoeverRaces() throws Exception {
        for (int round = 0; round < 300; round++) {
            Listeners<Integer> hub = Listeners.<Integer>builder("ends").open();
            Scope view = Scope.open();
            AtomicInteger calls = new AtomicInteger();
            Subscription subscription = hub.on(view, value -> calls.incrementAndGet());
            Subscription other = hub.on(value -> calls.incrementAndGet());
            CyclicBarrier barrier = new CyclicBarrier(4);
            List<Thread> threads = new ArrayList<>();
            List<Work> all = List.of(subscription::close, view::close, hub::close, () -> {
                try {
                    hub.emit(1);
                } catch (ListenersClosedException late) {
                    calls.get();
                }
            });
            for (Work work : all) {
                threads.add(start(() -> {
                    barrier.await(20, TimeUnit.SECONDS);
                    work.run();
                }));
            }
            end(threads);
            assertFalse(subscription.isOpen());
            assertFalse(other.isOpen());
            assertEquals(0, hub.size());
            assertTrue(calls.get() <= 2);
        }
    }

    @Test
    void leavesNothingSubscribedWhenTheScopeClosesMeanwhile() throws Exception {
        try (Listeners<Integer> hub = Listeners.<Integer>builder("late").open()) {
            for (int round = 0; round < 500; round++) {
                Scope view = Scope.open();
                CyclicBarrier barrier = new CyclicBarrier(2);
                Thread subscribing = start(() -> {
                    barrier.await(20, TimeUnit.SECONDS);
                    try {
                        hub.on(view, value -> {});
                    } catch (ScopeClosedException refused) {
                        return;
                    }
                });
                barrier.await(20, TimeUnit.SECONDS);
                view.close();
                end(List.of(subscribing));
                assertEquals(0, hub.size());
            }
        }
    }

    // ---- virtual threads -------------------------------------------------------------------------------------------

    private static Executor virtualThreads() {
        try {
            return (Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException none) {
            Assumptions.abort("no virtual threads on this JDK");
            throw new AssertionError(none);
        }
    }

    @Test
    void serveVirtualThreads() throws InterruptedException {
        Executor executor = virtualThreads();
        try (Listeners<Integer> hub = Listeners.<Integer>builder("virtual").open()) {
            AtomicInteger calls = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            hub.on(value -> {
                calls.incrementAndGet();
                Thread.yield();
            });
            for (int i = 0; i < 2_000; i++) {
                executor.execute(() -> {
                    try (Scope view = Scope.open()) {
                        Subscription own = hub.on(view, value -> Thread.yield());
                        hub.emit(1);
                        if (!own.closeAndAwait(java.time.Duration.ofSeconds(20))) {
                            failures.add(new AssertionError("not awaited"));
                        }
                    } catch (Throwable failure) {
                        failures.add(failure);
                    } finally {
                        done.incrementAndGet();
                    }
                });
            }
            Await.until("all are done", () -> done.get() == 2_000);
            assertEquals(List.of(), new ArrayList<>(failures));
            assertEquals(2_000, calls.get());
            assertEquals(1, hub.size());
        }
    }
}
