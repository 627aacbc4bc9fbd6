package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.RunState;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.file.TreeProcessorBuilder;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.file.FaultyFiles.Act;
import dev.lifecycle.tests.file.FaultyFiles.Faults;
import dev.lifecycle.tests.task.Asker;
import dev.lifecycle.time.VirtualTime;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a file system can do to a walk and to those who read: each fault is one entry, its siblings go on, and nothing stays open. With {@code -Dtree.handlings=100000} so many at random. */
@Timeout(60)
class TreeProviderFaultTest {
    private static final int HANDLINGS = Integer.getInteger("tree.handlings", 5_000);

    @TempDir
    Path dir;

    private final FileProcessor files =
            FileProcessor.builder("files").maxContent(1_000_000).open();
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private int left; // open after the run

    @AfterEach
    void close() {
        files.close();
    }

    private TreeProcessorBuilder builder() {
        return TreeProcessor.builder("faults", files);
    }

    private ProcessingReport run(TreeProcessorBuilder builder, Faults faults) {
        FaultyFiles faulty = new FaultyFiles(dir, faults);
        try (TreeProcessor tree = builder.open()) {
            ProcessingReport report = tree.process(faulty.wrap(dir), (file, context) -> {
                seen.add(file.relative().toString());
                return file.readText().text();
            });
            left = faulty.open();
            assertEquals(
                    report.entries(),
                    report.reasons().values().stream()
                            .mapToLong(Long::longValue)
                            .sum(),
                    report::toText);
            return report;
        }
    }

    private Map<String, String> notOk(ProcessingReport report) {
        Map<String, String> all = new TreeMap<>();
        report.detailed()
                .forEach(each ->
                        all.put(dir.relativize(Path.of(each.path())).toString(), each.outcome() + " " + each.reason()));
        return all;
    }

    private void make() {
        List.of("a", "b/1", "b/2", "b/3", "c/d/4", "e", "f").forEach(name -> Trees.file(dir, name));
    }

    private Faults at(Act act, String relative, IOException fault) {
        Path faulty = dir.resolve(relative);
        return (is, file, time) -> {
            if (is == act && file.equals(faulty)) {
                throw fault;
            }
        };
    }

    @Test
    void aFileThatCannotBeOpenedIsOneFailure() {
        make();
        ProcessingReport report = run(builder(), at(Act.OPEN, "b/2", new AccessDeniedException("b/2")));
        assertEquals(Map.of("b/2", "FAILED ACCESS"), notOk(report));
        assertEquals(6, report.count(Outcome.DONE));
        assertEquals(0, left);
    }

    @Test
    void aFileThatVanishesBetweenTheWalkAndItsReaderIsOneFailure() {
        make();
        ProcessingReport report = run(builder(), (act, file, time) -> {
            if (act == Act.OPEN && file.endsWith("2")) {
                Files.delete(file);
            }
        });
        assertEquals(Map.of("b/2", "FAILED VANISHED"), notOk(report));
        assertEquals(6, report.count(Outcome.DONE));
        assertEquals(7, report.entries());
    }

    @Test
    void aReadThatFailsHalfWayIsOneFailureWithWhatWasRead() {
        make();
        Trees.file(dir, "b/2", "x".repeat(200_000));
        ProcessingReport report = run(builder(), (act, file, time) -> {
            if (act == Act.READ && file.endsWith("2") && time == 2) {
                throw new IOException("Input/output error");
            }
        });
        assertEquals(Map.of("b/2", "FAILED IO"), notOk(report));
        assertEquals(6, report.count(Outcome.DONE));
        assertTrue(report.detailed().get(0).bytesRead() > 0, report::toText);
        assertEquals(0, left);
    }

    @Test
    void whatCannotBeLookedAtIsOneFailure() {
        make();
        for (String each : List.of("a", "b", "c/d", "f")) {
            ProcessingReport report = run(builder(), at(Act.ATTRIBUTES, each, new IOException("Input/output error")));
            assertEquals(Map.of(each, "FAILED IO"), notOk(report));
            assertEquals(7, report.entries() + (each.equals("b") ? 2 : 0), report::toText);
            assertEquals(RunState.COMPLETED, report.state());
        }
    }

    @Test
    void aDirectoryThatCannotBeListedIsOneFailure() {
        make();
        ProcessingReport report = run(builder(), at(Act.LIST, "b", new AccessDeniedException("b")));
        assertEquals(Map.of("b", "FAILED ACCESS"), notOk(report));
        assertEquals(List.of("a", "c/d/4", "e", "f"), seen);
        assertEquals(3, report.directories());
        assertEquals(0, left);
    }

    @Test
    void aListingThatFailsHalfWayIsOneFailureAfterWhatWasListed() {
        make();
        ProcessingReport report = run(builder(), (act, file, time) -> {
            if (act == Act.NEXT && file.endsWith("b") && time == 3) {
                throw new IOException("Input/output error");
            }
        });
        assertEquals(Map.of("b", "FAILED IO"), notOk(report));
        assertEquals(6, report.count(Outcome.DONE), report::toText);
        assertEquals(7, report.entries());
        assertEquals(0, left);
    }

    @Test
    void aListingThatFailsHalfWayLosesNoNameThatWasRead() {
        for (int i = 0; i < 100; i++) {
            Trees.file(dir, String.format("b/f%03d", i));
        }
        ProcessingReport report = run(builder().maxNames(16), (act, file, time) -> {
            if (act == Act.NEXT && file.endsWith("b") && time == 81) {
                throw new IOException("Input/output error");
            }
        });
        assertEquals(80, report.count(Outcome.DONE), report::toText);
        assertEquals(Map.of("b", "FAILED IO"), notOk(report));
    }

    @Test
    void aListingThatCannotBeClosedIsOneFailure() {
        make();
        ProcessingReport report = run(builder(), at(Act.CLOSE, "b", new IOException("planned")));
        assertEquals("FAILED IO", notOk(report).get("b"), report::toText);
        assertTrue(seen.containsAll(List.of("a", "c/d/4", "e", "f")), seen::toString);
        assertEquals(0, left);
    }

    @Test
    void theRootThatFailsHalfWayFailsTheRunAndWhatWasListedIsWorkedWith() {
        make();
        ProcessingReport report = run(builder().batchSize(1), (act, file, time) -> {
            if (act == Act.NEXT && file.equals(dir) && time == 4) {
                throw new IOException("Input/output error");
            }
        });
        assertEquals(RunState.FAILED, report.state());
        assertTrue(report.failure().message().contains("cannot be read"), report::toText);
        assertTrue(seen.size() >= 2, seen::toString);
    }

    @Test
    void permissionThatIsLostInTheMiddleIsOneFailureForEach() {
        make();
        AtomicBoolean lost = new AtomicBoolean();
        Faults faults = (act, file, time) -> {
            if (lost.get() && file.startsWith(dir.resolve("c"))) {
                throw new AccessDeniedException(file.toString());
            }
            if (act == Act.OPEN && file.endsWith("a")) {
                lost.set(true);
            }
        };
        ProcessingReport report = run(builder().batchSize(1), faults);
        assertEquals(Map.of("c", "FAILED ACCESS"), notOk(report));
        assertEquals(RunState.COMPLETED, report.state());
        assertEquals(List.of("a", "b/1", "b/2", "b/3", "e", "f"), seen);
    }

    @Test
    void whateverAFileSystemThrowsIsHeldAgainstItsEntry() {
        make();
        for (Act act : List.of(Act.ATTRIBUTES, Act.LIST, Act.NEXT, Act.OPEN, Act.READ)) {
            boolean ofDirectory = act == Act.LIST || act == Act.NEXT;
            ProcessingReport report = run(builder(), (is, file, time) -> {
                if (is == act && file.endsWith(ofDirectory ? "b" : "a")) {
                    throw new IllegalStateException("planned");
                }
            });
            assertEquals(Map.of(ofDirectory ? "b" : "a", "FAILED IO"), notOk(report), act::toString);
            assertEquals(RunState.COMPLETED, report.state());
            assertEquals(0, left);
        }
    }

    @Test
    void aPathWithoutAnAddressFailsTheRunThatMustWriteItDown() {
        make();
        ProcessingReport report = run(
                builder().batchSize(1).checkpoint(dir.resolveSibling("journal-" + dir.getFileName())),
                at(Act.URI, "b/1", new IOException("planned")));
        assertEquals(RunState.FAILED, report.state());
        assertEquals(1, report.batches());
        assertEquals(1, report.uncommitted());
        assertTrue(report.failure().message().contains("checkpoint"), report::toText);
    }

    @Test
    void aPathWithoutAnAddressIsALineThatIsLost() throws IOException {
        make();
        Path rows = Files.createTempFile("rows", ".jsonl");
        try {
            ProcessingReport report = run(builder().reportTo(rows), (act, file, time) -> {
                if (act == Act.OPEN && !file.endsWith("f") || act == Act.URI && file.endsWith("1")) {
                    throw new IOException("planned");
                }
            });
            assertEquals(RunState.COMPLETED, report.state());
            assertEquals(6, report.count(Outcome.FAILED));
            assertEquals(1, report.lostLines());
            assertEquals(5, Files.readAllLines(rows).size());
        } finally {
            Files.delete(rows);
        }
    }

    // ---- no descriptors left ---------------------------------------------------------------------------------------

    private static FileSystemException tooMany(Path file) {
        return new FileSystemException(file.toString(), null, "Too many open files");
    }

    @Test
    void aFileIsOpenedOnceMoreWhereThereWereNoDescriptors() throws Exception {
        make();
        VirtualTime time = new VirtualTime();
        AtomicInteger tries = new AtomicInteger();
        try (FileProcessor timed =
                FileProcessor.builder("timed").timeSource(time).open()) {
            Asker<ProcessingReport> asker =
                    Asker.of(() -> run(TreeProcessor.builder("faults", timed).timeSource(time), (act, file, times) -> {
                        if (act == Act.OPEN && file.endsWith("2") && tries.incrementAndGet() == 1) {
                            throw tooMany(file);
                        }
                    }));
            Await.until("it waits", () -> time.parked() == 1);
            assertEquals(1, tries.get());
            time.advance(Duration.ofMillis(100));
            ProcessingReport report = asker.result();
            assertEquals(2, tries.get());
            assertEquals(7, report.count(Outcome.DONE), report::toText);
        }
    }

    @Test
    void aFileThatCannotBeOpenedTheSecondTimeHasFailed() {
        make();
        AtomicInteger tries = new AtomicInteger();
        ProcessingReport report = run(builder(), (act, file, times) -> {
            if (act == Act.OPEN && file.endsWith("2")) {
                tries.incrementAndGet();
                throw tooMany(file);
            }
        });
        assertEquals(2, tries.get());
        assertEquals(Map.of("b/2", "FAILED IO"), notOk(report));
        assertEquals(6, report.count(Outcome.DONE));
    }

    @Test
    void aDirectoryIsListedOnceMoreWhereThereWereNoDescriptors() {
        make();
        AtomicInteger tries = new AtomicInteger();
        ProcessingReport report = run(builder(), (act, file, times) -> {
            if (act == Act.LIST && file.endsWith("b") && tries.incrementAndGet() == 1) {
                throw tooMany(file);
            }
        });
        assertEquals(2, tries.get());
        assertEquals(7, report.count(Outcome.DONE), report::toText);
    }

    @Test
    void closingTheProcessorEndsTheWaitForADescriptor() throws Exception {
        make();
        VirtualTime time = new VirtualTime(); // never advanced
        for (Act act : List.of(Act.OPEN, Act.LIST)) {
            FaultyFiles faulty = new FaultyFiles(dir, (is, file, times) -> {
                if (is == act && file.endsWith(act == Act.OPEN ? "2" : "b")) {
                    throw tooMany(file);
                }
            });
            try (FileProcessor timed =
                            FileProcessor.builder("timed").timeSource(time).open();
                    TreeProcessor tree = TreeProcessor.builder("faults", timed)
                            .timeSource(time)
                            .open()) {
                Asker<ProcessingReport> asker =
                        Asker.of(() -> tree.process(faulty.wrap(dir), (file, context) -> file.readText()));
                Await.until("it waits", () -> time.parked() == 1);
                tree.close();
                ProcessingReport report = asker.result();
                assertEquals(RunState.CANCELLED, report.state(), act::toString);
                assertEquals(0, faulty.open());
            }
        }
    }

    // ---- at random -------------------------------------------------------------------------------------------------

    @Test
    void afterManyFaultsNothingIsOpenAndEverythingIsCounted() {
        for (int i = 0; i < 500; i++) {
            Trees.file(dir, "d" + i % 9 + "/e" + i % 4 + "/f" + i, "x".repeat(1 + i % 30 * 400));
        }
        Random random = new Random(HANDLINGS);
        int before = Descriptors.count();
        int threads = Thread.activeCount();
        for (long handled = 0; handled < HANDLINGS; ) {
            seen.clear();
            ProcessingReport report = run(
                    builder().parallelism(1 + random.nextInt(4)).batchSize(1 + random.nextInt(100)),
                    (act, file, time) -> {
                        if (act != Act.URI && act != Act.CLOSE && !file.equals(dir) && random.nextInt(30) == 0) {
                            throw random.nextBoolean()
                                    ? new IOException("planned")
                                    : new AccessDeniedException(file.toString());
                        }
                    });
            assertEquals(RunState.COMPLETED, report.state(), report::toText);
            assertEquals(
                    report.entries(),
                    report.count(Outcome.DONE)
                            + report.count(Outcome.FAILED)
                            + report.count(Outcome.CHANGED_WHILE_READING)); // it could not be looked at again
            assertTrue(report.count(Outcome.FAILED) > 0, report::toText);
            assertEquals(0, left);
            handled += seen.size();
        }
        assertEquals(List.of(), Descriptors.below(dir));
        assertTrue(Descriptors.count() <= before + 2, before + " descriptors, then " + Descriptors.count());
        assertTrue(Thread.activeCount() <= threads + 2, threads + " threads, then " + Thread.activeCount());
    }
}
