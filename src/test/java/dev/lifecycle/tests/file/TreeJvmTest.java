package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.RunState;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.file.TreeProcessorBuilder;
import dev.lifecycle.tests.api.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs in processes of their own: killed at any moment, and in a small heap. With {@code -Dtree.kills=50} on the command line of Maven that often, with
 * {@code -Dtree.names=1000000} for a directory of so many names, with {@code -Dtree.files=200000} for a tree of so many files.
 */
@Tag("once")
@Timeout(600)
class TreeJvmTest {
    private static final int FILES = 5_000;
    private static final int KILLS = Integer.getInteger("tree.kills", 10);
    private static final int LARGE = Integer.getInteger("tree.files", 4_000);
    private static final int NAMES = Integer.getInteger("tree.names", 30_000);

    @TempDir
    Path dir;

    private static String classPath() {
        return ChildJvm.path(
                ChildJvm.locationOf(Lifecycle.class),
                ChildJvm.locationOf(Lifecycle.provider().getClass()),
                ChildJvm.locationOf(TreeJvmTest.class));
    }

    // ---- killed ----------------------------------------------------------------------------------------------------

    /** Works with a tree; tells of each batch when its hook begins, which is before it is committed. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] args) throws IOException {
            Path work = Path.of(args[0]);
            Path root = work.resolve("root");
            try (FileProcessor files = FileProcessor.builder("files").open();
                    TreeProcessor tree = TreeProcessor.builder("victim", files)
                            .batchSize(20)
                            .parallelism(Integer.parseInt(args[1]))
                            .checkpoint(work.resolve("journal"))
                            .reportTo(work.resolve("rows"))
                            .onBatch(batch -> {
                                StringBuilder lines = new StringBuilder();
                                batch.results()
                                        .forEach(result -> lines.append(batch.sequence())
                                                .append(' ')
                                                .append(root.relativize(Path.of(result.path())))
                                                .append('\n'));
                                Files.writeString(
                                        work.resolve("seen"),
                                        lines,
                                        StandardOpenOption.CREATE,
                                        StandardOpenOption.APPEND);
                                LockSupport.parkNanos(500_000); // so that a kill meets every place of a run
                            })
                            .open()) {
                ProcessingReport report = tree.process(root, (file, context) -> {
                    if (file.relative().toString().endsWith("99")) {
                        throw new IOException("planned");
                    }
                    return file.forEachChunk(chunk -> {});
                });
                System.out.println(report.toJson());
                System.exit(report.state() == RunState.COMPLETED ? 7 : 8);
            }
        }
    }

    private Process start(int parallelism) throws IOException {
        return new ProcessBuilder(
                        ChildJvm.tool(Path.of(System.getProperty("java.home")), "java")
                                .toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        classPath(),
                        Victim.class.getName(),
                        dir.toString(),
                        Integer.toString(parallelism))
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("output").toFile())
                .start();
    }

    private long length(String file) throws IOException {
        Path path = dir.resolve(file);
        return Files.exists(path) ? Files.size(path) : 0;
    }

    @Test
    void eachFileIsReportedOnceHoweverOftenTheProcessIsKilled() throws Exception {
        Random random = new Random(KILLS);
        for (int i = 0; i < FILES; i++) {
            Trees.file(dir, "root/d" + i % 37 + "/f" + i, "x");
        }
        int killed = 0;
        int exit = -1;
        for (int kill = 0; kill <= 20 * KILLS && exit < 0; kill++) {
            long before = length("journal");
            Process process = start(1 + kill % 2 * 3);
            try {
                if (killed < KILLS) {
                    // some batches further on, or while it begins: where it grows by half of what an even share of the
                    // run would be
                    long share = random.nextInt(45_000 / KILLS);
                    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                    while (process.isAlive() && length("journal") < before + share && System.nanoTime() < deadline) {
                        LockSupport.parkNanos(200_000);
                    }
                    LockSupport.parkNanos(random.nextInt(3_000_000));
                    process.destroyForcibly();
                    int ended = process.waitFor();
                    killed += ended == 7 ? 0 : 1;
                    exit = ended == 7 ? ended : -1;
                } else {
                    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it has not ended");
                    exit = process.exitValue();
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        String output = Trees.read(dir.resolve("output"));
        assertEquals(7, exit, output);
        assertEquals(KILLS, killed);
        check(output);
    }

    private void check(String output) throws IOException {
        int planned = FILES / 100;
        assertTrue(
                output.contains("\"entries\":" + FILES + ",\"outcomes\":{\"DONE\":" + (FILES - planned) + ","), output);
        assertTrue(output.contains("\"HANDLER\":" + planned), output);
        Map<Long, Set<String>> batches = new HashMap<>();
        List<String> inOrder = new ArrayList<>();
        for (String line : Files.readAllLines(dir.resolve("seen"))) {
            int space = line.indexOf(' ');
            Set<String> batch =
                    batches.computeIfAbsent(Long.parseLong(line.substring(0, space)), key -> new HashSet<>());
            if (batch.add(line.substring(space + 1))) {
                inOrder.add(line.substring(space + 1));
            }
        }
        assertEquals(
                Trees.naive(dir.resolve("root")),
                inOrder); // once, but for batches that were repeated with their number
        assertEquals(
                Collections.nCopies(FILES / 20, 20),
                batches.values().stream().map(Set::size).toList());
        List<String> rows = Files.readAllLines(dir.resolve("rows"));
        assertEquals(planned, rows.size());
        assertEquals(
                planned,
                new HashSet<>(rows.stream()
                                .map(row -> row.replaceAll(".*\"path\":\"([^\"]*)\".*", "$1"))
                                .toList())
                        .size());
    }

    // ---- a small heap ----------------------------------------------------------------------------------------------

    /** Walks a directory of many names, and tells how many files there were and that their order was right. */
    static final class Small {
        private Small() {}

        public static void main(String[] args) {
            PrintStream out = System.out;
            String[] last = {""};
            try (FileProcessor files = FileProcessor.builder("files").open();
                    TreeProcessor tree = TreeProcessor.builder("small", files)
                            .maxNames(Integer.parseInt(args[1]))
                            .open()) {
                ProcessingReport report = tree.process(Path.of(args[0]), (file, context) -> {
                    String name = file.relative().toString();
                    if (name.compareTo(last[0]) <= 0) {
                        throw new IllegalStateException(name + " after " + last[0]);
                    }
                    last[0] = name;
                    return null;
                });
                out.println(report.state() + " " + report.count(Outcome.DONE) + " " + report.entries());
            }
        }
    }

    @Test
    void aDirectoryOfManyNamesNeedsNoMoreThanASmallHeap() throws Exception {
        Path root = Files.createDirectory(dir.resolve("many"));
        Path one = Files.write(dir.resolve("one"), new byte[1]);
        String padding = "-".repeat(230); // all names together would need more than the heap
        Path link = one;
        for (int i = 0; i < NAMES; i++) {
            if (i % 30_000 == 0) { // a file system has a limit to the links of a file
                link = Files.write(root.resolve("n" + (long) i * 7_919 % NAMES + padding), new byte[1]);
            } else {
                Files.createLink(root.resolve("n" + (long) i * 7_919 % NAMES + padding), link);
            }
        }
        int names = NAMES > 100_000 ? 20_000 : 2_000;
        Process process = new ProcessBuilder(
                        ChildJvm.tool(Path.of(System.getProperty("java.home")), "java")
                                .toString(),
                        "-Xmx" + (NAMES > 100_000 ? 32 : 10) + "m",
                        "-XX:MaxDirectMemorySize=4m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        classPath(),
                        Small.class.getName(),
                        root.toString(),
                        Integer.toString(names))
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("output").toFile())
                .start();
        List<String> lines;
        try {
            assertTrue(
                    process.waitFor(500, TimeUnit.SECONDS), "it has not ended"); // a million names take a minute or two
            lines = Files.readAllLines(dir.resolve("output"));
            assertEquals(0, process.exitValue(), lines::toString);
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertEquals("COMPLETED " + NAMES + " " + NAMES, lines.get(lines.size() - 1));
    }

    // ---- what a process may not have -------------------------------------------------------------------------------

    /** Runs {@code main} with limits, in a shell, and returns its lines. */
    private List<String> limited(String limits, Class<?> main, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                limits + " && exec \"$@\"",
                "sh",
                ChildJvm.tool(Path.of(System.getProperty("java.home")), "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx64m",
                "-cp",
                classPath(),
                main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            List<String> lines = new String(output.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("Picked up "))
                    .toList();
            assertEquals(0, process.waitFor(), lines::toString);
            return lines;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Works with a tree, a checkpoint and a report; tells what became of it on a line each. */
    static final class Limited {
        private Limited() {}

        static TreeProcessorBuilder builder(FileProcessor files, Path work, int padding) {
            return TreeProcessor.builder("limited", files)
                    .batchSize(10)
                    .exclude("**/*.no", "p".repeat(padding))
                    .checkpoint(work.resolve("journal"))
                    .reportTo(work.resolve("rows"));
        }

        public static void main(String[] args) {
            Path work = Path.of(args[0]);
            try (FileProcessor files = FileProcessor.builder("files").open();
                    TreeProcessor tree =
                            builder(files, work, Integer.parseInt(args[1])).open()) {
                ProcessingReport report = tree.process(work.resolve("root"), (file, context) -> {
                    if (file.relative().toString().startsWith("bad")) {
                        throw new IOException("planned");
                    }
                    return file.readText();
                });
                System.out.println(report.state() + " " + report.count(Outcome.DONE) + " " + report.entries() + " "
                        + report.batches() + " " + report.lostLines() + " " + report.uncommitted());
                System.out.println(
                        report.failure() == null ? "" : report.failure().message());
            }
        }
    }

    private ProcessingReport unlimited(int padding) {
        try (FileProcessor files = FileProcessor.builder("files").open();
                TreeProcessor tree = Limited.builder(files, dir, padding).open()) {
            return tree.process(dir.resolve("root"), (file, context) -> file.readText());
        }
    }

    @Test
    void aDiskThatIsFullEndsTheRunAndAnotherOneGoesOn() throws Exception {
        Trees.files(Files.createDirectory(dir.resolve("root")), 200);
        List<String> lines = limited("ulimit -f 4", Limited.class, dir.toString(), "1"); // units of 512 bytes
        String[] said = lines.get(lines.size() - 2).split(" ");
        assertEquals("FAILED", said[0], lines::toString);
        assertTrue(lines.get(lines.size() - 1).startsWith("checkpoint "), lines::toString);
        int batches = Integer.parseInt(said[3]);
        assertTrue(batches > 2 && batches < 20, lines::toString);
        assertEquals(10 * batches + 10, Integer.parseInt(said[2]), lines::toString);
        assertEquals("10", said[5], lines::toString);
        assertTrue(length("journal") <= 2_048);
        ProcessingReport report = unlimited(1);
        assertEquals(RunState.COMPLETED, report.state());
        assertEquals(batches, report.resumedBatches());
        assertEquals(200, report.entries());
    }

    @Test
    void whatIsSeenAfterTheLastBatchIsCountedAlsoIfThatCannotBeWritten() throws Exception {
        Trees.files(Files.createDirectory(dir.resolve("root")), 20);
        Trees.file(dir, "root/z.no");
        unlimited(100);
        int missing = 2_048 + 5 - (int) length("journal"); // all but five bytes of its end
        Files.delete(dir.resolve("journal"));
        List<String> lines = limited("ulimit -f 4", Limited.class, dir.toString(), Integer.toString(100 + missing));
        assertEquals("FAILED 20 21 2 0 0", lines.get(lines.size() - 2), lines::toString);
        ProcessingReport report = unlimited(100 + missing);
        assertEquals(RunState.COMPLETED, report.state());
        assertEquals(21, report.entries());
        assertEquals(2, report.resumedBatches());
    }

    @Test
    void linesThatFindNoRoomAreCountedAndThoseThatAreThereAreWhole() throws Exception {
        for (int i = 0; i < 8; i++) {
            Trees.file(dir, "root/bad" + i);
        }
        List<String> lines = limited("ulimit -f 8", Limited.class, dir.toString(), "1");
        String[] said = lines.get(lines.size() - 2).split(" ");
        assertEquals("COMPLETED", said[0], lines::toString);
        assertEquals("8", said[4], lines::toString); // those of a batch are one write
        assertEquals(0, length("rows"));
    }

    /** Holds all descriptors but a few, works with a tree by many threads, and tells how many were open before and after. */
    static final class Few {
        private Few() {}

        public static void main(String[] args) throws Exception {
            Path root = Path.of(args[0]);
            int spare = Integer.parseInt(args[1]);
            try (FileProcessor files = FileProcessor.builder("files").open();
                    TreeProcessor tree = TreeProcessor.builder("few", files)
                            .parallelism(8)
                            .detail(1_000)
                            .open()) {
                tree.process(root, (file, context) -> file.readText());
                tree.process(root.resolve("missing"), (file, context) -> null); // all classes are loaded
                List<InputStream> held = new ArrayList<>();
                try {
                    while (held.size() < 10_000) {
                        held.add(Files.newInputStream(root.resolve("f000")));
                    }
                } catch (IOException full) {
                    for (int i = 0; i < spare; i++) {
                        held.remove(held.size() - 1).close();
                    }
                }
                ProcessingReport report = tree.process(root, (file, context) -> file.readText());
                for (InputStream each : held) {
                    each.close();
                }
                System.out.println(report.state() + " " + report.count(Outcome.DONE) + " " + report.count(Reason.IO)
                        + " " + report.entries());
                System.out.println(
                        tree.process(root, (file, context) -> file.readText()).toString());
            }
        }
    }

    @Test
    void withFewDescriptorsFilesAreReadOnceOthersAreClosed() throws Exception {
        Path root = Files.createDirectory(dir.resolve("root"));
        Trees.files(root, 200);
        List<String> lines = limited("ulimit -n 120", Few.class, root.toString(), "3");
        String[] said = lines.get(lines.size() - 2).split(" ");
        assertEquals("COMPLETED", said[0], lines::toString);
        assertEquals("200", said[3], lines::toString);
        assertEquals(200, Integer.parseInt(said[1]) + Integer.parseInt(said[2]), lines::toString);
        assertTrue(Integer.parseInt(said[1]) > 150, lines::toString);
        assertTrue(lines.get(lines.size() - 1).startsWith("COMPLETED: 200 entries, 200 done"), lines::toString);
    }

    @Test
    void withoutDescriptorsEverythingFailsAndTheReportSaysSo() throws Exception {
        Path root = Files.createDirectory(dir.resolve("root"));
        Trees.files(root, 3);
        List<String> lines = limited("ulimit -n 120", Few.class, root.toString(), "0");
        assertEquals("FAILED 0 1 1", lines.get(lines.size() - 2), lines::toString); // the root cannot be listed
        assertTrue(lines.get(lines.size() - 1).startsWith("COMPLETED: 3 entries, 3 done"), lines::toString);
    }

    // ---- names that are no text ------------------------------------------------------------------------------------

    /** Fails at its second batch, is resumed, and tells what it has seen: by paths, and in its report. */
    static final class Bytes {
        private Bytes() {}

        public static void main(String[] args) throws IOException {
            Path work = Path.of(args[0]);
            Set<Path> read = new HashSet<>();
            try (FileProcessor files = FileProcessor.builder("files").open()) {
                for (int run = 1; run <= 2; run++) {
                    boolean fails = run == 1;
                    try (TreeProcessor tree = TreeProcessor.builder("bytes", files)
                            .batchSize(2)
                            .checkpoint(work.resolve("journal"))
                            .reportTo(work.resolve("rows"))
                            .onBatch(batch -> {
                                if (fails && batch.sequence() == 2) {
                                    throw new IOException("planned");
                                }
                            })
                            .open()) {
                        ProcessingReport report = tree.process(work.resolve("root"), (file, context) -> {
                            if (file.readText().orThrow().equals("x")) {
                                read.add(file.path());
                            }
                            throw new IOException("planned");
                        });
                        System.out.println(report.state() + " " + report.count(Outcome.FAILED) + " "
                                + report.count(Reason.HANDLER) + " " + read.size() + " " + report.resumedBatches());
                    }
                }
            }
        }
    }

    @Test
    void namesThatAreNoTextAreReadAndResumedWhereTheLocaleHasNoSuchCharacters() throws Exception {
        Path root = Files.createDirectory(dir.resolve("root"));
        Path script = Files.writeString(
                dir.resolve("make"),
                "cd \"$1\" && mkdir \"$(printf '\\303\\244')\" && for n in 'a' '\\377\\376' '\\303\\244/\\303\\266' '\\303\\244/b' 'z\\nz';"
                        + " do printf x > \"$(printf \"$n\")\"; done");
        Process made = new ProcessBuilder("/bin/sh", script.toString(), root.toString()).start();
        Assumptions.assumeTrue(made.waitFor() == 0, "such names cannot be made here");
        for (String locale : List.of("C", "C.UTF-8")) {
            List<String> lines = limited("export LC_ALL=" + locale, Bytes.class, dir.toString());
            assertEquals("FAILED 4 4 4 0", lines.get(lines.size() - 2), lines::toString);
            assertEquals("COMPLETED 5 5 5 1", lines.get(lines.size() - 1), lines::toString);
            List<String> rows = Files.readAllLines(dir.resolve("rows"));
            assertEquals(5, rows.size());
            for (String uri : List.of("/root/%C3%A4/%C3%B6\"", "/root/%FF%FE\"", "/root/z%0Az\"")) {
                assertEquals(1, rows.stream().filter(row -> row.contains(uri)).count(), uri + " in " + rows);
            }
            Files.delete(dir.resolve("journal"));
            Files.delete(dir.resolve("rows"));
        }
    }

    // ---- a large tree ----------------------------------------------------------------------------------------------

    /** Works with a tree in order, and tells how much of its heap was used at most after a collection. */
    static final class Large {
        private Large() {}

        public static void main(String[] args) throws IOException {
            Path work = Path.of(args[0]);
            String[] last = {""};
            long[] most = {0};
            long began = System.nanoTime();
            try (FileProcessor files = FileProcessor.builder("files").open();
                    TreeProcessor tree = TreeProcessor.builder("large", files)
                            .checkpoint(work.resolve("journal"))
                            .onBatch(batch -> {
                                if (batch.sequence() % 100 == 0) {
                                    System.gc();
                                    Runtime heap = Runtime.getRuntime();
                                    most[0] = Math.max(most[0], heap.totalMemory() - heap.freeMemory());
                                }
                            })
                            .open()) {
                ProcessingReport report = tree.process(work.resolve("root"), (file, context) -> {
                    String name = file.relative().toString();
                    if (name.compareTo(last[0]) <= 0) {
                        throw new IllegalStateException(name + " after " + last[0]);
                    }
                    last[0] = name;
                    return file.forEachChunk(chunk -> {});
                });
                System.out.println("used " + (most[0] >> 10) + " KiB, took "
                        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) + " ms");
                System.out.println(report.state() + " " + report.count(Outcome.DONE) + " " + report.entries());
            }
        }
    }

    @Test
    void aTreeOfManyFilesNeedsNoMoreThanASmallHeap() throws Exception {
        for (int i = 0; i < LARGE; i++) {
            Path in = dir.resolve("root").resolve(String.format("d%03d/e%02d", i % 131, i / 131 % 17));
            if (i < 131 * 17) {
                Files.createDirectories(in);
            }
            Files.write(in.resolve(String.format("f%06d", i)), new byte[20]);
        }
        ChildJvm.Result result = ChildJvm.java(
                "-Xmx" + (LARGE > 100_000 ? 32 : 12) + "m",
                "-XX:MaxDirectMemorySize=4m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                classPath(),
                Large.class.getName(),
                dir.toString());
        List<String> lines = result.lines(0);
        assertEquals("COMPLETED " + LARGE + " " + LARGE, lines.get(lines.size() - 1));
        if (LARGE > 100_000) {
            System.out.println(lines.get(lines.size() - 2)); // asked for by hand
        }
    }
}
