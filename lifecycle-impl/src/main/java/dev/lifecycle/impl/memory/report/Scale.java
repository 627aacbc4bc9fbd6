package dev.lifecycle.impl.memory.report;

import dev.lifecycle.memory.ReportChart;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where the ticks of an axis are, and what stands at them. */
final class Scale {
    private static final long[] STEPS = { // of time, in seconds
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400
    };
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final double MB = 1 << 20;

    private Scale() {}

    /** The distance of ticks, so that there are about {@code wanted} up to {@code most}: 1, 2 or 5 times a power of ten. */
    static double step(double most, int wanted) {
        double rough = most / wanted;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double share = rough / power;
        return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
    }

    /** A value as its unit is shown. */
    static double shown(ReportChart.Unit unit, double value) {
        return switch (unit) {
            case BYTES -> value / MB;
            case SHARE -> value * 100;
            case PIECES, PER_MINUTE, MILLIS -> value;
        };
    }

    /** The name of the unit. */
    static String name(ReportChart.Unit unit) {
        return switch (unit) {
            case BYTES -> "MB";
            case SHARE -> "%";
            case PIECES -> "";
            case PER_MINUTE -> "a minute";
            case MILLIS -> "ms";
        };
    }

    /** A shown value, with as many digits as its size needs. */
    static String figure(double shown) {
        double size = Math.abs(shown);
        if (size >= 1e7) {
            return String.format(Locale.ROOT, "%.3g", shown);
        }
        if (size >= 100 || shown == Math.rint(shown)) {
            return String.format(Locale.ROOT, "%.0f", shown);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3f", shown);
    }

    /** Moments for ticks between two others: five or so, round ones. */
    static List<Instant> moments(Instant from, Instant to) {
        long span = Math.max(1, Duration.between(from, to).toSeconds());
        long step = STEPS[STEPS.length - 1];
        for (long each : STEPS) {
            if (span / each <= 5) {
                step = each;
                break;
            }
        }
        while (span / step > 5) {
            step *= 2; // of days
        }
        List<Instant> ticks = new ArrayList<>();
        for (long at = Math.floorDiv(from.getEpochSecond() + step - 1, step) * step;
                at <= to.getEpochSecond();
                at += step) {
            ticks.add(Instant.ofEpochSecond(at));
        }
        return ticks;
    }

    /** How such a moment is written, if the ticks span so much. */
    static String moment(Instant at, Duration span) {
        if (span.compareTo(Duration.ofDays(4)) > 0) {
            return DAY.format(at);
        }
        return (span.compareTo(Duration.ofMinutes(5)) > 0 ? MINUTE : SECOND).format(at);
    }
}
