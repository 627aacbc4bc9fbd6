package dev.lifecycle.memory;

import java.time.Duration;
import java.util.Objects;

/**
 * For how long a diagnosis may stop the program.
 *
 * @param perSnapshot the longest that one histogram may be predicted to take
 * @param perHour what all of one process may take within sixty minutes, this one included, as far as this library took them
 */
public record PauseBudget(Duration perSnapshot, Duration perHour) {
    private static final PauseBudget DEFAULTS = new PauseBudget(Duration.ofMillis(250), Duration.ofSeconds(1));
    private static final PauseBudget UNLIMITED =
            new PauseBudget(Duration.ofNanos(Long.MAX_VALUE), Duration.ofNanos(Long.MAX_VALUE));

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if one is not positive, or {@code perHour} is shorter than {@code perSnapshot}
     */
    public PauseBudget {
        positive(perSnapshot, "perSnapshot");
        positive(perHour, "perHour");
        if (perHour.compareTo(perSnapshot) < 0) {
            throw new IllegalArgumentException("perHour is " + perHour + ", less than perSnapshot, which is "
                    + perSnapshot + "; lengthen the former or shorten the latter");
        }
    }

    private static void positive(Duration value, String name) {
        if (Objects.requireNonNull(value, name).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be positive. 250 ms is the default");
        }
    }

    /**
     * Returns what holds unless another one is given: 250 ms each, a second an hour.
     *
     * @return the defaults
     */
    public static PauseBudget defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the budget that refuses nothing: for programs that may stop, such as a test.
     *
     * @return no limit
     */
    public static PauseBudget unlimited() {
        return UNLIMITED;
    }

    /**
     * Returns a budget for one histogram, with at least a second an hour.
     *
     * @param perSnapshot as {@link #perSnapshot}
     * @return a budget
     * @throws IllegalArgumentException if it is not positive
     */
    public static PauseBudget ofSnapshot(Duration perSnapshot) {
        Duration second = DEFAULTS.perHour;
        return new PauseBudget(
                Objects.requireNonNull(perSnapshot, "perSnapshot"),
                perSnapshot.compareTo(second) > 0 ? perSnapshot : second);
    }
}
