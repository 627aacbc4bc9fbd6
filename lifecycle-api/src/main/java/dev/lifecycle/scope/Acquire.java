package dev.lifecycle.scope;

/**
 * Opens a resource.
 *
 * @param <R> what is opened
 * @param <X> what opening may throw
 */
@FunctionalInterface
public interface Acquire<R, X extends Exception> {

    /**
     * Opens the resource.
     *
     * @return the resource, open, never null
     * @throws X if it cannot be opened; then nothing is left open
     */
    R acquire() throws X;
}
