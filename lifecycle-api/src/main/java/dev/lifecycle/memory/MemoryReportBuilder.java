package dev.lifecycle.memory;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.Snapshot;
import dev.lifecycle.spi.MemorySupport;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers a {@link MemoryReport}. Not thread-safe. What was gathered is as it was when the method was called. */
public final class MemoryReportBuilder {
    private static final double MB = 1 << 20;
    private static final int MAX_CHARTS = 40;
    private static final int MAX_FACTS = 60;
    private static final int MAX_FINDINGS = 60;
    private static final Set<String> OF_PROCESS = Set.of("resident", "outside");
    private static final Set<String> OF_HEAP = Set.of("heap.live");
    private static final Set<String> OF_PARTS = Set.of("direct", "metaspace");

    final String title;
    Instant at = Instant.now();
    final List<MemoryReport.Fact> facts = new ArrayList<>();
    final List<ReportChart> charts = new ArrayList<>();
    final List<LeakFinding> findings = new ArrayList<>();
    final List<Snapshot> tree = new ArrayList<>();

    @Nullable
    HeapHistogram classes;

    @Nullable
    HistogramDiff growth;

    MemoryReportBuilder(String title) {
        this.title = Names.check(title, "title");
    }

    /**
     * Sets when the figures were read, for reports on what was. Default: when the builder was made.
     *
     * @param moment the time
     * @return this
     */
    public MemoryReportBuilder at(Instant moment) {
        at = Objects.requireNonNull(moment, "moment");
        return this;
    }

    /**
     * Adds a line.
     *
     * @param name what it is, see {@link Names#check}
     * @param value any text
     * @return this
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line, or there are 60
     */
    public MemoryReportBuilder fact(String name, String value) {
        atMost(facts, MAX_FACTS, "facts");
        facts.add(new MemoryReport.Fact(name, value));
        return this;
    }

    /**
     * Adds what is known of this process: virtual machine, heap, collections, container, and the options that begin with {@code -X}. No other ones, which may have passwords in them.
     *
     * @return this
     */
    public MemoryReportBuilder process() {
        support().processFacts().forEach(fact -> fact(fact.name(), fact.value()));
        return this;
    }

    /**
     * Adds a chart.
     *
     * @param chart of any unit
     * @return this
     * @throws IllegalArgumentException if there are 40
     */
    public MemoryReportBuilder chart(ReportChart chart) {
        atMost(charts, MAX_CHARTS, "charts");
        charts.add(Objects.requireNonNull(chart, "chart"));
        return this;
    }

    /**
     * Adds a finding, with the classes and paths in it.
     *
     * @param finding of a watch, or {@linkplain LeakWatch#confirm confirmed}
     * @return this
     * @throws IllegalArgumentException if there are 60
     */
    public MemoryReportBuilder finding(LeakFinding finding) {
        atMost(findings, MAX_FINDINGS, "findings");
        findings.add(Objects.requireNonNull(finding, "finding"));
        return this;
    }

    /**
     * Adds all a watch knows: its findings, and a chart of each series. Call {@link #at} before, if at all: minutes of a series are counted back from there.
     *
     * @param watch open, or closed
     * @return this
     */
    public MemoryReportBuilder watch(LeakWatch watch) {
        finding(watch.finding());
        List<String> names = watch.series();
        together(watch, "The process", OF_PROCESS, MemorySource.container());
        together(watch, "Live heap", OF_HEAP, MemorySource.heapLive());
        together(watch, "Direct buffers, class metadata", OF_PARTS, null);
        for (String name : names) {
            LeakFinding finding = watch.finding(name);
            if (finding.verdict() != LeakVerdict.INSUFFICIENT_DATA) {
                finding(finding);
            }
            if (!OF_PROCESS.contains(name) && !OF_HEAP.contains(name) && !OF_PARTS.contains(name)) {
                together(watch, name, Set.of(name), null);
            }
        }
        return this;
    }

    private void together(LeakWatch watch, String name, Set<String> series, @Nullable MemorySource source) {
        List<ReportChart.Line> lines = new ArrayList<>();
        boolean inBytes = false;
        for (String each : watch.series()) {
            SeriesCurve curve = series.contains(each) ? watch.curve(each) : new SeriesCurve(each, false, List.of());
            if (!curve.minutes().isEmpty()) {
                lines.add(new ReportChart.Line(each, points(curve)));
                inBytes |= curve.inBytes();
            }
        }
        if (!lines.isEmpty()) {
            ReportChart.Unit unit = inBytes ? ReportChart.Unit.BYTES : ReportChart.Unit.PIECES;
            double limit = source == null ? 0 : Math.max(0, source.limitBytes());
            chart(new ReportChart(name, unit, lines, limit, !series.equals(OF_PROCESS)));
        }
    }

    private List<ReportChart.Point> points(SeriesCurve curve) {
        return curve.minutes().stream()
                .map(minute -> new ReportChart.Point(at.minus(minute.ago(), ChronoUnit.MINUTES), minute.median()))
                .toList();
    }

    /**
     * Adds what a guard has read and done.
     *
     * @param guard open
     * @return this
     */
    public MemoryReportBuilder guard(MemoryGuard guard) {
        GuardStats stats = guard.stats();
        String cause = stats.cause().isEmpty() ? "" : format(", %s at %.1f %%", stats.cause(), 100 * stats.fraction());
        fact("Guard " + guard.name(), stats.level() + cause);
        fact(
                "Its work",
                format(
                        "%d changes of level, %d rounds, %.1f MB given, %d rounds without effect, %d refused",
                        stats.changes(),
                        stats.rounds(),
                        stats.givenBytes() / MB,
                        stats.futileRounds(),
                        stats.refused()));
        if (stats.restartAdvised()) {
            fact("Its advice", "restart: three rounds changed nothing");
        }
        return this;
    }

    /**
     * Sets what the heap consists of: the classes with the most bytes are listed.
     *
     * @param histogram of the process
     * @return this
     */
    public MemoryReportBuilder classes(HeapHistogram histogram) {
        classes = Objects.requireNonNull(histogram, "histogram");
        return this;
    }

    /**
     * Sets which classes grow.
     *
     * @param diff of histograms of the process
     * @return this
     */
    public MemoryReportBuilder growth(HistogramDiff diff) {
        growth = Objects.requireNonNull(diff, "diff");
        return this;
    }

    /**
     * Adds all open roots of the ownership tree.
     *
     * @return this
     */
    public MemoryReportBuilder tree() {
        Lifecycle.roots().forEach(this::tree);
        return this;
    }

    /**
     * Adds a part of an ownership tree.
     *
     * @param top what it begins with
     * @return this
     */
    public MemoryReportBuilder tree(Snapshot top) {
        tree.add(Objects.requireNonNull(top, "top"));
        return this;
    }

    /**
     * Ends it.
     *
     * @return what was gathered
     */
    public MemoryReport build() {
        return new MemoryReport(this);
    }

    private static String format(String format, Object... of) {
        return String.format(Locale.ROOT, format, of);
    }

    private static MemorySupport support() {
        return Lifecycle.provider().part(MemorySupport.class);
    }

    private static void atMost(List<?> list, int most, String what) {
        if (list.size() == most) {
            throw new IllegalArgumentException("there are " + most + " " + what + "; nobody reads more of them");
        }
    }
}
