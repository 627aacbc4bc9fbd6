package dev.lifecycle.memory;

import dev.lifecycle.Names;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A chart of a {@link MemoryReport}: lines over time, all of one unit.
 *
 * @param title see {@link Names#check}
 * @param unit of all values
 * @param lines 1 to {@value #MAX_LINES}
 * @param limit what the lines may not exceed; 0 for none
 * @param levels whether the levels of a {@link MemoryGuard} are drawn below the limit: for what a guard goes by, like the live set; not for what is charged, with garbage in it
 */
public record ReportChart(String title, Unit unit, List<Line> lines, double limit, boolean levels) {

    /** The most lines of one chart: more could not be told apart. */
    public static final int MAX_LINES = 6;

    /** What the values of a chart are. */
    public enum Unit {
        /** Bytes; shown in MB of 2<sup>20</sup>. */
        BYTES,
        /** How many there are. */
        PIECES,
        /** How many there were in a minute. */
        PER_MINUTE,
        /** How long it took, in milliseconds: pauses, response times. */
        MILLIS,
        /** 1 for all of it; shown in percent. */
        SHARE
    }

    /**
     * A value at a moment.
     *
     * @param at when it was
     * @param value finite
     */
    public record Point(Instant at, double value) {

        /**
         * Checks them.
         *
         * @throws IllegalArgumentException if {@code value} is infinite or not a number
         */
        public Point {
            Objects.requireNonNull(at, "at");
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(
                        "value is " + value + " at " + at + "; leave out what is not known: the line has a gap there");
            }
        }
    }

    /**
     * A line of a chart.
     *
     * @param name see {@link Names#check}
     * @param points in order of time; a chart shows the least and the greatest of each stretch
     */
    public record Line(String name, List<Point> points) {

        /**
         * Copies the points.
         *
         * @throws IllegalArgumentException if they are not in order, or {@code name} cannot be printed on one line
         */
        public Line {
            Names.check(name, "name");
            points = List.copyOf(points);
            for (int i = 1; i < points.size(); i++) {
                if (points.get(i).at().isBefore(points.get(i - 1).at())) {
                    throw new IllegalArgumentException("points of " + Names.quote(name) + ": number " + i + ", of "
                            + points.get(i).at() + ", is before the one in front of it, of "
                            + points.get(i - 1).at() + "; sort them by time");
                }
            }
        }
    }

    /**
     * Makes one of what a guard goes by, or without a limit.
     *
     * @param title as in the canonical one
     * @param unit likewise
     * @param lines likewise
     * @param limit drawn with the levels of a guard
     * @throws IllegalArgumentException likewise
     */
    public ReportChart(String title, Unit unit, List<Line> lines, double limit) {
        this(title, unit, lines, limit, true);
    }

    /**
     * Copies the lines.
     *
     * @throws IllegalArgumentException if there are none or too many, or {@code limit} is negative or not finite
     */
    public ReportChart {
        Names.check(title, "title");
        Objects.requireNonNull(unit, "unit");
        lines = List.copyOf(lines);
        if (lines.isEmpty() || lines.size() > MAX_LINES) {
            throw new IllegalArgumentException("chart " + Names.quote(title) + " has " + lines.size()
                    + " lines; it must have 1 to " + MAX_LINES + ", so make a chart of each unit");
        }
        if (!(limit >= 0) || Double.isInfinite(limit)) {
            throw new IllegalArgumentException(
                    "limit is " + limit + "; it must be finite and not negative, 0 for none");
        }
    }
}
