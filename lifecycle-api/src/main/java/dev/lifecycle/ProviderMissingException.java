package dev.lifecycle;

import org.jspecify.annotations.Nullable;

/**
 * No usable implementation could be bound: none, several, one that failed to load, or one of another version.
 *
 * <p>The message says which of them it is, what was searched, and what to add or remove. The first provider that failed
 * to load is the cause, further ones are suppressed exceptions of this one. Each call that needs the implementation
 * throws it anew.
 */
public final class ProviderMissingException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * Made by the look-up.
     *
     * @param message what was found and what to do
     * @param cause the failure of the provider that did not load, or null
     */
    public ProviderMissingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
