package dev.lifecycle.pool;

/**
 * Makes, checks and ends the resources of a {@link ResourcePool}.
 *
 * <p>All but {@link #reset} are called on threads of the pool, each with a time limit, none with a lock held; several at once, but never
 * two for the same resource, save {@link #abort}. The context class loader of such a thread is that of the factory's class.
 *
 * @param <R> the type of the resources
 */
@FunctionalInterface
public interface ResourceFactory<R> {

    /**
     * Makes a resource.
     *
     * @return a new one: never null, never one that was returned before and is still in the pool
     * @throws Exception if there is none to be had; tried again after a while, see {@link ResourceCreationException}
     */
    R create() throws Exception;

    /**
     * Tells whether a resource still works. Called for one that was idle, see {@link ResourcePoolBuilder#validateAfterIdle}. A factory
     * that leaves this method as it is has its resources never checked.
     *
     * @param resource idle, nobody has it
     * @return false to have it destroyed and replaced
     * @throws Exception as if it returned false
     */
    default boolean validate(R resource) throws Exception {
        return true;
    }

    /**
     * Prepares a resource for its next holder. Called by {@link dev.lifecycle.Lease#close}, on its thread, before anybody else is given the
     * resource. A factory that leaves this method as it is makes a return cheaper.
     *
     * @param resource given back
     * @throws Exception to have it destroyed; who gave it back does not hear of it
     */
    default void reset(R resource) throws Exception {}

    /**
     * Ends a resource. Called once for each that was created, whatever happens to it.
     *
     * @param resource nobody has it, nor will
     * @throws Exception counted, and told to the {@link PoolListener}; the resource counts as ended
     */
    default void destroy(R resource) throws Exception {
        if (resource instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /**
     * Makes {@link #validate} or {@link #destroy} of a resource come back that has overrun its time limit, by closing a socket, for example.
     * Called from another thread while that call hangs; its thread has been interrupted before. Must not block. What it throws is passed
     * over.
     *
     * @param resource whose call hangs
     * @throws Exception passed over
     */
    default void abort(R resource) throws Exception {}
}
