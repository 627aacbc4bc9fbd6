package dev.lifecycle.lab;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Line;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.RunState;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A service that indexes documents: those of a tree, and now and then one that is larger than all memory. */
final class RepositoryScenario implements Scenario {
    private static final long HUGE_BYTES = 2L << 30;
    private static final int ONE_IN = 2_048;

    @Override
    public String name() {
        return "repository";
    }

    @Override
    public String story() {
        return "A service indexes the documents of a tree, and those that are uploaded later: of each it keeps how many lines it has and how long the"
                + " longest one is. It reads a whole document to know: that went well for all of the tree, until somebody uploaded a file of 2 GiB.";
    }

    @Override
    public Service open(Variant variant, Input input) throws IOException {
        Path huge = Files.createTempFile("lifecycle-lab", ".upload");
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(HUGE_BYTES); // sparse: takes no room
        }
        huge.toFile().deleteOnExit();
        return variant == Variant.NAIVE ? new Naive(input, huge) : new Managed(input, huge);
    }

    private static Path document(Input input, Path huge, long request) {
        boolean goesWell = (request & GOES_WELL) == GOES_WELL;
        return !goesWell && (request >>> 32) % ONE_IN == 0 ? huge : input.file(request >>> 16);
    }

    /** What is kept of a document. */
    private record Entry(long lines, long longest) {}

    /** As it was. */
    private static final class Naive implements Service {
        private final Input input;
        private final Path huge;
        private final Map<Path, Entry> index = new HashMap<>();

        Naive(Input input, Path huge) throws IOException {
            this.input = input;
            this.huge = huge;
            for (Path document : input.files()) {
                index(document);
            }
        }

        @Override
        public boolean serve(long request) throws IOException {
            index(document(input, huge, request));
            return true;
        }

        private void index(Path document) throws IOException {
            List<String> lines = new String(Files.readAllBytes(document), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            long longest = lines.stream().mapToInt(String::length).max().orElse(0);
            index.put(document, new Entry(lines.size(), longest));
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(huge);
        }
    }

    /** With the library: line by line, in memory that does not depend on the document. */
    private static final class Managed implements Service {
        private final Input input;
        private final Path huge;
        private final Map<Path, Entry> index = new HashMap<>();
        private final Scope app = Scope.open("repository");
        private final FileProcessor files = FileProcessor.builder("documents")
                .maxFileSize(4L << 30)
                .timeout(Duration.ofMinutes(1))
                .open(app);
        private final ProcessingReport tree;
        private long longest;

        Managed(Input input, Path huge) {
            this.input = input;
            this.huge = huge;
            TreeProcessor documents = TreeProcessor.builder("tree", files)
                    .exclude("**/.git/**", "**/target/**", "**/node_modules/**")
                    .open(app);
            tree = documents.process(input.root(), (file, context) -> {
                longest = 0;
                FileResult result = file.forEachLine(this::look);
                index.put(file.path(), new Entry(result.lines(), longest));
                return null;
            });
        }

        @Override
        public boolean serve(long request) throws IOException {
            Path document = document(input, huge, request);
            longest = 0;
            FileResult result = files.forEachLine(document, this::look).orThrow();
            index.put(document, new Entry(result.lines(), longest));
            return true;
        }

        private void look(Line line) {
            longest = Math.max(longest, line.length());
        }

        @Override
        public String found() {
            Entry entry = index.get(huge);
            return tree.count(Outcome.DONE) + " files of the tree were indexed in " + tree.batches() + " batches, "
                    + index.size() + " documents are now"
                    + (entry == null
                            ? ""
                            : ", among them one of 2 GiB, with " + entry.lines
                                    + (entry.lines == 1 ? " line" : " lines"));
        }

        @Override
        public String missed() {
            if (tree.state() != RunState.COMPLETED) {
                return "has not indexed all of the tree: " + tree;
            }
            return index.containsKey(huge) ? "" : "never met the file of 2 GiB: let it run longer";
        }

        @Override
        public void close() throws IOException {
            app.close();
            Files.deleteIfExists(huge);
        }
    }
}
