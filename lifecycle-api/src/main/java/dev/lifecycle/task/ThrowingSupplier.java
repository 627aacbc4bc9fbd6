package dev.lifecycle.task;

import org.jspecify.annotations.Nullable;

/**
 * Work that returns a result and may throw.
 *
 * @param <T> the result
 * @param <X> what the work may throw; inferred, an unchecked exception for a lambda without a checked one
 */
@FunctionalInterface
public interface ThrowingSupplier<T extends @Nullable Object, X extends Exception> {

    /**
     * Does the work.
     *
     * @return the result
     * @throws X if the work fails
     */
    T get() throws X;
}
