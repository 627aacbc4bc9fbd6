package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.State;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.TextResult;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.tests.file.Piece.Pieces;
import dev.lifecycle.tests.task.Asker;
import dev.lifecycle.time.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls on the threads of a task manager: one that hangs is given up, and its caller is back. */
@Timeout(60)
class FileTasksTest {
    @TempDir
    Path dir;

    private final LogCapture log = LogCapture.ofTasks();
    private final VirtualTime time = new VirtualTime();
    private final TaskManager tasks =
            TaskManager.builder("workers").maxConcurrency(1).timeSource(time).open();
    private final FileProcessor files = small().open();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch inside = new CountDownLatch(1);

    private FileProcessorBuilder small() {
        return FileProcessor.builder("tasks")
                .chunkSize(64)
                .readSize(64)
                .tasks(tasks)
                .timeout(Duration.ofSeconds(30))
                .timeSource(time);
    }

    @AfterEach
    void close() throws Exception {
        gate.countDown();
        Asker<Boolean> closer = Asker.of(() -> {
            files.close();
            tasks.close();
            return true;
        });
        passTimeUntil(closer);
        log.close();
    }

    /** Lets time pass until it is done. */
    private void passTimeUntil(Asker<?> asker) {
        Await.until("it is done", () -> {
            time.advance(Duration.ofMillis(500));
            return asker.isDone();
        });
    }

    private void hold() {
        inside.countDown();
        boolean interrupted = false;
        while (gate.getCount() > 0) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aCallRunsOnAThreadOfTheManagerAndHasTheSameResult() throws Exception {
        byte[] content = FileChunksTest.bytes(new SplittableRandom(1), 1_000);
        for (Way way : Way.values()) {
            Pieces got = Piece.chunks(files, way.source(dir, content, new SplittableRandom(2)));
            assertEquals(Naive.chunks(content, 64), got.list());
            assertEquals(Outcome.DONE, got.result().outcome());
        }
        Thread[] ran = {null};
        files.forEachChunk(
                "thread", new ScriptedStream(Script.of(new byte[1])), chunk -> ran[0] = Thread.currentThread());
        assertNotSame(Thread.currentThread(), ran[0]);
    }

    @Test
    void aCallThatNeverBeganClosesWhatItWasToClose() throws Exception {
        Asker<FileResult> first = Asker.of(
                () -> files.forEachChunk("first", new ScriptedStream(Script.of(new byte[1])), chunk -> gate.await()));
        Await.until("the only thread is busy", () -> tasks.snapshot().active() == 1);
        Script script = Script.of(new byte[9]);
        Asker<FileResult> second =
                Asker.of(() -> files.forEachChunk(Way.STREAM.source(script).closing(), chunk -> {}));
        Await.until("it waits", () -> tasks.snapshot().queued() == 1);
        passTimeUntil(second);
        assertEquals(Outcome.TIMED_OUT, second.result().outcome());
        assertEquals(List.of(0, 1), List.of(script.reads, script.closes));
        gate.countDown();
        passTimeUntil(first);
    }

    @Test
    void aReadThatHearsAnInterruptIsTimedOut() throws Exception {
        Pipe pipe = Pipe.open();
        try (Pipe.SinkChannel sink = pipe.sink();
                Pipe.SourceChannel source = pipe.source()) {
            sink.write(ByteBuffer.allocate(200));
            Asker<FileResult> asker = Asker.of(() -> files.forEachChunk("pipe", source, chunk -> inside.countDown()));
            inside.await();
            Await.until("its task has deadlines", () -> asker.thread.getState() == Thread.State.WAITING);
            time.advance(Duration.ofMillis(30_500)); // it is interrupted after 30 s, and given up after 31
            Await.until("it has heard", asker::isDone);
            assertEquals(Outcome.TIMED_OUT, asker.result().outcome(), () -> "nobody writes");
            assertEquals(Reason.TIMEOUT, asker.result().reason());
        }
    }

    @Test
    void aReadThatDoesNotReturnIsLeftToItselfAndItsCallerIsBack() throws Exception {
        Script script = Script.of(new byte[1_000]).deaf(200);
        Asker<FileResult> asker =
                Asker.of(() -> files.forEachChunk(Way.STREAM.source(script).closing(), chunk -> {}));
        script.hanging.await();
        passTimeUntil(asker);
        FileResult result = asker.result();
        assertEquals(Outcome.TIMED_OUT, result.outcome());
        assertEquals(Reason.STUCK, result.reason(), result::toString);
        Asker<TextResult> next =
                Asker.of(() -> files.readText("next", new ScriptedStream(Script.of("text".getBytes("US-ASCII")))));
        Await.until("the next call is not held up", () -> {
            time.advance(Duration.ofMillis(1));
            return next.isDone();
        });
        assertEquals("text", next.result().orThrow());
        script.release();
        Await.until("closed when its read is back", () -> script.closes == 1);
    }

    @Test
    void aHandlerThatDoesNotReturnIsLeftToItselfAndItsCallerIsBack() throws Exception {
        Path file = Files.write(dir.resolve("held"), new byte[1_000]);
        Asker<FileResult> asker = Asker.of(() -> files.forEachChunk(file, chunk -> hold()));
        inside.await();
        passTimeUntil(asker);
        assertEquals(Outcome.TIMED_OUT, asker.result().outcome(), () -> "held");
        gate.countDown();
        Await.until("its file is closed", () -> Descriptors.below(dir).isEmpty());
    }

    @Test
    void aHandlerThatWasLeftToItselfIsNotCalledAgain() throws Exception {
        Path file = Files.write(dir.resolve("held"), new byte[1_000]);
        Maker maker = new Maker();
        maker.onChunk = this::hold;
        Asker<FileResult> asker = Asker.of(() -> files.process(file, maker).result());
        inside.await();
        passTimeUntil(asker);
        assertEquals(Outcome.TIMED_OUT, asker.result().outcome());
        gate.countDown();
        Await.until("its file is closed", () -> Descriptors.below(dir).isEmpty());
        Await.until("it is told once", () -> maker.calls.contains("abort"));
        assertEquals(List.of("begin", "chunk", "abort"), maker.calls);
    }

    @Test
    void anInterruptOfTheCallerEndsItsCall() throws Exception {
        Script script = Script.of(new byte[1_000]).hanging(200);
        boolean[] interrupted = {false};
        Asker<FileResult> asker = Asker.of(() -> {
            FileResult result = files.forEachChunk(Way.STREAM.source(script), chunk -> {});
            interrupted[0] = Thread.interrupted();
            return result;
        });
        script.hanging.await();
        asker.thread.interrupt();
        assertEquals(Outcome.CANCELLED, asker.result().outcome(), asker.result()::toString);
        assertEquals(Reason.INTERRUPTED, asker.result().reason());
        assertTrue(interrupted[0]);
    }

    @Test
    void closingTheProcessorEndsItsCalls() throws Exception {
        Script script = Script.of(new byte[1_000]).hanging(200);
        Asker<FileResult> asker = Asker.of(() -> files.forEachChunk(Way.STREAM.source(script), chunk -> {}));
        script.hanging.await();
        Asker<Boolean> closer = Asker.of(() -> {
            files.close();
            return true;
        });
        Await.until("closing", () -> files.state() != State.OPEN);
        assertEquals(Outcome.CANCELLED, asker.result().outcome(), asker.result()::toString);
        assertEquals(Reason.SCOPE_CLOSED, asker.result().reason());
        passTimeUntil(closer);
    }

    @Test
    void aHandlerMayCallTheProcessorThoughThereIsOneThread() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "content");
        Asker<String> asker = Asker.of(() -> {
            String[] within = {""};
            FileResult result = files.forEachChunk(
                    file, chunk -> within[0] = files.readText(file).orThrow());
            return result.outcome() + " " + within[0];
        });
        assertEquals("DONE content", asker.result());
    }

    @Test
    void anErrorOfTheVirtualMachineReachesTheCaller() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "content");
        OutOfMemoryError full = new OutOfMemoryError("planned");
        Throwable thrown = assertThrows(
                OutOfMemoryError.class,
                () -> files.forEachChunk(file, chunk -> {
                    throw full;
                }));
        assertSame(full, thrown);
        assertEquals(List.of(), Descriptors.below(dir));
    }

    @Test
    void whatAHandlerThrowsIsInTheResult() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "content");
        FileResult result = files.forEachChunk(file, chunk -> {
            throw new IllegalStateException("planned");
        });
        assertEquals(Outcome.FAILED, result.outcome());
        assertEquals(Reason.HANDLER, result.reason());
    }
}
