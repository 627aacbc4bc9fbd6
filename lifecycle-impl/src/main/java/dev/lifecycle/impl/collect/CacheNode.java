package dev.lifecycle.impl.collect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One value of a cache, with its key: hash node, list node of the policy and entry in one object. Another value is another
 * node.
 */
class CacheNode extends Slot {
    /*
     * alive --> dead, once, with the lock of the segment; a node is in a chain of the table exactly while it is alive, seen
     * with that lock. Who makes it die takes its value, and is the one that reports and closes it.
     *   key    final
     *   value  null once it is dead; written with the lock (release), read without it (acquire)
     *   next   the rest of the chain; written with the lock (release). That of a dead node stays, for readers that are on it
     */
    static final long NEVER = 1L << 62;

    private static final VarHandle VALUE = handle("value", Object.class);
    private static final VarHandle NEXT = handle("next", CacheNode.class);

    final Object key;
    volatile @Nullable Object value;
    volatile @Nullable CacheNode next;

    CacheNode(Object key, int hash, @Nullable Object value) {
        super(hash);
        this.key = key;
        VALUE.set(this, value); // plain: published with the node
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(CacheNode.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Whether it is in the table; stays false. */
    boolean isAlive() {
        return value != null;
    }

    /** With the lock of the segment. */
    final void next(@Nullable CacheNode node) {
        NEXT.setRelease(this, node);
    }

    /** With the lock of the segment, after it was taken out of its chain. */
    void die() {
        VALUE.setRelease(this, null);
    }

    /** When it expires, by the clock of the cache. */
    long deadline() {
        return NEVER;
    }

    /** Counts who has the value, where values are closed; null elsewhere. */
    @Nullable
    Holding holding() {
        return null;
    }

    /** Entries that expire, and those with more features than a weight. */
    static class Timed extends CacheNode {
        private static final VarHandle DEADLINE = handle();

        /** The deadline of one that is about to be taken out since it has expired. */
        static final long SEALED = -NEVER;

        long deadline; // only by the methods below; put off by readers, so never moved back

        @Nullable
        Timed earlier; // the list of the wheel; null when it is not in it; guarded by the policy lock

        @Nullable
        Timed later;

        Timed(Object key, int hash, @Nullable Object value, long deadline) {
            super(key, hash, value);
            DEADLINE.set(this, deadline); // plain: published with the node
        }

        private static VarHandle handle() {
            try {
                return MethodHandles.lookup().findVarHandle(Timed.class, "deadline", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        @Override
        final long deadline() {
            return (long) DEADLINE.getOpaque(this);
        }

        /** Moves the deadline, for whoever must know that it counts: unless it is not {@code seen} any more. */
        final boolean putOff(long seen, long later) {
            return DEADLINE.compareAndSet(this, seen, later); // volatile; against seal(): one of the two fails
        }

        /** Whether it has expired at {@code now}; if so, it is no more put off, and is to be taken out. */
        final boolean seal(long now) {
            for (long seen = deadline(); seen <= now; seen = deadline()) {
                if (seen == SEALED || DEADLINE.compareAndSet(this, seen, SEALED)) {
                    return true;
                }
            }
            return false;
        }

        /** What reads cannot put the deadline off beyond. */
        long limit() {
            return NEVER;
        }
    }

    /** Entries with a weight. */
    static final class Weighed extends CacheNode {
        private final int weight;

        Weighed(Object key, int hash, @Nullable Object value, int weight) {
            super(key, hash, value);
            this.weight = weight;
        }

        @Override
        public int weight() {
            return weight;
        }
    }

    /** Entries whose values are closed. */
    static final class Held extends CacheNode {
        private final @Nullable Holding holding;

        Held(Object key, int hash, @Nullable Object value, @Nullable Holding holding) {
            super(key, hash, value);
            this.holding = holding;
        }

        @Override
        @Nullable
        Holding holding() {
            return holding;
        }
    }

    /** Entries with everything. */
    static final class Full extends Timed {
        private final int weight;
        private final long limit;
        private final @Nullable Holding holding;
        final Groups.@Nullable Group group;

        @Nullable
        Full groupBefore; // guarded by the group

        @Nullable
        Full groupAfter;

        Full(
                Object key,
                int hash,
                @Nullable Object value,
                long deadline,
                long limit,
                int weight,
                @Nullable Holding holding,
                Groups.@Nullable Group group) {
            super(key, hash, value, deadline);
            this.limit = limit;
            this.weight = weight;
            this.holding = holding;
            this.group = group;
        }

        @Override
        public int weight() {
            return weight;
        }

        @Override
        long limit() {
            return limit;
        }

        @Override
        @Nullable
        Holding holding() {
            return holding;
        }
    }
}
