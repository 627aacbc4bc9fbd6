package dev.lifecycle.memory;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.spi.MemorySupport;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * One kind of memory: how much of it is used, and how much there is.
 *
 * <p>A {@link MemoryGuard} reads it up to twenty times a second on a thread of its own: it should not block, and those of the library allocate nothing and take some
 * microseconds. One that throws is counted, and left out until it no longer does.
 */
public interface MemorySource {

    /** Returned for what is not known, or not yet. */
    long UNKNOWN = -1;

    /**
     * Returns what events and messages call it.
     *
     * @return like {@code container}, the same each time
     */
    String name();

    /**
     * Returns how much is used now.
     *
     * @return bytes, or {@link #UNKNOWN}
     */
    long usedBytes();

    /**
     * Returns how much there is now; it may change.
     *
     * @return bytes; 0 or less for no limit: such a source is reported and never raises a level
     */
    long limitBytes();

    /**
     * Counts the readings of a source that does not have a new one each time it is asked, such as one that knows its value after a collection only: what was done about memory is
     * judged by a later reading.
     *
     * @return a number that grows with each new reading, or {@link #UNKNOWN} if each one is new
     */
    default long sequence() {
        return UNKNOWN;
    }

    /**
     * Returns the container this process runs in: what is charged without file pages, which the kernel drops before it kills, and the smallest limit of the control groups on the path to
     * it, of version 1 or 2. Outside of one, or without a limit: the resident set, and the physical memory.
     *
     * <p>Garbage in the heap counts only where it can do harm. A heap fills with it up to its maximum, and its pages stay charged; so where the whole heap fits into 97 percent of the limit
     * beside what is outside of it, what counts is what is outside, and the {@linkplain #heapLive live set}. Where it does not fit, or from 98 percent on, all of it counts.
     *
     * @return {@code container}; linux only, elsewhere it is unknown
     */
    static MemorySource container() {
        return support().container();
    }

    /**
     * Returns the live set of the heap: what collections leave over, as far as that can be believed, never what is in use now, which is mostly garbage. Which collections those are
     * depends on the collector: full ones; with G1 those that also collect the old pool, or else the least of 256 young ones; with ZGC and Shenandoah the least of eight cycles, since what
     * was allocated during a cycle is in the others; a young one of the serial and the parallel collector only lowers it. So it lags behind a live set that grows.
     *
     * @return {@code heap.live}; unknown before the first such collection, and always with a collector that is not known
     */
    static MemorySource heapLive() {
        return support().heapLive();
    }

    /**
     * Returns the direct buffers that the JDK counts: not those made without a cleaner, as some network libraries do.
     *
     * @return {@code direct}
     */
    static MemorySource direct() {
        return support().direct();
    }

    /**
     * Returns the metaspace: class metadata.
     *
     * @return {@code metaspace}; it mostly has no limit
     */
    static MemorySource metaspace() {
        return support().metaspace();
    }

    /**
     * Makes a source of two functions: the counters of a network library, or of a pool.
     *
     * @param name see {@link Names#check}
     * @param used as {@link #usedBytes}
     * @param limit as {@link #limitBytes}
     * @return a source
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static MemorySource of(String name, LongSupplier used, LongSupplier limit) {
        String checked = Names.check(name, "name");
        Objects.requireNonNull(used, "used");
        Objects.requireNonNull(limit, "limit");
        return new MemorySource() {
            @Override
            public String name() {
                return checked;
            }

            @Override
            public long usedBytes() {
                return used.getAsLong();
            }

            @Override
            public long limitBytes() {
                return limit.getAsLong();
            }

            @Override
            public String toString() {
                return checked;
            }
        };
    }

    private static MemorySupport support() {
        return Lifecycle.provider().part(MemorySupport.class);
    }
}
