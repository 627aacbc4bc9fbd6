package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MonitorViewTest {
    private static final Terminal SMALL = new Terminal(true, true, true, 60, 12);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private MonitorView view(Terminal terminal) {
        return new MonitorView(
                new PrintStream(out, true, StandardCharsets.UTF_8), terminal, "process 7 " + "x".repeat(99));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static LeakFinding finding(LeakVerdict verdict) {
        return new LeakFinding(
                "heap.live",
                verdict,
                0,
                0,
                0,
                0,
                0,
                Duration.ZERO,
                Optional.empty(),
                "word ".repeat(80).strip(),
                List.of(),
                List.of());
    }

    @Test
    void drawsOverWhatItHasDrawn() {
        MonitorView view = view(new Terminal(true, false, true, 100, 40));
        view.show(MonitorCsvTest.row(1), finding(LeakVerdict.STABLE));
        String first = out();
        assertFalse(first.contains("A\r"), "nothing above it is touched");
        long lines = first.chars().filter(c -> c == '\n').count();
        view.show(MonitorCsvTest.row(2), finding(LeakVerdict.STABLE));
        assertTrue(out().substring(first.length()).startsWith("\u001b[?25l\u001b[" + lines + "A\r\u001b[J"), out());
    }

    @Test
    void noFrameIsWiderOrHigherThanTheTerminal() {
        MonitorView view = view(SMALL);
        view.note("note ".repeat(100));
        for (int i = 0; i < 100; i++) {
            out.reset();
            view.show(MonitorCsvTest.row(i), finding(LeakVerdict.LEAKING));
            List<String> lines =
                    out().replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]|\r", "").lines().toList();
            assertTrue(lines.size() < SMALL.rows(), out());
            assertTrue(lines.stream().allMatch(line -> line.length() < SMALL.columns()), out());
        }
    }

    @Test
    void theCursorIsBackOnceItIsClosedAndNothingIsDrawnAfterwards() {
        MonitorView view = view(SMALL);
        view.show(MonitorCsvTest.row(1), finding(LeakVerdict.STABLE));
        view.close();
        assertTrue(out().endsWith("\u001b[0m\u001b[?25h"), out());
        String before = out();
        view.show(MonitorCsvTest.row(1), finding(LeakVerdict.STABLE));
        view.close();
        assertEquals(before, out());
    }

    @Test
    void coloursAreLeftOutWhereTheyAreNotWanted() {
        view(new Terminal(true, false, true, 80, 24)).show(MonitorCsvTest.row(1), finding(LeakVerdict.LEAKING));
        assertFalse(out().matches("(?s).*\u001b\\[[0-9;]*m.*"), out());
        view(new Terminal(true, true, true, 80, 24)).show(MonitorCsvTest.row(1), finding(LeakVerdict.LEAKING));
        assertTrue(out().contains("\u001b[1;31mLEAKING\u001b[0m"), out());
    }

    @Test
    void aCurveGoesFromTheLeastToTheMost() {
        assertEquals("_.-:=+*#", MonitorView.curve(new long[] {0, 100, 200, 300, 400, 500, 600, 700}, "_.-:=+*#"));
        assertEquals("___", MonitorView.curve(new long[] {5, 5, 5}, "_#"));
        assertEquals("__", MonitorView.curve(new long[] {100_000, 100_001}, "_#"), "noise stays low");
        assertEquals("_ #", MonitorView.curve(new long[] {0, -1, 9}, "_#"));
        assertEquals("", MonitorView.curve(new long[0], "_#"));
        assertEquals("_#", MonitorView.curve(new long[] {0, Long.MAX_VALUE}, "_#"));
    }

    @Test
    void aTerminalIsWhatCanBeDrawnOn() {
        Map<String, String> good = Map.of("TERM", "xterm", "LANG", "en_US.UTF-8");
        assertEquals(new Terminal(true, true, true, 132, 50), Terminal.of(true, good, "50 132\n"));
        assertEquals(new Terminal(true, true, true, 80, 24), Terminal.of(true, good, ""));
        assertEquals(new Terminal(true, true, true, 80, 24), Terminal.of(true, good, "0 -5"));
        assertFalse(Terminal.of(false, good, "").live());
        assertFalse(Terminal.of(true, Map.of("TERM", "dumb"), "").live());
        assertFalse(Terminal.of(true, Map.of(), "").live());
        assertFalse(
                Terminal.of(true, Map.of("TERM", "xterm", "NO_COLOR", "1"), "").colours());
        assertFalse(Terminal.of(true, Map.of("TERM", "xterm"), "").unicode());
        assertFalse(Terminal.of(true, Map.of("TERM", "xterm", "LC_ALL", "C", "LANG", "x.utf8"), "")
                .unicode());
    }
}
