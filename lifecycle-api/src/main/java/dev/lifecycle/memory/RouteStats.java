package dev.lifecycle.memory;

import java.util.Objects;

/**
 * What the requests of one route took, since the tracker was opened.
 *
 * @param route its name; {@code other} for those beyond the bound
 * @param count how many ended
 * @param p50Nanos half of them took at most this, up to an eighth more
 * @param p99Nanos 99 of 100 took at most this, up to an eighth more
 * @param allocatedPerRequest bytes, of those where it is known; -1 if there are none
 * @param retainedPerRequest bytes that stay alive for each of them; NaN if that cannot be known yet
 * @param retainedLow the lower end of its interval of 99.9 %; NaN if that cannot be known
 * @param retainedHigh its upper end; NaN if that cannot be known
 * @param leakRank 1 for the route that most likely keeps memory, 2 for the next; 0 for those that seem to keep nothing, or are not known
 */
public record RouteStats(
        String route,
        long count,
        long p50Nanos,
        long p99Nanos,
        long allocatedPerRequest,
        double retainedPerRequest,
        double retainedLow,
        double retainedHigh,
        int leakRank) {

    /** Checks what must not be null. */
    public RouteStats {
        Objects.requireNonNull(route, "route");
    }

    /**
     * Tells whether there was enough to estimate what is retained: collections that went through the old part of the heap, and load that changed otherwise than that of the other routes.
     *
     * @return true if the estimate is a number
     */
    public boolean isRetainedKnown() {
        return !Double.isNaN(retainedPerRequest);
    }
}
