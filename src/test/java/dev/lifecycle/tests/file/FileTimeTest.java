package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.file.Piece.Pieces;
import dev.lifecycle.tests.task.Asker;
import dev.lifecycle.time.VirtualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Deadlines and rates, by a clock that the test moves. */
@Timeout(60)
class FileTimeTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);

    @TempDir
    Path dir;

    private final VirtualTime time =
            new VirtualTime(Long.MAX_VALUE - 5_000_000_000L); // readings wrap after five seconds
    private final long begun = time.nanos();

    private FileProcessorBuilder small() {
        return FileProcessor.builder("deadlines").chunkSize(64).readSize(64).timeSource(time);
    }

    private Duration passed() {
        return Duration.ofNanos(time.nanos() - begun);
    }

    // ---- of a call -------------------------------------------------------------------------------------------------

    @Test
    void aCallEndsWhenItsTimeIsOverItsHandlerIncluded() throws Exception {
        Path file = Files.write(dir.resolve("file"), new byte[10_000]);
        try (FileProcessor files = small().timeout(Duration.ofSeconds(30)).open()) {
            int[] calls = {0};
            FileResult result = files.forEachChunk(file, chunk -> {
                calls[0]++;
                time.advance(SECOND);
            });
            assertEquals(Outcome.TIMED_OUT, result.outcome());
            assertEquals(Reason.TIMEOUT, result.reason());
            assertTrue(calls[0] >= 30 && calls[0] < 40, () -> calls[0] + " seconds");
            assertEquals(List.of(), Descriptors.below(dir));
        }
    }

    @Test
    void eachCallHasTimeOfItsOwn() throws Exception {
        Path file = Files.write(dir.resolve("file"), new byte[1_000]);
        try (FileProcessor files = small().timeout(Duration.ofSeconds(30)).open()) {
            for (int i = 0; i < 5; i++) {
                FileResult result = files.forEachChunk(file, chunk -> time.advance(SECOND));
                assertEquals(Outcome.DONE, result.outcome());
            }
        }
    }

    @Test
    void whatTakesThirtySecondsIsTooLongUnlessToldOtherwise() throws Exception {
        Path file = Files.write(dir.resolve("file"), new byte[1 << 20]);
        try (FileProcessor files =
                FileProcessor.builder("default").timeSource(time).open()) {
            int[] calls = {0};
            FileResult result = files.forEachChunk(file, chunk -> {
                if (calls[0]++ == 0) {
                    time.advance(Duration.ofSeconds(31));
                }
            });
            assertEquals(Outcome.TIMED_OUT, result.outcome());
            assertEquals(Reason.TIMEOUT, result.reason());
        }
    }

    @Test
    void aHandlerIsToldToDropWhatItHasMadeWhenTimeIsOver() throws Exception {
        Path file = Files.write(dir.resolve("file"), new byte[10_000]);
        Maker maker = new Maker();
        maker.onChunk = () -> time.advance(Duration.ofMinutes(1));
        try (FileProcessor files = small().open()) {
            assertEquals(Outcome.TIMED_OUT, files.process(file, maker).result().outcome());
            assertEquals(List.of("begin", "chunk", "abort"), maker.calls);
        }
    }

    @Test
    void theLongestTimesAreAsGoodAsNone() throws Exception {
        byte[] content = FileChunksTest.bytes(new SplittableRandom(1), 1_000);
        try (FileProcessor files = small().timeout(LONG).stallTimeout(LONG).open()) {
            int[] turn = {0};
            Script script =
                    Script.of(content).sizes(() -> turn[0]++ % 2).beforeRead(() -> time.advance(Duration.ofDays(10)));
            try (VirtualTime.Registration registered = time.register()) {
                assertEquals(
                        Naive.chunks(content, 64),
                        Piece.chunks(files, Way.CHANNEL.source(script)).list());
            }
        }
    }

    // ---- without a byte --------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"STREAM", "CHANNEL"})
    void aSourceThatBringsNothingForTooLongMakesNoProgress(Way way) {
        try (FileProcessor files =
                small().timeout(LONG).stallTimeout(Duration.ofSeconds(10)).open()) {
            Script script = Script.of(new byte[1_000]);
            script.sizes(() -> script.at < 300 ? 100 : 0).beforeRead(() -> time.advance(SECOND));
            try (VirtualTime.Registration registered = time.register()) {
                FileResult result = files.forEachChunk(way.source(script), chunk -> {});
                assertEquals(Outcome.TIMED_OUT, result.outcome(), result::toString);
                assertEquals(Reason.NO_PROGRESS, result.reason());
                assertEquals(script.at, result.bytesRead());
            }
        }
    }

    @Test
    void aSourceThatBringsAByteNowAndThenMakesProgress() {
        try (FileProcessor files =
                small().timeout(LONG).stallTimeout(Duration.ofSeconds(10)).open()) {
            int[] turn = {0};
            Script script = Script.of(new byte[50])
                    .sizes(() -> ++turn[0] % 8 == 0 ? 1 : 0)
                    .beforeRead(() -> time.advance(SECOND));
            FileResult result = files.forEachChunk(Way.CHANNEL.source(script), chunk -> {});
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }

    @Test
    void theTimeOfAHandlerIsNotThatOfItsSource() {
        try (FileProcessor files =
                small().timeout(LONG).stallTimeout(Duration.ofSeconds(10)).open()) {
            Script script = Script.of(new byte[1_000]);
            FileResult result =
                    files.forEachChunk(Way.STREAM.source(script), chunk -> time.advance(Duration.ofSeconds(11)));
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }

    @Test
    void theTimeOfACallEndsAlsoWhileASourceBringsNothing() {
        try (FileProcessor files =
                small().timeout(Duration.ofSeconds(5)).stallTimeout(LONG).open()) {
            Script script = Script.of(new byte[1_000]).sizes(0).beforeRead(() -> time.advance(SECOND));
            try (VirtualTime.Registration registered = time.register()) {
                FileResult result = files.forEachChunk(Way.CHANNEL.source(script), chunk -> {});
                assertEquals(Outcome.TIMED_OUT, result.outcome());
                assertEquals(Reason.TIMEOUT, result.reason());
            }
        }
    }

    // ---- rates -----------------------------------------------------------------------------------------------------

    @Test
    void readsNoFasterThanItMay() throws Exception {
        Path file = Files.write(dir.resolve("file"), new byte[100_000]);
        try (FileProcessor files = small().chunkSize(1_000)
                .readSize(1_000)
                .maxBytesPerSecond(10_000)
                .timeout(LONG)
                .open()) {
            try (VirtualTime.Registration registered = time.register()) {
                assertEquals(Outcome.DONE, files.forEachChunk(file, chunk -> {}).outcome());
            }
            assertTrue(passed().compareTo(Duration.ofMillis(9_000)) > 0, () -> "100 kB in " + passed());
            assertTrue(passed().compareTo(Duration.ofMillis(11_000)) < 0, () -> "100 kB in " + passed());
        }
    }

    @Test
    void readsAsFastAsItMayAlsoWhereLittleComesAtATime() throws Exception {
        try (FileProcessor files =
                small().maxBytesPerSecond(10_000).timeout(LONG).open()) {
            Script script = Script.of(new byte[10_000]).sizes(1);
            try (VirtualTime.Registration registered = time.register()) {
                FileResult result = files.forEachChunk(Way.STREAM.source(script), chunk -> {});
                assertEquals(Outcome.DONE, result.outcome());
            }
            assertTrue(passed().compareTo(Duration.ofMillis(900)) > 0, () -> "10 kB in " + passed());
            assertTrue(passed().compareTo(Duration.ofMillis(1_100)) < 0, () -> "10 kB in " + passed());
        }
    }

    @Test
    void waitsForNothingWhereThereIsNoRate() throws Exception {
        Path file = Files.write(dir.resolve("file"), new byte[100_000]);
        try (FileProcessor files = small().open();
                VirtualTime.Registration registered = time.register()) {
            assertEquals(Outcome.DONE, files.forEachChunk(file, chunk -> {}).outcome());
            assertEquals(Duration.ZERO, passed());
        }
    }

    @Test
    void allCallsTogetherReadNoFasterThanTheyMay() throws Exception {
        Path file = Files.write(dir.resolve("file"), new byte[50_000]);
        try (FileProcessor files = small().chunkSize(1_000)
                .readSize(1_000)
                .maxBytesPerSecond(10_000)
                .timeout(LONG)
                .open()) {
            VirtualTime.Registration main = time.register();
            List<Asker<FileResult>> askers = Asker.some(2, () -> {
                try (VirtualTime.Registration registered = time.register()) {
                    return files.forEachChunk(file, chunk -> {});
                }
            });
            main.close();
            for (Asker<FileResult> asker : askers) {
                assertEquals(Outcome.DONE, asker.result().outcome());
            }
            assertTrue(passed().compareTo(Duration.ofMillis(9_000)) > 0, () -> "100 kB in " + passed());
            assertTrue(passed().compareTo(Duration.ofMillis(11_500)) < 0, () -> "100 kB in " + passed());
        }
    }

    @Test
    void waitingForItsTurnIsNoFaultOfTheSource() throws Exception {
        byte[] content = FileChunksTest.bytes(new SplittableRandom(2), 300);
        try (FileProcessor files = small().maxBytesPerSecond(2)
                        .timeout(LONG)
                        .stallTimeout(Duration.ofSeconds(10))
                        .open();
                VirtualTime.Registration registered = time.register()) {
            Pieces got = Piece.chunks(files, Way.STREAM.source(Script.of(content)));
            assertEquals(Outcome.DONE, got.result().outcome(), got.result()::toString);
            assertEquals(Naive.chunks(content, 64), got.list());
        }
    }

    /** A call that waits for its turn for ever. */
    private Asker<FileResult> slow(FileProcessor files) {
        Asker<FileResult> asker = Asker.of(
                () -> files.forEachChunk("slow", new ScriptedStream(Script.of(new byte[10_000])), chunk -> {}));
        Await.until("it waits for its turn", () -> time.parked() == 1);
        return asker;
    }

    @Test
    void anInterruptEndsTheWaitForItsTurn() throws Exception {
        try (FileProcessor files = small().maxBytesPerSecond(1).open()) {
            Asker<FileResult> asker = slow(files);
            asker.thread.interrupt();
            assertEquals(Reason.INTERRUPTED, asker.result().reason());
        }
    }

    @Test
    void closingEndsTheWaitForItsTurn() throws Exception {
        FileProcessor files = small().maxBytesPerSecond(1).open();
        Asker<FileResult> asker = slow(files);
        files.close();
        assertEquals(Outcome.CANCELLED, asker.result().outcome());
        assertEquals(Reason.SCOPE_CLOSED, asker.result().reason());
    }

    @Test
    void theEndOfItsTimeEndsTheWaitForItsTurn() throws Exception {
        try (FileProcessor files =
                small().maxBytesPerSecond(1).timeout(Duration.ofSeconds(5)).open()) {
            Asker<FileResult> asker = slow(files);
            Await.until("it is over", () -> {
                if (time.parked() == 1) {
                    time.advance(SECOND);
                }
                return asker.isDone();
            });
            assertEquals(Outcome.TIMED_OUT, asker.result().outcome());
            assertEquals(Reason.TIMEOUT, asker.result().reason());
            assertTrue(passed().compareTo(Duration.ofSeconds(7)) < 0, () -> "after " + passed());
        }
    }
}
