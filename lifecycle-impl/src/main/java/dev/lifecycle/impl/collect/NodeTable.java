package dev.lifecycle.impl.collect;

import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.impl.time.Backoff;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The hash table of a cache: chains of nodes, read without a lock and changed with that of a segment, which is held for a
 * few instructions and never while a key is compared.
 *
 * <p>Source: the chains and lock-free reads of the first ConcurrentHashMap (D. Lea, JSR 166). What differs: nodes are not
 * copied, since they have identity; changes search without the lock and look with it whether what they found still holds.
 */
final class NodeTable {
    /*
     *   I1  with the lock of its segment: a node is reachable from its bin exactly while it is alive, and no two alive nodes
     *       of a segment have equal keys.
     *   I2  a node enters a chain at its head, so a bin whose head is the one that a search began with has got no node since.
     *       (The head may have changed twice, and be that one again: then what was added is gone.)
     *   I3  a node that replaces another one is linked before that one dies and is unlinked, so a reader that meets a dead
     *       node of its key, or another head than it began with, and looks again finds the successor. The head counts: one
     *       that is on an older node already may come by the place of the dead one when it is unlinked, and not meet it.
     *   I4  moving is set before the chains of a segment change their order and cleared after the new bins are published: a
     *       reader that finds nothing, sees that it is clear, and then the bins it began with, has not been led astray.
     *   I5  a segment comes by a compare-and-set when it is first written to, and stays: who finds none (acquire) came before the
     *       first write there; who has to know that (detachLoads, voidTag) looks after a full fence, as begin()'s caller does.
     *       What is not there when the table is closed becomes SHUT, which refuses.
     *
     * A reader loads bins (volatile), a bin and each next (acquire), key and hash (final), value (volatile).
     */
    private static final int FREE = 0;
    private static final int LOCKED = 1;
    private static final int FIRST_BINS = 8;
    private static final int MAX_BINS = 1 << 30;
    private static final int MAX_LOOKS = 8; // without the lock

    /** What became of a node that was to be put. */
    enum Outcome {
        /** It is in the table. */
        PUT,
        /** Something else stays there. */
        KEPT,
        /** The table is closed. */
        REFUSED,
        /** The table is not what it was when it was looked at. */
        CHANGED
    }

    /** Stands for what was not written to before a table was closed. */
    private static final Segment SHUT = new Segment(true);

    private static final VarHandle LOCK;
    private static final VarHandle SEGMENT = MethodHandles.arrayElementVarHandle(Segment[].class);
    private static final VarHandle BIN = MethodHandles.arrayElementVarHandle(CacheNode[].class);

    static {
        try {
            LOCK = MethodHandles.lookup().findVarHandle(Segment.class, "lock", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Segment {
        volatile @Nullable CacheNode[] bins = new CacheNode[FIRST_BINS];
        volatile boolean moving;
        /**
         * Given back by a statement, since a method might have no room on the stack, and leave it taken; where every nanosecond
         * counts, by a release, and by the statement if there is no room for that.
         */
        volatile int lock;

        int count; // from here on: guarded by lock
        boolean closed;

        @Nullable
        Load loads; // the loads in its chains, linked through before and after

        long inserted;
        long loaded;
        final long[] removed = new long[RemovalCause.values().length];

        Segment(boolean closed) {
            this.closed = closed;
        }

        void lock() {
            int looks = 0;
            while (lock != FREE
                    || !LOCK.compareAndSet(this, FREE, LOCKED)) { // opaque would do for the look: see Backoff
                Backoff.pause(looks++);
            }
        }
    }

    private final @Nullable Segment[] segments; // made when first written to: an empty table is small
    private final int shift;
    private final int seed;

    /** For about so many entries; any number is possible. */
    NodeTable(long entries) {
        int count = (int) Long.highestOneBit(Math.max(1, Math.min(entries / 4096, 16)));
        segments = new Segment[count];
        shift = Integer.SIZE - Integer.numberOfTrailingZeros(count);
        seed = ThreadLocalRandom.current().nextInt();
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** Spreads the hash of {@code key} over all bits; in another way for each cache, so that nobody can foresee it. */
    int hash(Object key) {
        int h = (key.hashCode() ^ seed) * 0x9E3779B9;
        h = (h ^ h >>> 15) * 0x85EBCA6B;
        return h ^ h >>> 14;
    }

    private int index(int hash) {
        return hash >>> shift & segments.length - 1; // one segment: the mask is 0, whatever the shift does
    }

    /** The segment of this number; null if nothing was ever put there. */
    private @Nullable Segment known(int index) {
        return (Segment) SEGMENT.getAcquire(segments, index);
    }

    /** The segment of this number. */
    private Segment segment(int index) {
        Segment known = known(index);
        if (known != null) {
            return known;
        }
        Segment fresh = new Segment(false);
        Segment other = (Segment) SEGMENT.compareAndExchange(segments, index, null, fresh);
        return other == null ? fresh : other;
    }

    /** Returns the node of {@code key}, which was alive during the call and may be a load; null if there is none. */
    @Nullable
    CacheNode find(Object key, int hash) {
        Segment segment = known(index(hash));
        if (segment == null) {
            return null;
        }
        @Nullable CacheNode[] bins = segment.bins;
        CacheNode head = (CacheNode) BIN.getAcquire(bins, hash & bins.length - 1);
        CacheNode node = head;
        while (node != null) {
            if (node.hash == hash) {
                Object other = node.key;
                if (other == key || other.equals(key)) {
                    return node.value != null ? node : look(segment, key, hash);
                }
            }
            node = node.next;
        }
        return isStill(segment, bins, hash, head) ? null : look(segment, key, hash);
    }

    /** Whether a search that began with {@code head} and found nothing was not led astray: I2, I3, I4. */
    private static boolean isStill(Segment segment, @Nullable CacheNode[] bins, int hash, @Nullable CacheNode head) {
        return !segment.moving
                && segment.bins == bins
                && BIN.getAcquire(bins, hash & bins.length - 1) == head; // after each next: those are acquired
    }

    /** The rest of {@link #find}: the bin holds a load or a dead node of the key, or is changing. */
    private @Nullable CacheNode look(Segment segment, Object key, int hash) {
        CacheNode lastDead = null;
        for (int looks = 0; looks < MAX_LOOKS && !segment.moving; looks++) {
            @Nullable CacheNode[] bins = segment.bins;
            CacheNode head = (CacheNode) BIN.getAcquire(bins, hash & bins.length - 1);
            CacheNode node = search(head, key, hash, lastDead);
            if (node == null) {
                if (isStill(segment, bins, hash, head)) {
                    return null;
                }
            } else if (node.isAlive()) {
                return node;
            } else {
                lastDead = node;
            }
        }
        return among(candidates(segment, hash), key); // writers are at this bin all the time: wait for one of them
    }

    /** Returns the first node of {@code key}, alive or dead, but for {@code skipped}. */
    private static @Nullable CacheNode search(
            @Nullable CacheNode head, Object key, int hash, @Nullable CacheNode skipped) {
        for (CacheNode node = head; node != null; node = node.next) {
            if (node.hash == hash && node != skipped && (node.key == key || node.key.equals(key))) {
                return node;
            }
        }
        return null;
    }

    /** The alive nodes with this hash: keys are compared when the lock is free again. */
    private static List<CacheNode> candidates(Segment segment, int hash) {
        List<CacheNode> found = new ArrayList<>();
        segment.lock();
        try {
            @Nullable CacheNode[] bins = segment.bins;
            for (CacheNode node = bins[hash & bins.length - 1]; node != null; node = node.next) {
                if (node.hash == hash) {
                    found.add(node);
                }
            }
        } finally {
            segment.lock = FREE;
        }
        return found;
    }

    private static @Nullable CacheNode among(List<CacheNode> candidates, Object key) {
        for (CacheNode node : candidates) {
            if (node.key == key || node.key.equals(key)) {
                return node;
            }
        }
        return null;
    }

    // ---- changing --------------------------------------------------------------------------------------------------

    /** What {@link #put} does with a node of the same key. */
    interface Rule {
        /** Called with the lock, for an alive node of the same key: looks at nothing but its fields. */
        boolean replaces(CacheNode known);

        /** Whether it is put where there is no node of the key. */
        default boolean inserts() {
            return true;
        }
    }

    /**
     * Puts {@code fresh} in.
     *
     * @param fresh not in the table
     * @param rule asked if there is an alive node of the key
     * @param removed gets the node that is replaced, with its value, or the one that is kept
     * @param passed not null if {@code fresh} goes as soon as it has come: then this gets its value, and nobody sees it here
     * @return never CHANGED
     */
    Outcome put(CacheNode fresh, Rule rule, Removed removed, @Nullable Removed passed) {
        int hash = fresh.hash;
        Segment segment = segment(index(hash));
        CacheNode lastDead = null;
        while (true) {
            @Nullable CacheNode[] bins = segment.bins;
            CacheNode head = (CacheNode) BIN.getAcquire(bins, hash & bins.length - 1);
            CacheNode known = search(head, fresh.key, hash, lastDead);
            if (known != null && !known.isAlive()) {
                lastDead = known;
                continue;
            }
            Outcome result = put(fresh, segment, bins, head, known, rule, removed, passed);
            if (result != Outcome.CHANGED) {
                return result;
            }
        }
    }

    private static Outcome put(
            CacheNode fresh,
            Segment segment,
            @Nullable CacheNode[] bins,
            @Nullable CacheNode head,
            @Nullable CacheNode known,
            Rule rule,
            Removed removed,
            @Nullable Removed passed) {
        segment.lock();
        try {
            if (segment.closed) {
                return Outcome.REFUSED;
            }
            if (segment.bins != bins
                    || bins[fresh.hash & bins.length - 1] != head
                    || known != null && !known.isAlive()) {
                return Outcome.CHANGED;
            }
            removed.node = known;
            if (known == null ? !rule.inserts() : !rule.replaces(known)) {
                return Outcome.KEPT;
            }
            int before = known == null || known instanceof Load ? 0 : 1;
            int after = passed != null ? 0 : 1;
            if (passed != null) {
                pass(segment, fresh, passed);
            } else {
                if (known == null) {
                    grow(segment);
                }
                link(segment, fresh);
            }
            if (known != null) {
                kill(segment, known, removed);
            }
            segment.count += after - before; // once: size() looks without the lock
            return Outcome.PUT;
        } finally {
            try {
                LOCK.setRelease(segment, FREE);
            } catch (StackOverflowError noFrame) {
                segment.lock = FREE;
            }
        }
    }

    /**
     * Puts {@code load} in, unless there is something of its key.
     *
     * @return {@code load}, or what is in the way; null if the table is closed
     */
    @Nullable
    CacheNode begin(Load load) {
        int hash = load.hash;
        Segment segment = segment(index(hash));
        CacheNode lastDead = null;
        while (true) {
            @Nullable CacheNode[] bins = segment.bins;
            CacheNode head = (CacheNode) BIN.getAcquire(bins, hash & bins.length - 1);
            CacheNode known = search(head, load.key, hash, lastDead);
            if (known != null) {
                if (known.isAlive()) {
                    return known;
                }
                lastDead = known;
            } else {
                Outcome result = begin(load, segment, bins, head);
                if (result != Outcome.CHANGED) {
                    return result == Outcome.PUT ? load : null;
                }
            }
        }
    }

    private static Outcome begin(Load load, Segment segment, @Nullable CacheNode[] bins, @Nullable CacheNode head) {
        segment.lock();
        try {
            if (segment.closed) {
                return Outcome.REFUSED;
            }
            if (segment.bins != bins || bins[load.hash & bins.length - 1] != head) {
                return Outcome.CHANGED;
            }
            grow(segment);
            link(segment, load);
            return Outcome.PUT;
        } finally {
            try {
                LOCK.setRelease(segment, FREE);
            } catch (StackOverflowError noFrame) {
                segment.lock = FREE;
            }
        }
    }

    /** What a search saw, for a change that is to be made with another lock held. */
    static final class Look {
        private final @Nullable CacheNode[] bins;
        private final @Nullable CacheNode head;
        final @Nullable CacheNode known;

        private Look(@Nullable CacheNode[] bins, @Nullable CacheNode head, @Nullable CacheNode known) {
            this.bins = bins;
            this.head = head;
            this.known = known;
        }
    }

    /** Searches {@code key}. */
    Look look(Object key, int hash) {
        Segment segment = segment(index(hash));
        CacheNode lastDead = null;
        while (true) {
            @Nullable CacheNode[] bins = segment.bins;
            CacheNode head = (CacheNode) BIN.getAcquire(bins, hash & bins.length - 1);
            CacheNode known = search(head, key, hash, lastDead);
            if (known == null || known.isAlive()) {
                return new Look(bins, head, known);
            }
            lastDead = known;
        }
    }

    /** Like the other {@code put}, unless things are no more as {@code look} says. */
    Outcome put(CacheNode fresh, Look look, Rule rule, Removed removed) {
        return put(fresh, segment(index(fresh.hash)), look.bins, look.head, look.known, rule, removed, null);
    }

    /**
     * Puts {@code fresh} in the place of {@code load}, unless groups were invalidated meanwhile.
     *
     * @param voided how many tags the caller has looked at
     * @param passed see {@link #put}
     * @return whether {@code fresh} is in the table now, or was; if not, the load may still be
     */
    boolean publish(Load load, CacheNode fresh, int voided, @Nullable Removed passed) {
        Segment segment = segment(index(load.hash));
        segment.lock();
        try {
            if (segment.closed || !load.isAlive() || load.voidedTags() != voided) {
                return false;
            }
            segment.loaded += fresh.value instanceof Failure ? 0 : 1;
            if (passed != null) {
                pass(segment, fresh, passed);
            } else {
                link(segment, fresh);
                segment.count++;
            }
            detach(segment, load);
            return true;
        } finally {
            try {
                LOCK.setRelease(segment, FREE);
            } catch (StackOverflowError noFrame) {
                segment.lock = FREE;
            }
        }
    }

    /**
     * Takes {@code node} out.
     *
     * @param removed takes its value, if it was alive
     * @return whether it was alive
     */
    boolean retire(CacheNode node, Removed removed) {
        Segment segment = segment(index(node.hash));
        segment.lock();
        try {
            if (!node.isAlive()) {
                return false;
            }
            kill(segment, node, removed);
            segment.count -= node instanceof Load ? 0 : 1;
            return true;
        } finally {
            try {
                LOCK.setRelease(segment, FREE);
            } catch (StackOverflowError noFrame) {
                segment.lock = FREE;
            }
        }
    }

    /** Counts a value that comes and goes. */
    private static void pass(Segment segment, CacheNode fresh, Removed passed) {
        segment.inserted++;
        passed.take(fresh);
        segment.removed[index(passed.cause)]++;
        fresh.die();
    }

    /** The caller counts it. */
    private static void link(Segment segment, CacheNode fresh) {
        @Nullable CacheNode[] bins = segment.bins;
        int bin = fresh.hash & bins.length - 1;
        fresh.next(bins[bin]);
        if (fresh instanceof Load load) {
            load.enter(segment.loads);
            segment.loads = load;
        } else {
            segment.inserted++;
            if (fresh instanceof CacheNode.Full full && full.group != null) {
                full.group.add(full);
            }
        }
        BIN.setRelease(bins, bin, fresh);
    }

    /** The caller counts it. */
    private static void kill(Segment segment, CacheNode node, Removed removed) {
        if (node instanceof Load load) {
            detach(segment, load);
            return;
        }
        removed.take(node);
        segment.removed[index(removed.cause)]++;
        if (node instanceof CacheNode.Full full && full.group != null) {
            full.group.remove(full);
        }
        node.die(); // after its successor was linked, and before it is unlinked: a writer that meets it goes on
        unlink(segment, node);
    }

    private static void detach(Segment segment, Load load) {
        segment.loads = load.leave(segment.loads);
        load.die();
        unlink(segment, load);
    }

    private static void unlink(Segment segment, CacheNode node) {
        @Nullable CacheNode[] bins = segment.bins;
        int bin = node.hash & bins.length - 1;
        CacheNode before = null;
        for (CacheNode at = bins[bin]; at != null; at = at.next) {
            if (at == node) {
                if (before == null) {
                    BIN.setRelease(bins, bin, node.next);
                } else {
                    before.next(node.next);
                }
                return;
            }
            before = at;
        }
    }

    /** Doubles the bins when they are three quarters full; goes on with long chains when there is no memory. */
    private static void grow(Segment segment) {
        @Nullable CacheNode[] old = segment.bins;
        if (segment.count < old.length - (old.length >> 2) || old.length >= MAX_BINS) {
            return;
        }
        @Nullable CacheNode[] bins;
        try {
            bins = new CacheNode[old.length << 1];
        } catch (OutOfMemoryError full) {
            return;
        }
        segment.moving = true; // volatile, before the first next changes: I4
        for (CacheNode head : old) {
            CacheNode node = head;
            while (node != null) {
                CacheNode rest = node.next;
                int bin = node.hash & bins.length - 1;
                node.next(bins[bin]);
                bins[bin] = node;
                node = rest;
            }
        }
        segment.bins = bins;
        segment.moving = false; // volatile, after the bins
    }

    // ---- all of it -------------------------------------------------------------------------------------------------

    /** How many segments there are. */
    int segments() {
        return segments.length;
    }

    /** Returns the values that are in a segment at one moment; loads are not among them. */
    CacheNode[] nodes(int index) {
        Segment segment = known(index);
        while (segment != null) {
            int room = segment.count + 8; // a racy look: the array is made before the lock is taken
            @Nullable CacheNode[] found = new CacheNode[room];
            int size = 0;
            segment.lock();
            try {
                if (segment.count > room) {
                    continue;
                }
                for (CacheNode head : segment.bins) {
                    for (CacheNode node = head; node != null; node = node.next) {
                        if (!(node instanceof Load)) {
                            found[size++] = node;
                        }
                    }
                }
            } finally {
                segment.lock = FREE;
            }
            return whole(found, size);
        }
        return new CacheNode[0];
    }

    @SuppressWarnings("NullAway") // the first `size` are not null
    private static CacheNode[] whole(@Nullable CacheNode[] found, int size) {
        return Arrays.copyOf(found, size);
    }

    /** Makes all loads that are under way keep nothing. */
    void detachLoads() {
        VarHandle.fullFence(); // a load in a segment that is not there yet reads what was changed before
        for (int i = 0; i < segments.length; i++) {
            Segment segment = known(i);
            if (segment == null) {
                continue;
            }
            segment.lock();
            try {
                while (segment.loads != null) {
                    detach(segment, segment.loads);
                }
            } finally {
                segment.lock = FREE;
            }
        }
    }

    /** Makes all loads that are under way keep nothing that has this tag. */
    void voidTag(Object tag) {
        VarHandle.fullFence(); // as in detachLoads
        for (int i = 0; i < segments.length; i++) {
            Segment segment = known(i);
            if (segment == null) {
                continue;
            }
            segment.lock();
            try {
                for (Load load = segment.loads; load != null; load = load.after()) {
                    load.voidTag(tag);
                }
            } finally {
                segment.lock = FREE;
            }
        }
    }

    /** Refuses from now on what is put in. */
    void close() {
        for (int i = 0; i < segments.length; i++) {
            Segment segment = (Segment) SEGMENT.compareAndExchange(segments, i, null, SHUT); // no memory may be left
            if (segment != null) {
                segment.lock();
                segment.closed = true;
                segment.lock = FREE;
            }
        }
        detachLoads();
    }

    /** How many values there are. */
    long size() {
        long size = 0;
        for (int i = 0; i < segments.length; i++) {
            Segment segment = known(i);
            size += segment == null ? 0 : segment.count; // racy: exact while nobody writes
        }
        return size;
    }

    private long sum(ToLongFunction<Segment> figure) {
        long sum = 0;
        for (int i = 0; i < segments.length; i++) {
            Segment segment = known(i);
            if (segment != null) {
                segment.lock();
                sum += figure.applyAsLong(segment);
                segment.lock = FREE;
            }
        }
        return sum;
    }

    /** How many values were ever put in. */
    long inserted() {
        return sum(segment -> segment.inserted);
    }

    /** How many of them were loaded. */
    long loaded() {
        return sum(segment -> segment.loaded);
    }

    @SuppressWarnings("EnumOrdinal") // the place in an array that never leaves this class
    private static int index(RemovalCause cause) {
        return cause.ordinal();
    }

    /** How many values were taken out for {@code cause}. */
    long removed(RemovalCause cause) {
        return sum(segment -> segment.removed[index(cause)]);
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        for (int i = 0; i < segments.length; i++) {
            Segment segment = known(i);
            if (segment == null) {
                continue;
            }
            int values = 0;
            @Nullable CacheNode[] bins = segment.bins;
            for (int bin = 0; bin < bins.length; bin++) {
                for (CacheNode node = bins[bin]; node != null; node = node.next) {
                    if (!node.isAlive() || (node.hash & bins.length - 1) != bin || known(index(node.hash)) != segment) {
                        return false;
                    }
                    values += node instanceof Load ? 0 : 1;
                    if (search(node.next, node.key, node.hash, null) != null) {
                        return false;
                    }
                }
            }
            if (values != segment.count || segment.moving || segment.lock != FREE) {
                return false;
            }
        }
        return true;
    }
}
