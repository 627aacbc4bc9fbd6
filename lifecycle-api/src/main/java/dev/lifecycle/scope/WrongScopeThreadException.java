package dev.lifecycle.scope;

import dev.lifecycle.LifecycleException;

/** A confined scope was used by a thread other than the one that opened it. Nothing was changed. */
public final class WrongScopeThreadException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message the two threads, and what to use instead
     */
    public WrongScopeThreadException(String message) {
        super(message);
    }
}
