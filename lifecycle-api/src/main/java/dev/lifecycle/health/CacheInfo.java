package dev.lifecycle.health;

import dev.lifecycle.Kind;
import java.util.Objects;

/**
 * A {@link dev.lifecycle.collect.BoundedCache} or {@link dev.lifecycle.collect.SessionRegistry} of the tree.
 *
 * @param path of the cache, the scopes above it included
 * @param kind what sort of cache it is
 * @param used entries, or their weight; -1 if that is not known
 * @param max how much of that it may hold; -1 if it says no number
 * @param hitRate the share of recent reads that found something; -1 if that is not recorded
 */
public record CacheInfo(String path, Kind kind, long used, long max, double hitRate) {

    /** Checks that nothing is null. */
    public CacheInfo {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(kind, "kind");
    }

    /** Returns how full it is, like {@code 41/100}. */
    @Override
    public String toString() {
        return (used < 0 ? "?" : String.valueOf(used)) + "/" + (max < 0 ? "?" : String.valueOf(max));
    }
}
