package dev.lifecycle.memory;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.spi.MemorySupport;
import java.util.List;

/**
 * Follows requests: how long they took, what they allocated, and which route keeps memory. While one runs, the lines that the library logs on its thread begin with its id.
 *
 * <p><b>What is suspected.</b> That the heap grew while a request ran says nothing where others ran as well, nor where the growth is garbage. {@link RequestRecord#suspect} is true only if
 * <ul>
 *   <li>the request was alone in flight all the time, a collection came meanwhile, and what that left alive is {@linkplain RequestTrackerBuilder#suspectBytes so many bytes} above all that
 *       was in use as the request began, which the request itself allocated, as far as that is known; or
 *   <li>the requests of its route keep more than {@linkplain RequestTrackerBuilder#retainedTarget so much} each, by the whole interval of {@link RouteStats}.
 * </ul>
 *
 * <p><b>What a route keeps</b> is fitted: the live heap, as collections of its old part left it, against the requests of each route until then, over a day at most. That takes hours, and load
 * that changes from route to route; where there is neither, the figures say that it cannot be known. In simulation, 20 routes beside
 * sessions of 6 MB, 12 hours: one that keeps 200 bytes was the first in 200 runs of 200 at 64 requests a second on each route, in 24 at one a second.
 *
 * <p><b>Cost.</b> Beginning and ending a request together read the clock twice and the allocation of the thread twice, and make 40 bytes of short-lived objects, and a record where there
 * is a sink. The heap is read by a daemon thread, every 100 ms. Each route takes 3.2 KB, and up to 2 KB of counts.
 *
 * <p>All methods may be called from any thread. A request that is never closed counts as in flight; of one thread, the last eight.
 */
public interface RequestTracker extends Managed {

    /**
     * Starts the description of a tracker.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static RequestTrackerBuilder builder(String name) {
        return new RequestTrackerBuilder(name);
    }

    /**
     * Returns the id of the request that the current thread works for, of whichever tracker: for log formatters.
     *
     * @return {@code -} outside of requests
     */
    static String currentId() {
        return Lifecycle.provider().part(MemorySupport.class).currentRequestId();
    }

    /**
     * Begins a request on this thread. It may begin within another one: that goes on when this one ends.
     *
     * @param route what its figures are kept by: the pattern, like {@code POST /orders/:id}, not the path
     * @param id of this request
     * @return to be closed when it ends
     * @throws IllegalArgumentException if one of them is blank, longer than {@link Names#MAX_LENGTH} or holds a control character: it could not be logged on one line
     * @throws RequestTrackerClosedException if this tracker is closed
     */
    Request begin(String route, String id);

    /**
     * Tells what the routes took, those that most likely keep memory first, then by count. Takes some milliseconds for hundreds of routes.
     *
     * @return at most {@linkplain RequestTrackerBuilder#maxRoutes so many}, and {@code other}
     */
    List<RouteStats> routes();

    /** Ends the tracker. Idempotent. Requests that are open then end as usual, but the sink hears nothing of them. What was counted can be asked for all the same. */
    @Override
    void close();
}
