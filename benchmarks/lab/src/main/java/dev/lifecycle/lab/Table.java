package dev.lifecycle.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The outcomes as rows of words, for the terminal and for the report. */
final class Table {
    static final List<String> HEAD = List.of(
            "scenario",
            "variant",
            "survived",
            "served",
            "refused",
            "failed",
            "live set MB/h",
            "p50 ms",
            "p99 ms",
            "flat out/s",
            "descriptors",
            "threads",
            "native MB",
            "hit rate",
            "end");

    private Table() {}

    static List<String> row(Scenario scenario, Outcome outcome) {
        return List.of(
                scenario.name(),
                outcome.variant().word(),
                outcome.died() ? "no" : "yes",
                "" + outcome.served(),
                "" + outcome.refused(),
                "" + outcome.failed(),
                String.format(Locale.ROOT, "%+.0f", outcome.slope()),
                millis(outcome.p50()),
                millis(outcome.p99()),
                Double.isNaN(outcome.pace()) ? "-" : String.format(Locale.ROOT, "%.0f", outcome.pace()),
                outcome.descriptors() < 0 ? "?" : "" + outcome.descriptors(),
                outcome.threads() < 0 ? "?" : "" + outcome.threads(),
                outcome.nativeBytes() < 0 ? "?" : String.format(Locale.ROOT, "%.0f", outcome.nativeBytes() / 1048576.0),
                Double.isNaN(outcome.hitRate()) ? "-" : String.format(Locale.ROOT, "%.3f", outcome.hitRate()),
                outcome.died() ? outcome.end() : "-");
    }

    /** How the managed service compares. */
    static String responseTimes(List<Outcome> both) {
        Outcome naive = both.get(0);
        Outcome managed = both.get(1);
        return String.format(
                Locale.ROOT,
                "response times of the managed service over those of the naive one, while both lived: p50 %s, p99 %s",
                ratio(managed.ratio(naive, Outcome.Sample::p50)),
                ratio(managed.ratio(naive, Outcome.Sample::p99)));
    }

    /** What the services had to say at the end; empty if nothing. */
    static String findings(List<Outcome> both) {
        return both.stream()
                .filter(outcome -> !outcome.found().isEmpty())
                .map(outcome -> outcome.variant().word() + ": " + outcome.found())
                .collect(Collectors.joining("; "));
    }

    private static String ratio(double ratio) {
        return Double.isNaN(ratio) ? "unknown, too few turns" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 1e6);
    }

    static String text(List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(HEAD);
        all.addAll(rows);
        StringBuilder out = new StringBuilder();
        for (List<String> row : all) {
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = all.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                boolean last = column == row.size() - 1;
                out.append(column == 0 ? "" : "  ")
                        .append(last ? row.get(column) : String.format("%-" + width + "s", row.get(column)));
            }
            out.append(System.lineSeparator());
        }
        return out.toString();
    }
}
