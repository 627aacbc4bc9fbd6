package dev.lifecycle.impl.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines found by their bytes, in all charsets of the JDK. */
@Timeout(120)
class NewlinesTest {
    /** Those with states (escapes, shifts, the nukta of ISCII), with a mark, or without a line feed. */
    private static final Set<String> NOT_BY_BYTES = Set.of(
            "ISO-2022-CN",
            "ISO-2022-JP",
            "ISO-2022-JP-2",
            "ISO-2022-KR",
            "JIS_X0212-1990",
            "UTF-16",
            "UTF-32",
            "X-UTF-32BE-BOM",
            "X-UTF-32LE-BOM",
            "x-IBM1364",
            "x-IBM300",
            "x-IBM834",
            "x-IBM930",
            "x-IBM933",
            "x-IBM935",
            "x-IBM937",
            "x-IBM939",
            "x-ISCII91",
            "x-ISO-2022-CN-CNS",
            "x-ISO-2022-CN-GB",
            "x-JIS0208",
            "x-JISAutoDetect",
            "x-UTF-16LE-BOM",
            "x-windows-50220",
            "x-windows-50221",
            "x-windows-iso2022jp");

    /** Those whose decoders of the JDK may take a line feed for the other half of a character that is malformed. */
    private static final Set<String> SWALLOWING = Set.of(
            "Big5-HKSCS",
            "EUC-JP",
            "GB18030",
            "UTF-16BE",
            "UTF-16LE",
            "x-Big5-HKSCS-2001",
            "x-EUC-TW",
            "x-IBM1383",
            "x-IBM29626C",
            "x-IBM33722",
            "x-IBM964",
            "x-IBM970",
            "x-MS950-HKSCS",
            "x-MS950-HKSCS-XP",
            "x-euc-jp-linux",
            "x-eucJP-Open");

    private static Stream<Charset> byBytes() {
        return Charset.availableCharsets().values().stream().filter(charset -> !NOT_BY_BYTES.contains(charset.name()));
    }

    private static Newlines newlines(Charset charset) {
        Newlines found = Newlines.of(charset);
        assertNotNull(found, charset.name());
        return found;
    }

    private static int unitAt(byte[] bytes, int at, Newlines newlines) {
        int found = 0;
        for (int i = 0; i < newlines.unit(); i++) {
            found |= (bytes[at + i] & 0xff) << 8 * i;
        }
        return found;
    }

    private static boolean isLf(byte[] bytes, int at, Newlines newlines) {
        int found = unitAt(bytes, at, newlines);
        return found == newlines.lf() || found == newlines.otherLf();
    }

    /** Decodes line by line. */
    private static String lines(byte[] bytes, Newlines newlines) throws CharacterCodingException {
        Decoding decoding = newlines.decoding(Malformed.REPLACE);
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (int at = 0; at + newlines.unit() <= bytes.length; at += newlines.unit()) {
            if (isLf(bytes, at, newlines)) {
                text.append(TestTexts.decode(decoding, Arrays.copyOfRange(bytes, from, at), 100))
                        .append('\n');
                from = at + newlines.unit();
            }
        }
        return text.append(TestTexts.decode(decoding, Arrays.copyOfRange(bytes, from, bytes.length), 100))
                .toString();
    }

    @Test
    void areFoundInAllCharsetsButThese() {
        Set<String> none = new TreeSet<>();
        for (Charset charset : Charset.availableCharsets().values()) {
            if (Newlines.of(charset) == null) {
                none.add(charset.name());
            }
        }
        assertEquals(new TreeSet<>(NOT_BY_BYTES), none);
    }

    @Test
    void haveTheValuesOfTheirCharset() {
        assertEquals(new Newlines(StandardCharsets.UTF_8, 1, 10, 10, 13), newlines(StandardCharsets.UTF_8));
        assertEquals(
                new Newlines(StandardCharsets.UTF_16BE, 2, 0xa00, 0xa00, 0xd00), newlines(StandardCharsets.UTF_16BE));
        Charset shiftJis = Charset.forName("Shift_JIS");
        assertEquals(new Newlines(shiftJis, 1, 10, 10, 13), newlines(shiftJis));
        Charset ebcdic = Charset.forName("IBM037");
        assertEquals(new Newlines(ebcdic, 1, 0x15, 0x25, 13), newlines(ebcdic));
        assertSame(newlines(ebcdic), newlines(ebcdic));
    }

    @ParameterizedTest
    @MethodSource("byBytes")
    void areThoseOfTheWholeTextAndLinesCanBeDecodedAlone(Charset charset) throws CharacterCodingException {
        SplittableRandom random = new SplittableRandom(TestTexts.SEED);
        Newlines newlines = newlines(charset);
        for (int round = 0; round < 60; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(6); i > 0; i--) {
                text.append(TestTexts.text(charset, random, 20)).append(random.nextInt(3) == 0 ? "\r\n" : "\n");
            }
            byte[] bytes = text.toString().getBytes(charset);
            String whole = new String(bytes, charset);
            String lines = lines(bytes, newlines);
            // UTF-32 takes a mark from the beginning of a text, not from that of a line
            String marked =
                    charset.name().startsWith("UTF-32") && text.indexOf("\ufeff") == 0 ? "\ufeff" + whole : whole;
            assertEquals(marked, lines, () -> charset + " " + TestTexts.hex(bytes));
        }
    }

    @ParameterizedTest
    @MethodSource("byBytes")
    void endALineAlsoBehindWhatIsMalformed(Charset charset) throws CharacterCodingException {
        SplittableRandom random = new SplittableRandom(TestTexts.SEED);
        Newlines newlines = newlines(charset);
        byte[] lf = "\n".getBytes(charset);
        for (int round = 0; round < 60; round++) {
            byte[] garbage = TestTexts.garbage(random, 20);
            int length = garbage.length / newlines.unit() * newlines.unit();
            byte[] bytes = Arrays.copyOf(garbage, length + lf.length);
            System.arraycopy(lf, 0, bytes, length, lf.length);
            String lines = lines(bytes, newlines);
            assertTrue(lines.endsWith("\n"));
            if (!SWALLOWING.contains(charset.name()) && !charset.name().startsWith("UTF-32")) {
                assertEquals(new String(bytes, charset), lines, () -> charset + " " + TestTexts.hex(bytes));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("byBytes")
    void theBoundaryIsTheLastOneThatCutsNoCharacter(Charset charset) throws CharacterCodingException {
        SplittableRandom random = new SplittableRandom(TestTexts.SEED);
        Newlines newlines = newlines(charset);
        Decoding decoding = newlines.decoding(Malformed.REPLACE);
        for (int round = 0; round < 25; round++) {
            byte[] bytes = TestTexts.text(charset, random, 24).getBytes(charset);
            byte[] padded = new byte[bytes.length + 3];
            System.arraycopy(bytes, 0, padded, 3, bytes.length);
            int boundary = 0;
            for (int to = 0; to <= bytes.length; to++) {
                byte[] beginning = Arrays.copyOf(bytes, to);
                decoding.reset();
                decoding.validate(beginning, 0, to, true);
                boundary = decoding.malformed() == 0 ? to : boundary;
                assertEquals(
                        3 + boundary,
                        newlines.boundary(padded, 3, 3 + to),
                        () -> charset + " " + TestTexts.hex(beginning));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("byBytes")
    void aBoundaryAlsoOfGarbageIsWhereDecodingWouldGoOn(Charset charset) throws CharacterCodingException {
        SplittableRandom random = new SplittableRandom(TestTexts.SEED);
        Newlines newlines = newlines(charset);
        Decoding decoding = newlines.decoding(Malformed.REPLACE);
        for (int round = 0; round < 40; round++) {
            byte[] bytes = TestTexts.garbage(random, 30);
            int boundary = newlines.boundary(bytes, 0, bytes.length);
            assertTrue(
                    boundary <= bytes.length && boundary >= bytes.length - 6,
                    () -> charset + " " + boundary + " " + TestTexts.hex(bytes));
            if (SWALLOWING.contains(charset.name())) {
                continue; // what is malformed depends on what follows
            }
            String parts = TestTexts.decode(decoding, Arrays.copyOf(bytes, boundary), 100)
                    + TestTexts.decode(decoding, Arrays.copyOfRange(bytes, boundary, bytes.length), 100);
            assertEquals(
                    TestTexts.decode(decoding, bytes, 100),
                    parts,
                    () -> charset + " " + boundary + " " + TestTexts.hex(bytes));
        }
    }

    @Test
    void aBoundaryCutsNoPair() {
        for (String name : new String[] {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "GB18030"}) {
            Charset charset = Charset.forName(name);
            byte[] bytes = "a😀b".getBytes(charset);
            int first = "a".getBytes(charset).length;
            int second = "a😀".getBytes(charset).length;
            for (int to = 0; to <= bytes.length; to++) {
                int expected = to < first ? 0 : to < second ? first : to < bytes.length ? second : to;
                assertEquals(expected, newlines(charset).boundary(bytes, 0, to), name + " up to " + to);
            }
        }
    }

    /** A charset that is not of the JDK: UTF-8 with a shift, where the bytes of a line feed are half a character. */
    private static final class Shifting extends Charset {
        Shifting() {
            super("x-shifting", new String[0]);
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
                    while (in.hasRemaining()) {
                        int first = in.get(in.position());
                        int length = first < 0 ? 2 : 1;
                        if (in.remaining() < length) {
                            return CoderResult.UNDERFLOW;
                        }
                        if (!out.hasRemaining()) {
                            return CoderResult.OVERFLOW;
                        }
                        out.put((char) (length == 1 ? first : 0x100 + in.get(in.position() + 1)));
                        in.position(in.position() + length);
                    }
                    return CoderResult.UNDERFLOW;
                }
            };
        }

        @Override
        public CharsetEncoder newEncoder() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void areNotFoundWhereALineFeedMayBeHalfACharacter() {
        assertNull(Newlines.of(new Shifting()));
    }
}
