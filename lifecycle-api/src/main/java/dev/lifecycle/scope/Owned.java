package dev.lifecycle.scope;

/**
 * A handle on one resource of a scope: closes it early, takes it out, or hands it to another scope.
 *
 * <p>Thread-safe if its scope is. Whatever races, the resource is released once. All operations take constant time.
 *
 * @param <R> the type of the resource
 */
public interface Owned<R> extends AutoCloseable {

    /**
     * Returns the resource.
     *
     * @return the resource
     * @throws UseAfterCloseException if it was closed, released or moved, by whomever
     */
    R get();

    /**
     * Takes the resource out of the scope: from now on the caller owns it.
     *
     * @return the resource, open
     * @throws UseAfterCloseException if it was closed, released or moved already
     */
    R release();

    /**
     * Hands the resource to {@code target} in one step, as its newest entry. This handle is then used up.
     *
     * @param target an open scope
     * @return the new handle
     * @throws UseAfterCloseException if it was closed, released or moved already
     * @throws ScopeClosedException if {@code target} is closed; the resource then stays where it is
     * @throws ScopeFullException if a budget of {@code target} is spent; the resource then stays where it is
     */
    Owned<R> moveTo(Scope target);

    /**
     * Closes the resource now, on this thread, and takes it out of the scope. Idempotent; does nothing if the scope has
     * closed it or is about to.
     *
     * @throws CloseException if the resource throws a checked exception; unchecked ones and errors pass as they are
     */
    @Override
    void close();
}
