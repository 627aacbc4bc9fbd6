package dev.lifecycle.impl.cli;

import dev.lifecycle.Names;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Arguments of a verb: options with a value, {@code --top 30} or {@code --top=30}, flags, and the rest in order. */
final class Options {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ns|us|ms|s|m|h)");
    private static final Map<String, Long> UNITS = Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L);

    private final Map<String, String> values = new HashMap<>();
    private final List<String> rest = new ArrayList<>();

    /** Sorts them. */
    Options(List<String> arguments, Set<String> valued, Set<String> flags) throws CliException {
        for (int i = 0; i < arguments.size(); i++) {
            String each = arguments.get(i);
            if (!each.startsWith("--")) {
                if (each.length() > 1 && each.startsWith("-")) {
                    throw unknown(each, valued, flags);
                }
                rest.add(each);
                continue;
            }
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            String value = "";
            if (valued.contains(name)) {
                if (equals >= 0) {
                    value = each.substring(equals + 1);
                } else if (++i < arguments.size()) {
                    value = arguments.get(i);
                } else {
                    throw CliException.usage(name + " needs a value, like " + name + " 30");
                }
            } else if (!flags.contains(name) || equals >= 0) {
                throw unknown(each, valued, flags);
            }
            if (values.put(name, value) != null) {
                throw CliException.usage(name + " is given twice; give it once");
            }
        }
    }

    private static CliException unknown(String option, Set<String> valued, Set<String> flags) {
        Set<String> known = new TreeSet<>(valued);
        known.addAll(flags);
        return CliException.usage(
                "unknown option " + Names.quote(option) + "; these are known: " + String.join(", ", known));
    }

    List<String> rest() {
        return rest;
    }

    boolean has(String flag) {
        return values.containsKey(flag);
    }

    /** As it was typed; null if it was not. */
    @org.jspecify.annotations.Nullable
    String value(String name) {
        return values.get(name);
    }

    /** A whole number. */
    int number(String name, int otherwise, int least, int most) throws CliException {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException none) {
            // told below
        }
        throw CliException.usage(name + " is " + Names.quote(value) + "; it must be a whole number between " + least
                + " and " + most + ", like " + otherwise);
    }

    /** A duration like {@code 250ms} or {@code 1.5s}, or as {@link Duration#parse} has it. */
    Duration duration(String name, Duration otherwise, Duration least, Duration most) throws CliException {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        Duration parsed = duration(value);
        if (parsed == null || parsed.compareTo(least) < 0 || parsed.compareTo(most) > 0) {
            throw CliException.usage(name + " is " + Names.quote(value) + "; it must be between " + least + " and "
                    + most + ", written like 250ms, 10s, 1.5m, 2h or PT0.25S");
        }
        return parsed;
    }

    private static @org.jspecify.annotations.Nullable Duration duration(String value) {
        Matcher matcher = DURATION.matcher(value);
        if (matcher.matches()) {
            Long unit = UNITS.get(matcher.group(2));
            BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit == null ? 1 : unit));
            return nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0 ? null : Duration.ofNanos(nanos.longValue());
        }
        try {
            return Duration.parse(value);
        } catch (DateTimeParseException none) {
            return null;
        }
    }

    /** The number of a process. */
    static long pid(String value) throws CliException {
        try {
            long pid = Long.parseLong(value);
            if (pid >= 1 && pid <= Integer.MAX_VALUE) {
                return pid;
            }
        } catch (NumberFormatException none) {
            // told below
        }
        throw CliException.usage("the process is " + Names.quote(value) + "; give its number, between 1 and "
                + Integer.MAX_VALUE + ", as jps or ps show it");
    }
}
