package dev.lifecycle.impl.cli;

import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.MemoryReportBuilder;
import dev.lifecycle.memory.ReportChart;
import dev.lifecycle.memory.ReportChart.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Samples of a process as charts of a report, and the verdict on them. Not thread-safe. */
final class MonitorCharts {
    private static final String HEAP = "Its heap"; // the one chart of what a guard goes by
    private static final int STRETCHES = 2_000; // of a line: the least and the greatest of each is kept
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(150); // a leak has to show in two looks
    private static final double NANOS_A_MINUTE = 6e10;
    private static final double MILLIS_A_MINUTE = 6e4;

    private final List<MonitorCsv.Row> rows = new ArrayList<>();
    private MonitorJudge judge = new MonitorJudge();
    private MonitorCsv.@Nullable Row last;
    private @Nullable LeakFinding finding;
    private int starts = 1;
    private long judged;

    /** Adds one that was read: a collection is one more than before. */
    void add(MonitorCsv.Row row) {
        MonitorCsv.Row before = last == null ? row : last;
        if (row.youngGcs() < before.youngGcs() || row.oldGcs() < before.oldGcs()) {
            judge = new MonitorJudge(); // of another process, appended to the same file
            starts++;
            before = row;
        }
        boolean old = row.oldGcs() > before.oldGcs();
        add(row, old || row.youngGcs() > before.youngGcs(), old);
    }

    /** Adds one, with what is known of the time since the one before. */
    void add(MonitorCsv.Row row, boolean collected, boolean reclaimed) {
        rows.add(row);
        last = row;
        finding = null;
        long nanos = Duration.between(rows.get(0).time(), row.time()).toNanos();
        judge.take(nanos, row, collected, reclaimed);
        if (nanos - judged >= LOOK_NANOS || nanos < judged) {
            judge.judged(row);
            judged = nanos;
        }
    }

    int samples() {
        return rows.size();
    }

    /** The verdict on all of them. */
    Optional<LeakFinding> finding() {
        if (last != null && finding == null) {
            finding = judge.judged(last);
        }
        return Optional.ofNullable(finding);
    }

    /** Adds charts, verdict, and when it was. */
    void addTo(MemoryReportBuilder report) {
        if (last == null) {
            return;
        }
        report.at(last.time());
        Instant first = rows.get(0).time();
        report.fact("Samples", rows.size() + ", from " + first + " to " + last.time());
        if (starts > 1) {
            report.fact("Starts", starts + " of the process; the verdict is on the last one");
        }
        finding().ifPresent(report::finding);
        chart(
                report,
                "The process",
                Unit.BYTES,
                last.limit(),
                line("resident", MonitorCsv.Row::rss),
                line("charged", MonitorCsv.Row::charge));
        chart(
                report,
                HEAP,
                Unit.BYTES,
                last.heapMax(),
                line("in use", MonitorCsv.Row::heapUsed),
                line("alive, at most", MonitorCsv.Row::heapLive),
                line("committed", MonitorCsv.Row::heapCommitted));
        chart(
                report,
                "Outside the heap",
                Unit.BYTES,
                0,
                line(
                        "resident, not committed for the heap",
                        row -> row.rss() < 0 || row.heapCommitted() < 0
                                ? -1
                                : Math.max(0, row.rss() - row.heapCommitted())),
                line("metaspace", MonitorCsv.Row::metaspace));
        chart(report, "Threads", Unit.PIECES, 0, line("threads", MonitorCsv.Row::threads));
        chart(report, "Descriptors", Unit.PIECES, 0, line("open", MonitorCsv.Row::descriptors));
        chart(report, "Classes", Unit.PIECES, 0, line("loaded", MonitorCsv.Row::classes));
        chart(
                report,
                "Collections",
                Unit.PER_MINUTE,
                0,
                rate("young", MonitorCsv.Row::youngGcs, 1),
                rate("of all", MonitorCsv.Row::oldGcs, 1));
        chart(
                report,
                "Stopped for collections",
                Unit.SHARE,
                0,
                rate("of the time", MonitorCsv.Row::gcMillis, 1 / MILLIS_A_MINUTE));
        chart(report, "Processors in use", Unit.PIECES, 0, line("of them", MonitorCsv.Row::cpu));
    }

    private static void chart(
            MemoryReportBuilder report, String title, Unit unit, long limit, ReportChart.Line... lines) {
        List<ReportChart.Line> known =
                Stream.of(lines).filter(line -> !line.points().isEmpty()).toList();
        if (!known.isEmpty()) {
            report.chart(new ReportChart(title, unit, known, Math.max(0, limit), title.equals(HEAP)));
        }
    }

    private ReportChart.Line line(String name, ToDoubleFunction<MonitorCsv.Row> figure) {
        Thinned thinned = new Thinned(rows.size());
        for (MonitorCsv.Row row : rows) {
            double value = figure.applyAsDouble(row);
            thinned.add(row.time(), value >= 0 ? value : Double.NaN);
        }
        return new ReportChart.Line(name, thinned.points());
    }

    /** By how much a count grew in a minute. */
    private ReportChart.Line rate(String name, ToDoubleFunction<MonitorCsv.Row> count, double times) {
        Thinned thinned = new Thinned(rows.size());
        for (int i = 1; i < rows.size(); i++) {
            MonitorCsv.Row row = rows.get(i);
            double before = count.applyAsDouble(rows.get(i - 1));
            double now = count.applyAsDouble(row);
            double minutes =
                    Duration.between(rows.get(i - 1).time(), row.time()).toNanos() / NANOS_A_MINUTE;
            boolean known = before >= 0 && now >= before && minutes > 0;
            thinned.add(row.time(), known ? (now - before) / minutes * times : Double.NaN);
        }
        return new ReportChart.Line(name, thinned.points());
    }

    /** Keeps the least and the greatest of each stretch of samples, so that a line of a million of them is short. */
    private static final class Thinned {
        private final List<ReportChart.Point> points = new ArrayList<>();
        private final int stretch;
        private int taken;
        private ReportChart.@Nullable Point low;
        private ReportChart.@Nullable Point high;
        private Instant before = Instant.MIN;

        Thinned(int samples) {
            stretch = Math.max(1, samples / STRETCHES);
        }

        /** A clock that was set back would tear the line: what is before the last one is left out. */
        void add(Instant at, double value) {
            if (Double.isFinite(value) && !at.isBefore(before)) {
                before = at;
                ReportChart.Point point = new ReportChart.Point(at, value);
                low = low == null || value < low.value() ? point : low;
                high = high == null || value > high.value() ? point : high;
            }
            if (++taken % stretch == 0) {
                flush();
            }
        }

        private void flush() {
            if (low == null || high == null) {
                return;
            }
            boolean rises = !high.at().isBefore(low.at());
            points.add(rises ? low : high);
            if (low != high) {
                points.add(rises ? high : low);
            }
            low = null;
            high = null;
        }

        List<ReportChart.Point> points() {
            flush();
            return points;
        }
    }
}
