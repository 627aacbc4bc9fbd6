package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.State;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.Failure;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link Scope#closeAsync}. */
@Timeout(60)
class ScopeAsyncTest {
    private final Journal journal = new Journal();

    /** Runs what it is given when told to. */
    private static final class Later implements Executor {
        final Queue<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        void runAll() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    private static CloseReport get(CompletionStage<CloseReport> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static boolean isDone(CompletionStage<CloseReport> stage) {
        return stage.toCompletableFuture().isDone();
    }

    @Test
    void closesOnAThreadOfTheExecutor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "of the executor"));
        Scope scope = Scope.open();
        scope.own(journal.resource(0));
        scope.defer(() -> journal.note(Thread.currentThread().getName()));
        get(scope.closeAsync(executor));
        executor.shutdown();
        assertEquals(List.of("of the executor", "0"), journal.entries());
    }

    @Test
    void refusesNewResourcesFromTheCallOn() throws Exception {
        Later later = new Later();
        Scope scope = Scope.open();
        scope.own(journal.resource(0));
        CompletionStage<CloseReport> stage = scope.closeAsync(later);
        assertEquals(State.CLOSING, scope.state());
        assertFalse(scope.isOpen());
        assertThrows(ScopeClosedException.class, () -> scope.own(journal.resource("late")));
        assertEquals(List.of("late"), journal.entries());
        assertFalse(isDone(stage));
        later.runAll();
        assertEquals(1, get(stage).closed());
        assertEquals(State.CLOSED, scope.state());
    }

    @Test
    void isRunByItsParentHoweverManyWaitBelowEachOther() throws Exception {
        Later never = new Later();
        List<CompletionStage<CloseReport>> stages = new ArrayList<>();
        Scope root = Scope.open();
        List<Scope> nested = new ArrayList<>(List.of(root));
        for (int i = 0; i < 20_000; i++) {
            Scope child = nested.get(i).child();
            child.own(journal.resource(i));
            nested.add(child);
        }
        for (Scope each : nested.subList(1, nested.size())) {
            stages.add(each.closeAsync(never));
        }
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        new Thread(null, () -> thrown.complete(closing(root)), "shallow", 256 << 10).start();
        assertEquals(null, thrown.get(20, TimeUnit.SECONDS));
        assertEquals(20_000, journal.entries().size());
        for (CompletionStage<CloseReport> stage : stages) {
            assertEquals(1, get(stage).closed());
        }
        never.runAll(); // too late
        assertEquals(20_000, journal.entries().size());
    }

    private static Throwable closing(Scope scope) {
        try {
            scope.close();
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    @Test
    void completesAfterTheLastCloser() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Scope scope = Scope.open();
        scope.defer(() -> {
            inside.countDown();
            go.await();
        });
        scope.own(journal.resource(0));
        CompletionStage<CloseReport> stage = scope.closeAsync(task -> new Thread(task).start());
        inside.await();
        assertFalse(isDone(stage));
        go.countDown();
        assertEquals(2, get(stage).closed());
    }

    @Test
    void completesNormallyWithAllFailures() throws Exception {
        List<Throwable> failures = List.of(
                new IllegalStateException("0"),
                new IOException("1"),
                new AssertionError("2"),
                new StackOverflowError("3"),
                new InterruptedException("4"));
        Scope scope = Scope.open();
        for (Throwable failure : failures) {
            scope.own(journal.failing("failing", failure));
            scope.child().own(journal.resource("fine"));
        }
        CloseReport report = get(scope.closeAsync(Runnable::run));
        assertEquals(5, report.failed());
        assertEquals(10, report.closed(), "five children with one resource each");
        List<Throwable> reported =
                new ArrayList<>(report.failures().stream().map(Failure::thrown).toList());
        Collections.reverse(reported);
        assertEquals(failures, reported);
    }

    @Test
    void tellsHowTheWorkEnded() throws Exception {
        Scope scope = Scope.open();
        IOException cause = new IOException("failed");
        scope.fail(cause);
        assertEquals(
                new Exit.Failure(cause), get(scope.closeAsync(Runnable::run)).exit());
    }

    @Test
    void listensOnce() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        AtomicReference<CloseReport> heard = new AtomicReference<>();
        Scope scope = Scope.builder("listened to")
                .onClosed(report -> {
                    calls.incrementAndGet();
                    heard.set(report);
                })
                .open();
        scope.own(journal.failing(0, new IOException("failed")));
        scope.own(journal.resource(1));
        CloseReport report = get(scope.closeAsync(Runnable::run));
        assertEquals(1, calls.get());
        assertEquals(report.failed(), heard.get().failed());
        assertEquals(report.closed(), heard.get().closed());
    }

    // ---- executors of strange manners ------------------------------------------------------------------------------

    static Stream<Arguments> refusing() {
        return Stream.of(
                Arguments.of("rejects", (Executor) task -> {
                    throw new RejectedExecutionException("full");
                }),
                Arguments.of("fails", (Executor) task -> {
                    throw new OutOfMemoryError("unable to create native thread");
                }),
                Arguments.of("fails oddly", (Executor) task -> {
                    throw Journal.<RuntimeException>sneak(new IOException("undeclared"));
                }),
                Arguments.of("is shut down", stopped()));
    }

    private static Executor stopped() {
        ExecutorService stopped = Executors.newSingleThreadExecutor();
        stopped.shutdown();
        return stopped;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusing")
    void closesOnTheCallingThreadIfTheExecutorRefuses(String name, Executor executor) throws Exception {
        Scope scope = Scope.open();
        scope.own(journal.resource(0));
        scope.defer(() -> journal.note(Thread.currentThread().getName()));
        CompletionStage<CloseReport> stage = scope.closeAsync(executor);
        assertTrue(isDone(stage));
        assertEquals(2, get(stage).closed());
        assertEquals(List.of(Thread.currentThread().getName(), "0"), journal.entries());
    }

    @Test
    void closesOnceThoughTheExecutorThrowsAfterItRanTheTask() throws Exception {
        AtomicInteger listened = new AtomicInteger();
        Scope scope = Scope.builder("once")
                .onClosed(report -> listened.incrementAndGet())
                .open();
        scope.own(journal.resource(0));
        CloseReport report = get(scope.closeAsync(task -> {
            task.run();
            throw new IllegalStateException("after the task");
        }));
        assertEquals(1, report.closed());
        assertEquals(List.of("0"), journal.entries());
        assertEquals(1, listened.get());
    }

    @Test
    void closesOnceThoughTheExecutorRunsTheTaskTwice() throws Exception {
        AtomicInteger listened = new AtomicInteger();
        Scope parent = Scope.open("parent");
        Scope scope = Scope.builder("once")
                .onClosed(report -> listened.incrementAndGet())
                .open(parent);
        scope.own(journal.resource(0));
        CloseReport report = get(scope.closeAsync(task -> {
            task.run();
            task.run();
        }));
        assertEquals(1, report.closed());
        assertEquals(List.of("0"), journal.entries());
        assertEquals(1, listened.get());
        parent.close();
    }

    @Test
    void closesOnceThoughTheExecutorThrowsWhileItRunsTheTask() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Scope scope = Scope.open();
        for (int i = 0; i < 100; i++) {
            int number = i;
            scope.defer(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                inside.countDown();
                if (number == 99) {
                    go.await(1, TimeUnit.SECONDS); // ends early only if somebody else closes meanwhile
                }
                if (number < 99) {
                    go.countDown();
                }
                running.decrementAndGet();
                journal.note(number);
            });
        }
        CompletionStage<CloseReport> stage = scope.closeAsync(task -> {
            new Thread(task).start();
            Await.until("runs", () -> inside.getCount() == 0);
            throw new RejectedExecutionException("though it runs");
        });
        assertEquals(100, get(stage).closed());
        assertEquals(Journal.down(99, 0), journal.entries());
        assertEquals(1, most.get(), "one thread closes");
    }

    // ---- more than one closer --------------------------------------------------------------------------------------

    @Test
    void completesAgainWhenCalledTwice() throws Exception {
        Later later = new Later();
        Scope scope = Scope.open();
        scope.own(journal.resource(0));
        CompletionStage<CloseReport> first = scope.closeAsync(later);
        CompletionStage<CloseReport> second = scope.closeAsync(later);
        assertNotSame(first, second);
        assertFalse(isDone(first));
        assertFalse(isDone(second));
        later.runAll();
        assertEquals(1, get(first).closed());
        get(second);
        get(scope.closeAsync(Runnable::run));
        assertEquals(List.of("0"), journal.entries());
    }

    @Test
    void tellsTheFirstCallerWhatFailedAndTheLog() throws Exception {
        Scope scope = Scope.open("asynchronous");
        scope.own(journal.resource(0));
        scope.own(journal.failing(1, new IOException("failed")));
        scope.succeed(1);
        try (LogCapture log = LogCapture.ofScopes()) {
            CloseReport first = get(scope.closeAsync(Runnable::run));
            CloseReport second = get(scope.closeAsync(Runnable::run));
            assertEquals(new Exit.Success(), first.exit());
            assertEquals(1, first.closed());
            assertEquals(1, first.failed());
            assertEquals(new CloseReport(new Exit.Unmarked(), 0, 0, List.of(), List.of(), Duration.ZERO), second);
            assertTrue(log.mentions("scope asynchronous: 1 of 2 failed to close"), log.lines()::toString);
            assertEquals("failed", log.thrown().get(0).getMessage());
        }
    }

    @Test
    void isWaitedForByClose() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Scope scope = Scope.open();
        scope.own(journal.failing(0, new IllegalStateException("failed")));
        scope.defer(() -> {
            inside.countDown();
            go.await();
        });
        CompletionStage<CloseReport> stage = scope.closeAsync(task -> new Thread(task).start());
        inside.await();
        AtomicReference<State> after = new AtomicReference<>();
        Thread second = new Thread(() -> {
            scope.close();
            after.set(scope.state());
        });
        second.start();
        Await.until("waits", () -> second.getState() == Thread.State.TIMED_WAITING);
        go.countDown();
        Await.end(second);
        assertEquals(State.CLOSED, after.get());
        assertEquals(1, get(stage).failed());
    }

    @Test
    void waitsForARunningClose() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Scope scope = Scope.open();
        scope.defer(() -> {
            inside.countDown();
            go.await();
        });
        Thread closer = new Thread(scope::close);
        closer.start();
        inside.await();
        CompletionStage<CloseReport> stage = scope.closeAsync(task -> new Thread(task).start());
        assertFalse(isDone(stage));
        go.countDown();
        get(stage);
        assertEquals(State.CLOSED, scope.state());
        Await.end(closer);
    }

    @Test
    void isWaitedForByTheCloseOfTheParent() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Scope parent = Scope.open();
        parent.own(journal.resource("parent's"));
        Scope child = parent.child();
        child.own(journal.resource("child's"));
        child.defer(() -> {
            inside.countDown();
            go.await();
        });
        CompletionStage<CloseReport> stage = child.closeAsync(task -> new Thread(task).start());
        inside.await();
        Thread closer = new Thread(parent::close);
        closer.start();
        Await.until("waits", () -> closer.getState() == Thread.State.TIMED_WAITING);
        go.countDown();
        Await.end(closer);
        assertEquals(List.of("child's", "parent's"), journal.entries());
        assertEquals(2, get(stage).closed());
    }

    @Test
    void isRunByTheCloseOfTheParentIfItHasNotBegun() throws Exception {
        Later later = new Later();
        Scope parent = Scope.open();
        parent.own(journal.resource("parent's"));
        Scope child = parent.child();
        child.own(journal.resource("child's"));
        child.fail(new IOException("marked"));
        CompletionStage<CloseReport> stage = child.closeAsync(later);
        parent.close();
        assertEquals(List.of("child's", "parent's"), journal.entries());
        assertEquals(1, get(stage).closed());
        assertEquals(Exit.Failure.class, get(stage).exit().getClass());
        later.runAll();
        assertEquals(2, journal.entries().size());
    }

    @Test
    void leavesItsParent() throws Exception {
        Scope parent = Scope.open();
        Scope child = parent.child();
        child.own(journal.resource(0));
        get(child.closeAsync(Runnable::run));
        assertEquals(0L, parent.snapshot().gauges().get("open"));
        assertTrue(parent.isOpen());
    }

    @Test
    void doesNothingForAScopeThatWasMoved() throws Exception {
        Scope source = Scope.open();
        source.own(journal.resource(0));
        Scope target = Scope.open();
        source.moveTo(target);
        assertEquals(0, get(source.closeAsync(Runnable::run)).closed());
        assertEquals(List.of(), journal.entries());
        target.close();
        assertEquals(List.of("0"), journal.entries());
    }

    // ---- the stage -------------------------------------------------------------------------------------------------

    @Test
    void cannotBeCompletedByACaller() throws Exception {
        Later later = new Later();
        Scope scope = Scope.open();
        scope.own(journal.resource(0));
        CompletionStage<CloseReport> stage = scope.closeAsync(later);
        CompletableFuture<CloseReport> mine = stage.toCompletableFuture();
        mine.cancel(true);
        assertThrows(
                UnsupportedOperationException.class, () -> ((CompletableFuture<CloseReport>) stage).complete(null));
        later.runAll();
        assertEquals(1, get(stage).closed());
    }

    @Test
    void runsWhatFollowsAfterTheScopeIsClosed() {
        AtomicReference<State> seen = new AtomicReference<>();
        Scope scope = Scope.open();
        scope.own(journal.resource(0));
        Later later = new Later();
        scope.closeAsync(later).thenAccept(report -> seen.set(scope.state()));
        later.runAll();
        assertSame(State.CLOSED, seen.get());
    }
}
