package dev.lifecycle.spi;

import dev.lifecycle.pool.Fairness;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.NestedAcquire;
import dev.lifecycle.pool.Order;
import dev.lifecycle.pool.PoolListener;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.pool.ResourcePoolBuilder;
import dev.lifecycle.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ResourcePoolBuilder} was told, validated there; see its methods.
 *
 * @param name of the pool
 * @param factory makes and ends the resources
 * @param core how many resources it keeps
 * @param overflow how many more there may be
 * @param overflowIdleNanos how long one of the overflow stays idle
 * @param acquireNanos how long an acquire takes at most
 * @param maxWaiters how many callers may wait
 * @param maxAgeNanos 0 for any age
 * @param maxAgeJitter by which part it may be shorter
 * @param maxUses 0 for any number
 * @param maxUsesJitter by how much it may differ
 * @param maxIdleNanos 0 for no limit
 * @param validateAfterIdleNanos 0 for each time
 * @param validateInBackgroundNanos 0 for never
 * @param validateNanos 0 to validate on the thread of the borrower
 * @param createNanos positive
 * @param drainNanos positive
 * @param closeNanos how long a close waits
 * @param maxConcurrentRecycles at least 1
 * @param minAvailable at most {@code core}
 * @param prefill whether the core is made when it is opened
 * @param fairness how far callers may overtake those who wait
 * @param leakLevel what is done about leaks
 * @param leakAgeNanos positive
 * @param usageWarning from which usage on there is a warning
 * @param usageClear below which it is over
 * @param nestedAcquire what happens when a holder would have to wait
 * @param order which idle resource is lent out
 * @param listener hears what happens, or null
 * @param timeSource the clock
 * @param <R> the type of the resources
 */
public record ResourcePoolConfig<R>(
        String name,
        ResourceFactory<R> factory,
        int core,
        int overflow,
        long overflowIdleNanos,
        long acquireNanos,
        int maxWaiters,
        long maxAgeNanos,
        double maxAgeJitter,
        long maxUses,
        long maxUsesJitter,
        long maxIdleNanos,
        long validateAfterIdleNanos,
        long validateInBackgroundNanos,
        long validateNanos,
        long createNanos,
        long drainNanos,
        long closeNanos,
        int maxConcurrentRecycles,
        int minAvailable,
        boolean prefill,
        Fairness fairness,
        LeakLevel leakLevel,
        long leakAgeNanos,
        double usageWarning,
        double usageClear,
        NestedAcquire nestedAcquire,
        Order order,
        @Nullable PoolListener listener,
        TimeSource timeSource) {

    /**
     * Checks sizes that belong together.
     *
     * @param core how many resources are kept
     * @param overflow how many more there may be
     * @param minAvailable how many stay
     * @throws IllegalArgumentException if they do not fit each other
     */
    public static void checkSizes(int core, int overflow, int minAvailable) {
        if (core < 1) {
            throw new IllegalArgumentException("core is " + core + "; it must be at least 1");
        }
        if (overflow < 0) {
            throw new IllegalArgumentException("overflow is " + overflow + "; it must be at least 0");
        }
        if (overflow > ResourcePoolBuilder.MAX_RESOURCES - core) {
            throw new IllegalArgumentException("core is " + core + " and overflow " + overflow
                    + "; together they must be at most " + ResourcePoolBuilder.MAX_RESOURCES);
        }
        if (minAvailable > core) {
            throw new IllegalArgumentException("minAvailable is " + minAvailable + "; it must be at most core, " + core
                    + ". Raise core, or keep fewer");
        }
    }
}
