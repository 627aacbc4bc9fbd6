package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.time.StackRoom;
import dev.lifecycle.pool.NestedAcquire;
import dev.lifecycle.pool.Order;
import dev.lifecycle.spi.ResourcePoolConfig;
import dev.lifecycle.time.TimeSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lends resources out, takes them back, and keeps the queue of those who wait. */
abstract class Desk<R> extends Stock<R> {
    /*
     * While flags have none of SLOW, a resource is taken and given back by a compare-and-set of its word, without the lock. Otherwise both go by way of the
     * lock. Guarded by it besides what Stock says: head, tail; what a Waiter says.
     *
     *   I7  while the lock is free and somebody waits: all who wait are signalled, and will look; or no more resources are IDLE than waiters are signalled, save
     *       those that have a giver who is about to take the lock.
     *   I8  a waiter that is GRANTED has the lease of `loan` with `stamp`.
     *
     * I7 is Dekker's argument, as in Gate (in impl.task): who gives back without the lock updates the word, then reads flags; who looks for a resource in vain
     * writes flags, then reads the words; all volatile. If the giver misses the flags, the look comes later and finds the resource.
     *
     * Order. Who gives back while somebody waits leaves the resource idle and wakes the first one, who looks for it. Whoever comes before that one is awake may
     * overtake it, so often and so long as Fairness says, from when it is the first one (or, if it had to wait for that, from when it is first overtaken); then, or when it has looked in vain, what is given back becomes the first one's at once. As in Go's sync.Mutex, with a count besides.
     */
    private static final long GOLDEN =
            0x9E37_79B9_7F4A_7C15L; // 2^64 by the golden ratio: Fibonacci hashing (Knuth, TAOCP 6.4)
    private static final int STRIPES = 64;
    private static final int STRIPE_SHIFT = Long.SIZE - 6;
    private static final int ROOM = 24;

    /** Where threads whose numbers have that hash found something last. Racy: a hint. */
    private final int[] hints = new int[STRIPES];

    private final boolean inTurn;
    private final int maxBypass;
    private final long maxDelay;
    private @Nullable Waiter<R> head;
    private @Nullable Waiter<R> tail;
    private long lastDeadline; // of a patient one
    private boolean alarmed; // the rounds come when the time of each one that they watch is over, or earlier
    private long alarm; // when that is

    Desk(ResourcePoolConfig<R> config, TimeSource clock, boolean everyReturn, boolean validates) {
        super(config, clock, everyReturn, validates);
        inTurn = config.order() == Order.FIFO;
        maxBypass = config.fairness().maxBypass();
        maxDelay = TimeUnit.NANOSECONDS.convert(config.fairness().maxDelay());
        lastDeadline = clock.nanos();
    }

    abstract String name();

    /** What messages call it, like {@code pool db}. */
    abstract String title();

    abstract Clerks<R> clerks();

    /** Nobody waits for the loan of this reference any more. */
    @Override
    abstract void forget(LoanRef<R> ref);

    abstract void label(Slot<R> slot, long stamp, String what);

    abstract void invalidate(Slot<R> slot, long stamp, Throwable cause);

    /** Notes who took it, while something is suspicious. */
    abstract void note(Slot<R> slot, long stamp);

    /** Makes a loan for a slot whose loan was collected. With the lock. */
    abstract Loan<R> renew(Slot<R> slot, R resource);

    /** Does what is to be done with what was given back; false if it is to be ended. Calls code of the user. */
    abstract boolean reset(Loan<R> loan, long uses);

    /** Tells those who wait for what becomes of the resources, if there are any. */
    abstract void changed();

    // ---- taking

    /** Takes what is idle, as long as nothing is special; null if there is nothing, or something is. */
    final @Nullable PoolLease<R> take() {
        int known = flags;
        if ((known & SLOW) != 0) {
            return null;
        }
        long thread = Thread.currentThread().getId();
        int stripe = (int) (thread * GOLDEN >>> STRIPE_SHIFT);
        int first = hints[stripe];
        if (!inTurn) {
            PoolLease<R> lease = lend(slots[first], thread, known);
            if (lease != null) {
                return lease;
            }
        }
        return takeBeyond(first, stripe, thread, known);
    }

    private @Nullable PoolLease<R> takeBeyond(int first, int stripe, long thread, int known) {
        int end = span;
        Slot<R>[] all = slots;
        int at = first;
        if (!inTurn && lacksLoan(all[at])) {
            return null;
        }
        for (int looks = inTurn ? end : end - 1; looks > 0; looks--) {
            at = at + 1 >= end ? 0 : at + 1;
            PoolLease<R> lease = lend(all[at], thread, known);
            if (lease != null) {
                hints[stripe] = at;
                return lease;
            }
            if (inTurn && lacksLoan(all[at])) {
                return null;
            }
        }
        return null;
    }

    /** Whether it is the turn of one whose loan was collected: it comes with a new one, by way of the lock; else those without would be passed over. */
    private static boolean lacksLoan(Slot<?> slot) {
        return Slot.isIdle(slot.word) && slot.loan() == null;
    }

    private @Nullable PoolLease<R> lend(Slot<R> slot, long thread, int known) {
        long seen = slot.word;
        if (!Slot.isIdle(seen)) {
            return null;
        }
        Loan<R> loan = slot.loan(); // strongly, before the word says that it is lent out
        if (loan == null) {
            return null;
        }
        PoolLease<R> lease = new PoolLease<>(loan, seen + Slot.LEND); // before: afterwards there might be no memory
        if (!slot.replace(seen, seen + Slot.LEND)) {
            return null;
        }
        slot.holder = thread;
        if ((known & ALERT) != 0) {
            note(slot, seen + Slot.LEND);
        }
        return lease;
    }

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

    private boolean mayOvertake(Waiter<R> first, long now) {
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
    private boolean lend(Slot<R> slot, long seen, Loan<R> loan, Waiter<R> to) {
        to.loan = loan; // before its word says that it is lent out
        long next = Slot.lent(seen);
        to.stamp = next;
        if (!slot.replace(seen, next)) {
            to.loan = null;
            return false;
        }
        slot.holder = to.threadId;
        return true;
    }

    /** Gives it to the first one who waits. With the lock; the slot is owned by the caller, and neither RETIRING nor CLOSED. */
    private boolean grant(Slot<R> slot, long seen, Loan<R> loan, Waiter<R> first) {
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
     * Has the rounds see to the deadline of {@code waiter}, so that its thread need not: a timer for each that waits costs more than all else, where threads
     * are virtual ones. Only for patient ones: their deadlines pass in the order of the queue.
     *
     * @return whether the rounds are to be called; then {@link #alarmed} is to be, after that
     */
    final boolean watch(Waiter<R> waiter) {
        lock();
        waiter.watched =
                true; // before they are called: they may come at once, and look no more until they are called again
        boolean calls = !alarmed || waiter.deadline - alarm < 0;
        locked = 0;
        return calls;
    }

    /** The rounds come when the time of {@code waiter} is over. */
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

    /** Wakes those that {@link #serve}, {@link #lapse} or {@link #shut} took out of the queue. */
    private void wakeAll(@Nullable Waiter<R> first) {
        for (Waiter<R> each = first; each != null; ) {
            Waiter<R> next = each.after;
            each.after = null;
            clock.unpark(each.thread);
            each = next;
        }
    }

    // ---- giving back

    /** Gives back what was taken with {@code stamp}; does nothing if that was done before. */
    final void giveBack(Loan<R> loan, long stamp) {
        Slot<R> slot = loan.slot;
        if ((flags & SLOW) == 0 && stamp < slot.limit && slot.replace(stamp, stamp + Slot.REST)) {
            if ((flags & SLOW) != 0) { // volatile, after the update: I7
                left(slot);
            }
            return;
        }
        giveBackSlowly(loan, stamp);
    }

    /** It was left idle by one that did not know of the flags: perhaps it was taken since, and has another resource by now. */
    private void left(Slot<R> slot) {
        StackRoom.need(ROOM);
        Waiter<R> woken = null;
        lock();
        try {
            long seen = slot.word;
            if (Slot.isIdle(seen)) {
                Loan<R> loan = slot.loan();
                if ((flags & CLOSED) != 0) {
                    end(slot, seen);
                } else if (head != null && loan != null) {
                    woken = handOn(slot, seen, loan, true, 0);
                } else if (head != null) {
                    renewByClerk(slot, seen);
                }
            }
        } finally {
            locked = 0;
        }
        after(woken);
    }

    /** Has a clerk make a loan for what is idle: to do so with the lock might fail half-way. */
    private void renewByClerk(Slot<R> slot, long seen) {
        if (beginCheck(slot, seen, true)) {
            untended = true;
        }
    }

    private void giveBackSlowly(Loan<R> loan, long stamp) {
        Slot<R> slot = loan.slot;
        if (!everyReturn || Slot.isRetiring(slot.word) || !slot.replace(stamp, Slot.with(stamp, Slot.RESETTING))) {
            settle(loan, stamp, true); // also if it was closed before, or became RETIRING just now
            return;
        }
        long seen = Slot.with(stamp, Slot.RESETTING);
        boolean sound = false;
        slot.resetter = Thread.currentThread();
        try {
            sound = reset(loan, slot.uses(stamp));
        } finally {
            slot.resetter = null; // if what follows fails for want of stack, the rounds find a slot that is nobody's
            if (!sound || !rest(slot, seen)) {
                settle(loan, seen, sound);
            }
        }
    }

    /** Leaves it idle without the lock, where nothing is special. */
    private boolean rest(Slot<R> slot, long seen) {
        if ((flags & SLOW) != 0
                || slot.extra
                || slot.uses(seen) >= slot.useLimit
                || alwaysValidate()
                || !slot.replace(seen, Slot.with(seen, Slot.IDLE))) {
            return false;
        }
        if ((flags & SLOW) != 0) { // volatile, after the update: I7
            left(slot);
        }
        return true;
    }

    private void settle(Loan<R> loan, long stamp, boolean sound) {
        StackRoom.need(ROOM);
        long now = (flags & WAITERS) != 0 ? clock.nanos() : 0;
        Waiter<R> woken = null;
        lock();
        try {
            woken = settled(loan, stamp, sound, now);
        } finally {
            locked = 0;
        }
        after(woken);
    }

    private @Nullable Waiter<R> settled(Loan<R> loan, long stamp, boolean sound, long now) {
        Slot<R> slot = loan.slot;
        while (true) {
            long seen = slot.word;
            if (Slot.stamp(seen) != stamp) {
                return null; // closed before
            }
            if (!sound || Slot.isRetiring(seen) || (flags & CLOSED) != 0 || isTooMany(slot)) {
                if (end(slot, seen)) {
                    return null;
                }
                continue;
            }
            if (slot.uses(seen) >= slot.useLimit && due(slot, SlotRecord.Due.USES)) {
                slot.useLimit = Long.MAX_VALUE; // it was said; until its successor is there it is lent out as ever
                limit(slot);
            }
            if (head != null) {
                Waiter<R> first = handOn(slot, seen, loan, false, now);
                if (first != null || Slot.stamp(slot.word) != stamp) {
                    return first;
                }
            } else if (slot.replace(seen, Slot.with(seen, alwaysValidate() ? Slot.STALE : Slot.IDLE))) {
                return null;
            }
        }
    }

    private boolean alwaysValidate() {
        return validates && config.validateAfterIdleNanos() == 0;
    }

    /** Whether it belongs to the overflow, and nobody needs it. With the lock. */
    private boolean isTooMany(Slot<R> slot) {
        if (!slot.extra) {
            return false;
        }
        if (live <= core) {
            slot.extra = false; // another one has gone
            limit(slot);
            return false;
        }
        return head == null && config.overflowIdleNanos() == 0 || live > core + overflow;
    }

    /**
     * Hands a resource on while somebody waits: to the first one that is not on its way to another one, or leaves it idle and has that one look.
     *
     * @return who is to be woken; null if nobody is, which may also be since its word is another one by now
     */
    private @Nullable Waiter<R> handOn(Slot<R> slot, long seen, Loan<R> loan, boolean isIdle, long now) {
        if (alwaysValidate()) {
            beginCheck(slot, seen, true); // by a clerk, also where callers do that: this one gives back
            untended = true;
            return null;
        }
        Waiter<R> next = next(slot);
        if (next != null && (now == 0 || next.lookedInVain || !mayOvertake(next, now))) {
            return grant(slot, seen, loan, next) ? next : null;
        }
        if (!isIdle && !slot.replace(seen, Slot.with(seen, Slot.IDLE)) || next == null) {
            return null;
        }
        boolean known = next.signalled;
        next.signalled = true;
        return known ? null : next;
    }

    /** The first one for whom nothing is idle besides {@code slot}: not yet, or not any more. With the lock. */
    private @Nullable Waiter<R> next(Slot<R> slot) {
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

    // ---- what clerks have done

    /** What became of a resource that was made. */
    enum Made {
        /** It is in the pool, or was, and is being ended. */
        YES,
        /** The pool did not wait for it: it is the clerk's, to be ended. */
        LATE,
        /** The pool has it already. */
        TWICE
    }

    /** A resource was made. */
    final Made made(Clerk<R> clerk, Loan<R> loan, LoanRef<R> ref, Limits limits) {
        Slot<R> slot = loan.slot;
        Waiter<R> woken = null;
        lock();
        try {
            if (has(loan.resource)) {
                return Made.TWICE; // also if the pool did not wait for it: not the clerk's, to be ended
            }
            if (!clerks().finish(clerk)) {
                return Made.LATE;
            }
            if (madeOne(slot, loan.resource, ref, limits)) {
                woken = offer(slot, loan);
            }
        } finally {
            locked = 0;
        }
        after(woken);
        return Made.YES;
    }

    private boolean has(R resource) {
        for (int at = 0; at < span; at++) {
            if (slots[at].resource == resource) {
                return true;
            }
        }
        return false;
    }

    /** Lends a slot that is CREATING or CHECKING to the first one who waits, or leaves it idle. With the lock. */
    private @Nullable Waiter<R> offer(Slot<R> slot, Loan<R> loan) {
        while (true) {
            long seen = slot.word;
            boolean isCreating = Slot.state(seen) == Slot.CREATING;
            Waiter<R> first = next(slot);
            if (first != null
                    ? grant(slot, seen, loan, first)
                    : slot.replace(seen, Slot.with(seen, Slot.IDLE))) { // nobody else changes it, but for RETIRING
                creating -= isCreating ? 1 : 0;
                checking -= isCreating ? 0 : 1;
                return first;
            }
        }
    }

    /** None could be made; returns false if the pool did not wait for it. */
    final boolean notMade(Clerk<R> clerk, Slot<R> slot, Throwable why, long now) {
        lock();
        try {
            if (!clerks().finish(clerk)) {
                return false;
            }
            failedToMake(slot, now);
        } finally {
            locked = 0;
        }
        failOne(why);
        return true;
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

    /** With the lock: the work at {@code slot} takes too long, and is left to itself, together with the resource. */
    final void leave(Slot<R> slot, int kind, long now) {
        if (kind == Slot.CREATING) {
            failedToMake(slot, now);
        } else {
            lose(slot);
        }
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

    /** A resource was validated; returns false if the pool did not wait for it. */
    final boolean checked(
            Clerk<R> clerk, Slot<R> slot, @Nullable Loan<R> loan, @Nullable LoanRef<R> ref, boolean sound) {
        long now = clock.nanos();
        Waiter<R> woken = null;
        lock();
        try {
            if (!clerks().finish(clerk)) {
                if (ref != null) {
                    forget(ref);
                }
                return false;
            }
            if (ref != null) {
                renewed(slot, ref);
            }
            slot.checkedAt = now;
            long seen = slot.word;
            if (loan == null || !sound || Slot.isRetiring(seen) || (flags & CLOSED) != 0) {
                end(slot, seen);
            } else {
                woken = offer(slot, loan);
            }
        } finally {
            locked = 0;
        }
        after(woken);
        return true;
    }

    /** The caller validated it, and keeps it; false if it is not to be lent out any more. */
    final boolean keep(Waiter<R> mine, boolean sound, long now) {
        Loan<R> loan = mine.loan;
        if (loan == null) {
            return false;
        }
        Slot<R> slot = loan.slot;
        boolean kept = false;
        lock();
        try {
            callersChecking--;
            slot.resetter = null;
            slot.checkedAt = now;
            long seen = slot.word;
            if (!sound || Slot.isRetiring(seen) || (flags & CLOSED) != 0) {
                end(slot, seen);
                mine.state = Waiter.GONE;
            } else if (lend(slot, seen, loan, mine)) {
                checking--;
                untended |= waiting > 0; // it was not for them
                mine.state = Waiter.GRANTED;
                kept = true;
            }
        } finally {
            locked = 0;
        }
        after(null);
        return kept;
    }

    /** A resource was ended; returns false if the pool did not wait for it. */
    final boolean gone(Clerk<R> clerk) {
        lock();
        try {
            Slot<R> slot = clerk.slot;
            if (!clerks().finish(clerk)) {
                return false;
            }
            if (slot != null) {
                lose(slot);
            }
        } finally {
            locked = 0;
        }
        after(null);
        return true;
    }

    // ---- the rest

    /** Takes back what was taken for a loan that was collected; returns whether it was lent out. */
    final boolean forfeit(LoanRef<R> ref) {
        Slot<R> slot = ref.slot;
        boolean dropped = false;
        lock();
        try {
            while (slot.ref == ref && Slot.state(slot.word) == Slot.LEASED && !dropped) {
                dropped = end(
                        slot,
                        slot.word); // what its holder did with it is not known, nor whether somebody uses it without
                // the lease
            }
        } finally {
            locked = 0;
        }
        if (dropped) {
            after(null);
        }
        return dropped;
    }

    /** Refuses callers from now on, and ends what is idle. */
    final void shut() {
        Waiter<R> first;
        lock();
        try {
            first = head;
            for (Waiter<R> each = first; each != null; each = each.after) {
                each.before = null;
                each.state = Waiter.CLOSED;
            }
            head = null;
            tail = null;
            waiting = 0;
            int known = flags;
            flags = known & ~WAITERS | CLOSED; // volatile, before the looks
            for (int at = 0; at < span; at++) {
                Slot<R> slot = slots[at];
                long seen = slot.word;
                int state = Slot.state(seen);
                while ((state == Slot.IDLE || state == Slot.STALE) && !end(slot, seen)) {
                    seen = slot.word;
                    state = Slot.state(seen);
                }
            }
        } finally {
            locked = 0;
        }
        wakeAll(first);
        staff();
    }

    /** How many slots a close waits for: not for those that one of {@code callers} is at. */
    final int outstanding(List<Thread> callers) {
        int count = 0;
        int end = span; // before slots: there are as many
        Slot<R>[] all = slots;
        for (int at = 0; at < end; at++) {
            count += Slot.state(all[at].word) == Slot.EMPTY || isOneAt(all[at], callers) ? 0 : 1;
        }
        return count;
    }

    private boolean isOneAt(Slot<R> slot, List<Thread> callers) {
        for (Thread caller : callers) {
            if (slot.resetter == caller || clerks().at(caller) == slot) {
                return true;
            }
        }
        return false;
    }

    /** Whether the thread holds a lease. Racy: of a lease that another thread closes meanwhile. */
    final @Nullable Slot<R> heldBy(long thread) {
        if (config.nestedAcquire() != NestedAcquire.ALLOW) {
            int end = span; // before slots: there are as many
            Slot<R>[] all = slots;
            for (int at = 0; at < end; at++) {
                if (all[at].holder == thread && Slot.state(all[at].word) == Slot.LEASED) {
                    return all[at];
                }
            }
        }
        return null;
    }

    final void alert(boolean on) {
        lock();
        int known = flags;
        flags = on ? known | ALERT : known & ~ALERT;
        locked = 0;
    }

    /** Whether the invariants hold, for tests. While others are at it, something may be idle and its giver on its way. */
    final boolean invariantsHold(boolean quiet) {
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
        return orderly && (!quiet || signalled == queued || idle <= signalled) && stockHolds();
    }
}
