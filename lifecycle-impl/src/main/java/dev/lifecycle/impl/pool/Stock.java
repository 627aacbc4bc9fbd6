package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.spi.ResourcePoolConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The resources of a pool: which are there, which are to be made, replaced and ended. Decides; does nothing of it. */
abstract class Stock<R> {
    /*
     * Guarded by `locked`, 0 free, 1 taken: all fields of this class, of which flags, slots and span may be read without it; all changes of words but those
     * that Slot leaves to others: IDLE -> LEASED -> IDLE.
     *
     *   I1  live == number of slots that are counted, and live <= core + overflow, unless that was lowered meanwhile.
     *   I2  occupied == number of slots that are not EMPTY, and occupied <= slots.length: so there are never more resources, those included that are being
     *       made or ended, than core + overflow + maxRecycles.
     *   I3  recycles == number of slots with recycle, and recycles <= maxRecycles. A recycling begins when a successor is asked for; then it is the
     *       successor's. When that is there, it is the predecessor's, until that one is ended, or is lent out for longer than the drain time-out.
     *   I4  dues == number of slots that are due and whose successor is not being made.
     *   I5  creating, checking == number of slots in these states.
     *   I6  a slot is queued for a clerk once when it becomes CREATING, ENDING, or CHECKING by the pool.
     *
     * While it is held no code of a user runs, nor is anything allocated, save a loan that the garbage collector took; it is given back by the statement in a
     * finally. Its slow paths make sure of room on the stack first.
     */
    static final int WAITERS = 1;
    static final int CLOSED = 2;
    static final int LOOKING = 4;
    static final int ALERT = 8;

    /** With one of these, nothing is lent out or given back without the lock. */
    static final int SLOW = WAITERS | CLOSED | LOOKING;

    static final long NEVER = Long.MAX_VALUE / 2;
    private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int MOST_DOUBLINGS = 7;
    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(Stock.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    volatile int flags;
    volatile Slot<R>[] slots;
    volatile int span; // of the slots that ever had a resource; written after slots, read before

    volatile int locked;
    int core;
    int overflow;
    int live;
    int occupied;
    int creating;
    int checking;
    int callersChecking; // of these, those that a caller validates, for itself
    int recycles;
    int dues;
    int waiting;
    private int work;
    private @Nullable Slot<R> firstWork;
    private @Nullable Slot<R> lastWork;
    private boolean filling; // the core is being made without anybody asking
    int failures; // to make one, in a row
    private long retryAt;
    private long numbers;
    boolean untended; // there may be something to begin, see tend()
    final int maxRecycles;
    private final int minAvailable;

    final ResourcePoolConfig<R> config;
    final TimeSource clock;
    final boolean everyReturn; // something is to be done at each
    final boolean validates;

    @SuppressWarnings({"unchecked", "this-escape"}) // slots ask for the pool only when it is used
    Stock(ResourcePoolConfig<R> config, TimeSource clock, boolean everyReturn, boolean validates) {
        this.config = config;
        this.clock = clock;
        this.everyReturn = everyReturn;
        this.validates = validates;
        core = config.core();
        overflow = config.overflow();
        maxRecycles = config.maxConcurrentRecycles();
        minAvailable = config.minAvailable();
        filling = config.prefill();
        slots = (Slot<R>[]) new Slot<?>[core + overflow + maxRecycles];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot<>((Desk<R>) this);
        }
    }

    final void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }

    /** Makes sure that somebody comes for what is queued. Without the lock. */
    abstract void staff();

    // ---- the work of clerks; with the lock

    final void push(Slot<R> slot) {
        if (slot.queued) {
            return; // never: I6
        }
        slot.queued = true;
        Slot<R> last = lastWork;
        if (last == null) {
            firstWork = slot;
        } else {
            last.nextWork = slot;
        }
        lastWork = slot;
        work++;
    }

    /** The next slot that needs a clerk. */
    final @Nullable Slot<R> poll() {
        Slot<R> first = firstWork;
        if (first != null) {
            firstWork = first.nextWork;
            if (firstWork == null) {
                lastWork = null;
            }
            first.nextWork = null;
            first.queued = false;
            work--;
        }
        return first;
    }

    final int work() {
        return work;
    }

    // ---- making

    /** Begins what is needed and may be: resources for those who wait, or to have as many as there should be; successors. Without the lock. */
    final void tend() {
        long now = clock.nanos();
        boolean any;
        lock();
        try {
            untended = false;
            if ((flags & CLOSED) == 0) {
                want(now);
                recycle(now);
            }
            any = work > 0;
        } finally {
            locked = 0;
        }
        if (any) {
            staff();
        }
    }

    private boolean mayMake(long now) {
        return occupied < Math.min(slots.length, core + overflow + maxRecycles)
                && (failures == 0 || creating == 0 && now - retryAt >= 0);
    }

    private void want(long now) {
        int lacking = (filling ? core : minAvailable) - live;
        int needed = waiting - creating - (checking - callersChecking);
        Slot<R> stale = needed > 0 ? stale() : null;
        while (needed > 0 && stale != null && beginCheck(stale, stale.word, true)) {
            needed--;
            stale = stale();
        }
        needed = Math.max(needed, lacking);
        while (needed-- > 0 && live < core + overflow && mayMake(now)) {
            begin(empty(), true);
        }
    }

    /** Begins to make one that nobody waits for, or to validate one, unless something is coming. */
    final void wish(long now) {
        Slot<R> stale = stale();
        if (creating + checking > 0) {
            return;
        }
        if (stale != null) {
            beginCheck(stale, stale.word, true);
        } else if (live < core + overflow && mayMake(now)) {
            begin(empty(), true);
        }
    }

    /** One that is to be validated before it is lent out. */
    final @Nullable Slot<R> stale() {
        Slot<R>[] all = slots;
        for (int i = 0; i < span; i++) {
            if (Slot.state(all[i].word) == Slot.STALE) {
                return all[i];
            }
        }
        return null;
    }

    private void recycle(long now) {
        while (dues > 0 && recycles < maxRecycles && mayMake(now)) {
            Slot<R> old = nextDue(now);
            if (old == null) {
                return;
            }
            Slot<R> fresh = empty();
            old.replacing = true;
            dues--;
            fresh.predecessor = old;
            fresh.predecessorNumber = old.number;
            fresh.recycle = true;
            recycles++;
            begin(fresh, false);
        }
    }

    /** The one to be replaced next: one that is idle, or else lent out for not too long. */
    private @Nullable Slot<R> nextDue(long now) {
        Slot<R> lent = null;
        Slot<R>[] all = slots;
        for (int i = 0; i < span; i++) {
            Slot<R> slot = all[i];
            if (slot.due != null && !slot.replacing) {
                int state = Slot.state(slot.word);
                if (state == Slot.IDLE || state == Slot.STALE) {
                    return slot;
                }
                if (lent == null
                        && (state != Slot.LEASED
                                || slot.seenWord != slot.word
                                || now - slot.seenSince < config.drainNanos())) {
                    lent = slot;
                }
            }
        }
        return lent;
    }

    /** A slot without a resource; there is one: I2. */
    private Slot<R> empty() {
        Slot<R>[] all = slots;
        int end = span;
        for (int i = 0; i < end; i++) {
            if (Slot.state(all[i].word) == Slot.EMPTY) {
                return all[i];
            }
        }
        span = end + 1;
        return all[end];
    }

    private void begin(Slot<R> slot, boolean counts) {
        long seen = slot.word;
        if (!slot.replace(seen, Slot.created(seen))) {
            return; // never: nobody else changes an empty one
        }
        occupied++;
        slot.attempts++;
        creating++;
        slot.counted = counts;
        live += counts ? 1 : 0;
        push(slot);
    }

    /** It was made: puts it in, and returns whether it may be lent out; else it is being ended. The slot stays CREATING until the caller changes that. */
    final boolean madeOne(Slot<R> slot, R resource, LoanRef<R> ref, Limits limits) {
        untended |= failures > 0; // there was one at a time only
        failures = 0;
        slot.resource = resource;
        slot.ref = ref;
        slot.number = ++numbers;
        slot.bornAt = limits.now();
        slot.usedAt = limits.now();
        slot.checkedAt = limits.now();
        slot.ageLimit = limits.age();
        slot.useLimit = limits.uses();
        slot.bornCount = Slot.count(slot.word);

        slot.due = null;
        slot.replacing = false;
        boolean wanted = (flags & CLOSED) == 0 && (slot.counted || succeed(slot));
        if (filling && live - creating + 1 >= core) { // without those that may fail yet
            filling = false;
        }
        slot.extra = live > core;
        limit(slot);
        if (!wanted) {
            end(slot, slot.word);
        }
        return wanted;
    }

    /** Puts a successor in the place of its predecessor, unless that is gone; returns whether there is room for it. */
    private boolean succeed(Slot<R> fresh) {
        Slot<R> old = fresh.predecessor;
        fresh.predecessor = null;
        if (old != null && old.number == fresh.predecessorNumber && old.counted) {
            fresh.recycle = false;
            old.recycle = true;
            old.replacing = false;
            replaced(old);
            old.due = null;
            fresh.counted = true;
            old.counted = false;
            retire(old);
            return true;
        }
        fresh.recycle = false;
        recycles--;
        if (live < core + overflow) {
            fresh.counted = true;
            live++;
            return true;
        }
        return false;
    }

    /**
     * How long a resource lives.
     *
     * @param now when it came
     * @param age nanoseconds, Long.MAX_VALUE for any age
     * @param uses how often it is lent out, Long.MAX_VALUE for any number
     */
    record Limits(long now, long age, long uses) {}

    /** Puts a new loan in the place of one that was collected. */
    final void renewed(Slot<R> slot, LoanRef<R> ref) {
        LoanRef<R> old = slot.ref;
        slot.ref = ref;
        if (old != null) {
            forget(old);
        }
    }

    /** Nobody waits for the loan of this reference any more. */
    abstract void forget(LoanRef<R> ref);

    /** Counts a replacement. */
    abstract void replaced(Slot<R> old);

    /** Sees to it that nobody is lent it any more, and that it is ended when it is back. */
    final void retire(Slot<R> slot) {
        boolean done = false;
        while (!done) {
            long seen = slot.word;
            done = switch (Slot.state(seen)) {
                case Slot.IDLE, Slot.STALE -> end(slot, seen);
                case Slot.LEASED, Slot.RESETTING, Slot.CHECKING -> slot.replace(seen, seen | Slot.RETIRING);
                default -> true;
            };
        }
    }

    /** There was none to be had. */
    final void failedToMake(Slot<R> slot, long now) {
        failures++;
        long wait = FIRST_RETRY_NANOS << Math.min(failures - 1, MOST_DOUBLINGS);
        retryAt = now + wait / 2 + ThreadLocalRandom.current().nextLong(wait);
        gone(slot);
    }

    /** In how many nanoseconds to try again; 0 if nothing failed, or one may. */
    final long retryIn(long now) {
        return failures == 0 ? 0 : Math.max(0, retryAt - now); // once it has come, it is for whoever asks
    }

    private void gone(Slot<R> slot) {
        creating--;
        Slot<R> old = slot.predecessor;
        slot.predecessor = null;
        if (old != null && old.number == slot.predecessorNumber && old.replacing) {
            old.replacing = false;
            dues++;
        }
        if (slot.counted) {
            slot.counted = false;
            live--;
        }
        vacate(slot);
    }

    private void vacate(Slot<R> slot) {
        long seen = slot.word;
        if (!slot.replace(seen, Slot.with(seen, Slot.EMPTY))) {
            return; // never: it is ours
        }
        LoanRef<R> ref = slot.ref;
        if (ref != null) {
            forget(ref);
        }
        slot.resource = null;
        slot.number = 0;
        slot.ref = null;
        slot.extra = false;
        slot.held = null;
        occupied--;
        if (slot.recycle) {
            slot.recycle = false;
            recycles--;
        }
        untended = true;
    }

    /** Says until when it may be given back without the lock. */
    final void limit(Slot<R> slot) {
        long until = slot.useLimit == Long.MAX_VALUE ? Long.MAX_VALUE : slot.bornCount + slot.useLimit;
        slot.limit =
                everyReturn || slot.extra ? 0 : until >= Long.MAX_VALUE / Slot.ONE ? Long.MAX_VALUE : until * Slot.ONE;
    }

    // ---- ending

    /** Has it ended; returns false if its word is another one by now. */
    final boolean end(Slot<R> slot, long seen) {
        int state = Slot.state(seen);
        if (!slot.replace(seen, Slot.with(seen, Slot.ENDING))) {
            return false;
        }
        creating -= state == Slot.CREATING ? 1 : 0;
        checking -= state == Slot.CHECKING ? 1 : 0;
        settleAccounts(slot);
        untended = true;
        push(slot);
        return true;
    }

    /** Takes the resource out: it is ended, or left to a call that does not come back. */
    final void lose(Slot<R> slot) {
        checking -= Slot.state(slot.word) == Slot.CHECKING ? 1 : 0;
        settleAccounts(slot);
        vacate(slot);
    }

    private void settleAccounts(Slot<R> slot) {
        if (slot.counted) {
            slot.counted = false;
            live--;
        }
        dues -= slot.due != null && !slot.replacing ? 1 : 0;
        slot.due = null;
        slot.replacing = false;
    }

    /** It is to be replaced. */
    final boolean due(Slot<R> slot, SlotRecord.Due why) {
        if (slot.due != null || !slot.counted || slot.resource == null) {
            return false;
        }
        slot.due = why;
        dues++;
        untended = true;
        return true;
    }

    // ---- sizes

    /** Makes room for so many slots. Without the lock: it allocates. */
    @SuppressWarnings("unchecked")
    final void grow(int size) {
        Slot<R>[] known = slots;
        while (known.length < size) {
            Slot<R>[] more = (Slot<R>[]) new Slot<?>[size];
            for (int i = 0; i < size; i++) {
                more[i] = i < known.length ? known[i] : new Slot<>((Desk<R>) this);
            }
            lock();
            if (slots == known) {
                slots = more;
            }
            locked = 0;
            known = slots;
        }
    }

    /** Sets how many there may be: what is too much is ended if it is idle, or else when it is given back. With the lock. */
    final void size(int newCore, int newOverflow) {
        core = newCore;
        overflow = newOverflow;
        Slot<R>[] all = slots;
        for (int i = span - 1; i >= 0 && live > core; i--) {
            long seen = all[i].word;
            int state = Slot.state(seen);
            if (state == Slot.IDLE || state == Slot.STALE) {
                end(all[i], seen);
            }
        }
        boolean tooMany = live > core; // whichever come back first are ended
        for (int i = span - 1; i >= 0; i--) {
            Slot<R> slot = all[i];
            if (slot.counted) {
                slot.extra = tooMany;
                limit(slot);
            }
        }
        untended = true;
    }

    // ---- checking

    final boolean beginCheck(Slot<R> slot, long seen, boolean byClerk) {
        if (!slot.replace(seen, Slot.with(seen, Slot.CHECKING))) {
            return false;
        }
        checking++;
        if (byClerk) {
            push(slot);
        }
        return true;
    }

    /** How many may be ended without falling below what is to stay, up to {@code most}. What is being made, or to be ended, may not stay. */
    final int spare(int most) {
        int enough = most > Integer.MAX_VALUE - minAvailable ? Integer.MAX_VALUE : minAvailable + most;
        int stay = 0;
        Slot<R>[] all = slots;
        for (int i = 0; i < span && stay < enough; i++) {
            long seen = all[i].word;
            int state = Slot.state(seen);
            stay += all[i].counted && state != Slot.CREATING && !Slot.isRetiring(seen) ? 1 : 0;
        }
        return stay - minAvailable;
    }

    /** The number of the resource that came last. */
    final long lastNumber() {
        lock();
        long last = numbers;
        locked = 0;
        return last;
    }

    /** Counts the resources that are there still up to a number. */
    final Replacing.Older olderThan(long last, Thread self) {
        int draining = 0;
        int kept = 0;
        int own = 0;
        lock();
        try {
            for (int i = 0; i < span; i++) {
                Slot<R> slot = slots[i];
                if (slot.resource != null && slot.number <= last) {
                    draining += slot.counted ? 0 : 1;
                    own += !slot.counted && slot.user == self ? 1 : 0;
                    kept += slot.counted ? 1 : 0;
                }
            }
        } finally {
            locked = 0;
        }
        return new Replacing.Older(draining, kept, own);
    }

    /** Whether the invariants hold, for tests; with no other thread between its steps without the lock. */
    final boolean stockHolds() {
        lock();
        try {
            int countedOnes = 0;
            int occupiedOnes = 0;
            int creatingOnes = 0;
            int checkingOnes = 0;
            int recycleOnes = 0;
            int dueOnes = 0;
            int queuedOnes = 0;
            for (Slot<R> slot : slots) {
                int state = Slot.state(slot.word);
                countedOnes += slot.counted ? 1 : 0;
                occupiedOnes += state != Slot.EMPTY ? 1 : 0;
                creatingOnes += state == Slot.CREATING ? 1 : 0;
                checkingOnes += state == Slot.CHECKING ? 1 : 0;
                recycleOnes += slot.recycle ? 1 : 0;
                dueOnes += slot.due != null && !slot.replacing ? 1 : 0;
                queuedOnes += slot.queued ? 1 : 0;
                boolean has = state != Slot.EMPTY && state != Slot.CREATING;
                if (has != (slot.resource != null) || state == Slot.EMPTY && (slot.counted || slot.recycle)) {
                    return false;
                }
            }
            return countedOnes == live
                    && occupiedOnes == occupied
                    && occupied <= slots.length
                    && creatingOnes == creating
                    && checkingOnes == checking
                    && recycleOnes == recycles
                    && recycles <= maxRecycles
                    && dueOnes == dues
                    && queuedOnes == work;
        } finally {
            locked = 0;
        }
    }
}
