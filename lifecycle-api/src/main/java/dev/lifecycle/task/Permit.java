package dev.lifecycle.task;

import dev.lifecycle.Names;

/**
 * The right to be one of those that a {@link Limiter} lets work at once, until {@link #close}.
 *
 * <p>Any thread may close it, best by try-with-resources; only the first close counts. One that is dropped instead is found
 * by the leak detector, reported with the name of the limiter, and given back.
 */
public interface Permit extends AutoCloseable {

    /**
     * Says what it is for: the message of who is refused names the oldest. Reads the clock. After a close, does nothing.
     *
     * @param who a short text, see {@link Names#check}; kept until another permit takes the place and is labelled
     * @return this
     * @throws IllegalArgumentException if {@code who} cannot be printed on one line
     */
    Permit label(String who);

    /**
     * Says that nobody waits for the work any more, and that it still runs: a time-out that did not stop it. The permit stays
     * taken, since what it protects is still in use, and counts as a zombie until it is closed. Idempotent; after a close,
     * does nothing.
     */
    void abandon();

    /** Gives it back: to the one that has waited longest, if somebody waits. Idempotent. Never throws. */
    @Override
    void close();
}
