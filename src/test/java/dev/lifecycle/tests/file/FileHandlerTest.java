package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.BinaryPolicy;
import dev.lifecycle.file.ChangePolicy;
import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileInfo;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.OversizePolicy;
import dev.lifecycle.file.Processed;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.tests.api.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All of a file is made into something, or nothing: a handler learns which. */
@Timeout(60)
class FileHandlerTest {
    @TempDir
    Path dir;

    private final Maker maker = new Maker();
    private final IOException planned = new IOException("planned");

    private static FileProcessorBuilder small() {
        return FileLimitsTest.small();
    }

    private Processed<String> process(FileProcessorBuilder builder, Source source) {
        try (FileProcessor files = builder.open()) {
            return files.process(source, maker);
        }
    }

    private Source file(int size) throws IOException {
        return Source.of(Files.write(dir.resolve("made.bin"), new byte[size]));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void endsAfterAllChunksAndReturnsWhatWasMade(Way way) throws Exception {
        byte[] content = FileChunksTest.bytes(new SplittableRandom(1), 1_000);
        Processed<String> got = process(small(), way.source(dir, content, new SplittableRandom(2)));
        assertEquals(List.of("begin", "chunk", "end"), maker.calls);
        assertEquals(Optional.of(Piece.latin(content)), got.value());
        assertEquals(got.value(), got.orThrow());
        assertEquals(Outcome.DONE, got.result().outcome());
        assertEquals(Outcome.DONE, maker.results.get(0).outcome());
    }

    @Test
    void isToldWhatIsKnownOfAFileAndOfAStream() throws Exception {
        process(small(), file(700));
        assertEquals(new FileInfo(dir.resolve("made.bin").toString(), 700), maker.infos.get(0));
        process(small(), Source.of("upload", new ScriptedStream(Script.of(new byte[9]))));
        assertEquals(new FileInfo("upload", -1), maker.infos.get(1));
    }

    @Test
    void hasNoChunkOfAnEmptyFile() throws Exception {
        Processed<String> got = process(small(), file(0));
        assertEquals(List.of("begin", "end"), maker.calls);
        assertEquals(Optional.of(""), got.value());
    }

    @Test
    void mayMakeNothing() throws Exception {
        maker.makesNothing = true;
        Processed<String> got = process(small(), file(10));
        assertEquals(Optional.empty(), got.value());
        assertEquals(Outcome.DONE, got.result().outcome());
        assertEquals(Optional.empty(), got.orThrow());
    }

    @Test
    void endsWithWhatALimitAllows() throws Exception {
        Processed<String> got = process(small().maxFileSize(100).oversize(OversizePolicy.TRUNCATE), file(1_000));
        assertEquals(List.of("begin", "chunk", "end"), maker.calls);
        assertEquals(100, got.orThrow().orElseThrow().length());
        assertEquals(Outcome.TRUNCATED, maker.results.get(0).outcome());
    }

    // ---- aborted ---------------------------------------------------------------------------------------------------

    private void assertAborted(Outcome outcome, Reason reason, Processed<String> got) {
        assertEquals(Optional.empty(), got.value());
        assertEquals(outcome, got.result().outcome());
        assertEquals(reason, got.result().reason());
        assertEquals("abort", maker.calls.get(maker.calls.size() - 1));
        assertEquals(1, maker.results.size());
        assertEquals(outcome, maker.results.get(0).outcome());
        assertEquals(reason, maker.results.get(0).reason());
        assertThrows(FileFailedException.class, got::orThrow);
    }

    @ParameterizedTest
    @EnumSource(
            value = OversizePolicy.class,
            names = {"REJECT", "SKIP"})
    void isAbortedWhereItIsFoundTooLongLate(OversizePolicy policy) {
        Source source = Source.of("long", new ScriptedStream(Script.of(new byte[1_000])));
        Processed<String> got = process(small().maxFileSize(500).oversize(policy), source);
        assertAborted(policy == OversizePolicy.SKIP ? Outcome.SKIPPED : Outcome.FAILED, Reason.OVERSIZE, got);
        assertEquals(List.of("begin", "chunk", "abort"), maker.calls);
    }

    @Test
    void isNotCalledForAFileThatIsNotOpened() throws Exception {
        process(small().maxFileSize(500), file(1_000));
        process(small().maxFileSize(500).oversize(OversizePolicy.SKIP), file(1_000));
        process(small(), Source.of(dir.resolve("missing")));
        process(small(), Source.of(dir));
        assertEquals(List.of(), maker.calls);
    }

    @Test
    void isAbortedForEachBeginWhereAFileIsNoText() throws Exception {
        for (BinaryPolicy policy : List.of(BinaryPolicy.SKIP, BinaryPolicy.FAIL)) {
            Processed<String> got = process(small().binary(policy), file(1_000)); // zero bytes
            assertEquals(Reason.BINARY, got.result().reason());
            assertEquals(Optional.empty(), got.value());
        }
        long begun = maker.calls.stream().filter("begin"::equals).count();
        long aborted = maker.calls.stream().filter("abort"::equals).count();
        assertEquals(begun, aborted, maker.calls::toString);
        assertEquals(maker.calls.size(), begun + aborted, maker.calls::toString);
    }

    @Test
    void isAbortedWhereAStreamFails() {
        Processed<String> got = process(
                small(),
                Source.of(
                        "failing", new ScriptedStream(Script.of(new byte[1_000]).failing(500, planned))));
        assertAborted(Outcome.FAILED, Reason.IO, got);
    }

    @Test
    void isAbortedWhereAFileChangesThatMustNot() throws Exception {
        Source source = file(1_000);
        maker.onChunk =
                () -> Files.write(Objects.requireNonNull(source.path()), new byte[1], StandardOpenOption.APPEND);
        assertAborted(Outcome.FAILED, Reason.CHANGED, process(small().onChange(ChangePolicy.FAIL), source));
    }

    @Test
    void isAbortedWhereItsBeginningFails() throws Exception {
        maker.onBegin = () -> {
            throw planned;
        };
        assertAborted(Outcome.FAILED, Reason.HANDLER, process(small(), file(100)));
        assertEquals(List.of("begin", "abort"), maker.calls);
    }

    @Test
    void isAbortedWhereAChunkFails() throws Exception {
        maker.onChunk = () -> {
            throw planned;
        };
        Processed<String> got = process(small(), file(1_000));
        assertAborted(Outcome.FAILED, Reason.HANDLER, got);
        assertEquals(
                IOException.class.getName(),
                Objects.requireNonNull(got.result().failure()).type());
    }

    @Test
    void isNotAbortedAfterItsEndHasFailed() throws Exception {
        maker.onEnd = () -> {
            throw planned;
        };
        Processed<String> got = process(small(), file(100));
        assertEquals(List.of("begin", "chunk", "end"), maker.calls);
        assertEquals(Optional.empty(), got.value());
        assertEquals(Outcome.FAILED, got.result().outcome());
        assertEquals(Reason.HANDLER, got.result().reason());
        assertTrue(Objects.requireNonNull(got.result().failure()).message().contains("planned"));
        assertThrows(FileFailedException.class, got::orThrow);
    }

    @Test
    void writesToTheLogWhatAbortingThrowsAndKeepsTheFirstFailure() throws Exception {
        maker.onChunk = () -> {
            throw planned;
        };
        IllegalStateException second = new IllegalStateException("the second");
        maker.onAbort = () -> {
            throw second;
        };
        try (LogCapture log = LogCapture.ofFiles()) {
            Processed<String> got = process(small(), file(100));
            assertEquals(Outcome.FAILED, got.result().outcome());
            assertEquals(Reason.HANDLER, got.result().reason());
            assertEquals(
                    IOException.class.getName(),
                    Objects.requireNonNull(got.result().failure()).type());
            assertEquals(List.of(second), log.thrown());
            assertTrue(log.mentions("made.bin"), () -> log.lines().toString());
        }
    }

    @Test
    void keepsItsOutcomeWhereAbortingFails() {
        maker.onAbort = () -> {
            throw new IllegalStateException("planned");
        };
        Source source = Source.of("long", new ScriptedStream(Script.of(new byte[1_000])));
        Processed<String> got;
        try (LogCapture log = LogCapture.ofFiles()) {
            got = process(small().maxFileSize(500).oversize(OversizePolicy.SKIP), source);
        }
        assertEquals(Outcome.SKIPPED, got.result().outcome());
        assertEquals(Reason.OVERSIZE, got.result().reason());
    }

    @Test
    void isAbortedWhereTheThreadIsInterrupted() throws Exception {
        maker.onChunk = () -> Thread.currentThread().interrupt();
        Processed<String> got = process(small(), file(10_000));
        assertTrue(Thread.interrupted());
        assertAborted(Outcome.CANCELLED, Reason.INTERRUPTED, got);
    }

    @Test
    void isAbortedBeforeAnErrorOfTheVirtualMachinePropagates() throws Exception {
        OutOfMemoryError full = new OutOfMemoryError("planned");
        maker.onChunk = () -> {
            throw full;
        };
        Source source = file(1_000);
        try (FileProcessor files = small().open()) {
            assertSame(full, assertThrows(OutOfMemoryError.class, () -> files.process(source, maker)));
            assertEquals(List.of("begin", "chunk", "abort"), maker.calls);
        }
        assertEquals(List.of(), Descriptors.below(dir));
    }
}
