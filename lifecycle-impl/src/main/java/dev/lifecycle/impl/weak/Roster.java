package dev.lifecycle.impl.weak;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The listeners at one moment, in the order of their subscription: a persistent vector. Whoever has read one goes over it
 * undisturbed, while others publish the next.
 *
 * <p>Leaves of 64 slots hang in a trie of the same width, as in Clojure's PersistentVector (Rich Hickey, after Phil Bagwell, "Ideal
 * Hash Trees", 2001); differs by holes, by rebuilding when they are too many, and by small leaves for the usual few listeners.
 */
final class Roster<E> {
    /*
     * Slots are numbered from 0 to end, excluded; empty ones are holes. Nothing that is reachable from a published roster changes,
     * with these exceptions, all made under the lock of the hub:
     *   - slots of the last leaf at or beyond the end of every roster that has this leaf are filled, once, before the roster
     *     that ends behind them is published;
     *   - a slot is emptied whose weak owner is gone: there is nobody to deliver to, so that it makes no difference;
     *   - a slot is emptied where there is no memory for a copy;
     *   - `owners` of a leaf is shared by its copies, and has the entries that are open now. Slots are not used again, so
     *     what stands in one is the owner of what stands, or stood, in the same slot of `listeners`, or nobody.
     */
    static final int BITS = 6;
    static final int WIDTH = 1 << BITS;
    static final int MASK = WIDTH - 1;
    static final int FEW = 2; // holes in a single leaf, see Hub
    private static final int FIRST = 4;
    private static final int STEP = 4;
    private static final Object[] NO_CHILDREN = {};

    /** What closed listeners have. */
    static final Roster<?> CLOSED = new Roster<>(NO_CHILDREN, BITS, 0, true);

    /** A {@link Leaf}, or an array of the nodes one level below. */
    final Object root;

    /** 0 where the root is a leaf, {@link #BITS} where its children are, and so on. */
    final int shift;

    final int end;

    /** Whether a delivery has to look closer: there may be a {@link WeakListener}, or it is CLOSED. */
    final boolean isSpecial;

    /** The listeners of the root where it is a leaf: what most go over. */
    final @Nullable Consumer<? super E> @Nullable [] only;

    /**
     * The only listener, if there is but one slot and it is not special; found without looking into a leaf. Emptied with its slot,
     * where there is no memory for a copy.
     */
    @Nullable
    Consumer<? super E> sole;

    /** Up to 64 slots. */
    static final class Leaf<E> {
        final @Nullable Consumer<? super E>[] listeners;

        /** Guarded by the lock of the hub; read without it by those who report failures. */
        final @Nullable Entry<E>[] owners;

        private Leaf(@Nullable Consumer<? super E>[] listeners, @Nullable Entry<E>[] owners) {
            this.listeners = listeners;
            this.owners = owners;
        }

        @SuppressWarnings("unchecked")
        private Leaf(int capacity) {
            this((@Nullable Consumer<? super E>[]) new @Nullable Consumer<?>[capacity], (@Nullable Entry<E>[])
                    new @Nullable Entry<?>[capacity]);
        }
    }

    /** A roster without holes, and its entries in their new order. */
    record Rebuilt<E>(Roster<E> roster, Entry<E>[] order) {}

    private Roster(Object root, int shift, int end, boolean isSpecial) {
        this.root = root;
        this.shift = shift;
        this.end = end;
        this.isSpecial = isSpecial;
        this.only = shift == 0 ? Roster.<E>leaf(root).listeners : null;
        this.sole = end == 1 && !isSpecial && only != null ? only[0] : null;
    }

    static <E> Roster<E> empty() {
        return new Roster<>(new Leaf<E>(FIRST), 0, 0, false);
    }

    @SuppressWarnings("unchecked") // a roster has nodes of its own type
    private static <E> Leaf<E> leaf(Object node) {
        return (Leaf<E>) node;
    }

    /** The leaf with the slot {@code at}. */
    Leaf<E> leafOf(int at) {
        Object node = root;
        for (int level = shift; level > 0; level -= BITS) {
            node = ((Object[]) node)[at >>> level & MASK];
        }
        return leaf(node);
    }

    /** Returns one with a slot more; only the first one of all is filled, the others are still empty. */
    Roster<E> extended(Consumer<? super E> listener) {
        int at = end;
        boolean special = isSpecial || listener instanceof WeakListener;
        if (at == 0) {
            Leaf<E> first = new Leaf<>(FIRST);
            first.listeners[0] = listener;
            return new Roster<>(first, 0, 1, special);
        }
        if (only != null && at == only.length && at < WIDTH) {
            int capacity = Math.min(at * STEP, WIDTH);
            Leaf<E> old = leafOf(0);
            return new Roster<>(
                    new Leaf<>(Arrays.copyOf(old.listeners, capacity), Arrays.copyOf(old.owners, capacity)),
                    0,
                    at + 1,
                    special);
        }
        if (only != null ? at < only.length : (at & MASK) != 0) {
            return new Roster<>(root, shift, at + 1, special);
        }
        boolean full = at == WIDTH << shift;
        Object top = full ? new Object[] {root} : root;
        int level = full ? shift + BITS : shift;
        return new Roster<>(with(top, level, at, new Leaf<E>(WIDTH)), level, at + 1, special);
    }

    /** Returns one without what is in the slot {@code at}. */
    Roster<E> without(int at) {
        Leaf<E> old = leafOf(at);
        @Nullable Consumer<? super E>[] listeners = old.listeners.clone();
        listeners[at & MASK] = null;
        return new Roster<>(with(root, shift, at, new Leaf<>(listeners, old.owners)), shift, end, isSpecial);
    }

    private static Object with(Object node, int level, int at, Leaf<?> leaf) {
        if (level == 0) {
            return leaf;
        }
        Object[] children = (Object[]) node;
        int child = at >>> level & MASK;
        @Nullable Object[] copy = Arrays.copyOf(children, Math.max(children.length, child + 1));
        copy[child] = with(child < children.length ? children[child] : NO_CHILDREN, level - BITS, at, leaf);
        return copy;
    }

    /** Returns one without holes and without what is in the slot {@code skip}; {@code count} are left. */
    @SuppressWarnings("unchecked")
    Rebuilt<E> rebuilt(int skip, int count) {
        Entry<E>[] order = (Entry<E>[]) new Entry<?>[count];
        Object[] nodes = new Object[Math.max(1, (count + MASK) >>> BITS)];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = new Leaf<E>(nodes.length > 1 ? WIDTH : capacity(count));
        }
        boolean special = false;
        int to = 0;
        for (int base = 0; base < end; base += WIDTH) {
            Leaf<E> old = leafOf(base);
            int slots = Math.min(end - base, WIDTH);
            for (int i = 0; i < slots; i++) {
                Entry<E> owner = old.owners[i];
                if (owner != null && base + i != skip) {
                    Leaf<E> fresh = leaf(nodes[to >>> BITS]);
                    fresh.listeners[to & MASK] = old.listeners[i];
                    fresh.owners[to & MASK] = owner;
                    special |= owner.isWeak;
                    order[to++] = owner;
                }
            }
        }
        int shift = 0;
        for (; nodes.length > 1; shift += BITS) {
            Object[] above = new Object[(nodes.length + MASK) >>> BITS];
            for (int i = 0; i < above.length; i++) {
                above[i] = Arrays.copyOfRange(nodes, i << BITS, Math.min(nodes.length, (i + 1) << BITS));
            }
            nodes = above;
        }
        return new Rebuilt<>(new Roster<>(nodes[0], shift, count, special), order);
    }

    private static int capacity(int count) {
        int capacity = FIRST;
        while (capacity < count) {
            capacity *= STEP;
        }
        return capacity;
    }

    /** Whether just {@code live} slots are taken, each by an entry that knows it; for tests, under the lock of the hub. */
    boolean invariantsHold(int live) {
        boolean hold = end <= (only == null ? WIDTH << shift : only.length);
        int taken = 0;
        for (int base = 0; base < end; base += WIDTH) {
            Leaf<E> leaf = leafOf(base);
            for (int i = 0; i < leaf.listeners.length; i++) {
                Entry<E> owner = leaf.owners[i];
                taken += owner == null ? 0 : 1;
                hold &= (owner == null) == (leaf.listeners[i] == null);
                hold &= owner == null || owner.index == base + i && base + i < end;
            }
        }
        return hold && taken == live && end - live <= live / 2 + (shift == 0 ? FEW : WIDTH / 2) + 1;
    }
}
