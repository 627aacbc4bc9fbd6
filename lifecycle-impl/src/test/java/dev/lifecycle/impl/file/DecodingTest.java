package dev.lifecycle.impl.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.Malformed;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes to characters in arrays: with little room, and without any. */
@Timeout(120)
class DecodingTest {
    private static Stream<Charset> charsets() {
        return TestTexts.charsets();
    }

    private static int[] cuts(SplittableRandom random, int length) {
        int[] cuts = new int[random.nextInt(4)];
        Arrays.setAll(cuts, i -> random.nextInt(length + 1));
        Arrays.sort(cuts);
        return cuts;
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void fillsLittleRoomAgainAndAgain(Charset charset) throws CharacterCodingException {
        SplittableRandom random = new SplittableRandom(TestTexts.SEED);
        Decoding decoding = Decoding.of(charset, Malformed.REPLACE);
        for (int round = 0; round < 20; round++) {
            byte[] bytes = round % 2 == 0 || !charset.canEncode()
                    ? TestTexts.garbage(random, 700)
                    : TestTexts.text(charset, random, 900).getBytes(charset);
            int room = Decoding.MIN_ROOM + random.nextInt(20);
            assertEquals(
                    new String(bytes, charset),
                    TestTexts.decode(decoding, bytes, room, cuts(random, bytes.length)),
                    () -> TestTexts.hex(bytes));
        }
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void validatesAsItDecodes(Charset charset) throws CharacterCodingException {
        SplittableRandom random = new SplittableRandom(TestTexts.SEED);
        Decoding decoding = Decoding.of(charset, Malformed.REPLACE);
        Decoding checking = Decoding.of(charset, Malformed.REPORT);
        for (int round = 0; round < 40; round++) {
            byte[] bytes = TestTexts.garbage(random, round == 0 ? 5_000 : 60);
            TestTexts.decode(decoding, bytes, 100);
            checking.reset();
            int from = 0;
            for (int cut : cuts(random, bytes.length)) {
                checking.validate(bytes, from, cut, false);
                assertEquals(cut - from, checking.taken());
                assertFalse(checking.isDone());
                from = cut;
            }
            checking.validate(bytes, from, bytes.length, true);
            assertTrue(checking.isDone());
            assertEquals(decoding.malformed(), checking.malformed(), () -> TestTexts.hex(bytes));
            assertEquals(decoding.firstMalformed(), checking.firstMalformed(), () -> TestTexts.hex(bytes));
        }
    }

    @Test
    void validatesUtf8OfAllPairsOfBytesAndTheirNeighbours() throws CharacterCodingException {
        Decoding decoding = Decoding.of(StandardCharsets.UTF_8, Malformed.SKIP);
        Decoding checking = Decoding.of(StandardCharsets.UTF_8, Malformed.SKIP);
        char[] out = new char[100];
        byte[] third = {'x', (byte) 0x80, (byte) 0xc3};
        for (int pair = 0x8000; pair < 3 * 0x10000; pair++) {
            byte[] bytes = "01234567............".getBytes(StandardCharsets.US_ASCII);
            bytes[8] = (byte) (pair >> 8);
            bytes[9] = (byte) pair;
            bytes[10] = third[pair >> 16];
            bytes[11] = third[(pair & 1) + (pair >> 17)];
            decoding.reset();
            decoding.decode(bytes, 0, bytes.length, out, 0, 100, true);
            checking.reset();
            checking.validate(bytes, 0, bytes.length, true);
            assertEquals(decoding.malformed(), checking.malformed(), () -> TestTexts.hex(bytes));
            assertEquals(decoding.firstMalformed(), checking.firstMalformed(), () -> TestTexts.hex(bytes));
        }
    }

    @Test
    void fillsAllOfTheRoomWithAscii() throws CharacterCodingException {
        byte[] bytes = new byte[1_000];
        char[] out = new char[300];
        for (Charset charset :
                new Charset[] {StandardCharsets.UTF_8, StandardCharsets.US_ASCII, StandardCharsets.ISO_8859_1}) {
            Decoding decoding = Decoding.of(charset, Malformed.REPORT);
            for (int room = Decoding.MIN_ROOM; room <= 300; room++) {
                assertEquals(room, decoding.decode(bytes, 0, 1_000, out, 0, room, false));
                assertEquals(room, decoding.taken());
            }
        }
    }

    @Test
    void findsTheEndOfAscii() {
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length + 20];
            Arrays.fill(bytes, (byte) 0x80);
            for (int from : new int[] {0, 3}) {
                Arrays.fill(bytes, from, from + length, (byte) 0x7f);
                assertEquals(from + length, Ascii.end(bytes, from, bytes.length));
                assertEquals(from + length, Ascii.end(bytes, from, from + length));
                for (int other = from; other < from + length; other++) {
                    bytes[other] = (byte) 0x80;
                    assertEquals(other, Ascii.end(bytes, from, from + length));
                    bytes[other] = (byte) 0x7f;
                }
            }
        }
    }

    @Test
    void inflatesAnyLength() {
        Ascii ascii = new Ascii();
        byte[] in = new byte[256];
        for (int i = 0; i < 256; i++) {
            in[i] = (byte) i;
        }
        for (int length = 0; length < 200; length++) {
            char[] out = new char[260];
            ascii.inflate(in, 50, out, 3, length);
            for (int i = 0; i < out.length; i++) {
                assertEquals(i >= 3 && i < 3 + length ? i + 47 : 0, out[i]);
            }
        }
        ascii.forget();
    }

    @Test
    void takesPlainBytesOnlyBetweenCharacters() throws CharacterCodingException {
        char[] out = new char[100];
        byte[] bytes = {'a', 'b', (byte) 0xc3, (byte) 0xa4, 'c', (byte) 0xff};
        Decoding utf8 = Decoding.of(StandardCharsets.UTF_8, Malformed.REPLACE);
        assertEquals(2, utf8.takePlain(bytes, 0, 6));
        assertEquals(0, utf8.takePlain(bytes, 2, 6));
        assertEquals(0, utf8.decode(bytes, 2, 3, out, 0, 100, false));
        assertEquals(0, utf8.takePlain(bytes, 4, 6), "a character has begun");
        assertEquals(1, utf8.decode(bytes, 3, 4, out, 0, 100, false));
        assertEquals(1, utf8.takePlain(bytes, 4, 6));
        utf8.decode(bytes, 5, 6, out, 0, 100, true);
        assertEquals(5, utf8.firstMalformed());

        Decoding latin1 = Decoding.of(StandardCharsets.ISO_8859_1, Malformed.REPLACE);
        assertEquals(6, latin1.takePlain(bytes, 0, 6));
        Decoding ascii = Decoding.of(StandardCharsets.US_ASCII, Malformed.REPLACE);
        assertEquals(2, ascii.takePlain(bytes, 0, 6));
        Decoding other = Decoding.of(StandardCharsets.UTF_16LE, Malformed.REPLACE);
        assertEquals(0, other.takePlain(bytes, 0, 6));
    }

    @Test
    void writesWhatComesBeforeAndReportsWithTheNextCall() throws CharacterCodingException {
        for (Charset charset :
                new Charset[] {StandardCharsets.UTF_8, StandardCharsets.US_ASCII, Charset.forName("windows-1252")}) {
            Decoding decoding = Decoding.of(charset, Malformed.REPORT);
            char[] out = new char[100];
            byte[] bytes = {'a', 'b', (byte) 0x81, 'c'};
            assertEquals(2, decoding.decode(bytes, 0, 4, out, 0, 100, true));
            assertEquals(2, decoding.taken());
            assertEquals(0, decoding.malformed());
            CharacterCodingException report =
                    assertThrows(CharacterCodingException.class, () -> decoding.decode(bytes, 2, 4, out, 0, 100, true));
            assertEquals("1 byte is no " + charset + ", at offset 2 of the text", report.getMessage());
            assertEquals(1, decoding.malformed());
            assertEquals(2, decoding.firstMalformed());
            decoding.reset();
            assertEquals("ab", TestTexts.decode(decoding, new byte[] {'a', 'b'}, 100));
        }
    }

    @Test
    void reportsACharacterThatTheEndCuts() throws CharacterCodingException {
        char[] out = new char[100];
        byte[] bytes = {'a', (byte) 0xf0, (byte) 0x9f, (byte) 0x98};
        Decoding decoding = Decoding.of(StandardCharsets.UTF_8, Malformed.REPORT);
        assertEquals(1, decoding.decode(bytes, 0, 4, out, 0, 100, true));
        assertFalse(decoding.isDone());
        assertThrows(CharacterCodingException.class, () -> decoding.decode(bytes, 1, 4, out, 0, 100, true));
        decoding.reset();
        assertEquals(1, decoding.decode(bytes, 0, 4, out, 0, 100, false));
        assertEquals(4, decoding.taken());
        CharacterCodingException report =
                assertThrows(CharacterCodingException.class, () -> decoding.decode(bytes, 4, 4, out, 0, 100, true));
        assertEquals("3 bytes are no UTF-8, at offset 1 of the text", report.getMessage());
    }

    @Test
    void halvesOfAPairThatAreCharactersOfTheirOwnComeTogether() throws CharacterCodingException {
        Charset utf32 = Charset.forName("UTF-32BE"); // takes surrogates for characters
        Decoding decoding = Decoding.of(utf32, Malformed.REPLACE);
        byte[] bytes = {0, 0, (byte) 0xd8, 0x3d, 0, 0, (byte) 0xde, 0, 0, 0, (byte) 0xd8, 0x3d};
        char[] out = new char[100];
        assertEquals(0, decoding.decode(bytes, 0, 4, out, 0, 100, false));
        assertEquals(4, decoding.taken());
        assertEquals(2, decoding.decode(bytes, 4, 8, out, 0, 100, false));
        assertEquals(0, decoding.decode(bytes, 8, 12, out, 0, 100, false));
        assertEquals(1, decoding.decode(bytes, 12, 12, out, 0, 100, true));
        assertTrue(decoding.isDone());
    }

    @Test
    void aCharacterThatTheDecoderHoldsUntilTheEndComesThoughTheRoomIsUsedUp() throws CharacterCodingException {
        Decoding decoding = Decoding.of(new Holding(), Malformed.REPLACE);
        for (int length = 1; length < 3 * Decoding.MIN_ROOM; length++) {
            byte[] bytes = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
            assertEquals("x".repeat(length), TestTexts.decode(decoding, bytes, Decoding.MIN_ROOM));
        }
    }

    /** A charset whose decoder holds each character until the next one comes, or the end. */
    private static final class Holding extends Charset {
        Holding() {
            super("x-holding", new String[0]);
        }

        @Override
        public boolean contains(Charset other) {
            return false;
        }

        @Override
        public CharsetDecoder newDecoder() {
            return new CharsetDecoder(this, 1, 1) {
                private char held;

                @Override
                protected CoderResult decodeLoop(ByteBuffer in, CharBuffer out) {
                    while (in.hasRemaining()) {
                        if (implFlush(out).isOverflow()) {
                            return CoderResult.OVERFLOW;
                        }
                        held = (char) in.get();
                    }
                    return CoderResult.UNDERFLOW;
                }

                @Override
                protected CoderResult implFlush(CharBuffer out) {
                    if (held != 0 && !out.hasRemaining()) {
                        return CoderResult.OVERFLOW;
                    }
                    if (held != 0) {
                        out.put(held);
                    }
                    held = 0;
                    return CoderResult.UNDERFLOW;
                }

                @Override
                protected void implReset() {
                    held = 0;
                }
            };
        }

        @Override
        public CharsetEncoder newEncoder() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void withinATextAMarkIsACharacter() throws CharacterCodingException {
        for (String name : new String[] {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"}) {
            Charset charset = Charset.forName(name);
            Decoding decoding = Decoding.within(charset, Malformed.REPORT);
            for (int round = 0; round < 2; round++) {
                assertEquals("\ufeffa", TestTexts.decode(decoding, "\ufeffa".getBytes(charset), 100));
            }
            assertEquals(-1, decoding.firstMalformed());
        }
    }

    @Test
    void isUsedInOrder() throws CharacterCodingException {
        for (Charset charset :
                new Charset[] {StandardCharsets.UTF_8, StandardCharsets.US_ASCII, StandardCharsets.UTF_16}) {
            Decoding decoding = Decoding.of(charset, Malformed.REPLACE);
            char[] out = new char[100];
            assertThrows(IllegalArgumentException.class, () -> decoding.decode(new byte[0], 0, 0, out, 50, 113, true));
            decoding.decode(new byte[0], 0, 0, out, 0, 100, true);
            assertTrue(decoding.isDone());
            assertThrows(IllegalStateException.class, () -> decoding.decode(new byte[0], 0, 0, out, 0, 100, true));
            assertThrows(IllegalStateException.class, () -> decoding.validate(new byte[0], 0, 0, true));
            assertThrows(IllegalStateException.class, () -> decoding.takePlain(new byte[0], 0, 0));
            decoding.reset();
            assertFalse(decoding.isDone());
        }
    }

    /** A charset whose decoder takes nothing, and asks for more bytes, or for more room. */
    private static final class Stuck extends Charset {
        private final CoderResult result;

        Stuck(CoderResult result) {
            super("x-stuck", new String[0]);
            this.result = result;
        }

        @Override
        public boolean contains(Charset other) {
            return false;
        }

        @Override
        public CharsetDecoder newDecoder() {
            return new CharsetDecoder(this, 1, 1) {
                @Override
                protected CoderResult decodeLoop(ByteBuffer in, CharBuffer out) {
                    return result;
                }
            };
        }

        @Override
        public CharsetEncoder newEncoder() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void aDecoderThatDoesNotGoOnIsNotAskedForEver() {
        char[] out = new char[100];
        for (CoderResult result : new CoderResult[] {CoderResult.UNDERFLOW, CoderResult.OVERFLOW}) {
            assertThrows(
                    IllegalStateException.class,
                    () -> Decoding.of(new Stuck(result), Malformed.REPLACE)
                            .decode(new byte[50], 0, 50, out, 0, 100, true));
            Decoding decoding = Decoding.of(new Stuck(result), Malformed.REPLACE);
            assertThrows(IllegalStateException.class, () -> {
                for (int i = 0; i < 50; i++) {
                    decoding.decode(new byte[1], 0, 1, out, 0, 100, false);
                }
            });
        }
    }
}
