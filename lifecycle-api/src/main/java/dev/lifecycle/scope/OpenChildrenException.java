package dev.lifecycle.scope;

import dev.lifecycle.LifecycleException;

/** A scope with {@link ChildPolicy#STRICT} was closed before its children were. They are closed nevertheless. */
public final class OpenChildrenException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which scope, how many children, the names of the first
     */
    public OpenChildrenException(String message) {
        super(message);
    }
}
