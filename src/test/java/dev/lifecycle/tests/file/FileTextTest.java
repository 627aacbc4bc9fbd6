package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.StaleChunkException;
import dev.lifecycle.file.Text;
import dev.lifecycle.tests.file.Naive.Decoded;
import dev.lifecycle.tests.file.Naive.Mark;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Any content as text, in any charset, however it is read. */
@Tag("once")
@Timeout(60)
class FileTextTest {
    private static final int[] CODES = {
        'a', 'b', ' ', '\n', '\r', '~', '\\', 0xa5, 0xe9, 0xdf, 0x3b1, 0x416, 0x5d0, 0x627, 0xe01, 0x20ac, 0x3042,
        0xff71, 0x4e0a, 0x4e00, 0xac00, 0xfffd, 0x1f600, 0x20000
    };

    @TempDir
    Path dir;

    static FileProcessorBuilder small(Charset charset) {
        return FileProcessor.builder("text").chunkSize(64).readSize(64).charset(charset);
    }

    /** Text with some of its bytes changed, lost or cut off; ASCII for most of it at times. It does not begin with a byte order mark. */
    static byte[] broken(SplittableRandom random, int size, Charset charset) {
        byte[] bytes = Arrays.copyOf(text(random, size, charset).getBytes(charset), size);
        if (size > 0) {
            bytes[0] = 'x';
        }
        int one = 2 + random.nextInt(60);
        for (int i = 1; i < size; i++) {
            if (random.nextInt(one) == 0) {
                bytes[i] = (byte) (random.nextBoolean() ? random.nextInt() : 0x80 | random.nextInt());
            }
        }
        return bytes;
    }

    /** Text that {@code charset} can encode. */
    static String text(SplittableRandom random, int size, Charset charset) {
        StringBuilder text = new StringBuilder();
        String[] known = Naive.encodable(charset, CODES);
        int plain = random.nextInt(40);
        for (int i = 0; i < size; i++) {
            boolean isPlain = random.nextInt(40) < plain || known.length == 0;
            text.append(isPlain ? String.valueOf((char) ('a' + i % 26)) : known[random.nextInt(known.length)]);
        }
        return text.toString();
    }

    static Stream<Charset> charsets() {
        return Charset.availableCharsets().values().stream()
                .filter(charset -> charset.canEncode()
                        && decodes(charset)
                        && charset.newEncoder().canEncode('x'));
    }

    private static boolean decodes(Charset charset) {
        try {
            return charset.newDecoder() != null;
        } catch (UnsupportedOperationException encodesOnly) {
            return false;
        }
    }

    /** All pieces, one after the other. */
    private static String joined(FileProcessor files, Source source, List<FileResult> results, int most) {
        StringBuilder all = new StringBuilder();
        results.add(files.forEachText(source, text -> {
            assertEquals(all.length(), text.offset());
            assertTrue(text.length() <= most, () -> text.length() + " chars");
            int end = all.length();
            text.appendTo(all);
            boolean isCut =
                    end > 0 && end < all.length() && Character.isSurrogatePair(all.charAt(end - 1), all.charAt(end));
            assertFalse(isCut, "a pair is cut"); // one half alone is no pair
        }));
        return all.toString();
    }

    // ---- every charset ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("charsets")
    void decodesTextOfEveryCharsetAsTheJdkDoes(Charset charset) {
        try (FileProcessor files = small(charset).readSize(100).open()) {
            Trials.each(15, 300, (random, size) -> {
                byte[] content = text(random, size, charset).getBytes(charset);
                Mark mark = Mark.of(content, charset);
                String expected = new String(content, mark.length(), content.length - mark.length(), mark.charset());
                List<FileResult> results = new ArrayList<>();
                String got = joined(files, Way.any(random).source(dir, content, random), results, 64);
                assertEquals(expected, got, () -> charset + ": " + Arrays.toString(content));
                FileResult result = results.get(0);
                assertEquals(Outcome.DONE, result.outcome(), result::toString);
                assertEquals(expected.length(), result.chars());
                assertEquals(content.length, result.bytesRead());
                assertEquals(
                        expected,
                        files.readText(Way.STREAM.source(Script.of(content).sizes(Way.splits(random))))
                                .orThrow());
            });
        }
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void decodesAnyBytesInEveryCharsetAsTheJdkDoes(Charset charset) {
        try (FileProcessor files = small(charset).open()) {
            Trials.each(20, 200, (random, size) -> {
                byte[] content = broken(random, size, charset);
                String expected = new String(content, charset);
                List<FileResult> results = new ArrayList<>();
                String got = joined(files, Way.any(random).source(dir, content, random), results, 64);
                assertEquals(expected, got, () -> charset + ": " + Arrays.toString(content));
                Decoded all = Naive.decode(content, new Mark(0, charset), Malformed.REPLACE);
                assertEquals(
                        all.malformed(), results.get(0).malformed(), () -> charset + ": " + Arrays.toString(content));
                assertEquals(all.firstMalformed(), results.get(0).firstMalformed());
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32", "ISO-8859-1", "US-ASCII", "windows-1252"})
    void decodesTheUsualCharsetsHoweverTheyAreRead(String name) {
        Charset charset = Charset.forName(name);
        Trials.each(700, 700, (random, size) -> {
            byte[] content = broken(random, size, charset);
            Malformed policy = random.nextBoolean() ? Malformed.REPLACE : Malformed.SKIP;
            int chunk = 64 + random.nextInt(100);
            Decoded expected = Naive.decode(content, new Mark(0, charset), policy);
            try (FileProcessor files = small(charset)
                    .chunkSize(chunk)
                    .readSize(chunk + random.nextInt(300))
                    .malformed(policy)
                    .open()) {
                List<FileResult> results = new ArrayList<>();
                String got = joined(files, Way.any(random).source(dir, content, random), results, chunk);
                String what = policy + ", " + Arrays.toString(content) + ", " + results;
                assertEquals(expected.text(), got, what);
                assertEquals(expected.malformed(), results.get(0).malformed(), what);
                assertEquals(expected.firstMalformed(), results.get(0).firstMalformed(), what);
                assertEquals(expected.text().length(), results.get(0).chars(), what);
            }
        });
    }

    @Test
    void decodesEverySequenceOfThreeBytesAsTheJdkDoes() {
        int[] bytes = {
            0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0,
            0xf1, 0xf4, 0xf5, 0xff
        };
        try (FileProcessor files =
                small(StandardCharsets.UTF_8).bomOverrides(false).open()) {
            for (int number = 0; number < bytes.length * bytes.length * bytes.length; number++) {
                byte[] content = {
                    'a',
                    (byte) bytes[number % bytes.length],
                    (byte) bytes[number / bytes.length % bytes.length],
                    (byte) bytes[number / bytes.length / bytes.length]
                };
                Decoded expected = Naive.decode(content, new Mark(0, StandardCharsets.UTF_8), Malformed.REPLACE);
                int size = 1 + number % 4;
                List<FileResult> results = new ArrayList<>();
                String got = joined(files, Way.STREAM.source(Script.of(content).sizes(size)), results, 64);
                assertEquals(new String(content, StandardCharsets.UTF_8), got, () -> Arrays.toString(content));
                assertEquals(expected.malformed(), results.get(0).malformed(), () -> Arrays.toString(content));
                assertEquals(expected.firstMalformed(), results.get(0).firstMalformed());
            }
        }
    }

    // ---- byte order marks ------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void takesTheCharsetFromAByteOrderMarkAndLeavesItOut(String name) {
        Charset charset = Charset.forName(name);
        try (FileProcessor files = small(StandardCharsets.US_ASCII).open()) {
            Trials.each(300, 200, (random, size) -> {
                String text = text(random, size, charset);
                byte[] content = ("\ufeff" + text).getBytes(charset);
                List<FileResult> results = new ArrayList<>();
                assertEquals(text, joined(files, Way.any(random).source(dir, content, random), results, 64));
                assertEquals(text.length(), results.get(0).chars());
                assertEquals(0, results.get(0).malformed());
                assertEquals(
                        text,
                        files.readText(Way.STREAM.source(Script.of(content))).text());
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-16", "ISO-8859-1"})
    void decodesAByteOrderMarkAsAnyCharacterIfThatIsToDecideNothing(String name) {
        Charset charset = Charset.forName(name);
        for (Charset marked : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            byte[] content = "\ufeffabc".getBytes(marked);
            try (FileProcessor files = small(charset).bomOverrides(false).open()) {
                for (int size = 1; size < 5; size++) {
                    Source source = Way.CHANNEL.source(Script.of(content).sizes(size));
                    assertEquals(
                            new String(content, charset), files.readText(source).text());
                }
            }
        }
    }

    @Test
    void chunksAndRecordsHaveTheByteOrderMark() {
        byte[] content = "\ufeffabc".getBytes(StandardCharsets.UTF_8);
        try (FileProcessor files = small(StandardCharsets.UTF_8).open()) {
            assertEquals(
                    Piece.latin(content),
                    Piece.chunks(files, Way.STREAM.source(Script.of(content))).joined());
        }
    }

    @Test
    void aByteOrderMarkThatIsCutOffIsNone() {
        byte[] mark = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
        try (FileProcessor files = small(StandardCharsets.ISO_8859_1).open()) {
            for (int length = 0; length < 3; length++) {
                byte[] content = Arrays.copyOf(mark, length);
                Source source = Way.STREAM.source(Script.of(content).sizes(1));
                assertEquals(Piece.latin(content), files.readText(source).text());
            }
        }
    }

    @Test
    void tellsWhereTextIsMalformedFromTheBeginningOfTheFileItsMarkIncluded() {
        byte[] content = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, 'a', (byte) 0xff, 'b'};
        try (FileProcessor files = small(StandardCharsets.UTF_8).open()) {
            FileResult result = files.readText(
                            Way.STREAM.source(Script.of(content).sizes(1)))
                    .result();
            assertEquals(List.of(1L, 4L), List.of(result.malformed(), result.firstMalformed()));
        }
    }

    // ---- malformed -------------------------------------------------------------------------------------------------

    @Test
    void failsWhereTextIsMalformedIfThatIsToBeReported() {
        try (FileProcessor files =
                small(StandardCharsets.UTF_8).malformed(Malformed.REPORT).open()) {
            Trials.each(2_000, 300, (random, size) -> {
                byte[] content = broken(random, size, StandardCharsets.UTF_8);
                Decoded expected = Naive.decode(content, new Mark(0, StandardCharsets.UTF_8), Malformed.REPORT);
                var got = files.readText(Way.any(random).source(dir, content, random));
                String what = Arrays.toString(content) + ", " + got.result();
                boolean isText = expected.malformed() == 0;
                assertEquals(
                        isText ? Outcome.DONE : Outcome.FAILED, got.result().outcome(), what);
                assertEquals(
                        isText ? Reason.NONE : Reason.MALFORMED, got.result().reason(), what);
                assertEquals(expected.firstMalformed(), got.result().firstMalformed(), what);
                assertEquals(expected.text(), got.text(), what);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Malformed.class)
    void validatesWhatItReads(Malformed policy) {
        Trials.each(1_500, 500, (random, size) -> {
            Charset charset = random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.UTF_16LE;
            byte[] content = broken(random, size, charset);
            Decoded expected = Naive.decode(content, new Mark(0, charset), Malformed.REPLACE);
            try (FileProcessor files = small(charset).malformed(policy).open()) {
                FileResult result = files.validate(Way.any(random).source(dir, content, random));
                String what = Arrays.toString(content) + ", " + result;
                boolean isBad = expected.malformed() > 0 && policy == Malformed.REPORT;
                assertEquals(isBad ? Reason.MALFORMED : Reason.NONE, result.reason(), what);
                assertEquals(!isBad, result.ok(), what);
                assertEquals(expected.firstMalformed(), result.firstMalformed(), what);
                if (!isBad) {
                    assertEquals(expected.malformed(), result.malformed(), what);
                    assertEquals(size, result.bytesRead(), what);
                }
            }
        });
    }

    // ---- a piece ---------------------------------------------------------------------------------------------------

    @Test
    void aPieceIsTheSequenceOfItsCharacters() {
        try (FileProcessor files = small(StandardCharsets.UTF_8).open()) {
            Trials.each(400, 200, (random, size) -> {
                String text = text(random, size, StandardCharsets.UTF_8);
                byte[] content = text.getBytes(StandardCharsets.UTF_8);
                FileResult result = files.forEachText(Way.any(random).source(dir, content, random), piece -> {
                    int from = Math.toIntExact(piece.offset());
                    String expected = text.substring(from, from + piece.length());
                    assertEquals(expected, piece.toString());
                    assertEquals(expected, new StringBuilder(piece).toString());
                    char[] chars = new char[expected.length() + 2];
                    piece.copyTo(chars, 1);
                    assertEquals("\0" + expected + "\0", new String(chars));
                    int at = random.nextInt(expected.length() + 1);
                    assertEquals(
                            expected.substring(at),
                            piece.subSequence(at, expected.length()).toString());
                    assertThrows(IndexOutOfBoundsException.class, () -> piece.charAt(expected.length()));
                    assertThrows(IndexOutOfBoundsException.class, () -> piece.charAt(-1));
                    assertThrows(IndexOutOfBoundsException.class, () -> piece.subSequence(0, expected.length() + 1));
                });
                assertEquals(Outcome.DONE, result.outcome(), result::toString);
            });
        }
    }

    @Test
    void aPieceCopiesNothingWhereThereIsTooLittleRoom() {
        try (FileProcessor files = small(StandardCharsets.UTF_8).open()) {
            FileResult result = files.forEachText(
                    Way.STREAM.source(Script.of("abc".getBytes(StandardCharsets.US_ASCII))), piece -> {
                        char[] chars = new char[3];
                        assertThrows(IndexOutOfBoundsException.class, () -> piece.copyTo(chars, 1));
                        assertThrows(IndexOutOfBoundsException.class, () -> piece.copyTo(chars, -1));
                        assertEquals("\0\0\0", new String(chars));
                    });
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }

    static Stream<Consumer<Text>> uses() {
        return Stream.of(
                Text::offset,
                Text::length,
                text -> text.charAt(0),
                text -> text.subSequence(0, 1),
                text -> text.copyTo(new char[9], 0),
                text -> text.appendTo(new StringBuilder()),
                Text::toString);
    }

    @ParameterizedTest
    @MethodSource("uses")
    void aPieceCannotBeUsedAfterItsHandlerHasReturned(Consumer<Text> use) {
        List<Text> kept = new ArrayList<>();
        byte[] content = "abc".getBytes(StandardCharsets.US_ASCII);
        try (FileProcessor files = small(StandardCharsets.UTF_8).open()) {
            files.forEachText(Way.STREAM.source(Script.of(content)), kept::add);
            assertThrows(StaleChunkException.class, () -> use.accept(kept.get(0)));
            FileResult result = files.forEachText(
                    Way.STREAM.source(Script.of(content)),
                    later -> assertThrows(StaleChunkException.class, () -> use.accept(kept.get(0))));
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
    }
}
