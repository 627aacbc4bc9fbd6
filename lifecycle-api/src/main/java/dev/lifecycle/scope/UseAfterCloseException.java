package dev.lifecycle.scope;

import dev.lifecycle.LifecycleException;
import org.jspecify.annotations.Nullable;

/** A handle or lease was used after it was closed, released or moved. */
public final class UseAfterCloseException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message what was used, and what had become of it
     * @param closedAt a throwable whose stack shows where it was closed, or null where that was not recorded
     */
    public UseAfterCloseException(String message, @Nullable Throwable closedAt) {
        super(message, closedAt);
    }
}
