package dev.lifecycle.impl.time;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Keeps the hot fields of a stripe off the cache lines of its neighbour. */
abstract class WheelPadding {
    long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}

/**
 * A part of a {@link Wheel}: eight levels of slots under one lock.
 *
 * <p>Source: G. Varghese, T. Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987; the choice of the level by the highest
 * digit that differs, as in the Linux kernel since 4.8 and in tokio. What differs: the lock of each stripe, bitmaps in place of
 * looking at empty slots, a time that jumps over them, and re-arming that only stores the new deadline.
 */
final class WheelStripe extends WheelPadding {
    /*
     * Moments are nanoseconds, compared by their difference only, so that they may wrap. `cur` is a multiple of a tick, 2^20 ns;
     * what is due is due at `up(deadline)`, the next multiple. Its level is the highest digit of six bits, from bit 20 on, in which
     * that differs from cur; its slot there is its own digit. The eighth level has the two bits that remain. What is due at once, and
     * what is scheduled when cur lags years behind, waits in the slot NOW.
     *
     * Guarded by `locked` (0 free, 1 taken): all fields, and what WheelNode says.
     *   I1  cur never goes back, nor past the start of an occupied slot, save `partial`, which starts at cur, and NOW.
     *   I2  a node is in a slot that starts no later than up(its deadline): re-arming without the lock only puts it off.
     *   I3  hence, of a level the slots after the digit of cur may be occupied, and none other but partial; and the first slot of
     *       the lowest level that has one is the next that starts.
     *   I4  first is no later than the start of any occupied slot, but NOW.
     *   I5  count is the number of nodes in slots, at most limit. Once it is shut there are no more.
     * A time that passes no start may jump: the digits above the one that tells a node from cur stay what they are, and that one
     * stays below the node's. So neither levels nor slots change, I1 and I3.
     *
     * The lock is taken by a compare-and-set and given back by the statement `locked = 0`, or by a release where every nanosecond
     * counts, with that statement where the stack has no room for a call (see Stripe in impl.leak). In add() and cancel(), between
     * the first change and the last nothing is called and nothing allocated. The other methods call and are called where there is
     * room: on the timer thread, or after StackRoom.need(). It is held for BATCH nodes at most.
     */
    static final int TICK_SHIFT = 20;
    static final long TICK = 1L << TICK_SHIFT;
    static final long MASK = TICK - 1;
    static final int BATCH = 256;
    private static final int DIGIT = 6;
    private static final int LEVELS = 8; // of which the last has four slots
    private static final int LAST_SHIFT = TICK_SHIFT + DIGIT * (LEVELS - 1);
    private static final int NOW = 511;
    private static final int SLOTS = LEVELS << DIGIT;
    private static final long LAG = 1L << 60; // 36 years: only clocks of tests leap so far

    // results that are no start of a slot
    static final long BUSY = 1;
    static final long FULL = 2;
    static final long SHUT = 3;
    static final long NONE = 4;

    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(WheelStripe.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int locked;
    private long cur;
    private long first;
    private int count;
    private int partial = -1;
    private boolean shut;
    private int longest; // of the batches, for tests
    private final int limit;
    private final int index; // as in the word
    private final long[] occupied = new long[LEVELS]; // a bit for each slot; NOW is the last one of the last level
    private final @Nullable WheelNode[] heads = new WheelNode[SLOTS];

    WheelStripe(int index, int limit) {
        this.index = index;
        this.limit = limit;
    }

    private static long up(long deadline) {
        return deadline + MASK & ~MASK;
    }

    private static int levelOf(long moment, long cur) {
        return (Long.SIZE - 1 - TICK_SHIFT - Long.numberOfLeadingZeros(moment ^ cur)) / DIGIT;
    }

    private void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }

    /**
     * Puts {@code node} in, unless the lock is taken, it is full, or it is shut.
     *
     * @param now the time
     * @param deadline of the node; {@code now} for at once
     * @return when its slot starts, or BUSY, FULL, SHUT
     */
    long add(WheelNode node, long now, long deadline) {
        if (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            return BUSY;
        }
        if (shut || count == limit) {
            long refused = shut ? SHUT : FULL;
            locked = 0;
            return refused;
        }
        long time = cur;
        long floor = now & ~MASK;
        if (floor - time > 0 && (count == 0 || floor - first < 0)) {
            cur = time = floor;
        }
        long moment = deadline + MASK & ~MASK;
        long start;
        int slot;
        if (deadline == now || moment - time <= 0 || floor - time > LAG) {
            start = time;
            slot = NOW;
        } else {
            int level;
            try {
                level = levelOf(moment, time);
            } catch (VirtualMachineError noFrame) { // or no memory to link a call
                locked = 0;
                throw noFrame;
            }
            int shift = TICK_SHIFT + level * DIGIT;
            slot = level << DIGIT | (int) (moment >>> shift) & 63;
            start = moment >>> shift << shift;
        }
        node.deadline = deadline;
        WheelNode head = heads[slot];
        node.next = head;
        if (head == null) {
            occupied[slot >> DIGIT] |= 1L << slot;
        } else {
            head.prev = node;
        }
        heads[slot] = node;
        if (count++ == 0 || start - first < 0) {
            first = start;
        }
        int word = (node.word & WheelNode.EPOCH) + (1 << WheelNode.EPOCH_SHIFT)
                | slot << WheelNode.SLOT_SHIFT
                | index << WheelNode.STRIPE_SHIFT
                | WheelNode.PENDING;
        try {
            WheelNode.WORD.setRelease(node, word);
            LOCKED.setRelease(this, 0);
        } catch (VirtualMachineError noFrame) { // or no memory to link a call
            node.word = word;
            locked = 0;
        }
        return start;
    }

    /** What became of a cancel: it was not here, it was, and it was the last one. */
    static final int MISSED = 0;

    static final int REMOVED = 1;
    static final int EMPTIED = 2;

    /** Takes {@code node} out, if it is pending here. */
    int cancel(WheelNode node) {
        lock();
        int word = node.word;
        if ((word & WheelNode.STATE) != WheelNode.PENDING
                || (word >> WheelNode.STRIPE_SHIFT & WheelNode.STRIPE) != index) {
            locked = 0;
            return MISSED;
        }
        int slot = word >> WheelNode.SLOT_SHIFT & WheelNode.SLOT;
        WheelNode before = node.prev;
        WheelNode after = node.next;
        if (after != null) {
            after.prev = before;
            node.next = null;
        }
        if (before != null) {
            before.next = after;
            node.prev = null;
        } else {
            heads[slot] = after;
            if (after == null) {
                occupied[slot >> DIGIT] &= ~(1L << slot);
                partial = partial == slot ? -1 : partial;
            }
        }
        int result = --count == 0 ? EMPTIED : REMOVED;
        int idle = word & WheelNode.EPOCH;
        try {
            WheelNode.WORD.setRelease(node, idle);
            LOCKED.setRelease(this, 0);
        } catch (VirtualMachineError noRoom) { // for a frame, or to link the calls for the first time
            node.word = idle;
            locked = 0;
        }
        return result;
    }

    /**
     * Gives {@code node} a new deadline, if it is pending here.
     *
     * @return when its slot starts, or NONE if it is not pending here
     */
    long relink(WheelNode node, long now, long deadline) {
        lock();
        try {
            int word = node.word;
            if ((word & WheelNode.STATE) != WheelNode.PENDING
                    || (word >> WheelNode.STRIPE_SHIFT & WheelNode.STRIPE) != index) {
                return NONE;
            }
            unlink(node, word >> WheelNode.SLOT_SHIFT & WheelNode.SLOT);
            node.deadline = deadline;
            long floor = now & ~MASK;
            boolean isNow = deadline == now || up(deadline) - cur <= 0 || floor - cur > LAG;
            return link(node, isNow ? NOW : slotOf(up(deadline)));
        } finally {
            locked = 0;
        }
    }

    /** Whether {@code node} is pending here in the scheduling of {@code word}; waits until that is decided. */
    boolean holds(WheelNode node, int word) {
        lock();
        int seen = node.word;
        locked = 0;
        return (seen & WheelNode.STATE) == WheelNode.PENDING && ((seen ^ word) & WheelNode.EPOCH) == 0;
    }

    private int slotOf(long moment) {
        int level = levelOf(moment, cur);
        return level << DIGIT | (int) (moment >>> TICK_SHIFT + level * DIGIT) & 63;
    }

    private void unlink(WheelNode node, int slot) {
        WheelNode before = node.prev;
        WheelNode after = node.next;
        if (after != null) {
            after.prev = before;
            node.next = null;
        }
        if (before != null) {
            before.next = after;
            node.prev = null;
        } else {
            heads[slot] = after;
            if (after == null) {
                occupied[slot >> DIGIT] &= ~(1L << slot);
                partial = partial == slot ? -1 : partial;
            }
        }
    }

    /** Puts {@code node} at the head of {@code slot}, and makes it pending there; returns when that starts. */
    private long link(WheelNode node, int slot) {
        WheelNode head = heads[slot];
        node.next = head;
        if (head == null) {
            occupied[slot >> DIGIT] |= 1L << slot;
        } else {
            head.prev = node;
        }
        heads[slot] = node;
        long start = startOf(slot);
        if (start - first < 0) {
            first = start;
        }
        node.word = node.word & WheelNode.EPOCH
                | slot << WheelNode.SLOT_SHIFT
                | index << WheelNode.STRIPE_SHIFT
                | WheelNode.PENDING;
        return start;
    }

    /** When an occupied slot starts, by I3. */
    private long startOf(int slot) {
        if (slot == NOW || slot == partial) {
            return cur;
        }
        int shift = TICK_SHIFT + (slot >> DIGIT) * DIGIT;
        if (shift == LAST_SHIFT) {
            long digit = cur >>> shift;
            return digit + (slot - digit & 3) << shift; // it may wrap
        }
        return cur >>> shift + DIGIT << shift + DIGIT | (slot & 63L) << shift;
    }

    /** The occupied slot that starts first, or -1; NOW only if there is no other. */
    private int earliest() {
        if (partial >= 0) {
            return partial;
        }
        for (int level = 0; level < LEVELS - 1; level++) {
            if (occupied[level] != 0) {
                return level << DIGIT | Long.numberOfTrailingZeros(occupied[level]);
            }
        }
        long last = occupied[LEVELS - 1];
        int digit = (int) (cur >>> LAST_SHIFT);
        for (int after = 1; after < 4; after++) {
            int slot = digit + after & 3;
            if ((last >>> slot & 1) != 0) {
                return LEVELS - 1 << DIGIT | slot;
            }
        }
        return last < 0 ? NOW : -1;
    }

    /**
     * Tells what is to be done next, and brings the time up to then or to {@code target}.
     *
     * @param target the time, a multiple of a tick
     * @return when the next slot starts, or NONE
     */
    long next(long target) {
        lock();
        try {
            return advance(target);
        } finally {
            locked = 0;
        }
    }

    private long advance(long target) {
        int slot = earliest();
        long start = slot < 0 || slot == NOW ? NONE : startOf(slot);
        if (start == NONE || start - target > 0) {
            if (target - cur > 0) {
                cur = target;
            }
            boolean now = occupied[LEVELS - 1] < 0;
            first = start == NONE ? cur : start;
            return now ? cur : start;
        }
        first = start;
        return start;
    }

    /**
     * Takes up to {@link #BATCH} nodes out of the slot that starts first, if that is due: into other slots, or before {@code due}
     * if they are.
     *
     * @param now the time
     * @param wheel whose list of due nodes it adds to
     * @return when the next slot starts, or NONE
     */
    long step(long now, Wheel wheel) {
        lock();
        try { // a defect must not leave the lock taken: then all who schedule would wait for ever
            return stepLocked(now, wheel);
        } finally {
            locked = 0;
        }
    }

    private long stepLocked(long now, Wheel wheel) {
        long target = now & ~MASK;
        int slot = earliest();
        if (slot >= 0 && slot != NOW && startOf(slot) - target > 0) {
            slot = occupied[LEVELS - 1] < 0 ? NOW : -1;
        }
        if (slot == NOW) {
            if (target - cur > 0) {
                cur = target;
            }
        } else if (slot >= 0) {
            cur = startOf(slot);
            partial = slot;
        }
        int moved = 0;
        while (slot >= 0 && moved < BATCH) {
            WheelNode node = heads[slot];
            if (node == null) {
                break;
            }
            unlink(node, slot);
            moved++;
            long deadline = node.deadline;
            if (isDue(deadline, now, slot)) {
                node.word = node.word & ~WheelNode.STATE | WheelNode.FIRING; // see Wheel.rearm
                deadline = node.volatileDeadline();
                if (isDue(deadline, now, slot)) {
                    node.word = node.word & WheelNode.EPOCH | WheelNode.DUE;
                    count--;
                    node.next = wheel.due;
                    wheel.due = node;
                    continue;
                }
            }
            boolean stays = up(deadline) - cur <= 0; // who scheduled read the clock after the timer thread did
            link(node, stays || deadline - now > 0 && target - cur > LAG ? NOW : slotOf(up(deadline)));
        }
        longest = Math.max(longest, moved);
        return advance(target);
    }

    private boolean isDue(long deadline, long now, int slot) {
        return deadline - now <= 0 && (slot == NOW || up(deadline) - cur <= 0);
    }

    /**
     * Takes up to {@link #BATCH} nodes out.
     *
     * @param last whether to take no more in
     * @return a list of them, by next; null when there are none
     */
    @Nullable
    WheelNode clear(boolean last) {
        WheelNode taken = null;
        lock();
        try {
            shut |= last;
            for (int moved = 0; moved < BATCH && count > 0; moved++) {
                int slot = earliest();
                WheelNode node = slot < 0 ? null : heads[slot];
                if (node == null) {
                    break;
                }
                unlink(node, slot);
                count--;
                node.word = node.word & WheelNode.EPOCH | WheelNode.DUE; // so that nobody else takes it
                node.next = taken;
                taken = node;
            }
        } finally {
            locked = 0;
        }
        return taken;
    }

    /** How many are pending. */
    int count() {
        lock();
        int pending = count;
        locked = 0;
        return pending;
    }

    /** Whether it takes no more. */
    boolean isShut() {
        lock();
        boolean is = shut;
        locked = 0;
        return is;
    }

    /** The most nodes that were moved while the lock was held, for tests. */
    int longest() {
        lock();
        int most = longest;
        locked = 0;
        return most;
    }

    /** Whether I1 to I5 hold, for tests. */
    boolean invariantsHold() {
        lock();
        boolean hold = count <= limit && (!shut || count == 0) && (cur & MASK) == 0;
        int nodes = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            boolean isOccupied = (occupied[slot >> DIGIT] >>> slot & 1) != 0;
            hold &= isOccupied == (heads[slot] != null);
            if (isOccupied && slot != NOW) {
                int level = slot >> DIGIT;
                int digit = (int) (cur >>> TICK_SHIFT + level * DIGIT) & (level == LEVELS - 1 ? 3 : 63);
                hold &= slot == partial || level == LEVELS - 1 && (slot & 3) != digit || (slot & 63) > digit;
                hold &= startOf(slot) - first >= 0 && startOf(slot) - cur >= 0;
            }
            WheelNode before = null;
            for (WheelNode node = heads[slot]; node != null; node = node.next) {
                nodes++;
                int word = node.word;
                hold &= node.prev == before
                        && (word & WheelNode.STATE) == WheelNode.PENDING
                        && (word >> WheelNode.STRIPE_SHIFT & WheelNode.STRIPE) == index
                        && (word >> WheelNode.SLOT_SHIFT & WheelNode.SLOT) == slot
                        && (slot == NOW || startOf(slot) - up(node.deadline) <= 0);
                before = node;
            }
        }
        hold &= nodes == count;
        locked = 0;
        return hold;
    }
}
