package dev.lifecycle.weak;

import dev.lifecycle.LifecycleException;

/** Something was put into a weak map, interner or registry after its {@code close} had begun. */
public final class RegistryClosedException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which one, since when it is closed, and what became of what came late
     */
    public RegistryClosedException(String message) {
        super(message);
    }
}
