package dev.lifecycle.impl.memory.trend;

import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges one series: looks at windows of 48 min to 24 h, each of 24 blocks, for growth that goes on.
 *
 * <p>A block is the least of its minutes, what bounded components explain taken off. {@link TrendFit} tells the slope beyond
 * load and steps. It is a leak where all of this holds:
 *
 * <ul>
 *   <li>the slope is above a fifth of the growth that matters, at a level of significance that shares the false alarms of a
 *       day among all windows and looks, with as many degrees of freedom as the autocorrelation leaves;
 *   <li>the line explains clearly more than up to three steps would;
 *   <li>growth does not slow down, in this window and surely not in a longer one;
 *   <li>it is more than what the ledger of components may be wrong by, a quarter of its own growth;
 *   <li>a second look, at least five minutes later, says so again.
 * </ul>
 *
 * <p>Not safe for use by several threads. {@link #evaluate} takes some ten microseconds and allocates its finding only.
 */
public final class TrendWatch {
    /** Minutes a block: each window is 24 of them. */
    private static final int[] RUNGS = {2, 3, 5, 8, 12, 20, 30, 60};

    private static final int BLOCKS = 24;
    private static final int MIN_BLOCKS = 16;
    /** Where only what a collection left counts, fewer do: they are exact. */
    private static final int MIN_RECLAIMED = 8;

    private static final int LOOK_MINUTES = 5;
    /** Looks at one window that are as good as independent, by simulation about so many for each length of it. */
    private static final double LOOKS_PER_WINDOW = 4;

    /** In variances of the noise: what makes three small steps in a row rare enough. */
    private static final double MIN_EVIDENCE = 22;
    /** The t statistic of a parabola below which growth slows down. */
    private static final double SLOWING = -2;

    private static final double SURELY_SLOWING = -4;
    private static final int LOOKS = 2;
    /** By simulation: with blocks shorter than the noise is long, the tail is that of eight degrees, not of two. */
    private static final int MIN_DEGREES = 8;

    /** Blocks at least as long see a whole tooth of a saw. */
    private static final int TOOTH_MINUTES = 15;

    private static final double LEDGER_ERROR = 0.25;
    private static final double NINE_OF_TEN = 1.4; // of Student's distribution with eight degrees
    private static final int SPIKE_BLOCKS = 2;
    private static final double SPIKE = 8; // times the usual distance from the median

    private final TrendSeries series;
    private final TrendSettings settings;
    private final TrendFit fit = new TrendFit();
    private final Rung[] rungs = new Rung[RUNGS.length];
    private final double[] ledger = new double[BLOCKS];
    private final double[] whole = new double[BLOCKS];
    private final double[] sorted = new double[BLOCKS];
    private final HeldFit held;

    private long restartsSeen;
    private long firstPass = Long.MIN_VALUE;
    private long lastPass = Long.MIN_VALUE;
    private int passes;

    /** What a window showed at its last look. */
    private static final class Rung {
        final int minutes;
        final double[] critical = new double[BLOCKS + 1];
        final double alpha;
        long lookedAt = Long.MIN_VALUE;
        boolean known;
        boolean passed;
        boolean rising;
        boolean loadUsed;
        double slope;
        double error;
        double needed;
        double evidence;
        double curvature;
        double ledgerSlope;
        double wholeSlope;
        /** How far steps alone lifted it, 0 without steps. */
        double stepped;

        int steps;

        Rung(int minutes, double falseAlarms) {
            this.minutes = minutes;
            alpha = falseAlarms / RUNGS.length * (minutes * BLOCKS / 1440.0) / LOOKS_PER_WINDOW;
        }

        double critical(double degrees) {
            int rounded = Math.max(MIN_DEGREES, Math.min(BLOCKS, (int) degrees));
            if (critical[rounded] == 0) {
                critical[rounded] = StudentT.upper(alpha, rounded);
            }
            return critical[rounded];
        }

        /** What is found nine times of ten. */
        double detectable(double floor) {
            return floor + (needed + NINE_OF_TEN) * error;
        }

        /** By how much it is above what matters. */
        double margin() {
            return slope - needed * error;
        }
    }

    /** Judges the series. */
    public TrendWatch(TrendSeries series, TrendSettings settings) {
        this.series = Objects.requireNonNull(series, "series");
        this.settings = Objects.requireNonNull(settings, "settings");
        held = new HeldFit(series.parts(), BLOCKS);
        for (int r = 0; r < RUNGS.length; r++) {
            rungs[r] = new Rung(RUNGS[r], settings.falseAlarmsPerDay());
        }
    }

    /** Judges what was added so far; a limit of 0 or less is none. */
    public LeakFinding evaluate(long limit) {
        look();
        return finding(limit);
    }

    /** Whether it is a leak by now: as {@link #evaluate}, without words. */
    boolean leaking() {
        look();
        return isLeaking();
    }

    private void look() {
        long now = series.openBucket();
        if (series.restarts() != restartsSeen) {
            restartsSeen = series.restarts();
            for (Rung rung : rungs) {
                rung.known = false;
                rung.lookedAt = Long.MIN_VALUE;
            }
            passes = 0;
        }
        for (Rung rung : rungs) {
            // at the end of a block, but not more often than every few minutes
            long end = now - now % rung.minutes;
            if (rung.lookedAt == Long.MIN_VALUE || end - rung.lookedAt >= Math.max(LOOK_MINUTES, rung.minutes)) {
                rung.lookedAt = end;
                look(rung, end);
                if ((rung.passed || (rung.rising && isLeaking())) && !slowing(rung)) {
                    pass(now);
                }
            }
        }
        if (passes > 0 && now - lastPass > 2L * longest()) {
            passes = 0;
        }
    }

    /** Whether a longer window shows that growth comes to its end. */
    private boolean slowing(Rung than) {
        for (Rung rung : rungs) {
            if (rung.known && rung.minutes > than.minutes && rung.rising && rung.curvature < SURELY_SLOWING) {
                return true;
            }
        }
        return false;
    }

    private int longest() {
        int most = 0;
        for (Rung rung : rungs) {
            if (rung.rising) {
                most = Math.max(most, rung.minutes);
            }
        }
        return Math.max(LOOK_MINUTES, most);
    }

    private void pass(long now) {
        if (passes == 0) {
            firstPass = now;
            passes = 1;
        } else if (now - firstPass >= LOOK_MINUTES) {
            passes = LOOKS;
        }
        lastPass = now;
    }

    private boolean isLeaking() {
        return passes >= LOOKS;
    }

    private int collect(Rung rung, long end, boolean reclaimedOnly) {
        double one = settings.unit().one;
        long from = end - (long) rung.minutes * BLOCKS;
        int n = 0;
        for (int b = 0; b < BLOCKS; b++) {
            long begin = Math.max(from + (long) b * rung.minutes, series.firstBucket());
            long stop = from + (long) (b + 1) * rung.minutes;
            double least = Double.MAX_VALUE;
            double loads = 0;
            int minutes = 0;
            for (long m = begin; m < stop; m++) {
                if (series.holds(m, reclaimedOnly)) {
                    double beyond = (series.least(m) - series.explained(m)) / one;
                    if (beyond < least) {
                        least = beyond;
                        ledger[n] = series.explained(m) / one;
                        whole[n] = series.least(m) / one;
                        held.take(n, series, m);
                    }
                    loads += series.load(m);
                    minutes++;
                }
            }
            if (minutes > 0) {
                fit.value[n] = least;
                fit.load[n] = loads / minutes;
                fit.slot[n] = b;
                fit.time[n] = (from + (b + 0.5) * rung.minutes) / 60;
                n++;
            }
        }
        held.explain(fit.value, ledger, whole, n);
        fit.n = n;
        fit.grain = settings.grain();
        fit.fallsAllowed = rung.minutes >= TOOTH_MINUTES;
        return n;
    }

    private void look(Rung rung, long end) {
        boolean reclaimedOnly = series.kind() == TrendSeries.Kind.UPPER_BOUND;
        rung.known = false;
        rung.passed = false;
        rung.rising = false;
        int n = collect(rung, end, reclaimedOnly);
        if (n < (reclaimedOnly ? MIN_RECLAIMED : MIN_BLOCKS)) {
            return;
        }
        rung.known = true;
        fit.fit(true, true);
        rung.slope = fit.slope;
        rung.error = fit.error;
        rung.needed = rung.critical(fit.degrees);
        rung.evidence = fit.evidence;
        rung.curvature = fit.curvature;
        rung.steps = fit.stepsAlone;
        rung.stepped = fit.rise();
        rung.loadUsed = fit.loadUsed;
        double floor = settings.floor();
        rung.ledgerSlope = line(ledger, n);
        rung.wholeSlope = line(whole, n);
        double bar = floor + LEDGER_ERROR * Math.max(0, rung.ledgerSlope);
        rung.rising = rung.slope - rung.needed * rung.error > bar;
        rung.passed = rung.rising && rung.evidence > MIN_EVIDENCE && rung.curvature > SLOWING;
    }

    private double line(double[] of, int n) {
        double top = 0;
        double square = 0;
        for (int i = 0; i < n; i++) {
            top += fit.time[i] * of[i];
            square += fit.time[i] * fit.time[i];
        }
        return square > 0 ? top / square : 0;
    }

    private LeakFinding finding(long limit) {
        Rung best = null;
        for (Rung rung : rungs) {
            if (rung.known && (best == null || rung.detectable(0) < best.detectable(0))) {
                best = rung;
            }
        }
        if (best == null) {
            return unknown();
        }
        Rung rising = rising();
        if (isLeaking() && rising != null) {
            return told(
                    LeakVerdict.LEAKING,
                    rising,
                    limit,
                    "grows by " + slope(rising) + ", beyond load and steps" + ", seen more than once");
        }
        if (rising != null) {
            if (rising.evidence <= MIN_EVIDENCE && rising.steps > 0 && rising.stepped > 0) {
                return told(LeakVerdict.STEPPED, rising, limit, steps(rising));
            }
            String but = rising.curvature <= SLOWING || slowing(rising)
                    ? "it slows down"
                    : rising.evidence <= MIN_EVIDENCE ? "it may be steps" : "it was seen once only";
            return told(LeakVerdict.GROWING, rising, limit, "grows by " + slope(rising) + ", but " + but);
        }
        Rung warming = warming();
        if (warming != null) {
            return told(
                    LeakVerdict.WARMING,
                    warming,
                    limit,
                    format(
                            "grows by %.2f %s/h, of which bounded components hold %.2f; beyond them it is %s",
                            warming.wholeSlope, settings.unit().label, warming.ledgerSlope, slope(warming)));
        }
        Rung loaded = loadDriven();
        if (loaded != null) {
            return told(
                    LeakVerdict.LOAD_DRIVEN,
                    loaded,
                    limit,
                    "grows with the load; at equal load it is " + slope(loaded));
        }
        Rung stepped = stepped();
        if (stepped != null) {
            return told(LeakVerdict.STEPPED, stepped, limit, steps(stepped));
        }
        String spike = spike();
        if (spike != null) {
            return told(LeakVerdict.SPIKE, best, limit, spike);
        }
        return told(LeakVerdict.STABLE, best, limit, "does not grow: " + slope(best));
    }

    private @Nullable Rung rising() {
        Rung most = null;
        for (Rung rung : rungs) {
            // one that passed before any that did not
            if (rung.known
                    && rung.rising
                    && (most == null
                            || (rung.passed && !most.passed)
                            || (rung.passed == most.passed && rung.margin() > most.margin()))) {
                most = rung;
            }
        }
        return most;
    }

    private @Nullable Rung warming() {
        Rung most = null;
        for (Rung rung : rungs) {
            if (rung.known
                    && rung.ledgerSlope > settings.floor()
                    && rung.wholeSlope - rung.needed * rung.error > settings.floor()
                    && (most == null || rung.ledgerSlope > most.ledgerSlope)) {
                most = rung;
            }
        }
        return most;
    }

    private @Nullable Rung loadDriven() {
        for (int r = rungs.length - 1; r >= 0; r--) {
            Rung rung = rungs[r];
            if (rung.known && rung.loadUsed) {
                collect(rung, rung.lookedAt, series.kind() == TrendSeries.Kind.UPPER_BOUND);
                fit.fit(false, true);
                if (fit.slope - rung.critical(fit.degrees) * fit.error > settings.floor()) {
                    return rung;
                }
            }
        }
        return null;
    }

    private @Nullable Rung stepped() {
        Rung most = null;
        for (Rung rung : rungs) {
            if (rung.known && rung.minutes >= TOOTH_MINUTES && rung.steps > 0) {
                if (rung.stepped > 0 && (most == null || rung.stepped > most.stepped)) {
                    most = rung;
                }
            }
        }
        return most;
    }

    /** What is high in the last blocks of the shortest window, null if nothing is. */
    private @Nullable String spike() {
        Rung rung = rungs[2];
        if (!rung.known) {
            return null;
        }
        int n = collect(rung, rung.lookedAt, series.kind() == TrendSeries.Kind.UPPER_BOUND);
        double middle = middle(fit.value, n);
        double high = fit.value[n - 1];
        int blocks = 0;
        for (int i = 0; i < n; i++) {
            whole[i] = Math.abs(fit.value[i] - middle);
        }
        double usual = Math.max(settings.grain(), 1.4826 * middle(whole, n));
        for (int i = n - 1; i >= 0 && fit.value[i] - middle > SPIKE * usual; i--) {
            blocks++;
        }
        // what lasts longer is a step, once there is enough of it
        return blocks == 0 || blocks > SPIKE_BLOCKS
                ? null
                : format(
                        "is %.1f %s above the median of %.1f since %d min",
                        high - middle, settings.unit().label, middle, blocks * rung.minutes);
    }

    private double middle(double[] of, int n) {
        System.arraycopy(of, 0, sorted, 0, n);
        Arrays.sort(sorted, 0, n);
        return sorted[n / 2];
    }

    private LeakFinding unknown() {
        LeakVerdict verdict = LeakVerdict.INSUFFICIENT_DATA;
        String why = format(
                "is not known long enough: %d min since the first sample or the last restart, and %d are needed without"
                        + " large gaps",
                Math.max(0, series.openBucket() - series.firstBucket()), RUNGS[0] * MIN_BLOCKS);
        if (series.kind() == TrendSeries.Kind.UPPER_BOUND) {
            for (Rung rung : rungs) {
                if (rung.lookedAt != Long.MIN_VALUE && collect(rung, rung.lookedAt, false) >= MIN_BLOCKS) {
                    fit.fit(true, true);
                    if (fit.slope - rung.critical(fit.degrees) * fit.error > settings.floor()) {
                        verdict = LeakVerdict.SAWTOOTH_UNKNOWN;
                        why = format(
                                "seems to grow by %.2f %s/h, but too few collections of all the heap were seen to tell what"
                                        + " lives from garbage; ask for one, or confirm",
                                fit.slope, settings.unit().label);
                    }
                }
            }
        }
        return new LeakFinding(
                series.name(),
                verdict,
                0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                0,
                Duration.ZERO,
                Optional.empty(),
                series.name() + " " + why,
                List.of(),
                List.of());
    }

    private LeakFinding told(LeakVerdict verdict, Rung rung, long limit, String what) {
        double one = settings.unit().one;
        double half = rung.needed * rung.error;
        Optional<Duration> toLimit = Optional.empty();
        String end = "";
        if (limit > 0 && rung.slope > 0 && (verdict == LeakVerdict.LEAKING || verdict == LeakVerdict.GROWING)) {
            double seconds = Math.max(0, limit - series.latest()) / one / rung.slope * 3600;
            toLimit = Optional.of(Duration.ofSeconds((long) seconds));
            end = format(
                    "; the limit of %.0f %s is reached in %.1f h", limit / one, settings.unit().label, seconds / 3600);
        }
        return new LeakFinding(
                series.name(),
                verdict,
                rung.slope * one,
                (rung.slope - half) * one,
                (rung.slope + half) * one,
                rung.detectable(settings.floor()) * one,
                1 - rung.alpha,
                Duration.ofMinutes((long) rung.minutes * BLOCKS),
                toLimit,
                series.name() + " " + what + end,
                List.of(),
                List.of());
    }

    private String slope(Rung rung) {
        double half = rung.needed * rung.error;
        return format(
                "%.2f %s/h (%.2f to %.2f) over %.1f h, where %.2f would be found nine times of ten",
                rung.slope,
                settings.unit().label,
                rung.slope - half,
                rung.slope + half,
                rung.minutes * BLOCKS / 60.0,
                rung.detectable(settings.floor()));
    }

    private String steps(Rung rung) {
        return format(
                "rose by %.1f %s in %d step(s) within %.1f h, which tell as much as a line does",
                rung.stepped, settings.unit().label, rung.steps, rung.minutes * BLOCKS / 60.0);
    }

    private static String format(String text, Object... with) {
        return String.format(Locale.ROOT, text, with);
    }
}
