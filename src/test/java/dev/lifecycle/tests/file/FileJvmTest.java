package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.tests.api.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Large files in a small heap, names that are no text, and no descriptor left: each in a process that has been set up so. */
@Tag("once")
@Timeout(120)
class FileJvmTest {
    /** The file of 8 GiB and the line of 1 GiB; otherwise an eighth and a quarter of that. */
    private static final boolean FULL = Boolean.getBoolean("lifecycle.tests.large");

    private static final Path SHELL = Path.of("/bin/sh");

    @TempDir
    Path dir;

    private static List<String> child(String before, List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(
                ChildJvm.tool(Path.of(System.getProperty("java.home")), "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                ChildJvm.path(
                        ChildJvm.locationOf(Child.class),
                        ChildJvm.locationOf(Scope.class),
                        ChildJvm.locationOf(Lifecycle.provider().getClass())),
                Child.class.getName()));
        command.addAll(List.of(arguments));
        Assumptions.assumeTrue(Files.isExecutable(SHELL), "no shell here");
        List<String> all = new ArrayList<>(List.of("-c", before + "exec \"$@\"", "child"));
        all.addAll(command);
        List<String> lines = ChildJvm.run(SHELL, all.toArray(new String[0])).lines(0);
        assertTrue(lines.contains("done"), () -> String.join("\n", lines));
        return lines;
    }

    private static List<String> small() {
        return List.of("-XX:+UseSerialGC", "-Xmx32m", "-XX:MaxDirectMemorySize=4m", "-XX:+ExitOnOutOfMemoryError");
    }

    @Test
    void passesOverAFileThatIsMuchLargerThanTheHeap() throws Exception {
        child("", small(), "file", dir.toString(), String.valueOf(FULL ? 8L << 30 : 1L << 30));
    }

    @Test
    void survivesALineThatIsMuchLongerThanTheHeap() throws Exception {
        child("", small(), "line", dir.toString(), String.valueOf(FULL ? 1L << 30 : 256L << 20));
    }

    @Test
    void readsFilesWhoseNamesAreNoText() throws Exception {
        child(
                "cd " + dir + " && printf one > \"$(printf 'a\\nb')\" && printf one > \"$(printf 'c\\377\\376d')\""
                        + " && printf one > \"$(printf '\\303\\251')\" && printf one > ' \\*?\"'"
                        + " && LC_ALL=C && export LC_ALL && ",
                List.of("-XX:TieredStopAtLevel=1"),
                "names",
                dir.toString());
    }

    @Test
    void tellsOfAProcessWithoutDescriptorsAndGoesOnOnceThereAreSome() throws Exception {
        Files.writeString(dir.resolve("some"), "one\ntwo\n");
        child("ulimit -n 40 && ", List.of("-XX:TieredStopAtLevel=1"), "descriptors", dir.toString());
    }

    @Test
    void virtualThreadsReadAndAreInterrupted() throws Exception {
        Assumptions.assumeTrue(Runtime.version().feature() >= 21, "no virtual threads here");
        Files.writeString(dir.resolve("some"), "one\ntwo\n".repeat(20_000));
        child(
                "",
                List.of("-XX:TieredStopAtLevel=1", "-Djdk.virtualThreadScheduler.parallelism=2"),
                "virtual",
                dir.toString());
    }

    @Test
    void theReportOfAChildThatFailsIsHeard() {
        AssertionError thrown = assertThrows(AssertionError.class, () -> child("", List.of(), "nothing", "x"));
        assertTrue(thrown.getMessage().contains("no such case"), thrown.getMessage());
    }

    /** What runs in processes of their own; must not use what the class path of tests has. */
    static final class Child {
        private static final long SLACK = 4 << 20;
        private static final long DIRECT = 1 << 20; // two reads a pass, and what was not collected so far

        private Child() {}

        public static void main(String... arguments) throws Exception {
            Path dir = Path.of(arguments[1]);
            switch (arguments[0]) {
                case "file" -> file(dir, Long.parseLong(arguments[2]));
                case "line" -> line(dir, Long.parseLong(arguments[2]));
                case "names" -> names(dir);
                case "descriptors" -> descriptors(dir.resolve("some"));
                case "virtual" -> virtual(dir.resolve("some"));
                default -> throw new IllegalArgumentException("no such case: " + arguments[0]);
            }
            System.out.println("done");
        }

        private static void check(boolean holds, Object what) {
            if (!holds) {
                throw new AssertionError("not so: " + what);
            }
        }

        private static void same(Object expected, Object got, Object what) {
            check(expected.equals(got), what + ": expected " + expected + ", was " + got);
        }

        // ---- memory

        private static Path sparse(Path dir, String name, long size) throws IOException {
            Path file = dir.resolve(name);
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(size);
            }
            return file;
        }

        private static long used() {
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }

        private static long direct() {
            return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .mapToLong(BufferPoolMXBean::getTotalCapacity)
                    .sum();
        }

        /** What {@code passes} hold after a large file they held after a small one as well. */
        private static void holdsNoMoreThanIdle(Callable<Void> small, Callable<Void> large) throws Exception {
            small.call();
            long heap = used();
            large.call();
            long more = used() - heap;
            check(more < SLACK, more + " bytes of the heap more than before");
            check(direct() < DIRECT, direct() + " bytes of direct memory");
        }

        private static FileProcessorBuilder large(String name) {
            return FileProcessor.builder(name).maxFileSize(Long.MAX_VALUE).timeout(java.time.Duration.ofMinutes(5));
        }

        private static void file(Path dir, long size) throws Exception {
            try (FileProcessor files = large("large").open()) {
                Path some = sparse(dir, "small", 1 << 20);
                Path file = sparse(dir, "large", size);
                holdsNoMoreThanIdle(() -> passes(files, some), () -> passes(files, file));
            }
        }

        private static Void passes(FileProcessor files, Path file) throws IOException {
            long size = Files.size(file);
            long[] seen = {0};
            FileResult chunks = files.forEachChunk(file, chunk -> seen[0] += chunk.length());
            same(Outcome.DONE, chunks.outcome(), chunks);
            same(size, seen[0], chunks);
            same(1L, files.countLines(file), "lines");
            FileResult valid = files.validate(file);
            same(Outcome.DONE, valid.outcome(), valid);
            same(size, valid.bytesRead(), valid);
            same(0L, valid.malformed(), valid);
            return null;
        }

        private static void line(Path dir, long size) throws Exception {
            Path some = sparse(dir, "small", 1 << 20);
            Path file = sparse(dir, "large", size);
            for (LongLine policy : LongLine.values()) {
                try (FileProcessor files = large("lines").longLine(policy).open()) {
                    holdsNoMoreThanIdle(() -> lines(files, policy, some), () -> lines(files, policy, file));
                }
            }
            try (FileProcessor files = large("ends").lineEnd(LineEnd.NUL).open()) {
                same(1L << 20, files.countLines(some), "a file of nothing but ends");
            }
        }

        private static Void lines(FileProcessor files, LongLine policy, Path file) throws IOException {
            long size = Files.size(file);
            long limit = 64 << 10;
            long expected = policy == LongLine.CUT ? limit : policy == LongLine.SPLIT ? size : 0;
            AtomicLong seen = new AtomicLong();
            FileResult result = files.forEachLine(file, line -> seen.addAndGet(line.byteLength()));
            same(expected, seen.get(), result);
            Reason reason = policy == LongLine.SPLIT ? Reason.NONE : Reason.LINE_LIMIT;
            same(reason, result.reason(), result);
            same(policy != LongLine.FAIL, result.ok(), result);
            long backwards = 0;
            try (Scope scope = Scope.open();
                    LineReader reader = files.linesReversed(file, scope)) {
                while (reader.next()) {
                    backwards += reader.line().byteLength();
                }
                same(reason, reader.result().reason(), reader.result());
            } catch (FileFailedException failed) {
                same(LongLine.FAIL, policy, failed.result());
                same(reason, failed.result().reason(), failed.result());
            }
            same(expected, backwards, policy);
            return null;
        }

        // ---- names

        private static void names(Path dir) throws IOException {
            List<Path> all;
            try (Stream<Path> found = Files.list(dir)) {
                all = found.toList();
            }
            same(4, all.size(), all);
            try (FileProcessor files = FileProcessor.builder("names").open()) {
                for (Path each : all) {
                    FileResult result = files.forEachLine(each, line -> same("one", line.toString(), "line"));
                    same(Outcome.DONE, result.outcome(), result);
                    same(3L, result.bytesRead(), result);
                    same(1L, result.toString().lines().count(), result);
                    Files.delete(each);
                    result = files.readText(each).result();
                    same(Reason.VANISHED, result.reason(), result);
                    same(1L, result.toString().lines().count(), result);
                }
            }
        }

        // ---- descriptors

        private static int open() {
            return java.util.Objects.requireNonNull(
                            Path.of("/proc/self/fd").toFile().list())
                    .length;
        }

        private static void descriptors(Path some) throws Exception {
            check(Files.isDirectory(Path.of("/proc/self/fd")), "there is /proc/self/fd");
            try (FileProcessor files = FileProcessor.builder("few").open();
                    Scope scope = Scope.open()) {
                Callable<FileResult> read = () -> files.forEachLine(some, line -> {});
                Callable<FileResult> ask = () -> {
                    try (LineReader reader = files.linesReversed(some, scope)) {
                        while (reader.next()) {
                            reader.line().length();
                        }
                        return reader.result();
                    } catch (FileFailedException failed) {
                        return failed.result();
                    }
                };
                both(8, read, ask, Outcome.DONE, Reason.NONE); // loads what is needed, as far as it goes
                files.readText(some.resolveSibling("missing")).result().toString();
                processorTime();
                int before = open();
                List<InputStream> held = new ArrayList<>();
                for (int i = 0; i < 2; i++) { // the second time everything is loaded
                    fill(some, held);
                    long cpu = processorTime();
                    both(8, read, ask, Outcome.FAILED, Reason.IO);
                    long spent = processorTime() - cpu;
                    check(i == 0 || spent < TimeUnit.SECONDS.toNanos(2), spent + " ns for " + 16 + " refusals");
                    for (InputStream each : held) {
                        each.close();
                    }
                    held.clear();
                    both(8, read, ask, Outcome.DONE, Reason.NONE);
                    same(before, open(), "descriptors");
                }
            }
        }

        private static void fill(Path some, List<InputStream> held) {
            try {
                while (true) {
                    held.add(Files.newInputStream(some));
                }
            } catch (IOException full) {
                check(held.size() > 5, "most were free");
            }
        }

        private static long processorTime() {
            return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime();
        }

        /** Has threads call at once, and looks at what becomes of each call. */
        private static void both(
                int threads, Callable<FileResult> one, Callable<FileResult> other, Outcome outcome, Reason reason)
                throws Exception {
            CyclicBarrier all = new CyclicBarrier(threads);
            List<FutureTask<List<FileResult>>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                FutureTask<List<FileResult>> task = new FutureTask<>(() -> {
                    all.await();
                    return List.of(one.call(), other.call());
                });
                new Thread(task).start();
                tasks.add(task);
            }
            for (FutureTask<List<FileResult>> each : tasks) {
                for (FileResult result : each.get(30, TimeUnit.SECONDS)) {
                    same(Arrays.asList(outcome, reason), Arrays.asList(result.outcome(), result.reason()), result);
                }
            }
        }

        // ---- virtual threads

        private static Thread start(Runnable body) {
            try {
                return (Thread) Thread.class
                        .getMethod("startVirtualThread", Runnable.class)
                        .invoke(null, body);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        private static void virtual(Path some) throws Exception {
            byte[] content = Files.readAllBytes(some);
            try (FileProcessor files = FileProcessor.builder("virtual").open();
                    Scope scope = Scope.open()) {
                List<FutureTask<FileResult>> tasks = new ArrayList<>();
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    int way = i % 4;
                    FutureTask<FileResult> task = new FutureTask<>(() -> switch (way) {
                        case 0 -> files.forEachLine(some, line -> Thread.yield());
                        case 1 -> files.forEachChunk(some, chunk -> Thread.yield());
                        case 2 ->
                            files.forEachText(
                                    Source.of("stream", new java.io.ByteArrayInputStream(content)), text -> {});
                        default -> {
                            try (LineReader reader = files.linesReversed(some, scope)) {
                                while (reader.next()) {
                                    reader.line().length();
                                }
                                yield reader.result();
                            }
                        }
                    });
                    tasks.add(task);
                    threads.add(start(task));
                }
                for (FutureTask<FileResult> each : tasks) {
                    FileResult result = each.get(60, TimeUnit.SECONDS);
                    same(Outcome.DONE, result.outcome(), result);
                    same((long) content.length, result.bytesRead(), result);
                }
                FutureTask<FileResult> interrupted = new FutureTask<>(() -> files.forEachChunk(some, chunk -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        Thread.yield();
                    }
                }));
                start(interrupted).interrupt();
                FileResult result = interrupted.get(60, TimeUnit.SECONDS);
                same(Outcome.CANCELLED, result.outcome(), result);
                same(Reason.INTERRUPTED, result.reason(), result);
            }
        }
    }
}
