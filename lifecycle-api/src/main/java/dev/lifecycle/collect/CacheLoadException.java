package dev.lifecycle.collect;

import dev.lifecycle.LifecycleException;

/** A loader failed. Its cause is what the loader threw; several threads that waited for one load may share that cause. */
public final class CacheLoadException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which cache, and whether this is a failure that was remembered
     * @param cause what the loader threw, or that it returned null
     */
    public CacheLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
