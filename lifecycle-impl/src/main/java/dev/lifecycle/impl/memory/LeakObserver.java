package dev.lifecycle.impl.memory;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakWatch;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.memory.SeriesCurve;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.HistogramSupport;
import dev.lifecycle.spi.LeakWatchConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a user holds of a leak watch; a {@link LeakSampler} does the work. */
final class LeakObserver implements LeakWatch {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    private final LeakWatchConfig config;
    private final TimeSource clock;
    private final HistogramSupport histograms;
    private final LongSupplier trim;
    private final LeakSampler sampler;
    private final Place place;

    /**
     * What it looks at.
     *
     * @param liveSet what collections leave
     * @param figures all else
     * @param histograms of the heap
     * @param trim gives free memory of the allocator back, and returns the resident set then
     */
    record World(
            LiveSet liveSet, List<ProcessFigures.Figure> figures, HistogramSupport histograms, LongSupplier trim) {}

    @SuppressWarnings("this-escape") // they ask for this only when it is used
    private LeakObserver(LeakWatchConfig config, World world) {
        this.config = config;
        clock = SteadyClock.of(config.timeSource());
        histograms = world.histograms();
        trim = world.trim();
        sampler = new LeakSampler(config, clock, world.liveSet(), world.figures(), this);
        place = new Place(this, sampler::stop, clock);
    }

    /** See {@link dev.lifecycle.memory.LeakWatchBuilder#open(Scope)}. */
    static LeakWatch open(LeakWatchConfig config, @Nullable Scope owner, World world) {
        LeakObserver observer = new LeakObserver(config, world);
        observer.place.enter(owner, observer, LeakWatch.class);
        observer.sampler.start();
        return observer;
    }

    @Override
    public LeakFinding finding() {
        return sampler.finding();
    }

    @Override
    public LeakFinding finding(String series) {
        return sampler.finding(series);
    }

    @Override
    public List<String> series() {
        return sampler.names();
    }

    @Override
    public SeriesCurve curve(String series) {
        return sampler.curve(series);
    }

    @Override
    public LeakFinding confirm(Duration length, PauseBudget budget) throws InterruptedException {
        Objects.requireNonNull(budget, "budget");
        if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("length is " + length + "; it must be from " + SHORTEST + " to "
                    + LONGEST + ". Three minutes find 5 MB an hour in a settled service");
        }
        return new LeakConfirm(sampler, config, clock, histograms, trim).run(length, budget);
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Kind kind() {
        return Kind.LEAK_WATCH;
    }

    @Override
    public State state() {
        return place.state();
    }

    /** As of the last sample. */
    @Override
    public Snapshot snapshot() {
        LeakFinding latest = sampler.latest();
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("verdict", latest.verdict());
        gauges.put("series", latest.series());
        String unit = sampler.isInBytes(latest.series()) ? "Bytes" : "Pieces";
        gauges.put(unit.toLowerCase(Locale.ROOT) + "PerHour", latest.perHour());
        gauges.put("detectable" + unit + "PerHour", latest.detectable());
        gauges.put("alarm", latest.isAlarm());
        gauges.put("explanation", latest.explanation());
        gauges.put("samples", sampler.samples());
        gauges.put("failures", sampler.failures().get());
        return place.snapshot(gauges);
    }

    @Override
    public void close() {
        place.close();
    }

    @Override
    public String toString() {
        return config.name() + " " + sampler.latest();
    }
}
