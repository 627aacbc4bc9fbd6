package dev.lifecycle.pool;

import java.util.Objects;

/**
 * The figures of a pool. Those that say how it stands belong to about the same moment; the others only grow.
 *
 * @param name of the pool
 * @param core how many resources it keeps
 * @param overflow how many more it makes when all are in use
 * @param idle how many wait for somebody, those that are to be validated before included
 * @param leased how many are lent out
 * @param creating how many are being made
 * @param waiting how many callers wait
 * @param acquired how many leases were given
 * @param created how many resources were made
 * @param destroyed how many were ended
 * @param timeouts how many callers waited in vain
 * @param rejected how many callers did not get to wait: too many did, or they hold a lease already
 * @param validationFailures how many resources did not pass
 * @param recycledByAge how many were replaced for their age
 * @param recycledByUses how many were replaced for their number of uses
 * @param leaksSuspected how many leases were held for too long
 * @param leaksCollected how many leases were dropped, found and given back
 * @param quarantined how many calls of the factory have overrun their time limit and not come back yet
 * @param usage {@code leased} to {@code core}: above 1 while the overflow is in use
 * @param checking how many are being validated, or reset
 * @param retiring how many are being ended
 * @param recycledByRequest how many were replaced because somebody asked for it: {@link ResourcePool#recycleAll}, {@link
 *     dev.lifecycle.Lease#invalidate}, or a predicate
 * @param createFailures how often the factory made none
 * @param resetFailures how many resources could not be reset
 * @param destroyFailures how many ends of resources failed
 */
public record PoolStats(
        String name,
        int core,
        int overflow,
        int idle,
        int leased,
        int creating,
        int waiting,
        long acquired,
        long created,
        long destroyed,
        long timeouts,
        long rejected,
        long validationFailures,
        long recycledByAge,
        long recycledByUses,
        long leaksSuspected,
        long leaksCollected,
        int quarantined,
        double usage,
        int checking,
        int retiring,
        long recycledByRequest,
        long createFailures,
        long resetFailures,
        long destroyFailures) {

    /** Checks nothing but the name. */
    public PoolStats {
        Objects.requireNonNull(name, "name");
    }
}
