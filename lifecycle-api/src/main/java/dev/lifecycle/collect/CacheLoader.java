package dev.lifecycle.collect;

/**
 * Makes the value of a key that is not in the cache.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
@FunctionalInterface
public interface CacheLoader<K, V> {

    /**
     * Makes the value. Called with no lock held, on the thread that asked first. It may use the cache, but not wait for its
     * own key; it is interrupted when its time is over.
     *
     * @param key whose value it makes
     * @return never null
     * @throws Exception if there is none; see {@link CacheLoadException}
     */
    V load(K key) throws Exception;
}
