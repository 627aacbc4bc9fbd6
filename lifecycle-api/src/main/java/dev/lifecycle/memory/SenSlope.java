package dev.lifecycle.memory;

import java.util.Arrays;

/** The estimate and the interval that {@link ClassGrowth} speaks of, for one number of points; not thread-safe, since it keeps a workspace. */
final class SenSlope {
    private static final double TAIL = 0.025;

    private final double[] x;
    private final double[] slopes;
    /** How many of the slopes are outside of the interval, at each end; -1 if no interval has the confidence. */
    private final int outside;

    /** For points at {@code x}, which rises. */
    SenSlope(double[] x) {
        this.x = x;
        this.slopes = new double[x.length * (x.length - 1) / 2];
        this.outside = outside(x.length);
    }

    /** Takes the values at all x; then the accessors tell of them. */
    void fit(long[] y) {
        int next = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = i + 1; j < x.length; j++) {
                slopes[next++] = ((double) y[j] - y[i]) / (x[j] - x[i]);
            }
        }
        Arrays.sort(slopes);
    }

    double median() {
        int half = slopes.length / 2;
        return slopes.length % 2 == 1 ? slopes[half] : (slopes[half - 1] + slopes[half]) / 2;
    }

    double low() {
        return outside < 0 ? Double.NEGATIVE_INFINITY : slopes[outside];
    }

    double high() {
        return outside < 0 ? Double.POSITIVE_INFINITY : slopes[slopes.length - 1 - outside];
    }

    /**
     * The largest v such that a random order of n values has at most v inversions with a probability of at most {@link #TAIL}: of
     * N slopes those ranked v + 1 and N - v, from 1, are the ends of the interval (Hollander and Wolfe, "Nonparametric Statistical Methods", section 9.3).
     */
    static int outside(int n) {
        double[] probability = {1}; // of so many inversions among the first k values
        for (int k = 2; k <= n; k++) {
            double[] more = new double[probability.length + k - 1];
            for (int inversions = 0; inversions < probability.length; inversions++) {
                for (int added = 0; added < k; added++) {
                    more[inversions + added] += probability[inversions] / k;
                }
            }
            probability = more;
        }
        double sum = 0;
        int v = -1;
        for (double each : probability) {
            sum += each;
            if (sum > TAIL) {
                break;
            }
            v++;
        }
        return v;
    }
}
