package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.PauseState;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.Progress;
import dev.lifecycle.file.ProgressListener;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.file.TreeProcessorBuilder;
import dev.lifecycle.tests.api.Json;
import dev.lifecycle.time.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How far a run is, and what is printed of it. */
@Timeout(60)
class TreeProgressTest {
    @TempDir
    Path dir;

    private final FileProcessor files = FileProcessor.builder("files").open();
    private final VirtualTime time = new VirtualTime();
    private final List<Progress> told = new ArrayList<>();

    @AfterEach
    void close() {
        files.close();
    }

    private TreeProcessorBuilder builder() {
        return TreeProcessor.builder("progress", files).timeSource(time);
    }

    private ProcessingReport run(TreeProcessorBuilder builder) {
        try (TreeProcessor tree = builder.open()) {
            return tree.process(dir, (file, context) -> {
                time.advance(Duration.ofMillis(400));
                return file.readText();
            });
        }
    }

    @Test
    void aListenerIsToldEachSecondAndAtTheEnd() {
        Trees.files(dir, 10);
        run(builder().progress(told::add));
        assertEquals(
                List.of(3L, 6L, 9L, 10L), told.stream().map(Progress::files).toList());
        assertEquals(
                List.of(12L, 24L, 36L, 40L), told.stream().map(Progress::bytes).toList());
        Progress first = told.get(0);
        assertEquals("f002", first.current());
        assertEquals(10, first.bytesPerSecond(), 0.01);
        assertEquals(OptionalLong.empty(), first.totalFiles());
        assertEquals(Optional.empty(), first.remaining());
        assertEquals(PauseState.RUNNING, first.pause());
        assertEquals(Duration.ofMillis(1_200), first.elapsed());
        assertEquals(
                List.of(false, false, false, true),
                told.stream().map(Progress::last).toList());
    }

    @Test
    void timeThatRemainsIsKnownWhereFilesAreCountedFirst() {
        Trees.files(dir, 10);
        run(builder().precount(true).exclude("f009").progress(told::add, Duration.ofMillis(800)));
        assertEquals(OptionalLong.of(9), told.get(0).totalFiles());
        assertEquals(2, told.get(0).files());
        assertEquals(Duration.ofMillis(2_800), told.get(0).remaining().orElseThrow());
        assertEquals(Duration.ZERO, told.get(told.size() - 1).remaining().orElseThrow());
    }

    @Test
    void countingIsNotHeldAgainstTheTimeThatRemains() {
        Trees.files(dir, 10);
        run(builder()
                .precount(true)
                .filter(info -> {
                    time.advance(Duration.ofMillis(100)); // a second for all of them, and another one for the walk
                    return true;
                })
                .batchSize(10)
                .progress(told::add, Duration.ofMillis(2_900)));
        assertEquals(Duration.ofMillis(3_200), told.get(0).elapsed());
        assertEquals(3, told.get(0).files());
        assertEquals(
                Duration.ofMillis(2_200 * 7 / 3),
                told.get(0)
                        .remaining()
                        .map(left -> Duration.ofMillis(left.toMillis()))
                        .orElseThrow());
    }

    @Test
    void aListenerThatThrowsIsCountedAndChangesNothing() {
        Trees.files(dir, 10);
        ProcessingReport report = run(builder().progress(progress -> {
            if (progress.last()) {
                throw new AssertionError("planned");
            }
            throw new IllegalStateException("planned");
        }));
        assertEquals(4, report.listenerFailures());
        assertEquals(10, report.count(Outcome.DONE));
        assertTrue(report.toText().contains("listener failed 4 times"));
    }

    @Test
    void aListenerIsCalledByOneThreadAtATime() {
        Trees.files(dir, 300);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        List<String> wrong = new ArrayList<>();
        TreeProcessorBuilder builder = TreeProcessor.builder("progress", files)
                .parallelism(4)
                .progress(
                        progress -> {
                            calls.incrementAndGet();
                            if (inside.incrementAndGet() != 1) {
                                wrong.add("together");
                            }
                            inside.decrementAndGet();
                        },
                        Duration.ofNanos(1));
        try (TreeProcessor tree = builder.open()) {
            tree.process(dir, (file, context) -> file.readText());
        }
        assertEquals(List.of(), wrong);
        assertTrue(calls.get() > 10, calls + " calls");
    }

    // ---- printing --------------------------------------------------------------------------------------------------

    private static Progress at(int seconds, long files, boolean last) {
        return new Progress(
                files,
                files * 1_000_000,
                2_500_000,
                OptionalLong.of(1_000),
                Optional.of(Duration.ofSeconds(3_700)),
                "some/file\n\r",
                PauseState.PAUSED,
                Duration.ofSeconds(seconds),
                last);
    }

    @Test
    void whereThereIsNoTerminalLinesComeNowAndThenAndAreWhole() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ProgressListener console = ProgressListener.console(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        for (int second = 1; second <= 35; second++) {
            console.progress(at(second, second * 10L, false));
        }
        console.progress(at(36, 400, true));
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertFalse(text.contains("\r"), text);
        List<String> lines = text.lines().toList();
        assertEquals(4, lines.size(), text);
        assertEquals(
                "[##..................] 100/1000 files, 95.4 MiB, 2.4 MiB/s, 0:10, 1:01:40 left, waits for memory",
                lines.get(0));
        assertTrue(
                lines.get(3).contains(" 400/1000 files") && lines.get(3).contains(", 0:36, waits"), text); // none left
        assertThrows(NullPointerException.class, () -> ProgressListener.console(null));
    }

    @Test
    void whatATerminalWouldObeyIsNotPrinted() {
        Trees.file(dir, "a");
        ProcessingReport report;
        try (TreeProcessor tree = builder().open()) {
            report = tree.process(dir, (file, context) -> {
                throw new IllegalStateException("\u001b[2J \u009b2J \u0085 \ud800 \udc00\ud83d\ude00");
            });
        }
        for (String each : List.of(report.toText(), report.toJson())) {
            assertTrue(each.lines().noneMatch(line -> line.chars().anyMatch(Character::isISOControl)), each);
        }
        assertTrue(
                report.toJson().contains("\\u001b[2J \\u009b2J \\u0085 \\ud800 \\udc00\ud83d\ude00"), report::toJson);
    }

    @Test
    void aReportIsPrintedForPeopleAndForPrograms() {
        Trees.files(dir, 30);
        ProcessingReport report;
        try (TreeProcessor tree = builder().batchSize(7).open()) {
            report = tree.process(dir, (file, context) -> {
                time.advance(Duration.ofMillis(3));
                if (file.relative().toString().endsWith("7")) {
                    throw new IllegalStateException("planned\nin two \"lines\"");
                }
                return file.readText();
            });
        }
        String text = report.toText();
        assertTrue(text.startsWith("COMPLETED: 30 entries, 27 done, 3 failed, 108 B in 0.090 s\n"), text);
        assertTrue(text.contains("\n  HANDLER               3\n"), text);
        assertTrue(text.contains("batches 5 (0 resumed), directories 1, paused 0.000 s"), text);
        String listed = text.substring(text.indexOf("\nnot ok\n"), text.indexOf("\nslowest\n"));
        assertEquals(
                3,
                listed.lines()
                        .filter(line -> line.contains("planned\\u000ain two \"lines\""))
                        .count(),
                text);
        assertEquals(report.toString(), text.lines().findFirst().orElseThrow());
        String json = report.toJson();
        assertEquals(1, json.lines().count());
        String parsed = Json.parse(json).toString();
        assertTrue(parsed.contains("planned\nin two \"lines\""), parsed);
        assertTrue(json.startsWith("{\"state\":\"COMPLETED\",\"entries\":30,\"outcomes\":{\"DONE\":27,"), json);
    }
}
