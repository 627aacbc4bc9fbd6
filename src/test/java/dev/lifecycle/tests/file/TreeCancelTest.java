package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.State;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.RunState;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.file.TreeProcessorBuilder;
import dev.lifecycle.file.TreeProcessorClosedException;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.TaskCancelledException;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.task.Asker;
import dev.lifecycle.time.VirtualTime;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are ended before they are done: what was done is reported, and nothing stays open. */
@Timeout(60)
class TreeCancelTest {
    @TempDir
    Path dir;

    private final FileProcessor files =
            FileProcessor.builder("files").maxContent(1_000_000).open();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();

    @BeforeEach
    void make() {
        Trees.files(dir, 20);
        Trees.file(dir, "f007", "x".repeat(300_000)); // several reads
    }

    @AfterEach
    void close() {
        gate.countDown();
        files.close();
    }

    private TreeProcessorBuilder builder() {
        return TreeProcessor.builder("cancel", files).batchSize(5);
    }

    /** A run whose eighth file is open, and its handler waits, for an interrupt or the gate. */
    private Asker<ProcessingReport> standing(TreeProcessor tree) throws InterruptedException {
        Asker<ProcessingReport> asker = Asker.of(() -> {
            ProcessingReport report = tree.process(dir, (file, context) -> {
                FileResult result = file.forEachChunk(chunk -> {
                    if (begun.incrementAndGet() == 8) {
                        inside.countDown();
                        gate.await();
                    }
                });
                return result;
            });
            if (report.count(Reason.INTERRUPTED) > 0) {
                assertTrue(Thread.currentThread().isInterrupted(), "the flag is set still");
            }
            return report;
        });
        inside.await();
        assertEquals(1, Descriptors.below(dir).size());
        return asker;
    }

    private void check(ProcessingReport report, RunState state, Outcome outcome, Reason reason) {
        assertEquals(state, report.state(), report::toText);
        assertEquals(7, report.count(Outcome.DONE), report::toText);
        assertEquals(1, report.count(outcome), report::toText);
        assertEquals(1, report.count(reason), report::toText);
        assertEquals(8, report.entries(), report::toText);
        assertEquals(1, report.batches());
        assertEquals(3, report.uncommitted());
        assertEquals(List.of(), Descriptors.below(dir));
    }

    // ---- ways to end it --------------------------------------------------------------------------------------------

    @Test
    void anInterruptEndsTheRun() throws Exception {
        try (TreeProcessor tree = builder().open()) {
            Asker<ProcessingReport> asker = standing(tree);
            asker.thread.interrupt();
            check(asker.result(), RunState.CANCELLED, Outcome.CANCELLED, Reason.INTERRUPTED);
        }
    }

    @Test
    void virtualThreadsRunTreesAndAreInterrupted() throws Exception {
        Assumptions.assumeTrue(Runtime.version().feature() >= 21, "no virtual threads");
        Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        try (TreeProcessor tree = builder().parallelism(2).open();
                TreeProcessor single = builder().open()) {
            List<FutureTask<ProcessingReport>> runs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                runs.add(new FutureTask<>(() -> tree.process(dir, (file, context) -> file.forEachChunk(chunk -> {}))));
                start.invoke(null, runs.get(i));
            }
            for (FutureTask<ProcessingReport> run : runs) {
                assertTrue(run.get().ok(), () -> report(run));
                assertEquals(20, run.get().count(Outcome.DONE));
            }
            FutureTask<ProcessingReport> standing = new FutureTask<>(() -> single.process(dir, (file, context) -> {
                inside.countDown();
                gate.await();
                return null;
            }));
            Thread thread = (Thread) start.invoke(null, standing);
            inside.await();
            thread.interrupt();
            assertEquals(RunState.CANCELLED, standing.get().state());
            assertEquals(1, standing.get().count(Reason.INTERRUPTED));
        }
        assertEquals(List.of(), Descriptors.below(dir));
    }

    private static String report(FutureTask<ProcessingReport> run) {
        try {
            return run.get().toText();
        } catch (Exception failed) {
            return failed.toString();
        }
    }

    @Test
    void anInterruptBeforeTheRunEndsItAtOnce() throws Exception {
        try (TreeProcessor tree = builder().open()) {
            Asker<ProcessingReport> asker = Asker.of(() -> {
                Thread.currentThread().interrupt();
                ProcessingReport report = tree.process(dir, (file, context) -> begun.incrementAndGet());
                assertTrue(Thread.currentThread().isInterrupted());
                return report;
            });
            assertEquals(RunState.CANCELLED, asker.result().state());
            assertEquals(0, begun.get());
            assertEquals(0, asker.result().entries());
        }
    }

    @Test
    void closingTheProcessorClosesItsFilesAtOnceAndEndsTheRun() throws Exception {
        TreeProcessor tree = builder().open();
        Asker<ProcessingReport> asker = standing(tree);
        tree.close();
        assertEquals(List.of(), Descriptors.below(dir)); // though its handler is at it still
        assertFalse(asker.isDone());
        gate.countDown();
        check(asker.result(), RunState.CANCELLED, Outcome.CANCELLED, Reason.SCOPE_CLOSED);
        assertFalse(asker.thread.isInterrupted());
        assertThrows(TreeProcessorClosedException.class, () -> tree.process(dir, (file, context) -> null));
    }

    @Test
    void closingItsScopeClosesIt() throws Exception {
        Scope scope = Scope.open("app");
        TreeProcessor tree = builder().open(scope);
        assertTrue(scope.snapshot().children().stream()
                .anyMatch(child ->
                        child.kind().equals(Kind.TREE_PROCESSOR) && child.name().equals("cancel")));
        Asker<ProcessingReport> asker = standing(tree);
        assertTrue(
                tree.snapshot().toText().contains("active 1"),
                () -> tree.snapshot().toText());
        scope.close();
        assertEquals(State.CLOSED, tree.state());
        gate.countDown();
        check(asker.result(), RunState.CANCELLED, Outcome.CANCELLED, Reason.SCOPE_CLOSED);
    }

    @Test
    void aHandlerMayCloseTheProcessor() {
        TreeProcessor tree = builder().open();
        ProcessingReport report = tree.process(dir, (file, context) -> {
            if (begun.incrementAndGet() == 8) {
                tree.close();
            }
            return file.readText();
        });
        check(report, RunState.CANCELLED, Outcome.CANCELLED, Reason.SCOPE_CLOSED);
    }

    @Test
    void aHandlerMayCallTheProcessorAgain() {
        AtomicInteger inner = new AtomicInteger();
        try (TreeProcessor tree = builder().open()) {
            ProcessingReport report = tree.process(dir, (file, context) -> {
                if (begun.incrementAndGet() == 8) {
                    ProcessingReport second = tree.process(dir, (again, its) -> inner.incrementAndGet());
                    assertEquals(20, second.count(Outcome.DONE));
                }
                return file.readText();
            });
            assertEquals(20, report.count(Outcome.DONE));
            assertEquals(20, inner.get());
        }
    }

    @Test
    void cancellingTheTaskEndsTheRun() throws Exception {
        try (TaskManager tasks = TaskManager.builder("tasks").open();
                TreeProcessor tree = builder().open()) {
            TaskHandle<ProcessingReport> done = tree.submit(dir, (file, context) -> null, tasks);
            assertEquals(20, done.join().count(Outcome.DONE));
            TaskHandle<ProcessingReport> handle = tree.submit(
                    dir,
                    (file, context) -> file.forEachChunk(chunk -> {
                        if (begun.incrementAndGet() == 8) {
                            inside.countDown();
                            gate.await();
                        }
                    }),
                    tasks);
            inside.await();
            handle.cancel("planned");
            assertThrows(TaskCancelledException.class, handle::join);
            Await.until("its report is there", () -> tree.latest().orElseThrow().state() == RunState.CANCELLED);
            ProcessingReport report = tree.latest().orElseThrow();
            assertEquals(8, report.entries(), report::toText);
            assertEquals(1, report.count(Outcome.CANCELLED));
            assertEquals(List.of(), Descriptors.below(dir));
        }
    }

    @Test
    void aHandlerThatIsInterruptedByItselfCancelsTheRun() throws Exception {
        for (int parallelism : new int[] {1, 2}) {
            begun.set(0);
            try (TreeProcessor tree = builder().parallelism(parallelism).open()) {
                Asker<ProcessingReport> asker = Asker.of(() -> tree.process(dir, (file, context) -> {
                    if (begun.incrementAndGet() == 8) {
                        throw new InterruptedException("planned");
                    }
                    return null;
                }));
                assertEquals(RunState.CANCELLED, asker.result().state());
                assertTrue(asker.result().count(Outcome.CANCELLED) >= 1);
                assertTrue(asker.result().entries() <= 10);
            }
        }
    }

    // ---- several threads -------------------------------------------------------------------------------------------

    @Test
    void allThreadsHearThatTheRunEnds() throws Exception {
        CountDownLatch all = new CountDownLatch(4);
        try (TreeProcessor tree = builder().parallelism(4).batchSize(20).open()) {
            Asker<ProcessingReport> asker = Asker.of(() -> tree.process(dir, (file, context) -> {
                all.countDown();
                gate.await();
                return null;
            }));
            all.await();
            asker.thread.interrupt();
            ProcessingReport report = asker.result();
            assertEquals(RunState.CANCELLED, report.state());
            assertEquals(4, report.count(Outcome.CANCELLED));
            assertEquals(4, report.entries());
        }
    }

    @Test
    void closingInterruptsHelpersAndNotTheCaller() throws Exception {
        CountDownLatch all = new CountDownLatch(3);
        AtomicInteger interrupted = new AtomicInteger();
        TreeProcessor tree = builder().parallelism(3).batchSize(20).open();
        Asker<ProcessingReport> asker = Asker.of(() -> tree.process(dir, (file, context) -> {
            all.countDown();
            try {
                gate.await();
            } catch (InterruptedException heard) {
                interrupted.incrementAndGet();
                throw heard;
            }
            return null;
        }));
        all.await();
        tree.close();
        Await.until("both have heard", () -> interrupted.get() == 2);
        gate.countDown();
        ProcessingReport report = asker.result();
        assertEquals(2, interrupted.get());
        assertEquals(RunState.CANCELLED, report.state());
        assertEquals(2, report.count(Outcome.CANCELLED));
        assertEquals(1, report.count(Outcome.DONE));
    }

    @Test
    void closingWhileFilesAreReadByManyThreadsLeavesNothingOpen() throws Exception {
        for (int round = 0; round < 40; round++) {
            TreeProcessor tree = builder().parallelism(3).open();
            int at = round % 20;
            CountDownLatch reached = new CountDownLatch(at + 1);
            Asker<ProcessingReport> asker = Asker.of(() -> tree.process(dir, (file, context) -> {
                reached.countDown();
                return file.forEachChunk(chunk -> {});
            }));
            reached.await();
            tree.close();
            ProcessingReport report = asker.result();
            assertEquals(0, report.count(Outcome.FAILED), report::toText);
            assertEquals(report.entries(), report.count(Outcome.DONE) + report.count(Outcome.CANCELLED));
            assertEquals(List.of(), Descriptors.below(dir));
        }
        assertEquals(
                20,
                files.forEachChunk(Trees.file(dir, "f000", "x".repeat(20)), chunk -> {})
                        .bytesRead());
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    @Test
    void aRunEndsWhenItsTimeIsOver() {
        VirtualTime time = new VirtualTime();
        try (TreeProcessor tree =
                builder().timeSource(time).timeout(Duration.ofMinutes(1)).open()) {
            ProcessingReport report = tree.process(dir, (file, context) -> {
                begun.incrementAndGet();
                time.advance(Duration.ofSeconds(8));
                return file.readText();
            });
            assertEquals(RunState.TIMED_OUT, report.state());
            assertEquals(8, begun.get());
            assertEquals(Duration.ofSeconds(64), report.took());
            assertEquals(1, report.batches());
        }
    }

    @Test
    void aReadInProgressEndsWhenTheTimeIsOver() throws Exception {
        VirtualTime time = new VirtualTime();
        try (TreeProcessor tree =
                builder().timeSource(time).timeout(Duration.ofMinutes(1)).open()) {
            Asker<ProcessingReport> asker = standing(tree);
            time.advance(Duration.ofMinutes(2));
            Await.until("its file is closed", () -> Descriptors.below(dir).isEmpty());
            gate.countDown();
            check(asker.result(), RunState.TIMED_OUT, Outcome.TIMED_OUT, Reason.TIMEOUT);
        }
    }

    @Test
    void veryLongTimesAreAsGoodAsNone() {
        try (TreeProcessor tree = builder()
                .timeSource(new VirtualTime(Long.MAX_VALUE - 5))
                .timeout(Duration.ofSeconds(Long.MAX_VALUE))
                .maxPause(Duration.ofSeconds(Long.MAX_VALUE))
                .open()) {
            assertEquals(20, tree.process(dir, (file, context) -> null).count(Outcome.DONE));
        }
    }

    @Test
    void aHandlerThatAsksHearsThatTheRunEnds() throws Exception {
        TreeProcessor tree = builder().open();
        Asker<ProcessingReport> asker = Asker.of(() -> tree.process(dir, (file, context) -> {
            context.checkpoint();
            inside.countDown();
            while (true) {
                context.checkpoint();
                Thread.onSpinWait();
            }
        }));
        inside.await();
        tree.close();
        ProcessingReport report = asker.result();
        assertEquals(RunState.CANCELLED, report.state());
        assertEquals(1, report.count(Reason.SCOPE_CLOSED), report::toText);
    }

    @Test
    void aWalkThatFindsNothingHearsThatTheRunEnds() throws Exception {
        for (boolean precount : new boolean[] {false, true}) {
            AtomicInteger asked = new AtomicInteger();
            Thread caller = Thread.currentThread();
            try (TreeProcessor tree = builder()
                    .precount(precount)
                    .filter(info -> {
                        if (asked.incrementAndGet() == 3) {
                            caller.interrupt();
                        }
                        return false;
                    })
                    .open()) {
                ProcessingReport report = tree.process(dir, (file, context) -> null);
                assertTrue(Thread.interrupted());
                assertEquals(RunState.CANCELLED, report.state());
                assertEquals(3, asked.get());
            }
        }
    }

    @Test
    void aWalkThatFindsNothingEndsWhenItsTimeIsOver() {
        VirtualTime time = new VirtualTime();
        AtomicInteger asked = new AtomicInteger();
        try (TreeProcessor tree = builder()
                .timeSource(time)
                .timeout(Duration.ofSeconds(4))
                .filter(info -> {
                    asked.incrementAndGet();
                    time.advance(Duration.ofSeconds(1));
                    return false;
                })
                .open()) {
            assertEquals(
                    RunState.TIMED_OUT,
                    tree.process(dir, (file, context) -> null).state());
            assertEquals(4, asked.get());
        }
    }
}
