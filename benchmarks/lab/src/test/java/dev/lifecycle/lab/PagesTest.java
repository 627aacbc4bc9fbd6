package dev.lifecycle.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.lab.Outcome.Sample;
import dev.lifecycle.lab.Scenario.Variant;
import dev.lifecycle.memory.MemoryReport;
import dev.lifecycle.memory.ReportChart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private static final Scenario SCENARIO = new LeakScenario();

    @TempDir
    private Path out;

    private Pages pages() throws Exception {
        String[] args = {"--out", out.toString(), "--dir", out.toString()};
        Files.writeString(out.resolve("a.txt"), "text");
        return new Pages(Options.parse(args), Input.of(out));
    }

    private static List<Outcome> both(String end) {
        List<Sample> samples = List.of(
                new Sample(0, 1 << 20, -1, 0, 0, 0, 0, 20, -1),
                new Sample(500, 2 << 20, -1, 9, 1, 2_000_000, 5_000_000, 21, 30 << 20));
        return List.of(
                new Outcome(Variant.NAIVE, samples, 9, 1, 2_000_000, 5_000_000, end),
                new Outcome(Variant.MANAGED, samples, 9, 1, 2_000_000, 5_000_000, null));
    }

    private static ReportChart chart(MemoryReport page, String title) {
        return page.charts().stream()
                .filter(chart -> chart.title().startsWith(title))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachChartShowsBothServicesAndLeavesOutWhatIsNotKnown() throws Exception {
        MemoryReport page = pages().page(SCENARIO, both("<OutOfMemoryError>"), START, List.of());
        assertEquals(6, page.charts().size());
        for (ReportChart chart : page.charts()) {
            assertEquals(
                    List.of("naive", "managed"),
                    chart.lines().stream().map(ReportChart.Line::name).toList());
        }
        assertEquals(64 << 20, chart(page, "Live set").limit());
        assertEquals(
                new ReportChart.Point(START.plusMillis(500), 2 << 20),
                chart(page, "Live set").lines().get(0).points().get(1));
        assertEquals(
                List.of(), chart(page, "Open file descriptors").lines().get(0).points());
        assertEquals(1, chart(page, "Resident").lines().get(1).points().size());
        assertEquals(
                List.of(new ReportChart.Point(START.plusMillis(500), 2)),
                chart(page, "Response time, median").lines().get(1).points());
        String html = page.html();
        assertTrue(html.contains("died: &lt;OutOfMemoryError&gt;") && html.contains("As expected</dt><dd>yes"), html);
    }

    @Test
    void aPageSaysWhatWasNotAsExpected() throws Exception {
        String html =
                pages().page(SCENARIO, both(null), START, List.of("it grew")).html();
        assertTrue(html.contains("NO: it grew"), html);
    }

    @Test
    void theIndexLeadsToEachPageAndToWhatAServiceWroteItself() throws Exception {
        Map<Scenario, List<Outcome>> all = Map.of(SCENARIO, both("end"));
        String without = pages().html(all, List.of("leak: it <grew>"));
        assertTrue(
                without.contains("href=\"leak.html\"") && without.contains("Not as expected: leak: it &lt;grew&gt;"),
                without);
        assertFalse(without.contains("leak-inside.html"), without);
        Files.writeString(Pages.inside(out, SCENARIO), "");
        assertTrue(pages().html(all, List.of()).contains("href=\"leak-inside.html\""));
    }

    @Test
    void pagesAreWhereTheIndexPointsTo() throws Exception {
        Pages pages = pages();
        pages.write(SCENARIO, both("end"), START, List.of());
        Path index = pages.index(Map.of(SCENARIO, both("end")), List.of());
        assertEquals(out.resolve("report.html"), index);
        assertTrue(Files.size(out.resolve("leak.html")) > 5_000);
    }
}
