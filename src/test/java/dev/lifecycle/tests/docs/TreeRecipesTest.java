package dev.lifecycle.tests.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.ProgressListener;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.RunState;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/files.md that are about trees. */
class TreeRecipesTest {
    @TempDir
    Path folder;

    private Path checkout;

    @BeforeEach
    void write() throws IOException {
        checkout = folder.resolve("checkout");
        for (int i = 0; i < 250; i++) {
            Path file = checkout.resolve("module" + i % 5 + "/src/Class" + i + ".java");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "class Class" + i + " {\n}\n", UTF_8);
        }
        Files.createDirectories(checkout.resolve(".git"));
        Files.writeString(checkout.resolve(".git/Hidden.java"), "no");
        Files.writeString(checkout.resolve("read.me"), "no");
    }

    /** Of a text that is indexed. */
    private record Document(String path, int length) {}

    @Test
    void indexesATree() {
        List<Document> index = new ArrayList<>();
        // @start region="tree"
        try (Scope app = Scope.open("search")) {
            FileProcessor files =
                    FileProcessor.builder("sources").maxContent(20_000).open(app); // limits and time-outs of each file
            TreeProcessor tree = TreeProcessor.builder("index", files)
                    .include("**/*.java")
                    .exclude("**/.git/**") // not entered
                    .batchSize(100)
                    .onBatch(batch -> index.addAll(batch.values(Document.class))) // then the batch is let go
                    .open(app);
            ProcessingReport report = tree.process(
                    checkout,
                    (file, context) -> new Document(
                            file.relative().toString(),
                            file.readText().orThrow().length()));
            assertTrue(report.ok(), report::toText); // one that cannot be read does not end it: it is in there
            assertEquals(250, report.count(Outcome.DONE));
            assertEquals(3, report.batches());
        }
        // @end
        assertEquals(250, index.size());
    }

    @Test
    void resumes() {
        Path journal = folder.resolve("index.checkpoint");
        List<Long> committed = new ArrayList<>();
        try (FileProcessor files = FileProcessor.builder("sources").open()) {
            // @start region="resume"
            try (TreeProcessor tree = TreeProcessor.builder("index", files)
                    .checkpoint(journal)
                    .onBatch(batch -> {
                        if (batch.sequence() == 3 && !batch.replayed()) {
                            throw new IOException("the index is away"); // as if the process had been killed here
                        }
                        committed.add(batch.sequence());
                    })
                    .open()) {
                ProcessingReport first = tree.process(checkout, (file, context) -> file.countLines());
                assertEquals(RunState.FAILED, first.state());

                ProcessingReport second = tree.process(checkout, (file, context) -> file.countLines());
                assertEquals(RunState.COMPLETED, second.state());
                assertEquals(2, second.resumedBatches()); // these were not read again
                assertEquals(252, second.count(Outcome.DONE)); // of both runs, each file once
                assertEquals(List.of(1L, 2L, 3L), committed);
            }
            // @end
        }
    }

    @Test
    void showsProgress() {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(console, true, UTF_8);
        try (FileProcessor files = FileProcessor.builder("sources").open()) {
            // @start region="progress"
            try (TreeProcessor tree = TreeProcessor.builder("index", files)
                    .progress(ProgressListener.console(out)) // one line on a terminal; elsewhere a line now and then
                    .precount(true) // so that it knows how long it will take
                    .open()) {
                tree.process(checkout, (file, context) -> file.validate());
            }
            // @end
        }
        assertTrue(console.toString(UTF_8).contains("252"), console.toString(UTF_8));
    }

    @Test
    void isATask() throws Exception {
        try (FileProcessor files = FileProcessor.builder("sources").open();
                TaskManager tasks =
                        TaskManager.builder("jobs").maxConcurrency(1).open()) {
            // @start region="task"
            try (TreeProcessor tree = TreeProcessor.builder("index", files)
                    .parallelism(2)
                    .reportTo(folder.resolve("failed.jsonl")) // all that went wrong, however much
                    .open()) {
                TaskHandle<ProcessingReport> run = tree.submit(checkout, (file, context) -> file.countLines(), tasks);
                ProcessingReport report = run.join(); // or run.cancel("not needed any more")
                assertEquals(0, report.count(Reason.IO));
            }
            // @end
        }
    }
}
