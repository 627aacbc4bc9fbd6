package dev.lifecycle.impl.memory;

import dev.lifecycle.Pressure;

/** Which level holds: entered at once, left a while after the use fell some way below. Not thread-safe. */
final class Levels {
    /*
     *   I1  level >= the highest level that is entered at the last fraction.
     *   I2  while `leaving`, `candidate` is the highest level that any fraction since `leftAt` would keep, and it is below `level`.
     */
    private static final Pressure[] ALL = Pressure.values();

    private final double[] entries; // of TRIM, CLEANUP and EMERGENCY
    private final double hysteresis;
    private final long holdNanos;
    private int level; // index in ALL
    private boolean leaving;
    private int candidate;
    private long leftAt;

    Levels(double trim, double cleanup, double emergency, double hysteresis, long holdNanos) {
        entries = new double[] {trim, cleanup, emergency};
        this.hysteresis = hysteresis;
        this.holdNanos = holdNanos;
    }

    Pressure level() {
        return ALL[level];
    }

    /** Takes note of how full it is now; returns the level that holds. */
    Pressure update(double fraction, long now) {
        int entered = highest(fraction, 0);
        if (entered > level) {
            level = entered;
            leaving = false;
            return ALL[level];
        }
        int kept = Math.min(level, highest(fraction, hysteresis));
        if (kept == level) {
            leaving = false;
            return ALL[level];
        }
        if (!leaving) {
            leaving = true;
            candidate = kept;
            leftAt = now;
        }
        candidate = Math.max(candidate, kept);
        if (now - leftAt >= holdNanos) {
            level = candidate;
            leaving = false;
        }
        return ALL[level];
    }

    private int highest(double fraction, double below) {
        int highest = 0;
        while (highest < entries.length && fraction >= entries[highest] - below) {
            highest++;
        }
        return highest;
    }

    boolean invariantsHold(double last) {
        return level >= highest(last, 0) && (!leaving || candidate < level);
    }
}
