package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.memory.LeakVerdict;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MonitorCsvTest {
    private static final String LINE = "2026-01-31T12:00:00Z,1,2,3,4,5,6,7,8,9,10,11,12,13,14,0.125,STABLE";

    @TempDir
    Path dir;

    static MonitorCsv.Row row(long seed) {
        Random random = new Random(seed);
        long[] n = random.longs(14, -1, Long.MAX_VALUE)
                .map(each -> random.nextInt(4) == 0 ? -1 : each)
                .toArray();
        double cpu = random.nextInt(5) == 0 ? Double.NaN : random.nextInt(64_000) / 1e3;
        LeakVerdict[] all = LeakVerdict.values();
        return new MonitorCsv.Row(
                Instant.ofEpochSecond(1_700_000_000 + random.nextInt(1 << 20), random.nextInt(1_000_000_000)),
                n[0],
                n[1],
                n[2],
                n[3],
                n[4],
                n[5],
                n[6],
                n[7],
                n[8],
                n[9],
                n[10],
                n[11],
                n[12],
                n[13],
                cpu,
                random.nextInt(4) == 0 ? Optional.empty() : Optional.of(all[random.nextInt(all.length)]));
    }

    private static List<MonitorCsv.Row> read(String text) throws CliException, IOException {
        return MonitorCsv.read(new StringReader(text), "some.csv");
    }

    private static String refused(String text) {
        CliException e = assertThrows(CliException.class, () -> read(text));
        assertEquals(Exit.USAGE, e.status());
        return String.valueOf(e.getMessage());
    }

    @Test
    void readsWhatItWrote() throws Exception {
        StringBuilder file = new StringBuilder(MonitorCsv.HEADER + "\n");
        List<MonitorCsv.Row> rows = java.util.stream.LongStream.range(0, 500)
                .mapToObj(MonitorCsvTest::row)
                .toList();
        rows.forEach(each -> file.append(each.line()).append('\n'));
        assertEquals(rows, read(file.toString()));
    }

    @Test
    void whatIsNotKnownIsEmpty() throws Exception {
        MonitorCsv.Row none = read(MonitorCsv.HEADER + "\n2026-01-31T12:00:00Z,,,,,,,,,,,,,,,,\n")
                .get(0);
        assertEquals(-1, none.rss());
        assertEquals(-1, none.gcMillis());
        assertTrue(Double.isNaN(none.cpu()));
        assertTrue(none.verdict().isEmpty());
        assertEquals("2026-01-31T12:00:00Z,,,,,,,,,,,,,,,,", none.line());
        assertEquals(LINE, read(MonitorCsv.HEADER + "\n" + LINE).get(0).line());
        assertEquals(
                LINE, read(MonitorCsv.HEADER + "\r\n" + LINE + "\r\n").get(0).line());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-01-31T12:00:00Z | yesterday | time",
                ",1,2,3 | ,-1,2,3 | rss",
                ",1,2,3 | ,+1,2,3 | rss",
                ",2,3, | ,0x2,3, | charge",
                ",14, | ,99999999999999999999, | gc_millis",
                "0.125 | NaN | cpu",
                "0.125 | 1e3 | cpu",
                "0.125 | 999999 | cpu",
                "STABLE | stable | verdict",
            })
    void tellsLineColumnAndValueOfWhatIsWrong(String right, String wrong, String column) {
        String message = refused(MonitorCsv.HEADER + "\n" + LINE + "\n" + LINE.replace(right, wrong) + "\n");
        assertTrue(message.contains("some.csv, line 3, column " + column), message);
        String value = wrong.replaceAll("^,|,.*$", "");
        assertTrue(message.contains("\"" + value), message);
    }

    @Test
    void refusesOtherFiles() {
        assertTrue(refused("").contains("line 1"), refused(""));
        assertTrue(refused("a,b\n1,2\n").contains("\"a,b\""));
        assertTrue(refused(MonitorCsv.HEADER + ",more\n").contains("header"));
        assertTrue(refused(MonitorCsv.HEADER + "\n\n").contains("line 2 has 1 columns"));
        assertTrue(refused(MonitorCsv.HEADER + "\n" + LINE + ",\n").contains("18 columns"));
        String evil = refused(MonitorCsv.HEADER + "\n" + LINE.replace("STABLE", "\u001b[2J") + "\n");
        assertTrue(evil.contains("\\u001b[2J") && !evil.contains("\u001b"), evil);
    }

    /** Without an end, or nearly. */
    private static final class Endless extends Reader {
        private final String again;
        private int header;
        private long at;

        Endless(String again) {
            this.again = again;
        }

        @Override
        public int read(char[] into, int from, int length) {
            String first = MonitorCsv.HEADER + "\n";
            for (int i = 0; i < length; i++) {
                into[from + i] =
                        header < first.length() ? first.charAt(header++) : again.charAt((int) (at++ % again.length()));
            }
            return length;
        }

        @Override
        public void close() {}
    }

    @Test
    void isBoundedInRowsAndInLength() {
        CliException long1 = assertThrows(CliException.class, () -> MonitorCsv.read(new Endless("x"), "x"));
        assertTrue(String.valueOf(long1.getMessage()).contains("x, line 2 has more than 1000 characters"));
        String shortest = "2026-01-31T12:00:00Z,,,,,,,,,,,,,,,,\n";
        CliException many = assertThrows(CliException.class, () -> MonitorCsv.read(new Endless(shortest), "x"));
        assertTrue(String.valueOf(many.getMessage()).contains("line 1000002: there are more than 1000000 samples"));
    }

    @Test
    void writesOnWhereItHasBegun() throws Exception {
        Path file = dir.resolve("a.csv");
        for (int run = 0; run < 2; run++) {
            try (Writer out = MonitorCsv.append(file)) {
                out.write(LINE + "\n");
            }
        }
        assertEquals(MonitorCsv.HEADER + "\n" + LINE + "\n" + LINE + "\n", Files.readString(file));
    }

    @Test
    void doesNotWriteIntoAnotherFile() throws Exception {
        for (String other :
                List.of("my notes\n", MonitorCsv.HEADER, MonitorCsv.HEADER + ",x\n", MonitorCsv.HEADER + "\n2026-")) {
            Path file = Files.writeString(dir.resolve("other.csv"), other);
            CliException e = assertThrows(
                    CliException.class, () -> MonitorCsv.append(file).close(), other);
            assertEquals(Exit.USAGE, e.status());
            assertEquals(other, Files.readString(file));
        }
    }
}
