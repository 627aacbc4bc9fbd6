package dev.lifecycle.lab;

import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report: one page that needs nothing else, neither network nor script, in light and dark. */
final class Report {
    private static final String STYLE = """
            :root { color-scheme: light dark; --text: #1c2330; --soft: #5b6472; --back: #ffffff; --line: #dfe3e8;
              --bad: #c8321f; --good: #14804a; --panel: #f6f8fa; }
            @media (prefers-color-scheme: dark) { :root { --text: #e6e9ee; --soft: #9aa4b2; --back: #14171c;
              --line: #2d333b; --bad: #ff7b6b; --good: #4cc38a; --panel: #1b2027; } }
            body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 0 auto;
              max-width: 72rem; padding: 1.5rem; }
            h1 { margin: 0 0 .25rem; font-size: 1.6rem; } h2 { margin: 2.5rem 0 .5rem; font-size: 1.25rem; }
            p { max-width: 46rem; } .soft { color: var(--soft); }
            .verdict { padding: .75rem 1rem; border-left: 4px solid var(--good); background: var(--panel); }
            .verdict.bad { border-color: var(--bad); }
            .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1rem; }
            .charts p { grid-column: 1 / -1; margin: 0 .75rem; }
            figure { margin: 0; padding: .75rem; background: var(--panel); border-radius: 6px; }
            figcaption { font-size: .9rem; margin-bottom: .25rem; }
            svg { width: 100%; height: auto; display: block; }
            .grid { stroke: var(--line); } .tick { fill: var(--soft); font: 14px system-ui, sans-serif; }
            polyline, path { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
            .naive { stroke: var(--bad); } .managed { stroke: var(--good); stroke-dasharray: none; }
            .key::before { content: ""; display: inline-block; width: 1.2rem; height: .3rem; margin-right: .4rem;
              vertical-align: middle; border-radius: 2px; }
            .key.bad::before { background: var(--bad); } .key.good::before { background: var(--good); }
            .key { margin-right: 1.2rem; white-space: nowrap; }
            .scroll { overflow-x: auto; margin-top: .75rem; } table { border-collapse: collapse; font-size: .9rem; width: 100%; }
            th, td { padding: .35rem .45rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
            td.n { text-align: right; font-variant-numeric: tabular-nums; } td.end { white-space: normal; min-width: 14rem; overflow-wrap: anywhere; }
            @media print { body { max-width: none; } figure { break-inside: avoid; } }
            """;

    private final Options options;
    private final Input input;
    private final List<String> disappointments;

    Report(Options options, Input input, List<String> disappointments) {
        this.options = options;
        this.input = input;
        this.disappointments = disappointments;
    }

    String html(Map<Scenario, List<Outcome>> outcomes) {
        StringBuilder out = new StringBuilder();
        out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .append("<title>lifecycle lab</title><style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>The lab of lifecycle</h1>\n")
                .append(
                        "<p class=\"soft\">Each incident twice, under the same load and the same small heap, each service in a"
                                + " JVM of its own: as it was, and with the library.</p>\n");
        verdict(out);
        outcomes.forEach((scenario, both) -> scenario(out, scenario, both));
        environment(out);
        return out.append("</body></html>\n").toString();
    }

    private void verdict(StringBuilder out) {
        if (disappointments.isEmpty()) {
            out.append("<p class=\"verdict\">Every managed service survived, every naive one showed its defect.</p>\n");
        } else {
            out.append("<p class=\"verdict bad\">Not as expected: ")
                    .append(escape(String.join("; ", disappointments)))
                    .append("</p>\n");
        }
    }

    private static void scenario(StringBuilder out, Scenario scenario, List<Outcome> both) {
        out.append("<h2>")
                .append(escape(scenario.name()))
                .append("</h2>\n<p>")
                .append(escape(scenario.story()))
                .append("</p>\n<p><span class=\"key bad\">naive (the cross: where it died)</span>")
                .append("<span class=\"key good\">managed</span></p>\n<div class=\"charts\">\n")
                .append(new Chart("Live set after collection, MB", both, sample -> sample.liveBytes() / 1048576.0)
                        .svg())
                .append(new Chart("Open file descriptors", both, sample -> Math.max(0, sample.descriptors())).svg())
                .append(new Chart("Threads", both, sample -> Math.max(0, sample.threads())).svg())
                .append(new Chart("Resident beyond the heap, MB", both, sample -> megabytes(sample.nativeBytes()))
                        .svg())
                .append(new Chart(
                                "Response time, median of each half second, microseconds",
                                both,
                                sample -> micros(sample.p50()))
                        .svg())
                .append(new Chart(
                                "Response time, 99th percentile of each half second, ms",
                                both,
                                sample -> micros(sample.p99()) / 1e3)
                        .svg())
                .append("<p>")
                .append(escape(capitalized(Table.responseTimes(both))))
                .append(".")
                .append(findings(both))
                .append("</p>\n</div>\n<div class=\"scroll\"><table><thead><tr>");
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

    private static String findings(List<Outcome> both) {
        String findings = Table.findings(both);
        return findings.isEmpty() ? "" : "<br>" + escape(capitalized(findings)) + ".";
    }

    private void environment(StringBuilder out) {
        out.append("<h2>How it was run</h2>\n<p class=\"soft\">")
                .append(escape(String.format(
                        Locale.ROOT,
                        "%s, %s %s; Serial collector, heap %d MB, %d descriptors; %d s at %d requests a second, seed %d;"
                                + " %d files with %.1f MB below %s.",
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
                        input.root())))
                .append(
                        " Flat out is how many requests a second one client could have had answered without a pause.</p>\n");
    }

    /** NaN where it is not known. */
    private static double megabytes(long bytes) {
        return bytes < 0 ? Double.NaN : bytes / 1048576.0;
    }

    /** NaN where no request was answered. */
    private static double micros(long nanos) {
        return nanos == 0 ? Double.NaN : nanos / 1e3;
    }

    private static String capitalized(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
