package dev.lifecycle.scope;

/**
 * Releases a value that is not {@link AutoCloseable}, or that is to be released in another way.
 *
 * @param <R> what is released
 */
@FunctionalInterface
public interface Release<R> {

    /**
     * Releases {@code value}. Called once.
     *
     * @param value what to release
     * @throws Exception if it fails; reported like a failing {@code close}
     */
    void release(R value) throws Exception;
}
