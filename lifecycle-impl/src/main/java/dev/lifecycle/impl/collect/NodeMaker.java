package dev.lifecycle.impl.collect;

import dev.lifecycle.spi.BoundedCacheConfig;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/** Makes the node of a value: asks the functions of the user, and picks the smallest kind of node that serves. */
final class NodeMaker<K, V> {
    private static final long UNSET = BoundedCacheConfig.UNSET;

    private final String name;
    private final @Nullable ToIntBiFunction<? super K, ? super V> weigher;
    private final long writeNanos;
    private final long accessNanos;
    private final @Nullable BiFunction<? super K, ? super V, Duration> each;
    private final long failureNanos;
    private final @Nullable BiFunction<? super K, ? super V, ? extends @Nullable Object> tags;
    private final @Nullable Groups groups;
    private final boolean timed;
    private final boolean closes;
    private final boolean full;

    NodeMaker(BoundedCacheConfig<K, V> config, @Nullable Groups groups) {
        name = config.name();
        weigher = config.weigher();
        writeNanos = config.expiry().writeNanos();
        accessNanos = config.expiry().accessNanos();
        each = config.expiry().each();
        failureNanos = config.failureNanos();
        tags = config.groups();
        this.groups = groups;
        boolean hasLimit = writeNanos != UNSET || each != null;
        timed = hasLimit || accessNanos != UNSET || failureNanos != UNSET;
        closes = config.closing() != null;
        full = groups != null
                || closes && (timed || weigher != null)
                || timed && weigher != null
                || hasLimit && accessNanos != UNSET;
    }

    /** Whether entries expire, or failures. */
    boolean isTimed() {
        return timed;
    }

    /** Whether reads put deadlines off, up to a limit. */
    boolean hasLimits() {
        return full && accessNanos != UNSET;
    }

    /**
     * Makes the node of a value; nothing is changed when it throws.
     *
     * @param now when it is written
     * @param holding that has counted the entry, where values are closed
     */
    CacheNode make(K key, int hash, V value, long now, @Nullable Holding holding) {
        int weight = weigher == null ? 1 : weigh(weigher, key, value);
        long limit = timed ? limit(key, value, now) : CacheNode.NEVER;
        long deadline = accessNanos == UNSET ? limit : Math.min(limit, CacheTimes.plus(now, accessNanos));
        if (!full && closes) {
            return new CacheNode.Held(key, hash, value, holding);
        }
        if (!full) {
            return timed
                    ? new CacheNode.Timed(key, hash, value, deadline)
                    : weigher != null
                            ? new CacheNode.Weighed(key, hash, value, weight)
                            : new CacheNode(key, hash, value);
        }
        Object tag = tags == null ? null : tags.apply(key, value);
        Groups.Group group = groups == null || tag == null ? null : groups.enter(tag);
        boolean made = false;
        try {
            CacheNode node = new CacheNode.Full(key, hash, value, deadline, limit, weight, holding, group);
            made = true;
            return node;
        } finally {
            if (!made && group != null && groups != null) {
                groups.leave(group);
            }
        }
    }

    /** Makes the node of a failure. */
    CacheNode failure(Object key, int hash, Throwable cause, long now) {
        Failure failure = new Failure(cause);
        long deadline = CacheTimes.plus(now, failureNanos);
        return full
                ? new CacheNode.Full(key, hash, failure, deadline, deadline, 1, null, null)
                : new CacheNode.Timed(key, hash, failure, deadline);
    }

    /** Called after {@code node} was put, or refused. */
    void entered(CacheNode node) {
        if (groups != null && node instanceof CacheNode.Full entry && entry.group != null) {
            groups.leave(entry.group);
        }
    }

    /** Called in place of {@link #entered} for a value that is the cache's, and was not put: it closes after its leases. */
    void dropped(CacheNode node) {
        entered(node);
        Holding holding = node.holding();
        if (holding != null) {
            holding.dropEntry();
        }
    }

    private int weigh(ToIntBiFunction<? super K, ? super V> weigher, K key, V value) {
        int weight = weigher.applyAsInt(key, value);
        if (weight < 0) {
            throw new IllegalArgumentException("the weigher of cache " + name + " returned " + weight + " for key "
                    + Texts.of(key) + "; a weight must be at least 0");
        }
        return weight;
    }

    private long limit(K key, V value, long now) {
        long limit = writeNanos == UNSET ? CacheNode.NEVER : CacheTimes.plus(now, writeNanos);
        if (each != null) {
            Duration time = Objects.requireNonNull(
                    each.apply(key, value), () -> "the expiry of cache " + name + " for key " + Texts.of(key));
            if (time.isNegative()) {
                throw new IllegalArgumentException("the expiry of cache " + name + " returned " + time + " for key "
                        + Texts.of(key) + "; it must not be negative");
            }
            limit = Math.min(limit, CacheTimes.plus(now, TimeUnit.NANOSECONDS.convert(time)));
        }
        return limit;
    }
}
