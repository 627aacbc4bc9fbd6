package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.time.StackRoom;
import dev.lifecycle.pool.NestedAcquire;
import dev.lifecycle.spi.ResourcePoolConfig;
import dev.lifecycle.time.TimeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lends resources out, and takes them back. */
abstract class Desk<R> extends Line<R> {
    /*
     * While flags have none of SLOW, a resource is taken and given back by a compare-and-set of its word, without the lock. Otherwise both go by way of the
     * lock.
     *
     *   I7  while the lock is free and somebody waits: all who wait are signalled, and will look; or no more resources are IDLE than waiters are signalled, save
     *       those that have a giver who is about to take the lock.
     *
     * I7 is Dekker's argument, as in Gate (in impl.task): who gives back without the lock updates the word, then reads flags; who looks for a resource in vain
     * writes flags, then reads the words; all volatile. If the giver misses the flags, the look comes later and finds the resource.
     */
    Desk(ResourcePoolConfig<R> config, TimeSource clock, boolean everyReturn, boolean validates) {
        super(config, clock, everyReturn, validates);
    }

    abstract String name();

    /** What messages call it, like {@code pool db}. */
    abstract String title();

    abstract Clerks<R> clerks();

    abstract void label(Slot<R> slot, long stamp, String what);

    abstract void invalidate(Slot<R> slot, long stamp, Throwable cause);

    /** Notes who took it, while something is suspicious. */
    abstract void note(Slot<R> slot, long stamp);

    /** Does what is to be done with what was given back; false if it is to be ended. Calls code of the user. */
    abstract boolean reset(Loan<R> loan, long uses);

    // ---- taking

    /** Takes what is idle, as long as nothing is special; null if there is nothing, or something is. Whoever is given a loan has its slot. */
    final @Nullable Loan<R> take() {
        int known = flags;
        if ((known & SLOW) != 0) {
            return null;
        }
        long thread = Thread.currentThread().getId();
        int stripe = (int) (thread * GOLDEN >>> STRIPE_SHIFT);
        int first = hints[stripe];
        if (!inTurn) {
            Loan<R> loan = lend(slots[first], thread, known);
            if (loan != null) {
                return loan;
            }
        }
        return takeBeyond(first, stripe, thread, known);
    }

    private @Nullable Loan<R> takeBeyond(int first, int stripe, long thread, int known) {
        int end = span;
        Slot<R>[] all = slots;
        int at = first;
        if (!inTurn && lacksLoan(all[at])) {
            return null;
        }
        for (int looks = inTurn ? end : end - 1; looks > 0; looks--) {
            at = at + 1 >= end ? 0 : at + 1;
            Loan<R> loan = lend(all[at], thread, known);
            if (loan != null) {
                hints[stripe] = at;
                return loan;
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

    private @Nullable Loan<R> lend(Slot<R> slot, long thread, int known) {
        long seen = slot.word;
        if (!Slot.isIdle(seen)) {
            return null;
        }
        Loan<R> loan = slot.loan(); // strongly, before the word says that it is lent out
        if (loan == null || !slot.replace(seen, seen + Slot.LEND)) {
            return null;
        }
        slot.heldBy(thread, seen + Slot.LEND);
        if ((known & ALERT) != 0) {
            note(slot, seen + Slot.LEND);
        }
        return loan;
    }

    /**
     * Returns the lease of one that was taken. Made here for all, however they took it: where two ways meet that each made one, the compiler of JDK 17 does not do without
     * the object. Needs less of the stack than what took it.
     */
    final PoolLease<R> lease(Loan<R> loan) {
        long stamp =
                Slot.stamp(loan.slot.word); // nobody changes it but the holder, save that it is said to be RETIRING
        try {
            return new PoolLease<>(loan, stamp);
        } catch (Throwable noMemory) {
            giveBack(loan, stamp);
            throw noMemory;
        }
    }

    // ---- giving back

    /** Gives back what was taken with {@code stamp}; does nothing if that was done before. */
    final void giveBack(Loan<R> loan, long stamp) {
        Slot<R> slot = loan.slot;
        int known = flags;
        if ((known & SLOW) == 0 && stamp < slot.limit && slot.replace(stamp, stamp + Slot.REST)) {
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

    /** With the lock: the work at {@code slot} takes too long, and is left to itself, together with the resource. */
    final void leave(Slot<R> slot, int kind, long now) {
        if (kind == Slot.CREATING) {
            failedToMake(slot, now);
        } else {
            lose(slot);
        }
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
        StackRoom.need(ROOM);
        Waiter<R> first;
        lock();
        try {
            first = turnAway(); // before the looks
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

    /** How many slots a close waits for: not for those that {@code self} or one of {@code callers} is at. */
    final int outstanding(Thread self, List<Thread> callers) {
        int count = 0;
        int end = span; // before slots: there are as many
        Slot<R>[] all = slots;
        for (int at = 0; at < end; at++) {
            count += Slot.state(all[at].word) == Slot.EMPTY || isAt(all[at], self) || isOneAt(all[at], callers) ? 0 : 1;
        }
        return count;
    }

    private boolean isOneAt(Slot<R> slot, List<Thread> callers) {
        for (Thread caller : callers) {
            if (isAt(slot, caller)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAt(Slot<R> slot, Thread thread) {
        return slot.resetter == thread || clerks().at(thread) == slot;
    }

    /** Whether the thread holds a lease. Racy: of a lease that another thread closes meanwhile. */
    final @Nullable Slot<R> heldBy(long thread) {
        if (config.nestedAcquire() != NestedAcquire.ALLOW) {
            int end = span; // before slots: there are as many
            Slot<R>[] all = slots;
            for (int at = 0; at < end; at++) {
                Slot<R> slot = all[at];
                long seen = slot.word; // volatile, before holder
                if (Slot.state(seen) == Slot.LEASED && slot.holder(Slot.stamp(seen)) == thread) {
                    return slot;
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
        return lineHolds(quiet) && stockHolds();
    }
}
