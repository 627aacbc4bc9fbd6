package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.RunState;
import dev.lifecycle.file.TreeHandler;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.file.TreeProcessorBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What fails, alone: the others go on, and the report says all of it. */
@Timeout(60)
class TreeFaultTest {
    @TempDir
    Path dir;

    private final FileProcessor files =
            FileProcessor.builder("files").maxFileSize(1_000).maxContent(100).open();
    private final List<String> seen = new ArrayList<>();

    @AfterEach
    void close() {
        files.close();
    }

    private TreeProcessorBuilder builder() {
        return TreeProcessor.builder("faults", files);
    }

    private ProcessingReport run(TreeProcessorBuilder builder, TreeHandler<?> handler) {
        try (TreeProcessor tree = builder.open()) {
            ProcessingReport report = tree.process(dir, (file, context) -> {
                synchronized (seen) {
                    seen.add(file.relative().toString());
                }
                return handler.file(file, context);
            });
            assertSame(report, tree.latest().orElseThrow());
            return report;
        }
    }

    // ---- files -----------------------------------------------------------------------------------------------------

    @Test
    void eachFileHasItsOwnOutcome() {
        Trees.file(dir, "a-good", "x");
        Trees.file(dir, "b-long", "x".repeat(1_001));
        Trees.file(dir, "c-cut", "x".repeat(200));
        Trees.file(dir, "d-thrower", "x");
        Trees.file(dir, "e-ignored", "x".repeat(1_001));
        Trees.file(dir, "f-unread", "x");
        ProcessingReport report = run(
                builder(), (file, context) -> switch (file.relative().toString().charAt(0)) {
                    case 'd' -> throw new IllegalArgumentException("planned");
                    case 'e' -> file.forEachChunk(chunk -> {});
                    case 'f' -> "unread";
                    default -> file.readText().orThrow();
                });
        assertEquals(2, report.count(Outcome.DONE));
        assertEquals(1, report.count(Outcome.TRUNCATED));
        assertEquals(3, report.count(Outcome.FAILED));
        assertEquals(2, report.count(Reason.OVERSIZE));
        assertEquals(1, report.count(Reason.HANDLER));
        assertEquals(1, report.count(Reason.CONTENT_LIMIT));
        assertEquals(List.of("b-long", "d-thrower", "e-ignored"), Trees.paths(dir, report.detailed()));
        assertEquals("planned", report.detailed().get(1).failure().message());
        assertEquals(RunState.COMPLETED, report.state());
        assertFalse(report.ok());
        assertNull(report.failure());
        assertEquals(6, report.slowest().size());
    }

    @Test
    void whateverAHandlerThrowsIsHeldAgainstItsFile() {
        Trees.files(dir, 5);
        ProcessingReport report = run(builder().parallelism(2), (file, context) -> {
            switch (file.relative().toString()) {
                case "f000" -> throw new IOException("planned");
                case "f001" -> throw new AssertionError("planned");
                case "f002" -> throw new StackOverflowError("planned");
                case "f003" -> throw new NoClassDefFoundError("planned");
                default -> file.readText();
            }
            return null;
        });
        assertEquals(4, report.count(Reason.HANDLER));
        assertEquals(1, report.count(Outcome.DONE));
        assertEquals(5, seen.size());
    }

    @Test
    void aFailureOfTheVirtualMachineIsThrownAndLeavesNothingOpen() {
        Trees.files(dir, 40);
        for (int parallelism : new int[] {1, 3}) {
            AtomicInteger count = new AtomicInteger();
            List<String> closed = new ArrayList<>();
            try (TreeProcessor tree = builder()
                    .parallelism(parallelism)
                    .checkpoint(dir.resolveSibling("journal" + parallelism))
                    .open()) {
                OutOfMemoryError planned = new OutOfMemoryError("planned");
                assertSame(
                        planned,
                        assertThrows(
                                OutOfMemoryError.class,
                                () -> tree.process(dir, (file, context) -> {
                                    context.scope().defer(() -> {
                                        synchronized (closed) {
                                            closed.add("");
                                        }
                                    });
                                    if (count.incrementAndGet() == 20) {
                                        file.forEachChunk(chunk -> {
                                            throw planned;
                                        });
                                    }
                                    return null;
                                })));
                assertTrue(closed.size() >= 20, closed::toString);
                assertEquals(List.of(), Descriptors.below(dir));
                assertEquals(0, tree.snapshot().gauges().get("active"));
                assertEquals(40, tree.process(dir, (file, context) -> null).count(Outcome.DONE)); // its lock is free
            } finally {
                assertTrue(dir.resolveSibling("journal" + parallelism).toFile().delete());
            }
        }
    }

    @Test
    void theFirstFailureEndsARunThatIsToFailFast() {
        Trees.files(dir, 10);
        ProcessingReport report = run(builder().batchSize(3).failFast(true), (file, context) -> {
            if (seen.size() == 5) {
                throw new IllegalStateException("planned");
            }
            return null;
        });
        assertEquals(RunState.FAILED, report.state());
        assertEquals(5, seen.size());
        assertEquals(4, report.count(Outcome.DONE));
        assertEquals(1, report.count(Outcome.FAILED));
        assertEquals(1, report.batches());
        assertEquals(2, report.uncommitted());
    }

    @Test
    void aFilterThatThrowsFailsItsFile() {
        Trees.files(dir, 3);
        ProcessingReport report = run(
                builder().filter(info -> {
                    if (info.path().endsWith("1")) {
                        throw new IllegalStateException("planned");
                    }
                    return true;
                }),
                (file, context) -> null);
        assertEquals(List.of("f000", "f002"), seen);
        assertEquals(1, report.count(Reason.HANDLER));
        assertEquals(3, report.entries());
    }

    @Test
    void aSourceOfPressureThatThrowsAnErrorSaysNothing() {
        Trees.files(dir, 3);
        ProcessingReport report = run(
                builder().parallelism(2).pressure(() -> {
                    throw new NoClassDefFoundError("planned");
                }),
                (file, context) -> null);
        assertEquals(3, report.count(Outcome.DONE));
    }

    @Test
    void anErrorOfWhatABatchOwnsDoesNotHideWhatEndedTheRun() {
        Trees.files(dir, 3);
        ProcessingReport report = run(
                builder().onBatch(batch -> {
                    throw new IOException("planned");
                }),
                (file, context) -> {
                    context.scope().defer(() -> {
                        throw new AssertionError("another");
                    });
                    return null;
                });
        assertEquals(RunState.FAILED, report.state());
        assertEquals("planned", report.failure().message());
    }

    // ---- the tree --------------------------------------------------------------------------------------------------

    @Test
    void whatVanishesIsOneEntryAndSiblingsGoOn() {
        List.of("a", "b/1", "b/2", "c/1", "d").forEach(name -> Trees.file(dir, name));
        ProcessingReport report = run(builder().batchSize(1).maxNames(16), (file, context) -> {
            if (file.relative().toString().equals("a")) {
                Trees.delete(dir.resolve("c"));
                Files.delete(dir.resolve("d"));
                Files.delete(dir.resolve("b/2"));
            }
            file.forEachChunk(chunk -> {}).orThrow();
            return null;
        });
        assertEquals(RunState.COMPLETED, report.state());
        assertEquals(2, report.count(Outcome.DONE));
        assertEquals(report.entries() - 2, report.count(Reason.VANISHED), report::toText);
        assertTrue(Trees.paths(dir, report.detailed()).contains("c"), report::toText);
        assertTrue(Trees.paths(dir, report.detailed()).contains("d"), report::toText);
    }

    @Test
    void whatMayNotBeReadIsOneEntryAndSiblingsGoOn() throws IOException {
        Assumptions.assumeFalse("root".equals(System.getProperty("user.name")), "root may read everything");
        List.of("a", "b/1", "c").forEach(name -> Trees.file(dir, name));
        Files.setPosixFilePermissions(dir.resolve("b"), PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(dir.resolve("c"), PosixFilePermissions.fromString("---------"));
        try {
            ProcessingReport report = run(builder(), (file, context) -> file.readText());
            assertEquals(2, report.count(Reason.ACCESS), report::toText);
            assertEquals(1, report.count(Outcome.DONE));
        } finally {
            Files.setPosixFilePermissions(dir.resolve("b"), PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aFileThatHasChangedSinceItWasFoundIsMarked() {
        Trees.files(dir, 2);
        ProcessingReport report = run(builder(), (file, context) -> {
            if (file.relative().toString().equals("f000")) {
                Trees.file(dir, "f001", "longer than before");
            }
            return file.readText().text();
        });
        assertEquals(1, report.count(Outcome.DONE));
        assertEquals(1, report.count(Outcome.CHANGED_WHILE_READING));
    }

    // ---- hooks and what a batch owns -------------------------------------------------------------------------------

    @Test
    void aHookThatThrowsEndsTheRunAndItsBatchIsNotCommitted() {
        Trees.files(dir, 10);
        ProcessingReport report = run(
                builder().batchSize(3).onBatch(batch -> {
                    if (batch.sequence() == 2) {
                        throw new IOException("planned");
                    }
                }),
                (file, context) -> null);
        assertEquals(RunState.FAILED, report.state());
        assertEquals("planned", report.failure().message());
        assertEquals(1, report.batches());
        assertEquals(3, report.uncommitted());
        assertEquals(6, report.entries());
        assertEquals(6, report.count(Outcome.DONE));
    }

    @Test
    void whatCannotBeClosedEndsTheRunAsAHookWould() {
        Trees.files(dir, 10);
        ProcessingReport report = run(builder().batchSize(3), (file, context) -> {
            context.scope().defer(() -> {
                throw new IOException("planned");
            });
            return null;
        });
        assertEquals(RunState.FAILED, report.state());
        assertEquals(0, report.batches());
        assertEquals(3, report.uncommitted());
        assertNotNull(report.failure());
    }

    @Test
    void aHookThatFailsWithTheVirtualMachineIsThrown() {
        Trees.files(dir, 3);
        try (TreeProcessor tree = builder()
                .onBatch(batch -> {
                    throw new OutOfMemoryError("planned");
                })
                .open()) {
            assertThrows(OutOfMemoryError.class, () -> tree.process(dir, (file, context) -> null));
        }
    }

    @Test
    void aFileProcessorThatIsClosedEndsTheRun() {
        Trees.files(dir, 10);
        ProcessingReport report = run(builder(), (file, context) -> {
            if (seen.size() == 3) {
                files.close();
            }
            return file.readText();
        });
        assertEquals(RunState.FAILED, report.state());
        assertEquals(3, seen.size());
        assertEquals(2, report.count(Outcome.DONE));
        assertEquals(1, report.count(Outcome.CANCELLED));
        assertTrue(report.failure().message().contains("files is closed"), report::toText);
    }

    // ---- the report ------------------------------------------------------------------------------------------------

    @Test
    void theReportIsBoundedAndItsCountsAreExact() {
        Trees.files(dir, 300);
        ProcessingReport report = run(builder().detail(7), (file, context) -> {
            throw new IOException("planned");
        });
        assertEquals(300, report.count(Outcome.FAILED));
        assertEquals(7, report.detailed().size());
        assertEquals(ProcessingReport.MAX_SLOWEST, report.slowest().size());
        assertEquals(
                0,
                run(builder().detail(0), (file, context) -> {
                            throw new IOException("planned");
                        })
                        .detailed()
                        .size());
    }

    @Test
    void allThatIsNotOkIsInTheFileOfTheReport() {
        Path rows = dir.resolveSibling("rows.json");
        Trees.files(dir, 30);
        run(builder().detail(1).batchSize(4).reportTo(rows), (file, context) -> {
            if (file.relative().toString().endsWith("5")) {
                throw new IOException("planned \"so\"\n");
            }
            return null;
        });
        List<String> lines = Trees.read(rows).lines().toList();
        assertEquals(3, lines.size());
        for (String line : lines) {
            assertTrue(dev.lifecycle.tests.api.Json.parse(line).toString().contains("planned"), line);
        }
        assertTrue(lines.get(1).startsWith("{\"batch\":4,\"uri\":\"file:///"), lines.get(1));
        assertTrue(rows.toFile().delete());
    }

    @Test
    void aReportThatCannotBeWrittenIsCountedAndTheRunGoesOn() {
        Path full = Path.of("/dev/full");
        List<Path> targets = new ArrayList<>(List.of(dir.resolve("no/such/folder/rows")));
        if (Files.exists(full)) {
            targets.add(full);
        }
        Trees.files(dir, 10);
        for (Path each : targets) {
            ProcessingReport report = run(builder().batchSize(3).reportTo(each), (file, context) -> {
                throw new IOException("planned");
            });
            assertEquals(RunState.COMPLETED, report.state());
            assertEquals(10, report.lostLines(), each::toString);
            assertTrue(report.toText().contains("10 lines of the report file are lost"), report::toText);
        }
    }

    @Test
    void manyRandomFaultsLeaveNothingBehindAndAreAllCounted() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 400; i++) {
            Trees.file(dir, "d" + i % 9 + "/f" + i, "x".repeat(random.nextInt(1_300)));
        }
        int before = Descriptors.count();
        int threads = Thread.activeCount();
        int[] expected = new int[3];
        for (int round = 0; round < 20; round++) {
            AtomicInteger thrown = new AtomicInteger();
            ProcessingReport report;
            try (TreeProcessor tree =
                    builder().batchSize(13).parallelism(1 + round % 3).open()) {
                report = tree.process(dir, (file, context) -> {
                    FileResult result = file.forEachChunk(chunk -> {});
                    if (result.ok() && file.hashCode() % 5 == 0) {
                        thrown.incrementAndGet();
                        throw new IOException("planned");
                    }
                    return result;
                });
            }
            assertEquals(400, report.entries());
            assertEquals(thrown.get(), report.count(Reason.HANDLER));
            expected[round % 3] = (int) report.count(Reason.OVERSIZE);
            assertTrue(report.count(Reason.OVERSIZE) > 10);
        }
        assertEquals(expected[0], expected[1]);
        assertEquals(expected[1], expected[2]);
        assertEquals(List.of(), Descriptors.below(dir));
        assertTrue(Descriptors.count() <= before + 2, before + " descriptors, then " + Descriptors.count());
        assertTrue(Thread.activeCount() <= threads + 2, threads + " threads, then " + Thread.activeCount());
    }
}
