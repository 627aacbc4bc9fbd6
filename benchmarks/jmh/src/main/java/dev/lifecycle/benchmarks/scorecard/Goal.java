package dev.lifecycle.benchmarks.scorecard;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One line of the scorecard: ours must not exceed the peer's figure times the bound, or the bound itself where there is no
 * peer.
 *
 * @param id as in the goals, like {@code S1}
 * @param text what is compared
 * @param unit of both figures
 * @param ours our figure
 * @param peer the peer's figure; null when the bound is absolute
 * @param bound the largest ratio, or the largest figure
 */
record Goal(
        String id,
        String text,
        String unit,
        ToDoubleFunction<Results> ours,
        ToDoubleFunction<Results> peer,
        double bound) {

    static Goal ratio(
            String id, String text, ToDoubleFunction<Results> ours, ToDoubleFunction<Results> peer, double bound) {
        return new Goal(id, text, "ns", ours, peer, bound);
    }

    static Goal atMost(String id, String text, String unit, ToDoubleFunction<Results> ours, double bound) {
        return new Goal(id, text, unit, ours, null, bound);
    }

    /** The line with its verdict. */
    Line judge(Results results) {
        double mine = ours.applyAsDouble(results);
        double theirs = peer == null ? Double.NaN : peer.applyAsDouble(results);
        double compared = peer == null ? mine : mine / theirs;
        return new Line(this, mine, theirs, compared <= bound);
    }

    /** A judged goal. */
    record Line(Goal goal, double ours, double peer, boolean pass) {
        String[] cells() {
            boolean relative = goal.peer != null;
            return new String[] {
                goal.id,
                goal.text,
                number(ours) + " " + goal.unit,
                relative ? number(peer) + " " + goal.unit : "-",
                relative ? number(ours / peer) : "-",
                "<= " + number(goal.bound) + (relative ? "x" : " " + goal.unit),
                pass ? "pass" : "FAIL"
            };
        }

        private static String number(double value) {
            return value >= 1_000
                    ? String.format(Locale.ROOT, "%.0f", value)
                    : String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
        }
    }
}
