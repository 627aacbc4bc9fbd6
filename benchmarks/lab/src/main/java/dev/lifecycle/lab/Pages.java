package dev.lifecycle.lab;

import dev.lifecycle.memory.MemoryReport;
import dev.lifecycle.memory.MemoryReportBuilder;
import dev.lifecycle.memory.ReportChart;
import dev.lifecycle.memory.ReportChart.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The report: a memory report of each scenario, and a page that leads to them. None needs network or script. */
final class Pages {
    private static final String INDEX = "report.html";
    private static final String STYLE = """
            :root { color-scheme: light dark; --text: #1c2330; --soft: #566070; --back: #ffffff; --line: #d9dee4;
              --bad: #b3261e; --good: #14713f; --panel: #f5f7f9; --link: #0b62c4; }
            @media (prefers-color-scheme: dark) { :root { --text: #e6e9ee; --soft: #9aa5b4; --back: #14171c;
              --line: #353c46; --bad: #ff8a80; --good: #5fcf96; --panel: #1b2027; --link: #6cb2ff; } }
            body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 0 auto;
              max-width: 76rem; padding: 1.25rem; }
            h1 { margin: 0 0 .25rem; font-size: 1.6rem; } h2 { margin: 2rem 0 .25rem; font-size: 1.2rem; }
            p { max-width: 46rem; margin: .5rem 0; } .soft { color: var(--soft); } a { color: var(--link); }
            .verdict { padding: .75rem 1rem; border-left: 4px solid var(--good); background: var(--panel); max-width: none; overflow-wrap: anywhere; }
            .verdict.bad { border-color: var(--bad); }
            .scroll { overflow-x: auto; margin-top: .75rem; } table { border-collapse: collapse; font-size: .88rem; width: 100%; }
            th, td { padding: .35rem .45rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
            td.n { text-align: right; font-variant-numeric: tabular-nums; } td.end { white-space: normal; min-width: 14rem; overflow-wrap: anywhere; }
            @media print { body { max-width: none; } }
            """;

    private final Options options;
    private final String how;

    Pages(Options options, Input input) {
        this.options = options;
        how = String.format(
                Locale.ROOT,
                "%s, %s %s; Serial collector, heap %d MB, %d descriptors; %d s at %d requests a second, seed %d; %d files with %.1f MB below %s",
                LocalDateTime.now().truncatedTo(ChronoUnit.MINUTES),
                System.getProperty("java.vm.name"),
                System.getProperty("java.vm.version"),
                options.heapMegabytes(),
                options.descriptors(),
                options.seconds(),
                options.rate(),
                options.seed(),
                input.files().size(),
                input.bytes() / 1048576.0,
                input.root());
    }

    /** Where a managed service writes what it knows of itself. */
    static Path inside(Path out, Scenario scenario) {
        return out.resolve(scenario.name() + "-inside.html");
    }

    // ---- a scenario

    /** Writes the page of one. */
    void write(Scenario scenario, List<Outcome> both, Instant start, List<String> disappointments) throws IOException {
        page(scenario, both, start, disappointments).write(options.out().resolve(scenario.name() + ".html"));
    }

    MemoryReport page(Scenario scenario, List<Outcome> both, Instant start, List<String> disappointments) {
        MemoryReportBuilder page = MemoryReport.builder("Lab: " + scenario.name())
                .at(start)
                .fact("The incident", scenario.story())
                .fact("As expected", disappointments.isEmpty() ? "yes" : "NO: " + String.join("; ", disappointments));
        for (Outcome each : both) {
            String variant = each.variant().word();
            page.fact(
                    "The " + variant + " one",
                    (each.died() ? "died: " + each.end() : "survived") + "; " + each.served() + " served, "
                            + each.refused() + " refused, " + each.failed() + " failed");
            if (!each.found().isEmpty()) {
                page.fact("The " + variant + " one says", each.found());
            }
        }
        page.fact("Compared", Table.responseTimes(both)).fact("How it was run", how);
        long heap = (long) options.heapMegabytes() << 20;
        List.of(
                        chart("Live set after collection", Unit.BYTES, both, start, heap, Outcome.Sample::liveBytes),
                        chart("Open file descriptors", Unit.PIECES, both, start, 0, Outcome.Sample::descriptors),
                        chart("Threads", Unit.PIECES, both, start, 0, Outcome.Sample::threads),
                        chart("Resident beyond the heap", Unit.BYTES, both, start, 0, Outcome.Sample::nativeBytes),
                        chart(
                                "Response time, median of each half second",
                                Unit.MILLIS,
                                both,
                                start,
                                0,
                                sample -> millis(sample.p50())),
                        chart(
                                "Response time, 99th percentile of each half second",
                                Unit.MILLIS,
                                both,
                                start,
                                0,
                                sample -> millis(sample.p99())))
                .forEach(page::chart);
        return page.build();
    }

    private static ReportChart chart(
            String title,
            Unit unit,
            List<Outcome> both,
            Instant start,
            double limit,
            ToDoubleFunction<Outcome.Sample> value) {
        List<ReportChart.Line> lines = new ArrayList<>();
        for (Outcome each : both) {
            List<ReportChart.Point> points = each.samples().stream()
                    .filter(sample -> value.applyAsDouble(sample) >= 0) // less is: not known
                    .map(sample ->
                            new ReportChart.Point(start.plusMillis(sample.millis()), value.applyAsDouble(sample)))
                    .toList();
            lines.add(new ReportChart.Line(each.variant().word(), points));
        }
        return new ReportChart(title, unit, lines, limit);
    }

    /** -1 where no request was answered. */
    private static double millis(long nanos) {
        return nanos == 0 ? -1 : nanos / 1e6;
    }

    // ---- all of them

    /** Writes the page that leads to the others; returns where it is. */
    Path index(Map<Scenario, List<Outcome>> outcomes, List<String> disappointments) throws IOException {
        Path file = options.out().resolve(INDEX);
        Files.writeString(file, html(outcomes, disappointments));
        return file;
    }

    String html(Map<Scenario, List<Outcome>> outcomes, List<String> disappointments) {
        StringBuilder out = new StringBuilder();
        out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .append("<title>lifecycle lab</title><style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>The lab of lifecycle</h1>\n")
                .append(
                        "<p class=\"soft\">Each incident twice, under the same load and the same small heap, each service in a")
                .append(" JVM of its own: as it was, and with the library.</p>\n");
        if (disappointments.isEmpty()) {
            out.append("<p class=\"verdict\">Every managed service survived, every naive one showed its defect.</p>\n");
        } else {
            out.append("<p class=\"verdict bad\">Not as expected: ")
                    .append(escape(String.join("; ", disappointments)))
                    .append("</p>\n");
        }
        outcomes.forEach((scenario, both) -> scenario(out, scenario, both));
        return out.append("<p class=\"soft\">")
                .append(escape(how))
                .append(
                        ". Flat out is how many requests a second one client could have had answered without a pause.</p>\n</body></html>\n")
                .toString();
    }

    private void scenario(StringBuilder out, Scenario scenario, List<Outcome> both) {
        String name = escape(scenario.name());
        out.append("<h2>").append(name).append("</h2>\n<p>").append(escape(scenario.story()));
        out.append(" <a href=\"").append(name).append(".html\">Its charts</a>");
        Path inside = inside(options.out(), scenario);
        if (Files.exists(inside)) {
            out.append(", and <a href=\"")
                    .append(escape(inside.getFileName().toString()))
                    .append("\">what the managed service knows of itself</a>");
        }
        out.append(".</p>\n<div class=\"scroll\"><table><thead><tr>");
        List<String> head = Table.HEAD;
        for (int i = 1; i < head.size(); i++) {
            out.append("<th scope=\"col\">").append(escape(head.get(i))).append("</th>");
        }
        out.append("</tr></thead><tbody>\n");
        for (Outcome outcome : both) {
            List<String> row = Table.row(scenario, outcome);
            out.append("<tr>");
            for (int i = 1; i < row.size(); i++) {
                String kind = i == row.size() - 1 ? " class=\"end\"" : i > 2 ? " class=\"n\"" : "";
                out.append("<td")
                        .append(kind)
                        .append('>')
                        .append(escape(row.get(i)))
                        .append("</td>");
            }
            out.append("</tr>\n");
        }
        out.append("</tbody></table></div>\n");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
