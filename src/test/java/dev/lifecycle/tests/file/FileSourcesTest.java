package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.file.FileHandler;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileProcessorClosedException;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.task.TaskManager;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each call takes a file, a stream and a channel; and who closes which of them. */
class FileSourcesTest {
    private static final Splitter SPACE = Splitter.delimiter((byte) ' ');

    @TempDir
    Path dir;

    private final Scope owner = Scope.open("owner");
    private final StringBuilder got = new StringBuilder();

    @AfterEach
    void close() {
        owner.close();
    }

    /** Each call, in each of its forms. */
    private enum Call {
        CHUNKS {
            @Override
            Object of(FileProcessor files, Source source, FileSourcesTest test) {
                return files.forEachChunk(source, chunk -> test.took(chunk.copy()));
            }

            @Override
            Object of(FileProcessor files, Path file, FileSourcesTest test) {
                return files.forEachChunk(file, chunk -> test.took(chunk.copy()));
            }

            @Override
            Object of(FileProcessor files, InputStream in, FileSourcesTest test) {
                return files.forEachChunk("in", in, chunk -> test.took(chunk.copy()));
            }

            @Override
            Object of(FileProcessor files, ReadableByteChannel in, FileSourcesTest test) {
                return files.forEachChunk("in", in, chunk -> test.took(chunk.copy()));
            }
        },
        LINES {
            @Override
            Object of(FileProcessor files, Source source, FileSourcesTest test) {
                return files.forEachLine(source, test::took);
            }

            @Override
            Object of(FileProcessor files, Path file, FileSourcesTest test) {
                return files.forEachLine(file, test::took);
            }

            @Override
            Object of(FileProcessor files, InputStream in, FileSourcesTest test) {
                return files.forEachLine("in", in, test::took);
            }

            @Override
            Object of(FileProcessor files, ReadableByteChannel in, FileSourcesTest test) {
                return files.forEachLine("in", in, test::took);
            }
        },
        TEXT {
            @Override
            Object of(FileProcessor files, Source source, FileSourcesTest test) {
                return files.forEachText(source, test.got::append);
            }

            @Override
            Object of(FileProcessor files, Path file, FileSourcesTest test) {
                return files.forEachText(file, test.got::append);
            }

            @Override
            Object of(FileProcessor files, InputStream in, FileSourcesTest test) {
                return files.forEachText("in", in, test.got::append);
            }

            @Override
            Object of(FileProcessor files, ReadableByteChannel in, FileSourcesTest test) {
                return files.forEachText("in", in, test.got::append);
            }
        },
        RECORDS {
            @Override
            Object of(FileProcessor files, Source source, FileSourcesTest test) {
                return files.forEachRecord(source, SPACE, chunk -> test.took(chunk.copy()));
            }

            @Override
            Object of(FileProcessor files, Path file, FileSourcesTest test) {
                return files.forEachRecord(file, SPACE, chunk -> test.took(chunk.copy()));
            }

            @Override
            Object of(FileProcessor files, InputStream in, FileSourcesTest test) {
                return files.forEachRecord("in", in, SPACE, chunk -> test.took(chunk.copy()));
            }

            @Override
            Object of(FileProcessor files, ReadableByteChannel in, FileSourcesTest test) {
                return files.forEachRecord("in", in, SPACE, chunk -> test.took(chunk.copy()));
            }
        },
        PROCESS {
            @Override
            Object of(FileProcessor files, Source source, FileSourcesTest test) {
                return files.process(source, test.maker()).result();
            }

            @Override
            Object of(FileProcessor files, Path file, FileSourcesTest test) {
                return files.process(file, test.maker()).result();
            }

            @Override
            Object of(FileProcessor files, InputStream in, FileSourcesTest test) {
                return files.process("in", in, test.maker()).result();
            }

            @Override
            Object of(FileProcessor files, ReadableByteChannel in, FileSourcesTest test) {
                return files.process("in", in, test.maker()).result();
            }
        },
        READ_TEXT {
            @Override
            Object of(FileProcessor files, Source source, FileSourcesTest test) {
                return files.readText(source).text();
            }

            @Override
            Object of(FileProcessor files, Path file, FileSourcesTest test) {
                return files.readText(file).text();
            }

            @Override
            Object of(FileProcessor files, InputStream in, FileSourcesTest test) {
                return files.readText("in", in).text();
            }

            @Override
            Object of(FileProcessor files, ReadableByteChannel in, FileSourcesTest test) {
                return files.readText("in", in).text();
            }
        },
        VALIDATE {
            @Override
            Object of(FileProcessor files, Source source, FileSourcesTest test) {
                return files.validate(source);
            }

            @Override
            Object of(FileProcessor files, Path file, FileSourcesTest test) {
                return files.validate(file);
            }

            @Override
            Object of(FileProcessor files, InputStream in, FileSourcesTest test) {
                return files.validate("in", in);
            }

            @Override
            Object of(FileProcessor files, ReadableByteChannel in, FileSourcesTest test) {
                return files.validate("in", in);
            }
        },
        COUNT {
            @Override
            Object of(FileProcessor files, Source source, FileSourcesTest test) throws Exception {
                return files.countLines(source);
            }

            @Override
            Object of(FileProcessor files, Path file, FileSourcesTest test) throws Exception {
                return files.countLines(file);
            }

            @Override
            Object of(FileProcessor files, InputStream in, FileSourcesTest test) throws Exception {
                return files.countLines("in", in);
            }

            @Override
            Object of(FileProcessor files, ReadableByteChannel in, FileSourcesTest test) throws Exception {
                return files.countLines("in", in);
            }
        },
        READER {
            @Override
            Object of(FileProcessor files, Source source, FileSourcesTest test) throws Exception {
                return rest(files.lines(source, test.owner));
            }

            @Override
            Object of(FileProcessor files, Path file, FileSourcesTest test) throws Exception {
                return rest(files.lines(file, test.owner));
            }

            @Override
            Object of(FileProcessor files, InputStream in, FileSourcesTest test) throws Exception {
                return rest(files.lines("in", in, test.owner));
            }

            @Override
            Object of(FileProcessor files, ReadableByteChannel in, FileSourcesTest test) throws Exception {
                return rest(files.lines("in", in, test.owner));
            }
        };

        abstract Object of(FileProcessor files, Source source, FileSourcesTest test) throws Exception;

        abstract Object of(FileProcessor files, Path file, FileSourcesTest test) throws Exception;

        abstract Object of(FileProcessor files, InputStream in, FileSourcesTest test) throws Exception;

        abstract Object of(FileProcessor files, ReadableByteChannel in, FileSourcesTest test) throws Exception;

        private static List<String> rest(LineReader reader) {
            try (Stream<String> lines = reader.stream()) {
                return lines.toList();
            }
        }
    }

    private void took(byte[] bytes) {
        took(Piece.latin(bytes));
    }

    private void took(CharSequence text) {
        got.append(text).append('|');
    }

    private FileHandler<String> maker() {
        Maker maker = new Maker();
        maker.onChunk = () -> got.append("chunk|");
        return maker;
    }

    /** What was handed out, and what came of it, but for the time and the name. */
    private String told(Object returned) {
        String told = returned instanceof FileResult r
                ? r.outcome() + ", " + r.bytesRead() + " bytes, " + r.lines() + " lines, " + r.chars() + " chars"
                : returned.toString();
        String all = got + told;
        got.setLength(0);
        return all;
    }

    private static FileProcessorBuilder small() {
        return FileProcessor.builder("sources").chunkSize(64).readSize(64);
    }

    // ---- three forms -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aFileAStreamAndAChannelAreReadAlike(Call call) throws Exception {
        byte[] content = "one two\nthree\n\nfour five".repeat(20).getBytes(StandardCharsets.US_ASCII);
        Path file = Files.write(dir.resolve("file"), content);
        try (FileProcessor files = small().open()) {
            String expected = told(call.of(files, Source.of(file), this));
            assertEquals(expected, told(call.of(files, file, this)));
            Script stream = Script.of(content).sizes(7);
            assertEquals(expected, told(call.of(files, new ScriptedStream(stream), this)));
            Script channel = Script.of(content).sizes(5);
            assertEquals(expected, told(call.of(files, new ScriptedChannel(channel), this)));
            assertEquals(0, stream.closes + channel.closes, "they are the caller's");
        }
    }

    // ---- who closes ------------------------------------------------------------------------------------------------

    private interface Act {
        void on(Source source) throws Exception;
    }

    /** What is said to be closed by the library is, and once; what is not said to be stays open. */
    private static <E extends Throwable> void refuses(Class<E> with, Act act) {
        for (Way way : List.of(Way.STREAM, Way.CHANNEL)) {
            Script closing = Script.of(new byte[100]);
            Source source = way.source(closing).closing();
            assertThrows(with, () -> act.on(source));
            assertEquals(1, closing.closes, way.toString());
            assertEquals(0, closing.reads, way.toString());
            Script staying = Script.of(new byte[100]);
            assertThrows(with, () -> act.on(way.source(staying)));
            assertEquals(0, staying.closes, way.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedProcessorClosesWhatItIsToClose(Call call) {
        FileProcessor files = small().open();
        files.close();
        refuses(FileProcessorClosedException.class, source -> call.of(files, source, this));
    }

    @ParameterizedTest
    @EnumSource
    void aCallClosesWhatItIsToClose(Call call) throws Exception {
        try (FileProcessor files = small().open()) {
            for (Way way : List.of(Way.STREAM, Way.CHANNEL)) {
                Script script = Script.of(new byte[100]);
                call.of(files, way.source(script).closing(), this);
                assertEquals(1, script.closes, way.toString());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "READER", mode = EnumSource.Mode.EXCLUDE) // which reads on the thread of its user
    void aTaskManagerThatThrowsLeavesNothingOpen(Call call) {
        IllegalStateException planned = new IllegalStateException("planned");
        TaskManager throwing = (TaskManager) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TaskManager.class}, (proxy, method, args) -> {
                    throw planned;
                });
        try (FileProcessor files = small().tasks(throwing).open()) {
            refuses(IllegalStateException.class, source -> {
                try {
                    call.of(files, source, this);
                } catch (IllegalStateException thrown) {
                    assertSame(planned, thrown);
                    throw thrown;
                }
            });
        }
    }

    @Test
    void aCloseThatFailsDoesNotHideTheRefusal() {
        FileProcessor files = small().open();
        files.close();
        Script script = Script.of(new byte[1]).failingInClose(new IllegalStateException("planned"));
        Source source = Way.STREAM.source(script).closing();
        assertThrows(FileProcessorClosedException.class, () -> files.readText(source));
        assertEquals(1, script.closes);
    }

    @Test
    void anArgumentThatIsWrongClosesWhatIsToBeClosed() {
        try (FileProcessor files = small().open()) {
            refuses(NullPointerException.class, source -> files.forEachChunk(source, null));
            refuses(NullPointerException.class, source -> files.forEachLine(source, null));
            refuses(NullPointerException.class, source -> files.forEachText(source, null));
            refuses(NullPointerException.class, source -> files.forEachRecord(source, SPACE, null));
            refuses(NullPointerException.class, source -> files.forEachRecord(source, null, chunk -> {}));
            refuses(NullPointerException.class, source -> files.process(source, null));
            refuses(NullPointerException.class, source -> files.lines(source, null));
            refuses(
                    IllegalArgumentException.class,
                    source -> files.forEachRecord(source, Splitter.fixed(100_000), chunk -> {}));
        }
    }

    @Test
    void aCharsetWithoutLinesClosesWhatIsToBeClosed() {
        try (FileProcessor files =
                small().charset(Charset.forName("ISO-2022-JP")).open()) {
            refuses(IllegalArgumentException.class, source -> files.forEachLine(source, line -> {}));
            refuses(IllegalArgumentException.class, source -> files.countLines(source));
            refuses(IllegalArgumentException.class, source -> files.lines(source, owner));
        }
    }

    @Test
    void anOwnerThatIsClosedClosesWhatIsToBeClosed() {
        Scope closed = Scope.open("closed");
        closed.close();
        try (FileProcessor files = small().open()) {
            for (Way way : List.of(Way.STREAM, Way.CHANNEL)) {
                Script script = Script.of(new byte[100]);
                Source source = way.source(script).closing();
                assertThrows(ScopeClosedException.class, () -> files.lines(source, closed));
                assertEquals(1, script.closes, way.toString());
            }
        }
    }
}
