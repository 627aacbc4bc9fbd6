package dev.lifecycle.collect;

import dev.lifecycle.LifecycleException;

/** Something was put into a collection after its {@code close} had begun. The message says which one, and since when. */
public final class CollectionClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which collection, since when it is closed, and what became of the late element
     */
    public CollectionClosedException(String message) {
        super(message);
    }
}
