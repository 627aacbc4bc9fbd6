package dev.lifecycle.scope;

/**
 * A view of a {@link Scope} whose {@code close} throws a checked exception of the given type as it is:
 * {@code try (var scope = Scope.open().throwing(IOException.class))}.
 *
 * @param <X> the checked exception
 */
public interface TypedScope<X extends Exception> extends ScopeOps, AutoCloseable {

    /**
     * Closes the scope, see {@link Scope#close}.
     *
     * @throws X if the first failure is of that type
     * @throws CloseException if it is another checked exception
     */
    @Override
    void close() throws X;

    /**
     * Returns the scope behind this view.
     *
     * @return the scope
     */
    Scope scope();
}
