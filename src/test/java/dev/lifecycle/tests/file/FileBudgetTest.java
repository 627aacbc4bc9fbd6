package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.task.Asker;
import dev.lifecycle.time.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Buffers for so many calls and no more; and memory that is scarce. */
@Timeout(60)
class FileBudgetTest {
    @TempDir
    Path dir;

    private final VirtualTime time = new VirtualTime();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private volatile Pressure pressure = Pressure.NORMAL;
    private FileProcessor files = builder().open();

    private FileProcessorBuilder builder() {
        return FileProcessor.builder("budget")
                .chunkSize(64)
                .readSize(64)
                .maxLineLength(100)
                .timeSource(time)
                .pressure(() -> pressure);
    }

    @AfterEach
    void close() {
        gate.countDown();
        files.close();
    }

    private void openFor(int calls) {
        files.close();
        String message = assertThrows(IllegalArgumentException.class, builder().memoryBudget(1)::open)
                .getMessage();
        long need = Long.parseLong(message.replaceAll("(?s).*one call needs (\\d+) bytes.*", "$1"));
        files = builder().memoryBudget(calls * need).open();
    }

    /** A call whose handler waits for the gate; lines need all the buffers there are. */
    private Asker<FileResult> call() {
        return Asker.of(() -> files.forEachLine("call", new ScriptedStream(Script.of(new byte[50])), line -> {
            line.length();
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            gate.await();
            inside.decrementAndGet();
        }));
    }

    private Asker<FileResult> callInside() {
        int before = inside.get();
        Asker<FileResult> asker = call();
        Await.until("it is in its handler", () -> inside.get() == before + 1);
        return asker;
    }

    private Asker<FileResult> callWaiting() {
        int before = time.parked();
        Asker<FileResult> asker = call();
        Await.until("it waits", () -> time.parked() == before + 1);
        return asker;
    }

    // ---- room ------------------------------------------------------------------------------------------------------

    @Test
    void aCallWithoutRoomWaitsForAnotherToEnd() throws Exception {
        openFor(1);
        Asker<FileResult> first = callInside();
        Asker<FileResult> second = callWaiting();
        assertFalse(second.isDone());
        gate.countDown();
        assertEquals(Outcome.DONE, first.result().outcome());
        assertEquals(Outcome.DONE, second.result().outcome());
        assertEquals(1, most.get());
    }

    @Test
    void asManyCallsRunAsThereIsRoomFor() throws Exception {
        openFor(2);
        List<Asker<FileResult>> inside = List.of(callInside(), callInside());
        Asker<FileResult> waiting = callWaiting();
        gate.countDown();
        for (Asker<FileResult> each : inside) {
            assertEquals(Outcome.DONE, each.result().outcome());
        }
        assertEquals(Outcome.DONE, waiting.result().outcome());
        assertEquals(2, most.get());
    }

    @Test
    void aCallWaitsForRoomNoLongerThanItsTime() throws Exception {
        openFor(1);
        callInside();
        Asker<FileResult> second = callWaiting();
        time.advance(Duration.ofSeconds(29));
        assertFalse(second.isDone());
        time.advance(Duration.ofSeconds(2));
        FileResult result = second.result();
        assertEquals(Outcome.TIMED_OUT, result.outcome(), result::toString);
        assertEquals(Reason.PRESSURE, result.reason());
        assertEquals(0, result.bytesRead());
    }

    @Test
    void aCallThatFoundNoRoomClosesWhatItWasToClose() throws Exception {
        openFor(1);
        callInside();
        Script script = Script.of(new byte[9]);
        int before = time.parked();
        Asker<FileResult> second =
                Asker.of(() -> files.forEachChunk(Way.STREAM.source(script).closing(), chunk -> {}));
        Await.until("it waits", () -> time.parked() == before + 1);
        time.advance(Duration.ofSeconds(31));
        assertEquals(Reason.PRESSURE, second.result().reason());
        assertEquals(List.of(0, 1), List.of(script.reads, script.closes));
    }

    @Test
    void anInterruptEndsTheWaitForRoom() throws Exception {
        openFor(1);
        callInside();
        Asker<FileResult> second = callWaiting();
        second.thread.interrupt();
        assertEquals(Outcome.CANCELLED, second.result().outcome());
        assertEquals(Reason.INTERRUPTED, second.result().reason());
    }

    @Test
    void closingEndsTheWaitForRoom() throws Exception {
        openFor(1);
        Asker<FileResult> first = callInside();
        Asker<FileResult> second = callWaiting();
        Asker<Boolean> closer = Asker.of(() -> {
            files.close();
            return true;
        });
        assertEquals(Outcome.CANCELLED, second.result().outcome());
        assertEquals(Reason.SCOPE_CLOSED, second.result().reason());
        gate.countDown();
        assertTrue(first.result().ok() || first.result().reason() == Reason.SCOPE_CLOSED);
        assertTrue(closer.result());
    }

    @Test
    void aCallThatGaveUpItsWaitTakesNoRoom() throws Exception {
        openFor(1);
        Asker<FileResult> first = callInside();
        for (int i = 0; i < 5; i++) {
            Asker<FileResult> waiting = callWaiting();
            waiting.thread.interrupt();
            waiting.result();
        }
        gate.countDown();
        first.result();
        for (int i = 0; i < 3; i++) {
            assertEquals(Outcome.DONE, call().result().outcome());
        }
    }

    @Test
    void roomIsGivenBackWhateverBecomesOfACall() throws Exception {
        openFor(1);
        for (int i = 0; i < 20; i++) {
            files.forEachChunk("failing", new ScriptedStream(Script.of(new byte[99])), chunk -> {
                throw new IllegalStateException("planned");
            });
            assertThrows(
                    OutOfMemoryError.class,
                    () -> files.forEachLine("failing", new ScriptedStream(Script.of(new byte[99])), line -> {
                        throw new OutOfMemoryError("planned");
                    }));
            files.readText(dir.resolve("missing"));
            files.readText(dir);
        }
        gate.countDown();
        assertEquals(Outcome.DONE, call().result().outcome());
    }

    @Test
    void manyCallsOfManyThreadsEndWhereThereIsRoomForOne() throws Exception {
        openFor(1);
        AtomicInteger at = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        for (Asker<Integer> asker : Asker.some(6, () -> {
            for (int i = 0; i < 300; i++) {
                FileResult result = files.forEachLine("one", new ScriptedStream(Script.of(new byte[70])), line -> {
                    together.accumulateAndGet(at.incrementAndGet(), Math::max);
                    line.length();
                    at.decrementAndGet();
                });
                assertEquals(Outcome.DONE, result.outcome(), result::toString);
            }
            return 1;
        })) {
            assertEquals(1, asker.result());
        }
        assertEquals(1, together.get());
    }

    // ---- pressure --------------------------------------------------------------------------------------------------

    @Test
    void callsRunOneAtATimeWhileMemoryIsScarce() throws Exception {
        for (Pressure scarce : List.of(Pressure.CLEANUP, Pressure.EMERGENCY)) {
            pressure = scarce;
            Asker<FileResult> first = callInside();
            Asker<FileResult> second = callWaiting();
            second.thread.interrupt();
            assertEquals(Reason.INTERRUPTED, second.result().reason());
            first.thread.interrupt();
            first.result();
            inside.set(0);
        }
        assertEquals(1, most.get());
    }

    @Test
    void callsRunTogetherWhileMemoryIsHardlyScarce() throws Exception {
        pressure = Pressure.TRIM;
        Asker<FileResult> first = callInside();
        Asker<FileResult> second = callInside();
        gate.countDown();
        assertEquals(Outcome.DONE, first.result().outcome());
        assertEquals(Outcome.DONE, second.result().outcome());
    }

    @Test
    void aCallThatWaitsGoesOnWhenTheOneBeforeItEnds() throws Exception {
        pressure = Pressure.EMERGENCY;
        Asker<FileResult> first = callInside();
        Asker<FileResult> second = callWaiting();
        gate.countDown();
        assertEquals(Outcome.DONE, first.result().outcome());
        assertEquals(Outcome.DONE, second.result().outcome());
    }

    @Test
    void aSourceOfPressureThatThrowsSaysNothing() throws Exception {
        files.close();
        files = builder()
                .pressure(() -> {
                    throw new IllegalStateException("planned");
                })
                .open();
        Asker<FileResult> first = callInside();
        Asker<FileResult> second = callInside();
        gate.countDown();
        assertEquals(Outcome.DONE, first.result().outcome());
        assertEquals(Outcome.DONE, second.result().outcome());
    }

    @Test
    void aSourceOfPressureThatReturnsNullSaysNothing() throws Exception {
        files.close();
        files = builder().pressure(() -> null).open();
        gate.countDown();
        assertEquals(Outcome.DONE, call().result().outcome());
    }
}
