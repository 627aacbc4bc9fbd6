package dev.lifecycle.weak;

import dev.lifecycle.LifecycleException;

/**
 * There are as many subscriptions as are allowed, see {@link Listeners.Builder#maximum}, or as many emitters, see {@link
 * Listeners#emitTo(java.util.concurrent.Executor)}. Nothing was subscribed, or opened.
 */
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
