package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.memory.trend.TrendSeries;
import dev.lifecycle.impl.memory.trend.TrendSettings;
import dev.lifecycle.impl.memory.trend.TrendSettings.Unit;
import dev.lifecycle.impl.memory.trend.TrendWatch;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.MemorySource;
import dev.lifecycle.memory.SeriesCurve;
import dev.lifecycle.spi.LeakWatchConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** A series of a watch: where its figure comes from, what it was, and what that looks like. All but {@link #read} with the lock of the watch. */
final class LeakSeries {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");
    private static final int MINUTES = 1_440;

    final String name;
    final Unit unit;
    final TrendSeries series;
    private final TrendWatch watch;
    private final LongSupplier value;
    private final LongSupplier limit;
    private volatile boolean broken; // said already

    LeakSeries(String name, Unit unit, LongSupplier value, LongSupplier limit, TrendSeries series, LeakWatchConfig of) {
        this.name = name;
        this.unit = unit;
        this.value = value;
        this.limit = limit;
        this.series = series;
        watch = new TrendWatch(series, settings(unit, of));
    }

    static TrendSettings settings(Unit unit, LeakWatchConfig of) {
        double target = unit == Unit.BYTES ? of.bytesPerHour() : of.piecesPerHour();
        return new TrendSettings(unit, target, of.falseAlarmsPerDay());
    }

    /** What it is now: calls code of users. Unknown if that fails. */
    long read(LeakSampler of) {
        try {
            long now = value.getAsLong();
            broken = false;
            return Math.max(MemorySource.UNKNOWN, now);
        } catch (Throwable ofUser) {
            of.failures().incrementAndGet();
            if (!broken) {
                broken = true;
                LOG.warn("leak watch " + of.name() + " cannot read " + name, ofUser);
            }
            return MemorySource.UNKNOWN;
        }
    }

    long limit() {
        try {
            return limit.getAsLong();
        } catch (RuntimeException unknown) {
            return 0;
        }
    }

    LeakFinding finding() {
        return watch.evaluate(limit());
    }

    SeriesCurve curve() {
        long[] minute = new long[MINUTES];
        long[] least = new long[MINUTES];
        long[] median = new long[MINUTES];
        int n = series.minutes(minute, least, median);
        List<SeriesCurve.Minute> all = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            all.add(new SeriesCurve.Minute((int) (minute[n - 1] - minute[i]), least[i], median[i]));
        }
        return new SeriesCurve(name, unit == Unit.BYTES, all);
    }
}
