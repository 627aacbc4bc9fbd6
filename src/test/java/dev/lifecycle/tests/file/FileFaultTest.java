package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths with no regular file at their end, and streams that fail: each call comes back with a result that says so. */
@Timeout(60)
class FileFaultTest {
    @TempDir
    Path dir;

    private final FileProcessor files =
            FileProcessor.builder("faults").chunkSize(64).readSize(64).open();

    @AfterEach
    void close() {
        assertEquals(List.of(), Descriptors.below(dir));
        files.close();
    }

    /** What all passes say, which is the same. */
    private FileResult result(Path file) {
        List<FileResult> results = new ArrayList<>();
        results.add(files.forEachChunk(file, chunk -> {}));
        results.add(files.forEachLine(file, line -> {}));
        results.add(files.forEachText(file, text -> {}));
        results.add(files.forEachRecord(file, Splitter.fixed(10), chunk -> {}));
        results.add(files.process(file, new Maker()).result());
        results.add(files.readText(file).result());
        results.add(files.validate(file));
        if (!results.get(0).ok()) {
            results.add(assertThrows(FileFailedException.class, () -> files.countLines(file))
                    .result());
        }
        for (FileResult each : results) {
            assertEquals(results.get(0).outcome(), each.outcome(), results::toString);
            assertEquals(results.get(0).reason(), each.reason(), results::toString);
            assertEquals(file.toString(), each.path());
            assertEquals(0, each.toString().lines().skip(1).count(), each::toString);
        }
        return results.get(0);
    }

    private void assertFailed(Reason reason, Path file) {
        FileResult result = result(file);
        assertEquals(Outcome.FAILED, result.outcome(), result::toString);
        assertEquals(reason, result.reason(), result::toString);
        assertEquals(0, result.bytesRead());
        assertFalse(result.ok());
        assertThrows(FileFailedException.class, result::orThrow);
    }

    // ---- paths -----------------------------------------------------------------------------------------------------

    @Test
    void aMissingFileHasVanished() {
        assertFailed(Reason.VANISHED, dir.resolve("missing"));
        assertFailed(Reason.VANISHED, dir.resolve("missing/deeper"));
        assertEquals(-1, files.forEachChunk(dir.resolve("missing"), chunk -> {}).sizeAtOpen());
    }

    @Test
    void aFileThatMayNotBeReadIsDenied() throws Exception {
        Path file = Files.createFile(
                dir.resolve("secret"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
        Assumptions.assumeFalse(Files.isReadable(file), "this user may read everything");
        assertFailed(Reason.ACCESS, file);
    }

    @Test
    void aDirectoryIsNoFile() {
        assertFailed(Reason.SPECIAL_FILE, dir);
    }

    @Test
    void aFileBelowAFileDoesNotExist() throws Exception {
        Path file = Files.createFile(dir.resolve("file"));
        assertFalse(result(file.resolve("below")).ok());
    }

    @Test
    @Timeout(20)
    void aPipeIsNeverOpened() throws Exception {
        Path pipe = dir.resolve("pipe");
        Process made;
        try {
            made = new ProcessBuilder("mkfifo", pipe.toString()).start();
        } catch (IOException noSuchProgram) {
            Assumptions.abort("no mkfifo here");
            return;
        }
        assertTrue(made.waitFor(10, TimeUnit.SECONDS) && made.exitValue() == 0);
        assertFailed(Reason.SPECIAL_FILE, pipe); // to open it would block: nobody writes
        Path link = Files.createSymbolicLink(dir.resolve("link to pipe"), pipe);
        assertFailed(Reason.SPECIAL_FILE, link);
    }

    @Test
    void aDeviceIsNeverOpened() {
        Path device = Path.of("/dev/zero");
        Assumptions.assumeTrue(Files.exists(device));
        assertFailed(Reason.SPECIAL_FILE, device);
    }

    @Test
    void aLinkToNothingHasVanished() throws Exception {
        assertFailed(Reason.VANISHED, Files.createSymbolicLink(dir.resolve("link"), dir.resolve("missing")));
    }

    @Test
    void aLinkToItselfFails() throws Exception {
        Path link = dir.resolve("link");
        Files.createSymbolicLink(link, link);
        assertEquals(Outcome.FAILED, result(link).outcome());
    }

    @Test
    void aLinkToAFileIsReadUnderItsOwnName() throws Exception {
        Path file = Files.writeString(dir.resolve("target"), "content");
        Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("target"));
        Path far = Files.createSymbolicLink(dir.resolve("far"), link.getFileName());
        for (Path each : List.of(file, link, far)) {
            assertEquals(Outcome.DONE, result(each).outcome());
            assertEquals("content", files.readText(each).orThrow());
            assertEquals(7, result(each).sizeAtOpen());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "tab\tand\u001b[31m", "a b", "\u00fcml\u00e4ut", "%s%n"})
    void aFileWithAnOddNameIsReadAndItsResultIsOneLine(String name) throws Exception {
        Path file;
        try {
            file = Files.writeString(dir.resolve(name), "content");
        } catch (java.nio.file.InvalidPathException cannotBeNamed) {
            Assumptions.abort("no such names here");
            return;
        }
        assertEquals(Outcome.DONE, result(file).outcome());
        assertEquals("content", files.readText(file).orThrow());
        assertTrue(result(file).toString().chars().noneMatch(Character::isISOControl));
    }

    @Test
    void aPathThatIsTooLongFails() {
        assertEquals(Outcome.FAILED, result(dir.resolve("a".repeat(256))).outcome());
        assertEquals(Outcome.FAILED, result(dir.resolve("a/".repeat(3_000))).outcome());
    }

    // ---- streams that fail -----------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"STREAM", "CHANNEL"})
    void handsOutEachByteOnceBeforeAReadThatFails(Way way) {
        Trials.each(2_000, 600, (random, size) -> {
            byte[] content = FileChunksTest.bytes(random, size + 1);
            int at = random.nextInt(size + 1);
            Script script = Script.of(content).sizes(Way.splits(random)).failing(at, new IOException("planned"));
            List<Piece> pieces = new ArrayList<>();
            FileResult result = files.forEachChunk(way.source(script), Piece.into(pieces));
            assertEquals(Outcome.FAILED, result.outcome());
            assertEquals(Reason.IO, result.reason());
            assertEquals(at, result.bytesRead());
            String got = Piece.joined(pieces);
            assertTrue(Piece.latin(content).startsWith(got), got);
            assertTrue(got.length() <= at && pieces.stream().noneMatch(Piece::last));
            List<Piece> whole = Naive.chunks(content, 64);
            int full = Math.max(0, at / 64 - 1); // the last full one may be the last of all, for what is known
            assertEquals(whole.subList(0, full), pieces.subList(0, Math.min(full, pieces.size())));
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"STREAM", "CHANNEL"})
    void handsOutTheSameBeforeAReadThatFailsHoweverItIsRead(Way way) {
        Trials.each(1_000, 600, (random, size) -> {
            byte[] content = FileTextTest.broken(random, size + 1, java.nio.charset.StandardCharsets.UTF_8);
            int at = random.nextInt(size + 1);
            IOException planned = new IOException("planned");
            List<Piece> pieces = new ArrayList<>();
            List<Piece> atOnce = new ArrayList<>();
            files.forEachChunk(way.source(Script.of(content).failing(at, planned)), Piece.into(atOnce));
            Script script = Script.of(content).sizes(Way.splits(random)).failing(at, planned);
            files.forEachChunk(way.source(script), Piece.into(pieces));
            assertEquals(atOnce, pieces);
            var linesAtOnce = Row.lines(files, way.source(Script.of(content).failing(at, planned)));
            script = Script.of(content).sizes(Way.splits(random)).failing(at, planned);
            assertEquals(
                    linesAtOnce.list(), Row.lines(files, way.source(script)).list());
        });
    }

    @Test
    void tellsWhatAReadHasThrown() {
        for (Throwable each : new Throwable[] {
            new FileNotFoundException("planned"),
            new IllegalStateException("planned"),
            new LinkageError("planned"),
            new AssertionError("planned")
        }) {
            for (Way way : List.of(Way.STREAM, Way.CHANNEL)) {
                FileResult result =
                        files.forEachChunk(way.source(Script.of(new byte[500]).failing(200, each)), chunk -> {});
                assertEquals(Outcome.FAILED, result.outcome(), result::toString);
                assertEquals(Reason.IO, result.reason(), result::toString);
                assertEquals(
                        each.getClass().getName(),
                        assertNotNullOf(result.failure()).type());
                assertEquals("planned", assertNotNullOf(result.failure()).message());
            }
        }
    }

    private static <T> T assertNotNullOf(T value) {
        assertNotNull(value);
        return value;
    }

    @Test
    void asksAChannelAgainThatBringsNothing() {
        int[] turn = {0};
        byte[] content = FileChunksTest.bytes(new java.util.SplittableRandom(4), 500);
        Script script = Script.of(content).sizes(() -> turn[0]++ % 5 == 0 ? 9 : 0);
        for (Way way : List.of(Way.STREAM, Way.CHANNEL)) {
            script.at = 0;
            assertEquals(
                    Naive.chunks(content, 64),
                    Piece.chunks(files, way.source(script)).list());
        }
    }

    @Test
    void aStreamWhoseCountIsNonsenseFailsAndHarmsNothing() {
        for (int nonsense : new int[] {-2, Integer.MIN_VALUE, 1 << 30}) {
            java.io.InputStream stream = new java.io.InputStream() {
                @Override
                public int read() {
                    return -1;
                }

                @Override
                public int read(byte[] target, int from, int length) {
                    return nonsense;
                }
            };
            FileResult result = files.forEachChunk("nonsense", stream, chunk -> chunk.copy());
            assertTrue(nonsense < 0 || !result.ok(), result::toString); // a negative one may pass for the end
        }
        assertEquals(
                500,
                files.forEachChunk("fine", new ScriptedStream(Script.of(new byte[500])), c -> {})
                        .bytesRead());
    }

    // ---- closing ---------------------------------------------------------------------------------------------------

    @Test
    void closesOnceWhatItIsToCloseHoweverItEnds() {
        IOException planned = new IOException("planned");
        for (Way way : List.of(Way.STREAM, Way.CHANNEL)) {
            Script done = Script.of(new byte[500]);
            files.forEachChunk(way.source(done).closing(), chunk -> {});
            assertEquals(1, done.closes);
            Script failing = Script.of(new byte[500]).failing(200, planned);
            files.forEachLine(way.source(failing).closing(), line -> {});
            assertEquals(1, failing.closes);
            Script thrown = Script.of(new byte[500]);
            files.forEachText(way.source(thrown).closing(), text -> {
                throw planned;
            });
            assertEquals(1, thrown.closes);
            Script full = Script.of(new byte[500]);
            assertThrows(
                    OutOfMemoryError.class,
                    () -> files.forEachChunk(way.source(full).closing(), chunk -> {
                        throw new OutOfMemoryError("planned");
                    }));
            assertEquals(1, full.closes);
        }
    }

    @Test
    void aCloseThatFailsDoesNotHideTheResult() {
        for (Throwable each : new Throwable[] {
            new IOException("closing"), new IllegalStateException("closing"), new LinkageError("closing")
        }) {
            Script done = Script.of(new byte[500]).failingInClose(each);
            FileResult result = files.forEachChunk(Way.STREAM.source(done).closing(), chunk -> {});
            assertEquals(500, result.bytesRead());
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
            assertEquals(1, done.closes);
            Script failing = Script.of(new byte[500])
                    .failing(200, new FileNotFoundException("reading"))
                    .failingInClose(each);
            result = files.forEachChunk(Way.CHANNEL.source(failing).closing(), chunk -> {});
            assertEquals(Reason.IO, result.reason());
            assertEquals("reading", assertNotNullOf(result.failure()).message());
        }
    }

    @Test
    void aSourceOfAFileMayBeReadAgain() throws Exception {
        Source source = Source.of(Files.writeString(dir.resolve("again"), "content"));
        assertEquals("content", files.readText(source).orThrow());
        assertEquals("content", files.readText(source.closing()).orThrow());
    }
}
