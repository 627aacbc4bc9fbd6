package dev.lifecycle.collect;

/**
 * Hears of each value that leaves a cache, once.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
@FunctionalInterface
public interface RemovalListener<K, V> {

    /**
     * Called after the value has left, with no lock held, on the thread that made it leave or on the executor that was set. It
     * may use the cache; where it puts what displaces again, it is called again from within, up to {@value
     * dev.lifecycle.spi.BudgetBufferConfig#MAX_DEPTH} calls deep. Where values are closed, this one is still open.
     *
     * @param key whose value it was
     * @param value the value
     * @param cause why
     */
    void onRemoval(K key, V value, RemovalCause cause);
}
