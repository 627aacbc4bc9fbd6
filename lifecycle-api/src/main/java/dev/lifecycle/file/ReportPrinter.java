package dev.lifecycle.file;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Prints a {@link ProcessingReport}. */
final class ReportPrinter {
    private static final int LISTED = 20; // of the detailed ones, in text

    private ReportPrinter() {}

    static String summary(ProcessingReport report) {
        return report.state() + ": " + report.entries() + " entries, " + report.count(Outcome.DONE) + " done, "
                + report.count(Outcome.FAILED) + " failed, " + ConsoleProgress.bytes(report.bytes()) + " in "
                + seconds(report.took());
    }

    static String text(ProcessingReport report) {
        StringBuilder out = new StringBuilder(summary(report)).append('\n');
        report.outcomes().forEach((outcome, count) -> count(out, outcome.name(), count));
        out.append("by reason\n");
        report.reasons().forEach((reason, count) -> {
            if (reason != Reason.NONE) {
                count(out, reason.name(), count);
            }
        });
        out.append("batches ").append(report.batches());
        out.append(" (").append(report.resumedBatches()).append(" resumed), directories ");
        out.append(report.directories());
        out.append(", paused ").append(seconds(report.paused()));
        out.append(", peak in flight ").append(ConsoleProgress.bytes(report.peakInFlight()));
        out.append('\n');
        if (report.uncommitted() > 0) {
            out.append(report.uncommitted()).append(" entries belong to a batch that was not committed\n");
        }
        if (report.listenerFailures() > 0) {
            out.append("the progress listener failed ")
                    .append(report.listenerFailures())
                    .append(" times\n");
        }
        if (report.lostLines() > 0) {
            out.append(report.lostLines()).append(" lines of the report file are lost\n");
        }
        FileFailure failure = report.failure();
        if (failure != null) {
            out.append("ended by ")
                    .append(line(failure.type() + ": " + failure.message()))
                    .append('\n');
        }
        list(out, "not ok", report.detailed());
        list(out, "slowest", report.slowest());
        return out.toString();
    }

    private static void count(StringBuilder out, String what, long count) {
        out.append(String.format(Locale.ROOT, "  %-21s %,d%n", what, count).replace("\r", ""));
    }

    private static void list(StringBuilder out, String what, java.util.List<FileResult> results) {
        if (results.isEmpty()) {
            return;
        }
        out.append(what).append('\n');
        for (FileResult each : results.subList(0, Math.min(LISTED, results.size()))) {
            out.append("  ").append(line(each.toString())).append(", ").append(seconds(each.took()));
            out.append('\n');
        }
        if (results.size() > LISTED) {
            out.append("  and ").append(results.size() - LISTED).append(" more\n");
        }
    }

    /** What others wrote, on one line. */
    private static String line(String text) {
        return text.replaceAll("[\\p{Cntrl}\\x80-\\x9f\\u2028\\u2029]", " ");
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.3f s", TimeUnit.NANOSECONDS.convert(time) / 1e9);
    }

    static String json(ProcessingReport report) {
        StringBuilder out = new StringBuilder(1000);
        out.append("{\"state\":\"").append(report.state().name());
        out.append("\",\"entries\":").append(report.entries());
        counts(out, "outcomes", report.outcomes());
        counts(out, "reasons", report.reasons());
        number(out, "bytes", report.bytes());
        number(out, "directories", report.directories());
        number(out, "batches", report.batches());
        number(out, "resumedBatches", report.resumedBatches());
        number(out, "uncommitted", report.uncommitted());
        number(out, "tookNanos", TimeUnit.NANOSECONDS.convert(report.took()));
        number(out, "pausedNanos", TimeUnit.NANOSECONDS.convert(report.paused()));
        number(out, "peakInFlight", report.peakInFlight());
        number(out, "quarantined", report.quarantined());
        number(out, "listenerFailures", report.listenerFailures());
        number(out, "lostLines", report.lostLines());
        out.append(",\"failure\":");
        Json.append(out, report.failure());
        out.append(",\"detailed\":");
        Json.append(out, report.detailed());
        out.append(",\"slowest\":");
        Json.append(out, report.slowest());
        return out.append('}').toString();
    }

    private static void number(StringBuilder out, String name, long value) {
        out.append(",\"").append(name).append("\":").append(value);
    }

    private static void counts(StringBuilder out, String name, Map<? extends Enum<?>, Long> counts) {
        out.append(",\"").append(name).append("\":{");
        String comma = "";
        for (Map.Entry<? extends Enum<?>, Long> each : counts.entrySet()) {
            out.append(comma).append('"').append(each.getKey().name()).append("\":");
            out.append(each.getValue());
            comma = ",";
        }
        out.append('}');
    }
}
