package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.file.Batch;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.RunState;
import dev.lifecycle.file.TreeFile;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.file.TreeProcessorBuilder;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.task.Asker;
import dev.lifecycle.time.VirtualTime;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files together: how many, what is told of them, and that nothing is left of them; and memory that is scarce. */
@Timeout(60)
class TreeBatchTest {
    @TempDir
    Path dir;

    private final FileProcessor files = FileProcessor.builder("files").open();
    private final List<Batch> batches = Collections.synchronizedList(new ArrayList<>());
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        files.close();
    }

    private TreeProcessorBuilder builder() {
        return TreeProcessor.builder("batches", files).onBatch(batches::add);
    }

    private ProcessingReport read(TreeProcessorBuilder builder) {
        try (TreeProcessor tree = builder.open()) {
            return tree.process(dir, (file, context) -> {
                seen.add(file.relative().toString());
                return file.readText().text();
            });
        }
    }

    private List<Integer> sizes() {
        return batches.stream().map(Batch::files).toList();
    }

    // ---- what a batch is -------------------------------------------------------------------------------------------

    @Test
    void aBatchHasSoManyFilesAndTheLastOneTheRest() {
        List<String> names = Trees.files(dir, 25);
        ProcessingReport report = read(builder().batchSize(10));
        assertEquals(List.of(10, 10, 5), sizes());
        assertEquals(List.of(1L, 2L, 3L), batches.stream().map(Batch::sequence).toList());
        List<String> all = new ArrayList<>();
        List<String> values = new ArrayList<>();
        long bytes = 0;
        for (Batch each : batches) {
            all.addAll(Trees.paths(dir, each));
            values.addAll(each.values(String.class));
            bytes += each.bytes();
            assertFalse(each.replayed());
            assertFalse(each.took().isNegative());
        }
        assertEquals(names, all);
        assertEquals(names, values);
        assertEquals(100, bytes);
        assertEquals(100, report.bytes());
        assertEquals(3, report.batches());
        assertEquals(0, report.uncommitted());
        assertEquals(names, seen);
    }

    @Test
    void aBatchHasSoManyBytesButOneFileInAnyCase() {
        for (int size : new int[] {10, 20, 30, 5, 5, 99, 1}) {
            Trees.file(dir, "f" + seen.size(), "x".repeat(size));
            seen.add("");
        }
        read(builder().batchBytes(40));
        assertEquals(List.of(2, 3, 1, 1), sizes());
    }

    @Test
    void severalThreadsWorkAndResultsKeepTheOrder() throws Exception {
        List<String> names = Trees.files(dir, 200);
        Set<Thread> threads = Collections.synchronizedSet(new HashSet<>());
        CountDownLatch together = new CountDownLatch(3);
        ProcessingReport report;
        try (TreeProcessor tree = builder().parallelism(3).batchSize(50).open()) {
            report = tree.process(dir, (file, context) -> {
                threads.add(Thread.currentThread());
                together.countDown();
                together.await(); // all three of them are at it
                return file.readText().text();
            });
        }
        assertEquals(3, threads.size());
        assertTrue(threads.contains(Thread.currentThread()));
        List<String> values = new ArrayList<>();
        batches.forEach(each -> values.addAll(each.values(String.class)));
        assertEquals(names, values);
        assertEquals(200, report.count(Outcome.DONE));
        threads.remove(Thread.currentThread());
        threads.forEach(thread -> assertFalse(thread.isAlive(), thread::toString));
    }

    @Test
    void theHookRunsWhileNoHandlerDoesAndByTheCaller() {
        Trees.files(dir, 300);
        AtomicInteger working = new AtomicInteger();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        Thread caller = Thread.currentThread();
        TreeProcessorBuilder builder = TreeProcessor.builder("batches", files)
                .parallelism(4)
                .batchSize(7)
                .onBatch(batch -> {
                    if (working.get() != 0 || Thread.currentThread() != caller) {
                        wrong.add(working + " " + Thread.currentThread());
                    }
                });
        try (TreeProcessor tree = builder.open()) {
            tree.process(dir, (file, context) -> {
                working.incrementAndGet();
                file.readText();
                working.decrementAndGet();
                return null;
            });
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void allocationIsToldWhereItIsKnown() {
        Trees.files(dir, 20);
        List<byte[]> kept = new ArrayList<>();
        try (TreeProcessor tree = builder().batchSize(10).open()) {
            tree.process(dir, (file, context) -> {
                kept.add(new byte[100_000]);
                return null;
            });
        }
        for (Batch each : batches) {
            assertTrue(each.allocated() == -1 || each.allocated() >= 1_000_000, "allocated " + each.allocated());
            assertTrue(each.allocated() < 50_000_000, "allocated " + each.allocated());
        }
    }

    // ---- its scope -------------------------------------------------------------------------------------------------

    @Test
    void whatABatchOwnsIsClosedAfterTheHookAndBeforeTheNextOne() {
        Trees.files(dir, 6);
        List<String> events = new ArrayList<>();
        try (TreeProcessor tree = TreeProcessor.builder("batches", files)
                .batchSize(2)
                .onBatch(batch -> events.add("hook " + batch.sequence()))
                .open()) {
            tree.process(dir, (file, context) -> {
                String name = file.relative().toString();
                events.add(name);
                context.scope().defer(() -> events.add("close " + name + " of " + context.batch()));
                return null;
            });
        }
        assertEquals(
                List.of(
                        "f000",
                        "f001",
                        "hook 1",
                        "close f001 of 1",
                        "close f000 of 1",
                        "f002",
                        "f003",
                        "hook 2",
                        "close f003 of 2",
                        "close f002 of 2",
                        "f004",
                        "f005",
                        "hook 3",
                        "close f005 of 3",
                        "close f004 of 3"),
                events);
    }

    @Test
    void nothingOfABatchIsLeftWhenTheNextOneBegins() {
        Trees.files(dir, 40);
        List<WeakReference<Object>> ofBatch = new ArrayList<>();
        List<Integer> alive = new ArrayList<>();
        try (TreeProcessor tree = TreeProcessor.builder("batches", files)
                .batchSize(10)
                .parallelism(2)
                .onBatch(batch -> assertEquals(10, batch.values().size()))
                .open()) {
            tree.process(dir, (file, context) -> {
                Object big = new byte[100_000];
                synchronized (ofBatch) {
                    long batch = context.batch();
                    if (ofBatch.size() >= 10 && ofBatch.size() % 10 == 0 && alive.size() == batch - 2) {
                        Await.until("the batch before is gone", () -> {
                            System.gc();
                            return ofBatch.stream().allMatch(each -> each.refersTo(null));
                        });
                        alive.add((int) batch);
                    }
                    ofBatch.add(new WeakReference<>(big));
                }
                Object[] owned = {big};
                context.scope().defer(() -> owned[0] = null);
                return big;
            });
        }
        assertEquals(List.of(2, 3, 4), alive);
    }

    // ---- limits ----------------------------------------------------------------------------------------------------

    @Test
    void theRunEndsAfterSoManyFiles() {
        Trees.files(dir, 30);
        ProcessingReport report = read(builder().batchSize(8).maxFiles(12));
        assertEquals(RunState.LIMITED, report.state());
        assertEquals(12, report.count(Outcome.DONE));
        assertEquals(List.of(8, 4), sizes());
        assertEquals(12, seen.size());
    }

    @Test
    void aLimitThatIsJustReachedIsNone() {
        Trees.files(dir, 12);
        assertEquals(
                RunState.COMPLETED, read(builder().batchSize(8).maxFiles(12)).state());
        assertEquals(RunState.COMPLETED, read(builder().maxTotalBytes(48)).state());
    }

    @Test
    void noFileIsBegunOnceSoMuchWasRead() {
        Trees.files(dir, 30);
        ProcessingReport report = read(builder().batchSize(8).maxTotalBytes(41));
        assertEquals(RunState.LIMITED, report.state());
        assertEquals(44, report.bytes());
        assertEquals(11, report.count(Outcome.DONE));
        assertEquals(List.of(8, 3), sizes());
    }

    // ---- memory ----------------------------------------------------------------------------------------------------

    @Test
    void aBatchEndsWhereItsMemoryIsSpent() {
        Trees.files(dir, 10);
        ProcessingReport report;
        try (TreeProcessor tree = builder().memoryBudget(1_000).open()) {
            report = tree.process(dir, (file, context) -> {
                context.charge(400);
                assertThrows(IllegalArgumentException.class, () -> context.charge(-1));
                return null;
            });
        }
        assertEquals(List.of(3, 3, 3, 1), sizes());
        assertEquals(
                List.of(1_200L, 1_200L, 1_200L, 400L),
                batches.stream().map(Batch::charged).toList());
        assertEquals(1_200, report.peakInFlight());
        assertEquals(10, report.count(Outcome.DONE));
    }

    @Test
    void oneFileIsAdmittedHoweverMuchItNeeds() {
        Trees.files(dir, 4);
        try (TreeProcessor tree = builder().memoryBudget(1).open()) {
            tree.process(dir, (file, context) -> {
                context.charge(Long.MAX_VALUE);
                context.charge(Long.MAX_VALUE);
                return null;
            });
        }
        assertEquals(List.of(1, 1, 1, 1), sizes());
    }

    @Test
    void textIsHeldUntilItsHandlerReturns() {
        for (int i = 0; i < 6; i++) {
            Trees.file(dir, "f" + i, "x".repeat(1_000));
        }
        ProcessingReport report = read(builder().memoryBudget(2_001));
        assertEquals(List.of(6), sizes());
        assertEquals(2_000, report.peakInFlight());
        assertEquals(0, batches.get(0).charged());
        batches.clear();
        read(builder().memoryBudget(2_000));
        assertEquals(List.of(1, 1, 1, 1, 1, 1), sizes());
    }

    @Test
    void aRunWaitsWhileMemoryIsScarceAndEndsItsBatchBefore() throws Exception {
        Trees.files(dir, 6);
        VirtualTime time = new VirtualTime();
        Pressure[] level = {Pressure.NORMAL};
        TreeProcessorBuilder builder = builder().timeSource(time).pressure(() -> level[0]);
        try (TreeProcessor tree = builder.open()) {
            Asker<ProcessingReport> asker = Asker.of(() -> tree.process(dir, (file, context) -> {
                if (seen.size() == 1) {
                    level[0] = Pressure.CLEANUP;
                }
                seen.add(file.relative().toString());
                return null;
            }));
            Await.until("it waits", () -> time.parked() == 1);
            assertEquals(List.of(2), sizes());
            for (int i = 0; i < 100; i++) { // less than maxPause
                time.advance(Duration.ofMillis(20));
                Await.until("it waits again", () -> time.parked() == 1);
            }
            assertEquals(2, seen.size());
            level[0] = Pressure.TRIM;
            time.advance(Duration.ofMillis(20));
            ProcessingReport report = asker.result();
            assertEquals(List.of(2, 4), sizes());
            assertEquals(6, report.count(Outcome.DONE));
            assertEquals(Duration.ofMillis(2_020), report.paused());
        }
    }

    @Test
    void aLevelThatNeverFallsMakesARunSlowAndDoesNotStopIt() throws Exception {
        Trees.files(dir, 10);
        VirtualTime time = new VirtualTime();
        TreeProcessorBuilder builder = builder()
                .timeSource(time)
                .parallelism(3)
                .maxPause(Duration.ofMillis(100))
                .pressure(() -> Pressure.EMERGENCY);
        Set<Thread> threads = Collections.synchronizedSet(new HashSet<>());
        try (TreeProcessor tree = builder.open()) {
            Asker<ProcessingReport> asker = Asker.of(() -> tree.process(dir, (file, context) -> {
                threads.add(Thread.currentThread());
                return null;
            }));
            while (!asker.isDone()) {
                time.advance(Duration.ofMillis(5));
                Thread.yield();
            }
            ProcessingReport report = asker.result();
            assertEquals(10, report.count(Outcome.DONE));
            assertEquals(List.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1), sizes());
            assertEquals(1, threads.size());
            assertTrue(report.paused().toMillis() >= 100, report.paused()::toString); // once
        }
    }

    @Test
    void aSourceOfPressureThatFailsSaysNothing() {
        Trees.files(dir, 3);
        for (boolean isNull : new boolean[] {true, false}) {
            ProcessingReport report = read(builder().pressure(() -> {
                if (isNull) {
                    return null;
                }
                throw new IllegalStateException("planned");
            }));
            assertEquals(3, report.count(Outcome.DONE));
            assertEquals(Duration.ZERO, report.paused());
        }
        assertEquals(List.of(3, 3), sizes());
    }

    @Test
    void shrinkingEndsTheBatchAndRestoringLetsItGoOn() throws Exception {
        Trees.files(dir, 6);
        VirtualTime time = new VirtualTime();
        try (TreeProcessor tree = builder().timeSource(time).open()) {
            Asker<ProcessingReport> asker = Asker.of(() -> tree.process(dir, (file, context) -> {
                if (seen.size() == 1) {
                    assertEquals(0, tree.shrink(Pressure.CLEANUP, 1));
                }
                seen.add(file.relative().toString());
                return null;
            }));
            Await.until("it waits", () -> time.parked() == 1);
            assertEquals(List.of(2), sizes());
            tree.restore();
            time.advance(Duration.ofMillis(20));
            assertEquals(6, asker.result().count(Outcome.DONE));
            assertEquals(List.of(2, 4), sizes());
        }
    }

    // ---- what the handler has --------------------------------------------------------------------------------------

    @Test
    void aFileIsNotReadAfterItsHandlerHasReturned() {
        Trees.files(dir, 1);
        List<TreeFile> kept = new ArrayList<>();
        try (TreeProcessor tree = builder().open()) {
            tree.process(dir, (file, context) -> {
                kept.add(file);
                return null;
            });
        }
        TreeFile file = kept.get(0);
        String message =
                assertThrows(IllegalStateException.class, file::readText).getMessage();
        assertTrue(message.contains("f000"), message);
        assertThrows(IllegalStateException.class, () -> file.forEachChunk(chunk -> {}));
        assertThrows(IllegalStateException.class, file::countLines);
        assertNotNull(file.path());
    }

    @Test
    void aFileMayBeReadInEveryWay() {
        Trees.file(dir, "f", "one\ntwo\n");
        List<Object> made = new ArrayList<>();
        ProcessingReport report;
        try (TreeProcessor tree = builder().open()) {
            report = tree.process(dir, (file, context) -> {
                made.add(file.countLines());
                made.add(file.readText().text());
                made.add(file.forEachLine(line -> {}).lines());
                made.add(file.forEachText(text -> {}).chars());
                made.add(file.forEachChunk(chunk -> {}).bytesRead());
                made.add(file.forEachRecord(dev.lifecycle.file.Splitter.fixed(4), record -> {})
                        .lines());
                made.add(file.validate().ok());
                made.add(file.process(new dev.lifecycle.file.FileHandler<String>() {
                            @Override
                            public void chunk(dev.lifecycle.file.Chunk chunk) {}

                            @Override
                            public String end(dev.lifecycle.file.FileResult result) {
                                return "made";
                            }
                        })
                        .orThrow()
                        .orElseThrow());
                made.add(file.size());
                return null;
            });
        }
        assertEquals(List.of(2L, "one\ntwo\n", 2L, 8L, 8L, 2L, true, "made", 8L), made);
        assertEquals(8 * 8, report.bytes());
        assertNull(report.failure());
    }
}
