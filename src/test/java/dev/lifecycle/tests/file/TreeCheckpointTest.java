package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.Batch;
import dev.lifecycle.file.CheckpointException;
import dev.lifecycle.file.Durability;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.RunState;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.file.TreeProcessorBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that end before they are done, and are resumed: each file is reported once. */
@Timeout(60)
class TreeCheckpointTest {
    @TempDir
    Path dir;

    private final FileProcessor files = FileProcessor.builder("files").open();
    private Path root;
    private Path journal;
    private final List<String> committed = new ArrayList<>();
    private final List<Batch> batches = new ArrayList<>();

    @BeforeEach
    void make() throws IOException {
        root = Files.createDirectory(dir.resolve("root"));
        journal = dir.resolve("journal");
    }

    @AfterEach
    void close() {
        files.close();
    }

    private TreeProcessorBuilder builder() {
        return TreeProcessor.builder("checkpoint", files)
                .batchSize(4)
                .checkpoint(journal)
                .onBatch(batch -> {
                    batches.add(batch);
                    committed.addAll(Trees.paths(root, batch));
                });
    }

    private ProcessingReport run(TreeProcessorBuilder builder) {
        try (TreeProcessor tree = builder.open()) {
            return tree.process(root, (file, context) -> file.readText());
        }
    }

    private TreeProcessorBuilder failingAt(long batch) {
        return builder().onBatch(each -> {
            if (each.sequence() == batch) {
                throw new IOException("planned");
            }
            committed.addAll(Trees.paths(root, each));
        });
    }

    private static final List<String> SOME =
            List.of("a", "b/1", "b/2/x", "b/2/y", "b/3", "b.c", "d/e/f/g", "d/e/h", "i", "j");

    private void some() {
        SOME.forEach(name -> Trees.file(root, name));
    }

    // ---- resuming --------------------------------------------------------------------------------------------------

    @Test
    void aRunGoesOnBehindTheLastBatchThatWasCommitted() {
        some();
        for (int size = 1; size <= 10; size++) {
            for (int at = 1; at <= (10 + size - 1) / size; at++) {
                committed.clear();
                batches.clear();
                ProcessingReport first = run(failingAt(at).batchSize(size));
                assertEquals(RunState.FAILED, first.state());
                assertEquals(at - 1, first.batches());
                ProcessingReport second = run(builder().batchSize(size));
                assertEquals(Trees.naive(root), committed, size + " at " + at);
                assertEquals(RunState.COMPLETED, second.state());
                assertEquals(10, second.count(Outcome.DONE));
                assertEquals(10, second.entries());
                assertEquals(at - 1, second.resumedBatches());
                assertEquals(6, second.directories());
                assertEquals(SOME.stream().mapToInt(String::length).sum(), second.bytes());
                assertEquals(at, batches.get(0).sequence());
                assertTrue(batches.get(0).replayed());
                assertTrue(batches.stream().skip(1).noneMatch(Batch::replayed));
                assertTrue(journal.toFile().delete());
            }
        }
    }

    @Test
    void allThatIsCountedIsCountedOnce() throws IOException {
        some();
        Files.createSymbolicLink(root.resolve("b/link"), root);
        Files.createSymbolicLink(root.resolve("z"), root);
        Trees.file(root, "a.no");
        Trees.file(root, "d/no/x");
        Trees.file(root, "k.no");
        UnaryOperator<TreeProcessorBuilder> filtered = each -> each.exclude("**/*.no", "**/no/**");
        ProcessingReport whole = run(filtered.apply(builder()));
        assertTrue(journal.toFile().delete());
        for (int at = 1; at <= 10; at++) {
            run(filtered.apply(failingAt(at)).batchSize(1));
            ProcessingReport resumed = run(filtered.apply(builder()));
            assertEquals(whole.outcomes(), resumed.outcomes());
            assertEquals(whole.reasons(), resumed.reasons());
            assertEquals(whole.directories(), resumed.directories());
            assertEquals(3, resumed.count(Reason.FILTERED));
            assertEquals(2, resumed.count(Reason.LINK));
            assertTrue(journal.toFile().delete());
        }
    }

    @Test
    void aCompletedRunIsNotRepeated() {
        some();
        ProcessingReport first = run(builder());
        batches.clear();
        Trees.file(root, "zz");
        ProcessingReport second = run(builder());
        assertEquals(RunState.COMPLETED, second.state());
        assertEquals(first.outcomes(), second.outcomes());
        assertEquals(3, second.resumedBatches());
        assertEquals(List.of(), batches);
    }

    @Test
    void whatVanishedBeforeTheResumeDoesNotMatter() throws IOException {
        some();
        run(failingAt(2)); // a, b/1, b/2/x, b/2/y are committed
        Trees.delete(root.resolve("b/2"));
        run(builder());
        assertEquals(List.of("a", "b/1", "b/2/x", "b/2/y", "b/3", "b.c", "d/e/f/g", "d/e/h", "i", "j"), committed);
        assertTrue(journal.toFile().delete());
        committed.clear();
        some();
        run(failingAt(2));
        Trees.delete(root.resolve("b"));
        run(builder());
        assertEquals(List.of("a", "b/1", "b/2/x", "b/2/y", "b.c", "d/e/f/g", "d/e/h", "i", "j"), committed);
    }

    @Test
    void aLimitCountsTheRunsBefore() {
        some();
        run(failingAt(2).maxFiles(7));
        ProcessingReport second = run(builder().maxFiles(7));
        assertEquals(RunState.LIMITED, second.state());
        assertEquals(7, second.count(Outcome.DONE));
        ProcessingReport third = run(builder().maxFiles(9));
        assertEquals(9, third.count(Outcome.DONE));
        assertEquals(RunState.COMPLETED, run(builder()).state());
        assertEquals(Trees.naive(root), committed);
    }

    @Test
    void namesOfAnyBytesAreResumed() throws Exception {
        Path script = Files.writeString(
                dir.resolve("make"),
                "cd \"$1\" && for n in 'a\\nb' '\\377\\376' ' ' '%%41' 'x;y?z#' '\\303\\244'; do : > \"$(printf \"$n\")\"; done");
        Process made = new ProcessBuilder("/bin/sh", script.toString(), root.toString()).start();
        Assumptions.assumeTrue(made.waitFor() == 0, "such names cannot be made here");
        for (int at = 1; at <= 6; at++) {
            run(failingAt(at).batchSize(1));
            ProcessingReport second = run(builder().batchSize(1));
            assertEquals(6, second.entries(), second::toText);
            assertEquals(6, second.count(Outcome.DONE), second::toText);
            assertTrue(journal.toFile().delete());
        }
    }

    @Test
    void theFileOfTheReportGoesOnWhereItsBatchWasCommitted() throws IOException {
        Path rows = dir.resolve("rows");
        Trees.files(root, 12);
        TreeProcessorBuilder first = failingAt(3).reportTo(rows);
        try (TreeProcessor tree = first.open()) {
            tree.process(root, (file, context) -> {
                throw new IOException("planned");
            });
        }
        assertEquals(8, Trees.read(rows).lines().count());
        Files.writeString(rows, Trees.read(rows) + "{\"batch\":3,\"uri\":\"of a batch that was not comm");
        try (TreeProcessor tree = builder().reportTo(rows).open()) {
            tree.process(root, (file, context) -> {
                throw new IOException("planned");
            });
        }
        List<String> lines = Trees.read(rows).lines().toList();
        assertEquals(12, lines.size());
        for (int i = 0; i < 12; i++) {
            assertTrue(lines.get(i).startsWith("{\"batch\":" + (1 + i / 4) + ","), lines.get(i));
            assertTrue(lines.get(i).contains(String.format("f%03d\"", i)), lines.get(i));
        }
    }

    @Test
    void powerIsWaitedFor() {
        some();
        run(failingAt(2).durability(Durability.POWER));
        assertEquals(
                RunState.COMPLETED, run(builder().durability(Durability.POWER)).state());
        assertEquals(Trees.naive(root), committed);
    }

    // ---- checkpoints that are damaged ------------------------------------------------------------------------------

    /** Resumes with {@code bytes} as the checkpoint; returns what was refused, or null where each file was counted once. */
    private String resume(byte[] bytes) throws IOException {
        Files.write(journal, bytes);
        batches.clear();
        try {
            ProcessingReport report = run(builder());
            assertEquals(RunState.COMPLETED, report.state());
            assertEquals(10, report.count(Outcome.DONE), report::toText);
            assertEquals(10, report.entries());
            long first = report.resumedBatches();
            List<Long> sequences = new ArrayList<>();
            batches.forEach(batch -> sequences.add(batch.sequence()));
            for (int i = 0; i < sequences.size(); i++) {
                assertEquals(first + 1 + i, sequences.get(i));
            }
            return null;
        } catch (CheckpointException refused) {
            assertEquals(List.of(), batches);
            return refused.getMessage();
        }
    }

    @Test
    void aCheckpointThatIsCutAnywhereIsResumedAndNeverWrong() throws IOException {
        some();
        run(builder());
        byte[] whole = Files.readAllBytes(journal);
        run(failingAt(9)); // completed before
        for (int length = 0; length <= whole.length; length++) {
            String refused = resume(Arrays.copyOf(whole, length));
            assertEquals(null, refused, "cut at " + length);
        }
    }

    @Test
    void aCheckpointThatIsDamagedAnywhereIsResumedOrRefusedAndNeverWrong() throws IOException {
        some();
        run(builder());
        byte[] whole = Files.readAllBytes(journal);
        int refused = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            String message = resume(damaged);
            if (message != null) {
                refused++;
                assertTrue(
                        message.contains(journal.toString())
                                && message.contains("delete it to begin anew".substring(1)),
                        message);
            }
            assertTrue(message == null || at < 800, "refused for byte " + at + ": " + message);
        }
        assertTrue(refused > 50, "refused " + refused);
    }

    @Test
    void whatIsBehindATornRecordIsNotBelieved() throws IOException {
        some();
        run(failingAt(3));
        byte[] two = Files.readAllBytes(journal);
        byte[] garbage = Arrays.copyOf(two, two.length + 5_000);
        Arrays.fill(garbage, two.length, garbage.length, (byte) 7);
        assertEquals(null, resume(garbage));
        assertEquals(3, batches.get(0).sequence());
    }

    // ---- checkpoints of others -------------------------------------------------------------------------------------

    private String refusal(TreeProcessorBuilder builder, Path of) {
        try (TreeProcessor tree = builder.open()) {
            return assertThrows(CheckpointException.class, () -> tree.process(of, (file, context) -> null))
                    .getMessage();
        }
    }

    @Test
    void theDifferenceToAnotherRunIsNamed() throws IOException {
        some();
        run(failingAt(2));
        byte[] before = Files.readAllBytes(journal);
        Path other = Files.createDirectory(dir.resolve("other"));
        assertTrue(refusal(builder(), other).contains("its root is " + root.toUri()), refusal(builder(), other));
        assertTrue(refusal(builder().include("*.java"), root).contains("include is [], that of this run [*.java]"));
        assertTrue(refusal(builder().exclude("a\nb"), root).contains("exclude"));
        assertTrue(refusal(builder().followLinks(true), root).contains("followLinks is false, that of this run true"));
        assertTrue(refusal(builder().maxDepth(7), root).contains("maxDepth is 256, that of this run 7"));
        assertTrue(refusal(builder().filter(info -> true), root).contains("filter is none"));
        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(journal)));
        assertEquals(
                RunState.COMPLETED, run(builder().batchSize(2).parallelism(3)).state()); // these may differ
    }

    @Test
    void anotherDirectoryInThePlaceOfTheRootIsRefused() throws IOException {
        some();
        run(failingAt(2));
        Files.move(root, dir.resolve("moved"));
        some();
        Object key = Files.readAttributes(root, java.nio.file.attribute.BasicFileAttributes.class)
                .fileKey();
        Assumptions.assumeTrue(key != null, "no file keys here");
        assertTrue(refusal(builder(), root).contains("root key"), refusal(builder(), root));
    }

    @Test
    void globsWithAnyCharactersAreKept() throws IOException {
        some();
        UnaryOperator<TreeProcessorBuilder> odd = each -> each.exclude("x\n\\\\y=z", "\\*n", "c\rd", "\ud800");
        run(odd.apply(failingAt(2)));
        assertEquals(RunState.COMPLETED, run(odd.apply(builder())).state());
        assertEquals(Trees.naive(root), committed);
    }

    @Test
    void oneGlobWithACommaIsNotTwo() {
        some();
        run(failingAt(2).exclude("x, y"));
        assertTrue(refusal(builder().exclude("x", "y"), root).contains("exclude"));
    }

    @Test
    void aReportThatIsTheCheckpointUnderAnotherNameIsRefused() throws IOException {
        some();
        run(failingAt(2));
        byte[] before = Files.readAllBytes(journal);
        Path link = Files.createSymbolicLink(dir.resolve("link"), journal);
        assertTrue(refusal(builder().reportTo(link), root).contains("reportTo"));
        assertTrue(refusal(builder().reportTo(dir.resolve("./root/../journal")), root)
                .contains("reportTo"));
        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(journal)));
        Files.delete(journal);
        assertTrue(refusal(builder().reportTo(link), root).contains("reportTo")); // it is made by the run
    }

    @Test
    void anotherFileOrVersionIsRefusedAndLeftAlone() throws IOException {
        some();
        Files.writeString(journal, "These are the notes of somebody, and no checkpoint at all.".repeat(20));
        assertTrue(refusal(builder(), root).contains("begins with other bytes"));
        assertTrue(Trees.read(journal).startsWith("These are the notes"));
        Files.delete(journal);
        run(failingAt(2));
        byte[] newer = Files.readAllBytes(journal);
        newer[11] = 9;
        Files.write(journal, newer);
        assertTrue(refusal(builder(), root).contains("has version 9, this library writes 1"));
    }

    @Test
    void aCheckpointInUseIsRefused() {
        some();
        AtomicReference<String> message = new AtomicReference<>();
        ProcessingReport report = run(builder().onBatch(batch -> message.set(refusal(builder(), root))));
        assertEquals(RunState.COMPLETED, report.state());
        assertTrue(message.get().contains("in use by another run"), message.get());
        assertEquals(RunState.COMPLETED, run(builder()).state());
    }

    @Test
    void aCheckpointThatCannotBeOpenedIsRefused() throws IOException {
        some();
        Path folder = Files.createDirectory(dir.resolve("folder"));
        for (Path each : List.of(dir.resolve("no/such/journal"), folder, Path.of("/dev/full"))) {
            assertTrue(refusal(builder().checkpoint(each), root).contains(each.toString()));
        }
    }

    @Test
    void nothingIsWrittenBesideTheCheckpoint() throws IOException {
        some();
        run(builder());
        try (var list = Files.list(dir)) {
            assertEquals(2, list.count());
        }
        assertFalse(Descriptors.below(dir).stream().anyMatch(each -> each.endsWith("journal")));
    }
}
