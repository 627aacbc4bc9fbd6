package dev.lifecycle.memory;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.Pressure;
import java.time.Duration;
import java.util.Objects;

/** Says that work was not let in because memory is scarce. It has no stack: it is thrown where memory is short, and says all there is to know. */
public final class MemoryPressureException extends LifecycleException {
    private static final long serialVersionUID = 1;

    /** How scarce memory was. */
    private final Pressure level;

    /** The source that was fullest. */
    private final String cause;

    /** When to try again. */
    private final Duration retryAfter;

    /**
     * Makes one.
     *
     * @param work what was not let in
     * @param level how scarce memory is
     * @param cause the source that is fullest
     * @param fraction how full that is
     * @param retryAfter when to try again
     */
    public MemoryPressureException(WorkClass work, Pressure level, String cause, double fraction, Duration retryAfter) {
        super(Objects.requireNonNull(work, "work") + " work was not let in: " + Objects.requireNonNull(level, "level")
                + " since " + Objects.requireNonNull(cause, "cause") + " is at " + Math.round(100 * fraction)
                + " % of its limit; try again after " + Objects.requireNonNull(retryAfter, "retryAfter"));
        this.level = level;
        this.cause = cause;
        this.retryAfter = retryAfter;
    }

    /** Leaves the stack out. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    /**
     * Returns how scarce memory was.
     *
     * @return the level
     */
    public Pressure level() {
        return level;
    }

    /**
     * Returns which memory is scarce.
     *
     * @return the name of the source that was fullest
     */
    public String source() {
        return cause;
    }

    /**
     * Returns when to try again: no sooner can the level fall.
     *
     * @return for a {@code Retry-After} header
     */
    public Duration retryAfter() {
        return retryAfter;
    }
}
