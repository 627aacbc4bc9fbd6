package dev.lifecycle.task;

import java.time.Duration;
import java.util.Objects;

/**
 * What happens to a submission when the queue is full.
 *
 * @param policy what is done
 * @param limit how long to wait at most, where it waits; else zero
 */
public record OnFull(Policy policy, Duration limit) {

    /** It is rejected. */
    public static final OnFull REJECT = new OnFull(Policy.REJECT, Duration.ZERO);

    /** The task runs on the thread that submits it, before {@code submit} returns. */
    public static final OnFull CALLER_RUNS = new OnFull(Policy.CALLER_RUNS, Duration.ZERO);

    /** The three ways. */
    public enum Policy {
        /** See {@link OnFull#REJECT}. */
        REJECT,
        /** See {@link OnFull#block}. */
        BLOCK,
        /** See {@link OnFull#CALLER_RUNS}. */
        CALLER_RUNS
    }

    /**
     * Checks the limit.
     *
     * @throws IllegalArgumentException if {@code limit} is not positive where it waits, or not zero elsewhere
     */
    public OnFull {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(limit, "limit");
        if (policy == Policy.BLOCK ? limit.isZero() || limit.isNegative() : !limit.isZero()) {
            throw new IllegalArgumentException("limit is " + limit + "; it must be "
                    + (policy == Policy.BLOCK ? "positive, or take REJECT" : "zero where nobody waits"));
        }
    }

    /**
     * The submission waits for room, and is rejected if there is none in time. An interrupt ends the wait by a rejection, too; the
     * thread stays interrupted.
     *
     * @param limit how long at most
     * @return a policy
     * @throws IllegalArgumentException if {@code limit} is not positive
     */
    public static OnFull block(Duration limit) {
        return new OnFull(Policy.BLOCK, limit);
    }
}
