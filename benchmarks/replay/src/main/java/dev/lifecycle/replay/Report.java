package dev.lifecycle.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * The played cells as Markdown that reads well in a terminal too.
 *
 * @param seeds of entrants with luck
 */
record Report(List<Outcome> outcomes, List<Entrant> entrants, int seeds) {

    String markdown() {
        List<String> parts = new ArrayList<>();
        List<Outcome> counted = where(outcome -> !outcome.cell().weighted());
        List<Outcome> weighted = where(outcome -> outcome.cell().weighted());
        if (!counted.isEmpty()) {
            parts.add("Hits of all accesses, per cent:");
            parts.add(counted(counted));
            parts.add("Mean share of Belady's hits:");
            parts.add(means());
        }
        if (!weighted.isEmpty()) {
            parts.add("Bounded by bytes: hits of all objects / of all bytes, per cent:");
            parts.add(weighted(weighted));
        }
        List<String> remarks = remarks();
        if (!remarks.isEmpty()) {
            parts.add(String.join("\n", remarks));
        }
        return String.join("\n\n", parts) + "\n";
    }

    /** One line about one cell. */
    static String line(Outcome outcome) {
        StringBuilder line = new StringBuilder(outcome.cell().name())
                .append(": limit ")
                .append(percent(outcome.limit().hits() / (double) outcome.accesses()));
        outcome.scores()
                .keySet()
                .forEach(entrant -> line.append(", ")
                        .append(entrant.title())
                        .append(' ')
                        .append(percent(outcome.hitRatio(entrant))));
        return line.toString();
    }

    private String counted(List<Outcome> cells) {
        List<Entrant> columns = columns(cells);
        List<List<String>> rows = new ArrayList<>();
        rows.add(head(columns, "trace@size", "Belady"));
        for (Outcome outcome : cells) {
            List<String> row = start(outcome);
            row.add(percent(outcome.limit().hits() / (double) outcome.accesses()));
            columns.forEach(entrant -> row.add(percent(outcome.hitRatio(entrant))));
            rows.add(row);
        }
        return table(rows);
    }

    private String weighted(List<Outcome> cells) {
        List<Entrant> columns = columns(cells);
        List<List<String>> rows = new ArrayList<>();
        rows.add(head(columns, "trace@size", "no bound"));
        for (Outcome outcome : cells) {
            List<String> row = start(outcome);
            row.add(percent(outcome.limit().hits() / (double) outcome.accesses()) + " / "
                    + percent(outcome.limit().hitWeight() / (double) outcome.weight()));
            columns.forEach(entrant ->
                    row.add(percent(outcome.hitRatio(entrant)) + " / " + percent(outcome.weightRatio(entrant))));
            rows.add(row);
        }
        return table(rows);
    }

    private String means() {
        List<List<String>> rows = new ArrayList<>();
        List<Outcome> all = where(outcome -> !outcome.cell().weighted());
        List<Entrant> columns = columns(all);
        rows.add(head(columns, "cells"));
        mean(rows, columns, "all", all);
        mean(
                rows,
                columns,
                "without backf and zigzag",
                all.stream().filter(outcome -> !outcome.cell().source().toy()).toList());
        mean(
                rows,
                columns,
                "applications",
                all.stream()
                        .filter(outcome -> outcome.cell().source().application())
                        .toList());
        return table(rows);
    }

    private static void mean(List<List<String>> rows, List<Entrant> columns, String name, List<Outcome> cells) {
        if (cells.isEmpty()) {
            return;
        }
        List<String> row = new ArrayList<>(List.of(name + ", " + cells.size()));
        for (Entrant entrant : columns) {
            double share = cells.stream()
                    .mapToDouble(outcome -> outcome.share(entrant))
                    .average()
                    .orElseThrow();
            row.add(String.format(Locale.ROOT, "%.4f", share));
        }
        rows.add(row);
    }

    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        for (Entrant entrant : entrants) {
            List<Outcome> above = where(outcome -> outcome.has(entrant) && outcome.excess(entrant) > 0);
            above.stream()
                    .max(Comparator.comparingLong(outcome -> outcome.excess(entrant)))
                    .ifPresent(most -> remarks.add(
                            "- " + entrant.title() + " was above its bound in " + above.size() + " cells, by up to "
                                    + most.excess(entrant) + (most.cell().weighted() ? " bytes" : " entries") + " ("
                                    + most.cell().name() + ")"));
            where(outcome -> seeds > 1 && outcome.has(entrant) && outcome.spread(entrant) > 0).stream()
                    .max(Comparator.comparingDouble(outcome -> outcome.spread(entrant)))
                    .ifPresent(widest -> remarks.add("- " + entrant.title() + " differs between " + seeds
                            + " seeds by up to " + percent(widest.spread(entrant)) + " points ("
                            + widest.cell().name() + "); the table has the mean"));
        }
        return remarks;
    }

    private List<Outcome> where(Predicate<Outcome> test) {
        return outcomes.stream().filter(test).toList();
    }

    private List<Entrant> columns(List<Outcome> cells) {
        return entrants.stream().filter(entrant -> cells.get(0).has(entrant)).toList();
    }

    private static List<String> head(List<Entrant> columns, String... first) {
        List<String> head = new ArrayList<>(List.of(first));
        columns.forEach(entrant -> head.add(entrant.title()));
        return head;
    }

    private static List<String> start(Outcome outcome) {
        return new ArrayList<>(List.of(outcome.cell().name()));
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.2f", 100 * ratio);
    }

    /** The first row is the head; all columns but the first are aligned to the right. */
    static String table(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("|");
            for (int i = 0; i < widths.length; i++) {
                String cell = row.get(i);
                String gap = " ".repeat(widths[i] - cell.length());
                line.append(' ').append(i == 0 ? cell + gap : gap + cell).append(" |");
            }
            lines.add(line.toString());
            if (lines.size() == 1) {
                StringBuilder rule = new StringBuilder("|");
                for (int i = 0; i < widths.length; i++) {
                    rule.append(i == 0 ? ' ' : '-')
                            .append("-".repeat(widths[i]))
                            .append(i == 0 ? " |" : ":|");
                }
                lines.add(rule.toString());
            }
        }
        return String.join("\n", lines);
    }
}
