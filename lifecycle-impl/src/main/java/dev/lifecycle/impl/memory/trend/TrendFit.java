package dev.lifecycle.impl.memory.trend;

import java.util.Arrays;

/**
 * Fits level, load, steps and a line to blocks of a series whose noise is autocorrelated.
 *
 * <p>Generalised least squares with AR(1) noise. Its coefficient comes from the residuals, corrected for its bias in short
 * series (Marriott and Pope, Kendall, both 1954); the transformation is that of Prais and Winsten (1954), for blocks some
 * of which are missing. Steps are added one by one, as long as one explains more than its penalty: once beside the line,
 * once without it. What is explained with the line and not without it is the evidence for a trend, in units of the
 * variance of the noise.
 *
 * <p>Holds its scratch space, so a fit allocates nothing, and is for one thread.
 */
final class TrendFit {
    static final int MAX_BLOCKS = 64;
    /** What a step must explain, in variances of the noise, to count as one. */
    static final double STEP_PENALTY = 12;

    static final int MAX_STEPS = 2;
    private static final int MAX_COLUMNS = 8;
    private static final double MAX_PHI = 0.95;
    private static final double LOAD_RANGE = 0.1; // of its mean: less than this is not a load curve
    private static final double FLAT = 1e-9;

    // What to fit, set by the caller.

    int n;
    /** Hours; {@link #fit} shifts them to a mean of zero. */
    final double[] time = new double[MAX_BLOCKS];
    /** The number of the block, which tells what is missing. */
    final int[] slot = new int[MAX_BLOCKS];

    final double[] value = new double[MAX_BLOCKS];
    final double[] load = new double[MAX_BLOCKS];
    /** The noise is at least this. */
    double grain;
    /**
     * Whether a step beside the line may go down. Not for blocks shorter than the time between two reclaims: a tooth of a
     * saw is a line that steps down.
     */
    boolean fallsAllowed;
    /** Whether there may be steps beside the line at all; without, they are noise. */
    boolean stepsAllowed = true;
    /** How many of its standard errors are added to the coefficient of the noise. */
    double caution;

    // What was found.

    double slope;
    double error;
    double phi;
    double sigma;
    double degrees;
    double evidence;
    /** The t statistic of a parabola beside all else: negative where growth slows down. */
    double curvature;

    boolean loadUsed;
    /** Steps beside the line. */
    int steps;
    /** Steps where there is no line. */
    int stepsAlone;

    final int[] stepAloneAt = new int[MAX_STEPS + 1];

    private final int[] stepAt = new int[MAX_STEPS];
    private final double[][] loads = new double[2][MAX_BLOCKS];
    private final double[][] q = new double[MAX_COLUMNS][MAX_BLOCKS];
    private final double[] residual = new double[MAX_BLOCKS];
    private final double[] before = new double[MAX_BLOCKS];
    private final double[] column = new double[MAX_BLOCKS];
    private final double[] plain = new double[MAX_BLOCKS];
    private final double[] decay = new double[MAX_BLOCKS];
    private final double[] scale = new double[MAX_BLOCKS];
    private final double[] inUnit = new double[MAX_COLUMNS];
    private int columns;

    /** Fits; with {@code quick}, steps are looked for only where the line or a single block stands out. */
    void fit(boolean withLoad, boolean quick) {
        centre();
        loadUsed = withLoad && loadVaries();
        steps = 0;
        stepsAlone = 0;
        evidence = 0;
        curvature = 0;
        whitening(0);
        basis();
        push(time);
        phi = autocorrelation();
        whitening(phi);
        basis();
        double alone = sumOfSquares();
        line();
        if (quick && Math.abs(slope) < 2.5 * error && largest() < 4 * sigma) {
            return;
        }
        search(alone);
        if (steps > 0) {
            // the steps were in the residuals that gave phi
            double former = phi;
            whitening(0);
            basis();
            push(time);
            pushSteps();
            phi = Math.min(former, autocorrelation());
            whitening(phi);
            basis();
            search(sumOfSquares());
        }
    }

    /** The slope and its error beside the columns so far. */
    private void line() {
        prepare(time);
        double square = dot(column, column);
        if (square < FLAT) {
            slope = 0;
            error = Double.POSITIVE_INFINITY;
            return;
        }
        slope = dot(residual, column) / square;
        int others = columns;
        pushColumn();
        sigma = noise(others + 1 + steps);
        error = sigma / Math.sqrt(square);
        degrees = Math.max(1, n * (1 - phi) / (1 + phi) - others - 1 - steps);
    }

    private void search(double alone) {
        basis();
        push(time);
        double best = sumOfSquares();
        steps = 0;
        while (stepsAllowed && steps < MAX_STEPS) {
            int at = bestStep(fallsAllowed);
            if (at < 0) {
                break;
            }
            step(at);
            System.arraycopy(residual, 0, before, 0, n);
            pushColumn();
            double now = sumOfSquares();
            double noise = noise(columns + steps + 1);
            if (best - now < STEP_PENALTY * noise * noise) {
                columns--;
                System.arraycopy(before, 0, residual, 0, n);
                break;
            }
            best = now;
            stepAt[steps++] = at;
        }
        basis();
        pushSteps();
        line();
        double variance = sigma * sigma;
        for (int i = 0; i < n; i++) {
            plain[i] = time[i] * time[i];
        }
        prepare(plain);
        double square = dot(column, column);
        curvature = square < FLAT ? 0 : dot(residual, column) / Math.sqrt(square) / sigma;
        double withLine = best + STEP_PENALTY * variance * steps;
        double without = alone;
        basis();
        stepsAlone = 0;
        for (int s = 1; s <= MAX_STEPS + 1; s++) {
            int at = bestStep(true);
            if (at < 0) {
                break;
            }
            stepAloneAt[s - 1] = at;
            step(at);
            pushColumn();
            double penalised = sumOfSquares() + STEP_PENALTY * variance * s;
            if (penalised < without) {
                without = penalised;
                stepsAlone = s;
            }
        }
        evidence = (without - withLine) / variance;
    }

    private void centre() {
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += time[i] / n;
        }
        for (int i = 0; i < n; i++) {
            time[i] -= mean;
        }
    }

    private boolean loadVaries() {
        double low = load[0];
        double high = load[0];
        double mean = 0;
        for (int i = 0; i < n; i++) {
            low = Math.min(low, load[i]);
            high = Math.max(high, load[i]);
            mean += load[i] / n;
        }
        if (high - low <= LOAD_RANGE * mean) {
            return false;
        }
        for (int i = 0; i < n; i++) {
            double l = (load[i] - low) / (high - low) - 0.5;
            loads[0][i] = l;
            loads[1][i] = l * l;
        }
        return true;
    }

    private void whitening(double by) {
        double one = Math.sqrt(1 - by * by);
        for (int i = 0; i < n; i++) {
            int gap = i == 0 ? 0 : slot[i] - slot[i - 1];
            decay[i] = i == 0 || by == 0 ? 0 : gap == 1 ? by : Math.pow(by, gap);
            scale[i] = i == 0 ? one : gap == 1 ? 1 : one / Math.sqrt(1 - decay[i] * decay[i]);
        }
    }

    private void whiten(double[] from, double[] to) {
        double last = 0;
        for (int i = 0; i < n; i++) {
            to[i] = (from[i] - decay[i] * last) * scale[i];
            last = from[i];
        }
    }

    /** Starts anew: a level, and the load. */
    private void basis() {
        columns = 0;
        whiten(value, residual);
        Arrays.fill(plain, 0, n, 1);
        push(plain);
        if (loadUsed) {
            push(loads[0]);
            push(loads[1]);
        }
    }

    private void pushSteps() {
        for (int s = 0; s < steps; s++) {
            step(stepAt[s]);
            pushColumn();
        }
    }

    private void push(double[] raw) {
        prepare(raw);
        pushColumn();
    }

    private void prepare(double[] raw) {
        whiten(raw, column);
        orthogonal(0);
    }

    private void step(int at) {
        Arrays.fill(column, 0, at, 0);
        column[at] = scale[at];
        for (int i = at + 1; i < n; i++) {
            column[i] = (1 - decay[i]) * scale[i];
        }
        orthogonal(at);
    }

    /** Gram and Schmidt; the column is zero before {@code from}. */
    private void orthogonal(int from) {
        for (int c = 0; c < columns; c++) {
            double[] unit = q[c];
            double by = 0;
            for (int i = from; i < n; i++) {
                by += unit[i] * column[i];
            }
            for (int i = 0; i < n; i++) {
                column[i] -= by * unit[i];
            }
        }
    }

    private void pushColumn() {
        double[] unit = q[columns++];
        double norm = Math.sqrt(dot(column, column));
        if (norm < FLAT) {
            Arrays.fill(unit, 0, n, 0); // says nothing new
            return;
        }
        for (int i = 0; i < n; i++) {
            unit[i] = column[i] / norm;
        }
        double by = dot(unit, residual);
        for (int i = 0; i < n; i++) {
            residual[i] -= by * unit[i];
        }
    }

    /** The step that explains most of what is left, -1 if there is none: O(n) for each column, by sums from the end. */
    private int bestStep(boolean falls) {
        int best = -1;
        double most = 0;
        double along = 0;
        double square = 0;
        Arrays.fill(inUnit, 0, columns, 0);
        for (int at = n - 1; at > 0; at--) {
            double after = (1 - decay[at]) * scale[at];
            double jump = scale[at];
            double left = square + jump * jump;
            double total = left;
            for (int c = 0; c < columns; c++) {
                double by = inUnit[c] + jump * q[c][at];
                left -= by * by;
                inUnit[c] += after * q[c][at];
            }
            double by = along + jump * residual[at];
            along += after * residual[at];
            square += after * after;
            if (left > 1e-6 * total && by * by > most * left && (falls || by > 0)) {
                most = by * by / left;
                best = at;
            }
        }
        return best;
    }

    private double noise(int parameters) {
        double variance = sumOfSquares() / Math.max(1, n - parameters);
        return Math.sqrt(variance + grain * grain);
    }

    /** By how much the mean after the last step, without a line, is above that before the first. */
    double rise() {
        if (stepsAlone == 0) {
            return 0;
        }
        int first = n;
        int last = 0;
        for (int s = 0; s < stepsAlone; s++) {
            first = Math.min(first, stepAloneAt[s]);
            last = Math.max(last, stepAloneAt[s]);
        }
        return mean(last, n) - mean(0, first);
    }

    private double mean(int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += value[i];
        }
        return sum / (to - from);
    }

    private double sumOfSquares() {
        return dot(residual, residual);
    }

    private double largest() {
        double most = 0;
        for (int i = 0; i < n; i++) {
            most = Math.max(most, Math.abs(residual[i]));
        }
        return most;
    }

    private double autocorrelation() {
        double products = 0;
        int pairs = 0;
        for (int i = 1; i < n; i++) {
            if (slot[i] - slot[i - 1] == 1) {
                products += residual[i] * residual[i - 1];
                pairs++;
            }
        }
        double squares = sumOfSquares();
        if (pairs < 4 || squares < FLAT) {
            return 0;
        }
        double r = products / squares * n / (pairs + 1);
        double corrected = (r + (double) columns / n) / (1 - (columns + 2.0) / n);
        double careful = corrected + caution * Math.sqrt(Math.max(0, 1 - corrected * corrected) / n);
        return Math.max(0, Math.min(MAX_PHI, careful));
    }

    private double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
