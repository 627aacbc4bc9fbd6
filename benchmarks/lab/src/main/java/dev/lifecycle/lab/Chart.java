package dev.lifecycle.lab;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A line chart as inline SVG: time to the right, one line for each variant, a cross where a service died. A value that is not
 * a number has no point.
 */
final class Chart {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 240;
    private static final int LEFT = 48;
    private static final int RIGHT = 28;
    private static final int TOP = 16;
    private static final int BOTTOM = 36;
    private static final int TICKS = 4;

    private final String title;
    private final List<Outcome> outcomes;
    private final ToDoubleFunction<Outcome.Sample> value;
    private final double maxSeconds;
    private final double maxValue;

    Chart(String title, List<Outcome> outcomes, ToDoubleFunction<Outcome.Sample> value) {
        this.title = title;
        this.outcomes = outcomes;
        this.value = value;
        this.maxSeconds = Math.max(1, max(sample -> sample.millis() / 1_000.0));
        this.maxValue = round(Math.max(1, max(value)));
    }

    private double max(ToDoubleFunction<Outcome.Sample> of) {
        return outcomes.stream()
                .flatMap(outcome -> outcome.samples().stream())
                .mapToDouble(of)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    /** The next of 1, 2, 4, 5, 8 or 10 times a power of ten: a top of the axis whose quarters are fair numbers. */
    static double round(double top) {
        double power = Math.pow(10, Math.floor(Math.log10(top)));
        for (double step : new double[] {1, 2, 4, 5, 8}) {
            if (top <= step * power) {
                return step * power;
            }
        }
        return 10 * power;
    }

    double x(double seconds) {
        return LEFT + seconds / maxSeconds * (WIDTH - LEFT - RIGHT);
    }

    double y(double amount) {
        return HEIGHT - BOTTOM - amount / maxValue * (HEIGHT - TOP - BOTTOM);
    }

    String svg() {
        StringBuilder out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                title,
                WIDTH,
                HEIGHT,
                title));
        for (int i = 0; i <= TICKS; i++) {
            double amount = maxValue * i / TICKS;
            double seconds = maxSeconds * i / TICKS;
            out.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                            + "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>"
                            + "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s s</text>%n",
                    LEFT,
                    WIDTH - RIGHT,
                    y(amount),
                    y(amount),
                    LEFT - 6,
                    y(amount) + 4,
                    number(amount),
                    x(seconds),
                    HEIGHT - BOTTOM + 18,
                    number(seconds)));
        }
        outcomes.forEach(outcome -> line(out, outcome));
        return out.append("</svg></figure>\n").toString();
    }

    private void line(StringBuilder out, Outcome outcome) {
        if (outcome.samples().isEmpty()) {
            return;
        }
        StringBuilder points = new StringBuilder();
        double x = 0;
        double y = 0;
        for (Outcome.Sample sample : outcome.samples()) {
            if (!Double.isFinite(value.applyAsDouble(sample))) {
                continue;
            }
            x = x(sample.millis() / 1_000.0);
            y = y(value.applyAsDouble(sample));
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
        }
        String variant = outcome.variant().word();
        out.append(String.format(
                "<polyline class=\"%s\" points=\"%s\"/>%n",
                variant, points.toString().strip()));
        if (outcome.died()) {
            out.append(String.format(
                    Locale.ROOT,
                    "<path class=\"%s\" d=\"M%.1f %.1fl12 12m0-12l-12 12\"><title>died</title></path>%n",
                    variant,
                    x - 6,
                    y - 6));
        }
    }

    private static String number(double amount) {
        return amount >= 10 || amount == Math.rint(amount)
                ? String.format(Locale.ROOT, "%.0f", amount)
                : String.format(Locale.ROOT, amount < 1 ? "%.2f" : "%.1f", amount);
    }
}
