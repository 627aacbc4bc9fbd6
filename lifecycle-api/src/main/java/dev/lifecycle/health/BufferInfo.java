package dev.lifecycle.health;

import dev.lifecycle.Kind;
import java.util.Objects;

/**
 * A {@link dev.lifecycle.collect.BoundedBuffer} or {@link dev.lifecycle.collect.BudgetBuffer} of the tree.
 *
 * @param path of the buffer, the scopes above it included
 * @param kind what sort of buffer it is
 * @param used elements, or their weight; -1 if that is not known
 * @param max the capacity, or the budget; -1 if that is not known
 */
public record BufferInfo(String path, Kind kind, long used, long max) {

    /** Checks that nothing is null. */
    public BufferInfo {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(kind, "kind");
    }

    /** Returns how full it is, like {@code 156/1000}. */
    @Override
    public String toString() {
        return (used < 0 ? "?" : String.valueOf(used)) + "/" + (max < 0 ? "?" : String.valueOf(max));
    }
}
