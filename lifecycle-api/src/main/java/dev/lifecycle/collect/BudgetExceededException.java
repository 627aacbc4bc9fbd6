package dev.lifecycle.collect;

import dev.lifecycle.LifecycleException;

/** An element or a group was refused: it does not fit, however much is evicted. Nothing was changed. */
public final class BudgetExceededException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /** What was asked for. */
    private final long value;

    /** What there was. */
    private final long limit;

    /**
     * For implementations.
     *
     * @param message what was refused by whom, value, limit and way out
     * @param value what it needs
     * @param limit what there is
     */
    public BudgetExceededException(String message, long value, long limit) {
        super(message);
        this.value = value;
        this.limit = limit;
    }

    /**
     * Returns what was asked for: a weight, or a number of elements where these are what is short.
     *
     * @return above {@link #limit}; {@link Long#MAX_VALUE} also stands for more than that
     */
    public long value() {
        return value;
    }

    /**
     * Returns how much would have been accepted at that moment.
     *
     * @return at least 0
     */
    public long limit() {
        return limit;
    }
}
