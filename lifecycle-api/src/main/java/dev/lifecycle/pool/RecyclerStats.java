package dev.lifecycle.pool;

import java.util.Objects;

/**
 * The figures of a recycler. Those that say how it stands belong to about the same moment; the others only grow.
 *
 * @param name of the recycler
 * @param workers how many there are to be
 * @param healthy how many there are to work with: idle and busy ones
 * @param busy how many are at work
 * @param creating how many are being made, with their warm-up
 * @param waiting how many callers wait for one
 * @param uses how often one was used
 * @param replacedByUses how many were replaced for their number of uses
 * @param replacedByAge how many were replaced for their age
 * @param replacedByRequest how many were replaced because the predicate, {@link Recycler#recycleNow} or a failed check said so
 * @param createFailures how often none could be made, or warmed up
 * @param drainOverruns how often one was in use for longer than the drain time-out after its successor was ready
 */
public record RecyclerStats(
        String name,
        int workers,
        int healthy,
        int busy,
        int creating,
        int waiting,
        long uses,
        long replacedByUses,
        long replacedByAge,
        long replacedByRequest,
        long createFailures,
        long drainOverruns) {

    /** Checks nothing but the name. */
    public RecyclerStats {
        Objects.requireNonNull(name, "name");
    }
}
