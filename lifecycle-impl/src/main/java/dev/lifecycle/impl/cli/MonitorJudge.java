package dev.lifecycle.impl.cli;

import dev.lifecycle.impl.memory.trend.Diagnosis;
import dev.lifecycle.impl.memory.trend.TrendSeries;
import dev.lifecycle.impl.memory.trend.TrendSettings;
import dev.lifecycle.impl.memory.trend.TrendSettings.Unit;
import dev.lifecycle.impl.memory.trend.TrendWatch;
import dev.lifecycle.memory.LeakFinding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What the samples of another process look like, as a leak watch judges its own. What is alive in its heap is an upper bound, and counts where a collection went
 * through the old generation; what is outside the heap is what is resident and not committed for it, and is not known before the heap was touched in full. Nothing is
 * known of caches and of the load. Bounded: a day. Not thread-safe.
 */
final class MonitorJudge {
    private static final int RECENT = 20;
    private static final double NANOS_A_MILLI = 1e6;

    private final Series heap = new Series("heap.live", Unit.BYTES, TrendSeries.Kind.UPPER_BOUND);
    private final Series outside = new Series("outside", Unit.BYTES, TrendSeries.Kind.LIVE);
    private final Series metaspace = new Series("metaspace", Unit.BYTES, TrendSeries.Kind.LIVE);
    private final Series classes = new Series("classes", Unit.PIECES, TrendSeries.Kind.LIVE);
    private final Series threads = new Series("threads", Unit.PIECES, TrendSeries.Kind.LIVE);
    private final Series descriptors = new Series("descriptors", Unit.PIECES, TrendSeries.Kind.LIVE);
    private final Deque<long[]> collecting = new ArrayDeque<>(RECENT); // moment, milliseconds

    /** A quantity, and what is made of it. */
    private static final class Series {
        final Unit unit;
        final TrendSeries series;
        private final TrendWatch watch;

        Series(String name, Unit unit, TrendSeries.Kind kind) {
            this.unit = unit;
            series = new TrendSeries(name, kind);
            watch = new TrendWatch(series, unit == Unit.BYTES ? TrendSettings.bytes() : TrendSettings.pieces());
        }

        void add(long nanos, long value) {
            if (value >= 0) {
                series.add(nanos, value);
            }
        }

        LeakFinding finding(long limit) {
            return watch.evaluate(Math.max(0, limit));
        }
    }

    /** Adds a sample, see {@link #take}, and judges all. */
    LeakFinding add(long nanos, MonitorCsv.Row row, boolean collected, boolean reclaimed) {
        take(nanos, row, collected, reclaimed);
        return judged(row);
    }

    /**
     * Adds a sample.
     *
     * @param nanos when it was taken
     * @param row the sample
     * @param collected whether there was a collection since the last one
     * @param reclaimed whether one of them went through the old generation
     */
    void take(long nanos, MonitorCsv.Row row, boolean collected, boolean reclaimed) {
        if (collected) {
            if (reclaimed) {
                heap.series.reclaimed();
            }
            heap.add(nanos, row.heapLive());
        }
        boolean apart = row.heapCommitted() >= 0 && row.rss() >= 0;
        outside.add(nanos, apart ? row.rss() - row.heapCommitted() : -1);
        metaspace.add(nanos, row.metaspace());
        classes.add(nanos, row.classes());
        threads.add(nanos, row.threads());
        descriptors.add(nanos, row.descriptors());
        if (row.gcMillis() >= 0) {
            if (collecting.size() == RECENT) {
                collecting.removeFirst();
            }
            collecting.addLast(new long[] {nanos, row.gcMillis()});
        }
    }

    /** Judges all, of which {@code row} is the last one. */
    LeakFinding judged(MonitorCsv.Row row) {
        List<Diagnosis.Counted> others = new ArrayList<>();
        for (Series each : List.of(metaspace, classes, threads, descriptors)) {
            others.add(new Diagnosis.Counted(each.unit, each.finding(0)));
        }
        Diagnosis.Signs signs = new Diagnosis.Signs(
                heap.finding(row.heapMax()),
                outside.finding(0),
                List.of(),
                Math.max(0, row.heapLive()),
                Math.max(0, row.heapMax()),
                collecting(),
                0,
                Double.NaN);
        return Diagnosis.narrow(Diagnosis.judge(signs), others, List.of());
    }

    /** The share of the last samples for which collections stopped the process. */
    private double collecting() {
        long[] first = collecting.peekFirst();
        long[] last = collecting.peekLast();
        if (first == null || last == null || last[0] <= first[0]) {
            return 0;
        }
        return Math.max(0, Math.min(1, (last[1] - first[1]) * NANOS_A_MILLI / (last[0] - first[0])));
    }
}
