package dev.lifecycle.scope;

import dev.lifecycle.LifecycleException;

/** A scope was given more than its budget of resources, children or weight allows. */
public final class ScopeFullException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which scope, which budget, what became of the resource
     */
    public ScopeFullException(String message) {
        super(message);
    }
}
