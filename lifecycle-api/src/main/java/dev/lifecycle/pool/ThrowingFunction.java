package dev.lifecycle.pool;

import org.jspecify.annotations.Nullable;

/**
 * Work with one argument that returns a result and may throw.
 *
 * @param <A> the argument
 * @param <T> the result
 * @param <X> what the work may throw; inferred, an unchecked exception for a lambda without a checked one
 */
@FunctionalInterface
public interface ThrowingFunction<A, T extends @Nullable Object, X extends Exception> {

    /**
     * Does the work.
     *
     * @param argument what to work with
     * @return the result
     * @throws X if the work fails
     */
    T apply(A argument) throws X;
}
