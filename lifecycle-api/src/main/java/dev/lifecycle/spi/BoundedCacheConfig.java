package dev.lifecycle.spi;

import dev.lifecycle.collect.RemovalListener;
import dev.lifecycle.scope.Release;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.collect.BoundedCacheBuilder} was told, validated there; see its methods.
 *
 * @param name of the cache
 * @param maximum number of entries, or their weight
 * @param weigher null where entries are counted
 * @param expiry when entries expire
 * @param hardBound whether the bound holds at every moment
 * @param recordStats whether hits and misses are counted
 * @param alertBelow the lowest hit rate without a warning
 * @param alertNanos how far back it looks
 * @param listener hears of what leaves, or null
 * @param executor runs the listener and closes values, or null
 * @param closing how values are closed, or null
 * @param loadNanos the limit of a load, or {@link #UNSET}
 * @param failureNanos how long failures are remembered, or {@link #UNSET}
 * @param groups the tag of an entry, or null
 * @param timeSource the clock
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public record BoundedCacheConfig<K, V>(
        String name,
        long maximum,
        @Nullable ToIntBiFunction<? super K, ? super V> weigher,
        Expiry<K, V> expiry,
        boolean hardBound,
        boolean recordStats,
        double alertBelow,
        long alertNanos,
        @Nullable RemovalListener<? super K, ? super V> listener,
        @Nullable Executor executor,
        @Nullable Closing<V> closing,
        long loadNanos,
        long failureNanos,
        @Nullable BiFunction<? super K, ? super V, ? extends @Nullable Object> groups,
        TimeSource timeSource) {

    /** Stands for a number that was not set. */
    public static final long UNSET = -1;

    /** How late the clock of reads may be, in milliseconds. */
    public static final int COARSE_MILLIS = 10;

    /** The hit rate below which there is a warning, unless it is said. */
    public static final double DEFAULT_ALERT = 0.60;

    /** How far back the warning looks, unless it is said: ten minutes. */
    public static final long DEFAULT_ALERT_NANOS = TimeUnit.MINUTES.toNanos(10);

    /**
     * When entries expire; nanoseconds or {@link #UNSET}.
     *
     * @param writeNanos after they were written
     * @param accessNanos after they were read or written
     * @param each the time of each, or null
     * @param exact whether reads look at the clock itself
     * @param <K> the type of the keys
     * @param <V> the type of the values
     */
    public record Expiry<K, V>(
            long writeNanos,
            long accessNanos,
            @Nullable BiFunction<? super K, ? super V, Duration> each,
            boolean exact) {}

    /**
     * How values are closed.
     *
     * @param release null where they are {@link AutoCloseable}
     * @param maxOpen how many are open at most
     * @param <V> the type of the values
     */
    public record Closing<V>(@Nullable Release<? super V> release, int maxOpen) {}
}
