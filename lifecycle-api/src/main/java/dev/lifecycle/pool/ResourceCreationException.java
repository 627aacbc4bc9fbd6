package dev.lifecycle.pool;

import dev.lifecycle.LifecycleException;
import org.jspecify.annotations.Nullable;

/**
 * The factory could not make a resource, and there is no other one that could come back. The cause is what {@link ResourceFactory#create} threw, or else says what
 * it did: it returned null, returned one that the pool has already, or took longer than it may; then its stack is that of the thread that hangs.
 */
public final class ResourceCreationException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which pool, and what went wrong
     * @param cause null if nothing was thrown
     */
    public ResourceCreationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
