package dev.lifecycle;

import org.jspecify.annotations.Nullable;

/**
 * The root of what this library throws by itself: something is not, or no longer, in the state the call needs.
 *
 * <p>A subtype exists wherever a caller would act differently. Arguments that can never be right are
 * {@link IllegalArgumentException} or {@link NullPointerException} instead.
 */
public class LifecycleException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception without a cause.
     *
     * @param message what happened: value, limit and way out
     */
    public LifecycleException(@Nullable String message) {
        super(message);
    }

    /**
     * Makes an exception.
     *
     * @param message what happened: value, limit and way out
     * @param cause what led to it, or null
     */
    public LifecycleException(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
