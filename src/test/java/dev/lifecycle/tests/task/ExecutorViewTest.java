package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A manager as an executor service keeps the contract of one. */
@Timeout(60)
class ExecutorViewTest {
    private static final TaskSpec SPEC = TaskSpec.of("copy", "files");

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicBoolean free = new AtomicBoolean();
    private final VirtualTime clock = new VirtualTime();
    private final TaskManager tasks = TaskManager.builder("tasks")
            .maxConcurrency(2)
            .maxAge(Duration.ofMinutes(1))
            .timeSource(clock)
            .open();
    private final ExecutorService view = tasks.asExecutorService("http");

    @AfterEach
    void close() throws InterruptedException {
        gate.countDown();
        free.set(true);
        Thread closer = new Thread(tasks::close, "closer");
        closer.start();
        while (closer.isAlive()) {
            clock.advance(Duration.ofSeconds(30));
            closer.join(10);
        }
    }

    private Future<?> blocked() {
        return view.submit(() -> {
            gate.await();
            return null;
        });
    }

    private void blockAll() {
        blocked();
        blocked();
        Await.until("both run", () -> tasks.snapshot().active() == 2);
    }

    @Test
    void givesResultsAndFailures() throws Exception {
        assertEquals(7, view.submit(() -> 7).get());
        List<String> ran = new ArrayList<>();
        assertEquals("value", view.submit(() -> ran.add("ran"), "value").get());
        assertEquals(List.of("ran"), ran);
        Callable<Object> fails = () -> {
            throw new IllegalStateException("of a test");
        };
        Throwable thrown = assertThrows(ExecutionException.class, view.submit(fails)::get);
        assertInstanceOf(IllegalStateException.class, thrown.getCause());
    }

    @Test
    void countsWhatItRunsByItsType() throws Exception {
        view.submit(() -> 7).get();
        Await.until("it is counted", () -> tasks.snapshot().types().get("http").completed() == 1);
    }

    @Test
    void invokesAllAndAny() throws Exception {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            calls.add(() -> number);
        }
        int sum = 0;
        for (Future<Integer> each : view.invokeAll(calls)) {
            assertTrue(each.isDone());
            sum += each.get();
        }
        assertEquals(4_950, sum);
        assertTrue(view.invokeAny(calls) < 100);
        List<Callable<Integer>> failing = List.of(() -> {
            throw new IllegalStateException("of a test");
        });
        assertThrows(ExecutionException.class, () -> view.invokeAny(failing));
    }

    @Test
    void cancelsWhatIsLateInInvokeAll() throws Exception {
        AtomicBoolean begun = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        Callable<Object> deaf = () -> {
            begun.set(true);
            try {
                return gate.await(1, TimeUnit.DAYS);
            } catch (InterruptedException heard) {
                interrupted.set(true);
                throw heard;
            }
        };
        do { // its thread may be late, too
            List<Future<Object>> all = view.invokeAll(List.of(deaf), 10, TimeUnit.MILLISECONDS);
            assertTrue(all.get(0).isCancelled());
        } while (!begun.get());
        Await.until("it was interrupted", interrupted::get);
        assertThrows(TimeoutException.class, () -> view.invokeAny(List.of(deaf), 10, TimeUnit.MILLISECONDS));
    }

    @Test
    void servesACompletionService() throws Exception {
        ExecutorCompletionService<Integer> service = new ExecutorCompletionService<>(view);
        service.submit(() -> 1);
        service.submit(() -> 2);
        assertEquals(3, service.take().get() + service.take().get());
    }

    @Test
    void servesCompletableFutures() throws Exception {
        assertEquals(
                42,
                CompletableFuture.supplyAsync(() -> 6, view)
                        .thenApplyAsync(six -> six * 7, view)
                        .get(20, TimeUnit.SECONDS));
    }

    @Test
    void interruptsWhatItsFutureCancels() {
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch inside = new CountDownLatch(1);
        Future<?> future = view.submit(() -> {
            inside.countDown();
            try {
                gate.await();
            } catch (InterruptedException heard) {
                interrupted.set(true);
            }
        });
        Await.until("it runs", () -> inside.getCount() == 0);
        assertTrue(future.cancel(true));
        Await.until("it is interrupted", interrupted::get);
        assertThrows(CancellationException.class, future::get);
        Await.until("it has ended", () -> tasks.snapshot().active() == 0);
    }

    @Test
    void endsTheFutureOfATaskThatIsCancelledBeforeItBegins() {
        blockAll();
        Future<?> waits = blocked();
        assertEquals(1, tasks.cancel(info -> info.state() == TaskState.QUEUED, "of a test"));
        assertThrows(CancellationException.class, waits::get);
    }

    @Test
    void endsTheFutureOfATaskThatIsGivenUp() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        Future<?> deaf = view.submit(() -> {
            inside.countDown();
            while (!free.get()) {
                Thread.onSpinWait();
            }
        });
        Await.until("it runs", () -> inside.getCount() == 0);
        clock.advance(Duration.ofMinutes(1).plusMillis(2)); // its age
        Await.until("it is told", () -> tasks.tasks().allMatch(info -> info.state() == TaskState.CANCELLING));
        clock.advance(Duration.ofSeconds(5).plusMillis(2)); // and the grace time
        assertThrows(CancellationException.class, () -> deaf.get(20, TimeUnit.SECONDS));
        assertEquals(1, tasks.snapshot().quarantined());
        free.set(true);
        Await.until("it has ended", () -> tasks.snapshot().quarantined() == 0);
    }

    @Test
    void endsTheFuturesOfWhatTheManagerDoesNotBeginAnyMore() throws Exception {
        blockAll();
        Future<?> waits = blocked();
        Thread closer = new Thread(() -> tasks.shutdown(Duration.ZERO), "closer");
        closer.start();
        Await.end(closer);
        assertThrows(CancellationException.class, () -> waits.get(20, TimeUnit.SECONDS));
        assertTrue(view.isShutdown());
        assertTrue(view.awaitTermination(20, TimeUnit.SECONDS));
    }

    @Test
    void isTerminatedWhenItsManagerIs() throws Exception {
        Thread waiter = waiterForTheEnd();
        tasks.shutdown(Duration.ofSeconds(1));
        Await.end(waiter);
        assertTrue(view.isTerminated());
    }

    @Test
    void leavesTheManagerOpenWhenAViewOfItIsShutDown() throws Exception {
        assertEquals(7, view.submit(() -> 7).get());
        Await.until("it is counted", () -> tasks.snapshot().types().get("http").completed() == 1);
        view.execute(() -> {
            try {
                gate.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        Await.until("it runs", () -> tasks.snapshot().active() == 1);
        view.shutdown();
        assertTrue(view.isShutdown());
        assertFalse(view.isTerminated());
        assertFalse(view.awaitTermination(0, TimeUnit.MILLISECONDS));
        assertThrows(RejectedExecutionException.class, () -> view.execute(() -> {}));
        assertEquals(List.of(), view.shutdownNow());
        assertTrue(view.awaitTermination(20, TimeUnit.SECONDS));
        assertTrue(view.isTerminated());
        assertEquals(1, tasks.submit(SPEC, context -> 1).join());
    }

    @Test
    void returnsWhatAViewHasNotBegun() throws Exception {
        blockAll();
        Runnable mine = () -> {};
        view.execute(mine);
        assertEquals(List.of(mine), view.shutdownNow());
        assertTrue(view.awaitTermination(20, TimeUnit.SECONDS));
    }

    @Test
    void leavesTheOutcomeToWhoRunsWhatAViewHasNotBegun() throws Exception {
        blockAll();
        Future<Integer> waits = view.submit(() -> 7);
        List<Runnable> left = view.shutdownNow();
        assertEquals(1, left.size());
        assertFalse(waits.isDone());
        left.get(0).run();
        assertEquals(7, waits.get());
    }

    @Test
    void beginsNothingWhileItIsShutDown() throws Exception {
        blockAll();
        AtomicBoolean begun = new AtomicBoolean();
        for (int i = 0; i < 1_000; i++) {
            view.execute(() -> begun.set(true));
        }
        assertEquals(1_000, view.shutdownNow().size());
        assertTrue(view.awaitTermination(20, TimeUnit.SECONDS));
        assertFalse(begun.get());
    }

    @Test
    void leavesAloneWhatIsOfOtherViews() throws Exception {
        ExecutorService other = tasks.asExecutorService("http");
        AtomicBoolean interrupted = new AtomicBoolean();
        Future<?> runs = other.submit(() -> {
            try {
                gate.await();
            } catch (InterruptedException heard) {
                interrupted.set(true);
            }
        });
        blocked();
        Await.until("both run", () -> tasks.snapshot().active() == 2);
        Future<Integer> waits = other.submit(() -> 7);
        assertEquals(List.of(), view.shutdownNow());
        assertTrue(view.awaitTermination(20, TimeUnit.SECONDS));
        gate.countDown();
        runs.get();
        assertEquals(7, waits.get());
        assertFalse(interrupted.get());
        assertFalse(other.isShutdown());
    }

    @Test
    void doesNotWaitForWhatItsManagerHasRefused() throws Exception {
        TaskManager small = TaskManager.builder("small")
                .maxConcurrency(1)
                .queueCapacity(1)
                .timeSource(clock)
                .open();
        ExecutorService full = small.asExecutorService("full");
        full.submit(() -> gate.await(1, TimeUnit.DAYS));
        Await.until("it runs", () -> small.snapshot().active() == 1);
        Future<Integer> waits = full.submit(() -> 7);
        assertThrows(RejectedExecutionException.class, () -> full.execute(() -> {}));
        full.shutdown();
        gate.countDown();
        assertEquals(7, waits.get());
        Await.until("it is terminated", full::isTerminated);
        small.shutdown(Duration.ZERO);
    }

    private Thread waiterForTheEnd() {
        Thread waiter = new Thread(
                () -> {
                    try {
                        view.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                "waiter");
        waiter.start();
        Await.until("it waits", () -> waiter.getState() == Thread.State.WAITING);
        return waiter;
    }

    @Test
    void wakesWhoWaitsForTheEndOfAnIdleView() throws Exception {
        Thread waiter = waiterForTheEnd();
        view.shutdown();
        Await.end(waiter);
    }

    @Test
    void wakesWhoWaitsWhenItsLastTaskEnds() throws Exception {
        blocked();
        Thread waiter = waiterForTheEnd();
        view.shutdown();
        gate.countDown();
        Await.end(waiter);
    }

    @Test
    void wakesWhoWaitsWhenTheLastTaskOfItsManagerEnds() throws Exception {
        blocked();
        Await.until("it runs", () -> tasks.snapshot().active() == 1);
        Thread waiter = waiterForTheEnd();
        Thread closer = new Thread(() -> tasks.shutdown(Duration.ofMinutes(1)), "closer");
        closer.start();
        Await.until("both wait, as does the timer thread", () -> clock.parked() == 3);
        gate.countDown();
        Await.end(waiter);
        Await.end(closer);
    }
}
