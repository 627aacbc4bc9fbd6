package dev.lifecycle.impl.weak;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of weak references: open addressing with linear probing in sixteen regions, read without a lock, changed with
 * the lock of the region, which is held for a few instructions and never while a key is compared by its {@code equals}.
 *
 * <p>Who is in the table is decided here; what belongs to it, by the {@linkplain WeakNode#item() item} of the node. A node
 * whose referent was collected leaves on the reaper thread.
 *
 * <p>Source: D. E. Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm L. What differs: nodes are deleted
 * by marks, which go again where the run of slots ends; and readers are not excluded.
 */
final class WeakTable {
    /*
     * A region has a lock (in Locks) and an array of slots, null before the first write:
     *   I1  with the lock: a slot is null, GONE, or a node; the slots from the one a hash belongs to, to the one of its node, are
     *       not null; `live` nodes and `used` slots that are not null are counted, used < length: a search ends.
     *   I2  a node is in one slot at most, and once it has left it never comes back.
     *   I3  no two nodes of an array stand for the same key, one that has no item left excepted, which stands for nothing.
     *   I4  the version of the lock changes with every node that comes in, in a slot of its own or in that of another.
     *   I5  an array that was replaced is not written to any more.
     *   I6  once `shut`, nothing comes in.
     * Ordering: a node is published by a release of its slot, an array by a release of its place; readers acquire both. A reader
     * may work on an array that was replaced meanwhile: what it finds there was in the table when it began, or came later and
     * before it was replaced; what it does not find was not there when it began.
     * Where the stack ends in a call under the lock, the lock is given back, and nothing was done: counts follow the store.
     */
    static final WeakNode GONE = new WeakNode(new Object(), 0, null, "gone");

    private static final int REGIONS = 16;
    private static final int REGION_SHIFT = Integer.SIZE - Integer.numberOfTrailingZeros(REGIONS);
    private static final int FIRST_LENGTH = 8;
    private static final int MAX_LENGTH = 1 << 28;

    private static final VarHandle REGION = MethodHandles.arrayElementVarHandle(WeakNode[][].class);
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(WeakNode[].class);

    /** What became of a node that was to be put in. */
    enum Outcome {
        /** It is in the table. */
        PUT,
        /** The table is closed. */
        REFUSED,
        /** The table is not what it was when it was looked at. */
        CHANGED
    }

    private final @Nullable WeakNode[][] regions = new WeakNode[REGIONS][];
    private final Locks locks;
    private final Consumer<WeakNode> onReaped;

    /**
     * Makes an empty one.
     *
     * @param onReaped called on the reaper thread with a node that left because its referent was collected; must not throw
     */
    WeakTable(Consumer<WeakNode> onReaped) {
        this.onReaped = onReaped;
        locks = new Locks(this, REGIONS);
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** The slots where nodes of this hash are, as long as the region is not resized; null if it never had any. */
    @Nullable
    WeakNode @Nullable [] slots(int hash) {
        return (WeakNode[]) REGION.getAcquire(regions, hash >>> REGION_SHIFT);
    }

    /** The node in a slot. */
    static @Nullable WeakNode at(@Nullable WeakNode[] slots, int index) {
        return (WeakNode) SLOT.getAcquire(slots, index);
    }

    /** Returns the node that refers to {@code referent}, by identity; never keeps it alive. */
    @Nullable
    WeakNode find(Object referent, int hash) {
        @Nullable WeakNode[] slots = slots(hash);
        if (slots == null) {
            return null;
        }
        int mask = slots.length - 1;
        for (int i = hash & mask; ; i = i + 1 & mask) {
            WeakNode node = at(slots, i);
            if (node == null || node.refersTo(referent)) {
                return node;
            }
        }
    }

    /** Says how often a node came into the region of this hash, to {@link #put} later: read it before searching. */
    int version(int hash) {
        return locks.get(hash >>> REGION_SHIFT).version();
    }

    /** Spreads a hash code over all bits, with no two to the same; in another way for each seed, so that nobody can foresee it. */
    static int spread(int hashCode, int seed) {
        int h = (hashCode ^ seed) * 0x9E3779B9;
        return h ^ h >>> 15;
    }

    /** How many nodes there are, those included whose referents were collected and that have not left yet. */
    long count() {
        return locks.count();
    }

    // ---- changing --------------------------------------------------------------------------------------------------

    /**
     * Puts {@code fresh} in the place of {@code replaced}, unless that one has left; or, without one, to the others, unless a
     * node came into the region since.
     *
     * @param version of the region before it was searched
     */
    Outcome put(WeakNode fresh, @Nullable WeakNode replaced, int version) {
        int region = fresh.hash >>> REGION_SHIFT;
        Locks.Lock lock = locks.get(region);
        while (true) {
            @Nullable WeakNode[] full;
            int word = lock.lock();
            try {
                if (lock.shut) {
                    return Outcome.REFUSED;
                }
                full = regions[region];
                int at = full == null ? -1 : replaced == null ? free(full, fresh.hash) : indexOf(full, replaced);
                if (replaced == null ? word != version : at < 0) {
                    return Outcome.CHANGED;
                }
                WeakNode there = at < 0 || full == null ? null : full[at];
                if (full != null && fits(lock, full, there)) {
                    enter(lock, full, at, there, fresh);
                    word += Locks.Lock.VERSION;
                    break;
                }
            } finally {
                try {
                    Locks.Lock.WORD.setRelease(lock, word);
                } catch (StackOverflowError noFrame) {
                    lock.word = word;
                }
            }
            resize(region, lock, full);
        }
        locks.watching();
        return Outcome.PUT;
    }

    /** The first slot that a node of this hash may take; with the lock. */
    private static int free(@Nullable WeakNode[] slots, int hash) {
        int mask = slots.length - 1;
        int i = hash & mask;
        while (slots[i] != null && slots[i] != GONE) {
            i = i + 1 & mask;
        }
        return i;
    }

    /** The slot of {@code node}; -1 if it has left. With the lock. */
    private static int indexOf(@Nullable WeakNode[] slots, WeakNode node) {
        int mask = slots.length - 1;
        for (int i = node.hash & mask; ; i = i + 1 & mask) {
            WeakNode other = slots[i];
            if (other == node) {
                return i;
            }
            if (other == null) {
                return -1;
            }
        }
    }

    private static boolean fits(Locks.Lock lock, @Nullable WeakNode[] slots, @Nullable WeakNode there) {
        return there != null || lock.used < limit(slots.length);
    }

    private static int limit(int length) {
        return length >> 1;
    }

    private static void enter(
            Locks.Lock lock, @Nullable WeakNode[] slots, int at, @Nullable WeakNode there, WeakNode fresh) {
        SLOT.setRelease(slots, at, fresh);
        if (there == null) {
            lock.used++;
            lock.live++;
        } else if (there == GONE) {
            lock.live++;
        }
    }

    /** Takes {@code node} out; returns whether it was in. */
    boolean remove(WeakNode node) {
        int region = node.hash >>> REGION_SHIFT;
        Locks.Lock lock = locks.get(region);
        @Nullable WeakNode[] slots;
        boolean sparse;
        int word = lock.lock();
        try {
            slots = regions[region];
            int at = slots == null ? -1 : indexOf(slots, node);
            if (slots == null || at < 0) {
                return false;
            }
            leave(lock, slots, at);
            sparse = slots.length > FIRST_LENGTH && lock.live < slots.length >> 3;
        } finally {
            try {
                Locks.Lock.WORD.setRelease(lock, word);
            } catch (StackOverflowError noFrame) {
                lock.word = word;
            }
        }
        if (sparse) {
            shrink(region, lock, slots);
        }
        return true;
    }

    private static void leave(Locks.Lock lock, @Nullable WeakNode[] slots, int at) {
        int mask = slots.length - 1;
        if (slots[at + 1 & mask] != null) {
            SLOT.setRelease(slots, at, GONE);
            lock.live--;
            return;
        }
        SLOT.setRelease(
                slots, at, null); // the run ends before it: no search has to go on behind it, nor behind marks there
        lock.live--;
        lock.used--;
        for (int i = at - 1 & mask; slots[i] == GONE; i = i - 1 & mask) {
            slots[i] = null; // plain: a mark that is seen for longer only makes a search longer
            lock.used--;
        }
    }

    /** Replaces the slots of a region, {@code full} unless they are others already, by what its nodes need. */
    private void resize(int region, Locks.Lock lock, @Nullable WeakNode @Nullable [] full) {
        @Nullable WeakNode[] fresh = new WeakNode[length(lock.liveOpaque() + 1)]; // outside: there may be no memory
        int word = lock.lock();
        try {
            if (regions[region] != full || lock.shut || lock.live >= limit(fresh.length)) {
                return;
            }
            if (full != null) {
                copy(full, fresh);
            }
            REGION.setRelease(regions, region, fresh);
            lock.used = lock.live;
        } finally {
            lock.word = word;
        }
    }

    /** So that a fifth of what is allowed to be used is free, at least: or it would soon be copied again. */
    private static int length(int live) {
        if (live >= limit(MAX_LENGTH)) {
            throw new IllegalStateException("a sixteenth of the entries are " + live + ", as many as there can be");
        }
        int length = FIRST_LENGTH;
        while (length < MAX_LENGTH && length < live + live + live / 2) {
            length <<= 1;
        }
        return length;
    }

    private static void copy(@Nullable WeakNode[] from, @Nullable WeakNode[] to) {
        for (WeakNode node : from) {
            if (node != null && node != GONE) {
                to[free(to, node.hash)] = node;
            }
        }
    }

    private void shrink(int region, Locks.Lock lock, @Nullable WeakNode[] sparse) {
        try {
            resize(region, lock, sparse);
        } catch (OutOfMemoryError stays) { // as large as it is: nothing depends on it
            return;
        }
    }

    /** Lets none in any more; those that are in stay. */
    void shut() {
        for (int region = 0; region < REGIONS; region++) {
            Locks.Lock lock = locks.get(region);
            int word = lock.lock();
            lock.shut = true;
            lock.word = word;
        }
    }

    /**
     * Takes all nodes out.
     *
     * @param consumer gets each that was in, with no lock held
     */
    void clear(Consumer<WeakNode> consumer) {
        for (int region = 0; region < REGIONS; region++) {
            Locks.Lock lock = locks.get(region);
            @Nullable WeakNode[] slots;
            int word = lock.lock();
            try {
                slots = regions[region];
                REGION.setRelease(regions, region, null);
                lock.live = 0;
                lock.used = 0;
            } finally {
                lock.word = word;
            }
            each(slots, consumer);
        }
    }

    /** Hands over the nodes that are in from begin to end, and perhaps some others; none twice, unless the table grows. */
    void forEach(Consumer<WeakNode> consumer) {
        for (int region = 0; region < REGIONS; region++) {
            each((WeakNode[]) REGION.getAcquire(regions, region), consumer);
        }
    }

    /** Like {@link #forEach}, from a region chosen by chance, until {@code wants} says no. */
    void search(Predicate<WeakNode> wants) {
        int start = ThreadLocalRandom.current().nextInt(REGIONS);
        for (int i = 0; i < REGIONS; i++) {
            @Nullable WeakNode[] slots = (WeakNode[]) REGION.getAcquire(regions, start + i & REGIONS - 1);
            for (int at = 0; slots != null && at < slots.length; at++) {
                WeakNode node = at(slots, at);
                if (node != null && node != GONE && !wants.test(node)) {
                    return;
                }
            }
        }
    }

    private static void each(@Nullable WeakNode @Nullable [] slots, Consumer<WeakNode> consumer) {
        if (slots != null) {
            for (int i = 0; i < slots.length; i++) {
                WeakNode node = at(slots, i);
                if (node != null && node != GONE) {
                    consumer.accept(node);
                }
            }
        }
    }

    /** Lets go of the nodes whose referents were collected, without waiting for the reaper to hear of it. */
    void purge() {
        forEach(node -> {
            if (node.refersTo(null)) {
                reap(node);
            }
        });
    }

    void reap(WeakNode node) {
        if (remove(node)) {
            onReaped.accept(node);
        }
    }

    WeakReference<WeakTable> reference() {
        return locks.table;
    }

    Locks locks() {
        return locks;
    }

    /** Whether I1 to I3 hold, I3 by identity of referents; only while nobody changes it. */
    boolean invariantsHold() {
        for (int region = 0; region < REGIONS; region++) {
            Locks.Lock lock = locks.get(region);
            @Nullable WeakNode[] slots = regions[region];
            int live = 0;
            int used = 0;
            for (int i = 0; slots != null && i < slots.length; i++) {
                WeakNode node = slots[i];
                used += node == null ? 0 : 1;
                if (node != null && node != GONE) {
                    live++;
                    if (node.hash >>> REGION_SHIFT != region || indexOf(slots, node) != i) {
                        return false;
                    }
                }
            }
            if (live != lock.live || used != lock.used || slots != null && used >= slots.length) {
                return false;
            }
        }
        return true;
    }
}
