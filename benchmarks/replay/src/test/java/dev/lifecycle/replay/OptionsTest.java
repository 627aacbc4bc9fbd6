package dev.lifecycle.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @TempDir
    Path dir;

    @BeforeEach
    void emptyTraces() throws IOException {
        for (Source source : Source.ALL) {
            for (Path file : source.files(dir)) {
                Files.write(file, new byte[0]);
            }
        }
    }

    private Options parse(String... words) throws Options.Usage {
        return Options.parse(
                Stream.concat(Stream.of("--traces=" + dir), Stream.of(words)).toArray(String[]::new));
    }

    @Test
    void playsEverythingByDefault() throws Options.Usage {
        Options options = parse();
        assertEquals(69 + 3, options.cells().size());
        assertEquals(
                63,
                options.cells().stream()
                        .filter(cell -> !cell.weighted() && !cell.source().toy())
                        .count());
        assertEquals(
                27,
                options.cells().stream()
                        .filter(cell -> cell.source().application())
                        .count());
        assertEquals(List.of(Entrant.values()), options.entrants());
        assertEquals(1, options.seeds());
        assertEquals(Optional.empty(), options.page());
    }

    @Test
    void takesEachOptionInBothSpellings() throws Options.Usage {
        Options options = parse(
                "--only",
                "corda@513,adaptsize-request@4MiB,loop",
                "--entrants=s3-fifo,lru",
                "--seeds",
                "5",
                "--write=page.md");
        assertEquals(
                List.of("loop@256", "loop@512", "loop@1000", "corda@513", "adaptsize-request@4MiB"),
                options.cells().stream().map(Cell::name).toList());
        assertEquals(List.of(Entrant.LRU, Entrant.S3_FIFO), options.entrants());
        assertEquals(5, options.seeds());
        assertEquals(Optional.of(new Page(Path.of("page.md"))), options.page());
    }

    @ParameterizedTest
    @CsvSource({
        "--what=1, --what",
        "--only, --only needs a value",
        "--only=nope@3, nope",
        "--only=loop@x, loop@x",
        "--only=loop@0, loop@0",
        "--only=loop@4MiB, loop@4MiB",
        "--only=loop@, loop@",
        "--entrants=mine, mine",
        "--entrants=, caffeine",
        "--seeds=0, --seeds is 0",
        "--seeds=x, --seeds is x",
        "--traces=/no/such/directory, /no/such/directory",
        "--traces=, -Dreplay.traces"
    })
    void refusesBadUsageWithStatusTwoAndTheValue(String option, String said) {
        Options.Usage usage = assertThrows(Options.Usage.class, () -> parse(option));
        assertEquals(2, usage.status);
        assertTrue(usage.getMessage().contains(said), usage.getMessage());
    }

    @Test
    void namesTheTraceThatIsMissingButOnlyIfItIsNeeded() throws Exception {
        Files.delete(dir.resolve("corda.keys.gz"));
        parse("--only=cpp,cs");
        for (String[] words : new String[][] {{}, {"--only=corda+5xloop+corda@512"}}) {
            Options.Usage usage = assertThrows(Options.Usage.class, () -> parse(words));
            assertEquals(2, usage.status);
            assertTrue(usage.getMessage().contains("corda.keys.gz"), usage.getMessage());
        }
    }

    @Test
    void helpIsNoError() {
        assertEquals(0, assertThrows(Options.Usage.class, () -> parse("--help")).status);
    }
}
