package dev.lifecycle.impl.memory.trend;

/** Quantiles of Student's distribution, far into its tail. */
final class StudentT {
    private StudentT() {}

    /** What is exceeded with this probability, one-sided, of less than a half. */
    static double upper(double probability, double degrees) {
        // Newton's method on the logarithms, which are nearly a line far out: some six steps
        double scale = logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - 0.5 * Math.log(degrees * Math.PI);
        double t = 2;
        for (int i = 0; i < 50; i++) {
            double tail = tail(t, degrees);
            double density = Math.exp(scale - (degrees + 1) / 2 * Math.log1p(t * t / degrees));
            double by = Math.log(tail / probability) * tail / (density * t);
            t *= Math.exp(Math.max(-2, Math.min(2, by)));
            if (Math.abs(by) < 1e-10) {
                break;
            }
        }
        return t;
    }

    /** The probability to exceed {@code t}, which is not negative. */
    static double tail(double t, double degrees) {
        return 0.5 * incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t));
    }

    /** The regularised incomplete beta function: the fraction of Lentz (1976), as of Abramowitz and Stegun 26.5.8. */
    static double incompleteBeta(double a, double b, double x) {
        if (x <= 0) {
            return 0;
        }
        if (x >= 1) {
            return 1;
        }
        if (x > (a + 1) / (a + b + 2)) {
            return 1 - incompleteBeta(b, a, 1 - x);
        }
        double front =
                Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a;
        double tiny = 1e-300;
        double c = 1;
        double d = 1 / guard(1 - (a + b) * x / (a + 1), tiny);
        double f = d;
        for (int m = 1; m < 500; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / guard(1 + even * d, tiny);
            c = guard(1 + even / c, tiny);
            f *= c * d;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / guard(1 + odd * d, tiny);
            c = guard(1 + odd / c, tiny);
            f *= c * d;
            if (Math.abs(c * d - 1) < 1e-14) {
                break;
            }
        }
        return front * f;
    }

    private static double guard(double value, double tiny) {
        return Math.abs(value) < tiny ? tiny : value;
    }

    /** Stirling's series, after shifting the argument above 10. */
    static double logGamma(double x) {
        double shift = 0;
        double z = x;
        while (z < 10) {
            shift -= Math.log(z);
            z++;
        }
        double r = 1 / (z * z);
        double series = (1 / 12.0 - r * (1 / 360.0 - r * (1 / 1260.0 - r / 1680.0))) / z;
        return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
    }
}
