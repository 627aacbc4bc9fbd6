package dev.lifecycle.replay;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;

/** Guava's cache with its own choice of segments, each of which gets a share of the bound. */
final class GuavaReplayed implements Replayed {
    private final Cache<Long, Integer> cache;
    private final boolean weighed;
    private long bytes;

    private GuavaReplayed(long bound, boolean weighed) {
        this.weighed = weighed;
        this.cache = weighed
                ? CacheBuilder.newBuilder()
                        .maximumWeight(bound)
                        .weigher((Long key, Integer weight) -> weight)
                        .<Long, Integer>removalListener(removed -> bytes -= removed.getValue())
                        .build()
                : CacheBuilder.newBuilder().maximumSize(bound).build();
    }

    static Replayed counted(long entries) {
        return new GuavaReplayed(entries, false);
    }

    static Replayed weighed(long bytes) {
        return new GuavaReplayed(bytes, true);
    }

    @Override
    public boolean access(long key, int weight) {
        if (cache.getIfPresent(key) != null) {
            return true;
        }
        bytes += weight; // the listener is called by put, on this thread
        cache.put(key, weight);
        return false;
    }

    @Override
    public long held() {
        return weighed ? bytes : cache.size();
    }

    @Override
    public void close() {
        cache.invalidateAll();
    }
}
