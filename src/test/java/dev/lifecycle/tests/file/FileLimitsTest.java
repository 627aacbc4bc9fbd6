package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.BinaryPolicy;
import dev.lifecycle.file.ChangePolicy;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.OversizePolicy;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.tests.file.Piece.Pieces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and streams that are too long, whatever they say of themselves, and such as are no text. */
@Tag("once")
@Timeout(60)
class FileLimitsTest {
    private static final int CHUNK = 64;

    @TempDir
    Path dir;

    static FileProcessorBuilder small() {
        return FileProcessor.builder("limits").chunkSize(CHUNK).readSize(CHUNK);
    }

    private static FileProcessor limited(long bytes, OversizePolicy policy) {
        return small().maxFileSize(bytes).oversize(policy).open();
    }

    private static Outcome outcome(OversizePolicy policy) {
        return switch (policy) {
            case REJECT -> Outcome.FAILED;
            case TRUNCATE -> Outcome.TRUNCATED;
            case SKIP -> Outcome.SKIPPED;
        };
    }

    // ---- known sizes -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(OversizePolicy.class)
    void treatsAFileThatIsTooLongAsItsPolicySays(OversizePolicy policy) throws Exception {
        byte[] content = FileChunksTest.bytes(new SplittableRandom(1), 1_000);
        Path file = Files.write(dir.resolve("long"), content);
        for (int limit = 1; limit < 1_000; limit++) {
            try (FileProcessor files = limited(limit, policy)) {
                Pieces got = Piece.chunks(files, Source.of(file));
                assertEquals(outcome(policy), got.result().outcome());
                assertEquals(Reason.OVERSIZE, got.result().reason());
                assertEquals(1_000, got.result().sizeAtOpen());
                boolean isCut = policy == OversizePolicy.TRUNCATE;
                assertEquals(isCut ? limit : 0, got.result().bytesRead());
                List<Piece> expected = Naive.chunks(Arrays.copyOf(content, isCut ? limit : 0), CHUNK).stream()
                        .map(piece -> new Piece(piece.offset(), piece.bytes(), false)) // none is the last
                        .toList();
                assertEquals(expected, got.list());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(OversizePolicy.class)
    void hasAllOfWhatIsAsLongAsItMayBe(OversizePolicy policy) {
        Trials.each(1_000, 500, (random, size) -> {
            byte[] content = FileChunksTest.bytes(random, size + 1);
            try (FileProcessor files = limited(size + 1 + (long) random.nextInt(2), policy)) {
                Pieces got = Piece.chunks(files, Way.any(random).source(dir, content, random));
                assertEquals(Naive.chunks(content, CHUNK), got.list());
                assertEquals(Outcome.DONE, got.result().outcome(), got.result()::toString);
            }
        });
    }

    @Test
    void hasNoLimitWithTheLongestOne() throws Exception {
        byte[] content = FileChunksTest.bytes(new SplittableRandom(2), 3 << 20);
        for (OversizePolicy policy : OversizePolicy.values()) {
            try (FileProcessor files = FileProcessor.builder("endless")
                    .maxFileSize(Long.MAX_VALUE)
                    .oversize(policy)
                    .open()) {
                for (Way way : Way.values()) {
                    long[] seen = {0};
                    Source source = way == Way.PATH
                            ? way.source(dir, content, new SplittableRandom(3))
                            : way.source(Script.of(content));
                    FileResult result = files.forEachChunk(source, chunk -> seen[0] += chunk.length());
                    assertEquals(Outcome.DONE, result.outcome());
                    assertEquals(content.length, seen[0]);
                }
            }
        }
    }

    @Test
    void rejectsMoreThanAMebibyteUnlessToldOtherwise() throws Exception {
        Path file = Files.write(dir.resolve("default"), new byte[(1 << 20) + 1]);
        try (FileProcessor files = FileProcessor.builder("default").open()) {
            FileResult result = files.forEachChunk(file, chunk -> {});
            assertEquals(Outcome.FAILED, result.outcome());
            assertEquals(Reason.OVERSIZE, result.reason());
            Script script = Script.of(new byte[(1 << 20) + 1]);
            result = files.forEachChunk("stream", new ScriptedStream(script), chunk -> {});
            assertEquals(Reason.OVERSIZE, result.reason());
            assertEquals(1 << 20, result.bytesRead());
        }
    }

    // ---- unknown sizes ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(OversizePolicy.class)
    void treatsAStreamThatIsTooLongAlikeHoweverItIsRead(OversizePolicy policy) {
        Trials.each(3_000, 1_000, (random, size) -> {
            byte[] content = FileChunksTest.bytes(random, size + 2);
            int limit = 1 + random.nextInt(size + 1);
            Way way = random.nextBoolean() ? Way.STREAM : Way.CHANNEL;
            try (FileProcessor files = limited(limit, policy)) {
                Pieces atOnce = Piece.chunks(files, way.source(Script.of(content)));
                Pieces got = Piece.chunks(files, way.source(dir, content, random));
                String what = way + ", " + limit + " of " + content.length + ", " + got.result();
                assertEquals(atOnce.list(), got.list(), what);
                assertEquals(outcome(policy), got.result().outcome(), what);
                assertEquals(Reason.OVERSIZE, got.result().reason(), what);
                assertEquals(limit, got.result().bytesRead(), what);
                assertEquals(-1, got.result().sizeAtOpen(), what);
                assertTrue(Piece.latin(content).substring(0, limit).startsWith(got.joined()), what);
                assertTrue(got.list().stream().noneMatch(Piece::last), what);
                assertTrue(policy != OversizePolicy.TRUNCATE || got.joined().length() == limit, what);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(OversizePolicy.class)
    void hasTheSameLinesOfAStreamThatIsTooLongHoweverItIsRead(OversizePolicy policy) {
        Trials.each(1_000, 500, (random, size) -> {
            byte[] content = FileTextTest.broken(random, size + 2, StandardCharsets.UTF_8);
            int limit = 1 + random.nextInt(size + 1);
            try (FileProcessor files = limited(limit, policy)) {
                var atOnce = Row.lines(files, Way.STREAM.source(Script.of(content)));
                var got = Row.lines(files, Way.STREAM.source(dir, content, random));
                String what = limit + " of " + Piece.latin(content) + ", " + got.result();
                assertEquals(atOnce.list(), got.list(), what);
                assertEquals(outcome(policy), got.result().outcome(), what);
                assertEquals(Reason.OVERSIZE, got.result().reason(), what);
                assertEquals(atOnce.result().lines(), got.result().lines(), what);
            }
        });
    }

    @Test
    void readsOfAnEndlessStreamNoMoreThanItMust() {
        Script script = Script.of(new byte[1 << 20]);
        try (FileProcessor files = limited(1_000, OversizePolicy.TRUNCATE)) {
            FileResult result = files.forEachChunk("endless", new ScriptedStream(script), chunk -> {});
            assertEquals(Outcome.TRUNCATED, result.outcome());
            assertTrue(script.at <= 1_000 + 2 * CHUNK, () -> script.at + " bytes");
        }
    }

    // ---- sizes that lie --------------------------------------------------------------------------------------------

    @Test
    void readsAFileThatSaysItIsEmptyToItsEnd() throws Exception {
        Path file = Path.of("/proc/version");
        Assumptions.assumeTrue(Files.isReadable(file) && Files.size(file) == 0);
        byte[] content = Files.readAllBytes(file);
        try (FileProcessor files = small().onChange(ChangePolicy.UNCHECKED).open()) {
            Pieces got = Piece.chunks(files, Source.of(file));
            assertEquals(Naive.chunks(content, CHUNK), got.list());
            assertEquals(Outcome.DONE, got.result().outcome());
            assertEquals(0, got.result().sizeAtOpen());
        }
        try (FileProcessor files = small().open()) {
            Pieces got = Piece.chunks(files, Source.of(file));
            assertEquals(Piece.latin(content), got.joined());
            assertTrue(got.result().ok(), got.result()::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(OversizePolicy.class)
    void limitsAFileThatSaysItIsEmpty(OversizePolicy policy) throws Exception {
        Path file = Path.of("/proc/self/status");
        Assumptions.assumeTrue(Files.isReadable(file) && Files.size(file) == 0);
        try (FileProcessor files = limited(100, policy)) {
            Pieces got = Piece.chunks(files, Source.of(file));
            assertEquals(outcome(policy), got.result().outcome());
            assertEquals(Reason.OVERSIZE, got.result().reason());
            assertEquals(100, got.result().bytesRead());
            assertTrue(policy != OversizePolicy.TRUNCATE || got.joined().length() == 100);
        }
    }

    @ParameterizedTest
    @EnumSource(OversizePolicy.class)
    void limitsAFileThatGrowsWhileItIsRead(OversizePolicy policy) throws Exception {
        Path file = Files.write(dir.resolve("growing"), new byte[1_000]);
        try (FileProcessor files = small().maxFileSize(1_100)
                .oversize(policy)
                .onChange(ChangePolicy.UNCHECKED)
                .open()) {
            List<Piece> pieces = new ArrayList<>();
            FileResult result = files.forEachChunk(file, chunk -> {
                pieces.add(Piece.of(chunk));
                if (pieces.size() < 3) {
                    Files.write(file, new byte[200], StandardOpenOption.APPEND);
                }
            });
            assertEquals(outcome(policy), result.outcome());
            assertEquals(Reason.OVERSIZE, result.reason());
            assertEquals(1_100, result.bytesRead());
            assertEquals(1_000, result.sizeAtOpen());
            assertTrue(pieces.stream().noneMatch(Piece::last));
        }
    }

    @Test
    void endsForAFileThatGrowsForEver() throws Exception {
        Path file = Files.write(dir.resolve("for ever"), new byte[500]);
        try (FileProcessor files = limited(50_000, OversizePolicy.TRUNCATE)) {
            FileResult result = files.forEachChunk(
                    file, chunk -> Files.write(file, new byte[2 * CHUNK], StandardOpenOption.APPEND));
            assertTrue(result.ok(), result::toString);
            assertEquals(50_000, result.bytesRead());
        }
    }

    // ---- binary ----------------------------------------------------------------------------------------------------

    private static byte[] withZeroAt(int index) {
        byte[] content = "text\n".repeat(4_000).getBytes(StandardCharsets.US_ASCII);
        content[index] = 0;
        return content;
    }

    @ParameterizedTest
    @EnumSource(BinaryPolicy.class)
    void looksForAZeroByteInTheFirstEightKibibytesHoweverTheyAreRead(BinaryPolicy policy) throws Exception {
        for (int index : new int[] {0, 1, CHUNK, 5_000, 8_191, 8_192, 9_000}) {
            boolean isBinary = index < 8 << 10 && policy != BinaryPolicy.PROCESS;
            for (Way way : Way.values()) {
                try (FileProcessor files = small().binary(policy).open()) {
                    Pieces got = Piece.chunks(files, way.source(dir, withZeroAt(index), new SplittableRandom(index)));
                    String what = way + ", a zero byte at " + index + ", " + got.result();
                    Outcome expected = policy == BinaryPolicy.SKIP ? Outcome.SKIPPED : Outcome.FAILED;
                    assertEquals(
                            isBinary ? expected : Outcome.DONE, got.result().outcome(), what);
                    assertEquals(
                            isBinary ? Reason.BINARY : Reason.NONE, got.result().reason(), what);
                    assertEquals(isBinary ? List.of() : Naive.chunks(withZeroAt(index), CHUNK), got.list(), what);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines", "text", "readText", "validate", "countLines", "process"})
    void leavesOutWhatIsNoTextInEveryPass(String pass) throws Exception {
        Path file = Files.write(dir.resolve("binary"), withZeroAt(700));
        try (FileProcessor files = small().binary(BinaryPolicy.SKIP).open()) {
            FileResult result = switch (pass) {
                case "lines" -> files.forEachLine(file, line -> {});
                case "text" -> files.forEachText(file, text -> {});
                case "readText" -> files.readText(file).result();
                case "validate" -> files.validate(file);
                case "countLines" ->
                    org.junit.jupiter.api.Assertions.assertThrows(
                                    dev.lifecycle.file.FileFailedException.class, () -> files.countLines(file))
                            .result();
                default -> files.process(file, new Maker()).result();
            };
            assertEquals(Outcome.SKIPPED, result.outcome());
            assertEquals(Reason.BINARY, result.reason());
            assertFalse(result.ok());
        }
    }

    @Test
    void doesNotTakeWideCharactersForBinary() throws Exception {
        for (String name : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
            var charset = java.nio.charset.Charset.forName(name);
            byte[] marked = "\ufefftext".getBytes(charset);
            byte[] plain = "text".getBytes(charset);
            try (FileProcessor utf8 = small().binary(BinaryPolicy.FAIL).open();
                    FileProcessor wide =
                            small().binary(BinaryPolicy.FAIL).charset(charset).open()) {
                assertEquals(
                        "text",
                        utf8.readText(Way.STREAM.source(Script.of(marked))).orThrow());
                assertEquals(
                        "text",
                        wide.readText(Way.STREAM.source(Script.of(plain))).orThrow());
                assertEquals(
                        Reason.BINARY,
                        utf8.readText(Way.STREAM.source(Script.of(plain)))
                                .result()
                                .reason());
            }
        }
    }

    @Test
    void aByteOrderMarkOfUtf8MakesNoTextOfABinaryFile() throws IOException {
        byte[] content = "\ufeffab\0".getBytes(StandardCharsets.UTF_8);
        try (FileProcessor files = small().binary(BinaryPolicy.FAIL).open()) {
            assertEquals(
                    Reason.BINARY,
                    files.readText(Way.STREAM.source(Script.of(content)))
                            .result()
                            .reason());
        }
    }
}
