package dev.lifecycle.weak;

import java.time.Duration;

/**
 * One listener in its {@link Listeners}. Dropping this object ends nothing: the listener stays until it is closed, its scope
 * ends, its weak owner is collected, or the listeners are closed as a whole. Keeping it keeps neither the listener, once
 * it is closed, nor the {@code Listeners}.
 */
public interface Subscription extends AutoCloseable {

    /**
     * Tells whether events are still delivered.
     *
     * @return false once it was closed, by whomever
     */
    boolean isOpen();

    /**
     * Ends it. An {@code emit} that begins after this has returned does not deliver to the listener; one that is running may
     * still do so, see {@link #closeAndAwait}. Idempotent, waits for no listener, and takes the same time whatever the number of
     * subscriptions.
     */
    @Override
    void close();

    /**
     * Ends it, and waits until no delivery to it is running any more: what the listener uses can be released then. Waits for
     * each {@code emit} that is running when this is called, whichever listener that is in; not for those that begin later.
     *
     * <p>Called by a listener, on the thread of an {@code emit} of the same {@code Listeners}, it does not wait, which might be
     * for itself: it returns false at once.
     *
     * @param timeout how long to wait at most; it is closed all the same
     * @return true if no delivery to the listener is running, nor will be; false if one may be
     * @throws InterruptedException if the thread is interrupted while it waits; it is closed all the same. Where there is nothing
     *     to wait for, the interrupt stays pending
     * @throws UnsupportedOperationException if the listeners were built with {@link Listeners.Builder#untracked}; it is closed
     *     all the same
     */
    boolean closeAndAwait(Duration timeout) throws InterruptedException;
}
