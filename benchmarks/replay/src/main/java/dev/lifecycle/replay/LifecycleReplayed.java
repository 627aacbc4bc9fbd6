package dev.lifecycle.replay;

import dev.lifecycle.collect.BoundedCache;

/** The library's cache. Its hash codes are seeded by itself, so that no two runs are quite the same. */
final class LifecycleReplayed implements Replayed {
    private final BoundedCache<Long, Integer> cache;
    private final boolean weighed;

    private LifecycleReplayed(BoundedCache<Long, Integer> cache, boolean weighed) {
        this.cache = cache;
        this.weighed = weighed;
    }

    static Replayed counted(long entries) {
        return new LifecycleReplayed(
                BoundedCache.<Long, Integer>builder("replayed")
                        .maximumSize(entries)
                        .open(),
                false);
    }

    static Replayed weighed(long bytes) {
        return new LifecycleReplayed(
                BoundedCache.<Long, Integer>builder("replayed")
                        .maximumWeight(bytes, (key, weight) -> weight)
                        .open(),
                true);
    }

    @Override
    public boolean access(long key, int weight) {
        if (cache.get(key) != null) {
            return true;
        }
        cache.put(key, weight);
        return false;
    }

    @Override
    public long held() {
        return weighed ? cache.weight() : cache.size();
    }

    @Override
    public void close() {
        cache.close();
    }
}
