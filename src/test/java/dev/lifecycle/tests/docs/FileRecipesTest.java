package dev.lifecycle.tests.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.Chunk;
import dev.lifecycle.file.ChunkHandler;
import dev.lifecycle.file.FileHandler;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.OversizePolicy;
import dev.lifecycle.file.Processed;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.file.TextDecoder;
import dev.lifecycle.file.TextResult;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.TaskManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/files.md. */
class FileRecipesTest {
    @TempDir
    Path folder;

    private Path upload;

    @BeforeEach
    void write() throws IOException {
        upload = folder.resolve("upload.csv");
        Files.writeString(upload, "id;name\n1;Zoë\n2;Ann\n", UTF_8);
    }

    @Test
    void hashesAFile() throws Exception {
        // @start region="hash"
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (Scope app = Scope.open("shop")) {
            FileProcessor files = FileProcessor.builder("uploads")
                    .maxFileSize(20 << 20) // counted while it is read, whatever the file system says
                    .oversize(OversizePolicy.REJECT)
                    .timeout(Duration.ofSeconds(30)) // a file, its handler included
                    .open(app);
            FileResult result = files.forEachChunk(upload, chunk -> digest.update(chunk.bytes()));
            assertTrue(result.ok(), result::toString); // nothing was thrown: what went wrong would be in there
            assertEquals(21, result.bytesRead());
        }
        // @end
        assertEquals(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(upload))),
                HexFormat.of().formatHex(digest.digest()));
    }

    @Test
    void readsLines() throws Exception {
        List<String> names = new ArrayList<>();
        try (FileProcessor files = FileProcessor.builder("lines").open()) {
            // @start region="lines"
            FileResult result = files.forEachLine(upload, line -> {
                if (line.number() > 1 && line.byteAt(0) != '#') { // bytes: nothing was decoded so far
                    names.add(line.toString().split(";")[1]); // a view: toString() is what to keep
                }
            });
            // @end
            assertEquals(3, result.lines());
        }
        assertEquals(List.of("Zoë", "Ann"), names);
    }

    @Test
    void asksForLines() throws Exception {
        try (Scope request = Scope.open("request");
                FileProcessor files = FileProcessor.builder("lines").open()) {
            // @start region="reader"
            LineReader lines = files.lines(upload, request); // closed at its end, with its scope, or by you
            assertTrue(lines.next());
            assertEquals("id;name", lines.line().toString());
            assertEquals(List.of("1;Zoë", "2;Ann"), lines.stream().toList());
            assertEquals(Outcome.DONE, lines.result().outcome());
            // @end
        }
    }

    @Test
    void survivesAHugeLine() throws Exception {
        Path file = folder.resolve("one-line.json");
        Files.writeString(file, "x".repeat(1 << 20) + "\nshort\n");
        List<String> seen = new ArrayList<>();
        // @start region="long"
        try (FileProcessor files = FileProcessor.builder("logs")
                .maxFileSize(Long.MAX_VALUE)
                .maxLineLength(4_096) // what is ever held of one
                .longLine(LongLine.CUT) // or SKIP, SPLIT, FAIL
                .open()) {
            FileResult result =
                    files.forEachLine(file, line -> seen.add(line.byteLength() + (line.cut() ? ", cut" : "")));
            assertEquals(List.of("4096, cut", "5"), seen);
            assertEquals(Outcome.TRUNCATED, result.outcome()); // it says so
            assertEquals(Reason.LINE_LIMIT, result.reason());
        }
        // @end
    }

    @Test
    void readsTheBeginningOfAText() throws Exception {
        // @start region="text"
        try (FileProcessor files = FileProcessor.builder("previews")
                .maxContent(11) // characters; none is cut in two
                .charset(UTF_8) // unless the file begins with a byte order mark
                .malformed(Malformed.REPLACE)
                .open()) {
            TextResult preview = files.readText(upload);
            assertEquals("id;name\n1;Z", preview.text());
            assertTrue(preview.truncated());
        }
        // @end
    }

    @Test
    void splitsRecords() {
        List<String> records = new ArrayList<>();
        // @start region="records"
        try (FileProcessor files = FileProcessor.builder("messages").open()) {
            InputStream in = new ByteArrayInputStream("one##two##three".getBytes(UTF_8));
            files.forEachRecord(
                    "inbox",
                    in,
                    Splitter.delimiter("##".getBytes(UTF_8)),
                    chunk -> records.add(new String(chunk.copy(), UTF_8)));
        }
        // @end
        assertEquals(List.of("one", "two", "three"), records);
    }

    @Test
    void storesOnlyWhatIsNew() throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        Map<String, byte[]> store = new HashMap<>();
        List<List<String>> versions = new ArrayList<>();
        byte[] content = new byte[1 << 20];
        new Random(1).nextBytes(content);
        Path first = Files.write(folder.resolve("monday"), content);
        byte[] longer = new byte[content.length + 1];
        System.arraycopy(content, 0, longer, 1, content.length); // each byte is one place further on
        Path second = Files.write(folder.resolve("tuesday"), longer);
        // @start region="content"
        Splitter splitter = Splitter.contentDefined(2 << 10, 8 << 10, 64 << 10); // shortest, average, longest
        try (FileProcessor files =
                FileProcessor.builder("backups").maxFileSize(Long.MAX_VALUE).open()) {
            for (Path version : List.of(first, second)) {
                List<String> recipe = new ArrayList<>(); // what makes up this version
                FileResult result = files.forEachRecord(version, splitter, record -> {
                    byte[] bytes = record.copy();
                    String hash = HexFormat.of().formatHex(sha256.digest(bytes));
                    store.putIfAbsent(hash, bytes);
                    recipe.add(hash);
                });
                assertTrue(result.ok(), result::toString);
                versions.add(recipe);
            }
        }
        // @end
        assertTrue(versions.get(0).size() > 100, versions::toString);
        assertTrue(store.size() - versions.get(0).size() <= 3, "those around the byte that was inserted");
        ByteArrayOutputStream restored = new ByteArrayOutputStream();
        versions.get(1).forEach(hash -> restored.writeBytes(store.get(hash)));
        assertArrayEquals(longer, restored.toByteArray());
    }

    @Test
    void readsFromTheEnd() throws Exception {
        List<String> last = new ArrayList<>();
        try (Scope request = Scope.open("request");
                FileProcessor files = FileProcessor.builder("logs")
                        .maxFileSize(Long.MAX_VALUE)
                        .open()) {
            // @start region="reversed"
            try (LineReader lines = files.linesReversed(upload, request)) {
                while (last.size() < 2 && lines.next()) {
                    last.add(lines.line().toString());
                }
            }
            // @end
        }
        assertEquals(List.of("2;Ann", "1;Zoë"), last);
    }

    @Test
    void hashesACopyInOnePass() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Path copy = folder.resolve("copy");
        try (FileProcessor files = FileProcessor.builder("copies").open()) {
            // @start region="tee"
            try (WritableByteChannel out =
                    Files.newByteChannel(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                files.forEachChunk(upload, ChunkHandler.tee(ChunkHandler.digest(digest), ChunkHandler.writeTo(out)))
                        .orThrow();
            }
            // @end
        }
        assertEquals(-1, Files.mismatch(upload, copy));
        assertEquals(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(upload))),
                HexFormat.of().formatHex(digest.digest()));
    }

    // @start region="handler"
    /** Stores a file, or nothing of it. */
    static final class Store implements FileHandler<Path> {
        private final Path part;
        private final Path whole;

        Store(Path folder) {
            part = folder.resolve("upload.part");
            whole = folder.resolve("upload");
        }

        @Override
        public void chunk(Chunk chunk) throws IOException {
            Files.write(part, chunk.copy(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }

        @Override
        public Path end(FileResult result) throws IOException { // all of it came
            return Files.move(part, whole);
        }

        @Override
        public void abort(FileResult result) throws IOException { // too long, too late, broken off: whatever
            Files.deleteIfExists(part);
        }
    }
    // @end

    @Test
    void storesAllOrNothing() throws Exception {
        try (FileProcessor files =
                FileProcessor.builder("store").maxFileSize(100_000).open()) {
            // @start region="process"
            InputStream body = new ByteArrayInputStream(new byte[1_000_000]); // nobody knows how long it is
            Processed<Path> stored = files.process("body", body, new Store(folder));
            assertFalse(stored.value().isPresent());
            assertEquals(Reason.OVERSIZE, stored.result().reason());
            // @end
            assertFalse(Files.exists(folder.resolve("upload.part")));
            assertTrue(files.process(upload, new Store(folder)).value().isPresent());
        }
    }

    @Test
    void givesUpWhatHangs() {
        InputStream hangs = new InputStream() {
            @Override
            public int read() throws IOException {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException interrupted) {
                    throw new InterruptedIOException();
                }
                return -1;
            }
        };
        // @start region="tasks"
        try (Scope app = Scope.open("shop")) {
            TaskManager tasks = TaskManager.builder("readers").maxConcurrency(4).open(app);
            FileProcessor files = FileProcessor.builder("uploads")
                    .timeout(Duration.ofMillis(50))
                    .tasks(tasks) // its threads read: one that hangs is interrupted, and left to itself if it does not
                    // hear
                    .open(app);
            FileResult result = files.forEachChunk("upload", hangs, chunk -> {});
            assertEquals(Outcome.TIMED_OUT, result.outcome());
        }
        // @end
    }

    @Test
    void decodesPieces() throws Exception {
        StringBuilder text = new StringBuilder();
        byte[] bytes = "Zoë".getBytes(UTF_8);
        // @start region="decoder"
        TextDecoder decoder = TextDecoder.of(UTF_8, Malformed.REPLACE);
        decoder.decode(ByteBuffer.wrap(bytes, 0, 3), text, false); // ends within a character
        decoder.decode(ByteBuffer.wrap(bytes, 3, 1), text, true);
        assertEquals("Zoë", text.toString());
        assertEquals(0, decoder.malformed());
        // @end
    }

    @Test
    void countsLines() throws Exception {
        // @start region="count"
        try (FileProcessor files = FileProcessor.builder("counts")
                .maxFileSize(Long.MAX_VALUE)
                .lineEnd(LineEnd.LF_CRLF)
                .open()) {
            assertEquals(3, files.countLines(upload));
        }
        // @end
    }
}
