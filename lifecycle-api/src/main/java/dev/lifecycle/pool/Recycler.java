package dev.lifecycle.pool;

import dev.lifecycle.Managed;
import dev.lifecycle.scope.CloseReport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Workers that grow, or go stale, and are therefore replaced from time to time: after so many uses, at an age, or when you say so.
 *
 * <p>A worker is used by one caller at a time, and is never replaced under its hands. Its successor is made and warmed up first; then it takes the place, and the
 * old one is ended once its user is done with it. So there are always workers; at most {@link RecyclerBuilder#maxConcurrent} are being replaced at one time, and
 * limits that would fall together differ by their jitter.
 *
 * <p>If a successor cannot be made, the old worker serves on, and it is tried again after a while. A user that does not come to an end within
 * {@link RecyclerBuilder#drainTimeout} is reported with its stack; the worker stays its own.
 *
 * <p>A {@link ResourcePool} with workers instead of leases: what is said there of waiting, time limits of the factory and threads holds here, too.
 *
 * @param <W> the type of the workers
 */
public interface Recycler<W> extends Managed {

    /**
     * Starts the description of a recycler.
     *
     * @param name for the tree, messages and log lines; see {@link dev.lifecycle.Names#check}
     * @param factory makes and ends the workers
     * @param <W> the type of the workers
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static <W> RecyclerBuilder<W> builder(String name, ResourceFactory<W> factory) {
        return new RecyclerBuilder<>(name, factory);
    }

    /**
     * Works with a worker; waits for one if all are busy, as long as {@link RecyclerBuilder#waitTimeout} says.
     *
     * @param body the work; must not keep the worker
     * @param <T> its result
     * @param <X> what it may throw
     * @return the result of {@code body}
     * @throws X what {@code body} throws
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws AcquireTimeoutException if there was none in time, or too many callers wait
     * @throws ResourceCreationException if none can be made, and none could come back
     * @throws NestedAcquireException never: a body that uses another worker waits, and a warning says so
     * @throws PoolClosedException if the recycler is closed, before or meanwhile
     */
    <T extends @Nullable Object, X extends Exception> T use(ThrowingFunction<? super W, T, X> body)
            throws X, InterruptedException;

    /**
     * Has all workers replaced that there are, one after the other, and waits until they are, for the drain time-out at most. When the thread is
     * interrupted, it stops waiting and leaves the flag set; the replacement goes on. Within a use, it does not wait for the end of that use.
     *
     * @return what came of it
     * @throws PoolClosedException if the recycler is closed
     */
    RecycleReport recycleNow();

    /**
     * Counts. Stops nobody.
     *
     * @return the figures; after a close, the last ones
     */
    RecyclerStats stats();

    /**
     * Closes it: refuses new callers, fails those that wait, waits for those that are at work, and ends the workers; see {@link ResourcePool#close(Duration)}.
     *
     * @param deadline how long it waits at most; zero not to wait
     * @return as the pool's; {@code overruns} are the uses that did not come to an end, with the stack of their thread
     * @throws IllegalArgumentException if {@code deadline} is negative
     */
    CloseReport close(Duration deadline);

    /** Closes it with a deadline of 30 seconds. What is in use still is logged. */
    @Override
    void close();
}
