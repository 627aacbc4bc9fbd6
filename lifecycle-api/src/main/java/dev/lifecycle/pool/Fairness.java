package dev.lifecycle.pool;

import java.time.Duration;
import java.util.Objects;

/**
 * How far callers that come later may overtake the one that has waited longest.
 *
 * <p>Strict order costs throughput: what is given back stands still until the thread of the first one is awake. So who comes, or comes again, while that
 * thread wakes up may go first; but so often only, or for so long. After that, what is given back goes from hand to hand, to the first one.
 * As in Go's {@code sync.Mutex}, whose time this is; the count is ours.
 *
 * @param maxBypass how many may overtake the first one, at least 0
 * @param maxDelay for how long, from when it is the first one; not negative
 */
public record Fairness(int maxBypass, Duration maxDelay) {

    /** First come, first served: nobody overtakes. */
    public static final Fairness FIFO = new Fairness(0, Duration.ZERO);

    /** Eight may overtake, for a millisecond at most. */
    public static final Fairness BOUNDED = new Fairness(8, Duration.ofMillis(1));

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if one of them is negative
     */
    public Fairness {
        if (maxBypass < 0) {
            throw new IllegalArgumentException(
                    "maxBypass is " + maxBypass + "; it must be at least 0, for strict order");
        }
        if (Objects.requireNonNull(maxDelay, "maxDelay").isNegative()) {
            throw new IllegalArgumentException("maxDelay is " + maxDelay + "; it must not be negative");
        }
    }
}
