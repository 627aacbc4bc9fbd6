package dev.lifecycle.task;

import java.util.Objects;

/**
 * The figures of a {@link Limiter} at one moment.
 *
 * @param name of the limiter
 * @param max what it was built with, or resized to
 * @param limit how many may be taken now: {@code max}, or less while memory is scarce
 * @param active how many are taken, zombies included; above {@code limit} only after it was lowered, until permits are closed
 * @param zombies how many of those were {@linkplain Permit#abandon abandoned}
 * @param waiting how many callers wait
 * @param acquired how many permits were ever given
 * @param rejected how many calls were refused at once: nothing was free and they did not wait, or too many waited
 * @param timedOut how many calls waited in vain
 * @param leaked how many permits were dropped unclosed, and given back by the leak detector
 */
public record LimiterStats(
        String name,
        int max,
        int limit,
        int active,
        int zombies,
        int waiting,
        long acquired,
        long rejected,
        long timedOut,
        long leaked) {

    /** Checks that there is a name. */
    public LimiterStats {
        Objects.requireNonNull(name, "name");
    }
}
