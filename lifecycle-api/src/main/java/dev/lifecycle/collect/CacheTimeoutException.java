package dev.lifecycle.collect;

import dev.lifecycle.LifecycleException;

/** A value was not there in time: its load, or room for it under {@link BoundedCacheBuilder#maxOpen}, took too long. */
public final class CacheTimeoutException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which cache, how long, what was waited for, and the way out
     */
    public CacheTimeoutException(String message) {
        super(message);
    }
}
