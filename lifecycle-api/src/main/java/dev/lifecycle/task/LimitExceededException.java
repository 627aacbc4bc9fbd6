package dev.lifecycle.task;

import dev.lifecycle.LifecycleException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** As many as may are at it, and none was done in time. Its message says how many, and who is the oldest of them. */
public final class LimitExceededException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /** How many were at it. */
    private final int active;

    /** How many callers waited. */
    private final int waiting;

    /** How many of those at it had been given up. */
    private final int zombies;

    /** The label of the oldest one, or null. */
    private final @Nullable String oldest;

    /** Its age. */
    private final Duration oldestAge;

    /**
     * For implementations.
     *
     * @param message which one, value, limit and way out
     * @param active how many were at it
     * @param waiting how many callers waited, without this one
     * @param zombies how many of {@code active} nobody waits for any more
     * @param oldest the label of the oldest, or null
     * @param oldestAge for how long that one has been at it, at least
     */
    public LimitExceededException(
            String message, int active, int waiting, int zombies, @Nullable String oldest, Duration oldestAge) {
        super(message);
        this.active = active;
        this.waiting = waiting;
        this.zombies = zombies;
        this.oldest = oldest;
        this.oldestAge = Objects.requireNonNull(oldestAge, "oldestAge");
    }

    /**
     * Returns how many were at it: the bound, or more after the bound was lowered.
     *
     * @return at least 0
     */
    public int active() {
        return active;
    }

    /**
     * Returns how many callers waited, without this one.
     *
     * @return at least 0
     */
    public int waiting() {
        return waiting;
    }

    /**
     * Returns how many of {@link #active} had timed out and were still at it.
     *
     * @return at least 0
     */
    public int zombies() {
        return zombies;
    }

    /**
     * Returns the label of the oldest one.
     *
     * @return empty if it has none, or is not known
     */
    public Optional<String> oldest() {
        return Optional.ofNullable(oldest);
    }

    /**
     * Returns for how long the oldest one has been at it, at least: the clock is read when it gets its label, and when a
     * caller is first refused beside it.
     *
     * @return zero if it is not known
     */
    public Duration oldestAge() {
        return oldestAge;
    }
}
