package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.RunState;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.tests.api.ChildJvm;
import java.io.IOException;
import java.io.PrintStream;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs in processes of their own: killed at any moment, and in a small heap. With {@code -Dtree.kills=50} on the command line of Maven that often, with
 * {@code -Dtree.names=1000000} for a directory of so many names.
 */
@Tag("once")
@Timeout(600)
class TreeJvmTest {
    private static final int FILES = 5_000;
    private static final int KILLS = Integer.getInteger("tree.kills", 10);
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
}
