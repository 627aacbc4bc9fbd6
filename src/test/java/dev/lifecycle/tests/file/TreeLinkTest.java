package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.RunState;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.file.TreeProcessorBuilder;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Symbolic links, and files that are none. */
@Timeout(30)
class TreeLinkTest {
    @TempDir
    Path dir;

    private final FileProcessor files = FileProcessor.builder("files").open();
    private final List<String> seen = new ArrayList<>();
    private Path root;
    private Path outside;

    @BeforeEach
    void make() throws IOException {
        root = Files.createDirectory(dir.resolve("root"));
        outside = Files.createDirectory(dir.resolve("outside"));
        Trees.file(outside, "secret");
    }

    @AfterEach
    void close() {
        files.close();
    }

    private TreeProcessorBuilder following() {
        return TreeProcessor.builder("links", files).followLinks(true);
    }

    private ProcessingReport walk(TreeProcessorBuilder builder) {
        seen.clear();
        try (TreeProcessor tree = builder.open()) {
            return tree.process(root, (file, context) -> {
                FileResult result = file.forEachChunk(chunk -> {});
                seen.add(file.relative() + (result.ok() ? "" : " " + result.reason()));
                return null;
            });
        }
    }

    private void link(String name, String target) throws IOException {
        Files.createSymbolicLink(root.resolve(name), Path.of(target));
    }

    private Map<String, String> notOk(ProcessingReport report) {
        return report.detailed().stream()
                .collect(Collectors.toMap(
                        result -> root.relativize(Path.of(result.path())).toString(),
                        result -> result.outcome() + " " + result.reason()));
    }

    @Test
    void linksAreCountedAndNotFollowedUnlessAsked() throws IOException {
        Trees.file(root, "a");
        link("b", "a");
        link("c", "../outside");
        link("d", "nowhere");
        ProcessingReport report = walk(TreeProcessor.builder("links", files));
        assertEquals(List.of("a"), seen);
        assertEquals(3, report.count(Reason.LINK));
        assertEquals(3, report.count(Outcome.SKIPPED));
        assertEquals(4, report.entries());
        assertEquals(Map.of(), notOk(report));
    }

    @Test
    void linksToFilesAndDirectoriesWithinTheRootAreFollowed() throws IOException {
        Trees.file(root, "real/x");
        link("file", "real/x");
        link("again", "real");
        link("hop", "again");
        ProcessingReport report = walk(following());
        assertEquals(List.of("again/x", "file", "hop/x", "real/x"), seen);
        assertEquals(4, report.count(Outcome.DONE), report::toText);
    }

    @Test
    void circlesOfAnyLengthAreFound() throws IOException {
        Trees.file(root, "a/b/f");
        link("a/b/up", "..");
        link("a/b/top", "../..");
        link("self", "self");
        link("dot", ".");
        link("ping", "pong");
        link("pong", "ping");
        ProcessingReport report = walk(following());
        assertEquals(List.of("a/b/f"), seen);
        assertEquals(
                Map.of(
                        "a/b/up", "SKIPPED LINK_LOOP",
                        "a/b/top", "SKIPPED LINK_LOOP",
                        "self", "SKIPPED LINK_LOOP",
                        "dot", "SKIPPED LINK_LOOP",
                        "ping", "SKIPPED LINK_LOOP",
                        "pong", "SKIPPED LINK_LOOP"),
                notOk(report));
        assertEquals(RunState.COMPLETED, report.state());
    }

    @Test
    void aCircleBesideItselfIsFoundWhereItCloses() throws IOException {
        Trees.file(root, "a/x");
        Trees.file(root, "b/y");
        link("a/b", "../b");
        link("b/a", "../a");
        ProcessingReport report = walk(following());
        assertEquals(List.of("a/b/y", "a/x", "b/a/x", "b/y"), seen);
        assertEquals(Map.of("a/b/a", "SKIPPED LINK_LOOP", "b/a/b", "SKIPPED LINK_LOOP"), notOk(report));
    }

    @Test
    void theRootIsNotLeftForFilesNorDirectories() throws IOException {
        Trees.file(root, "a");
        link("dir", "../outside");
        link("file", "../outside/secret");
        link("absolute", outside.toString());
        link("parent", "..");
        ProcessingReport report = walk(following());
        assertEquals(List.of("a"), seen);
        assertEquals(4, report.count(Reason.LEAVES_ROOT), report::toText);
        assertEquals(4, report.count(Outcome.SKIPPED));
    }

    @Test
    void theRootIsLeftIfThatIsAsked() throws IOException {
        link("dir", "../outside");
        link("file", "../outside/secret");
        Files.createSymbolicLink(outside.resolve("back"), root);
        ProcessingReport report = walk(following().allowEscape(true));
        assertEquals(List.of("dir/secret", "file"), seen);
        assertEquals(Map.of("dir/back", "SKIPPED LINK_LOOP"), notOk(report));
    }

    @Test
    void aLinkThatLeadsNowhereHasVanished() throws IOException {
        link("gone", "nowhere");
        link("under", "nowhere/else");
        Trees.file(root, "z");
        ProcessingReport report = walk(following());
        assertEquals(List.of("z"), seen);
        assertEquals(Map.of("gone", "FAILED VANISHED", "under", "FAILED VANISHED"), notOk(report));
    }

    @Test
    void aRootThatIsALinkIsWalked() throws IOException {
        Trees.file(root, "a");
        Trees.file(root, "b/c");
        link("b/in", "../a");
        Path link = Files.createSymbolicLink(dir.resolve("link"), root);
        Path before = root;
        root = link;
        ProcessingReport report = walk(following());
        root = before;
        assertEquals(List.of("a", "b/c", "b/in"), seen);
        assertEquals(3, report.entries());
    }

    @Test
    void aLinkThatTakesThePlaceOfAFileAfterTheWalkIsNotRead() throws IOException {
        Trees.file(root, "a");
        Trees.file(root, "b");
        ProcessingReport report;
        List<String> content = new ArrayList<>();
        try (TreeProcessor tree = TreeProcessor.builder("links", files).open()) {
            report = tree.process(root, (file, context) -> {
                if (file.relative().toString().equals("a")) {
                    Files.delete(root.resolve("b"));
                    Files.createSymbolicLink(root.resolve("b"), outside.resolve("secret"));
                }
                content.add(file.readText().text());
                return null;
            });
        }
        assertEquals(List.of("a", ""), content);
        assertEquals(Map.of("b", "FAILED IO"), notOk(report));
    }

    @Test
    void specialFilesAreNeverOpened() throws Exception {
        Path fifo = root.resolve("fifo");
        Assumptions.assumeTrue(
                new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor() == 0, "no mkfifo");
        Trees.file(root, "z");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
            link("tofifo", "fifo");
            for (TreeProcessorBuilder each : List.of(TreeProcessor.builder("links", files), following())) {
                ProcessingReport report = walk(each);
                assertEquals(List.of("z"), seen);
                assertEquals("SKIPPED SPECIAL_FILE", notOk(report).get("fifo"));
                assertEquals("SKIPPED SPECIAL_FILE", notOk(report).get("socket"));
                assertEquals(4, report.entries());
            }
        }
    }

    // ---- swapped while the run goes on -----------------------------------------------------------------------------

    private interface Swap {
        void run() throws Exception;
    }

    /** Swaps before the file {@code a} is read, or while its hook is asked for. */
    private ProcessingReport walk(TreeProcessorBuilder builder, Swap swap) {
        seen.clear();
        try (TreeProcessor tree = builder.open()) {
            return tree.process(root, (file, context) -> {
                if (file.relative().toString().equals("a")) {
                    swap.run();
                }
                String text = file.readText().text();
                seen.add(file.relative() + " " + text);
                return null;
            });
        }
    }

    private static void fifo(Path at) throws Exception {
        Files.deleteIfExists(at);
        Assumptions.assumeTrue(
                new ProcessBuilder("mkfifo", at.toString()).start().waitFor() == 0, "no mkfifo");
    }

    @Test
    void aPipeThatTakesThePlaceOfAFileAfterTheWalkIsNeverOpened() throws Exception {
        Trees.file(root, "a");
        Trees.file(root, "b");
        Trees.file(root, "c");
        ProcessingReport report =
                walk(TreeProcessor.builder("links", files), () -> fifo(root.resolve("b"))); // would block for ever
        assertEquals(List.of("a a", "b ", "c c"), seen);
        assertEquals(Map.of("b", "FAILED SPECIAL_FILE"), notOk(report));
        assertEquals(RunState.COMPLETED, report.state());
    }

    @Test
    void aPipeBehindALinkIsNeverOpened() throws Exception {
        Trees.file(root, "a");
        Trees.file(root, "x/target");
        link("b", "x/target");
        ProcessingReport report = walk(following(), () -> fifo(root.resolve("x/target")));
        assertEquals(List.of("a a", "b ", "x/target "), seen);
        assertEquals(Map.of("b", "FAILED SPECIAL_FILE", "x/target", "FAILED SPECIAL_FILE"), notOk(report));
    }

    @Test
    void aLinkThatIsTurnedOutOfTheRootAfterTheWalkIsNotRead() throws Exception {
        Trees.file(root, "a");
        Trees.file(root, "x/target");
        link("b", "x/target");
        ProcessingReport report = walk(following(), () -> {
            Files.delete(root.resolve("b"));
            link("b", "../outside/secret");
        });
        assertEquals(List.of("a a", "b ", "x/target x/target"), seen);
        assertEquals(Map.of("b", "SKIPPED LEAVES_ROOT"), notOk(report));
    }

    @Test
    void aDirectoryThatIsSwappedForALinkAfterTheWalkIsNotLeftByItsFiles() throws Exception {
        for (TreeProcessorBuilder each : List.of(TreeProcessor.builder("links", files), following())) {
            Trees.delete(root);
            Trees.file(root, "a");
            Trees.file(root, "b/secret");
            Trees.file(root, "c");
            ProcessingReport report = walk(each, () -> {
                Trees.delete(root.resolve("b"));
                link("b", "../outside");
            });
            assertEquals(List.of("a a", "b/secret ", "c c"), seen);
            assertEquals(Map.of("b/secret", "SKIPPED LEAVES_ROOT"), notOk(report));
        }
    }

    @Test
    void aDirectoryThatIsSwappedForALinkWhileItIsWalkedIsNotListed() throws Exception {
        Trees.file(root, "a");
        for (int i = 0; i < 40; i++) {
            Trees.file(root, String.format("b/f%02d", i));
        }
        Trees.file(outside, "zzz");
        ProcessingReport report =
                walk(TreeProcessor.builder("links", files).batchSize(1).maxNames(16), () -> {
                    Files.move(root.resolve("b"), dir.resolve("moved")); // some of its names are known, others are not
                    link("b", "../outside");
                });
        assertEquals(0, seen.stream().filter(each -> each.contains("zzz")).count(), seen::toString);
        assertEquals("FAILED CHANGED", notOk(report).get("b"), report::toText);
        assertEquals(RunState.COMPLETED, report.state());
    }

    @Test
    void aDirectoryThatIsALinkOutOfTheRootWhenTheRunIsResumedIsNotEntered() throws Exception {
        Trees.file(root, "a");
        Trees.file(root, "b/1");
        Trees.file(root, "b/2");
        Trees.file(root, "c");
        for (boolean follows : new boolean[] {true, false}) {
            Path journal = dir.resolve("journal" + follows);
            TreeProcessorBuilder builder = TreeProcessor.builder("links", files)
                    .followLinks(follows)
                    .batchSize(2)
                    .checkpoint(journal);
            walk(builder.onBatch(batch -> {
                if (batch.sequence() == 2) {
                    throw new IOException("planned");
                }
            }));
            Files.move(root.resolve("b"), dir.resolve("moved"));
            link("b", "../outside");
            ProcessingReport report = walk(builder.onBatch(batch -> {}));
            assertEquals(List.of("c"), seen);
            assertEquals(RunState.COMPLETED, report.state());
            Files.delete(root.resolve("b"));
            Files.move(dir.resolve("moved"), root.resolve("b"));
        }
    }
}
