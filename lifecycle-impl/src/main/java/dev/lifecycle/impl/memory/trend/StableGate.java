package dev.lifecycle.impl.memory.trend;

import java.util.Locale;
import java.util.Objects;

/**
 * Tells from a few minutes of exact readings whether a service is stable: the totals of live histograms, whose noise is some
 * ten kilobytes where that of a collection is megabytes.
 *
 * <p>FAIL where growth that matters is certain, PASS where the growth to be found is excluded, both one time in a thousand
 * wrongly; else INCONCLUSIVE, which is what correlated noise of sessions makes it. Readings of a service that is still
 * settling are left out from the front: four of ten, where the rest tells much more without them.
 */
public final class StableGate {
    /** How it ended. */
    public enum Outcome {
        PASS,
        FAIL,
        INCONCLUSIVE
    }

    /**
     * What was found; slopes are in bytes, or pieces, an hour.
     *
     * @param outcome how it ended
     * @param perHour the slope
     * @param low the lower end of its interval of 99.8 %
     * @param high its upper end
     * @param detectable the slope that would have failed nine times of ten
     * @param used how many readings counted
     * @param settled how many were left out from the front
     * @param explanation one sentence with the figures
     */
    public record Result(
            Outcome outcome,
            double perHour,
            double low,
            double high,
            double detectable,
            int used,
            int settled,
            String explanation) {}

    private static final int LEAST = 12;
    private static final double ALPHA = 0.001;
    private static final double UNSETTLED = -3.5; // t of the parabola
    private static final double SETTLING = 0.3; // so much narrower the interval must be without the front
    private static final double CAUTION = 1.5; // errors of the autocorrelation, which few readings tell badly
    private static final double MIN_DEGREES = 5;
    private static final double NOT_GROWTH = 0.05; // of the target
    private static final double MIN_EVIDENCE = 10; // variances of the noise

    private StableGate() {}

    /**
     * Judges readings.
     *
     * @param seconds when each was taken, rising
     * @param bytes what it was
     * @param targetPerHour the growth that must be found, in bytes an hour; a twentieth of it does not matter
     * @throws IllegalArgumentException if the arrays differ in length, times do not rise, or the target is not above 0
     */
    public static Result judge(double[] seconds, long[] bytes, double targetPerHour) {
        return judge(seconds, bytes, targetPerHour, TrendSettings.Unit.BYTES);
    }

    /** The same for what is counted in another unit; the result is in it, an hour. */
    public static Result judge(double[] seconds, long[] bytes, double targetPerHour, TrendSettings.Unit unit) {
        Objects.requireNonNull(seconds, "seconds");
        Objects.requireNonNull(bytes, "bytes");
        if (seconds.length != bytes.length) {
            throw new IllegalArgumentException(
                    seconds.length + " times for " + bytes.length + " readings; there must be one for each");
        }
        if (!(targetPerHour > 0 && targetPerHour < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("targetPerHour is " + targetPerHour + "; it must be above 0 and finite");
        }
        for (int i = 1; i < seconds.length; i++) {
            if (!(seconds[i] > seconds[i - 1])) {
                throw new IllegalArgumentException(
                        "reading " + i + " is of second " + seconds[i] + ", that before it of " + seconds[i - 1]);
            }
        }
        int n = seconds.length;
        if (n < LEAST) {
            return inconclusive(n, 0, String.format(Locale.ROOT, "%d readings are too few: take %d or more", n, LEAST));
        }
        TrendFit fit = new TrendFit();
        int from = 0;
        double narrowest = width(fit, seconds, bytes, 0, unit);
        int later = n * 4 / 10;
        if (n - later >= LEAST && width(fit, seconds, bytes, later, unit) < SETTLING * narrowest) {
            // readings of a settled service are worth keeping: without them the interval is twice as wide
            from = later;
        }
        width(fit, seconds, bytes, from, unit);
        return judge(fit, n - from, from, targetPerHour, unit);
    }

    private static double width(TrendFit fit, double[] seconds, long[] bytes, int from, TrendSettings.Unit unit) {
        load(fit, seconds, bytes, from, unit);
        fit.fit(false, false);
        return StudentT.upper(ALPHA, degrees(fit)) * fit.error;
    }

    private static double degrees(TrendFit fit) {
        return Math.max(MIN_DEGREES, fit.degrees);
    }

    /** At most as many means as a fit takes. */
    private static void load(TrendFit fit, double[] seconds, long[] bytes, int from, TrendSettings.Unit unit) {
        int n = seconds.length - from;
        int points = Math.min(n, TrendFit.MAX_BLOCKS);
        for (int p = 0; p < points; p++) {
            int begin = from + (int) ((long) n * p / points);
            int end = from + (int) ((long) n * (p + 1) / points);
            double time = 0;
            double value = 0;
            for (int i = begin; i < end; i++) {
                time += seconds[i] / 3600 / (end - begin);
                value += (bytes[i] - bytes[from]) / unit.one / (end - begin);
            }
            fit.time[p] = time;
            fit.value[p] = value;
            fit.slot[p] = p;
        }
        fit.n = points;
        fit.grain = unit.exactGrain;
        fit.stepsAllowed = false;
        fit.caution = CAUTION;
    }

    private static Result judge(TrendFit fit, int used, int settled, double targetPerHour, TrendSettings.Unit unit) {
        double target = targetPerHour / unit.one;
        double floor = NOT_GROWTH * target;
        double certain = StudentT.upper(ALPHA, degrees(fit));
        double low = fit.slope - certain * fit.error;
        double high = fit.slope + certain * fit.error;
        double detectable = floor + (certain + StudentT.upper(0.1, degrees(fit))) * fit.error;
        Outcome outcome = Outcome.INCONCLUSIVE;
        String why;
        if (fit.curvature < UNSETTLED) {
            why = "it was still settling to the end: wait, and measure again";
        } else if (low > floor && fit.evidence > MIN_EVIDENCE) {
            outcome = Outcome.FAIL;
            why = "it grows";
        } else if (low > floor) {
            why = "it rose, but in a step as likely as steadily: measure again";
        } else if (high < target) {
            outcome = Outcome.PASS;
            why = "growth of the target is excluded";
        } else {
            why = "the noise is too large or too slow for so short a time: measure longer, or without load";
        }
        String explanation = String.format(
                Locale.ROOT,
                "%s: %.2f %s/h (%.2f to %.2f) from %d readings after %d of settling, target %.2f, detectable %.2f; %s",
                outcome,
                fit.slope,
                unit.label,
                low,
                high,
                used,
                settled,
                target,
                detectable,
                why);
        double one = unit.one;
        return new Result(
                outcome, fit.slope * one, low * one, high * one, detectable * one, used, settled, explanation);
    }

    private static Result inconclusive(int used, int settled, String why) {
        return new Result(
                Outcome.INCONCLUSIVE,
                0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                used,
                settled,
                Outcome.INCONCLUSIVE + ": " + why);
    }
}
