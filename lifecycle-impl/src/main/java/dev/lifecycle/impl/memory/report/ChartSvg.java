package dev.lifecycle.impl.memory.report;

import dev.lifecycle.memory.ReportChart;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a chart as a figure with inline SVG. Lines differ in colour and in dashes, for those who see no colours. */
final class ChartSvg {
    private static final double WIDTH = 640;
    private static final double HEIGHT = 240;
    private static final double LEFT = 62;
    private static final double RIGHT = 12;
    private static final double TOP = 12;
    private static final double BOTTOM = 28;
    private static final double SHOWS_LIMIT = 4; // times what is used: else the lines would lie on the floor
    private static final double[] LEVELS = {0.60, 0.75, 0.85, 1}; // trim, cleanup, emergency, full
    private static final String[] LEVEL_NAMES = {"trim", "cleanup", "emergency"};
    private static final int FEW = 2;

    private final ReportChart chart;
    private final int most; // points of a line
    private final Instant from;
    private final Instant to;
    private final double top; // of the values shown
    private final double step;
    private final boolean withLimit;

    ChartSvg(ReportChart chart, int most) {
        this.chart = chart;
        this.most = most;
        List<ReportChart.Point> all =
                chart.lines().stream().flatMap(line -> line.points().stream()).toList();
        from = all.stream().map(ReportChart.Point::at).min(Instant::compareTo).orElse(Instant.EPOCH);
        to = all.stream().map(ReportChart.Point::at).max(Instant::compareTo).orElse(Instant.EPOCH);
        double highest = Math.max(
                0, all.stream().mapToDouble(ReportChart.Point::value).max().orElse(0));
        withLimit = chart.limit() > 0 && chart.limit() <= SHOWS_LIMIT * highest;
        double shown = Scale.shown(chart.unit(), withLimit ? Math.max(highest, chart.limit()) : highest);
        double least = switch (chart.unit()) {
            case PIECES -> 4; // no ticks for halves of a thread
            case MILLIS -> 0.001;
            default -> 1;
        };
        step = Scale.step(Math.max(shown, least), 4);
        top = step * Math.max(1, Math.ceil(Math.max(shown, least) * 1.02 / step));
    }

    void draw(Html out) {
        out.raw("<figure><figcaption>").text(chart.title());
        String unit = Scale.name(chart.unit());
        out.raw(unit.isEmpty() ? "" : ", " + unit).raw("</figcaption>\n");
        if (from.equals(Instant.EPOCH)) {
            out.raw("<p class=\"soft\">Nothing was read.</p></figure>\n");
            return;
        }
        out.format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", WIDTH, HEIGHT)
                .text(chart.title())
                .raw("\">\n");
        levels(out);
        grid(out);
        for (int i = 0; i < chart.lines().size(); i++) {
            out.format(
                    "<path class=\"line l%d\" d=\"%s\"/>\n",
                    i, path(chart.lines().get(i).points()));
        }
        out.raw("</svg>\n<ul class=\"legend\">");
        for (int i = 0; i < chart.lines().size(); i++) {
            legend(out, i, chart.lines().get(i));
        }
        if (chart.limit() > 0) {
            out.raw("<li><span class=\"soft\">limit ")
                    .text(value(chart.limit()))
                    .raw(withLimit ? "" : ", above the chart")
                    .raw("</span></li>");
        }
        out.raw("</ul></figure>\n");
    }

    private void legend(Html out, int i, ReportChart.Line line) {
        List<ReportChart.Point> points = line.points();
        out.format("<li><svg class=\"key\" viewBox=\"0 0 24 6\"><path class=\"line l%d\" d=\"M0 3H24\"/></svg>", i)
                .text(line.name());
        if (!points.isEmpty()) {
            double low =
                    points.stream().mapToDouble(ReportChart.Point::value).min().orElse(0);
            double high =
                    points.stream().mapToDouble(ReportChart.Point::value).max().orElse(0);
            out.raw(" <b>")
                    .text(value(points.get(points.size() - 1).value()))
                    .raw("</b> <span class=\"soft\">")
                    .text(Scale.figure(Scale.shown(chart.unit(), low)) + " to " + value(high))
                    .raw("</span>");
        }
        out.raw("</li>");
    }

    private String value(double value) {
        return (Scale.figure(Scale.shown(chart.unit(), value)) + " " + Scale.name(chart.unit())).strip();
    }

    private void levels(Html out) {
        if (!withLimit) {
            return;
        }
        double limit = Scale.shown(chart.unit(), chart.limit());
        for (int i = 0; chart.levels() && i < LEVEL_NAMES.length; i++) {
            double high = y(limit * LEVELS[i + 1]);
            double low = y(limit * LEVELS[i]);
            out.format(
                    "<rect class=\"level v%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>\n",
                    i, LEFT, high, WIDTH - LEFT - RIGHT, low - high, LEVEL_NAMES[i]);
        }
        out.format("<path class=\"limit\" d=\"M%.1f %.1fH%.1f\"/>\n", LEFT, y(limit), WIDTH - RIGHT);
    }

    private void grid(Html out) {
        for (int i = 0; i * step <= top * 1.0001; i++) {
            double y = y(i * step);
            out.format("<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>", LEFT, y, WIDTH - RIGHT)
                    .format("<text class=\"tick\" text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">", LEFT - 6, y + 4)
                    .text(Scale.figure(i * step))
                    .raw("</text>\n");
        }
        Duration span = Duration.between(from, to);
        for (Instant at : Scale.moments(from, to)) {
            double x = x(at);
            String anchor = x > WIDTH - RIGHT - 24 ? "end" : x < LEFT + 24 ? "start" : "middle";
            out.format("<path class=\"grid\" d=\"M%.1f %.1fv4\"/>", x, HEIGHT - BOTTOM)
                    .format("<text class=\"tick\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">", anchor, x, HEIGHT - 8)
                    .text(Scale.moment(at, span))
                    .raw("</text>\n");
        }
    }

    private double x(Instant at) {
        long span = Math.max(1, Duration.between(from, to).toMillis());
        return LEFT + (WIDTH - LEFT - RIGHT) * Duration.between(from, at).toMillis() / span;
    }

    private double y(double shown) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * Math.max(0, Math.min(1, shown / top));
    }

    /** The line, broken where nothing was read for three times as long as usual. */
    private String path(List<ReportChart.Point> points) {
        StringBuilder out = new StringBuilder();
        List<ReportChart.Point> shown = fewer(points);
        long gap = 3 * usualMillis(shown);
        Instant before = Instant.MIN;
        for (ReportChart.Point point : shown) {
            boolean begins =
                    out.isEmpty() || Duration.between(before, point.at()).toMillis() > gap;
            out.append(begins ? 'M' : 'L')
                    .append(String.format(
                            Locale.ROOT, "%.1f %.1f", x(point.at()), y(Scale.shown(chart.unit(), point.value()))));
            before = point.at();
        }
        if (shown.size() == 1) {
            out.append("h0.1"); // a dot, by its round ends
        }
        return out.toString();
    }

    private static long usualMillis(List<ReportChart.Point> points) {
        long[] distances = new long[Math.max(0, points.size() - 1)];
        for (int i = 0; i < distances.length; i++) {
            distances[i] =
                    Duration.between(points.get(i).at(), points.get(i + 1).at()).toMillis();
        }
        java.util.Arrays.sort(distances);
        return distances.length <= FEW ? Long.MAX_VALUE / 4 : Math.max(1, distances[distances.length * 9 / 10]);
    }

    /** The least and the greatest of each stretch, in order of time. */
    private List<ReportChart.Point> fewer(List<ReportChart.Point> points) {
        if (points.size() <= most) {
            return points;
        }
        List<ReportChart.Point> kept = new ArrayList<>();
        int stretches = most / 2;
        for (int i = 0; i < stretches; i++) {
            int begin = (int) ((long) points.size() * i / stretches);
            int end = (int) ((long) points.size() * (i + 1) / stretches);
            int low = begin;
            int high = begin;
            for (int k = begin; k < end; k++) {
                low = points.get(k).value() < points.get(low).value() ? k : low;
                high = points.get(k).value() > points.get(high).value() ? k : high;
            }
            kept.add(points.get(Math.min(low, high)));
            if (low != high) {
                kept.add(points.get(Math.max(low, high)));
            }
        }
        return kept;
    }
}
