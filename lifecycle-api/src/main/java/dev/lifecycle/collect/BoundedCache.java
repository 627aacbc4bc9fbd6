package dev.lifecycle.collect;

import dev.lifecycle.Lease;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.Shrinkable;
import java.time.Duration;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A cache with a bound: keeps what is likely to be used again, by number of entries or by weight, and lets go of the rest.
 *
 * <p>Thread-safe. A read that hits takes no lock and writes nothing that other threads read; {@link #put} and {@link
 * #invalidate} take constant time, with short locks that are never held while code of yours runs: not a loader, a listener,
 * a weigher, a predicate, nor {@code equals}. So a slow loader delays those who want its key, and nobody else.
 *
 * <p>Unless it is opened with {@link BoundedCacheBuilder#hardBound}, a cache may be above its bound for a moment, by what
 * the threads that write at that moment put in, and by 128 entries at most besides. Memory: about 55 bytes an entry, besides
 * key and value; 20 more with expiry.
 *
 * <p>A cache opened with {@link BoundedCacheBuilder#closeValues()} owns its values: it closes each of them once, when no
 * mapping and no {@link #borrow lease} has it any more. It offers {@code borrow} in place of {@code get}, and refuses, with
 * {@link UnsupportedOperationException}, the methods that would hand out a value which may be closed at any moment.
 *
 * <p>What replaces, invalidates, or writes an entry while its key is being loaded wins: what was loaded is given to those who
 * wait for it, and not kept.
 *
 * <p>After {@link #close} every method that reads or writes entries throws {@link CollectionClosedException}.
 *
 * @param <K> the type of the keys: never null, with {@code equals} and {@code hashCode} that do not change
 * @param <V> the type of the values, never null
 */
public interface BoundedCache<K, V> extends Managed, Shrinkable {

    /**
     * Starts the description of a cache.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @param <K> the type of its keys
     * @param <V> the type of its values
     * @return a builder; its bound must be set
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static <K, V> BoundedCacheBuilder<K, V> builder(String name) {
        return new BoundedCacheBuilder<>(name);
    }

    /**
     * Returns the value of {@code key}.
     *
     * @param key not null
     * @return null if there is none, it has expired, or it is just being loaded
     */
    @Nullable
    V get(K key);

    /**
     * Returns the value of {@code key}; loads it if there is none. Of those who want one key at the same time, one loads, on
     * its own thread, and the others wait: no longer than {@link BoundedCacheBuilder#loadTimeout}, where it is set.
     *
     * @param key not null
     * @param loader makes the value
     * @return never null
     * @throws CacheLoadException if the loader throws, or returns null; its cause is what the loader threw. An {@code Error}
     *     is thrown as it is to the one who loads
     * @throws CacheTimeoutException if it takes too long
     * @throws IllegalStateException if the loader, directly or by way of other loads, waits for itself
     */
    V get(K key, CacheLoader<? super K, ? extends V> loader);

    /**
     * Returns the value of {@code key} like {@link #get(Object, CacheLoader)}, within {@code wait}: that covers waiting for
     * another thread's load as well as an own load, which is interrupted when it has passed.
     *
     * @param key not null
     * @param loader makes the value
     * @param wait how long at most; not negative
     * @return never null
     * @throws CacheLoadException if the loader throws, or returns null
     * @throws CacheTimeoutException if it takes longer than {@code wait}, or than the load time-out
     * @throws IllegalStateException if the loader, directly or by way of other loads, waits for itself
     * @throws InterruptedException if the thread is interrupted while it waits for another's load
     */
    V get(K key, CacheLoader<? super K, ? extends V> loader, Duration wait) throws InterruptedException;

    /**
     * Keeps {@code value} for {@code key}, in place of any other. One that is heavier than the whole bound is let go at once.
     * What this throws, it throws before anything is changed; the value is the caller's then.
     *
     * @param key not null
     * @param value not null
     * @throws IllegalArgumentException if the weigher returns a negative number, or if values are closed and this one cannot be
     * @throws CacheTimeoutException if {@link BoundedCacheBuilder#maxOpen} values are open, and all are in use
     */
    void put(K key, V value);

    /**
     * Keeps {@code value} for {@code key} if it has none.
     *
     * @param key not null
     * @param value not null
     * @return the value there is; null if {@code value} was put
     */
    @Nullable
    V putIfAbsent(K key, V value);

    /**
     * Removes the entry of {@code key}.
     *
     * @param key not null
     * @return its value, or null if it had none
     */
    @Nullable
    V remove(K key);

    /**
     * Removes the entry of {@code key}. A load of it that is under way is not kept.
     *
     * @param key not null
     * @return whether it had one
     */
    boolean invalidate(K key);

    /**
     * Removes the entries that {@code predicate} accepts: O(size). Loads that are under way are not kept, since nobody knows
     * what it would say of them.
     *
     * @param predicate called with no lock held; what it throws ends the call, and what was removed stays so
     * @return how many entries were removed
     */
    long invalidateIf(BiPredicate<? super K, ? super V> predicate);

    /**
     * Removes the entries of a group: O(entries of the group). Loads that are under way are not kept if what they load
     * belongs to it.
     *
     * @param tag as the function of {@link BoundedCacheBuilder#groups} returned it
     * @return how many entries were removed
     * @throws IllegalStateException if the cache was opened without {@link BoundedCacheBuilder#groups}
     */
    long invalidateGroup(Object tag);

    /**
     * Removes all entries. Loads that are under way are not kept.
     *
     * @return how many entries were removed
     */
    long invalidateAll();

    /**
     * Drops the coldest entries, until what is left weighs no more than {@code fraction} of what it did. Changes no bound.
     *
     * @param fraction between 0 and 1
     * @return how many entries were dropped
     * @throws IllegalArgumentException if {@code fraction} is outside these bounds
     */
    long trimTo(double fraction);

    /**
     * Borrows the value of {@code key}: it is not closed before the lease is, whatever becomes of the entry.
     *
     * @param key not null
     * @return null if there is none; fit for {@code try}-with-resources all the same
     * @throws UnsupportedOperationException if the cache does not close its values
     */
    @Nullable
    Lease<V> borrow(K key);

    /**
     * Borrows the value of {@code key}; loads it if there is none, like {@link #get(Object, CacheLoader)}. Waits for a value
     * to be given back where {@link BoundedCacheBuilder#maxOpen} are open and in use.
     *
     * @param key not null
     * @param loader makes the value; the cache owns it then
     * @return never null
     * @throws UnsupportedOperationException if the cache does not close its values
     * @throws CacheLoadException if the loader throws, or returns null or what cannot be closed
     * @throws CacheTimeoutException if it takes too long
     */
    Lease<V> borrow(K key, CacheLoader<? super K, ? extends V> loader);

    /**
     * Borrows the value of {@code key} like {@link #borrow(Object, CacheLoader)}, within {@code wait}.
     *
     * @param key not null
     * @param loader makes the value; the cache owns it then
     * @param wait how long at most, for all of it; not negative
     * @return never null
     * @throws UnsupportedOperationException if the cache does not close its values
     * @throws CacheLoadException if the loader throws, or returns null or what cannot be closed
     * @throws CacheTimeoutException if it takes longer than {@code wait}, or than the load time-out
     * @throws InterruptedException if the thread is interrupted while it waits for another's load, or for a value
     */
    Lease<V> borrow(K key, CacheLoader<? super K, ? extends V> loader, Duration wait) throws InterruptedException;

    /**
     * Returns this cache as a map. What it writes goes through to the cache, its iterators are weakly consistent, and its
     * {@code compute} methods call the function with no lock held, again if another thread was faster.
     *
     * @return always the same view
     * @throws UnsupportedOperationException if the cache closes its values
     */
    ConcurrentMap<K, V> asMap();

    /**
     * Tells how many entries there are, with those that have expired and are not removed yet.
     *
     * @return at least 0
     */
    long size();

    /**
     * Tells what the entries weigh, as far as evictions know.
     *
     * @return at least 0; the number of entries where there is no weigher
     */
    long weight();

    /**
     * Returns how large it may be now.
     *
     * @return what was set, or less between {@link #shrink} and {@link #restore}
     */
    long maximum();

    /**
     * Returns the figures so far; they are exact while nobody uses the cache.
     *
     * @return immutable
     */
    CacheStats stats();

    /** Does now what is due: removes what has expired, and what is above the bound. */
    void cleanUp();

    /**
     * Lowers the bound, and drops the coldest entries down to it, until {@link #restore}: to three quarters of what the
     * entries weigh now at {@link dev.lifecycle.Pressure#TRIM}, to half of it at {@code CLEANUP} and {@code EMERGENCY}; a further
     * call halves again. {@link #trimTo} drops all, if that is what is wanted. Allocates nothing unless a listener does.
     *
     * @param level how scarce memory is
     * @param bytesWanted at {@code TRIM}, no more is dropped than gives this back, if it is not 0 and entries are weighed
     * @return what the dropped entries weighed, taken as bytes, plus about 64 bytes for each of them
     */
    @Override
    long shrink(dev.lifecycle.Pressure level, long bytesWanted);

    /** Removes all entries, and closes them if it closes its values; those that are borrowed, after the last lease. */
    @Override
    void close();
}
