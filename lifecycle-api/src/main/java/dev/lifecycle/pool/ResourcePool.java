package dev.lifecycle.pool;

import dev.lifecycle.Lease;
import dev.lifecycle.Managed;
import dev.lifecycle.Shrinkable;
import dev.lifecycle.scope.CloseReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of resources that are dear to make, lent out one at a time, kept fresh, and never lost.
 *
 * <p>A resource belongs to the pool from {@link ResourceFactory#create} to {@link ResourceFactory#destroy}; who works with it has a {@link Lease}. There
 * are at most core and overflow together, and while some are being replaced, {@link ResourcePoolBuilder#maxConcurrentRecycles} more.
 *
 * <p><b>Waiting.</b> The deadline of an {@link #acquire} is for all of it: waiting, making a resource, checking one that was idle. No call of the factory
 * but {@link ResourceFactory#reset} runs on the thread of the caller, so that one that hangs holds nobody up who has a deadline. Those who wait are served in
 * the order in which they came, as strictly as {@link Fairness} says.
 *
 * <p><b>Replacing.</b> A resource that has reached its age or its number of uses goes on serving until its successor is made; only then is it taken out, once
 * its holder has given it back, and ended. If its successor cannot be made, it stays.
 *
 * <p><b>Leaks.</b> A lease that is dropped is found when the garbage collector finds it, and its resource is back in the pool. One that is held for too long
 * is reported with what its thread does, and the report withdrawn when it is closed. See {@link LeakLevel} for who is named when.
 *
 * <p>Thread-safe, for platform and virtual threads alike; a lease belongs to no thread. While there are idle resources, taking and giving back cost an atomic
 * update each and at most 24 bytes; no clock is read, no lock taken, nothing kept for each thread. {@link #stats} and {@link #leases} look at each resource once and
 * stop nobody.
 *
 * @param <R> the type of the resources
 */
public interface ResourcePool<R> extends Managed, Shrinkable {

    /**
     * Starts the description of a pool.
     *
     * @param name for the tree, messages and log lines; see {@link dev.lifecycle.Names#check}
     * @param factory makes and ends the resources
     * @param <R> the type of the resources
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static <R> ResourcePoolBuilder<R> builder(String name, ResourceFactory<R> factory) {
        return new ResourcePoolBuilder<>(name, factory);
    }

    /**
     * Takes a resource; waits for one as long as {@link ResourcePoolBuilder#acquireTimeout} says, by default 30 seconds.
     *
     * @return a lease, to be closed
     * @throws AcquireTimeoutException if there was none in time, or too many callers wait
     * @throws ResourceCreationException if none can be made, and none could come back
     * @throws NestedAcquireException if the thread holds a lease and would have to wait, see {@link NestedAcquire}
     * @throws PoolClosedException if the pool is closed, before or meanwhile
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is taken then
     */
    Lease<R> acquire() throws InterruptedException;

    /**
     * Takes a resource; waits for one if none is idle.
     *
     * @param timeout how long in all, making and checking it included; zero does not wait; long ones are as good as for ever
     * @return a lease, also if it came with the deadline or with an interrupt: the flag of the thread is then set
     * @throws AcquireTimeoutException if there was none in time, or too many callers wait
     * @throws ResourceCreationException if none can be made, and none could come back
     * @throws NestedAcquireException if the thread holds a lease and would have to wait, see {@link NestedAcquire}
     * @throws PoolClosedException if the pool is closed, before or meanwhile
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is taken then
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    Lease<R> acquire(Duration timeout) throws InterruptedException;

    /**
     * Takes a resource that is idle. Never waits; where there is none and there may be more, one begins to be made.
     *
     * @return empty if there is none at this moment
     * @throws PoolClosedException if the pool is closed
     */
    Optional<Lease<R>> tryAcquire();

    /**
     * Works with a resource, and gives it back.
     *
     * @param body the work
     * @param <T> its result
     * @param <X> what it may throw
     * @return the result of {@code body}
     * @throws X what {@code body} throws
     * @throws InterruptedException if the thread is interrupted while it waits for the resource
     * @throws AcquireTimeoutException as {@link #acquire()}
     * @throws ResourceCreationException as {@link #acquire()}
     * @throws NestedAcquireException as {@link #acquire()}
     * @throws PoolClosedException as {@link #acquire()}
     */
    <T extends @Nullable Object, X extends Exception> T use(ThrowingFunction<? super R, T, X> body)
            throws X, InterruptedException;

    /**
     * Counts. Looks at each resource once, and stops nobody.
     *
     * @return the figures; after a close, the last ones
     */
    PoolStats stats();

    /**
     * Lists who holds what. Looks at each resource once, and stops nobody.
     *
     * @return the leases, oldest first
     */
    List<LeaseInfo> leases();

    /**
     * Changes how many resources there may be. Never waits: what is too much is ended as it becomes idle; when there may be more, those who wait are served.
     *
     * @param core between 1 and {@value ResourcePoolBuilder#MAX_RESOURCES}, together with {@code overflow}
     * @param overflow at least 0
     * @throws IllegalArgumentException if one of them is outside these bounds, or {@code core} below {@link ResourcePoolBuilder#minAvailable}
     * @throws PoolClosedException if the pool is closed
     */
    void resize(int core, int overflow);

    /**
     * Ends resources that are idle, down to {@link ResourcePoolBuilder#minAvailable}.
     *
     * @return how many
     */
    int evictIdle();

    /**
     * Has all resources replaced that there are, as if they had reached their age: one after the other, and none before its successor is there.
     *
     * @return how many
     */
    int recycleAll();

    /**
     * Closes it: refuses new callers, fails those that wait, waits for the leases, and ends the resources. What is given back later is ended then. When the
     * thread is interrupted, it stops waiting and leaves the flag set. A second call waits for a running first one, and returns the same report.
     *
     * @param deadline how long it waits at most for leases and for the ends of the resources; zero not to wait
     * @return {@code closed} is the number of resources that were ended, {@code failed} that of ends that failed, {@code overruns} the leases that are still
     *     held, each with its age and where it was taken, and the calls of the factory that did not come back
     * @throws IllegalArgumentException if {@code deadline} is negative
     */
    CloseReport close(Duration deadline);

    /** Closes it with the deadline {@link ResourcePoolBuilder#closeTimeout}. What is still held then is logged. */
    @Override
    void close();
}
