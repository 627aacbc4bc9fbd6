package dev.lifecycle.pool;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a pool and is nobody's return value.
 *
 * @param kind what
 * @param pool the name of the pool
 * @param text one line, with figures
 * @param cause what was thrown, or null
 */
public record PoolEvent(
        Kind kind, String pool, String text, @Nullable Throwable cause) {

    /** What happened. */
    public enum Kind {
        /** A resource could not be made. */
        CREATE_FAILED,
        /** A resource did not pass its check, or the check failed. */
        VALIDATION_FAILED,
        /** A resource that was given back could not be reset. */
        RESET_FAILED,
        /** The end of a resource failed; it counts as ended. */
        DESTROY_FAILED,
        /** A call of the factory has overrun its time limit; the pool goes on without it. */
        CALL_OVERRUN,
        /** A lease was declared unfit by its holder. */
        INVALIDATED,
        /** More are in use than {@link ResourcePoolBuilder#usageWarning} says. */
        USAGE_HIGH,
        /** That is over. */
        USAGE_NORMAL,
        /** A lease is held for too long. */
        HELD_TOO_LONG,
        /** A lease that was held for too long was given back. */
        RETURNED_LATE,
        /** A lease was dropped without being closed; its resource is back. */
        LEAKED,
        /** A replacement is ready, and its predecessor still in use after the drain time-out. */
        DRAIN_OVERRUN
    }

    /** Checks that all is there. */
    public PoolEvent {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(pool, "pool");
        Objects.requireNonNull(text, "text");
    }
}
