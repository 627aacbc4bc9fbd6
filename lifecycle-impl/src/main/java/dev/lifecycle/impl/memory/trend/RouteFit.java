package dev.lifecycle.impl.memory.trend;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the requests of each route keep alive: a fit, by weights that are not negative, of the live heap to how many requests of each route there were until then.
 *
 * <p>What is left over of one moment is like that of the next, since sessions come and go: so each moment but the first is taken less a share of the one before (Cochrane and Orcutt,
 * "Application of least squares regression to relationships containing auto-correlated error terms", 1949). The intervals are those of the fit without bounds, so they are too wide rather
 * than too narrow.
 */
public final class RouteFit {
    private static final double MOST_ALIKE = 0.95;
    private static final double SINGULAR = 1e-7; // of a diagonal of one
    private static final double ONE_SIDE = 0.0005;
    private static final int SPARE = 8; // moments more than routes
    private static final int SWEEPS = 400;

    private RouteFit() {}

    /**
     * What came out.
     *
     * @param weight bytes for each request of each route
     * @param error the standard error of each; infinite if it cannot be told from the others
     * @param quantile how many of these make an interval of 99.9 %
     */
    public record Result(double[] weight, double[] error, double quantile) {}

    /**
     * Fits.
     *
     * @param live the live heap, in bytes, by moment
     * @param counts how many requests there were, by moment and route
     * @return null where there are too few moments for so many routes
     */
    public static @Nullable Result fit(double[] live, double[][] counts) {
        int routes = counts.length == 0 ? 0 : counts[0].length;
        if (routes == 0 || live.length < routes + SPARE) {
            return null;
        }
        double[] rough = new Fit(live, counts).weight;
        double alike = alike(live, counts, rough);
        double[] y = new double[live.length - 1];
        double[][] x = new double[live.length - 1][routes];
        for (int i = 0; i < y.length; i++) {
            y[i] = live[i + 1] - alike * live[i];
            for (int j = 0; j < routes; j++) {
                x[i][j] = counts[i + 1][j] - alike * counts[i][j];
            }
        }
        Fit fine = new Fit(y, x);
        double degrees = Math.max(1, y.length - routes - 2);
        return new Result(fine.weight, fine.errors(degrees), StudentT.upper(ONE_SIDE, degrees));
    }

    /** How alike two moments are that follow each other. */
    private static double alike(double[] live, double[][] counts, double[] weight) {
        double mean = 0;
        double[] rest = new double[live.length];
        for (int i = 0; i < live.length; i++) {
            rest[i] = live[i];
            for (int j = 0; j < weight.length; j++) {
                rest[i] -= weight[j] * counts[i][j];
            }
            mean += rest[i] / live.length;
        }
        double along = 0;
        double square = 0;
        for (int i = 0; i < rest.length; i++) {
            double one = rest[i] - mean;
            square += one * one;
            along += i == 0 ? 0 : one * (rest[i - 1] - mean);
        }
        return square == 0 ? 0 : Math.max(0, Math.min(MOST_ALIKE, along / square));
    }

    private static final class Fit {
        final double[] weight;
        private final double[][] gram; // of the columns, each of length one
        private final double[] scale; // what they were
        private final double rest; // the squares that are left over

        Fit(double[] y, double[][] x) {
            int n = y.length;
            int routes = x[0].length;
            double[][] columns = new double[routes][n];
            scale = new double[routes];
            for (int j = 0; j < routes; j++) {
                for (int i = 0; i < n; i++) {
                    columns[j][i] = x[i][j];
                }
                scale[j] = Math.sqrt(centre(columns[j]));
                for (int i = 0; i < n && scale[j] > 0; i++) {
                    columns[j][i] /= scale[j];
                }
            }
            double[] goal = y.clone();
            double whole = centre(goal);
            gram = new double[routes][routes];
            double[] along = new double[routes];
            for (int j = 0; j < routes; j++) {
                for (int k = 0; k <= j; k++) {
                    gram[j][k] = dot(columns[j], columns[k]);
                    gram[k][j] = gram[j][k];
                }
                along[j] = dot(columns[j], goal);
            }
            weight = descend(along);
            double left = whole;
            for (int j = 0; j < routes; j++) {
                left -= weight[j] * (2 * along[j] - dot(gram[j], weight));
            }
            rest = Math.max(0, left);
            for (int j = 0; j < routes; j++) {
                weight[j] = scale[j] > 0 ? weight[j] / scale[j] : 0;
            }
        }

        /** The best weights, one after the other, from nothing. */
        private double[] descend(double[] along) {
            double[] best = new double[along.length];
            for (int sweep = 0; sweep < SWEEPS; sweep++) {
                double moved = 0;
                double most = 0;
                for (int j = 0; j < best.length; j++) {
                    if (gram[j][j] > 0) {
                        double before = best[j];
                        best[j] = Math.max(0, before + (along[j] - dot(gram[j], best)) / gram[j][j]);
                        moved = Math.max(moved, Math.abs(best[j] - before));
                        most = Math.max(most, best[j]);
                    }
                }
                if (moved <= 1e-6 * most) {
                    break;
                }
            }
            return best;
        }

        /** Standard errors, from the inverse of the Gram matrix: what another column explains as well makes them large. */
        double[] errors(double degrees) {
            int routes = weight.length;
            double variance = rest / degrees;
            double[] errors = new double[routes];
            Arrays.fill(errors, Double.POSITIVE_INFINITY);
            double[][] lower = cholesky();
            for (int j = 0; j < routes; j++) {
                double sum = 0;
                double[] solved = new double[routes]; // lower * solved = unit vector of j
                for (int i = j; i < routes && lower[i][i] > 0; i++) {
                    double value = i == j ? 1 : 0;
                    for (int k = j; k < i; k++) {
                        value -= lower[i][k] * solved[k];
                    }
                    solved[i] = value / lower[i][i];
                    sum += solved[i] * solved[i];
                }
                if (scale[j] > 0 && lower[routes - 1][routes - 1] > 0) {
                    errors[j] = Math.sqrt(variance * sum) / scale[j];
                }
            }
            return errors;
        }

        /** The lower factor; with zeros at the end where columns are the same but for rounding. */
        private double[][] cholesky() {
            int routes = weight.length;
            double[][] lower = new double[routes][routes];
            for (int i = 0; i < routes; i++) {
                for (int j = 0; j <= i; j++) {
                    double value = gram[i][j];
                    for (int k = 0; k < j; k++) {
                        value -= lower[i][k] * lower[j][k];
                    }
                    if (i != j) {
                        lower[i][j] = value / lower[j][j];
                    } else if (value > SINGULAR) {
                        lower[i][i] = Math.sqrt(value);
                    } else {
                        lower[routes - 1][routes - 1] = 0;
                        return lower;
                    }
                }
            }
            return lower;
        }

        private static double centre(double[] values) {
            double mean = 0;
            for (double each : values) {
                mean += each / values.length;
            }
            double square = 0;
            for (int i = 0; i < values.length; i++) {
                values[i] -= mean;
                square += values[i] * values[i];
            }
            return square;
        }

        private static double dot(double[] a, double[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += a[i] * b[i];
            }
            return sum;
        }
    }
}
