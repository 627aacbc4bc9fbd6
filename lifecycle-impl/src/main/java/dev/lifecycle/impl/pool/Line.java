package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.time.StackRoom;
import dev.lifecycle.pool.Order;
import dev.lifecycle.spi.ResourcePoolConfig;
import dev.lifecycle.time.TimeSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Those who wait for a resource, in their order, and what they are lent: with the lock. */
abstract class Line<R> extends Stock<R> {
    /*
     * Guarded by the lock besides what Stock says: all fields but the hints, and what a Waiter says.
     *
     *   I8  a waiter that is GRANTED has the lease of `loan` with `stamp`.
     *   I9  where `alarmed`, Deadlines come at `alarm` or before, and no waiter that is watched has an earlier deadline, save one whose caller is about to call them.
     *
     * Order. Who gives back while somebody waits leaves the resource idle and wakes the first one, who looks for it. Whoever comes before that one is awake may
     * overtake it, so often and so long as Fairness says, from when it is the first one (or, if it had to wait for that, from when it is first overtaken); then, or
     * when it has looked in vain, what is given back becomes the first one's at once. As in Go's sync.Mutex, with a count besides.
     */
    static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L; // 2^64 by the golden ratio: Fibonacci hashing (Knuth, TAOCP 6.4)
    private static final int STRIPES = 64;
    static final int STRIPE_SHIFT = Long.SIZE - 6;

    /** Frames of what is done with the lock. */
    static final int ROOM = 24;

    /** Where threads whose numbers have that hash found something last. Racy: a hint. */
    final int[] hints = new int[STRIPES];

    final boolean inTurn;
    private final int maxBypass;
    private final long maxDelay;

    @Nullable
    Waiter<R> head;

    private @Nullable Waiter<R> tail;
    private long lastDeadline; // of a patient one
    private boolean alarmed; // Deadlines come when the time of each one that is watched is over, or earlier
    private long alarm; // when that is

    Line(ResourcePoolConfig<R> config, TimeSource clock, boolean everyReturn, boolean validates) {
        super(config, clock, everyReturn, validates);
        inTurn = config.order() == Order.FIFO;
        maxBypass = config.fairness().maxBypass();
        maxDelay = TimeUnit.NANOSECONDS.convert(config.fairness().maxDelay());
        lastDeadline = clock.nanos();
    }

    /** Makes a loan for a slot whose loan was collected. With the lock. */
    abstract Loan<R> renew(Slot<R> slot, R resource);

    /** Tells those who wait for what becomes of the resources, if there are any. */
    abstract void changed();

    // ---- in any case

    /**
     * Takes a resource in any case, unless there is none; then {@code mine} enters the queue, if it may. Its state tells.
     */
    final void takeOrQueue(Waiter<R> mine, long now) {
        StackRoom.need(ROOM);
        boolean wish = false;
        Waiter<R> woken = null;
        lock();
        try {
            if ((flags & CLOSED) != 0) {
                mine.state = Waiter.CLOSED;
                return;
            }
            int before = flags;
            flags = before | LOOKING; // volatile, before the looks: I7
            try {
                Waiter<R> first = head;
                boolean found = false;
                if (first == null) {
                    found = pick(mine) || pickStale(mine);
                } else if (mayOvertake(first, now) && pick(mine)) {
                    first.bypassed++;
                    untended |= live < core + overflow
                            || validates
                                    && stale() != null; // what was on its way to it is taken: there may be another one
                    found = true;
                }
                if (!found) {
                    if (mine.mayQueue && waiting < config.maxWaiters()) {
                        enqueue(mine);
                        woken = first == null ? null : serve(); // there may be more than those before it were left
                        untended |= validates || live < core + overflow; // or else nothing can be begun for it
                    } else { // also for one that is not let wait: the next one may find it
                        wish(now);
                        wish = true;
                    }
                }
            } finally {
                int after = flags;
                flags = after & ~LOOKING;
            }
        } finally {
            locked = 0;
        }
        wakeAll(woken);
        if (untended) {
            tend();
        } else if (wish) {
            staff();
        }
    }

    final boolean mayOvertake(Waiter<R> first, long now) {
        if (!first.isFirst) {
            first.isFirst = true;
            first.firstSince = now;
        }
        return first.bypassed < maxBypass && now - first.firstSince < maxDelay;
    }

    /** Takes what is idle. With the lock. */
    private boolean pick(Waiter<R> mine) {
        Slot<R>[] all = slots;
        int end = span;
        int stripe = (int) (mine.threadId * GOLDEN >>> STRIPE_SHIFT);
        int at = inTurn ? hints[stripe] : hints[stripe] - 1;
        for (int looks = end; looks > 0; looks--) {
            at = at + 1 >= end ? 0 : at + 1;
            Slot<R> slot = all[at];
            long seen = slot.word;
            if (Slot.isIdle(seen) && lend(slot, seen, loanOf(slot), mine)) {
                hints[stripe] = at;
                mine.state = Waiter.GRANTED;
                return true;
            }
        }
        return false;
    }

    /** Takes one that is to be validated first, where callers do that. With the lock. */
    private boolean pickStale(Waiter<R> mine) {
        Slot<R> slot = config.validateNanos() == 0 ? stale() : null;
        if (slot == null) {
            return false;
        }
        mine.loan = loanOf(slot);
        if (!beginCheck(slot, slot.word, false)) {
            return false; // never: nobody takes it without the lock
        }
        callersChecking++;
        slot.resetter = mine.thread;
        mine.state = Waiter.OWNS;
        return true;
    }

    private Loan<R> loanOf(Slot<R> slot) {
        Loan<R> known = slot.loan();
        R resource = slot.resource;
        if (known == null && resource != null) {
            return renew(slot, resource);
        }
        if (known == null) {
            throw new AssertionError("a slot that is idle has a resource");
        }
        return known;
    }

    /** Lends it to {@code to}; false if its word is another one by now. With the lock. */
    final boolean lend(Slot<R> slot, long seen, Loan<R> loan, Waiter<R> to) {
        to.loan = loan; // before its word says that it is lent out
        long next = Slot.lent(seen);
        to.stamp = next;
        if (!slot.replace(seen, next)) {
            to.loan = null;
            return false;
        }
        slot.heldBy(to.threadId, next);
        return true;
    }

    /** Gives it to the first one who waits. With the lock; the slot is owned by the caller, and neither RETIRING nor CLOSED. */
    final boolean grant(Slot<R> slot, long seen, Loan<R> loan, Waiter<R> first) {
        if (!lend(slot, seen, loan, first)) {
            return false;
        }
        dequeue(first);
        first.state = Waiter.GRANTED; // volatile, after loan and stamp
        return true;
    }

    // ---- the queue; with the lock

    private void enqueue(Waiter<R> waiter) {
        Waiter<R> last = tail;
        waiter.before = last;
        if (last == null) {
            head = waiter;
            waiter.isFirst = true;
            waiter.firstSince = waiter.since;
        } else {
            last.after = waiter;
        }
        tail = waiter;
        waiter.patient &= waiter.deadline - lastDeadline >= 0; // else it came later than it had read the clock
        lastDeadline = waiter.patient ? waiter.deadline : lastDeadline;
        waiting++;
        waiter.state = Waiter.QUEUED;
        int known = flags;
        flags = known | WAITERS;
    }

    private void dequeue(Waiter<R> waiter) {
        Waiter<R> left = waiter.before;
        Waiter<R> right = waiter.after;
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
    final boolean leave(Waiter<R> waiter) {
        StackRoom.need(ROOM);
        boolean queued;
        Waiter<R> woken = null;
        lock();
        try {
            queued = waiter.state == Waiter.QUEUED;
            if (queued) {
                dequeue(waiter);
                waiter.state = Waiter.GONE;
                woken = serve(); // what was left idle for it
            }
        } finally {
            locked = 0;
        }
        wakeAll(woken);
        after(null);
        return queued;
    }

    /**
     * Has {@link Deadlines} see to the deadline of {@code waiter}. Only for patient ones: their deadlines pass in the order of the queue.
     *
     * @return whether they are to be called; then {@link #alarmed} is to be, after that
     */
    final boolean watch(Waiter<R> waiter) {
        lock();
        waiter.watched =
                true; // before they are called: they may come at once, and look no more until they are called again
        boolean calls = !alarmed || waiter.deadline - alarm < 0;
        locked = 0;
        return calls;
    }

    /** They come when the time of {@code waiter} is over. */
    final void alarmed(Waiter<R> waiter) {
        lock();
        if (waiter.state == Waiter.QUEUED
                && (!alarmed || waiter.deadline - alarm < 0)) { // else they may have been there, and come later
            alarmed = true;
            alarm = waiter.deadline;
        }
        locked = 0;
    }

    /** Takes those out whose time is over; returns in how many nanoseconds the next one's is. */
    final long lapse(long now) {
        Waiter<R> late = null;
        Waiter<R> last = null;
        Waiter<R> woken = null;
        long next = NEVER;
        lock();
        try {
            Waiter<R> each = head;
            while (each != null && (!each.watched || each.deadline - now <= 0)) {
                Waiter<R> behind = each.after;
                if (each.watched) {
                    dequeue(each);
                    each.state = Waiter.LATE;
                    if (last == null) {
                        late = each;
                    } else {
                        last.after = each;
                    }
                    last = each;
                }
                each = behind;
            }
            alarmed = each != null;
            if (each != null) {
                alarm = each.deadline;
                next = alarm - now;
            }
            woken = late == null ? null : serve(); // what was left idle for them
        } finally {
            locked = 0;
        }
        wakeAll(late);
        wakeAll(woken);
        if (late != null) {
            after(null);
        }
        return next;
    }

    /** Lets {@code waiter} look for what was left idle for it. */
    final void look(Waiter<R> waiter) {
        lock();
        try {
            waiter.signalled = false;
            if (waiter.state == Waiter.QUEUED) {
                if (pick(waiter)) {
                    dequeue(waiter);
                } else {
                    waiter.lookedInVain = true;
                }
            }
        } finally {
            locked = 0;
        }
    }

    /** Gives what is idle to those who wait; returns those that are to be woken. With the lock. */
    private @Nullable Waiter<R> serve() {
        Waiter<R> woken = null;
        Waiter<R> last = null;
        Slot<R>[] all = slots;
        for (int at = 0; at < span && head != null; at++) {
            Slot<R> slot = all[at];
            long seen = slot.word;
            Waiter<R> first = head;
            Loan<R> loan = Slot.isIdle(seen) ? slot.loan() : null;
            if (first != null && loan != null && grant(slot, seen, loan, first)) {
                if (last == null) {
                    woken = first;
                } else {
                    last.after = first;
                }
                last = first;
            } else if (first != null && loan == null && Slot.isIdle(seen)) {
                renewByClerk(slot, seen);
            }
        }
        return woken;
    }

    /** Wakes those that {@link #serve}, {@link #lapse} or {@link #turnAway} took out of the queue. */
    final void wakeAll(@Nullable Waiter<R> first) {
        for (Waiter<R> each = first; each != null; ) {
            Waiter<R> next = each.after;
            each.after = null;
            wake(each.thread);
            each = next;
        }
    }

    private void wake(Thread thread) {
        try {
            clock.unpark(thread);
        } catch (Throwable ofScheduler) { // of virtual threads, which nobody can help; the others are to be woken still
            return;
        }
    }

    /** Takes all out of the queue, and refuses others from now on; returns the first, to be woken with those after it. With the lock. */
    final @Nullable Waiter<R> turnAway() {
        Waiter<R> first = head;
        for (Waiter<R> each = first; each != null; each = each.after) {
            each.before = null;
            each.state = Waiter.CLOSED;
        }
        head = null;
        tail = null;
        waiting = 0;
        int known = flags;
        flags = known & ~WAITERS | CLOSED; // volatile
        return first;
    }

    /** Tells one who waits why there is none, if nothing else can come. */
    final void failOne(Throwable why) {
        Waiter<R> first;
        lock();
        try {
            first = head;
            if (first != null && !canCome()) {
                dequeue(first);
                first.failure = why;
                first.state = Waiter.FAILED; // volatile, after failure
            } else {
                first = null;
            }
        } finally {
            locked = 0;
        }
        after(first);
    }

    /** Whether there is a resource that may be lent out one day. With the lock. */
    private boolean canCome() {
        for (int at = 0; at < span; at++) {
            long seen = slots[at].word;
            int state = Slot.state(seen);
            if (state != Slot.EMPTY && state != Slot.CREATING && state != Slot.ENDING && !Slot.isRetiring(seen)) {
                return true;
            }
        }
        return false;
    }

    /** Has a clerk make a loan for what is idle: to do so with the lock might fail half-way. */
    final void renewByClerk(Slot<R> slot, long seen) {
        if (beginCheck(slot, seen, true)) {
            untended = true;
        }
    }

    /** The first one for whom nothing is idle besides {@code slot}: not yet, or not any more. With the lock. */
    final @Nullable Waiter<R> next(Slot<R> slot) {
        Waiter<R> each = head;
        Slot<R>[] all = slots;
        for (int at = 0; at < span && each != null && each.signalled; at++) {
            if (all[at] != slot && Slot.isIdle(all[at].word)) {
                each = each.after;
            }
        }
        return each;
    }

    /** What follows a change, without the lock. */
    final void after(@Nullable Waiter<R> woken) {
        if (woken != null) {
            clock.unpark(woken.thread);
        }
        if ((flags & CLOSED) != 0) {
            staff();
        } else if (untended) {
            tend();
        }
        changed();
    }

    /** Whether the invariants hold, for tests. While others are at it, something may be idle and its giver on its way. */
    final boolean lineHolds(boolean quiet) {
        lock();
        int queued = 0;
        boolean orderly = true;
        int idle = 0;
        int signalled = 0;
        try {
            for (Waiter<R> each = head; each != null; each = each.after) {
                queued++;
                signalled += each.signalled ? 1 : 0;
                orderly &= each.state == Waiter.QUEUED && each.bypassed <= maxBypass;
            }
            for (int at = 0; at < span; at++) {
                idle += Slot.isIdle(slots[at].word) ? 1 : 0;
            }
            orderly &= queued == waiting && queued <= config.maxWaiters() && (queued > 0) == ((flags & WAITERS) != 0);
        } finally {
            locked = 0;
        }
        return orderly && (!quiet || signalled == queued || idle <= signalled);
    }
}
