package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(90)
class ReportVerbTest {
    private static final long MB = 1 << 20;

    @TempDir
    Path dir;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int report(String... words) throws Exception {
        return report(TimeSource.system(), words);
    }

    private int report(TimeSource time, String... words) throws Exception {
        PrintStream both = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new ReportVerb().run(List.of(words), new World(both, both, Path.of("/proc"), Quit.BY_SHELL, time));
    }

    private String refused(String... words) {
        CliException refused = assertThrows(CliException.class, () -> report(words));
        assertEquals(Exit.USAGE, refused.status());
        return String.valueOf(refused.getMessage());
    }

    /** A file of samples, two a minute, of a heap as is said, collected as a whole before each. */
    private Path csv(int samples, IntToLongFunction live, IntToLongFunction collections) throws IOException {
        StringBuilder text = new StringBuilder(MonitorCsv.HEADER).append('\n');
        for (int i = 0; i < samples; i++) {
            long noise = i * 7_919L % 20_000;
            MonitorCsv.Row row = new MonitorCsv.Row(
                    Instant.parse("2026-11-23T12:00:00Z").plusSeconds(30L * i),
                    700 * MB + noise,
                    -1,
                    1_000 * MB,
                    300 * MB,
                    400 * MB,
                    512 * MB,
                    live.applyAsLong(i) + noise,
                    30 * MB,
                    42,
                    17,
                    5_000,
                    collections.applyAsLong(i),
                    collections.applyAsLong(i),
                    10 * collections.applyAsLong(i),
                    i == 0 ? Double.NaN : 0.5,
                    Optional.empty());
            text.append(row.line()).append('\n');
        }
        return Files.writeString(dir.resolve("a<b>.csv"), text);
    }

    private String written(Path csv, int status) throws Exception {
        Path file = dir.resolve("out.html");
        assertEquals(status, report(csv.toString(), "-o", file.toString()), out::toString);
        return Files.readString(file);
    }

    @Test
    void aFileOfAMonitorBecomesChartsAndAVerdict() throws Exception {
        String html = written(csv(200, i -> 100 * MB, i -> i), Exit.OK);
        assertTrue(html.contains("Memory, by a&lt;b&gt;.csv"), "its name, escaped");
        for (String chart : List.of(
                "The process, MB",
                "Its heap, MB",
                "Outside the heap, MB",
                "Threads",
                "Descriptors",
                "Classes",
                "Collections, a minute",
                "Stopped for collections, %",
                "Processors in use")) {
            assertTrue(html.contains("<figcaption>" + chart + "</figcaption>"), chart);
        }
        assertTrue(html.contains("<b>STABLE</b>"), html);
        assertTrue(html.contains("young <b>2 a minute</b>"), html);
        assertFalse(html.contains("charged"), "what was never known has no line");
    }

    @Test
    void aHeapThatLeaksIsAFindingAtTheTop() throws Exception {
        String html = written(csv(400, i -> 100 * MB + i * MB / 4, i -> i), Exit.FINDING);
        assertTrue(html.contains("class=\"verdict bad\"><b>LEAKING</b> heap.live grows by"), html);
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("400 samples, LEAKING"), out::toString);
    }

    @Test
    void aProcessThatWasStartedAgainIsJudgedByItsLastRun() throws Exception {
        String html =
                written(csv(400, i -> 100 * MB + (i < 300 ? i : 0) * MB / 4, i -> i < 300 ? i : i - 300), Exit.OK);
        assertTrue(html.contains("2 of the process"), html);
    }

    @Test
    void weeksOfSamplesAreDrawnWithTheirPeak() throws Exception {
        int samples = 200_000;
        MonitorCharts charts = new MonitorCharts();
        for (MonitorCsv.Row row : MonitorCsv.read(
                Files.newBufferedReader(csv(samples, i -> (i == 123_456 ? 500 : 100) * MB, i -> i)), "a.csv")) {
            charts.add(row, false, false);
        }
        var report = dev.lifecycle.memory.MemoryReport.builder("long");
        charts.addTo(report);
        dev.lifecycle.memory.ReportChart heap = report.build().charts().get(1);
        var live = heap.lines().get(1).points();
        assertTrue(live.size() <= 4_100, live.size() + " points");
        assertEquals(
                500,
                live.stream().mapToDouble(point -> point.value() / MB).max().orElse(0),
                1);
    }

    @Test
    void wrongWordsAreRefusedBeforeAnythingIsRead() throws Exception {
        assertTrue(refused().contains("one file or one process number"));
        assertTrue(refused("a", "b").contains("not 2"));
        assertTrue(refused(dir.resolve("none.csv").toString()).contains("there is no file"));
        assertTrue(refused(csv(0, i -> 0, i -> 0).toString()).contains("no samples"));
        Path csv = csv(3, i -> MB, i -> i);
        assertTrue(refused(csv.toString(), "--every", "1s").contains("--every is for a process"));
        assertTrue(refused(csv.toString(), "-o", dir.toString()).contains("is a directory"));
        assertTrue(
                refused(csv.toString(), "-o", dir.resolve("x").resolve("y.html").toString())
                        .contains("directory is not there"));
        assertTrue(refused("1", "--duration", "1ms").contains("--duration"));
        try (Stream<Path> left = Files.list(dir)) {
            assertEquals(List.of(csv), left.toList(), "nothing is written");
        }
    }

    static List<Path> jdks() throws IOException {
        return Jdks.homes();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    @EnabledOnOs(OS.LINUX)
    void aProcessIsWatchedAndItsGrowingClassNamed(Path home) throws Exception {
        Path file = dir.resolve("out.html");
        try (Child child =
                Child.start(home, Leaking.class, List.of("-XX:+UseG1GC", "-Xmn8m", "-Dleak.times=50", "-Dsecret=x"))) {
            int status = report(
                    Long.toString(child.pid()),
                    "--duration",
                    "2s",
                    "--every",
                    "200ms",
                    "--snapshots",
                    "3",
                    "--max-pause",
                    "10s",
                    "--output",
                    file.toString());
            assertEquals(Exit.OK, status, "two seconds are too few for a verdict: " + out);
            String html = Files.readString(file);
            int grown = html.indexOf("Classes that grow");
            String first =
                    html.substring(html.indexOf("<code>", grown), html.indexOf("</tr>", html.indexOf("<code>", grown)));
            assertTrue(first.contains("Leaking$Record</code></td><td class=\"n\">2 of 2</td>"), first);
            assertTrue(html.contains("Largest classes"), html);
            assertTrue(html.contains("INSUFFICIENT_DATA"), html);
            assertFalse(html.contains("secret"), "words of the command line may be passwords");
            child.checkUnharmed();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessThatHasEndedIsRefused() throws Exception {
        Child child = Child.start(jdks().get(0), Growing.class, List.of("-XX:+UseSerialGC"), "nothing");
        child.close();
        CliException gone = assertThrows(CliException.class, () -> report(Long.toString(child.pid())));
        assertEquals(Exit.NO_ATTACH, gone.status());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @EnabledOnOs(OS.LINUX)
    void aProcessThatEndsIsReportedUntilThen(int snapshots) throws Exception {
        Path file = dir.resolve("out.html");
        try (Child child = Child.start(jdks().get(0), Growing.class, List.of("-XX:+UseSerialGC"), "nothing")) {
            AtomicInteger waits = new AtomicInteger();
            TimeSource killing = new TimeSource() {
                @Override
                public long nanos() {
                    return System.nanoTime();
                }

                @Override
                public void parkNanos(Object blocker, long nanos) {
                    if (waits.incrementAndGet() == 3) {
                        ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroyForcibly);
                    }
                    LockSupport.parkNanos(blocker, nanos);
                }

                @Override
                public void unpark(Thread thread) {
                    LockSupport.unpark(thread);
                }
            };
            int status = report(
                    killing, Long.toString(child.pid()), "--duration", "1h", "--every", "100ms", "-o", file.toString());
            assertEquals(Exit.OK, status, out::toString);
            assertTrue(Files.readString(file).contains("while it was watched"));
        }
    }
}
