package dev.lifecycle.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
    @TempDir
    Path dir;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return Replay.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void printsATableAndWritesItIntoThePage() throws IOException {
        Sequences.gzip(dir.resolve("zigzag.keys.gz"), "1\n2\n1\n2\n");
        Sequences.gzip(dir.resolve("web07.keys.gz"), "1\n2\n2\n1\n1\n1\n3\n2\n");
        Sequences.gzip(dir.resolve("adaptsize-request.weighted.gz"), "1 100\n2 300\n2 300\n1 100\n");
        Path page = dir.resolve("page.md");
        int status = run(
                "--traces=" + dir,
                "--only=zigzag@1,web07@2,adaptsize-request@300",
                "--entrants=lru,sieve,gdsf",
                "--write=" + page);
        assertEquals("", err.toString(StandardCharsets.UTF_8).replaceAll("(?m)^\\[\\d/3] .* s\\R", ""));
        assertEquals(0, status);
        String expected = """
                Hits of all accesses, per cent:

                | trace@size | Belady |   LRU | SIEVE |
                | ---------- |-------:|------:|------:|
                | zigzag@1   |  25.00 |  0.00 |  0.00 |
                | web07@2    |  62.50 | 50.00 | 62.50 |

                Mean share of Belady's hits:

                | cells                       |    LRU |  SIEVE |
                | --------------------------- |-------:|-------:|
                | all, 2                      | 0.4000 | 0.5000 |
                | without backf and zigzag, 1 | 0.8000 | 1.0000 |
                | applications, 1             | 0.8000 | 1.0000 |

                Bounded by bytes: hits of all objects / of all bytes, per cent:

                | trace@size            |      no bound |           LRU |          GDSF |
                | --------------------- |--------------:|--------------:|--------------:|
                | adaptsize-request@300 | 50.00 / 50.00 | 25.00 / 37.50 | 25.00 / 12.50 |
                """;
        assertEquals(expected, out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
        String written = Files.readString(page);
        assertTrue(written.contains(expected), written);
        assertTrue(written.contains("; JDK " + Runtime.version().feature()), written);
        assertTrue(written.contains("Caffeine ") && !written.contains("${"), written);
    }

    @Test
    void runsEverySeedAndSaysHowFarTheyDiffer() throws IOException {
        StringBuilder text = new StringBuilder();
        for (long key : Sequences.zipf(3, 5_000, 400, 0.8)) {
            text.append(key).append('\n');
        }
        Sequences.gzip(dir.resolve("cpp.keys.gz"), text.toString());
        assertEquals(0, run("--traces=" + dir, "--only=cpp@100", "--seeds=4"));
        String tables = out.toString(StandardCharsets.UTF_8);
        assertTrue(tables.contains("- Guava differs between 4 seeds by up to "), tables);
        assertFalse(tables.contains("LRU differs"), tables);
    }

    @Test
    void endsWithStatusTwoOnBadUsage() {
        assertEquals(2, run("--traces=" + dir.resolve("nowhere")));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("nowhere, which is not there"));
    }

    @Test
    void looksAtThePageBeforeItRuns() throws IOException {
        Sequences.gzip(dir.resolve("cpp.keys.gz"), "1\n");
        assertEquals(2, run("--traces=" + dir, "--only=cpp", "--write=" + dir.resolve("no/page.md")));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void endsWithStatusOneOnATraceThatIsMalformed() throws IOException {
        Sequences.gzip(dir.resolve("cpp.keys.gz"), "1\ntwo\n");
        assertEquals(1, run("--traces=" + dir, "--only=cpp"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("line 2"));
    }

    @Test
    void namesTheFileThatIsCutOff() throws IOException {
        Files.write(dir.resolve("cpp.keys.gz"), new byte[0]);
        assertEquals(1, run("--traces=" + dir, "--only=cpp"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("cpp.keys.gz"));
    }
}
