package dev.lifecycle.weak;

import dev.lifecycle.LifecycleException;

/** There are as many subscriptions as are allowed, see {@link Listeners.Builder#maximum}. Nothing was subscribed. */
public final class ListenersFullException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which listeners, their bound, and where most of them come from, where that is known
     */
    public ListenersFullException(String message) {
        super(message);
    }
}
