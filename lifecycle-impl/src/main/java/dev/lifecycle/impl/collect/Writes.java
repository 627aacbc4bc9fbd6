package dev.lifecycle.impl.collect;

import dev.lifecycle.collect.RemovalCause;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts values into a cache: makes their nodes, and room for them where that is limited. */
final class Writes<K, V> {
    private static final int IDLE_TRIES = 16;

    private final ClockCache<K, V> cache;
    private final NodeTable table;
    private final Upkeep upkeep;
    private final NodeMaker<K, V> maker;
    private final @Nullable Holdings<V> holdings;
    private final boolean hardBound;

    Writes(ClockCache<K, V> cache, NodeMaker<K, V> maker, boolean hardBound) {
        this.cache = cache;
        this.maker = maker;
        this.hardBound = hardBound;
        table = cache.table();
        upkeep = cache.upkeep();
        holdings = cache.holdings();
    }

    NodeMaker<K, V> maker() {
        return maker;
    }

    boolean isHard() {
        return hardBound;
    }

    /**
     * Puts a value.
     *
     * @param removed takes the one that it replaces
     * @return whether it was put; if not, the rule was against it
     */
    boolean store(K key, V value, NodeTable.Rule rule, Removed removed) {
        int hash = table.hash(Objects.requireNonNull(key, "key"));
        Objects.requireNonNull(value, "value");
        cache.refuseDepth();
        if (holdings == null) {
            return store(key, hash, value, rule, removed, null, false);
        }
        cache.refuseClosed();
        holdings.check(value);
        Holding own = new Holding(value, holdings);
        Holding holding = holdings.enter(own); // first: room is not made by closing this very value
        boolean put = false;
        try {
            put = store(key, hash, value, rule, removed, holding, holding == own);
            return put;
        } finally {
            if (!put && holding != own) {
                holding.dropEntry(); // it was the cache's before
            }
        }
    }

    private boolean store(
            K key,
            int hash,
            V value,
            NodeTable.Rule rule,
            Removed removed,
            @Nullable Holding holding,
            boolean needsRoom) {
        removed.now = cache.now();
        CacheNode fresh = null;
        Removed passed = null;
        boolean hasRoom = false;
        NodeTable.Outcome outcome = NodeTable.Outcome.REFUSED;
        try {
            fresh = maker.make(key, hash, value, removed.now, holding);
            if (needsRoom && holdings != null) {
                hasRoom = reserve(holdings);
                if (!hasRoom) {
                    throw holdings.full("the value was not put");
                }
            }
            passed = passing(fresh, removed.now);
            outcome = hardBound && passed == null
                    ? upkeep.putHard(fresh, rule, removed)
                    : table.put(fresh, rule, removed, passed);
        } finally {
            if (fresh != null) {
                maker.entered(fresh);
            }
            if (outcome != NodeTable.Outcome.PUT && needsRoom && holding != null) {
                holding.forget(hasRoom);
            }
        }
        if (outcome == NodeTable.Outcome.REFUSED) {
            throw cache.closed("the value was not put");
        }
        if (outcome == NodeTable.Outcome.PUT) {
            entered(fresh, removed, passed);
        }
        return outcome == NodeTable.Outcome.PUT;
    }

    /** Makes the node of a value that was loaded, and is the cache's: where it closes values, with room for this one. */
    CacheNode makeLoaded(K key, int hash, V value) {
        long now = cache.now();
        if (holdings == null) {
            return maker.make(key, hash, value, now, null);
        }
        Holding holding = holdings.acquire(value);
        boolean made = false;
        try {
            CacheNode node = maker.make(key, hash, value, now, holding);
            made = true;
            return node;
        } finally {
            if (!made) {
                holding.dropEntry();
            }
        }
    }

    /** Returns what takes the value of {@code fresh} if that is let go as soon as it is put; else null. */
    @Nullable
    Removed passing(CacheNode fresh, long now) {
        return fresh.weight() > upkeep.maximum()
                ? new Removed(RemovalCause.EVICTED)
                : fresh.deadline() <= now ? new Removed(RemovalCause.EXPIRED) : null;
    }

    /** Tells upkeep of {@code fresh}, which is in the table, or else in {@code passed}, and of what it replaced. */
    void entered(CacheNode fresh, @Nullable Removed removed, @Nullable Removed passed) {
        CacheNode old = removed == null || !removed.isTaken() ? null : removed.node;
        if (passed != null || hardBound) {
            if (old != null && removed != null) {
                upkeep.told(old, removed);
            }
            if (passed != null) {
                upkeep.passed(fresh, passed);
            }
        } else if (old != null && removed != null) {
            upkeep.replaced(fresh, old, removed);
        } else {
            upkeep.inserted(fresh, null);
        }
    }

    /** Takes room for an open value; lets idle ones go for it. */
    boolean reserve(Holdings<V> holdings) {
        while (!holdings.reserve()) {
            if (!upkeep.evictIdle(IDLE_TRIES) && !evictAnyIdle()) {
                return holdings.reserve();
            }
        }
        return true;
    }

    /** Lets an idle value go, wherever it is: O(size), when the coldest are all in use. */
    private boolean evictAnyIdle() {
        for (int i = 0; i < table.segments(); i++) {
            for (CacheNode node : table.nodes(i)) {
                if (!Upkeep.isLent(node) && upkeep.evict(node)) {
                    return true;
                }
            }
        }
        return false;
    }
}
