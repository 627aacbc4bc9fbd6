package dev.lifecycle.impl.health;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Reads the gauges of a component: those of a stranger may be missing, or of another type. */
final class Gauge {
    private Gauge() {}

    /** A count; -1 without one. */
    static long count(Map<String, Object> gauges, String name) {
        return gauges.get(name) instanceof Number number ? number.longValue() : -1;
    }

    /** A number; {@code missing} without one. */
    static double number(Map<String, Object> gauges, String name, double missing) {
        return gauges.get(name) instanceof Number number ? number.doubleValue() : missing;
    }

    static boolean flag(Map<String, Object> gauges, String name) {
        return Boolean.TRUE.equals(gauges.get(name));
    }

    /** A word or sentence on one line; empty without one. */
    static String text(Map<String, Object> gauges, String name) {
        Object value = gauges.get(name);
        return value == null ? "" : Listing.line(String.valueOf(value.toString()));
    }

    /** A time; zero without one. */
    static Duration time(Map<String, Object> gauges, String name) {
        Object value = gauges.get(name);
        Object inside = value instanceof Optional<?> maybe ? maybe.orElse(null) : value;
        return inside instanceof Duration time && !time.isNegative() ? time : Duration.ZERO;
    }

    /** One of several; {@code missing} without one. */
    static <E extends Enum<E>> E state(Map<String, Object> gauges, String name, E missing) {
        Class<E> type = missing.getDeclaringClass();
        Object value = gauges.get(name);
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        for (E each : type.getEnumConstants()) {
            if (value != null && each.name().equals(value.toString())) {
                return each;
            }
        }
        return missing;
    }
}
