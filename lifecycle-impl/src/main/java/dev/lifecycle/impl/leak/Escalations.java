package dev.lifecycle.impl.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The sites, or else labels or types, that leaked lately: what opens there is tracked without sampling. */
final class Escalations {
    /*
     * `table` is an immutable array with open addressing, replaced under `lock`; only Entry.until changes in it (volatile).
     *   I1  at most MAX entries; beyond, the one that ends first makes room.
     *   I2  every entry is found from its hash on before a null slot.
     * Sites are compared by identity, since their equals is a stranger's; texts by equality.
     */
    static final int MAX = 256;

    private static final Table EMPTY = new Table(List.of());

    private final ReentrantLock lock = new ReentrantLock();
    private final long lasts;
    private volatile Table table = EMPTY;

    private static final class Entry {
        final Object key;
        volatile long until;

        Entry(Object key, long until) {
            this.key = key;
            this.until = until;
        }
    }

    private static final class Table {
        final @Nullable Entry[] slots;
        final int size;
        final long firstEnd; // some entries may have been prolonged since

        Table(List<Entry> entries) {
            size = entries.size();
            long first = entries.isEmpty() ? 0 : entries.get(0).until;
            for (Entry entry : entries) {
                first = entry.until - first < 0 ? entry.until : first;
            }
            firstEnd = first;
            slots = new @Nullable Entry[Math.max(2, Integer.highestOneBit(size) * 4)];
            for (Entry entry : entries) {
                int i = hash(entry.key);
                while (slots[i & slots.length - 1] != null) {
                    i++;
                }
                slots[i & slots.length - 1] = entry;
            }
        }

        @Nullable
        Entry find(Object key) {
            for (int i = hash(key); ; i++) {
                Entry entry = slots[i & slots.length - 1];
                if (entry == null || same(entry.key, key)) {
                    return entry;
                }
            }
        }

        List<Entry> entries() {
            List<Entry> entries = new ArrayList<>();
            for (Entry entry : slots) {
                if (entry != null) {
                    entries.add(entry);
                }
            }
            return entries;
        }
    }

    Escalations(long lasts) {
        this.lasts = lasts;
    }

    private static int hash(Object key) {
        int hash = key instanceof String text ? text.hashCode() : System.identityHashCode(key);
        return hash ^ hash >>> 16;
    }

    private static boolean same(Object one, Object other) {
        return one == other || one instanceof String text && text.equals(other);
    }

    /** Whether {@code key} leaked, maybe not lately. */
    boolean mayContain(Object key) {
        return table.find(key) != null;
    }

    /** Whether {@code key} leaked lately. */
    boolean contains(Object key, long now) {
        Entry entry = table.find(key);
        return entry != null && entry.until - now > 0;
    }

    /** Whether {@link #prune} would change something. */
    boolean needsPruning(long now) {
        Table seen = table;
        return seen.size > 0 && seen.firstEnd - now <= 0;
    }

    boolean isEmpty() {
        return table.size == 0;
    }

    int size() {
        return table.size;
    }

    /** Notes that {@code key} leaked. */
    void add(Object key, long now) {
        if (lasts == 0) {
            return;
        }
        long until = now + Math.min(lasts, Long.MAX_VALUE / 2);
        Entry known = table.find(key);
        if (known != null) {
            known.until = until;
            return; // if it was removed just now, the next leak brings it back
        }
        lock.lock();
        try {
            List<Entry> entries = table.entries();
            entries.removeIf(entry -> entry.until - now <= 0 || same(entry.key, key));
            if (entries.size() == MAX) {
                Entry first = entries.get(0);
                for (Entry entry : entries) {
                    first = entry.until - first.until < 0 ? entry : first;
                }
                entries.remove(first);
            }
            entries.add(new Entry(key, until));
            table = new Table(entries);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets those that are over. */
    void prune(long now) {
        lock.lock();
        try {
            List<Entry> entries = table.entries();
            entries.removeIf(entry -> entry.until - now <= 0);
            table = entries.isEmpty() ? EMPTY : new Table(entries);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all. */
    void clear() {
        lock.lock();
        try {
            table = EMPTY;
        } finally {
            lock.unlock();
        }
    }

    /** Whether I1 and I2 hold, for tests. */
    boolean invariantsHold() {
        Table seen = table;
        return seen.size <= MAX
                && seen.entries().size() == seen.size
                && seen.entries().stream().allMatch(entry -> seen.find(entry.key) == entry);
    }
}
