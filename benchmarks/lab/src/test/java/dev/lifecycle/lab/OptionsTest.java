package dev.lifecycle.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    @Test
    void theHelpNamesEveryScenario() {
        for (Scenario scenario : Scenario.ALL) {
            assertTrue(Options.USAGE.contains(scenario.name()), scenario.name());
        }
    }

    private static Options parse(String line) throws Options.Usage {
        return Options.parse(line.isEmpty() ? new String[0] : line.split(" "));
    }

    @Test
    void runsEverythingByDefault() throws Options.Usage {
        assertEquals(Scenario.ALL, parse("").scenarios());
    }

    @Test
    void takesEachOption() throws Options.Usage {
        Options options = parse("--heap 32 --descriptors 256 --seconds 3 --rate 7 --seed 9 --scenario streams");
        assertEquals(
                List.of(32, 256, 3, 7, 9L, "streams"),
                List.of(
                        options.heapMegabytes(),
                        options.descriptors(),
                        options.seconds(),
                        options.rate(),
                        options.seed(),
                        options.scenarios().get(0).name()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--heap 15", "--heap x", "--heap", "--rate 0", "--scenario no", "--what", "--seed -1"})
    void refusesBadUsageWithStatusTwoAndTheValue(String line) {
        Options.Usage usage = assertThrows(Options.Usage.class, () -> parse(line));
        String[] words = line.split(" ");
        assertEquals(2, usage.status);
        assertTrue(usage.getMessage().contains(words[words.length - 1]), usage.getMessage());
    }

    @Test
    void helpIsNoError() {
        assertEquals(0, assertThrows(Options.Usage.class, () -> parse("--help")).status);
    }
}
