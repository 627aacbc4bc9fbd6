package dev.lifecycle.impl.collect;

import dev.lifecycle.collect.CacheStats;
import dev.lifecycle.collect.RemovalCause;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a cache tells of itself, gathered from its parts. */
final class CacheFigures {
    private final ClockCache<?, ?> cache;
    private final boolean weighed;
    private final boolean expires;
    private final @Nullable Groups groups;
    private final @Nullable Reads reads;
    private final Deliveries<?, ?> deliveries;
    private final NodeTable table;
    private final @Nullable Holdings<?> holdings;

    CacheFigures(
            ClockCache<?, ?> cache,
            boolean weighed,
            boolean expires,
            @Nullable Groups groups,
            @Nullable Reads reads,
            Deliveries<?, ?> deliveries) {
        this.cache = cache;
        this.weighed = weighed;
        this.expires = expires;
        this.groups = groups;
        this.reads = reads;
        this.deliveries = deliveries;
        table = cache.table();
        holdings = cache.holdings();
    }

    CacheStats stats() {
        Loads<?, ?> loads = cache.loads();
        Map<RemovalCause, Long> removals = new EnumMap<>(RemovalCause.class);
        for (RemovalCause cause : RemovalCause.values()) {
            removals.put(cause, table.removed(cause));
        }
        return new CacheStats(
                reads == null ? 0 : reads.hits.sum(),
                reads == null ? 0 : reads.misses.sum(),
                reads == null ? 1 : reads.recentRate(),
                loads.successes(),
                loads.failures(),
                loads.time(),
                table.inserted(),
                removals,
                cache.upkeep().removedWeight(),
                deliveries.listenerFailures(),
                holdings == null ? 0 : holdings.closed(),
                holdings == null ? 0 : holdings.failures(),
                holdings == null ? 0 : holdings.open(),
                holdings == null ? 0 : holdings.borrowed());
    }

    Map<String, Object> gauges() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("size", cache.size());
        gauges.put("maximum", cache.maximum());
        if (weighed) {
            gauges.put("weight", cache.weight());
        }
        if (reads != null) {
            gauges.put("hitRate", Math.round(reads.recentRate() * 1000) / 1000.0);
        }
        gauges.put("evicted", table.removed(RemovalCause.EVICTED));
        if (expires) {
            gauges.put("expired", table.removed(RemovalCause.EXPIRED));
        }
        if (groups != null) {
            gauges.put("groups", groups.size());
        }
        if (holdings != null) {
            gauges.put("open", holdings.open());
            gauges.put("borrowed", holdings.borrowed());
            gauges.put("closeFailures", holdings.failures());
        }
        if (deliveries.listenerFailures() > 0) {
            gauges.put("listenerFailures", deliveries.listenerFailures());
        }
        return gauges;
    }
}
