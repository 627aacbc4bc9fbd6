package dev.lifecycle.benchmarks.weak;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.MapMaker;
import dev.lifecycle.weak.WeakKeyMap;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.util.ConcurrentReferenceHashMap;

/** A map with weak keys of one library, set up for a benchmark. */
public interface WeakKeyed {

    /** Returns the value or null. */
    Object get(Object key);

    /** Puts a value. */
    Object put(Object key, Object value);

    /** Removes the value. */
    Object remove(Object key);

    /** Ends it. */
    default void close() {}

    /** Who keeps them. */
    enum Peer {
        /** {@link WeakKeyMap}. */
        LIFECYCLE {
            @Override
            WeakKeyed open() {
                return new Ours();
            }
        },
        /** Guava, the leaner of its two maps with weak keys. */
        GUAVA_WEAK_KEYS {
            @Override
            WeakKeyed open() {
                return new Theirs(new MapMaker().weakKeys().makeMap());
            }
        },
        /** Guava, the cache. */
        GUAVA_CACHE_WEAK_KEYS {
            @Override
            WeakKeyed open() {
                return new Theirs(CacheBuilder.newBuilder().weakKeys().build().asMap());
            }
        },
        /** Caffeine. */
        CAFFEINE_WEAK_KEYS {
            @Override
            WeakKeyed open() {
                return new Theirs(Caffeine.newBuilder().weakKeys().build().asMap());
            }
        },
        /** Spring: refers weakly to its entries, and so loses those of live keys. */
        SPRING {
            @Override
            WeakKeyed open() {
                return new Theirs(new ConcurrentReferenceHashMap<>(16, ConcurrentReferenceHashMap.ReferenceType.WEAK));
            }
        },
        /** The map of the JDK, with a lock around it. */
        SYNCHRONIZED_WEAK_HASH_MAP {
            @Override
            WeakKeyed open() {
                return new Theirs(Collections.synchronizedMap(new WeakHashMap<>()));
            }
        },
        /** Strong keys: the floor. */
        CONCURRENT_HASH_MAP {
            @Override
            WeakKeyed open() {
                return new Theirs(new ConcurrentHashMap<>());
            }
        };

        abstract WeakKeyed open();
    }

    /** Ours. */
    final class Ours implements WeakKeyed {
        private final WeakKeyMap<Object, Object> map =
                WeakKeyMap.<Object, Object>builder("benchmark").open();

        @Override
        public Object get(Object key) {
            return map.get(key);
        }

        @Override
        public Object put(Object key, Object value) {
            return map.put(key, value);
        }

        @Override
        public Object remove(Object key) {
            return map.remove(key);
        }

        @Override
        public void close() {
            map.close();
        }
    }

    /** One of the others. */
    final class Theirs implements WeakKeyed {
        private final Map<Object, Object> map;

        Theirs(Map<Object, Object> map) {
            this.map = map;
        }

        @Override
        public Object get(Object key) {
            return map.get(key);
        }

        @Override
        public Object put(Object key, Object value) {
            return map.put(key, value);
        }

        @Override
        public Object remove(Object key) {
            return map.remove(key);
        }
    }
}
