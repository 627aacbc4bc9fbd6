package dev.lifecycle.memory;

import java.util.Locale;

/** How figures are written in the tables of this package. */
final class Tables {
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};

    private Tables() {}

    static void checkTop(int top) {
        if (top < 1) {
            throw new IllegalArgumentException("top is " + top + "; it must be at least 1. 30 rows fill a screen");
        }
    }

    /** Bytes with a sign, in units of 1024. */
    static String signed(double bytes) {
        if (Double.isNaN(bytes)) {
            return "-";
        }
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%+.0f %s" : "%+.1f %s", value, UNITS[unit]);
    }
}
