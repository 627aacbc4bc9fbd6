package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.memory.PauseBudgetException;
import java.time.Duration;
import java.util.Locale;

/** Compares a prediction with a budget. */
public final class PauseRules {
    private PauseRules() {}

    /**
     * Returns if the budget allows it.
     *
     * @throws PauseBudgetException if not, with the reasons
     */
    public static void check(
            HistogramMode mode, Duration predicted, Duration spent, PauseBudget budget, String why, String remedy) {
        if (predicted.compareTo(budget.perSnapshot()) > 0) {
            throw new PauseBudgetException(
                    "a histogram of mode " + mode + " would stop the program for about " + millis(predicted) + " ("
                            + why + "); the budget is " + millis(budget.perSnapshot()) + " each. " + remedy,
                    predicted,
                    spent);
        }
        // the sum may overflow: both are compared with what is left
        if (predicted.compareTo(budget.perHour().minus(spent)) > 0) {
            throw new PauseBudgetException(
                    "a histogram of mode " + mode + " would stop the program for about " + millis(predicted) + " ("
                            + why
                            + "); the budget is " + millis(budget.perHour()) + " an hour, of which " + millis(spent)
                            + " are spent. Wait, or raise perHour",
                    predicted,
                    spent);
        }
    }

    /** Like {@code 12.3 ms}. */
    public static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }
}
