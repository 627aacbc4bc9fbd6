package dev.lifecycle.impl.weak;

import dev.lifecycle.Kind;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.WeakValueMapConfig;
import dev.lifecycle.weak.WeakValueMap;
import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keys by equality, held strongly; values held weakly. */
public final class ValueMap<K, V> extends Registry<K> implements WeakValueMap<K, V> {
    /*
     * The referent of a node is the value, the item its key, which never changes. A key with another value gets another node,
     * in the slot of the former one: so a search that began before finds one of the two. Keys are compared without a lock;
     * what such a search has found, or not found, is looked at again with the lock, see WeakTable.put.
     */
    private final int seed = ThreadLocalRandom.current().nextInt();

    private ValueMap(WeakValueMapConfig<K> config) {
        super(config.name(), Kind.WEAK_VALUE_MAP, config.onEvict(), config.timeSource());
    }

    /** See {@link WeakValueMap.Builder#open(Scope)}. */
    public static <K, V> WeakValueMap<K, V> open(WeakValueMapConfig<K> config, @Nullable Scope owner) {
        ValueMap<K, V> map = new ValueMap<>(config);
        map.enter(owner, WeakValueMap.class);
        return map;
    }

    private int hash(Object key) {
        return WeakTable.spread(key.hashCode(), seed);
    }

    /** Returns the node of {@code key}, whose value may be collected. */
    private @Nullable WeakNode find(Object key, int hash) {
        @Nullable WeakNode[] slots = table.slots(hash);
        if (slots == null) {
            return null;
        }
        int mask = slots.length - 1;
        for (int i = hash & mask; ; i = i + 1 & mask) {
            WeakNode node = WeakTable.at(slots, i);
            if (node == null) {
                return null;
            }
            if (node.hash == hash && node != WeakTable.GONE) {
                Object other = node.itemPlain();
                if (other == key || key.equals(other)) {
                    return node;
                }
            }
        }
    }

    @SuppressWarnings("unchecked") // nothing else is put in
    private @Nullable V value(@Nullable WeakNode node) {
        return node == null ? null : (V) node.get();
    }

    @Override
    public @Nullable V get(K key) {
        int hash = hash(Objects.requireNonNull(key, "key"));
        WeakNode node = find(key, hash);
        V value = value(node);
        return value != null || node == null ? value : valueAgain(key, hash, node);
    }

    /**
     * Looks once more for the value of {@code key}, whose node is empty: it may have been replaced after it was found, and its
     * value, which was nobody's then, collected.
     */
    private @Nullable V valueAgain(Object key, int hash, WeakNode empty) {
        while (true) {
            WeakNode node = find(key, hash);
            V value = value(node);
            if (value != null || node == null || node == empty) {
                return value;
            }
            empty = node;
        }
    }

    @Override
    public boolean containsKey(K key) {
        int hash = hash(Objects.requireNonNull(key, "key"));
        WeakNode empty = null;
        while (true) {
            WeakNode node = find(key, hash);
            if (node == null || node == empty) {
                return false;
            }
            if (!node.refersTo(null)) {
                return true;
            }
            empty = node; // again, as in valueAgain
        }
    }

    @Override
    public @Nullable V put(K key, V value) {
        return put(key, value, true);
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        return put(key, value, false);
    }

    private @Nullable V put(K key, V value, boolean replaces) {
        int hash = hash(Objects.requireNonNull(key, "key"));
        Objects.requireNonNull(value, "value");
        WeakNode fresh = null;
        while (true) {
            int version = table.version(hash);
            WeakNode node = find(key, hash);
            V known = value(node);
            if (known != null && !replaces) {
                return known;
            }
            if (fresh == null) {
                Identity.check(value, "value", name(), "Hold it strongly, as in ConcurrentHashMap");
                fresh = new WeakNode(value, hash, table, key);
            }
            switch (table.put(fresh, node, version)) {
                case PUT -> {
                    Reference.reachabilityFence(value);
                    return known;
                }
                case REFUSED -> throw closed();
                case CHANGED -> {}
            }
        }
    }

    @Override
    public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        V known = get(key);
        if (known != null) {
            return known;
        }
        refuseIfClosed();
        V made = function.apply(key);
        if (made == null) {
            return null;
        }
        V other = putIfAbsent(key, made);
        return other == null ? made : other;
    }

    @Override
    public @Nullable V remove(K key) {
        int hash = hash(Objects.requireNonNull(key, "key"));
        while (true) {
            WeakNode node = find(key, hash);
            V value = value(node);
            if (node == null || table.remove(node)) {
                return value;
            }
        }
    }

    @Override
    public boolean remove(K key, V value) {
        int hash = hash(Objects.requireNonNull(key, "key"));
        Objects.requireNonNull(value, "value");
        while (true) {
            WeakNode node = find(key, hash);
            if (node == null || !node.refersTo(value)) {
                return false;
            }
            if (table.remove(node)) {
                return true;
            }
        }
    }

    @SuppressWarnings("unchecked") // nothing else is put in
    @Override
    @Nullable
    K leave(WeakNode node) {
        return (K) node.itemPlain();
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        Objects.requireNonNull(action, "action");
        table.forEach(node -> {
            K key = leave(node);
            V value = value(node);
            if (key != null && value != null) {
                action.accept(key, value);
            }
        });
    }

    @Override
    public Map<K, V> toMap() {
        Map<K, V> copy = new HashMap<>();
        forEach(copy::put);
        return copy;
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        return table.invariantsHold();
    }
}
