package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorClosedException;
import dev.lifecycle.file.Line;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.StaleChunkException;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.task.Asker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lines that the caller asks for. */
@Timeout(60)
class LineReaderTest {
    @TempDir
    Path dir;

    private final Scope scope = Scope.open("readers");
    private final FileProcessor files = FileProcessor.builder("reading")
            .chunkSize(64)
            .readSize(64)
            .maxLineLength(2_000)
            .open();

    @AfterEach
    void close() {
        scope.close();
        files.close();
    }

    private Path file(int lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= lines; i++) {
            text.append("line ").append(i).append('\n');
        }
        return Files.writeString(dir.resolve("lines.txt"), text);
    }

    private static List<Row> rest(LineReader reader) throws IOException {
        List<Row> rows = new ArrayList<>();
        while (reader.next()) {
            rows.add(Row.of(reader.line()));
        }
        return rows;
    }

    // ---- its lines -------------------------------------------------------------------------------------------------

    @Test
    void hasTheLinesOfThePassOverAFile() {
        Trials.each(2_000, 1_500, (random, size) -> {
            byte[] content = FileTextTest.broken(random, size, StandardCharsets.UTF_8);
            List<Row> expected = Naive.lines(content, StandardCharsets.UTF_8, LineEnd.LF_CRLF);
            try (LineReader reader = files.lines(Way.any(random).source(dir, content, random), scope)) {
                assertEquals(expected, rest(reader));
                assertEquals(Outcome.DONE, reader.result().outcome());
                assertEquals(expected.size(), reader.result().lines());
                assertEquals(size, reader.result().bytesRead());
            }
        });
    }

    @Test
    void showsEachLineByTheSameObject() throws Exception {
        try (LineReader reader = files.lines(file(3), scope)) {
            assertTrue(reader.next());
            Line first = reader.line();
            assertEquals("line 1", first.toString());
            assertSame(first, reader.line());
            assertTrue(reader.next());
            assertSame(first, reader.line());
            assertEquals("line 2", first.toString());
        }
    }

    @Test
    void hasNoLineBeforeTheFirstAndAfterTheLast() throws Exception {
        try (LineReader reader = files.lines(file(1), scope)) {
            assertThrows(IllegalStateException.class, reader::line);
            assertTrue(reader.next());
            assertFalse(reader.next());
            assertThrows(IllegalStateException.class, reader::line);
            assertFalse(reader.next());
        }
    }

    @Test
    void aLineThatWasKeptIsGoneWithItsReader() throws Exception {
        LineReader reader = files.lines(file(1), scope);
        assertTrue(reader.next());
        Line line = reader.line();
        assertFalse(reader.next());
        assertThrows(StaleChunkException.class, line::toString);
        LineReader closed = files.lines(file(2), scope);
        assertTrue(closed.next());
        line = closed.line();
        closed.close();
        assertThrows(StaleChunkException.class, line::byteLength);
    }

    @Test
    void streamsTheLinesThatAreLeft() throws Exception {
        try (LineReader reader = files.lines(file(5), scope)) {
            assertTrue(reader.next());
            assertEquals(
                    List.of("line 2", "line 3", "line 4", "line 5"),
                    reader.stream().toList());
            assertEquals(List.of(), Descriptors.below(dir));
            assertEquals(Outcome.DONE, reader.result().outcome());
        }
    }

    @Test
    void aStreamThatIsClosedClosesTheReader() throws Exception {
        LineReader reader = files.lines(file(500), scope);
        try (Stream<String> lines = reader.stream()) {
            assertEquals("line 1", lines.findFirst().orElseThrow());
        }
        assertEquals(List.of(), Descriptors.below(dir));
        assertEquals(Outcome.CANCELLED, reader.result().outcome());
    }

    // ---- its end ---------------------------------------------------------------------------------------------------

    @Test
    void holdsTheFileUntilItsEndAndNoLonger() throws Exception {
        LineReader reader = files.lines(file(500), scope);
        assertTrue(reader.next());
        assertEquals(1, Descriptors.below(dir).size());
        rest(reader);
        assertEquals(List.of(), Descriptors.below(dir));
        assertEquals(Outcome.DONE, reader.result().outcome());
        reader.close();
        assertEquals(Outcome.DONE, reader.result().outcome(), "final, once it is closed");
    }

    @Test
    void closesTheFileWhereItIsClosedEarly() throws Exception {
        LineReader reader = files.lines(file(500), scope);
        assertTrue(reader.next());
        reader.close();
        reader.close();
        assertEquals(List.of(), Descriptors.below(dir));
        assertEquals(Outcome.CANCELLED, reader.result().outcome());
        assertTrue(reader.result().lines() < 500, () -> reader.result().toString());
        assertThrows(IllegalStateException.class, reader::next);
        assertThrows(IllegalStateException.class, reader::line);
    }

    @Test
    void closesTheFileWithItsScope() throws Exception {
        Scope owner = Scope.open("owner");
        LineReader reader = files.lines(file(500), owner);
        assertTrue(reader.next());
        owner.close();
        assertEquals(List.of(), Descriptors.below(dir));
        assertEquals(Outcome.CANCELLED, reader.result().outcome());
        assertThrows(IllegalStateException.class, reader::next);
    }

    @Test
    void isNoLongerOwnedOnceItIsAtItsEnd() throws Exception {
        try (LeakProbe probe = LeakProbe.open("ended")) {
            for (int i = 0; i < 3; i++) {
                rest(files.lines(file(100), probe.scope()));
            }
        }
    }

    @Test
    void mayBeClosedByAnotherThreadBetweenTwoLines() throws Exception {
        Path file = file(20_000);
        for (int round = 0; round < 30; round++) {
            LineReader reader = files.lines(file, scope);
            assertTrue(reader.next());
            Asker<Boolean> closer = Asker.of(() -> {
                reader.close();
                return true;
            });
            try {
                while (reader.next()) {
                    String text;
                    try {
                        text = reader.line().toString();
                    } catch (IllegalStateException closed) {
                        continue; // stale, or gone: between the two
                    }
                    assertTrue(text.startsWith("line "), text); // never another one's bytes
                }
            } catch (IllegalStateException closed) {
                assertEquals(Outcome.CANCELLED, reader.result().outcome());
            }
            assertTrue(closer.result());
            assertEquals(List.of(), Descriptors.below(dir));
        }
    }

    @Test
    void isClosedWithItsProcessor() throws Exception {
        FileProcessor other =
                FileProcessor.builder("other").chunkSize(64).readSize(64).open();
        LineReader reader = other.lines(file(500), scope);
        assertTrue(reader.next());
        other.close();
        assertEquals(List.of(), Descriptors.below(dir));
        assertEquals(Outcome.CANCELLED, reader.result().outcome());
        assertThrows(Exception.class, reader::next);
    }

    @Test
    void closesTheStreamItIsToCloseAtItsEnd() throws Exception {
        Script script = Script.of("a\nb\n".getBytes(StandardCharsets.US_ASCII));
        rest(files.lines(Source.of("closing", new ScriptedStream(script)).closing(), scope));
        assertEquals(1, script.closes);
        Script open = Script.of("a\nb\n".getBytes(StandardCharsets.US_ASCII));
        rest(files.lines(Source.of("open", new ScriptedStream(open)), scope));
        assertEquals(0, open.closes);
    }

    // ---- failures --------------------------------------------------------------------------------------------------

    @Test
    void opensNoFileThatIsMissingOrTooLong() throws Exception {
        FileFailedException missing =
                assertThrows(FileFailedException.class, () -> files.lines(dir.resolve("missing"), scope));
        assertEquals(Reason.VANISHED, missing.result().reason());
        Path file = file(100);
        try (FileProcessor strict =
                FileProcessor.builder("strict").maxFileSize(10).open()) {
            FileFailedException tooLong = assertThrows(FileFailedException.class, () -> strict.lines(file, scope));
            assertEquals(Reason.OVERSIZE, tooLong.result().reason());
        }
        assertEquals(List.of(), Descriptors.below(dir));
    }

    @Test
    void opensNothingForAnOwnerThatIsClosed() throws Exception {
        Scope owner = Scope.open("closed");
        owner.close();
        Path file = file(10);
        assertThrows(ScopeClosedException.class, () -> files.lines(file, owner));
        assertEquals(List.of(), Descriptors.below(dir));
    }

    @Test
    void opensNothingOfAProcessorThatIsClosed() throws Exception {
        FileProcessor closed = FileProcessor.builder("closed one").open();
        closed.close();
        Path file = file(10);
        FileProcessorClosedException thrown =
                assertThrows(FileProcessorClosedException.class, () -> closed.lines(file, scope));
        assertTrue(thrown.getMessage().contains("closed one"), thrown.getMessage());
    }

    @Test
    void failsAgainOnceItHasFailed() throws Exception {
        Script script = Script.of("line\n".repeat(100).getBytes(StandardCharsets.US_ASCII))
                .failing(303, new IOException("planned"));
        LineReader reader = files.lines(Way.STREAM.source(script), scope);
        FileFailedException first = assertThrows(FileFailedException.class, () -> rest(reader));
        assertEquals(Reason.IO, first.result().reason());
        assertEquals(Outcome.FAILED, reader.result().outcome());
        FileFailedException second = assertThrows(FileFailedException.class, reader::next);
        assertEquals(Reason.IO, second.result().reason());
        reader.close();
        assertEquals(Outcome.FAILED, reader.result().outcome());
    }

    @Test
    void failsAtALineThatIsTooLong() throws Exception {
        Path file = Files.writeString(dir.resolve("long"), "a\n" + "b".repeat(100) + "\nc\n");
        try (FileProcessor strict = FileProcessor.builder("strict")
                .maxLineLength(10)
                .longLine(LongLine.FAIL)
                .open()) {
            LineReader reader = strict.lines(file, scope);
            assertTrue(reader.next());
            FileFailedException thrown = assertThrows(FileFailedException.class, reader::next);
            assertEquals(Reason.LINE_LIMIT, thrown.result().reason());
            assertEquals(List.of(), Descriptors.below(dir));
        }
    }

    @Test
    void aStreamOfItsLinesFailsUnchecked() throws Exception {
        Script script = Script.of("line\n".repeat(100).getBytes(StandardCharsets.US_ASCII))
                .failing(303, new IOException("planned"));
        LineReader reader = files.lines(Way.STREAM.source(script), scope);
        UncheckedIOException thrown =
                assertThrows(UncheckedIOException.class, () -> reader.stream().toList());
        assertTrue(thrown.getCause() instanceof FileFailedException, () -> "cause: " + thrown.getCause());
    }

    @Test
    void tellsSoFarWhatItHasRead() throws Exception {
        try (LineReader reader = files.lines(file(1_000), scope)) {
            for (int i = 0; i < 10; i++) {
                assertTrue(reader.next());
            }
            assertEquals(Outcome.CANCELLED, reader.result().outcome(), "as if it were closed now");
            assertTrue(reader.result().bytesRead() > 0);
            assertTrue(reader.next());
            assertEquals("line 11", reader.line().toString());
        }
    }

    // ---- dropped ---------------------------------------------------------------------------------------------------

    private static WeakReference<LineReader> drop(FileProcessor files, Path file, Scope owner) throws IOException {
        LineReader reader = files.lines(file, owner);
        assertTrue(reader.next());
        return new WeakReference<>(reader);
    }

    /** A processor with a name that no other test has: reports are told for all of the JVM. */
    private static FileProcessor named(String name) {
        return FileProcessor.builder(name).chunkSize(64).readSize(64).open();
    }

    private static void awaitReport(Queue<LeakReport> heard, String name) {
        Await.until("a report of " + name, () -> {
            System.gc();
            return heard.stream().anyMatch(report -> report.label().contains(name));
        });
    }

    @Test
    void isReportedAsALeakWhereItIsDroppedAndItsFileClosedWithItsScope() throws Exception {
        Queue<LeakReport> heard = new ConcurrentLinkedQueue<>();
        Scope owner = Scope.open("owner of what is dropped");
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add);
                FileProcessor dropping = named("dropping")) {
            LeakProbe.awaitCollected(drop(dropping, file(500), owner));
            awaitReport(heard, "dropping");
            owner.close();
            assertEquals(List.of(), Descriptors.below(dir));
        }
    }

    @Test
    void aReportNamesTheProcessorByItsPathAndTheFileAndFromTheSecondOnWhereItWasOpened() throws Exception {
        Queue<LeakReport> heard = new ConcurrentLinkedQueue<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add);
                Scope app = Scope.open("app of reports");
                Scope request = app.child("GET /export");
                FileProcessor files = FileProcessor.builder("exports").open(app)) {
            LeakProbe.awaitCollected(drop(files, file(500), request));
            awaitReport(heard, "app of reports");
            LeakReport first = heard.remove();
            assertEquals("lines of app of reports/exports", first.label());
            assertEquals(LineReader.class.getName(), first.type());
            assertEquals("app of reports/GET /export/\"" + dir.resolve("lines.txt") + "\"", first.scopePath());
            Path other = Files.copy(dir.resolve("lines.txt"), dir.resolve("others"));
            LeakProbe.awaitCollected(drop(files, other, request)); // suspected, whichever file it reads
            awaitReport(heard, "app of reports");
            LeakReport second = heard.remove();
            assertEquals(first.label(), second.label());
            assertTrue(second.scopePath().endsWith("others\""), second::toString);
            assertTrue(second.origin().contains("LineReaderTest.drop("), second::toString);
        }
    }

    @Test
    void aReportOfAProcessorWithoutAnOwnerNamesItAlone() throws Exception {
        Queue<LeakReport> heard = new ConcurrentLinkedQueue<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add);
                FileProcessor alone = named("alone")) {
            LineReader[] reader = {alone.lines("in\nbox", new ScriptedStream(Script.of(new byte[9])), scope)};
            WeakReference<LineReader> dropped = new WeakReference<>(reader[0]);
            reader[0] = null;
            LeakProbe.awaitCollected(dropped);
            awaitReport(heard, "alone");
            assertEquals("lines of alone", heard.element().label());
            assertTrue(heard.element().scopePath().endsWith("/\"in\\u000abox\""), heard::toString);
        }
    }

    @Test
    void isNotReportedWhereItIsAtItsEndOrClosed() throws Exception {
        Queue<LeakReport> heard = new ConcurrentLinkedQueue<>();
        Path file = file(50);
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add);
                FileProcessor harmless = named("harmless");
                FileProcessor marker = named("marker")) {
            List<WeakReference<?>> gone = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                gone.add(used(harmless, file, i % 2 == 0));
            }
            for (WeakReference<?> each : gone) {
                LeakProbe.awaitCollected(each);
            }
            LeakProbe.awaitCollected(drop(marker, file, scope)); // reported after the others would have been
            awaitReport(heard, "marker");
            assertTrue(heard.stream().noneMatch(report -> report.label().contains("harmless")), heard::toString);
        }
    }

    private WeakReference<LineReader> used(FileProcessor files, Path file, boolean toItsEnd) throws IOException {
        LineReader reader = files.lines(file, scope);
        if (toItsEnd) {
            rest(reader);
        } else {
            reader.close();
        }
        return new WeakReference<>(reader);
    }
}
