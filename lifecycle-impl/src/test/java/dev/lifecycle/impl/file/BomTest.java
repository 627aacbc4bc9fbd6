package dev.lifecycle.impl.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lifecycle.file.Malformed;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Marks of the byte order. */
class BomTest {
    private static Stream<Charset> charsets() {
        return TestTexts.charsets();
    }

    @ParameterizedTest
    @CsvSource({
        "efbbbf,UTF-8,3",
        "efbbbf61,UTF-8,3",
        "fffe,UTF-16LE,2",
        "fffe61,UTF-16LE,2",
        "fffe6100,UTF-16LE,2",
        "fffe00,UTF-16LE,2",
        "feff,UTF-16BE,2",
        "feff0000,UTF-16BE,2",
        "fffe0000,UTF-32LE,4",
        "0000feff,UTF-32BE,4"
    })
    void tellsTheCharset(String hex, String charset, int length) {
        byte[] bytes = HexFormat.of().parseHex("2a" + hex + "2a");
        Bom found = Bom.of(bytes, 1, bytes.length - 1);
        assertNotNull(found);
        assertEquals(Charset.forName(charset), found.charset());
        assertEquals(length, found.length());
    }

    @Test
    void isNotThereInAnythingElse() {
        for (String hex : new String[] {
            "", "ef", "efbb", "efbb00bf", "ff", "fe", "ff61fe", "0000fe", "0000fffe", "61efbbbf", "00feff00"
        }) {
            byte[] bytes = HexFormat.of().parseHex(hex + "bffffe");
            assertNull(Bom.of(bytes, 0, bytes.length - 3), hex);
        }
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void thatACharsetTakesItselfIsTheOneThatTheJdkTakes(Charset charset) throws CharacterCodingException {
        SplittableRandom random = new SplittableRandom(TestTexts.SEED);
        String[] marks = {
            "",
            "efbbbf",
            "fffe",
            "feff",
            "fffe0000",
            "0000feff",
            "feff0000feff",
            "0000fffe",
            "fffefffe",
            "0000feff0000feff",
            "fe",
            "00"
        };
        for (String mark : marks) {
            for (int round = 0; round < 4; round++) {
                byte[] rest = TestTexts.garbage(random, 20);
                byte[] begin = HexFormat.of().parseHex(mark);
                byte[] bytes = Arrays.copyOf(begin, begin.length + rest.length);
                System.arraycopy(rest, 0, bytes, begin.length, rest.length);
                Bom found = Bom.of(charset, bytes, 0, bytes.length);
                Decoding decoding = Decoding.within(found.charset(), Malformed.REPLACE);
                byte[] text = Arrays.copyOfRange(bytes, found.length(), bytes.length);
                assertEquals(
                        new String(bytes, charset),
                        TestTexts.decode(decoding, text, 100),
                        () -> charset + " " + TestTexts.hex(bytes));
            }
        }
    }

    @Test
    void withoutOneACharsetStandsForTheOneThatTheJdkTakesItFor() {
        for (String name : new String[] {"UTF-16", "x-UTF-16LE-BOM", "UTF-32", "X-UTF-32BE-BOM", "X-UTF-32LE-BOM"}) {
            Charset charset = Charset.forName(name);
            Charset unmarked = Bom.unmarked(charset);
            assertNull(Newlines.of(charset), name);
            assertNotNull(Newlines.of(unmarked), name);
            byte[] bytes = "text".getBytes(unmarked);
            assertEquals("text", new String(bytes, charset), name);
        }
    }
}
