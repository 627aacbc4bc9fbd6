package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.TextDecoder;
import dev.lifecycle.tests.file.Texts.Stepped;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes become text wherever they are cut. */
@Tag("once")
@Timeout(120)
class TextDecoderTest {
    /** Guesses the charset from all bytes that are there when it comes upon the first one that is not ASCII, so from other ones for another cut: refused. */
    private static final String DETECTING = "x-JISAutoDetect";

    private static final long SEED = System.nanoTime();

    static Stream<Charset> charsets() {
        return Charset.availableCharsets().values().stream()
                .filter(charset -> !charset.name().equals(DETECTING));
    }

    private static class Plain implements Appendable {
        final StringBuilder text = new StringBuilder();

        @Override
        public Appendable append(CharSequence chars) throws IOException {
            text.append(chars);
            return this;
        }

        @Override
        public Appendable append(CharSequence chars, int start, int end) {
            text.append(chars, start, end);
            return this;
        }

        @Override
        public Appendable append(char c) {
            text.append(c);
            return this;
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static Appendable target(int kind) {
        return kind == 0 ? new StringBuilder() : kind == 1 ? new StringWriter() : new Plain();
    }

    private static ByteBuffer buffer(byte[] bytes, int from, int to, int kind) {
        ByteBuffer piece = ByteBuffer.wrap(bytes, from, to - from);
        if (kind == 0) {
            return piece;
        }
        return kind == 1
                ? ByteBuffer.allocateDirect(to - from).put(piece).flip()
                : piece.slice().asReadOnlyBuffer();
    }

    private static String decode(TextDecoder decoder, byte[] bytes, int... cuts) throws IOException {
        return decode(decoder, bytes, 0, cuts);
    }

    private static String decode(TextDecoder decoder, byte[] bytes, int kind, int[] cuts) throws IOException {
        Appendable out = target(kind % 3);
        int from = 0;
        int made = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : bytes.length;
            ByteBuffer in = buffer(bytes, from, to, kind / 3 % 3);
            made += decoder.decode(in, out, i == cuts.length);
            assertFalse(in.hasRemaining());
            from = to;
        }
        assertEquals(made, out.toString().length());
        return out.toString();
    }

    private static String hex(byte[] bytes, int[] cuts) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes) + " cut at " + Arrays.toString(cuts) + ", seed " + SEED;
    }

    // ---- any text, any cut

    @ParameterizedTest
    @MethodSource("charsets")
    void anyTextCutAnywhereIsTheSameText(Charset charset) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        TextDecoder replacing = TextDecoder.of(charset, Malformed.REPLACE);
        TextDecoder skipping = TextDecoder.of(charset, Malformed.SKIP);
        CharsetDecoder jdk = charset.newDecoder();
        for (int round = 0; round < 60; round++) {
            int length = round % 20 == 0 ? 600 : 30;
            byte[] bytes = round % 3 == 0
                    ? Texts.garbage(random, length)
                    : round % 3 == 1 ? Texts.text(charset, random, length) : Texts.damaged(charset, random, length);
            Stepped expected = Stepped.through(jdk, bytes);
            int[] cuts = Texts.cuts(random, bytes.length);
            assertEquals(new String(bytes, charset), decode(replacing, bytes, round, cuts), () -> hex(bytes, cuts));
            assertEquals(expected.malformed(), replacing.malformed(), () -> hex(bytes, cuts));
            assertEquals(expected.first(), replacing.firstMalformedOffset(), () -> hex(bytes, cuts));
            assertEquals(expected.skipped(), decode(skipping, bytes, round, cuts), () -> hex(bytes, cuts));
            assertEquals(expected.malformed(), skipping.malformed(), () -> hex(bytes, cuts));
            assertEquals(expected.first(), skipping.firstMalformedOffset(), () -> hex(bytes, cuts));
        }
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void aTextMayComeByteByByteAndInTwoPiecesCutAnywhere(Charset charset) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        TextDecoder decoder = TextDecoder.of(charset, Malformed.REPLACE);
        for (int round = 0; round < 12; round++) {
            byte[] bytes = round % 2 == 0 ? Texts.text(charset, random, 14) : Texts.garbage(random, 14);
            String expected = new String(bytes, charset);
            int[] all = new int[bytes.length];
            for (int cut = 0; cut < bytes.length; cut++) {
                all[cut] = cut;
                int[] one = {cut};
                assertEquals(expected, decode(decoder, bytes, 0, one), () -> hex(bytes, one));
            }
            assertEquals(expected, decode(decoder, bytes, 0, all), () -> hex(bytes, all));
        }
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void reportsWhatIsMalformedAfterWhatComesBefore(Charset charset) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        TextDecoder decoder = TextDecoder.of(charset, Malformed.REPORT);
        CharsetDecoder jdk = charset.newDecoder();
        for (int round = 0; round < 24; round++) {
            byte[] bytes = Texts.damaged(charset, random, round % 10 == 0 ? 400 : 30);
            Stepped expected = Stepped.through(jdk, bytes);
            int[] cuts = Texts.cuts(random, bytes.length);
            Appendable out = target(round % 3);
            boolean thrown = false;
            int from = 0;
            try {
                for (int i = 0; i <= cuts.length; i++) {
                    int to = i < cuts.length ? cuts[i] : bytes.length;
                    decoder.decode(buffer(bytes, from, to, round % 3), out, i == cuts.length);
                    from = to;
                }
            } catch (CharacterCodingException e) {
                thrown = true;
                assertTrue(
                        e.getMessage().contains(" " + charset.name() + ", at offset " + expected.first() + " "),
                        e.getMessage());
            }
            assertEquals(expected.malformed() > 0, thrown, () -> hex(bytes, cuts));
            assertEquals(expected.before(), out.toString(), () -> hex(bytes, cuts));
            assertEquals(thrown ? 1 : 0, decoder.malformed());
            assertEquals(expected.first(), decoder.firstMalformedOffset(), () -> hex(bytes, cuts));
            decoder.reset();
        }
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void noSurrogatePairIsCut(Charset charset) throws IOException {
        if (!charset.canEncode()) {
            return;
        }
        CharsetEncoder encoder = charset.newEncoder();
        StringBuilder text = new StringBuilder();
        for (int c = 0x10000; c < 0x30000 && text.length() < 100; c += 61) {
            if (encoder.canEncode(Character.toString(c))) {
                text.appendCodePoint(c).append(text.length() % 5 == 0 ? "a" : "");
            }
        }
        if (text.isEmpty()) {
            return;
        }
        byte[] bytes = text.toString().repeat(12_000 / text.length()).getBytes(charset);
        List<String> pieces = new ArrayList<>();
        Appendable out = new Plain() {
            @Override
            public Appendable append(CharSequence chars) throws IOException {
                pieces.add(chars.toString());
                return super.append(chars);
            }
        };
        TextDecoder decoder = TextDecoder.of(charset, Malformed.REPLACE);
        for (int at = 0; at < bytes.length; at += 4_095) {
            int to = Math.min(bytes.length, at + 4_095);
            decoder.decode(ByteBuffer.wrap(bytes, at, to - at), out, to == bytes.length);
        }
        assertEquals(new String(bytes, charset), out.toString());
        for (String piece : pieces) {
            assertFalse(piece.isEmpty() || Character.isLowSurrogate(piece.charAt(0)));
        }
    }

    // ---- UTF-8

    /** One byte of each kind that UTF-8 tells apart, and the last of the kind where there are more. */
    private static final byte[] KINDS = HexFormat.of().parseHex("417f808f909fa0bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5f7f8ff");

    /** Decodes one text alone, and between ASCII, cut at one place each. */
    private static final class Utf8Check {
        final TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        final CharsetDecoder jdk = StandardCharsets.UTF_8.newDecoder();
        final StringBuilder out = new StringBuilder();

        void check(byte[] bytes, int pad) throws IOException {
            byte[] all = new byte[bytes.length + 2 * pad];
            Arrays.fill(all, (byte) 'x');
            System.arraycopy(bytes, 0, all, pad, bytes.length);
            String expected = new String(all, StandardCharsets.UTF_8);
            Stepped stepped = Stepped.through(jdk, all);
            assertEquals(expected, stepped.replaced());
            for (int cut = pad; cut <= pad + bytes.length; cut++) {
                out.setLength(0);
                decoder.decode(ByteBuffer.wrap(all, 0, cut), out, false);
                decoder.decode(ByteBuffer.wrap(all, cut, all.length - cut), out, true);
                if (!expected.contentEquals(out)
                        || decoder.malformed() != stepped.malformed()
                        || decoder.firstMalformedOffset() != stepped.first()) {
                    int at = cut;
                    assertEquals(expected, out.toString(), () -> hex(all, new int[] {at}));
                    assertEquals(stepped.malformed(), decoder.malformed(), () -> hex(all, new int[] {at}));
                    assertEquals(stepped.first(), decoder.firstMalformedOffset(), () -> hex(all, new int[] {at}));
                }
            }
        }
    }

    @Test
    void utf8IsWhatTheJdkMakesOfItForAllPairsOfBytes() throws IOException {
        Utf8Check utf8 = new Utf8Check();
        for (int pair = 0; pair < 65_536; pair++) {
            byte[] bytes = {(byte) (pair >> 8), (byte) pair, (byte) 0x80};
            utf8.check(Arrays.copyOf(bytes, 2 + (pair & 1)), pair % 3 == 0 ? 9 : 0);
        }
    }

    @Test
    void utf8IsWhatTheJdkMakesOfItForAllKindsOfFourBytes() throws IOException {
        Utf8Check utf8 = new Utf8Check();
        byte[] lastOnes = {'A', (byte) 0x80, (byte) 0xbf, (byte) 0xc3};
        for (byte first : KINDS) {
            for (byte second : KINDS) {
                for (byte third : KINDS) {
                    for (byte fourth : lastOnes) {
                        byte[] bytes = {first, second, third, fourth};
                        utf8.check(bytes, 0);
                        utf8.check(bytes, 8 + (third & 3));
                    }
                    utf8.check(new byte[] {first, second, third}, 0);
                }
            }
        }
    }

    @Test
    void utf8IsWhatTheJdkMakesOfItForAllCharacters() throws IOException {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPORT);
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                all.appendCodePoint(c);
            }
        }
        String text = all.toString();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int third = bytes.length / 3;
        assertEquals(text, decode(decoder, bytes, third, 2 * third + 1));
    }

    @Test
    void utf8OfManyPiecesIsWhatTheJdkMakesOfIt() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        CharsetDecoder jdk = StandardCharsets.UTF_8.newDecoder();
        String[] words = {
            "plain ",
            "é",
            "Привет, мир ",
            "日本語",
            "😀",
            "a long run of ASCII that is longer than sixty-four bytes, to be sure, ",
            "\n"
        };
        for (int round = 0; round < 60; round++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < 20_000) {
                text.append(words[random.nextInt(words.length)].repeat(1 + random.nextInt(5)));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(10); round % 2 == 0 && i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int[] cuts = Texts.cuts(random, bytes.length);
            Stepped expected = Stepped.through(jdk, bytes);
            assertEquals(expected.replaced(), decode(decoder, bytes, round, cuts), "seed " + SEED);
            assertEquals(expected.malformed(), decoder.malformed(), "seed " + SEED);
            assertEquals(expected.first(), decoder.firstMalformedOffset(), "seed " + SEED);
        }
    }

    // ---- the calls

    @Test
    void keepsWhatHasBegunAndNothingElse() throws IOException {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        byte[] bytes = "a😀b".getBytes(StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder();
        int[] made = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            byte[] one = {bytes[i]};
            made[i] = decoder.decode(ByteBuffer.wrap(one), out, false);
            one[0] = 0;
        }
        assertEquals("[1, 0, 0, 0, 2, 1]", Arrays.toString(made));
        assertEquals("a😀b", out.toString());
        assertEquals(0, decoder.decode(ByteBuffer.allocate(0), out, true));
    }

    @Test
    void theEndBeginsAnotherText() throws IOException {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        assertEquals("ab\ufffd", decode(decoder, new byte[] {'a', 'b', (byte) 0xe2, (byte) 0x82}));
        assertEquals(1, decoder.malformed());
        assertEquals(2, decoder.firstMalformedOffset());
        assertEquals("", decode(decoder, new byte[0]));
        assertEquals(0, decoder.malformed(), "the text before has gone");
        assertEquals(-1, decoder.firstMalformedOffset());
    }

    @Test
    void resetDropsWhatIsKeptAndCounted() throws IOException {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        StringBuilder out = new StringBuilder();
        decoder.decode(ByteBuffer.wrap(new byte[] {'a', (byte) 0xff, (byte) 0xe2}), out, false);
        assertEquals(1, decoder.malformed());
        decoder.reset();
        assertEquals(0, decoder.malformed());
        assertEquals(-1, decoder.firstMalformedOffset());
        assertEquals("b", decode(decoder, new byte[] {'b'}));
    }

    @Test
    void resetForgetsTheStateOfAShift() throws IOException {
        TextDecoder decoder = TextDecoder.of(Charset.forName("ISO-2022-JP"), Malformed.REPLACE);
        StringBuilder out = new StringBuilder();
        byte[] shifted = "日本".getBytes(Charset.forName("ISO-2022-JP"));
        decoder.decode(ByteBuffer.wrap(shifted, 0, 5), out, false);
        decoder.reset();
        assertEquals("F|", decode(decoder, new byte[] {'F', '|'}));
    }

    @Test
    void goesOnOnlyAfterAResetOnceItReported() throws IOException {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPORT);
        StringBuilder out = new StringBuilder();
        ByteBuffer in = ByteBuffer.wrap(new byte[] {'a', 'b', (byte) 0xff, 'c'});
        assertThrows(CharacterCodingException.class, () -> decoder.decode(in, out, false));
        assertEquals("ab", out.toString());
        assertEquals(2, in.position());
        assertThrows(IllegalStateException.class, () -> decoder.decode(in, out, false));
        assertEquals(2, decoder.firstMalformedOffset());
        decoder.reset();
        assertEquals("c", decode(decoder, new byte[] {'c'}));
    }

    @ParameterizedTest
    @EnumSource(Malformed.class)
    void aTargetThatThrowsEndsTheText(Malformed policy) throws IOException {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, policy);
        IOException full = new IOException("full");
        Appendable throwing = new Plain() {
            @Override
            public Appendable append(CharSequence chars) throws IOException {
                throw full;
            }
        };
        ByteBuffer in = ByteBuffer.wrap(new byte[] {'a'});
        assertSame(full, assertThrows(IOException.class, () -> decoder.decode(in, throwing, true)));
        assertThrows(IllegalStateException.class, () -> decoder.decode(in, new StringBuilder(), true));
        decoder.reset();
        assertEquals("b", decode(decoder, new byte[] {'b'}));
    }

    @Test
    void aTargetCannotDecodeWithTheDecoderThatItIsGivenTextBy() {
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        Appendable meddling = new Plain() {
            @Override
            public Appendable append(CharSequence chars) throws IOException {
                decoder.decode(ByteBuffer.allocate(1), new StringBuilder(), false);
                return this;
            }
        };
        assertThrows(
                IllegalStateException.class, () -> decoder.decode(ByteBuffer.wrap(new byte[] {'a'}), meddling, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "ISO-8859-1", "windows-1252", "UTF-16LE"})
    void takesTheBytesBetweenPositionAndLimit(String name) throws IOException {
        Charset charset = Charset.forName(name);
        byte[] bytes = "<<text>>".getBytes(charset);
        int mark = "<<".getBytes(charset).length;
        for (int kind = 0; kind < 3; kind++) {
            for (boolean slice : new boolean[] {false, true}) {
                ByteBuffer in =
                        buffer(bytes, 0, bytes.length, kind).position(mark).limit(bytes.length - mark);
                in = slice ? in.slice() : in;
                StringBuilder out = new StringBuilder();
                TextDecoder.of(charset, Malformed.REPORT).decode(in, out, true);
                assertEquals("text", out.toString());
                assertFalse(in.hasRemaining());
            }
        }
    }

    @Test
    void largeBuffersOfAnyKindAreDecodedInPieces() throws IOException {
        byte[] bytes =
                "häuser, дома, 家 and a little ASCII between them ".repeat(3_000).getBytes(StandardCharsets.UTF_8);
        for (int kind = 0; kind < 9; kind++) {
            TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPORT);
            assertEquals(new String(bytes, StandardCharsets.UTF_8), decode(decoder, bytes, kind, new int[0]));
            byte[] utf16 = new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE);
            TextDecoder other = TextDecoder.of(StandardCharsets.UTF_16LE, Malformed.REPORT);
            assertEquals(new String(bytes, StandardCharsets.UTF_8), decode(other, utf16, kind, new int[0]));
        }
    }

    @Test
    void aBufferOfCharactersIsATargetToo() throws IOException {
        CharBuffer out = CharBuffer.allocate(8);
        TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPORT)
                .decode(ByteBuffer.wrap(new byte[] {'a', 'b'}), out, true);
        assertEquals("ab", out.flip().toString());
    }

    @Test
    void aTargetMayKeepWhatItIsGiven() throws IOException {
        List<CharSequence> kept = new ArrayList<>();
        Appendable out = new Plain() {
            @Override
            public Appendable append(CharSequence chars) throws IOException {
                kept.add(chars);
                return this;
            }
        };
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPORT);
        decoder.decode(ByteBuffer.wrap(new byte[] {'a'}), out, false);
        decoder.decode(ByteBuffer.wrap(new byte[] {'b'}), out, true);
        assertEquals("[a, b]", kept.toString());
    }

    // ---- charsets that are refused

    @Test
    void refusesToDetectACharset() {
        Charset detecting = Charset.forName(DETECTING);
        assertTrue(detecting.newDecoder().isAutoDetecting());
        UnsupportedOperationException refusal =
                assertThrows(UnsupportedOperationException.class, () -> TextDecoder.of(detecting, Malformed.REPLACE));
        assertTrue(refusal.getMessage().startsWith(DETECTING + " guesses"), refusal.getMessage());
    }

    @Test
    void refusesACharsetThatCannotDecode() {
        Charset encoding = new Charset("x-encode-only", new String[0]) {
            @Override
            public boolean contains(Charset other) {
                return false;
            }

            @Override
            public CharsetDecoder newDecoder() {
                throw new UnsupportedOperationException();
            }

            @Override
            public CharsetEncoder newEncoder() {
                return StandardCharsets.UTF_8.newEncoder();
            }
        };
        UnsupportedOperationException refusal =
                assertThrows(UnsupportedOperationException.class, () -> TextDecoder.of(encoding, Malformed.REPLACE));
        assertEquals("x-encode-only cannot decode; it is for encoding only", refusal.getMessage());
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullIsRefused() {
        assertThrows(NullPointerException.class, () -> TextDecoder.of(null, Malformed.REPLACE));
        assertThrows(NullPointerException.class, () -> TextDecoder.of(StandardCharsets.UTF_8, null));
        TextDecoder decoder = TextDecoder.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        assertThrows(NullPointerException.class, () -> decoder.decode(null, new StringBuilder(), true));
        assertThrows(NullPointerException.class, () -> decoder.decode(ByteBuffer.allocate(0), null, true));
    }
}
