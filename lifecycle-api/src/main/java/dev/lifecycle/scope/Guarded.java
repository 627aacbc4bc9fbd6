package dev.lifecycle.scope;

import dev.lifecycle.Lease;

/**
 * A resource of a scope that is lent out: it is not closed while a lease on it is open.
 *
 * <p>Thread-safe.
 *
 * @param <R> the type of the resource
 */
public interface Guarded<R> extends AutoCloseable {

    /**
     * Lends the resource.
     *
     * @return a lease; close it, also after the scope has begun to close
     * @throws UseAfterCloseException if {@link #close} has begun, or the resource was
     *     {@linkplain Lease#invalidate invalidated}
     */
    Lease<R> lease();

    /**
     * Counts the open leases.
     *
     * @return how many leases are open now
     */
    int leases();

    /**
     * Refuses new leases, waits for the open ones up to the close deadline of the scope (without one: 30 s), then
     * closes the resource. Runs once; a second call waits for the first.
     *
     * @throws CloseException if leases are still open at the deadline, naming their holders. The resource is then closed
     *     by the last of them; or if the resource throws a checked exception
     */
    @Override
    void close();
}
