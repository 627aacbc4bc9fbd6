package dev.lifecycle.scope;

import dev.lifecycle.LifecycleException;

/**
 * A resource was not released before the close deadline: its closer is stuck and was abandoned, or leases on it are still
 * open.
 */
public final class CloseTimeoutException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which resource, how long, who is in the way
     */
    public CloseTimeoutException(String message) {
        super(message);
    }
}
