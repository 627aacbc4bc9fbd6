package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.TextDecoder;
import dev.lifecycle.tests.file.Naive.Decoded;
import dev.lifecycle.tests.file.Naive.Mark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that come in pieces, cut anywhere. */
@Tag("once")
@Timeout(60)
class TextDecoderContractTest {

    /** Hands the content over in pieces, by heap and direct buffers. */
    private static String decoded(TextDecoder decoder, byte[] content, SplittableRandom random) throws IOException {
        StringBuilder out = new StringBuilder();
        int at = 0;
        long sum = 0;
        boolean last = false;
        while (!last) {
            int size = Math.min(content.length - at, random.nextInt(1 + random.nextInt(20)));
            last = at + size == content.length && random.nextBoolean();
            ByteBuffer in = random.nextBoolean() ? ByteBuffer.allocateDirect(size + 3) : ByteBuffer.allocate(size + 3);
            in.position(3).mark().put(content, at, size).reset();
            sum += decoder.decode(random.nextBoolean() ? in : in.asReadOnlyBuffer(), out, last);
            at += size;
        }
        assertEquals(out.length(), sum);
        return out.toString();
    }

    static java.util.stream.Stream<Charset> charsets() {
        return FileTextTest.charsets();
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void decodesPiecesAsAWhole(Charset charset) {
        TextDecoder decoder = TextDecoder.of(charset, Malformed.REPLACE);
        Trials.each(60, 120, (random, size) -> { // one decoder, text after text
            byte[] content = FileTextTest.text(random, size, charset).getBytes(charset);
            assertEquals(
                    new String(content, charset),
                    decoded(decoder, content, random),
                    () -> charset + ": " + Arrays.toString(content));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16", "UTF-32BE", "US-ASCII", "windows-1252", "GB18030", "EUC-JP"})
    void countsWhatIsNoTextAndReplacesOrSkipsIt(String name) {
        Charset charset = Charset.forName(name);
        for (Malformed policy : new Malformed[] {Malformed.REPLACE, Malformed.SKIP}) {
            TextDecoder decoder = TextDecoder.of(charset, policy);
            Trials.each(1_000, 200, (random, size) -> {
                byte[] content = FileTextTest.broken(random, size, charset);
                Decoded expected = Naive.decode(content, new Mark(0, charset), policy);
                decoder.reset();
                assertEquals(expected.text(), decoded(decoder, content, random), () -> Arrays.toString(content));
                assertEquals(expected.malformed(), decoder.malformed(), () -> Arrays.toString(content));
                assertEquals(expected.firstMalformed(), decoder.firstMalformedOffset(), () -> Arrays.toString(content));
            });
        }
    }

    @Test
    void throwsWhereTextIsMalformedAndHasAppendedWhatComesBefore() throws Exception {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPORT);
        StringBuilder out = new StringBuilder();
        ByteBuffer in = ByteBuffer.wrap("ab\u00ffc".getBytes(StandardCharsets.ISO_8859_1));
        assertThrows(CharacterCodingException.class, () -> decoder.decode(in, out, false));
        assertEquals("ab", out.toString());
        decoder.reset();
        assertEquals(0, decoder.malformed());
        assertEquals(3, decoder.decode(ByteBuffer.wrap("xyz".getBytes(StandardCharsets.UTF_8)), out, true));
        assertEquals("abxyz", out.toString());
    }

    @Test
    void aCharacterThatHasBegunIsMalformedWhereTheTextEnds() throws Exception {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        StringBuilder out = new StringBuilder();
        byte[] euro = "\u20ac".getBytes(StandardCharsets.UTF_8);
        assertEquals(0, decoder.decode(ByteBuffer.wrap(euro, 0, 2), out, false));
        assertEquals(0, decoder.malformed());
        assertEquals(1, decoder.decode(ByteBuffer.allocate(0), out, true));
        assertEquals("\ufffd", out.toString());
        assertEquals(1, decoder.malformed());
        assertEquals(0, decoder.firstMalformedOffset());
    }

    @Test
    void aNewTextHasCountsOfItsOwn() throws Exception {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        decoder.decode(ByteBuffer.wrap(new byte[] {'a', (byte) 0xff}), new StringBuilder(), true);
        assertEquals(1, decoder.firstMalformedOffset());
        decoder.decode(ByteBuffer.wrap(new byte[] {'a', 'b', 'c', (byte) 0xff}), new StringBuilder(), true);
        assertEquals(1, decoder.malformed());
        assertEquals(3, decoder.firstMalformedOffset());
    }

    @Test
    void dropsWhatItKeptWhereItIsReset() throws Exception {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        StringBuilder out = new StringBuilder();
        decoder.decode(ByteBuffer.wrap(new byte[] {(byte) 0xe2, (byte) 0x82}), out, false);
        decoder.reset();
        decoder.decode(ByteBuffer.wrap(new byte[] {'a'}), out, true);
        assertEquals("a", out.toString());
        assertEquals(0, decoder.malformed());
    }

    @Test
    void takesAByteOrderMarkAsAnyCharacterUnlessTheCharsetTakesIt() throws Exception {
        for (Charset charset :
                new Charset[] {StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16}) {
            byte[] content = "\ufeffab".getBytes(charset);
            TextDecoder decoder = TextDecoder.of(charset, Malformed.REPLACE);
            assertEquals(new String(content, charset), decoded(decoder, content, new SplittableRandom(1)));
        }
    }

    @Test
    void passesOnWhatTheTargetThrows() {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        IOException planned = new IOException("planned");
        Appendable broken = new Appendable() {
            @Override
            public Appendable append(CharSequence text) throws IOException {
                throw planned;
            }

            @Override
            public Appendable append(CharSequence text, int from, int to) throws IOException {
                throw planned;
            }

            @Override
            public Appendable append(char one) throws IOException {
                throw planned;
            }
        };
        ByteBuffer in = ByteBuffer.wrap("ab\u20ac".getBytes(StandardCharsets.UTF_8));
        assertSame(planned, assertThrows(IOException.class, () -> decoder.decode(in, broken, true)));
    }

    @Test
    void decodesALotAtOnce() throws Exception {
        byte[] content = "some ascii, \u00e9\u20ac\ud83d\ude00 ".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder();
        ByteBuffer in = ByteBuffer.wrap(content);
        TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE).decode(in, out, true);
        assertEquals(new String(content, StandardCharsets.UTF_8), out.toString());
        assertFalse(in.hasRemaining());
    }

    @Test
    void refusesACharsetThatCannotDecode() {
        Charset encodesOnly = new Charset("x-encodes-only", new String[0]) {
            @Override
            public boolean contains(Charset other) {
                return false;
            }

            @Override
            public CharsetDecoder newDecoder() {
                throw new UnsupportedOperationException("planned");
            }

            @Override
            public CharsetEncoder newEncoder() {
                return StandardCharsets.UTF_8.newEncoder();
            }
        };
        assertThrows(UnsupportedOperationException.class, () -> TextDecoder.of(encodesOnly, Malformed.REPLACE));
    }
}
