package dev.lifecycle.replay;

import org.cache2k.Cache;
import org.cache2k.Cache2kBuilder;
import org.cache2k.operation.CacheControl;

/** cache2k in one segment, its strict mode: the bound and the order of eviction do not depend on hash codes. */
final class Cache2kReplayed implements Replayed {
    private final Cache<Long, Integer> cache;
    private final CacheControl control;
    private final boolean weighed;

    private Cache2kReplayed(Cache2kBuilder<Long, Integer> builder, boolean weighed) {
        this.cache = builder.eternal(true).strictEviction(true).build();
        this.control = CacheControl.of(cache);
        this.weighed = weighed;
    }

    static Replayed counted(long entries) {
        return new Cache2kReplayed(Cache2kBuilder.of(Long.class, Integer.class).entryCapacity(entries), false);
    }

    static Replayed weighed(long bytes) {
        return new Cache2kReplayed(
                Cache2kBuilder.of(Long.class, Integer.class)
                        .maximumWeight(bytes)
                        .weigher((key, weight) -> weight),
                true);
    }

    @Override
    public boolean access(long key, int weight) {
        if (cache.peek(key) != null) {
            return true;
        }
        cache.put(key, weight);
        return false;
    }

    @Override
    public long held() {
        return weighed ? control.getTotalWeight() : control.getSize();
    }

    @Override
    public void close() {
        cache.close();
    }
}
