package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against JVMs of each JDK that is installed. */
@EnabledOnOs(OS.LINUX)
@Timeout(90)
class MonitorJvmTest {
    private static final String ESCAPE = "\u001b";

    @TempDir
    Path dir;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    static List<Path> jdks() throws IOException {
        return Jdks.homes();
    }

    /** A clock by which an hour takes six seconds. */
    private static final class Hurried implements TimeSource {
        private static final int TIMES = 600;

        @Override
        public long nanos() {
            return System.nanoTime() * TIMES;
        }

        @Override
        public void parkNanos(Object blocker, long nanos) {
            LockSupport.parkNanos(blocker, nanos / TIMES);
        }

        @Override
        public void unpark(Thread thread) {
            LockSupport.unpark(thread);
        }
    }

    private World world(TimeSource time, Path proc) {
        return new World(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                proc,
                Quit.BY_SHELL,
                time);
    }

    private int monitor(TimeSource time, Terminal terminal, String... words) throws Exception {
        return new MonitorVerb(() -> terminal).run(List.of(words), world(time, Path.of("/proc")));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Child child(Path home, String grows) throws IOException {
        return Child.start(home, Growing.class, List.of("-XX:+UseSerialGC"), grows);
    }

    /** What grows, and the verdict: of programs that are watched side by side, by the JDK of the suite, which runs on each. */
    @Test
    void whatLeaksIsNamedAndWhatDoesNotIsStable() throws Exception {
        Path home = Path.of(System.getProperty("java.home"));
        ExecutorService watchers = Executors.newFixedThreadPool(4);
        try {
            Map<String, Future<String>> told = new HashMap<>();
            for (String grows : List.of("heap", "threads", "descriptors", "nothing")) {
                told.put(grows, watchers.submit(() -> watched(home, grows)));
            }
            assertTold("1\nLEAKING: heap.live grows by", told.get("heap").get());
            assertTold("1\nLEAKING: threads grows by", told.get("threads").get());
            assertTold(
                    "1\nLEAKING: descriptors grows by", told.get("descriptors").get());
            assertTold("0\nSTABLE: ", told.get("nothing").get());
        } finally {
            watchers.shutdownNow();
        }
    }

    private static void assertTold(String start, String told) {
        assertTrue(told.startsWith(start), told);
    }

    /** The exit status, and what was printed, the verdict first. */
    private static String watched(Path home, String grows) throws Exception {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        World world = new World(out, out, Path.of("/proc"), Quit.BY_SHELL, new Hurried());
        try (Child child = child(home, grows)) {
            List<String> words = List.of(Long.toString(child.pid()), "--every", "20s", "--samples", "210");
            int status = new MonitorVerb(() -> Terminal.NONE).run(words, world);
            child.checkUnharmed();
            assertFalse(Files.exists(Path.of("/tmp/.java_pid" + child.pid())), "its attach listener was woken");
            String text = told.toString(StandardCharsets.UTF_8);
            return status + text.substring(text.stripTrailing().lastIndexOf('\n')) + text;
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void theFileHasEachSampleAndIsWrittenOn(Path home) throws Exception {
        Path file = dir.resolve("a.csv");
        try (Child child = child(home, "nothing")) {
            for (int run = 1; run <= 2; run++) {
                int status = monitor(
                        TimeSource.system(),
                        Terminal.NONE,
                        Long.toString(child.pid()),
                        "-i",
                        "0.1",
                        "--samples",
                        "3",
                        "--csv",
                        file.toString());
                assertEquals(Exit.OK, status, out());
                List<MonitorCsv.Row> rows = MonitorCsv.read(Files.newBufferedReader(file), "a.csv");
                assertEquals(3 * run, rows.size());
                MonitorCsv.Row last = rows.get(rows.size() - 1);
                assertTrue(last.rss() > 8 << 20 && last.rss() < 1L << 30, last.line());
                assertTrue(last.heapMax() > 60 << 20 && last.heapMax() <= 64 << 20, last.line());
                assertTrue(last.heapCommitted() <= last.heapMax() && last.heapLive() > 0, last.line());
                assertTrue(last.threads() > 5 && last.descriptors() > 3 && last.classes() > 300, last.line());
                assertTrue(last.oldGcs() > 0 && last.gcMillis() >= 0 && last.cpu() >= 0, last.line());
                assertTrue(rows.get(3 * run - 3).oldGcs() <= last.oldGcs());
            }
        }
    }

    @Test
    void theStandardOutputHasTheFileAloneIfThatIsAskedFor() throws Exception {
        try (Child child = child(jdks().get(0), "nothing")) {
            String pid = Long.toString(child.pid());
            monitor(TimeSource.system(), Terminal.NONE, pid, "-i", "0.1", "--samples", "2", "--csv", "-", "-t", "1");
            assertEquals(
                    2, MonitorCsv.read(new java.io.StringReader(out()), "out").size());
            assertTrue(err.toString(StandardCharsets.UTF_8).contains("above the threshold"));
        }
    }

    @Test
    void moreThanTheThresholdIsAFinding() throws Exception {
        try (Child child = child(jdks().get(0), "nothing")) {
            String pid = Long.toString(child.pid());
            assertEquals(
                    Exit.FINDING,
                    monitor(TimeSource.system(), Terminal.NONE, pid, "-i", "0.1", "--samples", "2", "-t", "5"));
            assertTrue(out().contains("MB were resident, 5 are allowed"), out());
            assertEquals(
                    Exit.OK,
                    monitor(TimeSource.system(), Terminal.NONE, pid, "-i", "0.1", "--samples", "1", "-t", "100000"));
        }
    }

    @Test
    void onlyATerminalGetsEscapeCodes() throws Exception {
        try (Child child = child(jdks().get(0), "nothing")) {
            String pid = Long.toString(child.pid());
            monitor(TimeSource.system(), Terminal.NONE, pid, "-i", "0.1", "--samples", "2");
            assertFalse(out().contains(ESCAPE), out());
            assertTrue(out().startsWith("time "), out());
            out.reset();
            Terminal terminal = new Terminal(true, true, true, 80, 40);
            monitor(TimeSource.system(), terminal, pid, "-i", "0.1", "--samples", "2");
            assertTrue(out().contains(ESCAPE + "[?25l") && out().contains(ESCAPE + "[?25h"), out());
            String last = out().substring(out().lastIndexOf("[?25h"));
            assertEquals(1, last.split(ESCAPE, -1).length, "nothing is drawn behind it");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void aProcessThatEndsIsSaidToHaveEnded(Path home) throws Exception {
        try (Child child = child(home, "nothing")) {
            Thread killer = new Thread(() -> {
                while (out().lines().count() < 3) {
                    LockSupport.parkNanos(1_000_000);
                }
                child.process.destroyForcibly();
            });
            killer.start();
            int status = monitor(TimeSource.system(), Terminal.NONE, Long.toString(child.pid()), "-i", "0.1");
            killer.join();
            assertEquals(Exit.OK, status, out());
            assertTrue(out().contains("process " + child.pid() + " has ended, at 2"), out());
        }
    }

    @Test
    void aProcessWithoutPerformanceDataHasTheFiguresOfTheKernel() throws Exception {
        try (Child child = Child.start(jdks().get(0), Growing.class, List.of("-XX:-UsePerfData"), "nothing")) {
            String pid = Long.toString(child.pid());
            assertEquals(
                    Exit.OK,
                    monitor(TimeSource.system(), Terminal.NONE, pid, "-i", "0.1", "--samples", "1", "--csv", "-"));
            MonitorCsv.Row row =
                    MonitorCsv.read(new java.io.StringReader(out()), "out").get(0);
            assertTrue(row.rss() > 0 && row.threads() > 0 && row.heapUsed() == -1 && row.classes() == -1, row.line());
            assertTrue(err.toString(StandardCharsets.UTF_8).contains("-XX:-UsePerfData"));
        }
    }

    @Test
    void touchingTellsTheHeapInUse() throws Exception {
        try (Child child = Child.start(jdks().get(0), Growing.class, List.of("-XX:-UsePerfData"), "nothing")) {
            String pid = Long.toString(child.pid());
            monitor(TimeSource.system(), Terminal.NONE, pid, "-i", "0.1", "--samples", "1", "--csv", "-", "--touch");
            assertTrue(
                    MonitorCsv.read(new java.io.StringReader(out()), "out")
                                    .get(0)
                                    .heapUsed()
                            > 0,
                    out());
            child.checkUnharmed();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void theHeapIsAsLargeAsItIsWithEachCollector(Path home) throws Exception {
        for (String collector : List.of("Serial", "Parallel", "G1", "Z")) {
            List<String> options = List.of("-XX:-UseSerialGC", "-XX:+Use" + collector + "GC");
            try (Child child = Child.start(home, Growing.class, options, "nothing")) {
                out.reset();
                String pid = Long.toString(child.pid());
                monitor(TimeSource.system(), Terminal.NONE, pid, "-i", "0.3", "--samples", "2", "--csv", "-");
                MonitorCsv.Row row =
                        MonitorCsv.read(new java.io.StringReader(out()), "out").get(1);
                String told = collector + ": " + row.line();
                assertTrue(row.heapMax() > 56 << 20 && row.heapMax() <= 64 << 20, told);
                assertTrue(row.heapCommitted() > 0 && row.heapCommitted() <= row.heapMax(), told);
                assertTrue(row.heapLive() > 0 && row.heapLive() < 20 << 20, told);
                assertTrue(row.oldGcs() > 0, told);
                assertTrue(row.rss() > 15 << 20 && row.rss() < 200 << 20, told);
            }
        }
    }

    @Test
    void aHeapThatIsMappedThreeTimesIsResidentOnce() throws Exception {
        try (FakeTarget fake = new FakeTarget(dir)) {
            Path status = fake.own.resolve("status");
            Files.writeString(
                    status,
                    Files.readString(status)
                            + "VmRSS:\t430080 kB\nRssAnon:\t102400 kB\nRssFile:\t20480 kB\nRssShmem:\t307200 kB\n");
            Path perf = Files.createDirectories(
                            fake.own.resolve("root").resolve("tmp").resolve("hsperfdata_x"))
                    .resolve("4711");
            for (String collector : List.of("Z concurrent cycle pauses", "ZGC minor collection pauses")) {
                Files.write(perf, PerfDataTest.data(java.nio.ByteOrder.LITTLE_ENDIAN, collector));
                Files.writeString(
                        fake.own.resolve("maps"),
                        "7f-80 rw-s 0 08:01 " + Files.getAttribute(perf, "unix:ino") + "   /tmp/hsperfdata_x/4711\n");
                MonitorCsv.Row row = new MonitorSampler(Target.of(dir, FakeTarget.PID), fake.world())
                        .sample()
                        .orElseThrow();
                assertEquals((collector.startsWith("Z ") ? 220L : 420L) << 20, row.rss(), collector);
            }
        }
    }

    @Test
    void endsOnceNobodyReadsWhatItPrints() throws Exception {
        try (Child child = child(jdks().get(0), "nothing")) {
            PrintStream closed = new PrintStream(new java.io.OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("broken pipe");
                }
            });
            World world = new World(closed, closed, Path.of("/proc"), Quit.BY_SHELL, TimeSource.system());
            List<String> words = List.of(Long.toString(child.pid()), "-i", "0.1");
            assertEquals(Exit.OK, new MonitorVerb(() -> Terminal.NONE).run(words, world));
        }
    }

    @Test
    void anInterruptEndsItAndGivesTheTerminalBack() throws Exception {
        try (Child child = child(jdks().get(0), "nothing")) {
            Thread.currentThread().interrupt();
            Terminal terminal = new Terminal(true, true, true, 80, 40);
            String pid = Long.toString(child.pid());
            org.junit.jupiter.api.Assertions.assertThrows(
                    InterruptedException.class, () -> monitor(TimeSource.system(), terminal, pid, "-i", "10"));
            assertTrue(out().endsWith(ESCAPE + "[0m" + ESCAPE + "[?25h"), out());
        }
    }

    @Test
    void anotherProcessOfTheSameNumberIsNotTheSame() throws Exception {
        try (FakeTarget fake = new FakeTarget(dir)) {
            Path status = fake.own.resolve("status");
            Files.writeString(status, Files.readString(status) + "VmRSS:\t2048 kB\nThreads:\t3\n");
            Files.writeString(fake.own.resolve("cmdline"), "java\0-Dx=\u001b]0;evil\u0007\0Main\0");
            Terminal terminal = new Terminal(true, false, false, 200, 40);
            PrintStream reuses = new PrintStream(out, true, StandardCharsets.UTF_8) {
                @Override
                public void flush() { // once something was shown
                    super.flush();
                    try {
                        if (out().contains("rss")) {
                            fake.start(2_000);
                        }
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            };
            World world = new World(
                    reuses,
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    dir,
                    fake.world().quit(),
                    TimeSource.system());
            int ended = new MonitorVerb(() -> terminal).run(List.of("4711", "-i", "0.1", "--samples", "50"), world);
            assertEquals(Exit.OK, ended);
            assertTrue(out().contains("process 4711 has ended"), out());
            assertTrue(out().contains("\n1 sample; at most 2.0 MB resident"), out());
            assertTrue(out().contains("\\u001b]0;evil\\u0007"), out());
            assertFalse(out().contains("\u0007"), "printed as the target has it");
            assertEquals(List.of(), fake.signalled);
        }
    }

    @Test
    void wrongWordsAreUsage() {
        for (String words :
                List.of("", "1 2", "1 -i 0", "1 -i x", "1 -t 0", "1 --samples 0", "1 --csv", "1 -x", "1 --every 1h")) {
            List<String> all = new java.util.ArrayList<>(List.of("memory", "monitor"));
            all.addAll(words.isEmpty() ? List.of() : List.of(words.split(" ", -1)));
            assertEquals(Exit.USAGE, Main.run(all, world(TimeSource.system(), Path.of("/proc"))), words);
        }
        assertEquals(
                Exit.NO_ATTACH,
                Main.run(
                        List.of("memory", "monitor", Integer.toString(Integer.MAX_VALUE)),
                        world(TimeSource.system(), Path.of("/proc"))));
        assertEquals(
                List.of("7", "--every", "30s", "--threshold", "500", "--every", "2m"),
                MonitorVerb.spelledOut(List.of("7", "-i", "30", "-t", "500", "-i", "2m")));
    }
}
