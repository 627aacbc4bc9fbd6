package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.weak.Emitter;
import dev.lifecycle.weak.EmitterFullException;
import dev.lifecycle.weak.FailurePolicy;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.ListenersClosedException;
import dev.lifecycle.weak.Overflow;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class EmitterTest {
    private final Listeners<Integer> numbers =
            Listeners.<Integer>builder("numbers").onFailure(FailurePolicy.LOG).open();
    private final List<Integer> heard = new ArrayList<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @AfterEach
    void close() {
        numbers.close();
    }

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private static List<Integer> to(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    @Test
    void deliversInOrderByOneTaskAtATime() {
        numbers.on(heard::add);
        Emitter<Integer> emitter = numbers.emitTo(tasks::add);
        for (int i = 0; i < 1_000; i++) {
            assertTrue(emitter.emit(i));
            assertEquals(1, tasks.size());
        }
        assertEquals(1_000, emitter.queued());
        assertEquals(List.of(), heard);
        int runs = 0;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
            runs++;
            assertTrue(tasks.size() <= 1);
        }
        assertEquals(to(1_000), heard);
        assertEquals(1_000, emitter.delivered());
        assertEquals(0, emitter.queued());
        assertTrue(runs > 10, "it takes turns: " + runs);
    }

    @Test
    void dropsTheOldestWhenTheQueueIsFull() {
        numbers.on(heard::add);
        Emitter<Integer> emitter = numbers.emitTo(tasks::add, 3, Overflow.DROP_OLDEST);
        to(10).forEach(i -> assertTrue(emitter.emit(i)));
        assertEquals(7, emitter.dropped());
        runAll();
        assertEquals(List.of(7, 8, 9), heard);
        assertEquals(3, emitter.delivered());
    }

    @Test
    void dropsTheNewestWhenTheQueueIsFull() {
        numbers.on(heard::add);
        Emitter<Integer> emitter = numbers.emitTo(tasks::add, 3, Overflow.DROP_NEWEST);
        to(10).forEach(i -> assertEquals(i < 3, emitter.emit(i)));
        assertEquals(7, emitter.dropped());
        runAll();
        assertEquals(List.of(0, 1, 2), heard);
    }

    @Test
    void rejectsWhenTheQueueIsFull() {
        numbers.on(heard::add);
        Emitter<Integer> emitter = numbers.emitTo(tasks::add, 2, Overflow.REJECT);
        emitter.emit(0);
        emitter.emit(1);
        EmitterFullException full = assertThrows(EmitterFullException.class, () -> emitter.emit(2));
        assertTrue(full.getMessage().contains("2 events wait"), full::getMessage);
        runAll();
        assertTrue(emitter.emit(3));
        runAll();
        assertEquals(List.of(0, 1, 3), heard);
        assertEquals(2, emitter.capacity());
    }

    @Test
    void countsWhatTheExecutorRefusesAndTriesAgain() {
        numbers.on(heard::add);
        boolean[] refuses = {true};
        Emitter<Integer> emitter = numbers.emitTo(task -> {
            if (refuses[0]) {
                throw new RejectedExecutionException("planted");
            }
            tasks.add(task);
        });
        assertFalse(emitter.emit(0));
        assertEquals(1, emitter.dropped());
        assertEquals(0, emitter.queued());
        refuses[0] = false;
        assertTrue(emitter.emit(1));
        runAll();
        assertEquals(List.of(1), heard);
    }

    @Test
    void deliversWhatItHasTakenAlthoughTheExecutorRefusesInTheMiddle() {
        numbers.on(heard::add);
        int[] accepts = {1};
        Emitter<Integer> emitter = numbers.emitTo(task -> {
            if (accepts[0]-- <= 0) {
                throw new RejectedExecutionException("planted");
            }
            tasks.add(task);
        });
        to(500).forEach(emitter::emit);
        runAll();
        assertEquals(to(500), heard);
        assertEquals(0, emitter.dropped());
    }

    @Test
    void hasOneTaskAtATimeAlsoWithAnExecutorThatFailsAfterItTookOne() {
        boolean[] fails = {true};
        int[] inside = {0};
        Emitter<Integer> emitter = numbers.emitTo(task -> {
            tasks.add(task); // as a pool that has queued it, and then cannot start a thread
            if (fails[0]) {
                throw new OutOfMemoryError("planted");
            }
        });
        numbers.on(value -> {
            assertEquals(0, inside[0]++, "another delivery runs");
            heard.add(value);
            runAll(); // what another thread would do now
            inside[0]--;
        });
        assertFalse(emitter.emit(0));
        assertEquals(1, emitter.dropped());
        fails[0] = false;
        assertTrue(emitter.emit(1));
        assertTrue(emitter.emit(2));
        runAll();
        assertEquals(List.of(1, 2), heard);
        assertEquals(0L, numbers.managed().snapshot().gauges().get("failures"));
    }

    @Test
    void endsAfterTheExecutorRefusedAlthoughEventsKeepComing() {
        boolean[] refuses = {false};
        Emitter<Integer> emitter = numbers.emitTo(task -> {
            if (refuses[0]) {
                throw new RejectedExecutionException("planted");
            }
            tasks.add(task);
        });
        numbers.on(value -> {
            heard.add(value);
            if (value < 10_000) {
                emitter.emit(value + 1);
                emitter.emit(value + 1);
            }
        });
        emitter.emit(0);
        refuses[0] = true;
        runAll();

        assertTrue(heard.size() < 200, () -> "it ended after " + heard.size());
        assertTrue(emitter.dropped() > 0, "and what waited was dropped");
        assertEquals(0, emitter.queued());
        assertFalse(emitter.emit(10_000));
        refuses[0] = false;
        assertTrue(emitter.emit(10_000));
        runAll();
        assertEquals(10_000, heard.get(heard.size() - 1));
    }

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void goesOnOnceItIsFullIfTheExecutorThrewTheTaskAway(Overflow overflow) {
        numbers.on(heard::add);
        Emitter<Integer> emitter = numbers.emitTo(tasks::add, 3, overflow);
        for (int i = 0; i < 3; i++) {
            emitter.emit(i);
        }
        tasks.clear(); // as ThreadPoolExecutor.DiscardPolicy does, or who ignores what shutdownNow() returns
        try {
            emitter.emit(3);
        } catch (EmitterFullException full) {
            assertEquals(Overflow.REJECT, overflow);
        }
        runAll();

        assertEquals(overflow == Overflow.DROP_OLDEST ? List.of(1, 2, 3) : List.of(0, 1, 2), heard);
        assertTrue(emitter.emit(4));
        runAll();
        assertEquals(4, heard.get(heard.size() - 1));
        assertEquals(1, emitter.dropped());
    }

    @Test
    void doesNotFloodAnExecutorThatIsOnlyBusy() {
        numbers.on(heard::add);
        Emitter<Integer> emitter = numbers.emitTo(tasks::add, 2, Overflow.DROP_OLDEST);
        to(100_000).forEach(emitter::emit);
        assertTrue(tasks.size() < 30, () -> tasks.size() + " tasks");
        runAll();
        assertEquals(List.of(99_998, 99_999), heard);
    }

    @Test
    void areBounded() {
        List<Emitter<Integer>> open = new ArrayList<>();
        LifecycleException full = assertThrows(LifecycleException.class, () -> {
            for (int i = 0; i <= 1_000; i++) {
                open.add(numbers.emitTo(tasks::add));
            }
        });
        assertEquals(1_000, open.size());
        assertTrue(full.getMessage().contains("1000") && full.getMessage().contains("close"), full::getMessage);
        open.get(0).close();
        assertTrue(numbers.emitTo(tasks::add).emit(1));
    }

    @Test
    void deliversOnTheCallersThreadIfTheExecutorDoesSoWithoutNesting() {
        int[] depth = {0};
        Emitter<Integer> emitter = numbers.emitTo(Runnable::run);
        numbers.on(value -> {
            heard.add(value);
            assertEquals(1, ++depth[0]);
            if (value < 10_000) {
                emitter.emit(value + 1);
            }
            depth[0]--;
        });
        assertTrue(emitter.emit(0));
        assertEquals(to(10_001), heard);
        assertEquals(0L, numbers.managed().snapshot().gauges().get("failures"));
    }

    @Test
    void goesOnWhenListenersFail() {
        try (Listeners<Integer> collecting =
                Listeners.<Integer>builder("collecting").open()) {
            collecting.on(value -> {
                throw new IllegalStateException("planted");
            });
            collecting.on(heard::add);
            Emitter<Integer> emitter = collecting.emitTo(tasks::add);
            to(10).forEach(emitter::emit);
            runAll();
            assertEquals(to(10), heard);
            assertEquals(10, emitter.delivered());
            assertEquals(10L, collecting.managed().snapshot().gauges().get("failures"));
        }
    }

    @Test
    void deliversWhatIsQueuedWhenItIsClosed() {
        numbers.on(heard::add);
        Emitter<Integer> emitter = numbers.emitTo(tasks::add);
        to(5).forEach(emitter::emit);
        emitter.close();
        emitter.close();
        ListenersClosedException closed = assertThrows(ListenersClosedException.class, () -> emitter.emit(5));
        assertTrue(closed.getMessage().contains("emitter of listeners numbers is closed"), closed::getMessage);
        runAll();
        assertEquals(to(5), heard);
    }

    @Test
    void dropsWhatIsQueuedWhenTheListenersClose() {
        numbers.on(heard::add);
        Emitter<Integer> emitter = numbers.emitTo(tasks::add);
        to(5).forEach(emitter::emit);
        numbers.close();
        assertThrows(ListenersClosedException.class, () -> emitter.emit(5));
        runAll();
        assertEquals(List.of(), heard);
        assertEquals(5, emitter.dropped());
        assertEquals(0, emitter.queued());
    }

    @Test
    void isNotKeptByTheListenersOnceItIsClosed() {
        LeakProbe.awaitCollected(closedEmitter());
    }

    private Reference<?> closedEmitter() {
        Emitter<Integer> emitter = numbers.emitTo(Runnable::run);
        emitter.emit(1);
        emitter.close();
        return new WeakReference<>(emitter);
    }

    @Test
    void takesTheQueueOfTheBuilder() {
        try (Listeners<Integer> small =
                Listeners.<Integer>builder("small").queue(1, Overflow.REJECT).open()) {
            Emitter<Integer> emitter = small.emitTo(tasks::add);
            emitter.emit(0);
            assertThrows(EmitterFullException.class, () -> emitter.emit(1));
        }
    }

    @Test
    void losesNothingBetweenThreads() throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            ConcurrentLinkedQueue<Integer> all = new ConcurrentLinkedQueue<>();
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            numbers.on(value -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                all.add(value);
                inside.decrementAndGet();
            });
            Emitter<Integer> emitter = numbers.emitTo(pool, 100, Overflow.DROP_NEWEST);
            AtomicInteger taken = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        taken.addAndGet(emitter.emit(i) ? 1 : 0);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                Await.end(thread);
            }
            Await.until("all were delivered", () -> emitter.delivered() == taken.get());
            assertEquals(taken.get(), all.size());
            assertEquals(60_000, emitter.delivered() + emitter.dropped());
            assertEquals(1, most.get());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void deliversInOrderOnAPool() {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            ConcurrentLinkedQueue<Integer> all = new ConcurrentLinkedQueue<>();
            numbers.on(all::add);
            Emitter<Integer> emitter = numbers.emitTo(pool, 100_000, Overflow.REJECT);
            to(50_000).forEach(emitter::emit);
            Await.until("all were delivered", () -> emitter.delivered() == 50_000);
            assertEquals(to(50_000), new ArrayList<>(all));
        } finally {
            pool.shutdownNow();
        }
    }
}
