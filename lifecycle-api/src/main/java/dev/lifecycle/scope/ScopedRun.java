package dev.lifecycle.scope;

/**
 * Work that needs a scope, see {@link Scope#run}.
 *
 * @param <X> what the work may throw; inferred, an unchecked exception for a lambda without a checked one
 */
@FunctionalInterface
public interface ScopedRun<X extends Throwable> {

    /**
     * Does the work.
     *
     * @param scope closed by the caller when this returns or throws
     * @throws X if the work fails
     */
    void run(Scope scope) throws X;
}
