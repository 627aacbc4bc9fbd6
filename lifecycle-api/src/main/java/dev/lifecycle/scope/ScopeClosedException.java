package dev.lifecycle.scope;

import dev.lifecycle.LifecycleException;
import org.jspecify.annotations.Nullable;

/**
 * A scope was given something after its {@code close} had begun.
 *
 * <p>The message says since when and where it was closed, as far as that was recorded. If releasing the late resource
 * failed too, that failure is suppressed in this exception.
 */
public final class ScopeClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which scope, what became of the late resource
     * @param closedAt a throwable whose stack shows where it was closed, or null
     */
    public ScopeClosedException(String message, @Nullable Throwable closedAt) {
        super(message, closedAt);
    }
}
