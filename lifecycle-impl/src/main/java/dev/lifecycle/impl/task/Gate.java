package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Hands the places of a limiter out, and keeps the queue of those who wait. */
abstract class Gate extends Slots {
    /*
     * While `flags` is 0, a place is taken and given back by a compare-and-set of its word, without the lock. Otherwise both go
     * by way of the lock: `locked`, 0 free, 1 taken. Guarded by it: writes of flags, limit and span; head, tail, waiting, usable,
     * zombies, max, lowered; BLOCKED in words.
     *
     *   FULL     every place that may be taken is, or its giver is on its way to the lock      WAITERS  the queue is not empty
     *   OVER     usable > limit: what is given back is not given out again                     CLOSED   for ever
     *   LOOKING  the holder of the lock looks at all places
     *
     *   I1  usable == number of slots below span that are not BLOCKED. No more permits are taken, ever: the bound is not a count.
     *   I2  usable > limit only with OVER. Then every usable place is taken, as under I3.
     *   I3  while the lock is free: with WAITERS or FULL, a place that is free has a giver who is about to take the lock.
     *   I4  a waiter that is GRANTED has the place `slot`, with the word `stamp`.
     *
     * I3 is Dekker's argument. Who gives back without the lock updates the word (W), then reads flags (R). Who looks for a place in
     * vain writes flags (F), then reads the words (L); all volatile. If R misses F, then W precedes L, and the place is found free
     * or taken again. Otherwise the giver comes to the lock, and hands the place to the first waiter, or clears FULL.
     *
     * So a refusal is exact: a caller is refused only if at one moment of its call as many permits as may be were taken. Of those
     * that are at it without the lock while flags are set, each makes one more step at most, taking or giving; a giver does not
     * return before the lock is free. So let those that took a place before it was looked at come before the refusal, and those
     * that gave one back after it: then all were taken.
     *
     * The lock is that of Stripe (in impl.leak). While it is held no code of a user runs and nothing is allocated; it is given
     * back by the statement in a finally. A call in between may fail for lack of stack: the updates of words are where things
     * change, and after the one that counts there are only statements. It is held for a few instructions, by LOOKING for a look
     * at each place. Threads are woken after it.
     */
    static final int FULL = 1;
    static final int WAITERS = 2;
    static final int OVER = 4;
    static final int CLOSED = 8;
    static final int LOOKING = 16;
    private static final int REFUSING = FULL | WAITERS | OVER;
    private static final int NONE = -1;
    private static final int NO_ROOM = -2;
    private static final long LAST_USES =
            0xfffL << COUNT_SHIFT; // each 4 096th use of a place changes the loan: see take
    private static final int FEW_LOOKS = 8;
    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(Gate.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    volatile int flags;

    /** Whether threads begin to look at places of their own, which costs a hash: once they met, or many are taken. Racy. */
    private boolean spread;

    private volatile int locked;
    private int max;
    private boolean lowered;
    private int limit;
    private int usable;
    private int zombies;
    private int waiting;
    private @Nullable Waiter head;
    private @Nullable Waiter tail;
    private final int maxWaiters;
    final TimeSource clock;

    Gate(int max, int maxWaiters, TimeSource clock) {
        super(Math.min(max, CHUNK));
        this.max = max;
        this.limit = max;
        this.usable = span;
        this.maxWaiters = maxWaiters;
        this.clock = clock;
    }

    private void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }

    abstract void change();

    // ---- taking

    /** Takes a place, as long as nothing is special; null if there is none, or something is. */
    final @Nullable HeldPermit take(Loan loan) {
        if (flags != 0) {
            return null;
        }
        int slot = spread ? home(span) : 0;
        long seen = word(slot);
        if (isFree(seen)) {
            long mine = taken(seen, loan.epoch);
            if (replace(slot, seen, mine)) {
                return permit(loan, slot, mine);
            }
            spread = true;
        }
        return takeBeyond(loan, slot);
    }

    private @Nullable HeldPermit takeBeyond(Loan loan, int first) {
        int end = span;
        int slot = first;
        for (int looks = 1; looks < end; looks++) {
            slot = slot + 1 == end ? 0 : slot + 1;
            long seen = word(slot);
            if (isFree(seen)) {
                long mine = taken(seen, loan.epoch);
                if (replace(slot, seen, mine)) {
                    return permit(loan, slot, mine);
                }
                spread = true;
            }
            if (looks == FEW_LOOKS) {
                spread = true;
            }
        }
        return null;
    }

    private HeldPermit permit(Loan loan, int slot, long stamp) {
        try {
            if ((stamp & LAST_USES) == LAST_USES) {
                change();
            }
            return new HeldPermit(loan, slot, stamp);
        } catch (Throwable noMemory) {
            giveBack(slot, stamp);
            throw noMemory;
        }
    }

    /**
     * Takes a place in any case, unless all are taken.
     *
     * @param waiter enters the queue if there is none; null to wait in no queue
     * @return null if there is none; then the state of the waiter tells
     */
    final @Nullable HeldPermit takeOrQueue(Loan loan, @Nullable Waiter waiter) {
        while (waiter != null || (flags & REFUSING) == 0) {
            int slot = NONE;
            lock();
            try {
                if ((flags & CLOSED) == 0) {
                    slot = head == null && usable <= limit ? find(loan.epoch) : NONE;
                    if (slot == NONE && waiter != null && waiting < maxWaiters) {
                        enqueue(waiter);
                    }
                }
            } finally {
                locked = 0;
            }
            if (slot >= 0) {
                return permit(loan, slot, stamp(word(slot))); // nobody else may give it back: `loan` is reachable
            }
            if (slot == NONE) {
                return null;
            }
            grow();
        }
        return null;
    }

    /** Takes a place that is free, or opens one. With the lock. */
    private int find(long epoch) {
        int before = flags;
        flags = before | LOOKING; // volatile, before the looks: I3
        int end = span;
        for (int slot = 0; slot < end; slot++) {
            long seen = word(slot);
            if (isFree(seen) && replace(slot, seen, taken(seen, epoch))) {
                flags = before;
                return slot;
            }
        }
        int opened = usable < limit ? unblock(epoch) : NONE;
        flags = opened == NONE ? before | FULL : before;
        return opened;
    }

    /** Makes a place usable that was not, and takes it. With the lock, and usable below limit. */
    private int unblock(long epoch) {
        int end = span;
        if (usable < end) {
            for (int slot = 0; slot < end; slot++) {
                long seen = word(slot);
                if ((seen & BLOCKED) != 0 && replace(slot, seen, taken(seen & ~BLOCKED, epoch))) {
                    usable++;
                    return slot;
                }
            }
        }
        int room = chunks.length * CHUNK;
        if (end == room || !replace(end, 0, taken(0, epoch))) { // nobody looks there yet: it cannot fail
            return NO_ROOM;
        }
        int more = 1;
        if (head == null) { // as many again: so that looks for a place are few for each that is opened
            more = Math.max(1, Math.min(end, Math.min(limit - usable, room - end)));
        } // else all that is opened must go to those who wait: I3
        usable += more;
        span = end + more;
        return end;
    }

    /** Makes room for more places. Without the lock: it allocates. */
    private void grow() {
        long[][] known = chunks;
        int count = Math.min(2 * known.length, chunksFor(limitNow()));
        if (count <= known.length) {
            return;
        }
        long[][] more = new long[count][];
        for (int i = 0; i < count; i++) {
            more[i] = i < known.length ? known[i] : new long[CHUNK];
        }
        lock();
        if (chunks == known) {
            chunks = more;
        }
        locked = 0;
    }

    private int limitNow() {
        lock();
        int now = limit;
        locked = 0;
        return now;
    }

    // ---- giving back

    /** Gives back what was taken with {@code stamp}; does nothing if that was done before. */
    final void giveBack(int slot, long stamp) {
        if (flags == 0 && replace(slot, stamp, left(stamp))) {
            if (flags != 0) { // volatile, after the update: I3
                settle(slot, word(slot), false);
            }
            return;
        }
        settle(slot, stamp, true);
    }

    /**
     * Hands a place on, with the lock.
     *
     * @param stamp how it was taken, or, if it is not {@code held}, how it was left
     */
    private void settle(int slot, long stamp, boolean held) {
        Waiter woken = null;
        lock();
        try {
            woken = handOn(slot, stamp, held);
        } finally {
            locked = 0;
        }
        wake(woken);
    }

    private @Nullable Waiter handOn(int slot, long stamp, boolean held) {
        while (true) {
            long seen = word(slot);
            if (held ? stamp(seen) != stamp : !isFree(seen)) {
                return null; // closed before; or taken by one that does not know of the flags yet
            }
            boolean over = usable > limit;
            Waiter first = over ? null : head;
            long free = held ? left(seen) : seen;
            long next = first != null ? taken(free, first.loan.epoch) : over ? free | BLOCKED : free;
            if (!replace(slot, seen, next)) {
                continue;
            }
            if (held && (seen & ZOMBIE) != 0) {
                zombies--;
            }
            if (first != null) {
                grant(first, slot, next);
            } else if (over) {
                usable--;
                int known = flags;
                flags = usable > limit ? known : known & ~OVER | FULL;
            } else {
                int known = flags;
                flags = known & ~FULL;
            }
            return first;
        }
    }

    // ---- the queue; with the lock

    private void enqueue(Waiter waiter) {
        Waiter last = tail;
        waiter.before = last;
        if (last == null) {
            head = waiter;
        } else {
            last.after = waiter;
        }
        tail = waiter;
        waiting++;
        waiter.state = Waiter.QUEUED;
        int known = flags;
        flags = known | WAITERS;
    }

    private void grant(Waiter waiter, int slot, long stamp) {
        dequeue(waiter);
        waiter.slot = slot;
        waiter.stamp = stamp;
        waiter.state = Waiter.GRANTED; // volatile, after slot and stamp
    }

    private void dequeue(Waiter waiter) {
        Waiter left = waiter.before;
        Waiter right = waiter.after;
        if (left == null) {
            head = right;
        } else {
            left.after = right;
        }
        if (right == null) {
            tail = left;
        } else {
            right.before = left;
        }
        waiter.before = null;
        waiter.after = null;
        waiting--;
        if (head == null) {
            int known = flags;
            flags = known & ~WAITERS;
        }
    }

    /** Takes {@code waiter} out of the queue; false if it is not in it any more. */
    final boolean leave(Waiter waiter) {
        lock();
        boolean queued = waiter.state == Waiter.QUEUED;
        try {
            if (queued) {
                dequeue(waiter);
                waiter.state = Waiter.GONE;
            }
        } finally {
            locked = 0;
        }
        return queued;
    }

    /** What a waiter was granted. */
    final HeldPermit granted(Waiter waiter) {
        return permit(waiter.loan, waiter.slot, waiter.stamp);
    }

    private void wake(@Nullable Waiter first) {
        for (Waiter each = first; each != null; ) {
            Waiter next = each.after;
            each.after = null;
            clock.unpark(each.thread);
            each = next;
        }
    }

    // ---- the limit

    private enum Lower {
        YES,
        NO,
        AS_IT_IS
    }

    /** Sets the maximum; 0 leaves it as it is. Lowers the limit to half of it, or not. */
    private void bound(int newMax, Lower lower) {
        lock();
        try {
            max = newMax == 0 ? max : newMax;
            lowered = lower == Lower.YES || lowered && lower == Lower.AS_IT_IS;
            limit = lowered ? Math.max(1, max / 2) : max;
            if (usable > limit) {
                block();
            }
            int known = flags;
            flags = usable > limit ? known | OVER : usable < limit ? known & ~(OVER | FULL) : known & ~OVER;
        } finally {
            locked = 0;
        }
        serve();
    }

    final void max(int newMax) {
        bound(newMax, Lower.AS_IT_IS);
    }

    final void lower(boolean lower) {
        bound(0, lower ? Lower.YES : Lower.NO);
    }

    /** Blocks places that are free, as many as there are too many. With the lock. */
    private void block() {
        int before = flags;
        flags = before | LOOKING;
        for (int slot = span - 1; slot >= 0 && usable > limit; slot--) {
            long seen = word(slot);
            if (isFree(seen) && replace(slot, seen, seen | BLOCKED)) {
                usable--;
            }
        }
        flags = before;
    }

    /** Opens places for those who wait, as long as there may be more. */
    private void serve() {
        boolean again = true;
        while (again) {
            Waiter first = null;
            boolean full = false;
            again = false;
            lock();
            try {
                Waiter last = null;
                int count = 0;
                for (Waiter each = head; each != null && usable < limit && !again; each = head) {
                    int slot = unblock(each.loan.epoch);
                    full = slot == NO_ROOM;
                    again = full || ++count == CHUNK;
                    if (slot >= 0) {
                        grant(each, slot, stamp(word(slot)));
                        if (last == null) {
                            first = each;
                        } else {
                            last.after = each;
                        }
                        last = each;
                    }
                }
            } finally {
                locked = 0;
            }
            wake(first);
            if (full) {
                grow();
            }
        }
    }

    // ---- the rest

    final void abandon(int slot, long stamp) {
        lock();
        try {
            // may fail: closed, or abandoned before; who closes it at this moment was first
            if (word(slot) == stamp && replace(slot, stamp, stamp | ZOMBIE)) {
                zombies++;
            }
        } finally {
            locked = 0;
        }
    }

    /** Gives back all places that were taken for {@code epoch}; returns how many. */
    final int forfeit(long epoch) {
        int count = 0;
        int end = span;
        for (int slot = 0; slot < end; slot++) {
            long seen = word(slot);
            if ((seen & (TAKEN | EPOCH)) == (TAKEN | epoch)) {
                settle(slot, stamp(seen), true);
                count++;
            }
        }
        return count;
    }

    final void closeGate() {
        Waiter first;
        lock();
        first = head;
        for (Waiter each = first; each != null; each = each.after) {
            each.before = null;
            each.state = Waiter.CLOSED;
        }
        head = null;
        tail = null;
        waiting = 0;
        int known = flags;
        flags = known & ~WAITERS | CLOSED;
        locked = 0;
        wake(first);
    }

    /** How it stands; the numbers belong to one moment, as under {@link #FULL}. */
    record Counts(int max, int limit, int active, int zombies, int waiting, long acquired) {}

    final Counts counts() {
        int active = 0;
        long ended = 0;
        int known;
        int bound;
        int dead;
        int queued;
        lock();
        try {
            int before = flags;
            flags = before | LOOKING;
            for (int slot = 0; slot < span; slot++) {
                long seen = word(slot);
                active += (int) (seen & TAKEN);
                ended += seen >>> COUNT_SHIFT;
            }
            flags = before;
            known = max;
            bound = limit;
            dead = zombies;
            queued = waiting;
        } finally {
            locked = 0;
        }
        return new Counts(known, bound, active, dead, queued, ended + active);
    }

    /** Whether the invariants hold, for tests. While others are at it, a place may be free and its giver on its way. */
    final boolean invariantsHold(boolean quiet) {
        lock();
        try {
            int blocked = 0;
            int taken = 0;
            int dead = 0;
            for (int slot = 0; slot < span; slot++) {
                long seen = word(slot);
                blocked += (seen & BLOCKED) != 0 ? 1 : 0;
                taken += (seen & TAKEN) != 0 ? 1 : 0;
                dead += (seen & ZOMBIE) != 0 ? 1 : 0;
            }
            int queued = 0;
            for (Waiter each = head; each != null; each = each.after) {
                queued += each.state == Waiter.QUEUED ? 1 : 0;
            }
            int seen = flags;
            boolean refuses = (seen & (FULL | WAITERS | OVER)) != 0;
            return usable == span - blocked
                    && (usable > limit) == ((seen & OVER) != 0)
                    && queued == waiting
                    && (queued > 0) == ((seen & WAITERS) != 0)
                    && queued <= maxWaiters
                    && taken <= usable
                    && (!quiet || dead == zombies && (!refuses || taken == usable && usable >= limit));
        } finally {
            locked = 0;
        }
    }
}
