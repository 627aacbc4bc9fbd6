package dev.lifecycle;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Prints a {@link Snapshot}; keeps its own stack, so that no tree is too deep. */
final class SnapshotPrinter {

    /** To this depth the lines of the text move to the right; further on its size would grow with the square of the depth. */
    private static final int DRAWN_LEVELS = 40;

    /** A node whose children are being printed, and what stands before each line below it. */
    private record Level(Iterator<Snapshot> children, String indent) {}

    private final StringBuilder out = new StringBuilder();
    private final Deque<Level> levels = new ArrayDeque<>();

    String text(Snapshot root) {
        describe(root);
        levels.push(new Level(root.children().iterator(), ""));
        while (!levels.isEmpty()) {
            Level level = levels.element();
            if (!level.children.hasNext()) {
                levels.pop();
                continue;
            }
            Snapshot node = level.children.next();
            boolean last = !level.children.hasNext();
            int depth = levels.size();
            boolean drawn = depth <= DRAWN_LEVELS;
            out.append(level.indent);
            if (!drawn) {
                out.append(" level ").append(depth);
            }
            out.append(last ? " '- " : " |- ");
            describe(node);
            String indent = drawn ? level.indent + (last ? "    " : " |  ") : level.indent;
            levels.push(new Level(node.children().iterator(), indent));
        }
        return out.toString();
    }

    private void describe(Snapshot node) {
        printable(node.name());
        out.append(" (").append(node.kind());
        if (node.state() != State.OPEN) {
            out.append(", ").append(node.state().name().toLowerCase(Locale.ROOT));
        }
        if (!node.age().isZero()) {
            out.append(", age ").append(rounded(node.age()));
        }
        node.gauges().forEach((gauge, value) -> {
            out.append(", ");
            printable(gauge);
            out.append(' ');
            printable(shown(value));
        });
        out.append(")\n");
    }

    private static String shown(Object value) {
        return value instanceof Double || value instanceof Float
                ? String.format(Locale.ROOT, "%.3f", ((Number) value).doubleValue())
                : said(value);
    }

    /** What the value says of itself: the code of a stranger, which must not hide the rest of the tree. */
    private static String said(Object value) {
        try {
            return String.valueOf(value.toString()); // "null" where it returns null
        } catch (Throwable failure) {
            return "toString failed: " + failure.getClass().getName();
        }
    }

    private static String rounded(Duration age) {
        long nanos = TimeUnit.NANOSECONDS.convert(age);
        if (nanos < 1_000_000_000) {
            return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
        }
        long seconds = age.toSeconds();
        return seconds < 600 ? seconds + " s" : seconds < 36_000 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    private void printable(String text) {
        Names.appendPrintable(out, text, text.length());
    }

    String json(Snapshot root) {
        open(root);
        levels.push(new Level(root.children().iterator(), ""));
        while (!levels.isEmpty()) {
            Level level = levels.element();
            if (!level.children.hasNext()) {
                levels.pop();
                out.append("]}");
                continue;
            }
            if (out.charAt(out.length() - 1) != '[') {
                out.append(',');
            }
            Snapshot node = level.children.next();
            open(node);
            levels.push(new Level(node.children().iterator(), ""));
        }
        return out.toString();
    }

    private void open(Snapshot node) {
        out.append("{\"id\":").append(node.id()).append(",\"name\":");
        string(node.name());
        out.append(",\"kind\":");
        string(node.kind().name());
        out.append(",\"state\":");
        string(node.state().name());
        out.append(",\"ageNanos\":").append(TimeUnit.NANOSECONDS.convert(node.age()));
        out.append(",\"gauges\":{");
        String comma = "";
        for (Map.Entry<String, Object> gauge : node.gauges().entrySet()) {
            out.append(comma);
            string(gauge.getKey());
            out.append(':');
            value(gauge.getValue());
            comma = ",";
        }
        out.append("},\"children\":[");
    }

    private void value(Object value) {
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            out.append(Double.isFinite(number) ? value.toString() : "null");
        } else if (JSON_INTEGERS.contains(value.getClass()) || value instanceof Boolean) {
            out.append(value);
        } else {
            string(said(value));
        }
    }

    /** The number types whose {@code toString} is JSON; others are printed as strings, since nothing is known of them. */
    private static final List<Class<?>> JSON_INTEGERS = List.of(
            Integer.class,
            Long.class,
            Short.class,
            Byte.class,
            BigInteger.class,
            BigDecimal.class,
            AtomicInteger.class,
            AtomicLong.class);

    private void string(String text) {
        Names.appendJson(out, text);
    }
}
