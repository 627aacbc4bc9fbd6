package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is said of a command that cannot be run. */
class DiagnosticCommandsTest {
    private static String refusal(String operation, String... arguments) {
        return String.valueOf(
                assertThrows(UnsupportedOperationException.class, () -> DiagnosticCommands.run(operation, arguments))
                        .getMessage());
    }

    @Test
    void oneThatIsUnknownMayMissAModule() {
        assertEquals(
                "the diagnostic command gcNothing cannot be run here: it is one of HotSpot, and needs the modules jdk.management and jdk.jfr, without which the JDK finds none. Add them with --add-modules, to java or jlink",
                refusal("gcNothing"));
    }

    @Test
    void oneThatFailsSaysWhy() {
        String said = refusal("gcClassHistogram", "-nothing");
        assertTrue(
                said.startsWith("the diagnostic command gcClassHistogram cannot be run here: it failed with java.")
                        && said.contains("-nothing"),
                said);
    }

    @Test
    void oneThatIsThereIsRun() {
        assertTrue(DiagnosticCommands.run("vmUptime", new String[0]).contains(" s"));
    }
}
