package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.collect.BoundedBuffer;
import dev.lifecycle.memory.ClassGrowth;
import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramEntry;
import dev.lifecycle.memory.HistogramOrigin;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import dev.lifecycle.memory.LeakWatch;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.memory.MemoryReport;
import dev.lifecycle.memory.MemoryReportBuilder;
import dev.lifecycle.memory.ReportChart;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class MemoryReportTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String NASTY = "<script>alert('x')</script>\"&\u0007\ud800 ]]>-->";

    @TempDir
    Path folder;

    private static ReportChart.Line line(String name, int points, double from, double each) {
        return new ReportChart.Line(
                name,
                IntStream.range(0, points)
                        .mapToObj(i -> new ReportChart.Point(NOW.minusSeconds(60L * (points - i)), from + i * each))
                        .toList());
    }

    private static ReportChart chart(String title, ReportChart.Line... lines) {
        return new ReportChart(title, ReportChart.Unit.BYTES, List.of(lines), 0);
    }

    private static LeakFinding finding(LeakVerdict verdict, String why, List<String> owners) {
        ClassGrowth grown = new ClassGrowth("app.Session" + why, true, 5 << 20, 1_000, 5, 5, 6e7, 5e7, 7e7);
        return new LeakFinding(
                "heap.live",
                verdict,
                6e7,
                5e7,
                7e7,
                1e6,
                0.999,
                Duration.ofHours(3),
                Optional.of(Duration.ofHours(20)),
                why,
                List.of(grown),
                owners);
    }

    /** As XML, which is stricter than any browser: what is not escaped, or not closed, does not get through. */
    private static Document parsed(String html) {
        String xml = html.replace("<!doctype html>\n", "")
                .replaceAll("<meta ([^>]*)>", "<meta $1/>")
                .replace("<br>", "<br/>");
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new AssertionError(e.getMessage() + "\n" + xml, e);
        }
    }

    private static int count(Document page, String tag) {
        return page.getElementsByTagName(tag).getLength();
    }

    @Test
    void aReportOfThisProcessHasAChartAFindingAndTheTree() throws Exception {
        try (Scope app = Scope.open("checkout")) {
            LeakWatch watch = LeakWatch.builder("leaks").open(app);
            MemoryGuard guard = MemoryGuard.builder("memory").open(app);
            BoundedBuffer.<String>builder("latest").capacity(10).open(app);
            Path file = folder.resolve("report.html");
            MemoryReport.builder("checkout")
                    .process()
                    .guard(guard)
                    .watch(watch)
                    .tree()
                    .build()
                    .write(file);
            String html = Files.readString(file);
            parsed(html);
            assertTrue(html.contains("latest"), html);
            assertTrue(html.contains("INSUFFICIENT_DATA"), html);
            assertTrue(html.contains("NORMAL"), html);
        }
    }

    @Test
    void namesAreEscapedWhoeverGaveThem() {
        Snapshot tree = node("root" + NASTY, Map.of("gauge", NASTY), List.of());
        String html = MemoryReport.builder("report")
                .fact("options", NASTY)
                .chart(chart("<b>heap</b> & more", line("<i>live</i> \"&'", 10, 1e6, 1e5)))
                .finding(finding(LeakVerdict.LEAKING, NASTY, List.of("checkout/" + NASTY)))
                .classes(HeapHistogram.of(
                        List.of(new HistogramEntry("app.X" + NASTY, "", 10, 1_000)), HistogramOrigin.unknown()))
                .tree(tree)
                .build()
                .html();
        Document page = parsed(html);
        assertEquals(0, count(page, "script"));
        assertEquals(0, count(page, "i"));
        assertTrue(html.contains("&lt;script&gt;"));
        assertFalse(html.contains("\u0007"));
    }

    @Test
    void needsNoNetworkAndNoScript() {
        String html = full("x");
        assertFalse(html.contains("http:"), "a link");
        assertFalse(html.contains("https:"), "a link");
        assertFalse(html.contains("url("), "a resource");
        assertFalse(html.contains("<script"), "a script");
        assertTrue(html.contains("default-src 'none'"));
        assertTrue(html.contains("prefers-color-scheme: dark"));
    }

    @Test
    void aDayOfEightSeriesIsDrawnInFull() {
        MemoryReportBuilder builder = MemoryReport.builder("a day").at(NOW);
        for (int c = 0; c < 8; c++) {
            builder.chart(chart("chart " + c, line("series " + c, 1_440, 1e9, 1e4 * (c + 1))));
        }
        String html = builder.build().html();
        int bytes = html.getBytes(StandardCharsets.UTF_8).length;
        System.out.println("a day of eight series: " + bytes + " B");
        assertEquals(8, count(parsed(html), "figure"));
        assertTrue(html.chars().filter(c -> c == 'L').count() >= 8 * 700, "of each line every second minute at least");
        assertTrue(bytes <= 120 << 10, bytes + " B");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "'", "\u00e4", "\u732b", "\ud83d\udc08"})
    void allThereMayBeIsNoLongerThanThreeHundredKilobytes(String letter) {
        String html = full(letter);
        assertTrue(html.contains("left out"), "what was left out is said");
        parsed(html);
        int bytes = html.getBytes(StandardCharsets.UTF_8).length;
        System.out.println("the longest report: " + bytes + " B");
        assertTrue(bytes <= 300 << 10, bytes + " B");
    }

    /** All there may be: 40 charts of six lines, 60 findings and facts, long names, and a large tree. */
    private static String full(String letter) {
        MemoryReportBuilder builder = MemoryReport.builder("a day").at(NOW);
        String longName = letter.repeat(100);
        for (int c = 0; c < 40; c++) {
            ReportChart.Line[] lines = new ReportChart.Line[ReportChart.MAX_LINES];
            for (int l = 0; l < lines.length; l++) {
                lines[l] = line("l" + l + longName, 1_440, 1e9 * l, 1e4 * (c + 1));
            }
            builder.chart(new ReportChart("chart " + c, ReportChart.Unit.BYTES, List.of(lines), 8e9));
        }
        for (int i = 0; i < 60; i++) {
            builder.fact("fact " + i, letter.repeat(1_000));
            builder.finding(finding(LeakVerdict.GROWING, letter.repeat(1_000), List.of(letter.repeat(1_000))));
        }
        List<HistogramEntry> entries = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            entries.add(new HistogramEntry("app.C" + i + letter.repeat(1_000), "", i, 1_000L * i));
        }
        List<Snapshot> children = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            children.add(node("child " + i + letter.repeat(150), Map.of(), List.of()));
        }
        builder.tree(node("root", Map.of(), children));
        return builder.classes(HeapHistogram.of(entries, HistogramOrigin.unknown()))
                .build()
                .html();
    }

    private static Snapshot node(String name, Map<String, Object> gauges, List<Snapshot> children) {
        return new Snapshot(1, name, Kind.SCOPE, State.OPEN, Duration.ZERO, gauges, children);
    }

    @Test
    void theWorstFindingStandsAtTheTop() {
        String html = MemoryReport.builder("report")
                .finding(finding(LeakVerdict.STABLE, "all is well", List.of()))
                .finding(finding(LeakVerdict.LEAKING, "sessions pile up", List.of("checkout/sessions")))
                .finding(finding(LeakVerdict.GROWING, "perhaps", List.of()))
                .build()
                .html();
        String top = html.substring(html.indexOf("class=\"verdict"), html.indexOf("<h2>"));
        assertTrue(top.contains("sessions pile up"), top);
        assertTrue(top.contains("verdict bad"), top);
    }

    @Test
    void sentencesAreWholeAndOnlyTheLongestAreCut() {
        String why = "grows ".repeat(150) + "in app.Sessions";
        String html = MemoryReport.builder("report")
                .fact("story", why)
                .finding(finding(LeakVerdict.LEAKING, why, List.of()))
                .fact("too long", "x".repeat(2_000))
                .build()
                .html();
        assertEquals(4, html.split("in app\\.Sessions", -1).length, "the fact, the verdict, the finding");
        assertTrue(html.contains("x".repeat(1_000) + "..."), html);
    }

    @Test
    void ticksOfResponseTimesDiffer() {
        List<ReportChart.Point> points =
                List.of(new ReportChart.Point(NOW, 0.002), new ReportChart.Point(NOW.plusSeconds(10), 0.019));
        String html = MemoryReport.builder("report")
                .chart(new ReportChart(
                        "median", ReportChart.Unit.MILLIS, List.of(new ReportChart.Line("naive", points)), 0))
                .build()
                .html();
        assertTrue(html.contains("median, ms"), html);
        List<String> ticks = new ArrayList<>();
        Matcher each =
                Pattern.compile("text-anchor=\"end\" x=\"56[^>]*>([^<]*)<").matcher(html);
        while (each.find()) {
            ticks.add(each.group(1));
        }
        assertEquals(List.of("0", "0.005", "0.010", "0.015", "0.020"), ticks);
    }

    @Test
    void theClassesOfAFindingAreListedWhereThereIsNoDiff() {
        String html = MemoryReport.builder("report")
                .finding(finding(LeakVerdict.LEAKING, "s", List.of("checkout/sessions")))
                .build()
                .html();
        assertTrue(html.contains("app.Sessions"), html);
        assertTrue(html.contains("5 of 5"), html);
        assertTrue(html.contains("<code>checkout/sessions</code>"), html);
    }

    @Test
    void aLineIsBrokenWhereNothingWasRead() {
        List<ReportChart.Point> points = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            points.add(new ReportChart.Point(NOW.plusSeconds(60L * (i < 30 ? i : i + 120)), 1e6));
        }
        String html = MemoryReport.builder("report")
                .chart(chart("heap", new ReportChart.Line("live", points)))
                .build()
                .html();
        String path = html.substring(html.indexOf("class=\"line l0\""));
        path = path.substring(0, path.indexOf("/>"));
        assertEquals(2, path.chars().filter(c -> c == 'M').count(), path);
        assertEquals(58, path.chars().filter(c -> c == 'L').count(), path);
    }

    @Test
    void peaksOfAMinuteSurviveInADay() {
        List<ReportChart.Point> points =
                new ArrayList<>(line("live", 10_000, 1e6, 0).points());
        points.set(7_790, new ReportChart.Point(points.get(7_790).at(), 9e8));
        String html = MemoryReport.builder("report")
                .chart(chart("heap", new ReportChart.Line("live", points)))
                .build()
                .html();
        assertTrue(html.contains("858 MB"), "the legend has the greatest");
        String path = html.substring(html.indexOf("class=\"line l0\""));
        path = path.substring(path.indexOf("d=\"") + 3, path.indexOf("\"/>"));
        double highest = Stream.of(path.split("[ML]", -1))
                .filter(pair -> !pair.isEmpty())
                .mapToDouble(pair -> Double.parseDouble(pair.split(" ", -1)[1]))
                .min()
                .orElseThrow();
        assertTrue(highest < 60, "the peak is drawn near the top: " + highest);
    }

    @Test
    void aLimitFarAboveIsSaidAndNotDrawn() {
        String far = MemoryReport.builder("report")
                .chart(new ReportChart("heap", ReportChart.Unit.BYTES, List.of(line("live", 9, 1e6, 0)), 1e9))
                .build()
                .html();
        assertTrue(far.contains("limit 954 MB, above the chart"), far);
        assertFalse(far.contains("class=\"level"), far);
        String near = MemoryReport.builder("report")
                .chart(new ReportChart("heap", ReportChart.Unit.BYTES, List.of(line("live", 9, 5e8, 0)), 1e9))
                .build()
                .html();
        assertEquals(3, near.split("class=\"level", -1).length - 1);
        String charged = MemoryReport.builder("report")
                .chart(new ReportChart(
                        "process", ReportChart.Unit.BYTES, List.of(line("resident", 9, 5e8, 0)), 1e9, false))
                .build()
                .html();
        assertFalse(charged.contains("class=\"level"), charged);
        assertTrue(charged.contains("<path class=\"limit\""), charged);
    }

    @Test
    void badFiguresAreRefusedWithTheirPlace() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new ReportChart.Point(NOW, Double.NaN))
                .getMessage()
                .contains("NaN at 2026"));
        List<ReportChart.Point> turned =
                List.of(new ReportChart.Point(NOW, 1), new ReportChart.Point(NOW.minusSeconds(1), 1));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new ReportChart.Line("live", turned))
                .getMessage()
                .contains("number 1"));
        assertThrows(
                IllegalArgumentException.class, () -> new ReportChart("heap", ReportChart.Unit.BYTES, List.of(), 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ReportChart("heap", ReportChart.Unit.BYTES, List.of(line("a", 1, 1, 1)), -1));
        assertThrows(IllegalArgumentException.class, () -> MemoryReport.builder("two\nlines"));
    }

    @Test
    void aFileThatCannotBeWrittenIsLeftAsItWas() throws Exception {
        Path taken = Files.createDirectory(folder.resolve("report.html"));
        Files.writeString(taken.resolve("inside"), "x");
        MemoryReport report = MemoryReport.builder("report").build();
        assertThrows(IOException.class, () -> report.write(taken));
        assertTrue(Files.isRegularFile(taken.resolve("inside")));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(taken), left.toList(), "nothing else stays behind");
        }
        assertThrows(
                IOException.class, () -> report.write(folder.resolve("missing").resolve("report.html")));
    }
}
