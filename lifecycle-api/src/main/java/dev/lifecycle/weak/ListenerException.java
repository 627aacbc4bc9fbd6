package dev.lifecycle.weak;

import dev.lifecycle.LifecycleException;
import org.jspecify.annotations.Nullable;

/**
 * Some listeners failed, after all were called. The first failure is the cause; up to {@value #MAX_SUPPRESSED} later ones are
 * suppressed in this exception; the counts are exact.
 */
public final class ListenerException extends LifecycleException {
    /** The most failures that are suppressed in it. */
    public static final int MAX_SUPPRESSED = 32;

    private static final long serialVersionUID = 1L;

    /** How many failed. */
    private final int count;

    /** How many did not. */
    private final int delivered;

    /**
     * For implementations.
     *
     * @param message whose listeners, and how many
     * @param first the first failure
     * @param count how many failed
     * @param delivered how many did not
     */
    public ListenerException(String message, @Nullable Throwable first, int count, int delivered) {
        super(message, first);
        this.count = count;
        this.delivered = delivered;
    }

    /**
     * Tells how many listeners failed.
     *
     * @return at least 1
     */
    public int count() {
        return count;
    }

    /**
     * Tells how many listeners took the event: what {@code emit} would have returned.
     *
     * @return at least 0
     */
    public int delivered() {
        return delivered;
    }
}
