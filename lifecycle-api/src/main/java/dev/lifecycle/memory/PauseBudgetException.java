package dev.lifecycle.memory;

import dev.lifecycle.LifecycleException;
import java.time.Duration;
import java.util.Objects;

/** A histogram would stop the program for longer than its {@link PauseBudget} allows. Nothing was stopped. */
public final class PauseBudgetException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /** For how long it would. */
    private final Duration predicted;

    /** What the last hour had. */
    private final Duration spent;

    /**
     * For implementations.
     *
     * @param message prediction, bound and way out
     * @param predicted for how long it would have stopped the program
     * @param spent what earlier ones took within the last hour
     */
    public PauseBudgetException(String message, Duration predicted, Duration spent) {
        super(message);
        this.predicted = Objects.requireNonNull(predicted, "predicted");
        this.spent = Objects.requireNonNull(spent, "spent");
    }

    /**
     * Returns for how long it would have stopped the program.
     *
     * @return the prediction
     */
    public Duration predicted() {
        return predicted;
    }

    /**
     * Returns what earlier ones took within the last hour.
     *
     * @return zero or more
     */
    public Duration spent() {
        return spent;
    }
}
