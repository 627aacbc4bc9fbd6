package dev.lifecycle.impl.memory.trend;

import java.util.Objects;

/**
 * What growth matters, and how often a healthy day may be called a leak.
 *
 * @param unit what the values count
 * @param targetPerHour the growth that must be found, in bytes or pieces an hour; a fifth of it does not matter
 * @param falseAlarmsPerDay the probability of an alarm in 24 h without growth that is shared among all looks
 */
public record TrendSettings(Unit unit, double targetPerHour, double falseAlarmsPerDay) {
    /** What the values count. */
    public enum Unit {
        /** Bytes, told in MB. */
        BYTES(1024 * 1024, "MB", 0.002),
        /** Pieces: threads, descriptors, entries. */
        PIECES(1, "", 0.3);

        final double one;
        final String label;
        /** The noise of exact readings is at least that. */
        final double exactGrain;

        Unit(double one, String label, double exactGrain) {
            this.one = one;
            this.label = label;
            this.exactGrain = exactGrain;
        }
    }

    /** Checks the figures. */
    public TrendSettings {
        Objects.requireNonNull(unit, "unit");
        if (!(targetPerHour > 0 && targetPerHour < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("targetPerHour is " + targetPerHour + "; it must be above 0 and finite");
        }
        if (!(falseAlarmsPerDay >= 1e-6 && falseAlarmsPerDay <= 0.1)) {
            throw new IllegalArgumentException(
                    "falseAlarmsPerDay is " + falseAlarmsPerDay + "; it must be from 1e-6 to 0.1");
        }
    }

    /** 5 MB an hour. */
    public static TrendSettings bytes() {
        return new TrendSettings(Unit.BYTES, 5.0 * 1024 * 1024, 0.01);
    }

    /** 5 pieces an hour. */
    public static TrendSettings pieces() {
        return new TrendSettings(Unit.PIECES, 5, 0.01);
    }

    /** Below this, growth does not matter; in the unit an hour. */
    double floor() {
        return 0.2 * targetPerHour / unit.one;
    }

    /** What the noise is at least. */
    double grain() {
        return unit == Unit.BYTES ? 0.01 * targetPerHour / unit.one : 0.3;
    }
}
