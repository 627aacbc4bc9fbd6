package dev.lifecycle.memory;

import dev.lifecycle.Pressure;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A change of the level of a {@link MemoryGuard}.
 *
 * @param from the level before
 * @param to the level now
 * @param cause the {@linkplain MemorySource#name name} of the source that is fullest; empty if none is known
 * @param fraction how full that is: 1 is its limit
 * @param toLimit when it would be full, if it goes on to grow like this; empty if it does not grow
 */
public record PressureEvent(Pressure from, Pressure to, String cause, double fraction, Optional<Duration> toLimit) {

    /** Checks that nothing is null. */
    public PressureEvent {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(toLimit, "toLimit");
    }

    /** Returns one line, like {@code NORMAL -> CLEANUP, container at 77.1 %, full in PT42S}. */
    @Override
    public String toString() {
        return from + " -> " + to + ", "
                + (cause.isEmpty()
                        ? "no source is known"
                        : cause + " at " + String.format(Locale.ROOT, "%.1f %%", 100 * fraction))
                + toLimit.map(time -> ", full in " + time).orElse("");
    }
}
