package dev.lifecycle.impl.weak;

import dev.lifecycle.Kind;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.WeakKeyMapConfig;
import dev.lifecycle.weak.AttachmentHost;
import dev.lifecycle.weak.WeakKeyMap;
import java.lang.ref.Reference;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keys by identity, held weakly. */
public final class IdentityMap<K, V> extends Registry<V> implements WeakKeyMap<K, V> {
    /*
     * A node stands for its key while its item is not null: the item is the value, or a WeakValue that refers to it. Whoever
     * changes the item by a compare-and-set has put, replaced or removed the mapping, at that moment. An item that became null
     * stays so; then the node leaves the table, or another one for the same key takes its place.
     *
     * A value that a host carries is pinned before its WeakValue becomes an item, and let go after it has ceased to be: so it
     * lives as long as both are needed, and no reference leads to it from the table.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.weak");

    private final AtomicLong letGoFailures = new AtomicLong();
    private final boolean weakValues;
    private volatile boolean boxes; // whether there ever was a WeakValue: written before the first one is seen

    private IdentityMap(WeakKeyMapConfig<V> config) {
        super(config.name(), Kind.WEAK_KEY_MAP, config.onEvict(), config.timeSource());
        weakValues = config.weakValues();
        boxes = weakValues;
    }

    /** See {@link WeakKeyMap.Builder#open(Scope)}. */
    public static <K, V> WeakKeyMap<K, V> open(WeakKeyMapConfig<V> config, @Nullable Scope owner) {
        IdentityMap<K, V> map = new IdentityMap<>(config);
        map.enter(owner, WeakKeyMap.class);
        return map;
    }

    @Override
    public @Nullable V get(K key) {
        Objects.requireNonNull(key, "key");
        WeakNode node = table.find(key, Identity.hash(key));
        return node == null ? null : valueOf(node);
    }

    /**
     * The value that goes with {@code node}. A box that is empty says little if it was replaced after it was read: its value was
     * nobody's then, and could be collected. So the item is read again.
     */
    private @Nullable V valueOf(WeakNode node) {
        Object item = node.itemAcquire();
        while (true) {
            V value = value(item);
            if (value != null || item == null) {
                return value;
            }
            Object now = node.item();
            if (now == item) {
                return null;
            }
            item = now;
        }
    }

    @SuppressWarnings("unchecked") // nothing else is put in
    private @Nullable V value(@Nullable Object item) {
        return (V) (boxes && item instanceof WeakValue box ? box.get() : item);
    }

    @Override
    public boolean containsKey(K key) {
        Objects.requireNonNull(key, "key");
        WeakNode node = table.find(key, Identity.hash(key));
        Object item = node == null ? null : node.itemAcquire();
        while (node != null && boxes && item instanceof WeakValue box && box.refersTo(null)) {
            Object now = node.item(); // again, as in valueOf
            if (now == item) {
                return false;
            }
            item = now;
        }
        return item != null;
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
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        int hash = Identity.hash(key);
        if (weakValues) {
            return putBoxed(key, value, hash, replaces);
        }
        WeakNode fresh = null;
        while (true) {
            int version = table.version(hash);
            WeakNode node = table.find(key, hash);
            Object known = node == null ? null : node.item();
            if (known != null && node != null) {
                if (boxes && known instanceof WeakValue) {
                    return putBoxed(key, value, hash, replaces);
                }
                if (!replaces || node.replaceItem(known, value)) {
                    return value(known);
                }
                continue;
            }
            if (fresh == null) {
                if (isHost(key)) {
                    return putBoxed(key, value, hash, replaces);
                }
                fresh = new WeakNode(key, hash, table, value);
            }
            switch (table.put(fresh, node, version)) {
                case PUT -> {
                    Reference.reachabilityFence(key);
                    return null;
                }
                case REFUSED -> throw closed();
                case CHANGED -> {}
            }
        }
    }

    /** Whether {@code key} carries its values; refuses it if it has no identity. */
    private boolean isHost(K key) {
        return Identity.check(key, "key", name(), "Use a map with equals, like ConcurrentHashMap");
    }

    private @Nullable V putBoxed(K key, V value, int hash, boolean replaces) {
        V known = replaces ? null : get(key);
        if (known != null) {
            return known;
        }
        Pins pins = null;
        if (isHost(key) && key instanceof AttachmentHost host) {
            refuseIfClosed();
            pins = Pins.of(host);
        } else {
            Identity.check(value, "value", name(), "Hold it strongly: open the map without weakValues()");
        }
        boxes = true; // volatile, before a box is put in: who finds it there sees this too
        WeakValue box = new WeakValue(value, this, pins == null ? null : new Pin(table.reference()));
        boolean in = false;
        try {
            if (pins != null && box.pin != null) {
                pins.add(box.pin, value);
            }
            V before = put(key, box, hash, replaces);
            in = replaces || before == null;
            return before;
        } finally {
            if (!in) {
                letGo(key, box);
            }
            Reference.reachabilityFence(value);
        }
    }

    private @Nullable V put(K key, WeakValue box, int hash, boolean replaces) {
        WeakNode fresh = null;
        while (true) {
            int version = table.version(hash);
            WeakNode node = table.find(key, hash);
            Object item = node == null ? null : node.item();
            if (item != null && node != null) {
                V known = value(item);
                if (!replaces && known != null) {
                    return known;
                }
                if (node.replaceItem(item, box.of(node))) {
                    letGo(key, item);
                    return known;
                }
                continue;
            }
            fresh = fresh == null ? new WeakNode(key, hash, table, box) : fresh;
            box.of(fresh);
            switch (table.put(fresh, node, version)) {
                case PUT -> {
                    return null;
                }
                case REFUSED -> throw closed();
                case CHANGED -> {}
            }
        }
    }

    /** Lets the host of what was an item go of its value. */
    private static void letGo(@Nullable Object key, @Nullable Object item) {
        if (item instanceof WeakValue box && box.pin != null && key instanceof AttachmentHost host) {
            Pins pins = Pins.known(host);
            if (pins != null) {
                pins.remove(box.pin);
            }
        }
    }

    /** Lets go of one value among many: those of other hosts, and the hook, come to their own whatever this host does. */
    private void letGoInBulk(@Nullable Object key, @Nullable Object item) {
        try {
            letGo(key, item);
        } catch (Throwable failure) { // user code
            long count = letGoFailures.incrementAndGet();
            if (Long.bitCount(count) == 1) { // the first, and at each doubling
                LOG.warn("a host does not let go of its value for " + name() + ", " + count + " times so far", failure);
            }
        }
    }

    /** A value that was held weakly was collected: on the reaper thread. */
    void valueCollected(WeakNode node, WeakValue box) {
        if (node.replaceItem(box, null) && table.remove(node)) { // else purge() has removed it, and counted it
            countCollected();
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
        isHost(key); // refused before it is computed for
        V made = function.apply(key);
        if (made == null) {
            return null;
        }
        V other = putIfAbsent(key, made);
        return other == null ? made : other;
    }

    @Override
    public @Nullable V remove(K key) {
        Objects.requireNonNull(key, "key");
        WeakNode node = table.find(key, Identity.hash(key));
        Object item = node == null ? null : node.takeItem();
        if (node == null || item == null) {
            return null;
        }
        table.remove(node);
        V value = value(item);
        letGo(key, item);
        return value;
    }

    @Override
    public boolean remove(K key, V value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        WeakNode node = table.find(key, Identity.hash(key));
        if (node == null) {
            return false;
        }
        while (true) {
            Object item = node.item();
            if (item == null || value(item) != value) {
                return false;
            }
            if (node.replaceItem(item, null)) {
                table.remove(node);
                letGo(key, item);
                return true;
            }
        }
    }

    @Override
    @Nullable
    V leave(WeakNode node) {
        Object item = node.takeItem();
        V value = value(item);
        if (boxes) {
            letGoInBulk(node.get(), item);
        }
        return value;
    }

    @Override
    boolean tellsAtClose() {
        return true;
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        Objects.requireNonNull(action, "action");
        table.forEach(node -> {
            K key = key(node);
            V value = valueOf(node);
            if (key != null && value != null) {
                action.accept(key, value);
            }
        });
    }

    @SuppressWarnings("unchecked") // nothing else is put in
    private @Nullable K key(WeakNode node) {
        return (K) node.get();
    }

    @Override
    public IdentityHashMap<K, V> toMap() {
        IdentityHashMap<K, V> copy = new IdentityHashMap<>();
        forEach(copy::put);
        return copy;
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        return table.invariantsHold();
    }
}
