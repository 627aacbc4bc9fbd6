package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.State;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.file.TreeProcessorBuilder;
import dev.lifecycle.file.TreeProcessorClosedException;
import dev.lifecycle.spi.Glob;
import dev.lifecycle.tests.api.Await;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of a tree, and what cannot. */
class TreeBuilderTest {
    @TempDir
    Path dir;

    private static void refused(String message, Consumer<TreeProcessorBuilder> setting) {
        try (FileProcessor files = FileProcessor.builder("files").open()) {
            TreeProcessorBuilder builder = TreeProcessor.builder("tree", files);
            String said = assertThrows(IllegalArgumentException.class, () -> {
                        setting.accept(builder);
                        builder.open().close();
                    })
                    .getMessage();
            assertTrue(said.contains(message), said);
        }
    }

    @Test
    void settingsOutOfBoundsAreRefusedWithNameValueAndBound() {
        refused("maxDepth is 0; it must be at least 1", b -> b.maxDepth(0));
        refused("maxFiles is 0; it must be at least 1", b -> b.maxFiles(0));
        refused("maxTotalBytes is -1; it must be at least 1", b -> b.maxTotalBytes(-1));
        refused("maxNames is 15; it must be at least 16", b -> b.maxNames(15));
        refused("batchSize is 0; it must be between 1 and 100000", b -> b.batchSize(0));
        refused("batchSize is 100001; it must be between 1 and 100000", b -> b.batchSize(100_001));
        refused("batchBytes is 0; it must be at least 1", b -> b.batchBytes(0));
        refused("parallelism is 257; it must be between 1 and 256", b -> b.parallelism(257));
        refused("memoryBudget is 0; it must be at least 1", b -> b.memoryBudget(0));
        refused("maxPause is PT-1S; it must not be negative", b -> b.maxPause(Duration.ofSeconds(-1)));
        refused("timeout is PT0S; it must be positive", b -> b.timeout(Duration.ZERO));
        refused("every is PT0S; it must be positive", b -> b.progress(p -> {}, Duration.ZERO));
        refused("detail is -1; it must be between 0 and 1000000", b -> b.detail(-1));
        refused("allowEscape is true, followLinks false", b -> b.allowEscape(true));
        refused(
                "checkpoint and reportTo are both",
                b -> b.checkpoint(Path.of("x")).reportTo(Path.of("./x").normalize()));
    }

    @Test
    void nothingIsNull() {
        try (FileProcessor files = FileProcessor.builder("files").open()) {
            TreeProcessorBuilder builder = TreeProcessor.builder("tree", files);
            List<Runnable> calls = List.of(
                    () -> TreeProcessor.builder(null, files),
                    () -> TreeProcessor.builder("tree", null),
                    () -> builder.include((String) null),
                    () -> builder.filter(null),
                    () -> builder.pressure(null),
                    () -> builder.maxPause(null),
                    () -> builder.checkpoint(null),
                    () -> builder.durability(null),
                    () -> builder.progress(null),
                    () -> builder.onBatch(null),
                    () -> builder.reportTo(null),
                    () -> builder.timeout(null),
                    () -> builder.timeSource(null),
                    () -> builder.open(null));
            calls.forEach(each -> assertThrows(NullPointerException.class, each::run));
            try (TreeProcessor tree = builder.open()) {
                assertThrows(NullPointerException.class, () -> tree.process(null, (file, context) -> null));
                assertThrows(NullPointerException.class, () -> tree.process(dir, null));
            }
        }
    }

    @Test
    void filesOfOtherFileSystemsAreRefused() throws Exception {
        URI zip = URI.create("jar:" + dir.resolve("x.zip").toUri());
        try (FileSystem other = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            refused("a file of the default file system", b -> b.checkpoint(other.getPath("/journal")));
            refused("a file of the default file system", b -> b.reportTo(other.getPath("/rows")));
        }
    }

    @Test
    void anotherFileSystemIsWalked() throws Exception {
        URI zip = URI.create("jar:" + dir.resolve("x.zip").toUri());
        try (FileSystem other = FileSystems.newFileSystem(zip, Map.of("create", "true"));
                FileProcessor files = FileProcessor.builder("files").open();
                TreeProcessor tree = TreeProcessor.builder("tree", files)
                        .include("**/*.txt")
                        .checkpoint(dir.resolve("journal"))
                        .open()) {
            Path root = other.getPath("/root");
            List.of("b/x.txt", "a.txt", "c.no").forEach(name -> Trees.file(root, name));
            StringBuilder text = new StringBuilder();
            ProcessingReport report = tree.process(
                    root,
                    (file, context) -> text.append(file.readText().orThrow()).append(' '));
            assertTrue(report.ok(), report::toText);
            assertEquals("a.txt b/x.txt ", text.toString());
        }
    }

    @Test
    void aProcessorHasANameAStateAndAnEnd() {
        try (FileProcessor files = FileProcessor.builder("files").open()) {
            TreeProcessor tree = TreeProcessor.builder("tree", files).open();
            assertEquals("tree", tree.name());
            assertEquals(Kind.TREE_PROCESSOR, tree.kind());
            assertEquals(State.OPEN, tree.state());
            assertTrue(tree.latest().isEmpty());
            tree.close();
            tree.close();
            assertEquals(State.CLOSED, tree.state());
            String message = assertThrows(
                            TreeProcessorClosedException.class, () -> tree.process(dir, (file, context) -> null))
                    .getMessage();
            assertTrue(message.startsWith("TreeProcessor tree is closed"), message);
            assertEquals(State.OPEN, files.state());
        }
    }

    // ---- globs -----------------------------------------------------------------------------------------------------

    private static void matches(String glob, String yes, String no) {
        Glob parsed = Glob.of(glob);
        for (String each : yes.split(" ")) {
            assertTrue(parsed.matches(each), glob + " does not match " + each);
        }
        for (String each : no.split(" ")) {
            assertFalse(parsed.matches(each), glob + " matches " + each);
        }
    }

    @Test
    void globsMatchAsIsWritten() {
        matches("**/*.java", "A.java a/A.java a/b/.java", "A.javax A.java/x a/Ajava");
        matches("*.java", "A.java .java", "a/A.java");
        matches("**/.git/**", ".git a/.git .git/x a/.git/b/c", ".gitx a.git .git.x a/x.git/b");
        matches("src/**", "src src/a src/a/b", "srcs a/src");
        matches("**/a/**", "a b/a b/a/c", "ab ba/c");
        matches("a/**/b", "a/b a/x/b a/x/y/b", "ab a/xb a/b/c");
        matches("a?c", "abc a.c", "ac a/c abbc");
        matches("[a-c]x", "ax bx cx", "dx x -x");
        matches("[!a-c]x", "dx -x", "ax /x x");
        matches("[-a]x", "-x ax", "bx");
        matches("[a-]x", "-x ax", "bx");
        matches("[]]x", "]x", "x");
        matches("a[b/]c", "abc", "a/c");
        matches("*.{java,kt}", "a.java a.kt", "a.jav a.javakt a.");
        matches("a\\*b", "a*b", "axb");
        matches("a.b+c(d)^$|", "a.b+c(d)^$|", "axb+c(d)^$|");
        matches("a&&b~#-", "a&&b~#-", "ab");
        matches("[&&x]", "& x", "y");
        matches("a,b", "a,b", "a b");
        matches("**/x*y", "xy a/xzy", "x/y a/x/y");
        matches("{**/*.java,**/*.kt}", "A.java a/A.java a/b/c.kt", "a/A.javax b");
        matches("{src,target}/**", "src target/a", "srcs a/src");
        matches("{src/**,target/**}", "src target/a/b target", "srcs a/src");
        matches("x{**/a,b}", "xb xy/a xy/z/a", "a b");
        matches("**/*\u00e9", "\u00e9 a/b\u00e9", "e");
    }

    @Test
    void aPathOfAnyDepthIsMatchedOnASmallStack() throws InterruptedException {
        String deep = "d/".repeat(2_000);
        assertTrue(Await.onSmallStack(() -> Glob.of("**/x?y").matches(deep + "x1y")));
        assertFalse(Await.onSmallStack(() -> Glob.of("d/**/x?y").matches(deep + "xy")));
        assertTrue(Await.onSmallStack(() -> Glob.of("**/[d]/**").matches(deep + "xy")));
    }

    @Test
    void aNewlineIsACharacterAsAnyOther() {
        assertTrue(Glob.of("**").matches("a\nb"));
        assertTrue(Glob.of("*").matches("a\nb"));
        assertTrue(Glob.of("a/**").matches("a/x\ny"));
    }

    @Test
    void globsThatMakeNoSenseAreRefused() {
        for (String each :
                List.of("", "/a", "[a", "[", "[!", "[!]", "{a", "a}", "{a{b}}", "a\\", "[b-a]x", "a/", "a//b")) {
            refused("glob is \"" + each.replace("\n", ""), b -> b.include(each));
        }
    }

    @Provide
    Arbitrary<String> text() {
        return Arbitraries.strings().withChars("ab*?[]{}!-\\/,.^$&|()+").ofMaxLength(9);
    }

    @Property(tries = 3_000)
    void anyTextIsAGlobOrRefused(@ForAll("text") String glob, @ForAll("text") String path) {
        try {
            Glob.of(glob).matches(path);
        } catch (IllegalArgumentException refused) {
            assertTrue(refused.getMessage().startsWith("glob is "), refused::getMessage);
        }
    }
}
