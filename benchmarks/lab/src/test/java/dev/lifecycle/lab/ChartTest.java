package dev.lifecycle.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.lab.Outcome.Sample;
import dev.lifecycle.lab.Scenario.Variant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartTest {
    private static Chart chart(String end) {
        return new Chart(
                "live",
                List.of(new Outcome(
                        Variant.NAIVE,
                        List.of(
                                new Sample(0, 0, 0, 0, 0, 0, 0, 20, 30 << 20),
                                new Sample(10_000, 37, 0, 0, 0, 0, 0, 20, 30 << 20)),
                        0,
                        0,
                        0,
                        0,
                        end)),
                Sample::liveBytes);
    }

    @Test
    void theAxisEndsAtARoundNumberAtOrAboveTheLargestValue() {
        assertEquals(40, Chart.round(37));
        assertEquals(1, Chart.round(1));
        assertEquals(1_000, Chart.round(801));
    }

    @Test
    void originIsBottomLeftAndTheTopIsTheAxisEnd() {
        Chart chart = chart(null);
        assertTrue(chart.x(0) < chart.x(10) && chart.y(0) > chart.y(40));
        assertEquals(16, chart.y(40), 1e-9);
    }

    @Test
    void onlyADeathHasACross() {
        assertTrue(chart("OutOfMemoryError").svg().contains("died"));
        assertFalse(chart(null).svg().contains("died"));
    }

    @Test
    void namesInTheReportCannotBreakIt() {
        assertEquals("&lt;b&gt;&amp;&quot;", Report.escape("<b>&\""));
    }
}
