package dev.lifecycle.scope;

/**
 * Work that needs a scope and returns a result, see {@link Scope#call}.
 *
 * @param <T> the result
 * @param <X> what the work may throw; inferred, an unchecked exception for a lambda without a checked one
 */
@FunctionalInterface
public interface ScopedCall<T, X extends Throwable> {

    /**
     * Does the work.
     *
     * @param scope closed by the caller when this returns or throws
     * @return the result
     * @throws X if the work fails
     */
    T call(Scope scope) throws X;
}
