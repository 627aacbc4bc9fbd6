package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.State;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Limits;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.OversizePolicy;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a processor may be told, and what it refuses, and how it says so. */
@Timeout(60)
class FileBuilderTest {
    private static final long MAX = FileProcessorBuilder.MAX_CHUNK;

    @TempDir
    Path dir;

    private static FileProcessorBuilder builder() {
        return FileProcessor.builder("settings");
    }

    private static Arguments refused(String setting, Object value, Object bound, Consumer<FileProcessorBuilder> call) {
        return Arguments.of(setting, value, bound, call);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused("chunkSize", 63, 64, b -> b.chunkSize(63)),
                refused("chunkSize", MAX + 1, MAX, b -> b.chunkSize((int) MAX + 1)),
                refused("chunkSize", -1, 64, b -> b.chunkSize(-1)),
                refused("readSize", 63, 64, b -> b.readSize(63)),
                refused("readSize", MAX + 1, MAX, b -> b.readSize((int) MAX + 1)),
                refused("maxFileSize", 0, 1, b -> b.maxFileSize(0)),
                refused("maxFileSize", Long.MIN_VALUE, 1, b -> b.maxFileSize(Long.MIN_VALUE)),
                refused("maxContent", 0, 1, b -> b.maxContent(0)),
                refused("maxLineLength", 0, 1, b -> b.maxLineLength(0)),
                refused(
                        "maxLineLength",
                        Limits.MAX_LINE + 1,
                        Limits.MAX_LINE,
                        b -> b.maxLineLength(Limits.MAX_LINE + 1)),
                refused("timeout", "PT0S", "positive", b -> b.timeout(Duration.ZERO)),
                refused("timeout", "PT-1S", "positive", b -> b.timeout(Duration.ofSeconds(-1))),
                refused("stallTimeout", "PT0S", "positive", b -> b.stallTimeout(Duration.ZERO)),
                refused("maxBytesPerSecond", 0, 1, b -> b.maxBytesPerSecond(0)),
                refused("memoryBudget", 0, 1, b -> b.memoryBudget(0)),
                refused("memoryBudget", -5, 1, b -> b.memoryBudget(-5)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesASettingAndNamesItTheValueAndTheBound(
            String setting, Object value, Object bound, Consumer<FileProcessorBuilder> call) {
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, () -> call.accept(builder()));
        for (Object part : List.of(setting, value, bound)) {
            assertTrue(thrown.getMessage().contains(part.toString()), () -> part + " in: " + thrown.getMessage());
        }
    }

    static Stream<Consumer<FileProcessorBuilder>> nulls() {
        return Stream.of(
                b -> b.limits(null),
                b -> b.oversize(null),
                b -> b.longLine(null),
                b -> b.lineEnd(null),
                b -> b.charset(null),
                b -> b.malformed(null),
                b -> b.binary(null),
                b -> b.onChange(null),
                b -> b.timeout(null),
                b -> b.stallTimeout(null),
                b -> b.tasks(null),
                b -> b.pressure(null),
                b -> b.timeSource(null),
                b -> b.open(null),
                b -> FileProcessor.builder(null));
    }

    @ParameterizedTest
    @MethodSource("nulls")
    void refusesNull(Consumer<FileProcessorBuilder> call) {
        assertThrows(NullPointerException.class, () -> call.accept(builder()));
    }

    static Stream<Consumer<FileProcessor>> nullCalls() {
        Source source = Source.of("none", new ScriptedStream(Script.of(new byte[0])));
        return Stream.of(
                files -> files.forEachChunk((Source) null, chunk -> {}),
                files -> files.forEachChunk((Path) null, chunk -> {}),
                files -> files.forEachChunk(source, null),
                files -> files.forEachLine((Source) null, line -> {}),
                files -> files.forEachLine(source, null),
                files -> files.forEachText((Source) null, text -> {}),
                files -> files.forEachText(source, null),
                files -> files.forEachRecord((Source) null, Splitter.fixed(1), chunk -> {}),
                files -> files.forEachRecord(source, null, chunk -> {}),
                files -> files.forEachRecord(source, Splitter.fixed(1), null),
                files -> files.process((Source) null, new Maker()),
                files -> files.process(source, null),
                files -> files.readText((Source) null),
                files -> files.validate((Source) null));
    }

    @ParameterizedTest
    @MethodSource("nullCalls")
    void refusesNullInACall(Consumer<FileProcessor> call) {
        try (FileProcessor files = builder().open()) {
            assertThrows(NullPointerException.class, () -> call.accept(files));
        }
    }

    @Test
    void refusesAReaderWithoutAnOwnerOrASource() {
        Source source = Source.of("none", new ScriptedStream(Script.of(new byte[0])));
        try (FileProcessor files = builder().open();
                Scope scope = Scope.open("owner")) {
            assertThrows(NullPointerException.class, () -> files.lines(source, null));
            assertThrows(NullPointerException.class, () -> files.lines((Source) null, scope));
            assertThrows(NullPointerException.class, () -> files.countLines((Source) null));
        }
    }

    @Test
    void refusesReadsThatAreSmallerThanAChunkWhenItIsOpened() {
        FileProcessorBuilder builder = builder().chunkSize(4_096).readSize(1_024);
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, builder::open);
        assertTrue(thrown.getMessage().contains("1024") && thrown.getMessage().contains("4096"), thrown.getMessage());
        builder.readSize(4_096).open().close(); // in any order
    }

    @Test
    void refusesABudgetThatIsSmallerThanTheBuffersOfOneCall() {
        FileProcessorBuilder builder = builder().memoryBudget(1_000);
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, builder::open);
        assertTrue(thrown.getMessage().contains("memoryBudget is 1000"), thrown.getMessage());
        try (Scope scope = Scope.open("owner")) {
            assertThrows(IllegalArgumentException.class, () -> builder.open(scope));
        }
    }

    @Test
    void refusesANameThatCannotBePrinted() {
        assertThrows(IllegalArgumentException.class, () -> FileProcessor.builder(""));
        assertThrows(IllegalArgumentException.class, () -> FileProcessor.builder("two\nlines"));
    }

    @Test
    void acceptsTheBoundsThemselves() {
        builder()
                .chunkSize(64)
                .readSize(64)
                .maxFileSize(1)
                .maxContent(1)
                .maxLineLength(1)
                .maxBytesPerSecond(1)
                .open()
                .close();
        builder()
                .chunkSize((int) MAX)
                .maxFileSize(Long.MAX_VALUE)
                .maxContent(Integer.MAX_VALUE)
                .maxLineLength(Limits.MAX_LINE)
                .maxBytesPerSecond(Long.MAX_VALUE)
                .memoryBudget(Long.MAX_VALUE)
                .timeout(Duration.ofSeconds(Long.MAX_VALUE))
                .stallTimeout(Duration.ofSeconds(Long.MAX_VALUE))
                .open()
                .close();
    }

    @Test
    void opensASecondOneThatHasNothingOfTheFirst() throws Exception {
        FileProcessorBuilder builder = builder().chunkSize(100).readSize(100);
        Path file = Files.write(dir.resolve("file"), new byte[250]);
        try (FileProcessor first = builder.open();
                FileProcessor second = builder.chunkSize(64).open()) {
            assertEquals(3, Piece.chunks(first, Source.of(file)).list().size());
            assertEquals(4, Piece.chunks(second, Source.of(file)).list().size());
            first.close();
            assertEquals(4, Piece.chunks(second, Source.of(file)).list().size());
        }
    }

    @Test
    void hangsInTheTreeOfItsOwnerAndIsClosedWithIt() {
        Scope owner = Scope.open("owner");
        FileProcessor files = builder().open(owner);
        assertEquals("settings", files.name());
        assertEquals(Kind.FILE_PROCESSOR, files.kind());
        assertEquals(State.OPEN, files.state());
        assertTrue(owner.snapshot().children().stream()
                .anyMatch(child ->
                        child.kind().equals(Kind.FILE_PROCESSOR) && child.name().equals("settings")));
        owner.close();
        assertEquals(State.CLOSED, files.state());
        assertThrows(ScopeClosedException.class, () -> builder().open(owner));
    }

    // ---- values ----------------------------------------------------------------------------------------------------

    @Test
    void limitsHaveTheDefaultsThatAreDocumented() {
        Limits limits = Limits.defaults();
        assertEquals(
                new Limits(1 << 20, OversizePolicy.REJECT, 50_000, 64 << 10, 256, Long.MAX_VALUE, Long.MAX_VALUE),
                limits);
    }

    @Test
    void limitsChangeOneByOne() {
        Limits limits = Limits.defaults()
                .withMaxFileBytes(1)
                .withOversize(OversizePolicy.SKIP)
                .withMaxContentChars(2)
                .withMaxLineBytes(3)
                .withMaxDepth(4)
                .withMaxFiles(5)
                .withMaxTotalBytes(6);
        assertEquals(new Limits(1, OversizePolicy.SKIP, 2, 3, 4, 5, 6), limits);
    }

    @Test
    void limitsRefuseWhatIsOutsideTheirBounds() {
        Limits limits = Limits.defaults();
        assertThrows(IllegalArgumentException.class, () -> limits.withMaxFileBytes(0));
        assertThrows(IllegalArgumentException.class, () -> limits.withMaxContentChars(-1));
        assertThrows(IllegalArgumentException.class, () -> limits.withMaxLineBytes(Limits.MAX_LINE + 1));
        assertThrows(IllegalArgumentException.class, () -> limits.withMaxDepth(0));
        assertThrows(IllegalArgumentException.class, () -> limits.withMaxFiles(0));
        assertThrows(IllegalArgumentException.class, () -> limits.withMaxTotalBytes(0));
        assertThrows(NullPointerException.class, () -> limits.withOversize(null));
    }

    @Test
    void limitsAreSetAllAtOnce() throws Exception {
        Path file = Files.write(dir.resolve("file"), new byte[250]);
        Limits limits = Limits.defaults().withMaxFileBytes(100).withOversize(OversizePolicy.TRUNCATE);
        try (FileProcessor files = builder().limits(limits).open()) {
            FileResult result = files.forEachChunk(file, chunk -> {});
            assertEquals(100, result.bytesRead());
        }
    }

    @Test
    void anEndOfALineIsAValueThatNobodyChanges() {
        byte[] delimiter = {';'};
        LineEnd end = LineEnd.of(delimiter);
        delimiter[0] = ',';
        end.delimiter()[0] = ',';
        assertEquals(LineEnd.of((byte) ';'), end);
        assertEquals(LineEnd.of((byte) ';').hashCode(), end.hashCode());
        assertThrows(IllegalArgumentException.class, () -> LineEnd.of(new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> LineEnd.of(new byte[257]));
    }
}
