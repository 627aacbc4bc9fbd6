package dev.lifecycle.benchmarks.collect;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheBuilder;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.cache2k.Cache2kBuilder;

/** A cache of one library, set up for a benchmark. */
public interface Cached {

    /** How long entries live where they expire: longer than any run. */
    Duration TTL = Duration.ofHours(1);

    /** Returns the value or null. */
    Integer get(Integer key);

    /** Puts a value. */
    void put(Integer key, Integer value);

    /** Returns the value, and makes it out of the key if there is none. */
    Integer load(Integer key);

    /** Who caches. */
    enum Peer {
        /** {@link BoundedCache}. */
        LIFECYCLE {
            @Override
            Cached open(int capacity) {
                return ours(BoundedCache.<Integer, Integer>builder("plain").maximumSize(capacity));
            }
        },
        /** With statistics. */
        LIFECYCLE_STATS {
            @Override
            Cached open(int capacity) {
                return ours(BoundedCache.<Integer, Integer>builder("counting")
                        .maximumSize(capacity)
                        .recordStats());
            }
        },
        /** With a time to live, on the coarse clock. */
        LIFECYCLE_TTL {
            @Override
            Cached open(int capacity) {
                return ours(BoundedCache.<Integer, Integer>builder("expiring")
                        .maximumSize(capacity)
                        .expireAfterWrite(TTL));
            }
        },
        /** With a time to live, reading the clock each time. */
        LIFECYCLE_TTL_EXACT {
            @Override
            Cached open(int capacity) {
                return ours(BoundedCache.<Integer, Integer>builder("exact")
                        .maximumSize(capacity)
                        .expireAfterWrite(TTL)
                        .exactTime());
            }
        },
        /** Caffeine. */
        CAFFEINE {
            @Override
            Cached open(int capacity) {
                return caffeine(Caffeine.newBuilder().maximumSize(capacity));
            }
        },
        /** Caffeine with statistics. */
        CAFFEINE_STATS {
            @Override
            Cached open(int capacity) {
                return caffeine(Caffeine.newBuilder().maximumSize(capacity).recordStats());
            }
        },
        /** Caffeine with a time to live. */
        CAFFEINE_TTL {
            @Override
            Cached open(int capacity) {
                return caffeine(Caffeine.newBuilder().maximumSize(capacity).expireAfterWrite(TTL));
            }
        },
        /** cache2k. */
        CACHE2K {
            @Override
            Cached open(int capacity) {
                var cache = Cache2kBuilder.of(Integer.class, Integer.class)
                        .entryCapacity(capacity)
                        .eternal(true)
                        .disableStatistics(true)
                        .build();
                return new Cached() {
                    @Override
                    public Integer get(Integer key) {
                        return cache.peek(key);
                    }

                    @Override
                    public void put(Integer key, Integer value) {
                        cache.put(key, value);
                    }

                    @Override
                    public Integer load(Integer key) {
                        return cache.computeIfAbsent(key, each -> each);
                    }
                };
            }
        },
        /** Guava. */
        GUAVA {
            @Override
            Cached open(int capacity) {
                var cache = CacheBuilder.newBuilder().maximumSize(capacity).<Integer, Integer>build();
                return new Cached() {
                    @Override
                    public Integer get(Integer key) {
                        return cache.getIfPresent(key);
                    }

                    @Override
                    public void put(Integer key, Integer value) {
                        cache.put(key, value);
                    }

                    @Override
                    public Integer load(Integer key) {
                        try {
                            return cache.get(key, () -> key);
                        } catch (ExecutionException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                };
            }
        },
        /** A map without a bound. */
        CONCURRENT_HASH_MAP {
            @Override
            Cached open(int capacity) {
                var map = new ConcurrentHashMap<Integer, Integer>();
                return new Cached() {
                    @Override
                    public Integer get(Integer key) {
                        return map.get(key);
                    }

                    @Override
                    public void put(Integer key, Integer value) {
                        map.put(key, value);
                    }

                    @Override
                    public Integer load(Integer key) {
                        return map.computeIfAbsent(key, each -> each);
                    }
                };
            }
        };

        /** Opens an empty one; it is dropped with the JVM of the benchmark. */
        abstract Cached open(int capacity);

        private static Cached ours(BoundedCacheBuilder<Integer, Integer> builder) {
            BoundedCache<Integer, Integer> cache = builder.open();
            return new Cached() {
                @Override
                public Integer get(Integer key) {
                    return cache.get(key);
                }

                @Override
                public void put(Integer key, Integer value) {
                    cache.put(key, value);
                }

                @Override
                public Integer load(Integer key) {
                    return cache.get(key, each -> each);
                }
            };
        }

        private static Cached caffeine(Caffeine<Object, Object> builder) {
            com.github.benmanes.caffeine.cache.Cache<Integer, Integer> cache = builder.build();
            return new Cached() {
                @Override
                public Integer get(Integer key) {
                    return cache.getIfPresent(key);
                }

                @Override
                public void put(Integer key, Integer value) {
                    cache.put(key, value);
                }

                @Override
                public Integer load(Integer key) {
                    return cache.get(key, each -> each);
                }
            };
        }
    }
}
