package dev.lifecycle.impl.memory.trend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;

/** Counts of trials against the odds they should have: exact binomial tails. */
final class Odds {
    /** A goal that is met fails such a test so rarely. */
    private static final double WRONGLY = 1e-3;

    private Odds() {}

    /** How many days: {@code -Dlifecycle.tests.trend=2000} for a night, 200 else. */
    static int days() {
        int days = Integer.getInteger("lifecycle.tests.trend", 200);
        if (days < 200) {
            throw new IllegalArgumentException("lifecycle.tests.trend is " + days + "; it must be at least 200");
        }
        return days;
    }

    /** Fails where so many would be seen one time in a thousand at most, if the odds were as said. */
    static void atMost(double odds, int seen, int of, String what) {
        String told = told(seen, of, what);
        System.out.println(told);
        assertTrue(upper(odds, seen, of) > WRONGLY, told + ", more than " + odds + " allows");
    }

    static void atLeast(double odds, int seen, int of, String what) {
        String told = told(seen, of, what);
        System.out.println(told);
        assertTrue(upper(1 - odds, of - seen, of) > WRONGLY, told + ", less than " + odds + " allows");
    }

    private static String told(int seen, int of, String what) {
        return String.format(
                Locale.ROOT,
                "%s: %d of %d, %.4f, 95 %% interval %.4f to %.4f",
                what,
                seen,
                of,
                (double) seen / of,
                bound(seen, of, false),
                bound(seen, of, true));
    }

    /** The probability of at least {@code seen} of {@code of}. */
    static double upper(double p, int seen, int of) {
        return seen <= 0 ? 1 : seen > of ? 0 : StudentT.incompleteBeta(seen, of - seen + 1.0, p);
    }

    /** Clopper and Pearson (1934). */
    private static double bound(int seen, int of, boolean above) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 50; i++) {
            double p = (low + high) / 2;
            double tail = above ? 1 - upper(p, seen + 1, of) : upper(p, seen, of);
            if (above == tail > 0.025) {
                low = p;
            } else {
                high = p;
            }
        }
        return (low + high) / 2;
    }
}
