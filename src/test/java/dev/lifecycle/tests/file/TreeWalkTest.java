package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tree hands over, and in which order; against a walk by recursion. */
class TreeWalkTest {
    @TempDir
    Path dir;

    private final List<String> seen = new ArrayList<>();

    private ProcessingReport walk(TreeProcessorBuilder builder, Path root) {
        try (TreeProcessor tree = builder.open()) {
            return tree.process(root, (file, context) -> {
                assertEquals(root.resolve(file.relative()), file.path());
                seen.add(file.relative().toString());
                return null;
            });
        }
    }

    private static FileProcessor files() {
        return FileProcessor.builder("files").open();
    }

    private ProcessingReport walk(Path root) {
        try (FileProcessor files = files()) {
            return walk(TreeProcessor.builder("walk", files), root);
        }
    }

    // ---- order -----------------------------------------------------------------------------------------------------

    /** Names with a few first characters, so that files, directories and their neighbours sort closely. */
    private static Path random(Random random, Path root, int entries) throws IOException {
        List<Path> dirs = new ArrayList<>(List.of(root));
        for (int i = 0; i < entries; i++) {
            Path parent = dirs.get(random.nextInt(dirs.size()));
            String name =
                    "" + "ab-.Z_é".charAt(random.nextInt(7)) + (char) ('a' + random.nextInt(3)) + random.nextInt(60);
            Path path = parent.resolve(name);
            if (Files.exists(path)) {
                continue;
            }
            if (random.nextInt(4) == 0) {
                dirs.add(Files.createDirectory(path));
            } else {
                Files.write(path, new byte[random.nextInt(20)]);
            }
        }
        return root;
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void anyTreeIsWalkedInOrderHoweverFewNamesAreHeld(
            @ForAll long seed,
            @ForAll @IntRange(min = 16, max = 90) int names,
            @ForAll @IntRange(max = 150) int entries)
            throws IOException {
        Path root = Files.createTempDirectory("tree");
        try (FileProcessor files = files()) {
            random(new Random(seed), root, entries);
            seen.clear();
            Random random = new Random(seed);
            List<String> expected = Trees.naive(root);
            ProcessingReport report =
                    walk(TreeProcessor.builder("walk", files).maxNames(names).batchSize(1 + random.nextInt(9)), root);
            assertEquals(expected, seen);
            assertEquals(RunState.COMPLETED, report.state());
            assertEquals(expected.size(), report.count(Outcome.DONE));
            assertEquals(expected.size(), report.entries());
            try (var all = Files.walk(root)) {
                assertEquals(all.filter(Files::isDirectory).count(), report.directories());
            }
        } finally {
            Trees.delete(root);
        }
    }

    @Test
    void aLargeDirectoryIsReadSeveralTimesAndNoNameIsLostOrSeenTwice() {
        for (int i = 0; i < 1_000; i++) {
            Trees.file(dir, "d" + i % 7 + "/n" + i);
        }
        try (FileProcessor files = files()) {
            walk(TreeProcessor.builder("walk", files).maxNames(16), dir);
        }
        assertEquals(Trees.naive(dir), seen);
        assertEquals(1_000, seen.size());
    }

    @Test
    void aDirectoryIsAtThePlaceOfItsNameWithAllThatIsInIt() {
        List.of("b.txt", "b/z", "b/a", "a", "c", "b0").forEach(name -> Trees.file(dir, name));
        walk(dir);
        assertEquals(List.of("a", "b/a", "b/z", "b.txt", "b0", "c"), seen);
    }

    @Test
    void filesThatComeWhileOneIsWorkedWithAreSeenIfTheirDirectoryWasNotRead() {
        Trees.file(dir, "a/1");
        Trees.file(dir, "b/1");
        try (FileProcessor files = files();
                TreeProcessor tree =
                        TreeProcessor.builder("walk", files).batchSize(1).open()) {
            tree.process(dir, (file, context) -> {
                if (file.relative().toString().equals("a/1")) {
                    Trees.file(dir, "a/2");
                }
                seen.add(file.relative().toString());
                return null;
            });
        }
        assertEquals(List.of("a/1", "b/1"), seen);
    }

    @Test
    void anEmptyTreeIsCompleted() {
        ProcessingReport report = walk(dir);
        assertEquals(RunState.COMPLETED, report.state());
        assertEquals(0, report.entries());
        assertEquals(1, report.directories());
        assertEquals(0, report.batches());
        assertTrue(report.ok());
    }

    @Test
    void aRelativeRootWithDotsIsTheSameTree() throws IOException {
        Trees.file(dir, "x/a");
        Trees.file(dir, "y/b");
        ProcessingReport report;
        try (FileProcessor files = files();
                TreeProcessor tree = TreeProcessor.builder("walk", files).open()) {
            report = tree.process(dir.resolve("./x/../y/."), (file, context) -> {
                seen.add(file.relative().toString());
                return null;
            });
        }
        assertEquals(List.of("b"), seen);
        assertEquals(RunState.COMPLETED, report.state());
    }

    // ---- names -----------------------------------------------------------------------------------------------------

    @Test
    void namesOfAnyBytesAreHandedOver() throws Exception {
        Path script = Files.writeString(
                dir.resolve("make"),
                "cd \"$1\" && : > \"$(printf 'a\\nb')\" && : > \"$(printf '\\377\\376')\" && : > ' '");
        Path root = Files.createDirectory(dir.resolve("root"));
        Process made = new ProcessBuilder("/bin/sh", script.toString(), root.toString()).start();
        Assumptions.assumeTrue(made.waitFor() == 0, "such names cannot be made here");
        ProcessingReport report = walk(root);
        assertEquals(3, report.count(Outcome.DONE), report::toText);
        assertEquals(
                1,
                report.toText()
                        .lines()
                        .filter(line -> line.startsWith("COMPLETED"))
                        .count());
    }

    @Test
    void aPathThatIsTooLongIsOneFailureAndItsSiblingsGoOn() throws Exception {
        String name = "d".repeat(250);
        Path outer = dir.resolve("root");
        Trees.file(outer, "a");
        Trees.file(outer, "z");
        Path deep = outer;
        Path inner = dir.resolve("inner");
        for (int i = 0; i < 9; i++) {
            deep = deep.resolve(name);
            inner = inner.resolve(name);
        }
        Files.createDirectories(deep);
        Trees.file(inner, "f");
        Path moved = deep.resolve("inner");
        try {
            Files.move(dir.resolve("inner"), moved); // its end is behind a path of 4 500 bytes
            ProcessingReport report = walk(outer);
            assertEquals(List.of("a", "z"), seen);
            assertEquals(RunState.COMPLETED, report.state());
            assertEquals(1, report.count(Outcome.FAILED), report::toText);
            assertEquals(1, report.count(Reason.IO), report::toText);
        } finally {
            Files.move(moved, dir.resolve("inner")); // so that it can be deleted
        }
    }

    // ---- filters ---------------------------------------------------------------------------------------------------

    private void sources() {
        List.of(
                        "A.java",
                        "B.txt",
                        ".git/config",
                        ".git/x.java",
                        "src/.git/y.java",
                        "src/a/C.java",
                        "src/a/c.java.bak",
                        "src/b/D.kt",
                        "target/E.java")
                .forEach(name -> Trees.file(dir, name));
    }

    @Test
    void onlyWhatMatchesIsHandedOverAndTheRestIsCounted() {
        sources();
        ProcessingReport report;
        try (FileProcessor files = files()) {
            report = walk(
                    TreeProcessor.builder("walk", files)
                            .include("**/*.java", "**/*.kt")
                            .exclude("**/.git/**", "target"),
                    dir);
        }
        assertEquals(List.of("A.java", "src/a/C.java", "src/b/D.kt"), seen);
        assertEquals(5, report.count(Reason.FILTERED)); // two directories .git, target, B.txt, c.java.bak
        assertEquals(5, report.count(Outcome.SKIPPED));
        assertEquals(8, report.entries());
        assertEquals(List.of(), report.detailed());
        assertEquals(4, report.directories());
    }

    @Test
    void aPredicateIsAskedAfterTheGlobs() {
        sources();
        Set<String> asked = new TreeSet<>();
        try (FileProcessor files = files()) {
            walk(
                    TreeProcessor.builder("walk", files).include("**/*.java").filter(info -> {
                        asked.add(dir.relativize(Path.of(info.path())).toString());
                        return info.size() > "A.java".length();
                    }),
                    dir);
        }
        assertEquals(Set.of("A.java", ".git/x.java", "src/.git/y.java", "src/a/C.java", "target/E.java"), asked);
        Set<String> wanted = new HashSet<>(asked);
        wanted.remove("A.java");
        assertEquals(wanted, new HashSet<>(seen));
    }

    // ---- depth -----------------------------------------------------------------------------------------------------

    @Test
    void aDirectoryThatIsTooDeepIsOneFailure() {
        List.of("a", "b/c", "b/d/e", "b/d/f/g", "h").forEach(name -> Trees.file(dir, name));
        ProcessingReport report;
        try (FileProcessor files = files()) {
            report = walk(TreeProcessor.builder("walk", files).maxDepth(2), dir);
        }
        assertEquals(List.of("a", "b/c", "h"), seen);
        assertEquals(1, report.count(Reason.DEPTH));
        assertEquals(List.of("b/d"), Trees.paths(dir, report.detailed()));
        assertEquals(4, report.entries());
    }

    @Test
    void aThousandLevelsNeedNoDescriptorsAndNoStack() throws Exception {
        Path deep = dir;
        for (int i = 0; i < 1_000; i++) {
            deep = deep.resolve("d");
        }
        Files.createDirectories(deep);
        Trees.file(deep, "end");
        int before = Descriptors.count();
        int[] most = {0};
        try (FileProcessor files = files();
                TreeProcessor tree =
                        TreeProcessor.builder("walk", files).maxDepth(2_000).open()) {
            ProcessingReport report = tree.process(dir, (file, context) -> {
                most[0] = Descriptors.count();
                return null;
            });
            assertEquals(1, report.count(Outcome.DONE));
            assertEquals(1_001, report.directories());
        } finally {
            new ProcessBuilder("rm", "-rf", dir.resolve("d").toString()).start().waitFor();
        }
        assertTrue(most[0] <= before + 2, most[0] + " descriptors after " + before);
    }

    // ---- roots that are none ---------------------------------------------------------------------------------------

    @Test
    void aRootThatIsNoDirectoryFailsTheRun() {
        for (Path root : List.of(dir.resolve("missing"), Trees.file(dir, "file"))) {
            ProcessingReport report = walk(root);
            assertEquals(RunState.FAILED, report.state());
            assertEquals(1, report.count(Reason.VANISHED));
            assertTrue(report.failure().message().contains(root.toString()), report::toText);
        }
    }
}
