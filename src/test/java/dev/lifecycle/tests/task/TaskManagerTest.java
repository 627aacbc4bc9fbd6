package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.Shrinkable;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.ContextHandover;
import dev.lifecycle.task.OnFull;
import dev.lifecycle.task.RejectedTaskException;
import dev.lifecycle.task.RejectedTaskException.Reason;
import dev.lifecycle.task.TaskCancelledException;
import dev.lifecycle.task.TaskContext;
import dev.lifecycle.task.TaskFailedException;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskInfo;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSnapshot;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.task.TypeCounts;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.Json;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class TaskManagerTest {
    private static final TaskSpec SPEC = TaskSpec.of("count", "counting");

    private final CountDownLatch gate = new CountDownLatch(1);
    private TaskManager tasks = TaskManager.builder("tasks").maxConcurrency(2).open();

    @AfterEach
    void close() {
        gate.countDown();
        tasks.close();
    }

    private void use(TaskManager other) {
        tasks.close();
        tasks = other;
    }

    private TaskHandle<String> blocked() {
        return blocked(SPEC);
    }

    private TaskHandle<String> blocked(TaskSpec spec) {
        TaskHandle<String> handle = tasks.submit(spec, task -> {
            gate.await();
            return "through";
        });
        return handle;
    }

    private void awaitActive(int count) {
        Await.until(count + " active", () -> tasks.snapshot().active() == count);
    }

    @Test
    void givesTheResult() throws Exception {
        TaskHandle<Integer> task = tasks.submit(SPEC, context -> 42);
        assertEquals(42, task.join());
        assertEquals(TaskState.SUCCEEDED, task.state());
        assertEquals(42, task.toFuture().join());
        assertFalse(task.cancel("too late"));
    }

    @Test
    void givesNullWhereTheBodyDoes() throws Exception {
        assertNull(tasks.submit(SPEC, context -> null).join());
    }

    @Test
    void saysWhatTheBodyThrew() {
        IllegalStateException failure = new IllegalStateException("no disk");
        TaskHandle<Integer> task = tasks.submit(SPEC, context -> {
            throw failure;
        });
        TaskFailedException thrown = assertThrows(TaskFailedException.class, task::join);
        assertSame(failure, thrown.getCause());
        assertTrue(thrown.getMessage().contains("\"count\" of tasks failed"), thrown.getMessage());
        assertEquals(TaskState.FAILED, thrown.info().state());
        assertThrows(TaskFailedException.class, task::join, "each who asks gets one of his own");
    }

    @Test
    void survivesErrorsOfTheBody() throws Exception {
        for (int i = 0; i < 10; i++) {
            TaskHandle<Integer> task = tasks.submit(SPEC, context -> {
                throw new OutOfMemoryError("of a test");
            });
            assertThrows(TaskFailedException.class, task::join);
        }
        assertEquals(1, tasks.submit(SPEC, context -> 1).join());
        assertEquals(10, tasks.snapshot().failed());
    }

    @Test
    void countsByTypeAndState() throws Exception {
        TaskHandle<String> one = blocked();
        TaskHandle<String> two = blocked(TaskSpec.of("other", "others"));
        awaitActive(2);
        TaskHandle<String> waiting = blocked();
        waiting.cancel("not needed");
        TaskSnapshot now = tasks.snapshot();
        assertEquals(3, now.total());
        assertEquals(2, now.active());
        assertEquals(0, now.queued());
        assertEquals(1, now.cancelled());
        assertEquals(new TypeCounts(0, 1, 0, 0, 1, 0), now.types().get("counting"));
        assertEquals(new TypeCounts(0, 1, 0, 0, 0, 0), now.types().get("others"));
        assertTrue(now.oldest().toNanos() > 0);
        gate.countDown();
        assertEquals("through", one.join());
        assertEquals("through", two.join());
        assertEquals(Duration.ZERO, tasks.snapshot().oldest());
    }

    @Test
    void describesATaskThatRuns() {
        TaskSpec spec = TaskSpec.of("index", "nightly").withTags(Map.of("tenant", "acme"));
        TaskHandle<String> task = tasks.submit(spec, context -> {
            context.progress("40 %");
            gate.await();
            return "";
        });
        Await.until("a note", () -> task.info().note().equals("40 %"));
        TaskInfo info = task.info();
        assertEquals(TaskState.RUNNING, info.state());
        assertEquals("nightly", info.type());
        assertEquals(Map.of("tenant", "acme"), info.tags());
        assertTrue(info.thread().startsWith("lifecycle-tasks-"), info.thread());
        assertEquals(info.id(), tasks.find(task.id()).orElseThrow().id());
        assertEquals(List.of(task.id()), tasks.tasks().map(TaskInfo::id).toList());
    }

    @Test
    void cancelsATaskThatWaits() {
        blocked();
        blocked();
        awaitActive(2);
        TaskHandle<String> task = blocked();
        assertEquals(TaskState.QUEUED, task.state());
        assertTrue(task.cancel("no longer needed"));
        assertFalse(task.cancel("again"));
        TaskCancelledException thrown = assertThrows(TaskCancelledException.class, task::join);
        assertTrue(thrown.getMessage().contains("no longer needed"), thrown.getMessage());
        assertTrue(tasks.find(task.id()).isEmpty());
    }

    @Test
    void interruptsATaskThatRunsAndIsCancelled() {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        CountDownLatch told = new CountDownLatch(1);
        TaskHandle<String> task = tasks.submit(SPEC, context -> {
            context.onCancel(told::countDown);
            try {
                gate.await();
            } catch (InterruptedException interrupted) {
                seen.set(interrupted);
                assertTrue(context.isCancelled());
                context.checkpoint();
            }
            return "";
        });
        awaitActive(1);
        Await.until("it waits", () -> tasks.find(task.id()).isPresent());
        assertTrue(task.cancel("enough"));
        TaskCancelledException thrown = assertThrows(TaskCancelledException.class, task::join);
        assertTrue(thrown.getMessage().contains("enough"), thrown.getMessage());
        Await.until("the action is called", () -> told.getCount() == 0);
        assertTrue(seen.get() == null || seen.get() instanceof InterruptedException);
        assertEquals(1, tasks.snapshot().cancelled());
    }

    @Test
    void isCancelledThoughTheBodyReturnsAfterIt() {
        CountDownLatch inside = new CountDownLatch(1);
        TaskHandle<String> task = tasks.submit(SPEC, context -> {
            inside.countDown();
            while (!context.isCancelled()) {
                Thread.onSpinWait();
            }
            return "late";
        });
        Await.until("it runs", () -> inside.getCount() == 0);
        assertTrue(task.cancel("enough"));
        assertThrows(TaskCancelledException.class, task::join);
    }

    @Test
    void rejectsWhenTheQueueIsFull() {
        use(TaskManager.builder("small").maxConcurrency(1).queueCapacity(2).open());
        blocked();
        awaitActive(1);
        blocked();
        blocked();
        RejectedTaskException full = assertThrows(RejectedTaskException.class, this::blocked);
        assertEquals(Reason.FULL, full.reason());
        assertEquals(2, full.snapshot().queued());
        assertEquals(
                "task manager small does not take task \"count\" (counting): its queue is full, 2 wait of 2 that may, and 1 run."
                        + " Submit less, raise queueCapacity or maxConcurrency, or set onFull",
                full.getMessage());
        assertEquals(1, tasks.snapshot().rejected());
        assertEquals(3, tasks.snapshot().total(), "nothing of it is kept");
    }

    @Test
    void runsOnTheCallersThreadWhenTold() throws Exception {
        use(TaskManager.builder("small")
                .maxConcurrency(1)
                .queueCapacity(1)
                .onFull(OnFull.CALLER_RUNS)
                .open());
        blocked();
        awaitActive(1);
        blocked();
        Thread.currentThread().interrupt();
        TaskHandle<Thread> task = tasks.submit(SPEC, context -> Thread.currentThread());
        assertTrue(Thread.interrupted(), "the caller is interrupted still");
        assertSame(Thread.currentThread(), task.join());
    }

    @Test
    void waitsForRoomWhenTold() throws Exception {
        use(TaskManager.builder("small")
                .maxConcurrency(1)
                .queueCapacity(1)
                .onFull(OnFull.block(Duration.ofMinutes(1)))
                .open());
        blocked();
        awaitActive(1);
        blocked();
        AtomicReference<TaskHandle<Integer>> third = new AtomicReference<>();
        Thread submitter = new Thread(() -> third.set(tasks.submit(SPEC, context -> 3)), "submitter");
        submitter.start();
        Await.until("it waits", () -> submitter.getState() == Thread.State.TIMED_WAITING);
        gate.countDown();
        Await.end(submitter);
        assertEquals(3, third.get().join());
    }

    @Test
    void givesUpToWaitForRoomWhenInterrupted() throws Exception {
        use(TaskManager.builder("small")
                .maxConcurrency(1)
                .queueCapacity(1)
                .onFull(OnFull.block(Duration.ofMinutes(1)))
                .open());
        blocked();
        awaitActive(1);
        blocked();
        Thread.currentThread().interrupt();
        RejectedTaskException full = assertThrows(RejectedTaskException.class, this::blocked);
        assertEquals(Reason.FULL, full.reason());
        assertTrue(Thread.interrupted());
    }

    @Test
    void holdsTasksOfATypeUpAndLetsOthersPass() throws Exception {
        use(TaskManager.builder("limited")
                .maxConcurrency(2)
                .typeLimit("heavy", 1, 2)
                .open());
        TaskSpec heavy = TaskSpec.of("report", "heavy");
        TaskHandle<String> first = blocked(heavy);
        awaitActive(1);
        TaskHandle<String> second = tasks.submit(heavy, context -> "second");
        TaskHandle<String> third = tasks.submit(heavy, context -> "third");
        assertEquals("light", tasks.submit(SPEC, context -> "light").join());
        assertEquals(TaskState.QUEUED, second.state());
        RejectedTaskException full = assertThrows(RejectedTaskException.class, () -> blocked(heavy));
        assertEquals(Reason.TYPE_LIMIT, full.reason());
        assertTrue(third.cancel("not this one"));
        gate.countDown();
        assertEquals("through", first.join());
        assertEquals("second", second.join());
        assertEquals(new TypeCounts(0, 0, 2, 0, 1, 0), tasks.snapshot().types().get("heavy"));
    }

    @Test
    void beginsTasksOfOneThreadInOrder() throws Exception {
        use(TaskManager.builder("serial").maxConcurrency(1).open());
        List<Integer> order = new ArrayList<>();
        List<TaskHandle<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            int number = i;
            all.add(tasks.submit(SPEC, context -> order.add(number)));
        }
        for (TaskHandle<Boolean> each : all) {
            each.join();
        }
        for (int i = 0; i < 500; i++) {
            assertEquals(i, order.get(i));
        }
    }

    @Test
    void waitsForAnOutcomeNoLongerThanTold() {
        TaskHandle<String> task = blocked();
        assertThrows(TimeoutException.class, () -> task.join(Duration.ofMillis(1)));
        assertThrows(TimeoutException.class, () -> task.join(Duration.ZERO));
        assertThrows(TimeoutException.class, () -> task.join(Duration.ofSeconds(Long.MIN_VALUE)));
        assertEquals(TaskState.RUNNING, task.state());
    }

    @Test
    void cancelsTheTaskWithItsFuture() {
        TaskHandle<String> task = blocked();
        awaitActive(1);
        assertSame(task.toFuture(), task.toFuture());
        assertTrue(task.toFuture().cancel(true));
        Await.until("it ends", () -> task.state() == TaskState.CANCELLED);
    }

    @Test
    void cancelsWhatIsPicked() {
        blocked(TaskSpec.of("a", "one"));
        blocked(TaskSpec.of("b", "two"));
        awaitActive(2);
        blocked(TaskSpec.of("c", "one"));
        assertEquals(2, tasks.cancel(task -> task.type().equals("one"), "type one is off"));
        Await.until("both end", () -> tasks.snapshot().cancelled() == 2);
        assertEquals(1, tasks.cancelOlderThan(Duration.ZERO));
    }

    @Test
    void belongsToAScope() {
        Scope request = Scope.open("request");
        TaskHandle<String> mine = tasks.submit(request, SPEC, context -> {
            gate.await();
            return "";
        });
        TaskHandle<Integer> done = tasks.submit(request, SPEC, context -> 1);
        Await.until("one is done", () -> done.state().isFinal());
        Await.until("one is active", () -> mine.state() == TaskState.RUNNING);
        assertEquals("request", mine.info().scope());
        request.close();
        assertEquals(TaskState.CANCELLED, mine.state(), "the close has waited for it");
        TaskCancelledException why = assertThrows(TaskCancelledException.class, mine::join);
        assertTrue(why.getMessage().contains("scope request has closed"), why.getMessage());
    }

    @Test
    void handsTheContextOverAndTakesItAway() throws Exception {
        ThreadLocal<String> id = new ThreadLocal<>();
        use(TaskManager.builder("handover")
                .maxConcurrency(1)
                .threads(ThreadMode.PLATFORM)
                .handover(new ContextHandover<String>() {
                    @Override
                    public String capture() {
                        return id.get();
                    }

                    @Override
                    public void install(String context) {
                        id.set(context);
                    }

                    @Override
                    public void remove(String context) {
                        id.remove();
                    }
                })
                .open());
        id.set("request 7");
        assertEquals("request 7", tasks.submit(SPEC, context -> id.get()).join());
        id.remove();
        assertNull(tasks.submit(SPEC, context -> id.get()).join());
    }

    @Test
    void rejectsWhatComesWithoutAThread() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        use(TaskManager.builder("threadless")
                .threadFactory(body -> calls.incrementAndGet() == 1 ? null : new Thread(body, "own"))
                .open());
        RejectedTaskException refused =
                assertThrows(RejectedTaskException.class, () -> tasks.submit(SPEC, context -> 1));
        assertEquals(Reason.NO_THREAD, refused.reason());
        assertEquals(
                "own",
                tasks.submit(SPEC, context -> Thread.currentThread().getName()).join());
    }

    @Test
    void goesOnWithAFactoryThatStartsItsThreads() {
        use(TaskManager.builder("started")
                .maxConcurrency(2)
                .threadFactory(body -> {
                    Thread thread = daemon(body);
                    thread.start();
                    return thread;
                })
                .open());
        for (int i = 0; i < 5; i++) {
            try {
                TaskHandle<Integer> task = tasks.submit(SPEC, context -> 1);
                Await.until("it ends", () -> task.state().isFinal());
            } catch (RejectedTaskException refused) {
                assertEquals(Reason.NO_THREAD, refused.reason());
            }
        }
    }

    @Test
    void goesOnWithAFactoryWhoseThreadsRunTheirBodyAgain() throws Exception {
        AtomicInteger returns = new AtomicInteger();
        use(TaskManager.builder("twice")
                .maxConcurrency(2)
                .threadFactory(body -> {
                    Runnable twice = () -> {
                        body.run();
                        returns.incrementAndGet();
                        body.run();
                    };
                    daemon(twice).start();
                    return daemon(twice);
                })
                .open());
        TaskHandle<String> first = blocked();
        Await.until("the other thread has nothing to do", () -> returns.get() > 0);
        TaskHandle<String> second = blocked();
        awaitActive(2);
        TaskHandle<Integer> third = tasks.submit(SPEC, context -> 3);
        assertEquals(2, tasks.snapshot().active());
        gate.countDown();
        assertEquals("through", first.join());
        assertEquals("through", second.join());
        assertEquals(3, third.join());
    }

    @Test
    void wakesIdleThreadsWhileAFactoryHangs() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch hangs = new CountDownLatch(1);
        use(TaskManager.builder("hangs")
                .maxConcurrency(2)
                .threadFactory(body -> {
                    if (calls.incrementAndGet() == 2) {
                        awaitDeaf(hangs);
                    }
                    return daemon(body);
                })
                .open());
        TaskHandle<String> first = blocked();
        awaitActive(1);
        AtomicReference<TaskHandle<Integer>> second = new AtomicReference<>();
        Thread submitter = new Thread(() -> second.set(tasks.submit(SPEC, context -> 2)), "submitter");
        submitter.start();
        try {
            Await.until("the factory hangs", () -> calls.get() == 2);
            gate.countDown();
            assertEquals("through", first.join());
            Await.until("the other ends", () -> tasks.snapshot().completed() == 2);
            assertEquals(3, tasks.submit(SPEC, context -> 3).join(Duration.ofSeconds(10)));
        } finally {
            hangs.countDown();
            Await.end(submitter);
        }
        assertEquals(2, second.get().join());
    }

    @Test
    void runsATaskThatTheFactoryForTheNextOneWaitsFor() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch ran = new CountDownLatch(2);
        use(TaskManager.builder("waits")
                .maxConcurrency(2)
                .threadFactory(body -> {
                    if (calls.incrementAndGet() == 1) {
                        tasks.submit(
                                SPEC,
                                context -> { // before there is a thread: the first one comes upon two
                                    ran.countDown();
                                    return 1;
                                });
                    } else {
                        awaitDeaf(ran);
                    }
                    return daemon(body);
                })
                .open());
        tasks.submit(SPEC, context -> {
            ran.countDown();
            return 2;
        });
        Await.until("both ran", () -> ran.getCount() == 0);
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body, "own");
        thread.setDaemon(true);
        return thread;
    }

    private static void awaitDeaf(CountDownLatch latch) {
        boolean open = false;
        while (!open) {
            try {
                latch.await();
                open = true;
            } catch (InterruptedException deaf) {
                continue;
            }
        }
    }

    @Test
    void beginsNoTaskInterruptedByWhatFollowedTheOneBefore() throws Exception {
        use(TaskManager.builder("one")
                .maxConcurrency(1)
                .typeLimit("limited", 1)
                .threads(ThreadMode.PLATFORM)
                .open());
        for (TaskSpec spec : List.of(SPEC, TaskSpec.of("one", "limited"))) {
            CountDownLatch go = new CountDownLatch(1);
            TaskHandle<Object> first = tasks.submit(spec, context -> {
                go.await();
                return null;
            });
            first.toFuture()
                    .whenComplete((value, thrown) -> Thread.currentThread().interrupt());
            TaskHandle<Boolean> second =
                    tasks.submit(spec, context -> Thread.currentThread().isInterrupted());
            go.countDown();
            assertFalse(second.join(), spec.type());
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadMode.class)
    void beginsThreadsThatInheritNothingFromATask(ThreadMode mode) throws Exception {
        assumeTrue(mode != ThreadMode.VIRTUAL || Runtime.version().feature() >= 21);
        use(TaskManager.builder("heirs").maxConcurrency(1).threads(mode).open());
        InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        TaskHandle<Object> first = tasks.submit(SPEC, context -> {
            local.set("secret of the first");
            gate.await();
            Await.until("another waits", () -> tasks.snapshot().queued() == 1);
            local.remove();
            return null;
        });
        local.set("secret of who submits");
        TaskHandle<String> second = tasks.submit(SPEC, context -> local.get());
        gate.countDown();
        first.join();
        assertNull(second.join());
        TaskHandle<ClassLoader> loader =
                tasks.submit(SPEC, context -> Thread.currentThread().getContextClassLoader());
        assertNull(loader.join());
    }

    @Test
    void keepsNothingOfTheBodyInItsHandle() throws Exception {
        AtomicReference<WeakReference<Object>> kept = new AtomicReference<>();
        AtomicReference<TaskContext> context = new AtomicReference<>();
        TaskHandle<Object> task = tasks.submit(SPEC, mine -> {
            Object socket = new byte[1000];
            kept.set(new WeakReference<>(socket));
            context.set(mine);
            mine.onCancel(socket::hashCode);
            return null;
        });
        task.join();
        tasks.submit(SPEC, mine -> 1).join(); // the stack of the thread has other things now
        Object late = new byte[1000];
        WeakReference<Object> keptLate = new WeakReference<>(late);
        context.get().onCancel(late::hashCode);
        late = null;
        Await.until("nothing is kept", () -> {
            System.gc();
            return kept.get().refersTo(null) && keptLate.refersTo(null);
        });
        assertEquals(TaskState.SUCCEEDED, task.state());
    }

    @Test
    void showsItselfInTheTree() {
        assertEquals(State.OPEN, tasks.state());
        blocked();
        awaitActive(1);
        String text = tasks.managed().snapshot().toText();
        assertTrue(text.startsWith("tasks (TaskManager, age "), text);
        assertTrue(text.contains("active 1, maxConcurrency 2, queued 0, queueCapacity 10000, total 1"), text);
        assertTrue(text.contains("'- counting (TaskType, active 1"), text);
    }

    @Test
    void runsFewerTasksInAnEmergency() throws Exception {
        Shrinkable node = (Shrinkable) tasks.managed();
        node.shrink(Pressure.EMERGENCY, 0);
        AtomicInteger most = new AtomicInteger();
        AtomicInteger now = new AtomicInteger();
        List<TaskHandle<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(tasks.submit(SPEC, context -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                Thread.yield();
                return now.decrementAndGet();
            }));
        }
        for (TaskHandle<Integer> each : all) {
            each.join();
        }
        assertEquals(1, most.get());
        node.restore();
        blocked();
        blocked();
        awaitActive(2);
    }

    @Test
    void wakesNoMoreIdleThreadsInAnEmergencyThanMayRun() throws Exception {
        use(TaskManager.builder("four")
                .maxConcurrency(4)
                .threads(ThreadMode.PLATFORM)
                .open());
        for (int i = 0; i < 4; i++) {
            blocked();
        }
        awaitActive(4);
        gate.countDown();
        Await.until("they are idle", () -> tasks.snapshot().completed() == 4 && parked("lifecycle-four-") == 4);
        Shrinkable node = (Shrinkable) tasks.managed();
        node.shrink(Pressure.EMERGENCY, 0);
        AtomicInteger most = new AtomicInteger();
        AtomicInteger now = new AtomicInteger();
        CountDownLatch last = new CountDownLatch(200);
        for (int i = 0; i < 200; i++) {
            tasks.submit(SPEC, context -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                for (int looks = 0; looks < 20; looks++) {
                    Thread.yield();
                }
                now.decrementAndGet();
                last.countDown();
                return null;
            });
        }
        last.await();
        assertTrue(most.get() <= 2, most + " of 2 ran");
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < 4; i++) {
            tasks.submit(SPEC, context -> {
                end.await();
                return null;
            });
        }
        awaitActive(2);
        node.restore();
        awaitActive(4);
        end.countDown();
    }

    private static long parked(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith(prefix) && each.getState() == Thread.State.TIMED_WAITING)
                .count();
    }

    @Test
    void writesAllTasksAsJson() throws Exception {
        blocked(TaskSpec.of("say \"hi\"", "talk").withTimeout(Duration.ofMinutes(1)));
        awaitActive(1);
        StringBuilder json = new StringBuilder();
        tasks.dump(json);
        Map<?, ?> read = (Map<?, ?>) Json.parse(json.toString());
        assertEquals("tasks", read.get("manager"));
        List<?> all = (List<?>) read.get("tasks");
        Map<?, ?> task = (Map<?, ?>) all.get(0);
        assertEquals("say \"hi\"", task.get("name"));
        assertEquals("RUNNING", task.get("state"));
        assertTrue(task.get("stack").toString().contains("CountDownLatch"), json.toString());
    }

    @Test
    void goesOverManyOfWhichHalfAreGone() {
        use(TaskManager.builder("many").maxConcurrency(1).queueCapacity(300_000).open());
        blocked();
        awaitActive(1);
        ConcurrentLinkedQueue<TaskHandle<String>> odd = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 100_000; i++) {
            TaskHandle<String> task = blocked();
            if (i % 2 == 1) {
                odd.add(task);
            }
        }
        odd.forEach(task -> task.cancel("odd"));
        assertEquals(50_001, tasks.tasks().count());
        assertEquals(50_000, tasks.snapshot().queued());
        assertEquals(50_001, tasks.cancel(task -> true, "all"));
    }
}
