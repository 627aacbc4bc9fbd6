package dev.lifecycle.impl.memory;

import dev.lifecycle.Names;
import dev.lifecycle.impl.memory.trend.Diagnosis;
import dev.lifecycle.impl.memory.trend.Diagnosis.Component;
import dev.lifecycle.impl.memory.trend.TrendSeries;
import dev.lifecycle.impl.memory.trend.TrendSettings.Unit;
import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.SeriesCurve;
import dev.lifecycle.spi.LeakWatchConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a leak watch does: samples, and judges. It does not refer to the watch, so that one that is dropped is found. */
final class LeakSampler {
    /*
     * One thread, `lifecycle-leak-NAME`, samples: it calls code of users, and owns `ledger`, `cursor` and `marked`. Guarded by `lock`: the series and what is judged of them, `growing`, and the
     * fields behind it. No code of users is called with it.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");
    private static final long MARK_NANOS = TimeUnit.MINUTES.toNanos(5); // between two looks at who grows
    private static final int RECENT = 20; // samples whose collections count
    private static final double NANOS_A_MILLI = 1e6;
    private static final int FUTILE = 3;

    private final LeakWatchConfig config;
    private final TimeSource clock;
    private final LiveSet liveSet;
    private final WeakReference<Object> watch;
    private final Map<String, LeakSeries> series = new LinkedHashMap<>();
    private final LeakSeries heap;
    private final LeakSeries outside;
    private final LeakLedger ledger;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong failures = new AtomicLong();
    private long cursor;
    private long marked;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;
    private volatile LeakFinding latest;

    private final Growing growing = new Growing();
    private final long[] sampledAt = new long[RECENT];
    private final long[] collectingAt = new long[RECENT];
    private List<Component> components = List.of();
    private long samples;
    private boolean futile;
    private double trimReturned = Double.NaN;

    LeakSampler(
            LeakWatchConfig config,
            TimeSource clock,
            LiveSet liveSet,
            List<ProcessFigures.Figure> figures,
            Object watch) {
        this.config = config;
        this.clock = clock;
        this.liveSet = liveSet;
        this.watch = new WeakReference<>(watch);
        ledger = new LeakLedger(config, failures);
        TrendSeries.Kind kind = liveSet.isUpperBound() ? TrendSeries.Kind.UPPER_BOUND : TrendSeries.Kind.LIVE;
        TrendSeries live = new TrendSeries("heap.live", kind, LeakLedger.PARTS);
        heap = new LeakSeries("heap.live", Unit.BYTES, liveSet::usedBytes, liveSet::limitBytes, live, config);
        series.put(heap.name, heap);
        for (ProcessFigures.Figure each : figures) {
            add(each.name(), each.unit(), each.value(), each.limit());
        }
        outside = Objects.requireNonNull(series.get("outside"), "outside");
        add("leased", Unit.PIECES, ledger::leased, () -> 0);
        add("scopes", Unit.PIECES, ledger::scopes, () -> 0);
        for (LeakWatchConfig.Series each : config.own()) {
            add(each.name(), each.inBytes() ? Unit.BYTES : Unit.PIECES, each.value(), () -> 0);
        }
        latest = heap.finding();
    }

    private void add(String name, Unit unit, LongSupplier value, LongSupplier limit) {
        TrendSeries empty = new TrendSeries(name, TrendSeries.Kind.LIVE);
        series.put(name, new LeakSeries(name, unit, value, limit, empty, config));
    }

    String name() {
        return config.name();
    }

    void start() {
        marked = clock.nanos();
        Thread fresh = Daemons.thread("lifecycle-leak-" + config.name(), this::run);
        thread = fresh;
        fresh.start();
    }

    private void run() {
        while (!closed && !watch.refersTo(null)) {
            Thread.interrupted(); // nobody may stop this thread: parking would spin
            try {
                sample();
            } catch (VirtualMachineError | LinkageError full) { // no memory: later
                failures.incrementAndGet();
            } catch (RuntimeException defect) {
                failures.incrementAndGet();
                LOG.warn("leak watch " + config.name() + " failed, and goes on", defect);
            }
            if (!closed) {
                clock.parkUntil(this, clock.nanos() + config.sampleNanos());
            }
        }
    }

    void stop() {
        closed = true;
        Thread sampling = thread;
        if (sampling != null) {
            clock.unpark(sampling);
        }
    }

    // ---- the thread that samples
    // ----------------------------------------------------------------------------------------------------------------------------

    /** One sample of all, and what follows from it. */
    void sample() {
        ledger.look();
        double load = load();
        long[] values = new long[series.size()];
        int at = 0;
        for (LeakSeries each : series.values()) {
            values[at++] = each == heap ? 0 : each.read(this);
        }
        long collecting = ProcessFigures.collecting();
        long now = clock.nanos();
        boolean advised = config.guard() != null && config.guard().stats().restartAdvised();
        LeakFinding before = latest;
        LeakFinding after;
        lock.lock();
        try {
            components = ledger.components();
            futile = advised;
            addHeap(now, load);
            at = 0;
            for (LeakSeries each : series.values()) {
                if (each != heap && values[at] >= 0) {
                    each.series.add(now, values[at], load, 0);
                }
                at++;
            }
            sampledAt[(int) (samples % RECENT)] = now;
            collectingAt[(int) (samples % RECENT)] = collecting;
            samples++;
            if (now - marked >= MARK_NANOS || samples == 1) {
                marked = now;
                growing.look(ledger.sizes());
            }
            after = judge();
        } finally {
            lock.unlock();
        }
        latest = after;
        if (before.verdict() != after.verdict() || !before.series().equals(after.series())) {
            tell(before, after);
        }
    }

    private void addHeap(long now, double load) {
        for (int part = 0; part < LeakLedger.PARTS; part++) {
            heap.series.holds(part, ledger.held(part));
        }
        long explained = Diagnosis.explained(components);
        cursor = liveSet.since(cursor, (left, reclaimed) -> {
            if (reclaimed) {
                heap.series.reclaimed();
            }
            heap.series.add(now, left, load, explained);
        });
    }

    private double load() {
        if (config.load() == null) {
            return ledger.load();
        }
        try {
            return config.load().getAsDouble();
        } catch (Throwable ofUser) {
            failures.incrementAndGet();
            return 0;
        }
    }

    private void tell(LeakFinding before, LeakFinding after) {
        if (after.isAlarm()) {
            LOG.warn("leak watch " + config.name() + ": " + after
                    + (after.owners().isEmpty() ? "" : "; growing in the tree: " + String.join("; ", after.owners())));
        } else {
            LOG.info("leak watch " + config.name() + ": " + before.verdict() + " -> " + after);
        }
        for (Consumer<? super LeakFinding> each : config.listeners()) {
            try {
                each.accept(after);
            } catch (Throwable ofUser) {
                failures.incrementAndGet();
                LOG.warn("a listener of leak watch " + config.name() + " failed", ofUser);
            }
        }
    }

    // ---- what it looks like; with the lock
    // ----------------------------------------------------------------------------------------------------------------------

    private LeakFinding judge() {
        LeakFinding live = heap.finding();
        List<Diagnosis.Counted> others = new ArrayList<>();
        for (LeakSeries each : series.values()) {
            boolean whole = each == heap || each == outside || each.name.equals("resident");
            if (!whole) {
                others.add(new Diagnosis.Counted(each.unit, each.finding()));
            }
        }
        Diagnosis.Signs signs = new Diagnosis.Signs(
                live,
                outside.finding(),
                components,
                Math.max(0, liveSet.usedBytes()),
                liveSet.limitBytes(),
                collecting(),
                futile ? FUTILE : 0,
                trimReturned);
        return Diagnosis.narrow(Diagnosis.judge(signs), others, growing.listed());
    }

    /** The share of the last minutes for which collections stopped the process. */
    private double collecting() {
        if (samples < 2) {
            return 0;
        }
        int last = (int) ((samples - 1) % RECENT);
        int first = (int) (Math.max(0, samples - RECENT) % RECENT);
        long span = sampledAt[last] - sampledAt[first];
        return span <= 0 ? 0 : Math.min(1, (collectingAt[last] - collectingAt[first]) * NANOS_A_MILLI / span);
    }

    // ---- any thread
    // ---------------------------------------------------------------------------------------------------------------------------------------------

    LeakFinding finding() {
        lock.lock();
        try {
            return judge();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the values of a series are bytes, and not pieces. */
    boolean isInBytes(String name) {
        LeakSeries known = series.get(name);
        return known == null || known.unit == Unit.BYTES;
    }

    /** The finding of the last sample: costs nothing. */
    LeakFinding latest() {
        return latest;
    }

    LeakFinding finding(String name) {
        LeakSeries one = named(name);
        lock.lock();
        try {
            return one.finding();
        } finally {
            lock.unlock();
        }
    }

    SeriesCurve curve(String name) {
        LeakSeries one = named(name);
        lock.lock();
        try {
            return one.curve();
        } finally {
            lock.unlock();
        }
    }

    private LeakSeries named(String name) {
        LeakSeries one = series.get(Objects.requireNonNull(name, "series"));
        if (one == null) {
            throw new IllegalArgumentException(
                    "there is no series " + Names.quote(name) + "; there are " + String.join(", ", series.keySet()));
        }
        return one;
    }

    List<String> names() {
        return List.copyOf(series.keySet());
    }

    /** All but the heap. */
    List<LeakSeries> others() {
        return series.values().stream().filter(each -> each != heap).toList();
    }

    /** Takes note of how much of the growth outside the heap a trim of the allocator gave back. */
    void trimmed(double returned) {
        lock.lock();
        try {
            trimReturned = returned;
        } finally {
            lock.unlock();
        }
    }

    long samples() {
        lock.lock();
        try {
            return samples;
        } finally {
            lock.unlock();
        }
    }

    AtomicLong failures() {
        return failures;
    }
}
