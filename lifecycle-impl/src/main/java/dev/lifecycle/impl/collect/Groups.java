package dev.lifecycle.impl.collect;

import dev.lifecycle.impl.time.Backoff;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The entries of a cache by tag. */
final class Groups {
    private final ConcurrentHashMap<Object, Group> groups = new ConcurrentHashMap<>();
    private final AtomicInteger inUse =
            new AtomicInteger(); // groups with nodes: an empty one stays in the map for a moment

    /** The entries of one tag: a list through the nodes. */
    static final class Group {
        /*
         * Guarded by lock, a spin lock held for a few instructions; taken with the lock of a segment held, never the other
         * way round: first, size, users.
         *   I1  a node is in the list exactly while it is alive, seen with the lock of its segment.
         *   I2  users counts those who may add to it; at 0 with an empty list it is GONE for ever, and out of the map soon.
         */
        private static final int GONE = -1;
        private static final int FREE = 0;
        private static final int LOCKED = 1;
        private static final VarHandle LOCK;

        static {
            try {
                LOCK = MethodHandles.lookup().findVarHandle(Group.class, "lock", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        final Object tag;
        private final AtomicInteger inUse;
        private volatile int lock; // given back by a plain statement, which needs no stack
        private CacheNode.@Nullable Full first;
        private int size;
        private int users;

        Group(Object tag, AtomicInteger inUse) {
            this.tag = tag;
            this.inUse = inUse;
        }

        private void lock() {
            int looks = 0;
            while (lock != FREE || !LOCK.compareAndSet(this, FREE, LOCKED)) {
                Backoff.pause(looks++);
            }
        }

        /** Keeps it from going; false if it has gone. */
        private boolean use() {
            lock();
            boolean lives = users != GONE;
            if (lives) {
                users++;
            }
            lock = FREE;
            return lives;
        }

        /** Whether it has gone by this. */
        private boolean leave() {
            lock();
            users--;
            boolean gone = users == 0 && size == 0;
            if (gone) {
                users = GONE;
            }
            lock = FREE;
            return gone;
        }

        /** Called with the lock of the segment of {@code node}, by a user. */
        void add(CacheNode.Full node) {
            lock();
            node.groupAfter = first;
            if (first != null) {
                first.groupBefore = node;
            }
            first = node;
            try {
                if (size++ == 0) {
                    inUse.incrementAndGet();
                }
            } finally {
                lock = FREE;
            }
        }

        /** Called with the lock of the segment of {@code node}. */
        void remove(CacheNode.Full node) {
            lock();
            CacheNode.Full left = node.groupBefore;
            CacheNode.Full right = node.groupAfter;
            if (left == null) {
                first = right;
            } else {
                left.groupAfter = right;
            }
            if (right != null) {
                right.groupBefore = left;
            }
            node.groupBefore = null;
            node.groupAfter = null;
            try {
                if (--size == 0) {
                    inUse.decrementAndGet();
                }
            } finally {
                lock = FREE;
            }
        }

        private boolean goes() {
            lock();
            boolean goes = users == 0 && size == 0;
            if (goes) {
                users = GONE;
            }
            lock = FREE;
            return goes;
        }

        /** Returns the nodes in it, the newest first. */
        List<CacheNode.Full> list() {
            while (true) {
                int room = size + 8; // a racy look: memory is got before the lock is taken
                List<CacheNode.Full> all = new ArrayList<>(room);
                lock();
                try {
                    if (size > room) {
                        continue;
                    }
                    for (CacheNode.Full node = first; node != null; node = node.groupAfter) {
                        all.add(node);
                    }
                    return all;
                } finally {
                    lock = FREE;
                }
            }
        }
    }

    /** Returns the group of {@code tag}, for one who is about to add to it and calls {@link #leave} then. */
    Group enter(Object tag) {
        while (true) {
            Group group = groups.get(tag);
            if (group == null) {
                Group fresh = new Group(tag, inUse);
                group = groups.putIfAbsent(tag, fresh);
                group = group == null ? fresh : group;
            }
            if (group.use()) {
                return group;
            }
            groups.remove(tag, group); // it has gone, and who made it go may not have been here yet
        }
    }

    void leave(Group group) {
        if (group.leave()) {
            forget(group);
        }
    }

    private void forget(Group group) {
        try {
            groups.remove(group.tag, group);
        } catch (Throwable broken) { // equals or hashCode of a tag: it has gone, and stays in the map until somebody
            // enters
            return;
        }
    }

    /** Forgets {@code group} if it is empty: after a node left it, with no lock held. */
    void prune(Group group) {
        if (group.size == 0 && group.goes()) { // a racy look first; who empties it comes here afterwards
            forget(group);
        }
    }

    /** Returns the nodes that have this tag now, the newest first. */
    List<CacheNode.Full> nodes(Object tag) {
        Group group = groups.get(tag);
        return group == null ? List.of() : group.list();
    }

    /** How many tags there are that nodes have. */
    int size() {
        return inUse.get();
    }

    /** Whether the invariants hold, and the groups have so many nodes; only while nobody else uses it. */
    boolean invariantsHold(long expected) {
        long total = 0;
        for (Group group : groups.values()) {
            int count = 0;
            CacheNode.Full before = null;
            for (CacheNode.Full node = group.first; node != null; node = node.groupAfter) {
                if (node.groupBefore != before || !node.isAlive()) {
                    return false;
                }
                before = node;
                count++;
            }
            if (count != group.size || group.users != 0 || count == 0) {
                return false;
            }
            total += count;
        }
        return total == expected && groups.size() == inUse.get();
    }
}
