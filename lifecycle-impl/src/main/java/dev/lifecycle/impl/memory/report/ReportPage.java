package dev.lifecycle.impl.memory.report;

import dev.lifecycle.Snapshot;
import dev.lifecycle.memory.ClassGrowth;
import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramEntry;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import dev.lifecycle.memory.MemoryReport;
import dev.lifecycle.memory.ReportChart;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The page of a report. Used once. */
public final class ReportPage {
    private static final int POINTS = 12_000; // of all lines together, some ten bytes each
    private static final int MOST_POINTS = 720; // of a line: more than one in each pixel would not be seen
    private static final int FEWEST_POINTS = 40;
    /** Of the page, in KB, at which a section leaves out the rest of it: so that no more than 300 come together, whatever the names. */
    private static final int FACTS_TO = 40;

    private static final int CHARTS_TO = 170;
    private static final int FINDINGS_TO = 245;
    private static final int CLASSES_TO = 270;
    private static final int TREE_TO = 290;
    private static final int CLASSES = 20;
    private static final int OWNERS = 5;
    private static final int TREE_LINES = 400;
    private static final double MB = 1 << 20;
    private static final Set<LeakVerdict> CALM = Set.of(
            LeakVerdict.STABLE,
            LeakVerdict.WARMING,
            LeakVerdict.SPIKE,
            LeakVerdict.STEPPED,
            LeakVerdict.LOAD_DRIVEN,
            LeakVerdict.INSUFFICIENT_DATA);

    private static final String STYLE = """
            :root { color-scheme: light dark; --text: #1c2330; --soft: #566070; --back: #ffffff; --panel: #f5f7f9; --rule: #d9dee4;
              --bad: #b3261e; --calm: #14713f; --care: #8a5a00; --l0: #0b62c4; --l1: #c2410c; --l2: #0f766e; --l3: #7c3aed;
              --l4: #a16207; --l5: #be185d; --v0: #e6b80033; --v1: #ee8a0040; --v2: #d6302050; }
            @media (prefers-color-scheme: dark) { :root { --text: #e6e9ee; --soft: #9aa5b4; --back: #14171c; --panel: #1b2027;
              --rule: #353c46; --bad: #ff8a80; --calm: #5fcf96; --care: #f0b44c; --l0: #6cb2ff; --l1: #ff9d66; --l2: #4fd1c5;
              --l3: #b794f6; --l4: #e3b341; --l5: #f687b3; --v0: #e6b80026; --v1: #ee8a0030; --v2: #f0503040; } }
            * { box-sizing: border-box; }
            body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 0 auto; max-width: 76rem; padding: 1.25rem; }
            h1 { margin: 0; font-size: 1.6rem; overflow-wrap: anywhere; } h2 { margin: 2.25rem 0 .6rem; font-size: 1.2rem; }
            .soft { color: var(--soft); } code, pre { font: .85rem/1.45 ui-monospace, monospace; }
            .verdict { margin: 1rem 0; padding: .75rem 1rem; border-left: 4px solid var(--care); background: var(--panel); overflow-wrap: anywhere; }
            .verdict.bad { border-color: var(--bad); } .verdict.calm { border-color: var(--calm); }
            .bad > b { color: var(--bad); } .calm > b { color: var(--calm); } .care > b { color: var(--care); }
            dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .2rem 1rem; margin: 0; }
            dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
            .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1rem; }
            figure { margin: 0; padding: .75rem; background: var(--panel); border-radius: 6px; min-width: 0; }
            figcaption { font-weight: 600; } svg { width: 100%; height: auto; display: block; }
            .grid { stroke: var(--rule); fill: none; } .tick { fill: var(--soft); font: 13px system-ui, sans-serif; }
            .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
            .l0 { stroke: var(--l0); } .l1 { stroke: var(--l1); stroke-dasharray: 7 4; } .l2 { stroke: var(--l2); stroke-dasharray: 2 4; }
            .l3 { stroke: var(--l3); stroke-dasharray: 10 3 2 3; } .l4 { stroke: var(--l4); stroke-dasharray: 12 5; } .l5 { stroke: var(--l5); stroke-dasharray: 4 3; }
            .v0 { fill: var(--v0); } .v1 { fill: var(--v1); } .v2 { fill: var(--v2); }
            .limit { stroke: var(--bad); stroke-width: 1.5; fill: none; }
            .legend { list-style: none; margin: .4rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; font-size: .85rem; }
            .key { display: inline-block; width: 24px; height: 6px; margin-right: .4rem; vertical-align: middle; }
            .findings { list-style: none; margin: 0; padding: 0; } .findings li { padding: .5rem 0; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
            .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .88rem; width: 100%; }
            th, td { padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
            th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
            td.name { overflow-wrap: anywhere; min-width: 12rem; } pre { background: var(--panel); padding: .75rem; overflow-x: auto; border-radius: 6px; margin: 0; }
            @media (max-width: 40rem) { .tick { font-size: 21px; } dl { display: block; } dd { margin-bottom: .4rem; } td.name { min-width: 9rem; } }
            @media print { body { max-width: none; } figure { break-inside: avoid; } }
            """;

    private final MemoryReport report;
    private final Html out = new Html();

    /** Of a report. */
    public ReportPage(MemoryReport report) {
        this.report = report;
    }

    /** Returns it, whole. */
    public String html() {
        out.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                        + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>")
                .text(report.title())
                .raw("</title><style>\n")
                .raw(STYLE)
                .raw("</style></head><body>\n<h1>")
                .text(report.title())
                .raw("</h1>\n<p class=\"soft\">")
                .text(report.at().truncatedTo(ChronoUnit.SECONDS) + ", all times UTC")
                .raw("</p>\n");
        verdict();
        facts();
        charts();
        findings();
        growth();
        report.classes().ifPresent(this::classes);
        tree();
        return out.raw("<p class=\"soft\">MB are of 2<sup>20</sup> bytes. Made by lifecycle.</p>\n</body></html>\n")
                .toString();
    }

    private static String tone(LeakFinding finding) {
        return finding.isAlarm() ? "bad" : CALM.contains(finding.verdict()) ? "calm" : "care";
    }

    private void verdict() {
        report.findings().stream()
                .min(Comparator.comparingInt(
                        finding -> List.of("bad", "care", "calm").indexOf(tone(finding))))
                .ifPresent(worst -> out.raw("<p class=\"verdict " + tone(worst) + "\"><b>")
                        .text(worst.verdict().name())
                        .raw("</b> ")
                        .prose(worst.explanation())
                        .raw("</p>\n"));
    }

    private void facts() {
        if (report.facts().isEmpty()) {
            return;
        }
        out.raw("<dl>\n");
        for (MemoryReport.Fact fact : report.facts()) {
            if (out.kilobytes() >= FACTS_TO) {
                break;
            }
            out.raw("<dt>")
                    .text(fact.name())
                    .raw("</dt><dd>")
                    .prose(fact.value())
                    .raw("</dd>\n");
        }
        out.raw("</dl>\n");
    }

    private void charts() {
        if (report.charts().isEmpty()) {
            return;
        }
        int lines =
                report.charts().stream().mapToInt(chart -> chart.lines().size()).sum();
        int most = Math.max(FEWEST_POINTS, Math.min(MOST_POINTS, POINTS / lines));
        out.raw("<h2>Over time</h2>\n<div class=\"charts\">\n");
        int drawn = 0;
        for (ReportChart chart : report.charts()) {
            if (out.kilobytes() >= CHARTS_TO) {
                break;
            }
            new ChartSvg(chart, most).draw(out);
            drawn++;
        }
        out.raw("</div>\n");
        more(report.charts().size() - drawn, "charts");
    }

    private void findings() {
        if (report.findings().isEmpty()) {
            return;
        }
        out.raw("<h2>Findings</h2>\n<ul class=\"findings\">\n");
        int listed = 0;
        for (LeakFinding finding : report.findings()) {
            if (out.kilobytes() >= FINDINGS_TO) {
                break;
            }
            listed++;
            finding(finding);
        }
        out.raw("</ul>\n");
        more(report.findings().size() - listed, "findings");
    }

    private void finding(LeakFinding finding) {
        out.raw("<li class=\"" + tone(finding) + "\"><b>")
                .text(finding.verdict().name())
                .raw("</b> <code>")
                .text(finding.series())
                .raw("</code> <span class=\"soft\">");
        if (!finding.window().isZero()) {
            out.raw("seen over ").text(duration(finding.window()));
        }
        finding.toLimit().ifPresent(left -> out.raw(", full in ").text(duration(left)));
        out.raw("</span><br>").prose(finding.explanation());
        String comma = "<br>held by ";
        for (String owner :
                finding.owners().subList(0, Math.min(OWNERS, finding.owners().size()))) {
            out.raw(comma + "<code>").text(owner).raw("</code>");
            comma = ", ";
        }
        out.raw("</li>\n");
    }

    private void more(int count, String what) {
        if (count > 0) {
            out.raw("<p class=\"soft\">And " + count + " " + what + " more, left out to keep this file small.</p>\n");
        }
    }

    private static String duration(Duration duration) {
        if (duration.isZero()) {
            return "-";
        }
        double hours = duration.toSeconds() / 3600.0;
        return hours >= 48
                ? String.format(Locale.ROOT, "%.1f d", hours / 24)
                : hours >= 1.5
                        ? String.format(Locale.ROOT, "%.1f h", hours)
                        : String.format(Locale.ROOT, "%.1f min", hours * 60);
    }

    private void growth() {
        List<ClassGrowth> grown = report.growth()
                .map(diff -> diff.ranked())
                .orElseGet(() -> report.findings().stream()
                        .map(LeakFinding::classes)
                        .filter(classes -> !classes.isEmpty())
                        .findFirst()
                        .orElse(List.of()));
        if (grown.isEmpty()) {
            return;
        }
        out.raw(
                "<h2>Classes that grow</h2>\n<p class=\"soft\">The application's first; then by in how many of the intervals between two histograms"
                        + " a class got more bytes.</p>\n<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Class</th>"
                        + "<th scope=\"col\" class=\"n\">Grew</th><th scope=\"col\" class=\"n\">More MB</th><th scope=\"col\" class=\"n\">More instances</th>"
                        + "<th scope=\"col\" class=\"n\">MB/h</th></tr></thead><tbody>\n");
        for (ClassGrowth each : grown.subList(0, Math.min(CLASSES, grown.size()))) {
            if (out.kilobytes() >= CLASSES_TO) {
                break;
            }
            out.raw("<tr><td class=\"name\"><code>")
                    .text(each.className())
                    .raw("</code></td>")
                    .figure(each.grew() + " of " + each.of())
                    .figure(megabytes((double) each.bytes()))
                    .figure(String.format(Locale.ROOT, "%+d", each.instances()))
                    .figure(Double.isFinite(each.bytesPerHour()) ? megabytes(each.bytesPerHour()) : "-")
                    .raw("</tr>\n");
        }
        out.raw("</tbody></table></div>\n");
    }

    private void classes(HeapHistogram histogram) {
        List<HistogramEntry> rows = histogram.entries().stream()
                .sorted(Comparator.comparingLong(HistogramEntry::bytes).reversed())
                .limit(CLASSES)
                .toList();
        out.raw("<h2>Largest classes</h2>\n<p class=\"soft\">")
                .text(String.format(
                        Locale.ROOT,
                        "%s in %,d objects of %,d classes%s",
                        megabytes((double) histogram.bytes()) + " MB",
                        histogram.instances(),
                        histogram.entries().size(),
                        histogram.trulyLive() ? ", all of them alive." : ", garbage among them."))
                .raw(
                        "</p>\n<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Class</th><th scope=\"col\" class=\"n\">MB</th>"
                                + "<th scope=\"col\" class=\"n\">Share</th><th scope=\"col\" class=\"n\">Instances</th></tr></thead><tbody>\n");
        for (HistogramEntry row : rows) {
            if (out.kilobytes() >= CLASSES_TO) {
                break;
            }
            out.raw("<tr><td class=\"name\"><code>")
                    .text(row.className())
                    .raw("</code></td>")
                    .figure(megabytes((double) row.bytes()))
                    .figure(String.format(Locale.ROOT, "%.1f %%", 100.0 * row.bytes() / Math.max(1, histogram.bytes())))
                    .figure(String.format(Locale.ROOT, "%,d", row.instances()))
                    .raw("</tr>\n");
        }
        out.raw("</tbody></table></div>\n");
    }

    private static String megabytes(double bytes) {
        double mb = bytes / MB;
        return String.format(Locale.ROOT, Math.abs(mb) >= 100 ? "%.0f" : Math.abs(mb) >= 1 ? "%.1f" : "%.3f", mb);
    }

    private void tree() {
        if (report.tree().isEmpty()) {
            return;
        }
        out.raw("<h2>The ownership tree</h2>\n<pre>");
        int lines = 0;
        int more = 0;
        for (Snapshot top : report.tree()) {
            for (String line : top.toText().split("\n", -1)) {
                if (!line.isBlank()) {
                    if (lines++ < TREE_LINES && out.kilobytes() < TREE_TO) {
                        out.text(line).raw("\n");
                    } else {
                        more++;
                    }
                }
            }
        }
        out.raw("</pre>\n");
        more(more, "lines");
    }
}
