package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.memory.trend.Diagnosis;
import dev.lifecycle.impl.memory.trend.HeldFit;
import dev.lifecycle.impl.memory.trend.StableGate;
import dev.lifecycle.impl.memory.trend.TrendSettings.Unit;
import dev.lifecycle.memory.ClassGrowth;
import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.memory.PauseBudgetException;
import dev.lifecycle.spi.HistogramSupport;
import dev.lifecycle.spi.LeakWatchConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Looks actively for growth, see {@link dev.lifecycle.memory.LeakWatch#confirm}. Used once, by one thread. */
final class LeakConfirm {
    private static final String HEAP = "heap.live";
    private static final int MOST = 30;
    private static final int FEWEST = 12;
    private static final int PLAIN = 6; // histograms that have garbage in them
    private static final int LISTED = 10; // classes
    private static final double GAVE_BACK = 0.5;
    private static final double SURE = 0.998;
    private static final double HOUR = 3600;
    /** What may grow in a service that has just been started: pages of the compiler, classes. */
    private static final long WARM_BYTES = 8L << 20;

    private static final long WARM_CLASSES = 20;
    private static final long FEW_PIECES = 5;

    private final LeakSampler sampler;
    private final LeakWatchConfig config;
    private final TimeSource clock;
    private final HistogramSupport histograms;
    private final LongSupplier trim; // returns the resident set after it
    private final LeakLedger ledger;
    private final Growing growing = new Growing();
    private final List<LeakSeries> series;
    private @Nullable HistogramShelf shelf; // from the first histogram, which counts for nothing else
    private final long begun;

    private double[] seconds = new double[0];
    private LiveBytes alive = new LiveBytes(0);
    private long[] bytes = new long[0]; // once all were read
    private long[][] values = new long[0][];
    private long[][] held = new long[0][];
    private long[] explained = new long[0];
    private boolean[] exact = new boolean[0];

    LeakConfirm(
            LeakSampler sampler,
            LeakWatchConfig config,
            TimeSource clock,
            HistogramSupport histograms,
            LongSupplier trim) {
        this.sampler = sampler;
        this.config = config;
        this.clock = clock;
        this.histograms = histograms;
        this.trim = trim;
        ledger = new LeakLedger(config, sampler.failures());
        series = sampler.others();
        begun = clock.nanos();
    }

    LeakFinding run(Duration length, PauseBudget budget) throws InterruptedException {
        long each = Math.max(1, histograms.predict(HistogramMode.LIVE).toNanos());
        long affordable =
                each > budget.perSnapshot().toNanos() ? 0 : budget.perHour().toNanos() / each;
        boolean live = affordable > FEWEST; // and one for the shelf
        int readings = live ? (int) Math.min(MOST, affordable - 1) : PLAIN;
        seconds = new double[readings];
        alive = new LiveBytes(readings);
        values = new long[series.size()][readings];
        held = new long[LeakLedger.PARTS][readings];
        explained = new long[readings];
        exact = new boolean[readings];
        HistogramMode mode = live ? HistogramMode.LIVE : HistogramMode.ALL_AFTER_YOUNG;
        shelf = new HistogramShelf(PLAIN + 1, histograms.take(mode, budget));
        int n = 0;
        try {
            for (; n < readings; n++) {
                await(begun + (long) ((double) length.toNanos() / (readings - 1) * n));
                read(n, mode, budget);
            }
        } catch (PauseBudgetException spent) {
            if (n < (live ? FEWEST : PLAIN)) {
                throw spent;
            }
        }
        return judged(n, live, length);
    }

    private void await(long moment) throws InterruptedException {
        while (clock.nanos() - moment < 0) {
            clock.parkUntil(this, moment);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void read(int at, HistogramMode mode, PauseBudget budget) {
        ledger.look();
        growing.look(ledger.sizes());
        HeapHistogram histogram = histograms.take(mode, budget);
        seconds[at] = (clock.nanos() - begun) / 1e9;
        alive.take(at, histogram);
        exact[at] = histogram.trulyLive();
        int last = seconds.length - 1;
        if (at * PLAIN / last != (at - 1) * PLAIN / last || at == 0) {
            // seven at most: many intervals would call a class unsteady for a single odd one
            Objects.requireNonNull(shelf).add(histogram);
        }
        explained[at] = Diagnosis.explained(ledger.components());
        for (int part = 0; part < LeakLedger.PARTS; part++) {
            held[part][at] = ledger.held(part);
        }
        int which = 0;
        for (LeakSeries each : series) {
            values[which++][at] = switch (each.name) {
                case "leased" -> ledger.leased();
                case "scopes" -> ledger.scopes();
                default -> each.read(sampler);
            };
        }
    }

    // ---- what was seen
    // ----------------------------------------------------------------------------------------------------------------------------------------

    private LeakFinding judged(int n, boolean live, Duration length) throws InterruptedException {
        double[] at = Arrays.copyOf(seconds, n);
        bytes = alive.bytes(n);
        List<ClassGrowth> classes = classes();
        LeakFinding heap = live ? heap(at, n, classes) : plain(at, n, classes);
        List<Diagnosis.Counted> others = new ArrayList<>();
        LeakFinding outside = unknown("outside", at);
        for (int which = 0; which < series.size(); which++) {
            LeakSeries each = series.get(which);
            if (each.name.equals("resident") || n < FEWEST) {
                continue;
            }
            LeakFinding found = other(each, at, Arrays.copyOf(values[which], n));
            if (each.name.equals("outside")) {
                outside = found;
            } else {
                others.add(new Diagnosis.Counted(each.unit, found));
            }
        }
        boolean trims = outside.verdict() == LeakVerdict.LEAKING && outside.perHour() > heap.perHour();
        Diagnosis.Signs signs = new Diagnosis.Signs(
                heap, outside, ledger.components(), 0, 0, 0, 0, trims ? trimmed(outside, length) : Double.NaN);
        LeakFinding whole = Diagnosis.judge(signs);
        return Diagnosis.narrow(whole, others, growing.listed());
    }

    private List<ClassGrowth> classes() {
        List<HeapHistogram> few = Objects.requireNonNull(shelf).all();
        if (few.size() < 2) {
            return List.of();
        }
        return HeapHistogram.diff(few).ranked().stream()
                .filter(each -> each.application() && each.grew() * 5 >= each.of() * 4 && !(each.low() <= 0))
                .limit(LISTED)
                .toList();
    }

    private LeakFinding heap(double[] all, int n, List<ClassGrowth> classes) {
        // one that the virtual machine could not collect before, as native code held the heap, has garbage in it
        int[] which = IntStream.range(0, n).filter(i -> exact[i]).toArray();
        boolean known = which.length >= FEWEST;
        if (!known) {
            which = IntStream.range(0, n).toArray();
        }
        double[] at = Arrays.stream(which).mapToDouble(i -> all[i]).toArray();
        long[] whole = Arrays.stream(which).mapToLong(i -> bytes[i]).toArray();
        StableGate.Result grown = StableGate.judge(at, whole, config.bytesPerHour());
        if (!known) {
            String why = "histograms of this collector may have garbage in them; " + grown.explanation();
            return finding(HEAP, LeakVerdict.SAWTOOTH_UNKNOWN, grown, at, why, classes);
        }
        if (grown.outcome() == StableGate.Outcome.FAIL) {
            StableGate.Result beyond = StableGate.judge(at, beyond(which), config.bytesPerHour());
            if (beyond.outcome() == StableGate.Outcome.FAIL) {
                String why = "beyond what bounded components hold: " + beyond.explanation() + first(classes);
                return finding(HEAP, LeakVerdict.LEAKING, beyond, at, why, classes);
            }
            String why =
                    grown.explanation() + "; that is what bounded components hold: beyond them " + beyond.explanation();
            return finding(HEAP, LeakVerdict.WARMING, grown, at, why, classes);
        }
        boolean calm = grown.outcome() == StableGate.Outcome.PASS;
        return finding(
                HEAP,
                calm ? LeakVerdict.STABLE : LeakVerdict.INSUFFICIENT_DATA,
                grown,
                at,
                grown.explanation(),
                calm ? List.of() : classes);
    }

    private long[] beyond(int[] which) {
        int n = which.length;
        HeldFit fit = new HeldFit(LeakLedger.PARTS, n);
        double[] value = new double[n];
        double[] total = new double[n];
        for (int i = 0; i < n; i++) {
            int at = which[i];
            total[i] = (double) bytes[at];
            value[i] = (double) (bytes[at] - explained[at]);
            for (int part = 0; part < LeakLedger.PARTS; part++) {
                fit.take(i, part, (double) held[part][at]);
            }
        }
        fit.explain(value, new double[n], total, n);
        return Arrays.stream(value).mapToLong(Math::round).toArray();
    }

    private static String first(List<ClassGrowth> classes) {
        return classes.isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; %s grew in %d of %d intervals, by %d bytes",
                        classes.get(0).className(),
                        classes.get(0).grew(),
                        classes.get(0).of(),
                        classes.get(0).bytes());
    }

    /** With garbage in it, the sum tells nothing. */
    private static LeakFinding plain(double[] at, int n, List<ClassGrowth> classes) {
        boolean some = !classes.isEmpty();
        return new LeakFinding(
                HEAP,
                some ? LeakVerdict.GROWING : LeakVerdict.INSUFFICIENT_DATA,
                0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                0,
                span(at),
                Optional.empty(),
                HEAP + ": " + n + " histograms with garbage in them, as the budget has no room for " + FEWEST
                        + " exact ones"
                        + (some
                                ? first(classes) + "; a cache that fills looks the same"
                                : "; no class of the application grows"),
                classes,
                List.of());
    }

    private LeakFinding other(LeakSeries each, double[] at, long[] seen) {
        double target = each.unit == Unit.BYTES ? config.bytesPerHour() : config.piecesPerHour();
        for (long value : seen) {
            if (value < 0) {
                return unknown(each.name, at);
            }
        }
        StableGate.Result result = StableGate.judge(at, seen, target, each.unit);
        long usual = each.unit == Unit.PIECES
                ? each.name.equals("classes") ? WARM_CLASSES : FEW_PIECES
                : each.name.equals("outside") || each.name.equals("metaspace") ? WARM_BYTES : 0;
        boolean leaks = result.outcome() == StableGate.Outcome.FAIL && seen[seen.length - 1] - seen[0] >= usual;
        LeakVerdict verdict = leaks
                ? LeakVerdict.LEAKING
                : result.outcome() == StableGate.Outcome.PASS ? LeakVerdict.STABLE : LeakVerdict.INSUFFICIENT_DATA;
        return finding(each.name, verdict, result, at, each.name + ": " + result.explanation(), List.of());
    }

    /**
     * The share of its growth that a trim of the allocator gives back; NaN if that is not known. What a first trim gives back may have been kept since long before: then it is what grew after
     * that trim, for half of the time, that counts.
     */
    private double trimmed(LeakFinding outside, Duration length) throws InterruptedException {
        double rate = outside.perHour() / HOUR / 1e9; // bytes a nanosecond
        double share = returned(rate * outside.window().toNanos());
        if (share >= GAVE_BACK) {
            LeakSeries what = series.stream()
                    .filter(each -> each.name.equals(outside.series()))
                    .findFirst()
                    .orElseThrow();
            long before = what.read(sampler);
            long half = length.toNanos() / 2;
            await(clock.nanos() + half);
            double grown = what.read(sampler) - before;
            share = before < 0 || grown < (1 - GAVE_BACK) * rate * half ? 1 : returned(grown);
        }
        sampler.trimmed(share);
        return share;
    }

    private double returned(double grown) {
        long before = Resident.ofThisProcess();
        long after = trim.getAsLong();
        return before < 0 || grown <= 0 ? Double.NaN : Math.max(0, Math.min(1, (before - after) / grown));
    }

    private static LeakFinding unknown(String series, double[] at) {
        return new LeakFinding(
                series,
                LeakVerdict.INSUFFICIENT_DATA,
                0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                0,
                span(at),
                Optional.empty(),
                series + " is not known here",
                List.of(),
                List.of());
    }

    private static Duration span(double[] at) {
        return Duration.ofNanos((long) ((at[at.length - 1] - at[0]) * 1e9));
    }

    private static LeakFinding finding(
            String series,
            LeakVerdict verdict,
            StableGate.Result result,
            double[] at,
            String explanation,
            List<ClassGrowth> classes) {
        return new LeakFinding(
                series,
                verdict,
                result.perHour(),
                result.low(),
                result.high(),
                result.detectable(),
                SURE,
                span(at),
                Optional.empty(),
                explanation,
                classes,
                List.of());
    }
}
