package dev.lifecycle.health;

import java.util.Objects;

/**
 * A {@link dev.lifecycle.pool.ResourcePool} of the tree.
 *
 * @param path of the pool, the scopes above it included
 * @param used resources that are lent out; -1 if that is not known
 * @param max how many there are without the overflow; 0 or less if that is not known
 * @param waiting callers that wait for one; -1 if that is not known
 */
public record PoolInfo(String path, long used, long max, long waiting) {

    /** From this share on, a pool is a warning. */
    static final double FULL = 0.9;

    /** Checks that nothing is null. */
    public PoolInfo {
        Objects.requireNonNull(path, "path");
    }

    /**
     * Returns how much of it is lent out.
     *
     * @return {@code used} to {@code max}: above 1 while the overflow is in use; -1 if one of them is not known
     */
    public double fraction() {
        return max <= 0 || used < 0 ? -1 : (double) used / max;
    }

    /**
     * Tells whether it is about to run dry.
     *
     * @return whether nine tenths are lent out
     */
    public boolean warn() {
        return fraction() >= FULL;
    }
}
