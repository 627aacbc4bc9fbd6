package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.State;
import dev.lifecycle.file.FileFailure;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileProcessorClosedException;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Handlers that throw, close what they are called by, or call it again: one result each, and no descriptor left. */
@Timeout(60)
class FileHandlerFaultTest {
    @TempDir
    Path dir;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(dir.resolve("file"), "some line\n".repeat(1_000));
    }

    private static FileProcessorBuilder small() {
        return FileProcessor.builder("handlers").chunkSize(64).readSize(64);
    }

    /** A pass of each kind, whose handler takes one step each time. */
    static Stream<Pass> passes() {
        return Stream.of(
                (files, file, step) -> files.forEachChunk(file, chunk -> step.run()),
                (files, file, step) -> files.forEachLine(file, line -> step.run()),
                (files, file, step) -> files.forEachText(file, text -> step.run()),
                (files, file, step) -> files.forEachRecord(file, Splitter.fixed(9), record -> step.run()),
                (files, file, step) -> files.forEachRecord(file, Splitter.delimiter((byte) 10), record -> step.run()));
    }

    /** A way to read a file, with a handler that does the same each time. */
    @FunctionalInterface
    interface Pass {
        FileResult run(FileProcessor files, Path file, Maker.Step step);
    }

    private FileResult pass(Pass kind, FileProcessor files, Maker.Step step) {
        return kind.run(files, file, step);
    }

    // ---- throws ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("passes")
    void whatAHandlerThrowsEndsTheFileAndNothingElse(Pass kind) {
        try (FileProcessor files = small().open()) {
            for (Throwable each : new Throwable[] {
                new IOException("planned"),
                new Exception("planned"),
                new IllegalStateException("planned"),
                new AssertionError("planned"),
                new LinkageError("planned"),
                new Error("planned")
            }) {
                int[] calls = {0};
                FileResult result = pass(kind, files, () -> {
                    if (++calls[0] == 3) {
                        raise(each);
                    }
                });
                assertEquals(3, calls[0]);
                assertEquals(Outcome.FAILED, result.outcome());
                assertEquals(Reason.HANDLER, result.reason());
                FileFailure failure = Objects.requireNonNull(result.failure());
                assertEquals(each.getClass().getName(), failure.type());
                assertEquals("planned", failure.message());
                assertTrue(failure.stack().toString().contains(getClass().getSimpleName()));
                assertEquals(List.of(), Descriptors.below(dir));
            }
            assertEquals(Outcome.DONE, pass(kind, files, () -> {}).outcome());
        }
    }

    private static void raise(Throwable thrown) throws Exception {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (Exception) thrown;
    }

    @ParameterizedTest
    @MethodSource("passes")
    void anErrorOfTheVirtualMachinePropagatesWithEverythingClosed(Pass kind) {
        try (FileProcessor files = small().open()) {
            for (VirtualMachineError each :
                    new VirtualMachineError[] {new OutOfMemoryError("planned"), new InternalError("planned")}) {
                VirtualMachineError thrown = assertThrows(
                        each.getClass(),
                        () -> pass(kind, files, () -> {
                            throw each;
                        }));
                assertSame(each, thrown);
                assertEquals(List.of(), Descriptors.below(dir));
            }
            assertEquals(Outcome.DONE, pass(kind, files, () -> {}).outcome(), "and it works as before");
        }
    }

    @ParameterizedTest
    @MethodSource("passes")
    void aHandlerThatRunsOutOfStackFailsItsFileAndNothingElse(Pass kind) {
        try (FileProcessor files = small().open()) {
            FileResult result = pass(kind, files, () -> descend(0));
            assertEquals(Outcome.FAILED, result.outcome());
            assertEquals(Reason.HANDLER, result.reason());
            assertEquals(
                    StackOverflowError.class.getName(),
                    Objects.requireNonNull(result.failure()).type());
            assertEquals(List.of(), Descriptors.below(dir));
            assertEquals(Outcome.DONE, pass(kind, files, () -> {}).outcome(), "and it works as before");
        }
    }

    private static int descend(int depth) {
        return depth < 0 ? depth : descend(depth + 1) + 1;
    }

    @Test
    void anErrorOfTheVirtualMachineInAReadPropagates() {
        OutOfMemoryError full = new OutOfMemoryError("planned");
        try (FileProcessor files = small().open()) {
            for (Way way : List.of(Way.STREAM, Way.CHANNEL)) {
                Script script = Script.of(new byte[500]).failing(100, full);
                assertSame(
                        full,
                        assertThrows(
                                OutOfMemoryError.class,
                                () -> files.forEachChunk(way.source(script).closing(), chunk -> {})));
                assertEquals(1, script.closes);
            }
        }
    }

    @Test
    void anExceptionThatHidesItselfIsTakenDownByItsClass() {
        try (FileProcessor files = small().open()) {
            FileResult result = files.forEachChunk(file, chunk -> {
                throw new Malicious();
            });
            assertEquals(Reason.HANDLER, result.reason());
            assertEquals(
                    Malicious.class.getName(),
                    Objects.requireNonNull(result.failure()).type());
            assertFalse(result.toString().isEmpty());
        }
    }

    private static final class Malicious extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("planned");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("planned");
        }
    }

    @Test
    void anInterruptedExceptionOfAHandlerIsNoLostInterrupt() {
        try (FileProcessor files = small().open()) {
            FileResult result = files.forEachChunk(file, chunk -> {
                throw new InterruptedException("planned");
            });
            assertTrue(Thread.interrupted(), "the flag is set: whoever threw it has cleared it");
            boolean isOfHandler = result.outcome() == Outcome.FAILED && result.reason() == Reason.HANDLER;
            boolean isCancelled = result.outcome() == Outcome.CANCELLED && result.reason() == Reason.INTERRUPTED;
            assertTrue(isOfHandler || isCancelled, result::toString);
        }
    }

    // ---- closes ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("passes")
    void aHandlerMayCloseItsProcessor(Pass kind) {
        FileProcessor files = small().open();
        int[] calls = {0};
        FileResult result = pass(kind, files, () -> {
            calls[0]++;
            files.close();
        });
        assertEquals(Outcome.CANCELLED, result.outcome(), result::toString);
        assertEquals(Reason.SCOPE_CLOSED, result.reason());
        assertEquals(State.CLOSED, files.state());
        assertEquals(List.of(), Descriptors.below(dir));
        assertTrue(calls[0] < 100, () -> calls[0] + " calls"); // one, or as many as were read by then
    }

    @ParameterizedTest
    @MethodSource("passes")
    void aHandlerMayCloseTheScopeOfItsProcessor(Pass kind) {
        Scope scope = Scope.open("owner");
        FileProcessor files = small().open(scope);
        FileResult result = pass(kind, files, scope::close);
        assertEquals(Outcome.CANCELLED, result.outcome(), result::toString);
        assertEquals(Reason.SCOPE_CLOSED, result.reason());
        assertEquals(State.CLOSED, files.state());
        assertEquals(State.CLOSED, scope.state());
        assertEquals(List.of(), Descriptors.below(dir));
    }

    @Test
    void aHandlerThatCallsAProcessorItHasClosedIsRefused() {
        FileProcessor files = small().open();
        List<Throwable> thrown = new ArrayList<>();
        files.forEachChunk(file, chunk -> {
            files.close();
            thrown.add(assertThrows(FileProcessorClosedException.class, () -> files.forEachChunk(file, c -> {})));
        });
        assertEquals(1, thrown.size());
    }

    // ---- calls again -----------------------------------------------------------------------------------------------

    private static FileProcessorBuilder forOneCall() {
        FileProcessorBuilder builder = small().maxLineLength(100);
        IllegalArgumentException tooSmall = assertThrows(IllegalArgumentException.class, builder.memoryBudget(1)::open);
        String need = tooSmall.getMessage().replaceAll("(?s).*one call needs (\\d+) bytes.*", "$1");
        return builder.memoryBudget(Long.parseLong(need));
    }

    @ParameterizedTest
    @MethodSource("passes")
    void aHandlerMayCallItsProcessorAlsoWhereThereIsRoomForOneCall(Pass kind) {
        try (FileProcessor files = forOneCall().open()) {
            int[] depth = {0};
            int[] inner = {0};
            List<String> seen = new ArrayList<>();
            FileResult result = pass(kind, files, () -> {
                if (depth[0]++ < 3) {
                    FileResult within = pass(kind, files, () -> {
                        if (inner[0]++ == 0) {
                            seen.add(files.readText(file).result().outcome().toString());
                        }
                    });
                    seen.add(within.outcome().toString());
                }
            });
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
            assertEquals(List.of("DONE", "DONE", "DONE", "DONE"), seen);
            assertEquals(List.of(), Descriptors.below(dir));
        }
    }

    @Test
    void whatAHandlerReadsItselfDoesNotTouchItsOwnView() {
        try (FileProcessor files = small().open()) {
            List<Piece> outer = new ArrayList<>();
            byte[] other = FileChunksTest.bytes(new java.util.SplittableRandom(5), 500);
            FileResult result = files.forEachChunk(file, chunk -> {
                byte[] before = chunk.copy();
                assertEquals(
                        Naive.chunks(other, 64),
                        Piece.chunks(files, Way.STREAM.source(Script.of(other))).list());
                assertEquals(Piece.latin(before), Piece.latin(chunk.copy()));
                outer.add(Piece.of(chunk));
            });
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
            assertEquals("some line\n".repeat(1_000), Piece.joined(outer));
        }
    }

    @Test
    void aHandlerMayReadLinesOfItsOwn() {
        try (FileProcessor files = forOneCall().open();
                Scope scope = Scope.open("own")) {
            long[] lines = {0};
            FileResult result = files.forEachLine(file, line -> {
                if (line.number() <= 2) {
                    try (LineReader reader = files.lines(file, scope)) {
                        while (reader.next()) {
                            lines[0]++;
                        }
                    }
                }
                assertEquals("some line", line.toString());
            });
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
            assertEquals(2_000, lines[0]);
        }
    }

    @Test
    void aFailureWithinIsTheHandlersToSee() {
        try (FileProcessor files = small().open()) {
            List<Reason> within = new ArrayList<>();
            FileResult result = files.forEachChunk(Source.of(file), chunk -> {
                if (within.isEmpty()) {
                    within.add(files.readText(dir.resolve("missing")).result().reason());
                }
            });
            assertEquals(Outcome.DONE, result.outcome());
            assertEquals(List.of(Reason.VANISHED), within);
        }
    }
}
