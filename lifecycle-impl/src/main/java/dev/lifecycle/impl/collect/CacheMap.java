package dev.lifecycle.impl.collect;

import dev.lifecycle.collect.RemovalCause;
import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A cache as a map. Its compute methods are those of {@link ConcurrentMap}: they try again, and hold no lock. */
final class CacheMap<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V> {
    private final ClockCache<K, V> cache;
    private final Set<Map.Entry<K, V>> entries = new Entries();
    private final Set<K> keys = new Keys();
    private final Collection<V> values = new Values();

    CacheMap(ClockCache<K, V> cache) {
        this.cache = cache;
    }

    @Override
    @SuppressWarnings("unchecked") // another type is not found
    public @Nullable V get(Object key) {
        return cache.get((K) key);
    }

    @Override
    public V getOrDefault(Object key, V fallback) {
        V value = get(key);
        return value == null ? fallback : value;
    }

    @Override
    public boolean containsKey(Object key) {
        return node(key) != null;
    }

    /** The node of {@code key}, if it has a value: it may die at any moment. Not a hit. */
    private @Nullable CacheNode node(Object key) {
        CacheNode node = find(Objects.requireNonNull(key, "key"));
        if (node == null) {
            cache.refuseClosed();
        }
        return node;
    }

    private @Nullable CacheNode find(Object key) {
        int hash = cache.table().hash(key);
        while (true) {
            CacheNode node = cache.table().find(key, hash);
            if (node == null || cache.present(node) != null) {
                return node;
            }
            if (node.isAlive()) {
                return null; // expired, a failure, or a load
            } // else it has just died, and may have a successor
        }
    }

    /** The value of {@code key}. Not a hit. */
    private @Nullable V value(Object key) {
        while (true) {
            CacheNode node = node(key);
            V value = node == null ? null : cache.present(node);
            if (node == null || value != null) {
                return value;
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable V put(K key, V value) {
        Removed removed = new Removed(RemovalCause.REPLACED);
        cache.writes().store(key, value, known -> true, removed);
        return removed.cause == RemovalCause.EXPIRED || removed.value instanceof Failure ? null : (V) removed.value;
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        return cache.putIfAbsent(key, value);
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable V remove(Object key) {
        return cache.remove((K) key);
    }

    @Override
    public boolean remove(Object key, @Nullable Object value) {
        Objects.requireNonNull(key, "key");
        while (value != null) {
            CacheNode node = node(key);
            V known = node == null ? null : cache.present(node);
            if (node == null || known != null && !known.equals(value)) {
                return false;
            }
            if (known != null && cache.upkeep().remove(node)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable V replace(K key, V value) {
        Objects.requireNonNull(value, "value");
        while (true) {
            CacheNode node = node(key);
            V known = node == null ? null : cache.present(node);
            if (node == null) {
                return null;
            }
            if (known != null && cache.writes().store(key, value, new Only(node), new Removed(RemovalCause.REPLACED))) {
                return known;
            }
        }
    }

    @Override
    public boolean replace(K key, V expected, V value) {
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(value, "value");
        while (true) {
            CacheNode node = node(key);
            V known = node == null ? null : cache.present(node);
            if (node == null || known != null && !known.equals(expected)) {
                return false;
            }
            if (known != null && cache.writes().store(key, value, new Only(node), new Removed(RemovalCause.REPLACED))) {
                return true;
            }
        }
    }

    /** Replaces one node, and nothing else. */
    private record Only(CacheNode node) implements NodeTable.Rule {
        @Override
        public boolean replaces(CacheNode known) {
            return known == node;
        }

        @Override
        public boolean inserts() {
            return false;
        }
    }

    @Override
    public void clear() {
        cache.invalidateAll();
    }

    @Override
    public int size() {
        return (int) Math.min(cache.size(), Integer.MAX_VALUE);
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return entries;
    }

    /** The views of a map whose size may change while a stream goes over it. */
    private static <E> Spliterator<E> unsized(Iterator<E> iterator) {
        return Spliterators.spliteratorUnknownSize(iterator, Spliterator.CONCURRENT | Spliterator.NONNULL);
    }

    @Override
    public Set<K> keySet() {
        return keys;
    }

    @Override
    public Collection<V> values() {
        return values;
    }

    private final class Keys extends AbstractSet<K> {
        @Override
        public Iterator<K> iterator() {
            return new Part<>(entries.iterator(), Map.Entry::getKey);
        }

        @Override
        public Spliterator<K> spliterator() {
            return unsized(iterator());
        }

        @Override
        public int size() {
            return CacheMap.this.size();
        }

        @Override
        public boolean contains(Object key) {
            return containsKey(key);
        }

        @Override
        public boolean remove(Object key) {
            return CacheMap.this.remove(key) != null;
        }

        @Override
        public void clear() {
            CacheMap.this.clear();
        }
    }

    private final class Values extends AbstractCollection<V> {
        @Override
        public Iterator<V> iterator() {
            return new Part<>(entries.iterator(), Map.Entry::getValue);
        }

        @Override
        public Spliterator<V> spliterator() {
            return unsized(iterator());
        }

        @Override
        public int size() {
            return CacheMap.this.size();
        }

        @Override
        public void clear() {
            CacheMap.this.clear();
        }
    }

    /** One half of each entry. */
    private record Part<E, T>(Iterator<E> entries, Function<E, T> half) implements Iterator<T> {
        @Override
        public boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        public T next() {
            return half.apply(entries.next());
        }

        @Override
        public void remove() {
            entries.remove();
        }
    }

    private final class Entries extends AbstractSet<Map.Entry<K, V>> {
        @Override
        public Iterator<Map.Entry<K, V>> iterator() {
            return new Walk();
        }

        @Override
        public Spliterator<Map.Entry<K, V>> spliterator() {
            return unsized(iterator());
        }

        @Override
        public int size() {
            return CacheMap.this.size();
        }

        @Override
        public boolean contains(Object entry) {
            if (entry instanceof Map.Entry<?, ?> other && other.getKey() != null) {
                V value = value(other.getKey());
                return value != null && value.equals(other.getValue());
            }
            return false;
        }

        @Override
        public boolean remove(Object entry) {
            return entry instanceof Map.Entry<?, ?> other
                    && other.getKey() != null
                    && CacheMap.this.remove(other.getKey(), other.getValue());
        }

        @Override
        public void clear() {
            CacheMap.this.clear();
        }
    }

    /** Goes over the segments; has the nodes of one of them, as it was when it came there. */
    private final class Walk implements Iterator<Map.Entry<K, V>> {
        private CacheNode[] nodes = new CacheNode[0];
        private int at;
        private int segment;
        private @Nullable Written next;
        private @Nullable Written last;

        @Override
        public boolean hasNext() {
            while (next == null) {
                if (at == nodes.length) {
                    if (segment == cache.table().segments()) {
                        return false;
                    }
                    nodes = cache.table().nodes(segment++);
                    at = 0;
                    continue;
                }
                CacheNode node = nodes[at++];
                V value = cache.present(node);
                while (value == null && node != null && !node.isAlive()) { // replaced since, perhaps
                    node = find(node.key);
                    value = node == null ? null : cache.present(node);
                }
                if (node != null && value != null) {
                    next = new Written(node, value);
                }
            }
            return true;
        }

        @Override
        public Map.Entry<K, V> next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            Written entry = next;
            last = entry;
            next = null;
            return entry;
        }

        @Override
        public void remove() {
            Written entry = last;
            if (entry == null) {
                throw new IllegalStateException("call next() first, once for each remove()");
            }
            last = null;
            if (entry.isSet) {
                cache.take(entry.getKey());
            } else {
                cache.upkeep().remove(entry.node); // what was put by others since stays
            }
        }
    }

    /** An entry whose value can be set. */
    private final class Written extends AbstractMap.SimpleEntry<K, V> {
        private static final long serialVersionUID = 1L;

        private final transient CacheNode node;
        private boolean isSet;

        Written(CacheNode node, V value) {
            super(cache.key(node), value);
            this.node = node;
        }

        @Override
        public V setValue(V value) {
            cache.put(getKey(), value);
            isSet = true;
            return super.setValue(value);
        }
    }
}
