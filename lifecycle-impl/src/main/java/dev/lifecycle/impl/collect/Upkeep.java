package dev.lifecycle.impl.collect;

import dev.lifecycle.collect.RemovalCause;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps policy and wheel in step with the table, and takes out what has to go. A change of the table is told here after it
 * was made; who does not get the lock hands it over to the one who has it.
 */
final class Upkeep {
    /*
     * Guarded by lock: policy, wheel, wake, earlier, removedWeight, told, firstOut, lastOut. Order of locks: this one, then
     * that of a segment, then that of a group.
     *   I1  what is told may come late and in any order: a node is added if it is alive and unknown, dropped if it is dead
     *       and known, and nothing is done otherwise. A node dies before that is told, so after the last message the policy
     *       knows it exactly if it is alive.
     *   I2  nothing stays in the queue: whoever put something in looks for the lock afterwards, and who releases the lock,
     *       whatever for, looks at the queue: finish().
     *   I3  once all was told, the policy's total is at most its maximum.
     */
    private static final int EXPIRED_PER_CALL = 16;
    private static final int TRIMMED_PER_TURN = 256;
    private static final int SAMPLES = 64;

    /** Told in place of a node: {@code fresh} took the place of {@code old}. */
    private record Replaced(CacheNode fresh, CacheNode old) {}

    private final NodeTable table;
    private final EvictionPolicy policy;
    private final @Nullable Wheel wheel;
    private final CacheTimes times;
    private final Deliveries<?, ?> deliveries;
    private final @Nullable Groups groups;
    private final Waker waker;
    private final boolean tells;
    private final ReentrantLock lock = new ReentrantLock();
    private final HandOver queue = new HandOver();
    private int @Nullable []
            samples; // hashes of sampled entries that were read; racy, some get lost; null: nothing was added
    private int sampled; // how many; racy
    private int told; // of those; guarded by lock
    private final Removed scratch = new Removed(RemovalCause.EVICTED); // where nobody wants to know; guarded by lock
    private final AtomicReference<@Nullable Removed> spare = // for trimming when there is no memory
            new AtomicReference<>(new Removed(RemovalCause.TRIMMED));
    private long wake = CacheNode.NEVER; // when the timer looks in next
    private boolean earlier; // than the timer knows
    private long removedWeight;
    private volatile long maximum; // that of the policy; written with the lock
    private @Nullable Removed firstOut; // what is to be delivered; guarded by lock
    private @Nullable Removed lastOut;

    /** Sees to it that {@link #sweep} is called. */
    @FunctionalInterface
    interface Waker {
        /** Called with no lock held: in {@code nanos} at the latest. */
        void wake(long nanos);
    }

    Upkeep(
            NodeTable table,
            EvictionPolicy policy,
            @Nullable Wheel wheel,
            CacheTimes times,
            Deliveries<?, ?> deliveries,
            @Nullable Groups groups,
            Waker waker) {
        this.table = table;
        this.policy = policy;
        this.wheel = wheel;
        this.times = times;
        this.deliveries = deliveries;
        this.groups = groups;
        this.waker = waker;
        this.maximum = policy.maximum();
        this.tells = deliveries.isNeeded() || groups != null;
    }

    // ---- being told ------------------------------------------------------------------------------------------------

    /** {@code fresh} was put into the table, in the place of {@code old}. */
    void inserted(CacheNode fresh, @Nullable CacheNode old) {
        if (lock.tryLock()) {
            try {
                apply(fresh, old);
                work(EXPIRED_PER_CALL);
            } finally {
                unlock();
            }
        } else {
            handOver(old == null ? fresh : new Replaced(fresh, old));
        }
        finish();
    }

    /** {@code node} was taken out of the table. */
    void gone(CacheNode node) {
        if (lock.tryLock()) {
            try {
                drop(node);
                work(EXPIRED_PER_CALL);
            } finally {
                unlock();
            }
        } else {
            handOver(node);
        }
        finish();
    }

    private void handOver(Object message) {
        if (!queue.offer(message)) {
            lock.lock();
            try {
                apply(message);
                work(EXPIRED_PER_CALL);
            } finally {
                unlock();
            }
        }
    }

    /** Does what was left for nobody: I2. */
    private void finish() {
        while (queue.isReady() && lock.tryLock()) {
            try {
                work(EXPIRED_PER_CALL);
            } finally {
                unlock();
            }
        }
    }

    /** A sampled entry was read; the policy hears of it before the next addition, of the last {@value #SAMPLES} reads. */
    void sampled(int hash) {
        int[] ring = samples;
        if (ring != null) {
            ring[sampled++ & SAMPLES - 1] = hash;
        }
    }

    /** Tells the policy of the samples of late; with the lock. */
    private void tellSamples() {
        int[] ring = samples;
        if (ring == null) {
            samples = new int[SAMPLES];
            return;
        }
        int end = sampled; // racy: it may even step back, and samples are told twice or never
        for (int left = Math.min(end - told, SAMPLES); left > 0; left--) {
            policy.sampled(ring[end - left & SAMPLES - 1]);
        }
        told = end;
    }

    boolean isSampled(int hash) {
        return policy.isSampled(hash);
    }

    // ---- with the lock ---------------------------------------------------------------------------------------------

    private void apply(Object message) {
        if (message instanceof Replaced replaced) {
            apply(replaced.fresh, replaced.old);
        } else if (message instanceof CacheNode node) {
            if (node.isAlive()) {
                apply(node, null);
            } else {
                drop(node);
            }
        }
    }

    private void apply(CacheNode fresh, @Nullable CacheNode old) {
        boolean isNew = fresh.isAlive() && fresh.region == Slot.NONE;
        if (old != null) {
            if (isNew && old.region != Slot.NONE) {
                policy.replace(old, fresh);
            }
            drop(old);
        }
        if (isNew) {
            if (fresh.region == Slot.NONE) {
                tellSamples(); // in their order: a hit told later than this addition would mean another thing
                policy.add(fresh);
            }
            if (wheel != null && fresh instanceof CacheNode.Timed timed && timed.deadline() < CacheNode.NEVER) {
                wheel.add(timed);
                if (timed.deadline() + Wheel.LATE < wake) {
                    wake = timed.deadline() + Wheel.LATE;
                    earlier = true;
                }
            }
        }
    }

    private void drop(CacheNode dead) {
        if (dead.region != Slot.NONE) {
            policy.remove(dead);
        }
        if (wheel != null && dead instanceof CacheNode.Timed timed) {
            wheel.remove(timed);
        }
    }

    private void work(int expired) {
        for (int i = 0; i < HandOver.SIZE; i++) {
            Object message = queue.peek();
            if (message == null) {
                break;
            }
            apply(message);
            evict(policy.maximum()); // each time, and before the place is free: others fill the queue again
            queue.drop();
        }
        if (wheel != null) {
            expire(wheel, expired);
        }
        evict(policy.maximum());
    }

    private void expire(Wheel wheel, int budget) {
        wheel.advance(times.exact());
        for (int i = 0; i < budget && wheel.isDue(); i++) {
            Removed removed = removed(RemovalCause.EXPIRED); // first: without memory, all stays as it was
            CacheNode.Timed node = wheel.poll(1);
            if (node != null) {
                policy.remove(node);
                retire(node, removed);
            }
        }
    }

    /** Evicts until what is left weighs no more than {@code limit}. */
    private void evict(long limit) {
        while (policy.total() > limit) {
            Removed removed = removed(RemovalCause.EVICTED);
            Slot victim = policy.evict(limit);
            if (victim == null) {
                return;
            }
            retire((CacheNode) victim, removed);
        }
    }

    private Removed removed(RemovalCause cause) {
        if (tells) {
            return new Removed(cause);
        }
        scratch.cause = cause;
        return scratch;
    }

    /** Takes out of table and wheel what the policy has let go. */
    private boolean retire(CacheNode node, Removed removed) {
        if (wheel != null && node instanceof CacheNode.Timed timed) {
            wheel.remove(timed);
        }
        boolean retired = table.retire(node, removed);
        if (retired && removed.cause != RemovalCause.EXPIRED) {
            removedWeight += node.weight();
        }
        if (!tells) {
            removed.clear();
        } else if (retired) {
            removed.node = node;
            if (lastOut == null) {
                firstOut = removed;
            } else {
                lastOut.next = removed;
            }
            lastOut = removed;
        }
        return retired;
    }

    private void unlock() {
        Removed out = firstOut;
        firstOut = null;
        lastOut = null;
        boolean arms = earlier;
        long at = wake;
        earlier = false;
        lock.unlock();
        if (arms) {
            waker.wake(Math.max(0, at - times.exact()));
        }
        deliver(out);
    }

    /** With no lock held. */
    private void deliver(@Nullable Removed out) {
        if (groups != null) {
            for (Removed removed = out; removed != null; removed = removed.next) {
                prune(removed.node);
            }
        }
        deliveries.deliver(out);
    }

    private void prune(@Nullable CacheNode node) {
        if (groups != null && node instanceof CacheNode.Full full && full.group != null) {
            groups.prune(full.group);
        }
    }

    // ---- taking out ------------------------------------------------------------------------------------------------

    /** Takes {@code node} out for {@code cause}; returns what it was, or null if it was gone. */
    @Nullable
    Object remove(CacheNode node, RemovalCause cause) {
        Removed removed = new Removed(cause);
        if (!table.retire(node, removed)) {
            return null;
        }
        Object value = removed.value;
        told(node, removed);
        return value;
    }

    /** {@code passed} took a value that never was in the table. */
    void passed(CacheNode node, Removed passed) {
        if (passed.cause == RemovalCause.EVICTED) {
            lock.lock();
            try {
                removedWeight += node.weight();
            } finally {
                unlock();
            }
            finish();
        }
        if (deliveries.isNeeded()) {
            deliveries.deliver(passed);
        }
    }

    /** Takes {@code node} out, since somebody said so. */
    boolean remove(CacheNode node) {
        return remove(node, RemovalCause.INVALIDATED) != null;
    }

    /** {@code node} is out of the table, and {@code removed} took its value. */
    void told(CacheNode node, Removed removed) {
        gone(node);
        prune(node);
        if (deliveries.isNeeded() && removed.isTaken()) {
            deliveries.deliver(removed);
        }
    }

    /** {@code fresh} took the place of {@code old} in the table, and {@code removed} its value. */
    void replaced(CacheNode fresh, CacheNode old, Removed removed) {
        inserted(fresh, old);
        prune(old);
        if (deliveries.isNeeded() && removed.isTaken()) {
            deliveries.deliver(removed);
        }
    }

    /**
     * Puts {@code fresh} in after making room for it.
     *
     * @return like {@link NodeTable#put}; the caller has yet to tell of what {@code removed} took
     */
    NodeTable.Outcome putHard(CacheNode fresh, NodeTable.Rule rule, Removed removed) {
        NodeTable.Outcome outcome = NodeTable.Outcome.CHANGED;
        while (outcome == NodeTable.Outcome.CHANGED) {
            NodeTable.Look look = table.look(fresh.key, fresh.hash); // compares keys: without the lock
            lock.lock();
            try {
                work(EXPIRED_PER_CALL);
                CacheNode known = look.known;
                int room = known == null || known.region == Slot.NONE
                        ? fresh.weight()
                        : Math.max(0, fresh.weight() - known.weight());
                evict(policy.maximum() - room);
                outcome = table.put(fresh, look, rule, removed);
                if (outcome == NodeTable.Outcome.PUT) {
                    apply(fresh, removed.node);
                    evict(policy.maximum()); // which may be less than the caller thought
                }
            } finally {
                unlock();
            }
        }
        finish();
        return outcome;
    }

    /** Like {@link NodeTable#publish}, after making room. */
    boolean publishHard(Load load, CacheNode fresh, int voided) {
        boolean published;
        lock.lock();
        try {
            work(EXPIRED_PER_CALL);
            evict(policy.maximum() - fresh.weight());
            published = table.publish(load, fresh, voided, null);
            if (published) {
                apply(fresh, null);
                evict(policy.maximum()); // a failure may be heavier than the bound
            }
        } finally {
            unlock();
        }
        finish();
        return published;
    }

    /**
     * Drops the coldest entries until what is left weighs no more than {@code target}; allocates nothing.
     *
     * @return how many were dropped
     */
    long trim(long target) {
        Removed own = spare.getAndSet(null);
        Removed removed = own == null ? new Removed(RemovalCause.TRIMMED) : own;
        long count = 0;
        try {
            for (boolean more = true; more; ) {
                CacheNode taken = null;
                lock.lock();
                try {
                    int turn = 0;
                    while (more && taken == null && turn++ < TRIMMED_PER_TURN) {
                        Slot coldest = policy.total() > target ? policy.coldest() : null;
                        more = coldest != null;
                        if (coldest instanceof CacheNode node) {
                            if (wheel != null && node instanceof CacheNode.Timed timed) {
                                wheel.remove(timed);
                            }
                            if (table.retire(node, removed)) {
                                count++;
                                removedWeight += node.weight();
                                taken = tells ? node : null;
                            }
                        }
                    }
                } finally {
                    unlock();
                }
                if (taken != null) {
                    prune(taken);
                    deliveries.deliver(removed);
                }
                if (deliveries.isElsewhere()) {
                    removed = new Removed(RemovalCause.TRIMMED); // the other thread has that one
                } else {
                    removed.clear();
                }
            }
        } finally {
            removed.clear();
            spare.set(removed);
        }
        finish();
        return count;
    }

    // ---- others ----------------------------------------------------------------------------------------------------

    /** Does all that is due, to the nanosecond; a listener may keep it from being done. */
    void cleanUp() {
        boolean first = true;
        boolean more;
        do {
            lock.lock();
            try {
                if (wheel != null && first) {
                    wheel.advance(times.exact());
                    wheel.hurry();
                    first = false;
                }
                work(TRIMMED_PER_TURN);
                more = wheel != null && wheel.isDue() || queue.isReady();
            } finally {
                unlock();
            }
        } while (more);
        finish();
    }

    /**
     * For the timer.
     *
     * @return nanoseconds until the next call; {@link CacheNode#NEVER} if there is nothing to wait for
     */
    long sweep() {
        cleanUp();
        long delay;
        lock.lock();
        try {
            delay = wheel == null ? CacheNode.NEVER : wheel.delay();
            wake = delay == CacheNode.NEVER ? delay : times.exact() + delay;
        } finally {
            lock.unlock();
        }
        finish(); // wakes the timer again, if what it finds is due earlier
        return delay;
    }

    /** Takes the coldest entry whose value is not borrowed out, of the first few: for room. */
    boolean evictIdle(int tries) {
        boolean found = false;
        for (int i = 0; i < tries && !found; i++) {
            lock.lock();
            try {
                Removed removed = new Removed(RemovalCause.EVICTED);
                Slot coldest = policy.coldest();
                if (coldest instanceof CacheNode node) {
                    if (isLent(node) && node.isAlive()) {
                        policy.add(node);
                    } else {
                        found = retire(node, removed);
                    }
                } else {
                    break;
                }
            } finally {
                unlock();
            }
        }
        finish();
        return found;
    }

    static boolean isLent(CacheNode node) {
        Holding holding = node.holding();
        return holding != null && holding.isLent();
    }

    /** Evicts {@code node}, whatever the policy would choose; false if it is gone. */
    boolean evict(CacheNode node) {
        boolean retired;
        lock.lock();
        try {
            Removed removed = new Removed(RemovalCause.EVICTED);
            if (node.region != Slot.NONE) {
                policy.remove(node);
            }
            retired = retire(node, removed);
        } finally {
            unlock();
        }
        finish();
        return retired;
    }

    long total() {
        long total;
        lock.lock();
        try {
            total = policy.total();
        } finally {
            lock.unlock();
        }
        finish();
        return total;
    }

    long maximum() {
        return maximum;
    }

    void maximum(long now) {
        lock.lock();
        try {
            policy.maximum(now);
            maximum = now;
        } finally {
            lock.unlock();
        }
        finish();
    }

    long removedWeight() {
        long weight;
        lock.lock();
        try {
            weight = removedWeight;
        } finally {
            lock.unlock();
        }
        finish();
        return weight;
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        cleanUp();
        long weight = 0;
        for (int i = 0; i < table.segments(); i++) {
            for (CacheNode node : table.nodes(i)) {
                weight += node.weight();
                if (node.region == Slot.NONE) {
                    return false;
                }
            }
        }
        return policy.invariantsHold()
                && (wheel == null || wheel.invariantsHold())
                && policy.total() == weight
                && weight <= policy.maximum()
                && queue.isEmpty();
    }
}
