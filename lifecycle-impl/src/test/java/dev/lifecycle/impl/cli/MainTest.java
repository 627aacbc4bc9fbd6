package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Words of the command line, and files. */
class MainTest {
    @TempDir
    Path dir;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(List<String> arguments) {
        out.reset();
        err.reset();
        return Main.run(
                arguments,
                World.real(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8)));
    }

    private int memory(String words) {
        return run(List.of(("memory " + words).strip().split(" +", -1)));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void helpTellsOfAllVerbsAndOfEach() {
        for (List<String> words : List.of(List.of("--help"), List.of("-h"), List.of("memory", "--help"))) {
            assertEquals(Exit.OK, run(words));
            for (Verb verb : Verbs.all()) {
                assertTrue(out().contains(verb.name()) && out().contains(verb.summary()), out());
            }
            assertTrue(out().contains("3 cannot attach"), out());
        }
        for (Verb verb : Verbs.all()) {
            assertEquals(Exit.OK, memory(verb.name() + " --help"));
            assertTrue(out().contains("usage: memory " + verb.name()) && out().contains("exit status"), out());
            assertEquals(Exit.OK, memory(verb.name() + " 5 --live -h"));
        }
        assertEquals(Exit.OK, run(List.of("--version")));
        assertTrue(out().contains("api 0."), out());
    }

    @Test
    void nothingIsWrong() {
        assertEquals(Exit.USAGE, run(List.of()));
        assertTrue(err().contains("usage:"), err());
        assertEquals(Exit.USAGE, memory(""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "histgram 5|unknown verb \"histgram\"; these are known: monitor, histogram, diff",
                "histogram|needs one process number, not 0",
                "histogram 1 2|needs one process number, not 2",
                "histogram abc|\"abc\"; give its number",
                "histogram 0|\"0\"; give its number",
                "histogram 99999999999|give its number",
                "histogram 5 --all --live|exclude each other",
                "histogram 5 --full --top 3|exclude each other",
                "histogram 5 --top|--top needs a value",
                "histogram 5 --top 0|--top is \"0\"; it must be a whole number between 1 and 1000000",
                "histogram 5 --top x|--top is \"x\"",
                "histogram 5 --top 3 --top 4|twice",
                "histogram 5 --max-pause 250|--max-pause is \"250\"",
                "histogram 5 --max-pause 0ms|--max-pause is \"0ms\"",
                "histogram 5 --max-pause=25h|it must be between",
                "histogram 5 --al|unknown option \"--al\"; these are known: --after-young, --all",
                "histogram 5 -l|unknown option \"-l\"",
                "histogram 5 --live=true|unknown option",
                "diff|needs a process number, or at least two files",
                "diff a.txt|between 2 and 100 files, not 1",
                "diff a.txt b.txt|there is no file \"a.txt\"",
                "diff a.txt b.txt --every 5s|--every is for a process",
                "diff 5 --snapshots 1|between 2 and 100",
                "diff 5 --max-pause 2s --max-total 1s|less than --max-pause",
                "verify-stable|needs one process number, not 0",
                "report|needs one file or one process number, not 0",
                "report 5 --snapshots 0|between 1 and 100",
                "verify-stable 5 --readings 11|between 12 and 1000",
                "verify-stable 5 --target 0|between 1 and 1000000",
                "verify-stable 5 --duration 500ms|it must be between",
            })
    void saysWhatIsWrong(String words, String message) {
        assertEquals(Exit.USAGE, memory(words), out() + err());
        assertTrue(err().contains(message), err());
        assertEquals("", out());
    }

    @Test
    void showsNoControlCharacters() {
        run(List.of("memory", "\u001b[31m"));
        assertFalse(err().contains("\u001b"), err());
        run(List.of("\u001b[31m"));
        assertFalse(err().contains("\u001b"), err());
    }

    @ParameterizedTest
    @CsvSource({
        "250ms, 250000000",
        "1.5s, 1500000000",
        "2m, 120000000000",
        "1h, 3600000000000",
        "PT0.25S, 250000000",
        "7us, 7000",
        "9ns, 9"
    })
    void readsDurations(String text, long nanos) throws CliException {
        Options options = new Options(List.of("--d", text), Set.of("--d"), Set.of());
        assertEquals(
                Duration.ofNanos(nanos),
                options.duration("--d", Duration.ZERO, Duration.ofNanos(1), Duration.ofDays(1)));
    }

    // ---- files -----------------------------------------------------------------------------------------------------

    private String file(String name, int minute, String content) throws IOException {
        Path file = Files.writeString(dir.resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L + minute * 60_000L));
        return file.toString();
    }

    private static String histogram(String process, long leaked) {
        return process
                + " num     #instances         #bytes  class name (module)\n-----\n   1: 100 1600 [B (java.base@17)\n   2: "
                + leaked + " " + leaked * 16 + " app.Leak\nTotal " + (100 + leaked) + " " + (1600 + leaked * 16) + "\n";
    }

    @Test
    void aClassThatGrowsInAllFilesIsAFinding() throws IOException {
        String[] files = new String[5];
        for (int i = 0; i < files.length; i++) {
            files[i] = file("h" + i + ".txt", i, histogram("12:\n", 10 + i));
        }
        assertEquals(Exit.FINDING, memory("diff " + String.join(" ", files)), err());
        assertTrue(out().contains("4/4") && out().contains("+960 B .. +960 B") && out().contains("app.Leak"), out());
        assertEquals(Exit.INCONCLUSIVE, memory("diff " + files[0] + " " + files[4]), err());
        assertTrue(out().contains("too few"), out());
        assertEquals(Exit.OK, memory("diff " + String.join(" ", files[4], files[3], files[2], files[1], files[0])));
    }

    @Test
    void filesOfOneTimeHaveNoRate() throws IOException {
        String[] files = new String[5];
        for (int i = 0; i < files.length; i++) {
            files[i] = file("h" + i + ".txt", 0, histogram("", 10 + i));
        }
        assertEquals(Exit.FINDING, memory("diff " + String.join(" ", files)), err());
        assertFalse(out().contains(".."), out());
    }

    @Test
    void aFileThatIsNoHistogramIsNamedWithItsLine() throws IOException {
        String good = file("good.txt", 0, histogram("", 10));
        String bad = file("bad.txt", 1, histogram("", 10).replace("app.Leak", ""));
        assertEquals(Exit.USAGE, memory("diff " + good + " " + bad));
        assertTrue(err().contains("bad.txt, line 4: "), err());
        String other = file("other.txt", 2, histogram("13:\n", 10));
        String first = file("first.txt", 1, histogram("12:\n", 10));
        assertEquals(Exit.USAGE, memory("diff " + first + " " + other));
        assertTrue(err().contains("\"13\"") && err().contains("\"12\""), err());
        assertEquals(Exit.USAGE, memory("diff " + good + " " + dir));
    }

    @ParameterizedTest
    @ValueSource(strings = {"histogram", "diff"})
    void helpFitsATerminal(String verb) {
        memory(verb + " --help");
        out().lines().forEach(line -> assertTrue(line.length() <= 132, line));
    }
}
