package dev.lifecycle.pool;

import dev.lifecycle.LifecycleException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * No resource was to be had in time, or so many callers wait already that this one was not let in. Its message tells how many are in use, how many
 * callers wait, and who has held a lease longest. The cause is the last failure to make a resource, if there was one meanwhile.
 */
public final class AcquireTimeoutException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /** The most leases that it lists. */
    public static final int MAX_LISTED = 10;

    /** How the pool stood. */
    private final transient @Nullable PoolStats stats;

    /** Those that had held longest. */
    private final transient @Nullable List<LeaseInfo> holders;

    /** Whether it did not get to wait. */
    private final boolean rejected;

    /**
     * For implementations.
     *
     * @param message which pool, value, limit and way out
     * @param cause the last failure to make a resource, or null
     * @param stats how the pool stood
     * @param holders the oldest leases, oldest first; at most {@value #MAX_LISTED}
     * @param rejected whether the caller did not get to wait
     */
    public AcquireTimeoutException(
            String message, @Nullable Throwable cause, PoolStats stats, List<LeaseInfo> holders, boolean rejected) {
        super(message, cause);
        this.stats = Objects.requireNonNull(stats, "stats");
        this.holders = List.copyOf(holders);
        this.rejected = rejected;
    }

    /**
     * Returns how the pool stood.
     *
     * @return the figures
     * @throws IllegalStateException after this was deserialized: figures stay behind
     */
    public PoolStats stats() {
        return known(stats);
    }

    /**
     * Returns the leases that had been held longest.
     *
     * @return oldest first, at most {@value #MAX_LISTED}
     * @throws IllegalStateException after this was deserialized: figures stay behind
     */
    public List<LeaseInfo> holders() {
        return known(holders);
    }

    /**
     * Tells whether the caller was turned away at once, since as many waited as may.
     *
     * @return false if it waited in vain
     */
    public boolean isRejected() {
        return rejected;
    }

    private static <T> T known(@Nullable T figure) {
        if (figure == null) {
            throw new IllegalStateException("this exception was deserialized; its figures are in its message only");
        }
        return figure;
    }
}
