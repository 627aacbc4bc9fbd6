package dev.lifecycle.replay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Caffeine, with its maintenance on the calling thread.
 *
 * <p>A counted cache is told its initial capacity: then it counts uses from the first access, else only from when it is half
 * full, which costs it up to eight points on short traces (gli at 1000).
 */
final class CaffeineReplayed implements Replayed {
    private static final int MAX_INITIAL = 1 << 20;

    private final Cache<Long, Integer> cache;
    private final boolean weighed;

    private CaffeineReplayed(Cache<Long, Integer> cache, boolean weighed) {
        this.cache = cache;
        this.weighed = weighed;
    }

    static Replayed counted(long entries) {
        return new CaffeineReplayed(
                Caffeine.newBuilder()
                        .initialCapacity((int) Math.min(entries, MAX_INITIAL))
                        .executor(Runnable::run)
                        .maximumSize(entries)
                        .build(),
                false);
    }

    static Replayed weighed(long bytes) {
        return new CaffeineReplayed(
                Caffeine.newBuilder()
                        .executor(Runnable::run)
                        .maximumWeight(bytes)
                        .weigher((Long key, Integer weight) -> weight)
                        .build(),
                true);
    }

    @Override
    public boolean access(long key, int weight) {
        if (cache.getIfPresent(key) != null) {
            return true;
        }
        cache.put(key, weight);
        return false;
    }

    @Override
    public long held() {
        return weighed ? cache.policy().eviction().orElseThrow().weightedSize().orElseThrow() : cache.estimatedSize();
    }

    @Override
    public void close() {
        cache.invalidateAll();
    }
}
