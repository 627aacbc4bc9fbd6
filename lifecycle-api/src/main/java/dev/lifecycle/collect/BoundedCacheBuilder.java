package dev.lifecycle.collect;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.scope.Release;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.BoundedCacheConfig;
import dev.lifecycle.spi.BoundedCacheConfig.Closing;
import dev.lifecycle.spi.BoundedCacheConfig.Expiry;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Describes a cache. Not thread-safe; may be used again: each {@code open} makes another cache.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class BoundedCacheBuilder<K, V> {
    private static final long UNSET = BoundedCacheConfig.UNSET;

    private final String name;
    private long maximum = UNSET;
    private @Nullable ToIntBiFunction<? super K, ? super V> weigher;
    private long writeNanos = UNSET;
    private long accessNanos = UNSET;
    private @Nullable BiFunction<? super K, ? super V, Duration> expiry;
    private boolean exactTime;
    private boolean hardBound;
    private boolean recordStats;
    private double alertBelow = BoundedCacheConfig.DEFAULT_ALERT;
    private long alertNanos = BoundedCacheConfig.DEFAULT_ALERT_NANOS;
    private @Nullable RemovalListener<? super K, ? super V> listener;
    private @Nullable Executor executor;
    private boolean closesValues;
    private @Nullable Release<? super V> release;
    private int maxOpen = Integer.MAX_VALUE;
    private long loadNanos = UNSET;
    private long failureNanos = UNSET;
    private @Nullable BiFunction<? super K, ? super V, ? extends @Nullable Object> groups;
    private TimeSource timeSource = TimeSource.system();

    BoundedCacheBuilder(String name) {
        this.name = Names.check(name, "name");
    }

    /**
     * Bounds the cache by the number of its entries.
     *
     * @param entries at least 0; 0 keeps nothing
     * @return this
     * @throws IllegalArgumentException if {@code entries} is negative
     * @throws IllegalStateException if a maximum was set already
     */
    public BoundedCacheBuilder<K, V> maximumSize(long entries) {
        return maximum("maximumSize", entries);
    }

    /**
     * Bounds the cache by what its entries weigh: bytes, for example.
     *
     * @param weight at least 0
     * @param weigher called once for each value that is put or loaded, with no lock held; must not return a negative number,
     *     and what it returns for a value counts until that value leaves
     * @return this
     * @throws IllegalArgumentException if {@code weight} is negative
     * @throws IllegalStateException if a maximum was set already
     */
    public BoundedCacheBuilder<K, V> maximumWeight(long weight, ToIntBiFunction<? super K, ? super V> weigher) {
        Objects.requireNonNull(weigher, "weigher");
        maximum("maximumWeight", weight);
        this.weigher = weigher;
        return this;
    }

    private BoundedCacheBuilder<K, V> maximum(String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be at least 0");
        }
        if (maximum != UNSET) {
            throw new IllegalStateException(what + " " + value + " was given after another maximum, " + maximum
                    + "; a cache has one bound, by size or by weight");
        }
        maximum = value;
        return this;
    }

    /**
     * Lets entries expire a while after they were written. An expired entry is never returned; it is removed by later calls,
     * and by a timer of the library within a second, whether or not anybody uses the cache.
     *
     * @param time positive; more than 146 years is for ever
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public BoundedCacheBuilder<K, V> expireAfterWrite(Duration time) {
        writeNanos = positive(time, "expireAfterWrite");
        return this;
    }

    /**
     * Lets entries expire when they were neither read nor written for a while. May be combined with {@link
     * #expireAfterWrite}: whichever comes first.
     *
     * @param time positive; more than 146 years is for ever
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public BoundedCacheBuilder<K, V> expireAfterAccess(Duration time) {
        accessNanos = positive(time, "expireAfterAccess");
        return this;
    }

    /**
     * Lets each entry expire after a time of its own. May be combined with the other two: whichever comes first.
     *
     * @param expiry called once for each value that is put or loaded, with no lock held; what it returns must not be negative,
     *     and zero lets the value go at once
     * @return this
     */
    public BoundedCacheBuilder<K, V> expireAfter(BiFunction<? super K, ? super V, Duration> expiry) {
        this.expiry = Objects.requireNonNull(expiry, "expiry");
        return this;
    }

    /**
     * Reads the clock at each access of a cache whose entries expire. Without it a read looks at a clock that is up to
     * {@value BoundedCacheConfig#COARSE_MILLIS} ms late, which is about twice as fast; writes are exact.
     *
     * @return this
     */
    public BoundedCacheBuilder<K, V> exactTime() {
        exactTime = true;
        return this;
    }

    /**
     * Never exceeds the bound, not for a moment: makes room before it takes a value in. Writers then take turns.
     *
     * @return this
     */
    public BoundedCacheBuilder<K, V> hardBound() {
        hardBound = true;
        return this;
    }

    /**
     * Counts hits and misses, and logs a warning when fewer than 60 % of the reads of the last 10 minutes were hits.
     *
     * @return this
     */
    public BoundedCacheBuilder<K, V> recordStats() {
        recordStats = true;
        return this;
    }

    /**
     * Counts hits and misses, and logs a warning when too few of the recent reads were hits: once, until there are enough
     * again.
     *
     * @param hitRate between 0, for never, and 1
     * @param window how far back it looks; at least a second
     * @return this
     * @throws IllegalArgumentException if an argument is outside these bounds
     */
    public BoundedCacheBuilder<K, V> recordStats(double hitRate, Duration window) {
        if (!(hitRate >= 0 && hitRate <= 1)) {
            throw new IllegalArgumentException("hitRate is " + hitRate + "; it must be between 0 and 1");
        }
        if (Objects.requireNonNull(window, "window").compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("window is " + window + "; it must be at least PT1S");
        }
        alertBelow = hitRate;
        alertNanos = TimeUnit.NANOSECONDS.convert(window);
        return recordStats();
    }

    /**
     * Tells {@code listener} of each value that leaves. Default: nobody.
     *
     * @param listener what it throws is logged and counted, and changes nothing for the caller
     * @return this
     */
    public BoundedCacheBuilder<K, V> onRemoval(RemovalListener<? super K, ? super V> listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Runs the listener, and what closes values, elsewhere. Default: on the thread that makes a value leave.
     *
     * @param executor a task it rejects is run by the caller
     * @return this
     */
    public BoundedCacheBuilder<K, V> executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * Makes the cache the owner of its values, which must be {@link AutoCloseable}: see {@link BoundedCache}. One value may
     * have several keys; it is closed when the last has gone. Do not put one that was closed.
     *
     * @return this
     */
    public BoundedCacheBuilder<K, V> closeValues() {
        closesValues = true;
        release = null;
        return this;
    }

    /**
     * Makes the cache the owner of its values like {@link #closeValues()}, which are released by {@code release}.
     *
     * @param release called once for each value; what it throws is logged and counted
     * @return this
     */
    public BoundedCacheBuilder<K, V> closeValues(Release<? super V> release) {
        closesValues = true;
        this.release = Objects.requireNonNull(release, "release");
        return this;
    }

    /**
     * Limits how many values are open: those of entries, those that are borrowed and those that are being loaded. A load over
     * it evicts an idle value, or waits until one is given back. Needs {@link #closeValues()}.
     *
     * @param values at least 1
     * @return this
     * @throws IllegalArgumentException if {@code values} is less
     */
    public BoundedCacheBuilder<K, V> maxOpen(int values) {
        if (values < 1) {
            throw new IllegalArgumentException("maxOpen is " + values + "; it must be at least 1");
        }
        maxOpen = values;
        return this;
    }

    /**
     * Limits the time of a load: then its thread is interrupted, those who wait get a {@link CacheTimeoutException}, and what
     * it may return later is not kept. Default: no limit.
     *
     * @param time positive
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public BoundedCacheBuilder<K, V> loadTimeout(Duration time) {
        loadNanos = positive(time, "loadTimeout");
        return this;
    }

    /**
     * Remembers that the load of a key failed, and fails alike for a while without loading. A remembered failure counts as
     * an entry, of weight 1. Default: no, each call loads.
     *
     * @param time positive
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public BoundedCacheBuilder<K, V> cacheFailures(Duration time) {
        failureNanos = positive(time, "cacheFailures");
        return this;
    }

    /**
     * Puts each entry into a group: of a tenant, of a user; see {@link BoundedCache#invalidateGroup}.
     *
     * @param tag called once for each value that is put or loaded, with no lock held; null is no group
     * @return this
     */
    public BoundedCacheBuilder<K, V> groups(BiFunction<? super K, ? super V, ? extends @Nullable Object> tag) {
        groups = Objects.requireNonNull(tag, "tag");
        return this;
    }

    /**
     * Sets the clock. Default: {@link TimeSource#system}.
     *
     * @param clock another clock is always read exactly
     * @return this
     */
    public BoundedCacheBuilder<K, V> timeSource(TimeSource clock) {
        timeSource = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Opens a cache that the caller closes. One that is dropped without being closed is reported as a leak.
     *
     * @return an open cache
     * @throws IllegalArgumentException if no maximum was set, or {@code maxOpen} without {@code closeValues}
     */
    public BoundedCache<K, V> open() {
        return Lifecycle.provider().openBoundedCache(config(), null);
    }

    /**
     * Opens a cache that {@code owner} closes, unless it is closed before.
     *
     * @param owner an open scope
     * @return an open cache
     * @throws IllegalArgumentException if no maximum was set, or {@code maxOpen} without {@code closeValues}
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    public BoundedCache<K, V> open(Scope owner) {
        return Lifecycle.provider().openBoundedCache(config(), Objects.requireNonNull(owner, "owner"));
    }

    private BoundedCacheConfig<K, V> config() {
        if (maximum == UNSET) {
            throw new IllegalArgumentException(
                    "no maximum is set; call maximumSize(n) or maximumWeight(n, weigher) before open()");
        }
        if (maxOpen != Integer.MAX_VALUE && !closesValues) {
            throw new IllegalArgumentException("maxOpen is " + maxOpen
                    + ", but values are not closed; call closeValues(), or bound entries with maximumSize(n)");
        }
        return new BoundedCacheConfig<>(
                name,
                maximum,
                weigher,
                new Expiry<>(writeNanos, accessNanos, expiry, exactTime),
                hardBound,
                recordStats,
                alertBelow,
                alertNanos,
                listener,
                executor,
                closesValues ? new Closing<>(release, maxOpen) : null,
                loadNanos,
                failureNanos,
                groups,
                timeSource);
    }

    private static long positive(Duration time, String what) {
        if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
            throw new IllegalArgumentException(what + " is " + time + "; it must be positive");
        }
        return TimeUnit.NANOSECONDS.convert(time);
    }
}
