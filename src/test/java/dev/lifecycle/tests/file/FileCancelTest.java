package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.State;
import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorClosedException;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.task.Asker;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that end early, since a thread is interrupted, or the processor closed. */
@Timeout(60)
class FileCancelTest {
    @TempDir
    Path dir;

    private final FileProcessor files = FileProcessor.builder("cancelled calls")
            .chunkSize(64)
            .readSize(64)
            .maxFileSize(Long.MAX_VALUE)
            .open();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch inside = new CountDownLatch(1);
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(dir.resolve("file"), "some line\n".repeat(1_000));
    }

    @AfterEach
    void close() {
        gate.countDown();
        assertFalse(Thread.interrupted());
        files.close();
        assertEquals(List.of(), Descriptors.below(dir));
    }

    /** Waits in a handler until the test lets it go on. */
    private void hold() throws InterruptedException {
        inside.countDown();
        gate.await();
    }

    /** More than can be read in the time of a test. */
    private Path endless() throws IOException {
        Path large = dir.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
            sparse.setLength(1L << 42);
        }
        return large;
    }

    /** What a call came to, and whether its thread was interrupted then. */
    private record Ended(FileResult result, boolean interrupted) {}

    private static void assertInterrupted(Ended ended) {
        assertEquals(Outcome.CANCELLED, ended.result().outcome(), ended::toString);
        assertEquals(Reason.INTERRUPTED, ended.result().reason(), ended::toString);
        assertTrue(ended.interrupted(), "the flag stays set");
    }

    // ---- interrupts ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Way.class)
    void anInterruptBeforeItBeginsLeavesNothingToBeHandedOut(Way way) throws Exception {
        Source source = way == Way.PATH ? Source.of(file) : way.source(Script.of(new byte[1_000]));
        AtomicInteger calls = new AtomicInteger();
        Thread.currentThread().interrupt();
        FileResult result = files.forEachChunk(source, chunk -> calls.incrementAndGet());
        assertInterrupted(new Ended(result, Thread.interrupted()));
        assertEquals(0, calls.get());
    }

    @Test
    void anInterruptEndsEveryPass() {
        List<FileResult> results = new ArrayList<>();
        Thread.currentThread().interrupt();
        results.add(files.forEachLine(file, line -> {}));
        results.add(files.forEachText(file, text -> {}));
        results.add(files.forEachRecord(file, Splitter.fixed(9), record -> {}));
        results.add(files.process(file, new Maker()).result());
        results.add(files.readText(file).result());
        results.add(files.validate(file));
        results.add(assertThrows(FileFailedException.class, () -> files.countLines(file))
                .result());
        assertTrue(Thread.interrupted());
        results.forEach(result -> assertInterrupted(new Ended(result, true)));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aHandlerMayInterruptItself(Way way) throws Exception {
        Source source = way == Way.PATH ? Source.of(file) : way.source(Script.of(new byte[10_000]));
        AtomicInteger calls = new AtomicInteger();
        FileResult result = files.forEachChunk(source, chunk -> {
            calls.incrementAndGet();
            Thread.currentThread().interrupt();
        });
        assertInterrupted(new Ended(result, Thread.interrupted()));
        assertTrue(calls.get() < 10, () -> calls + " calls"); // those that were read
        assertEquals(Outcome.DONE, files.forEachChunk(file, chunk -> {}).outcome());
    }

    @Test
    void anInterruptEndsAReadThatWaitsForAChannel() throws Exception {
        Pipe pipe = Pipe.open();
        try (Pipe.SinkChannel sink = pipe.sink();
                Pipe.SourceChannel source = pipe.source()) {
            sink.write(ByteBuffer.allocate(200));
            Asker<Ended> asker = Asker.of(() -> {
                FileResult result = files.forEachChunk("pipe", source, chunk -> inside.countDown());
                return new Ended(result, Thread.interrupted());
            });
            inside.await();
            asker.thread.interrupt();
            assertInterrupted(asker.result());
        }
    }

    @Test
    void anInterruptThatAStreamHearsIsNoFailureOfIt() throws Exception {
        Script script = Script.of(new byte[1_000]).hanging(200);
        Asker<Ended> asker = Asker.of(() -> new Ended(
                files.forEachChunk("hearing", new ScriptedStream(script), chunk -> {}), Thread.interrupted()));
        script.hanging.await();
        asker.thread.interrupt();
        assertInterrupted(asker.result());
    }

    @Test
    void anInterruptThatAStreamDoesNotHearIsSeenAfterTheRead() throws Exception {
        Script script = Script.of(new byte[1_000]).deaf(200);
        Asker<Ended> asker = Asker.of(() ->
                new Ended(files.forEachChunk("deaf", new ScriptedStream(script), chunk -> {}), Thread.interrupted()));
        script.hanging.await();
        asker.thread.interrupt();
        script.release();
        Ended ended = asker.result();
        assertInterrupted(ended);
        assertTrue(script.at < 1_000, () -> script.at + " bytes");
    }

    @Test
    void anInterruptEndsAReaderOfLines() throws Exception {
        try (Scope scope = Scope.open("readers");
                LineReader reader = files.lines(file, scope)) {
            assertTrue(reader.next());
            Thread.currentThread().interrupt();
            FileFailedException thrown = assertThrows(FileFailedException.class, () -> {
                while (reader.next()) {
                    assertTrue(reader.line().number() < 100); // those that were read
                }
            });
            assertInterrupted(new Ended(thrown.result(), Thread.interrupted()));
        }
    }

    @Test
    void aCallThatIsNotInterruptedLeavesTheFlagAlone() {
        assertEquals(Outcome.DONE, files.forEachChunk(file, chunk -> {}).outcome());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    // ---- close -----------------------------------------------------------------------------------------------------

    @Test
    void refusesEveryCallOnceItIsClosedAndNamesItself() throws Exception {
        FileProcessor closed = FileProcessor.builder("the closed one").open();
        closed.close();
        closed.close();
        assertEquals(State.CLOSED, closed.state());
        try (Scope scope = Scope.open("owner")) {
            List<Executable> calls = List.of(
                    () -> closed.forEachChunk(file, chunk -> {}),
                    () -> closed.forEachLine(file, line -> {}),
                    () -> closed.forEachText(file, text -> {}),
                    () -> closed.forEachRecord(file, Splitter.fixed(1), record -> {}),
                    () -> closed.process(file, new Maker()),
                    () -> closed.readText(file),
                    () -> closed.validate(file),
                    () -> closed.countLines(file),
                    () -> closed.lines(file, scope));
            for (Executable call : calls) {
                FileProcessorClosedException thrown = assertThrows(FileProcessorClosedException.class, call);
                assertTrue(thrown.getMessage().contains("the closed one"), thrown.getMessage());
            }
        }
        assertEquals("the closed one", closed.name());
        assertEquals(State.CLOSED, closed.snapshot().state());
    }

    @Test
    void closingCancelsACallWhoseHandlerIsAtWork() throws Exception {
        Path large = endless();
        Asker<FileResult> asker = Asker.of(() -> files.forEachChunk(large, chunk -> hold()));
        inside.await();
        Asker<Boolean> closer = Asker.of(() -> {
            files.close();
            return true;
        });
        Await.until("closing", () -> files.state() != State.OPEN);
        assertThrows(FileProcessorClosedException.class, () -> files.readText(file));
        gate.countDown();
        FileResult result = asker.result();
        assertTrue(closer.result());
        assertEquals(Outcome.CANCELLED, result.outcome(), result::toString);
        assertEquals(Reason.SCOPE_CLOSED, result.reason());
        assertEquals(State.CLOSED, files.state());
        assertEquals(List.of(), Descriptors.below(dir));
    }

    @Test
    void closingAScopeCancelsTheCallsOfItsProcessor() throws Exception {
        Scope scope = Scope.open("owner");
        FileProcessor owned = FileProcessor.builder("owned")
                .chunkSize(64)
                .readSize(64)
                .maxFileSize(Long.MAX_VALUE)
                .open(scope);
        Path large = endless();
        Asker<FileResult> asker = Asker.of(() -> owned.forEachText(large, text -> hold()));
        inside.await();
        Asker<Boolean> closer = Asker.of(() -> {
            scope.close();
            return true;
        });
        Await.until("closing", () -> owned.state() != State.OPEN);
        gate.countDown();
        assertEquals(Reason.SCOPE_CLOSED, asker.result().reason());
        assertTrue(closer.result());
        assertEquals(List.of(), Descriptors.below(dir));
    }

    @Test
    void closingCancelsACallThatReads() throws Exception {
        Path large = endless();
        Asker<FileResult> asker = Asker.of(() -> files.forEachChunk(large, chunk -> inside.countDown()));
        inside.await();
        files.close();
        FileResult result = asker.result();
        assertEquals(Outcome.CANCELLED, result.outcome());
        assertEquals(Reason.SCOPE_CLOSED, result.reason());
        assertTrue(result.bytesRead() > 0);
    }

    @Test
    void closingClosesWhatIsReadAlsoIfTheReadEndsMeanwhileAndItsHandlerIsAtWork() throws Exception {
        Thread[] closer = {null};
        Script script = Script.of(new byte[1_000]).beforeRead(() -> {
            if (closer[0] == null) {
                closer[0] = new Thread(files::close);
                closer[0].start();
                Await.until("it waits for the read", () -> closer[0].getState() == Thread.State.TIMED_WAITING);
            }
        });
        Source source = Way.CHANNEL.source(script).closing();
        FileResult result = files.forEachChunk(source, chunk -> {
            Await.end(closer[0]);
            assertEquals(1, script.closes);
        });
        assertEquals(Reason.SCOPE_CLOSED, result.reason(), result::toString);
    }

    @Test
    void closingDoesNotCloseWhatIsNotItsOwn() throws Exception {
        Script script = Script.of(new byte[1_000]).forEver().deaf(500);
        Asker<FileResult> asker = Asker.of(() -> files.forEachChunk(Way.CHANNEL.source(script), chunk -> {}));
        script.hanging.await();
        Asker<Boolean> closer = Asker.of(() -> {
            files.close();
            return true;
        });
        Await.until("closing", () -> files.state() != State.OPEN);
        script.release();
        assertEquals(Reason.SCOPE_CLOSED, asker.result().reason());
        assertTrue(closer.result());
        assertEquals(0, script.closes);
    }

    @Test
    void callsThatRaceWithItsCloseEndAndLeaveNothing() throws Exception {
        for (int round = 0; round < 60; round++) {
            FileProcessor racing =
                    FileProcessor.builder("racing").chunkSize(64).readSize(64).open();
            AtomicInteger begun = new AtomicInteger();
            List<Asker<Outcome>> askers = Asker.some(3, () -> {
                while (true) {
                    begun.incrementAndGet();
                    FileResult result = racing.forEachLine(file, line -> line.length());
                    if (result.outcome() != Outcome.DONE) {
                        assertEquals(Reason.SCOPE_CLOSED, result.reason(), result::toString);
                    }
                }
            });
            Await.until("all call", () -> begun.get() >= 6);
            racing.close();
            for (Asker<Outcome> asker : askers) {
                Throwable refused = asker.failure();
                assertEquals(FileProcessorClosedException.class, refused.getClass(), refused::toString);
            }
            assertEquals(List.of(), Descriptors.below(dir));
        }
    }
}
