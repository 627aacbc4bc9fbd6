package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramEntry;
import dev.lifecycle.memory.MalformedHistogramException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tools of JDK 17 and 25 have printed of one small program, and what others have made of it. */
class HistogramParseTest {
    private static final String HEAD =
            " num     #instances         #bytes  class name (module)\n-------------------------------------------------------\n";

    static String golden(String name) {
        try (InputStream in =
                Objects.requireNonNull(HistogramParseTest.class.getResourceAsStream("/histogram/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static HeapHistogram parse(String text) throws IOException {
        return HeapHistogram.parse(new StringReader(text));
    }

    private static String rows(String rows) {
        return HEAD + rows;
    }

    private static MalformedHistogramException malformed(String text) {
        return assertThrows(MalformedHistogramException.class, () -> parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "jcmd-17.txt, 31670, 1298744, 274, java.base@17.0.15, 1000",
        "jmap-17.txt, 31670, 1298744, 274, java.base@17.0.15, 1000",
        "jcmd-25.txt, 36446, 1521912, 310, java.base@25.0.3, 1000",
        "jmap-25.txt, 36446, 1521912, 310, java.base@25.0.3, 1000",
        "signal-17.txt, 18613, 743888, 265, java.base@17.0.15, 1000",
        "signal-25.txt, 36589, 1524688, 310, java.base@25.0.3, 1000",
        "log-25.txt, 38933, 2019600, 372, java.base@25.0.3, 1000",
    })
    void readsWhatTheToolsPrint(String file, long instances, long bytes, String classes, String module, long orders)
            throws IOException {
        HeapHistogram histogram = parse(golden(file));
        assertEquals(instances, histogram.instances());
        assertEquals(bytes, histogram.bytes());
        assertEquals(Integer.parseInt(classes), histogram.entries().size());
        HistogramEntry first = histogram.entries().get(0);
        assertEquals("[B", first.className());
        assertEquals(module, first.module());
        assertFalse(first.application());
        HistogramEntry order = histogram.entries().stream()
                .filter(each -> each.className().equals("Prog$Order"))
                .findFirst()
                .orElseThrow();
        assertEquals(orders, order.instances());
        assertEquals("", order.module());
        assertTrue(order.application());
        assertFalse(histogram.trulyLive(), "a text does not say");
    }

    @Test
    void takesTheProcessFromTheLineBeforeTheHeader() throws IOException {
        assertEquals("4711", parse("4711:\n" + rows("Total 0 0\n")).origin().process());
        assertEquals("", parse("hello:\n" + rows("Total 0 0\n")).origin().process());
        assertEquals("", parse(rows("Total 0 0\n")).origin().process());
    }

    @Test
    void anEmptyHistogramIsOne() throws IOException {
        assertEquals(
                0, parse(rows("Total             0              0")).entries().size());
    }

    @Test
    void countsBeyondTwoThousandMillion() throws IOException {
        HeapHistogram histogram =
                parse(rows("   1:    3000000000   96000000000  app.Order\nTotal    3000000000   96000000000\n"));
        assertEquals(3_000_000_000L, histogram.instances());
        assertEquals(96_000_000_000L, histogram.bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1,234,567",
                "1.234.567",
                "1'234'567",
                "1\u00a0234\u00a0567",
                "1\u202f234\u202f567",
                "1_234_567",
                "١٢٣٤٥٦٧",
                "1\u2019234\u2019567"
            })
    void readsNumbersOfOtherPlaces(String number) throws IOException {
        HeapHistogram histogram = parse(rows("1: 7 " + number + " app.Order\nTotal 7 1234567\n"));
        assertEquals(1_234_567, histogram.bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1,23",
                ",123",
                "1,,234",
                "1234,567",
                "1,234.567",
                "1,234,",
                "-5",
                "+5",
                "0x10",
                "1e3",
                "12a",
                "9223372036854775808",
                "99999999999999999999999999"
            })
    void refusesWhatIsNoNumber(String number) {
        MalformedHistogramException e = malformed(rows("1: 7 " + number + " app.Order\nTotal 7 1234567\n"));
        assertEquals(3, e.line());
        assertTrue(e.getMessage().contains("number of bytes"), e.getMessage());
    }

    @Test
    void readsLineEndsOfWindowsAndBlanksAround() throws IOException {
        String text = golden("jcmd-17.txt").replace("\n", " \t\r\n");
        assertEquals(31670, parse(text).instances());
    }

    @Test
    void readsHiddenClassesAndNamesWithBlanks() throws IOException {
        HeapHistogram histogram = parse(rows("""
                1: 1 16 app.Job$$Lambda/0x00007f0018001208
                2: 1 16 app.Job$$Lambda$14/0x0000000800c03000
                3: 1 16 [Lapp.Job$$Lambda/0x00007f0018001208;
                4: 1 16 app.a class (of sorts)
                5: 1 16 app.Named (app.module@1.2)
                6: 1 16 app.Hidden/0x0000000800c03000
                Total 6 96
                """));
        List<HistogramEntry> entries = histogram.entries();
        assertEquals("app.Job$$Lambda", entries.get(0).family());
        assertEquals("app.Job$$Lambda", entries.get(1).family());
        assertEquals("[Lapp.Job$$Lambda;", entries.get(2).family());
        assertEquals("app.a class", entries.get(3).className());
        assertEquals("app.module@1.2", entries.get(4).module());
        assertTrue(entries.get(4).application());
        assertEquals("app.Hidden", entries.get(5).family());
    }

    @ParameterizedTest
    @CsvSource({
        "app.Order, '', true",
        "[Lapp.Order;, '', true",
        "[[Lapp.Order;, '', true",
        "[B, '', false",
        "[[J, '', false",
        "[Ljava.lang.String;, '', false",
        "java.lang.String, '', false",
        "sun.misc.Unsafe, '', false",
        "com.sun.tools.X, '', false",
        "jdk.internal.X, '', false",
        "<constMethodKlass>, '', false",
        "javax.servlet.Filter, '', true",
        "javax.sql.Filter, java.sql@17, false",
        "javafx.A, javafx.base@17, true",
        "[, '', false",
    })
    void tellsTheClassesOfTheApplication(String name, String module, boolean application) {
        assertEquals(application, new HistogramEntry(name, module, 1, 16).application());
    }

    @Test
    void namesTheLineWhereRowsAreMissing() {
        MalformedHistogramException e = malformed(rows("1: 1 16 a.A\n3: 1 16 a.B\nTotal 2 32\n"));
        assertEquals(4, e.line());
        assertTrue(e.getMessage().startsWith("line 4: the rank 2"), e.getMessage());
    }

    @Test
    void namesTheLineWhereTotalsAreNotTheSums() {
        assertEquals(
                5, malformed(rows("1: 1 16 a.A\n2: 1 16 a.B\nTotal 2 33\n")).line());
        assertEquals(
                5, malformed(rows("1: 1 16 a.A\n2: 1 16 a.B\nTotal 3 32\n")).line());
        assertEquals(
                5,
                malformed(rows("1: 1 16 a.A\n2: 1 16 a.B\nTotal 2 32 more\n")).line());
    }

    @Test
    void namesTheLastLineOfATextThatWasCut() throws IOException {
        String whole = golden("jcmd-25.txt");
        String cut = whole.substring(0, whole.indexOf("Total"));
        MalformedHistogramException e = malformed(cut);
        assertEquals(cut.lines().count(), e.line());
        assertTrue(e.getMessage().contains("Total"), e.getMessage());
        assertEquals(1, malformed("").line());
        assertEquals(2, malformed("hello\nworld").line());
    }

    @Test
    void refusesSumsThatAreNoLong() {
        String most = Long.toString(Long.MAX_VALUE);
        assertEquals(
                5,
                malformed(rows("1: 1 " + most + " a.A\n2: 1 " + most + " a.B\nTotal 2 5\n"))
                        .line());
    }

    @Test
    void showsNoControlCharactersInMessagesAndTables() throws IOException {
        assertFalse(malformed(rows("x\u001b[31m\n")).getMessage().contains("\u001b"));
        String table = parse(rows("1: 1 16 a.\u001b[31mA\nTotal 1 16\n")).table(5);
        assertFalse(table.contains("\u001b"), table);
        assertTrue(table.contains("a.\\u001b[31mA"), table);
    }

    @Test
    void readsItsOwnTable() throws IOException {
        HeapHistogram histogram = parse(golden("jcmd-25.txt"));
        assertEquals(
                histogram.entries(),
                parse(histogram.table(HeapHistogram.MAX_ROWS)).entries());
        assertEquals(6, histogram.table(3).lines().count());
        assertThrows(IllegalArgumentException.class, () -> histogram.table(0));
    }

    @Test
    void endsWithAReaderThatNeverEndsALine() {
        Reader endless = new Reader() {
            @Override
            public int read(char[] buffer, int offset, int length) {
                java.util.Arrays.fill(buffer, offset, offset + length, 'x');
                return length;
            }

            @Override
            public void close() {}
        };
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            MalformedHistogramException e =
                    assertThrows(MalformedHistogramException.class, () -> HeapHistogram.parse(endless));
            assertEquals(1, e.line());
        });
    }

    @Test
    void endsWithAReaderThatNeverEnds() {
        Reader endless = new Reader() {
            @Override
            public int read(char[] buffer, int offset, int length) {
                java.util.Arrays.fill(buffer, offset, offset + length, '\n');
                return length;
            }

            @Override
            public void close() {}
        };
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            MalformedHistogramException e =
                    assertThrows(MalformedHistogramException.class, () -> HeapHistogram.parse(endless));
            assertEquals(1_000_000, e.line());
        });
    }

    @Test
    void readsFromAReaderThatGivesLittleOrNothing() throws IOException {
        String text = golden("jcmd-17.txt");
        Reader slow = new Reader() {
            private final Reader source = new StringReader(text);
            private boolean gaveNothing;

            @Override
            public int read(char[] buffer, int offset, int length) throws IOException {
                if (length > 1) {
                    assertFalse(gaveNothing, "asked again for many, which may go on for ever");
                    gaveNothing = true;
                    return 0;
                }
                gaveNothing = false;
                return source.read(buffer, offset, 1);
            }

            @Override
            public void close() {}
        };
        assertEquals(31670, HeapHistogram.parse(slow).instances());
    }

    @Test
    void passesOnThatReadingFailed() {
        Reader broken = new Reader() {
            @Override
            public int read(char[] buffer, int offset, int length) throws IOException {
                throw new IOException("cable");
            }

            @Override
            public void close() {}
        };
        assertEquals(
                "cable",
                assertThrows(IOException.class, () -> HeapHistogram.parse(broken))
                        .getMessage());
    }

    /** Any change of a text is read, or reported with a line of it; nothing else happens. */
    @Test
    void survivesAnyText() {
        long seed = 20_261_123;
        Random random = new Random(seed);
        String[] originals = {golden("jcmd-17.txt"), golden("signal-25.txt"), golden("log-25.txt")};
        String spice = "0123456789:.,-#()[]\n\r\t \u00a0Total num\u001b\uD800";
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            for (int round = 0; round < 600; round++) {
                StringBuilder text = new StringBuilder(originals[round % originals.length]);
                for (int change = random.nextInt(4); change >= 0; change--) {
                    int at = random.nextInt(text.length());
                    switch (random.nextInt(4)) {
                        case 0 -> text.setCharAt(at, spice.charAt(random.nextInt(spice.length())));
                        case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(200)));
                        case 2 -> text.insert(at, spice.charAt(random.nextInt(spice.length())));
                        default -> text.setLength(at + 1);
                    }
                }
                String changed = text.toString();
                try {
                    HeapHistogram read = parse(changed);
                    assertEquals(
                            read.bytes(),
                            read.entries().stream()
                                    .mapToLong(HistogramEntry::bytes)
                                    .sum());
                } catch (MalformedHistogramException e) {
                    long lines =
                            Math.max(1, changed.chars().filter(c -> c == '\n').count() + 1);
                    assertTrue(e.line() >= 1 && e.line() <= lines, "seed " + seed + " round " + round + ": " + e);
                }
            }
        });
    }
}
