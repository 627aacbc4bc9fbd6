package dev.lifecycle.memory;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A request that has begun, see {@link RequestTracker#begin}. The thread that began it logs with its id until it ends.
 *
 * <p>May be closed by any thread; what it allocated is known only where the same thread does.
 */
public interface Request extends AutoCloseable {

    /**
     * Returns its id.
     *
     * @return as it was given
     */
    String id();

    /**
     * Returns its route.
     *
     * @return as it was given
     */
    String route();

    /**
     * Hands the id over: who runs the result logs with it, and has the id from before again afterwards, also if {@code body} throws. Only the id is kept, not the request, which may end before.
     *
     * @param body to be run by another thread, any number of times
     * @return runs {@code body}
     */
    Runnable wrap(Runnable body);

    /**
     * Hands the id over, see {@link #wrap(Runnable)}.
     *
     * @param <T> what it returns
     * @param body to be called by another thread, any number of times
     * @return calls {@code body}
     */
    <T extends @Nullable Object> Callable<T> wrap(Callable<T> body);

    /** Ends it: once, also if two threads close it. Gives the thread the id it had before. Throws nothing: a failure of the sink is counted. */
    @Override
    void close();
}
