package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Pressure;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.file.ChangePolicy;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.OversizePolicy;
import dev.lifecycle.file.Source;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is held once calls have ended: no descriptor, no thread, and as little memory as is asked for. */
@Tag("once")
@Timeout(60)
class FileLeakTest {
    private static final int FILES = Integer.getInteger("lifecycle.tests.files", 10_000); // 100 000 in a long run

    @TempDir
    Path dir;

    private static FileProcessorBuilder small() {
        return FileProcessor.builder("leaks")
                .chunkSize(64)
                .readSize(64)
                .maxFileSize(2_000)
                .maxLineLength(200);
    }

    // ---- faults ----------------------------------------------------------------------------------------------------

    @Test
    void manyFilesWithFaultsLeaveNothing() throws Exception {
        for (int i = 0; i < 5; i++) {
            Files.write(dir.resolve("file" + i), "some line\n".repeat(40 * i).getBytes(StandardCharsets.US_ASCII));
        }
        Files.write(dir.resolve("file5"), new byte[5_000]);
        try (Scope scope = Scope.open("ten thousand");
                FileProcessor files = small().onChange(ChangePolicy.FAIL).open(scope)) {
            Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < 500; i++) {
                outcomes.merge(pass(files, scope, random), 1, Integer::sum);
            }
            int descriptors = Descriptors.count();
            int threads = ManagementFactory.getThreadMXBean().getThreadCount();
            for (int i = 500; i < FILES; i++) {
                outcomes.merge(pass(files, scope, random), 1, Integer::sum);
            }
            assertEquals(List.of(), Descriptors.below(dir));
            Await.until("descriptors are back at " + descriptors, () -> Descriptors.count() <= descriptors);
            Await.until(
                    "threads are back at " + threads,
                    () -> ManagementFactory.getThreadMXBean().getThreadCount() <= threads);
            assertEquals(FILES, outcomes.values().stream().mapToInt(n -> n).sum());
            assertTrue(outcomes.getOrDefault(Outcome.DONE, 0) > FILES / 10, outcomes::toString);
            assertTrue(outcomes.getOrDefault(Outcome.FAILED, 0) > FILES / 10, outcomes::toString);
            assertTrue(outcomes.getOrDefault(Outcome.CANCELLED, 0) > FILES / 100, outcomes::toString);
        }
    }

    /** Reads some file in some way, and something goes wrong, or nothing. */
    private Outcome pass(FileProcessor files, Scope scope, SplittableRandom random) throws Exception {
        Path file = dir.resolve("file" + random.nextInt(8)); // two of them do not exist
        Source source = random.nextInt(3) > 0 ? Source.of(file) : failing(random);
        int when = random.nextInt(5);
        int what = random.nextInt(8);
        int[] calls = {0};
        Maker.Step fault = () -> {
            if (calls[0]++ == when) {
                fault(what, file);
            }
        };
        try {
            FileResult result = switch (random.nextInt(6)) {
                case 0 -> files.forEachChunk(source, chunk -> fault.run());
                case 1 -> files.forEachLine(source, line -> fault.run());
                case 2 -> files.forEachText(source, text -> fault.run());
                case 3 -> {
                    Maker maker = new Maker();
                    maker.onChunk = fault;
                    yield files.process(source, maker).result();
                }
                case 4 -> files.readText(source).result();
                default -> read(files, source, scope, random);
            };
            return result.outcome();
        } catch (OutOfMemoryError planned) {
            return Outcome.FAILED;
        } finally {
            Thread.interrupted();
        }
    }

    private static Source failing(SplittableRandom random) {
        Script script = Script.of(new byte[1_000]).sizes(Way.splits(random));
        if (random.nextBoolean()) {
            script.failing(random.nextInt(1_000), new IOException("planned"));
        }
        return random.nextBoolean()
                ? Way.STREAM.source(script)
                : Way.CHANNEL.source(script).closing();
    }

    private static void fault(int what, Path file) throws Exception {
        switch (what) {
            case 0 -> throw new IOException("planned");
            case 1 -> throw new IllegalStateException("planned");
            case 2 -> throw new OutOfMemoryError("planned");
            case 3 -> Thread.currentThread().interrupt();
            case 4 -> {
                if (Files.exists(file) && Files.size(file) < 1_900) {
                    Files.write(file, new byte[] {'a', '\n'}, StandardOpenOption.APPEND);
                }
            }
            default -> {} // nothing
        }
    }

    private static FileResult read(FileProcessor files, Source source, Scope scope, SplittableRandom random) {
        try (LineReader reader = files.lines(source, scope)) {
            int most = random.nextInt(30);
            while (most-- > 0 && reader.next()) {
                reader.line().length();
            }
            reader.close();
            return reader.result();
        } catch (dev.lifecycle.file.FileFailedException failed) {
            return failed.result();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // ---- processors ------------------------------------------------------------------------------------------------

    @Test
    void aProcessorThatIsDroppedIsReportedAsALeak() throws Exception {
        Queue<LeakReport> heard = new ConcurrentLinkedQueue<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add)) {
            LeakProbe.awaitCollected(dropped());
            Await.until("a report of it, " + heard, () -> {
                System.gc();
                return heard.stream().anyMatch(report -> report.label().contains("dropped processor"));
            });
        }
    }

    private static WeakReference<FileProcessor> dropped() {
        FileProcessor files = FileProcessor.builder("dropped processor").open();
        files.forEachChunk("some", new ScriptedStream(Script.of(new byte[10])), chunk -> {});
        return new WeakReference<>(files);
    }

    @Test
    void aProcessorThatIsClosedIsNoLeak() {
        try (LeakProbe probe = LeakProbe.open("processors")) {
            FileProcessor files = small().open(probe.scope());
            files.forEachChunk("some", new ScriptedStream(Script.of(new byte[10])), chunk -> {});
            files.close();
            probe.expectClosed(files);
        }
    }

    @Test
    void aHandlerIsNotHeldOnceItsCallHasEnded() {
        try (FileProcessor files = small().open()) {
            LeakProbe.awaitCollected(handled(files));
        }
    }

    private static WeakReference<Object> handled(FileProcessor files) {
        Object held = new Object();
        files.forEachLine("some", new ScriptedStream(Script.of(new byte[10])), line -> assertFalse(held.equals(line)));
        return new WeakReference<>(held);
    }

    // ---- figures ---------------------------------------------------------------------------------------------------

    @Test
    void aSnapshotTellsOfCallsInProgress() {
        try (FileProcessor files = small().open()) {
            Snapshot before = files.snapshot();
            assertEquals("leaks", before.name());
            assertEquals(Kind.FILE_PROCESSOR, before.kind());
            assertEquals(State.OPEN, before.state());
            Snapshot[] within = {before};
            files.forEachChunk(
                    "some", new ScriptedStream(Script.of(new byte[10])), chunk -> within[0] = files.snapshot());
            assertFalse(within[0].gauges().isEmpty());
            assertFalse(before.gauges().equals(within[0].gauges()), () -> "of a call that reads: " + within[0]);
            assertEquals(before.gauges().keySet(), files.snapshot().gauges().keySet());
            assertTrue(files.snapshot().toJson().startsWith("{"));
        }
    }

    @Test
    void shrinkingGivesUpTheBuffersThatNobodyUses() {
        try (FileProcessor files = FileProcessor.builder("shrinking").open()) {
            assertEquals(0, files.shrink(Pressure.EMERGENCY, Long.MAX_VALUE), "nothing was used yet");
            files.restore();
            files.forEachLine("some", new ScriptedStream(Script.of(new byte[10])), line -> {});
            assertEquals(0, files.shrink(Pressure.NORMAL, Long.MAX_VALUE), "asks for nothing");
            long dropped = files.shrink(Pressure.EMERGENCY, Long.MAX_VALUE);
            assertTrue(dropped >= 64 << 10, () -> dropped + " bytes"); // a read, at least
            assertTrue(dropped <= 100 << 20, () -> dropped + " bytes");
            assertEquals(0, files.shrink(Pressure.EMERGENCY, Long.MAX_VALUE), "they are gone");
            files.restore();
            files.forEachLine("some", new ScriptedStream(Script.of(new byte[10])), line -> {});
            assertEquals(dropped, files.shrink(Pressure.EMERGENCY, Long.MAX_VALUE), "as much as before");
        }
    }

    @Test
    void shrinkingTakesNothingFromACallInProgress() {
        byte[] content = FileChunksTest.bytes(new SplittableRandom(3), 1_000);
        try (FileProcessor files = small().open()) {
            StringBuilder got = new StringBuilder();
            FileResult result = files.forEachChunk("some", new ScriptedStream(Script.of(content)), chunk -> {
                files.shrink(Pressure.EMERGENCY, Long.MAX_VALUE);
                got.append(Piece.latin(chunk.copy()));
                files.restore();
            });
            assertEquals(Outcome.DONE, result.outcome());
            assertEquals(Piece.latin(content), got.toString());
        }
    }

    @Test
    void keepsTheBuffersOfOneCallWhileMemoryIsScarce() {
        try (FileProcessor files = small().open()) {
            nested(files, 2);
            long ofTwo = files.shrink(Pressure.EMERGENCY, Long.MAX_VALUE);
            nested(files, 2);
            assertEquals(ofTwo / 2, files.shrink(Pressure.EMERGENCY, Long.MAX_VALUE));
            files.restore();
            nested(files, 2);
            assertEquals(ofTwo, files.shrink(Pressure.EMERGENCY, Long.MAX_VALUE));
        }
    }

    private static void nested(FileProcessor files, int depth) {
        FileResult result = files.forEachLine("some", new ScriptedStream(Script.of(new byte[10])), line -> {
            if (depth > 1) {
                nested(files, depth - 1);
            }
        });
        assertEquals(Outcome.DONE, result.outcome());
    }

    @Test
    void shrinksAlsoOnceItIsClosed() {
        FileProcessor files = small().open();
        files.forEachLine("some", new ScriptedStream(Script.of(new byte[10])), line -> {});
        files.close();
        assertEquals(0, files.shrink(Pressure.EMERGENCY, Long.MAX_VALUE));
        files.restore();
        assertThrows(RuntimeException.class, () -> files.readText(dir));
    }

    @Test
    void truncatesTenThousandTimesInTheSameBuffers() throws Exception {
        Path file = Files.write(dir.resolve("long"), new byte[5_000]);
        try (FileProcessor files = small().oversize(OversizePolicy.TRUNCATE).open()) {
            for (int i = 0; i < FILES / 10; i++) {
                assertEquals(2_000, files.forEachChunk(file, chunk -> {}).bytesRead());
            }
            long dropped = files.shrink(Pressure.EMERGENCY, Long.MAX_VALUE);
            assertTrue(dropped < 100_000, () -> dropped + " bytes were kept for one caller");
        }
    }
}
