package dev.lifecycle.impl.time;

import dev.lifecycle.time.TimeSource;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fires nodes at their moments, never early and about a millisecond late at most if the timer thread gets a processor: a
 * hierarchical timing wheel, in stripes.
 *
 * <p>Scheduling, cancelling and re-arming take constant time, whatever is pending, and allocate nothing. While nothing is pending the
 * timer thread does not wake for it. Nodes fire in the order of their moments, to a millisecond.
 */
public final class Wheel {
    /*
     * Threads have a home stripe, by their number; one that finds it busy or full takes the next. The timer thread, in check(),
     * is the only one that fires.
     *
     * `wake` is when check() will be called next, at the latest; NEVER if there is no such plan.
     *   I1  whenever neither check() nor the end of schedule() runs: wake is no later than the start of any occupied slot.
     * Who schedules reads wake after the lock of the stripe was its own. If check() looks at that stripe later, it sees the node. If
     * it looked before, then it had written NEVER before that; so that, or a later plan, is what is read, and that plan is made
     * earlier if the node's slot starts before. check() itself only makes plans earlier that were made since.
     *
     * `settling` asks for one more call of check() a second after a stripe has become empty: should all be, the sweeper lets go of the
     * wheel. Who empties one does that, then reads `settling`; check() makes it false, then looks at the stripes: one of the two sees the
     * other. (Who empties a stripe does not look at the others: that would slow down the threads that are at them.)
     *
     * Re-arming to a later moment takes no lock: it stores the deadline (D, a compare-and-set), then reads the word (W, volatile).
     * The timer thread, before it decides that the node is due, writes FIRING (F, volatile), then reads the deadline (R, volatile).
     * In the one total order of volatile actions, either D is before R, which sees it; or F is before W: the re-arming sees FIRING, or
     * what came of it, and waits for the lock if it must. That the deadline is replaced only by a later one while the node is where
     * it was is what keeps I2 of WheelStripe: who makes it earlier holds the lock and moves the node.
     */
    private static final System.Logger LOG = System.getLogger("dev.lifecycle.time");

    private static final int MAX_STRIPES = 32;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** Longer delays are cut to this, 146 years. */
    private static final long MAX_DELAY = (1L << 62) - 2 * WheelStripe.TICK;

    private static final long NEVER = 1; // no start of a slot
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long HELD_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int ROOM = 24;

    private static final VarHandle WAKE;
    private static final VarHandle SETTLING;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WAKE = lookup.findVarHandle(Wheel.class, "wake", long.class);
            SETTLING = lookup.findVarHandle(Wheel.class, "settling", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TimeSource clock;
    private final long origin;
    private final @Nullable Sweeper sweeper; // null in tests that call check() themselves
    private final Sweeper.Check check = this::check;
    private final WheelStripe[] stripes;
    private final int shift;
    private volatile long wake = NEVER;
    private volatile boolean settling;
    private volatile boolean held;
    private final long[] starts; // of the next slot of each stripe; the timer thread's, as is `due`

    /** What the timer thread took out and has yet to fire. */
    @Nullable
    WheelNode due;

    /**
     * Makes a wheel; starts nothing.
     *
     * @param clock any clock
     * @param maxPending how many nodes it holds at most, at least 1
     */
    public Wheel(TimeSource clock, int maxPending) {
        this(SteadyClock.of(clock), maxPending, Sweeper.of(SteadyClock.of(clock)), MAX_STRIPES);
    }

    /**
     * Makes a wheel that is driven by calls of {@link #check}, for tests.
     *
     * @param clock any clock, which must not fail
     * @param maxPending how many nodes it holds at most, at least 1
     * @return a wheel of one stripe, without a thread
     */
    public static Wheel driven(TimeSource clock, int maxPending) {
        return new Wheel(clock, maxPending, null, 1);
    }

    /** For tests: driven by a sweeper, or by calls of {@link #check}. */
    Wheel(TimeSource clock, int maxPending, @Nullable Sweeper sweeper, int maxStripes) {
        this.clock = clock;
        this.sweeper = sweeper;
        origin = clock.nanos();
        int bound = Math.min(maxStripes, 2 * Runtime.getRuntime().availableProcessors());
        int count = 1;
        while (count < bound && count * 2 <= Math.min(maxPending, MAX_STRIPES)) {
            count *= 2;
        }
        stripes = new WheelStripe[count];
        for (int i = 0; i < count; i++) { // the first ones take what does not divide
            stripes[i] = new WheelStripe(i, maxPending / count + (i < maxPending % count ? 1 : 0));
        }
        shift = Long.SIZE - Integer.numberOfTrailingZeros(count);
        starts = new long[count];
        new Unscheduled(this).volatileDeadline();
    }

    private static final class Unscheduled extends WheelNode {
        private final Wheel wheel;

        Unscheduled(Wheel wheel) {
            this.wheel = wheel;
        }

        @Override
        protected Wheel wheel() {
            return wheel;
        }

        @Override
        protected void fire() {}
    }

    /**
     * Reads the clock.
     *
     * @return nanoseconds since this was made; may wrap
     */
    public long elapsed() {
        return clock.nanos() - origin;
    }

    /**
     * Makes {@code node} fire. Not to be called for one node by two threads at once.
     *
     * @param node of this wheel, new, cancelled or fired
     * @param delayNanos from now; none or negative for as soon as possible
     * @return false if it is full, or closed
     * @throws IllegalStateException if {@code node} is pending, or about to fire
     */
    public boolean schedule(WheelNode node, long delayNanos) {
        return schedule(node, elapsed(), delayNanos);
    }

    /**
     * Makes {@code node} fire, as {@link #schedule(WheelNode, long)} would have done a moment ago.
     *
     * @param node of this wheel, new, cancelled or fired
     * @param now what {@link #elapsed} returned then
     * @param delayNanos from {@code now}; none or negative for as soon as possible
     * @return false if it is full, or closed
     * @throws IllegalStateException if {@code node} is pending, or about to fire
     */
    public boolean schedule(WheelNode node, long now, long delayNanos) {
        int state = node.word & WheelNode.STATE;
        if (state != WheelNode.IDLE && state != WheelNode.FIRED) {
            throw new IllegalStateException("the node is scheduled already; re-arm it, or cancel it before");
        }
        long deadline = delayNanos <= 0 ? now : now + Math.min(delayNanos, MAX_DELAY);
        int home = shift == Long.SIZE ? 0 : (int) (Thread.currentThread().getId() * GOLDEN >>> shift);
        long start = stripes[home].add(node, now, deadline);
        if ((start & WheelStripe.MASK) != 0) {
            start = addElsewhere(node, now, deadline, home);
            if ((start & WheelStripe.MASK) != 0) {
                return false;
            }
        }
        long planned = wake;
        if (planned == NEVER || start - planned < 0) {
            plan(node, start);
        }
        return true;
    }

    /** Tries the other stripes, then all of them, until one takes the node, or all have refused it in one round. */
    private long addElsewhere(WheelNode node, long now, long deadline, int home) {
        int mask = stripes.length - 1;
        for (int looks = 0; ; looks++) {
            int refused = 0;
            for (int i = 1; i <= stripes.length; i++) {
                long start = stripes[home + i & mask].add(node, now, deadline);
                if ((start & WheelStripe.MASK) == 0) {
                    return start;
                }
                refused += start == WheelStripe.BUSY ? 0 : 1;
            }
            if (refused == stripes.length) {
                return WheelStripe.FULL;
            }
            Backoff.pause(looks);
        }
    }

    /** Makes the timer thread look at {@code start}, or takes {@code node} back if there is no such thread to be had. */
    private void plan(WheelNode node, long start) {
        try {
            wakeBy(start);
        } catch (Throwable noThread) { // out of memory, or threads
            if (cancel(node)) {
                throw noThread;
            }
        }
    }

    private void wakeBy(long start) {
        long planned = wake;
        while (planned == NEVER || start - planned < 0) {
            if (WAKE.compareAndSet(this, planned, start)) { // volatile
                try {
                    call(start);
                    return;
                } catch (Throwable noThread) {
                    wake = NEVER; // the next one tries again
                    throw noThread;
                }
            }
            planned = wake;
        }
    }

    private void call(long moment) {
        if (sweeper != null) {
            sweeper.addAt(check, origin + moment);
        }
    }

    /**
     * Takes {@code node} out.
     *
     * @param node of this wheel
     * @return whether it was pending; it will not fire then
     */
    public boolean cancel(WheelNode node) {
        while (true) {
            int word = node.word;
            int state = word & WheelNode.STATE;
            if (state != WheelNode.PENDING && state != WheelNode.FIRING) {
                return false;
            }
            int result = stripes[word >> WheelNode.STRIPE_SHIFT & WheelNode.STRIPE].cancel(node);
            if (result == WheelStripe.REMOVED) {
                return true;
            }
            if (result == WheelStripe.EMPTIED) {
                emptied();
                return true;
            }
        }
    }

    /**
     * Gives {@code node} another moment, if it is pending. Takes no lock if that is later.
     *
     * @param node of this wheel
     * @param delayNanos from now; none or negative for as soon as possible
     * @return whether it was pending; it will fire at the new moment then, and not before
     */
    public boolean rearm(WheelNode node, long delayNanos) {
        return rearm(node, elapsed(), delayNanos);
    }

    /**
     * Gives {@code node} another moment, as {@link #rearm(WheelNode, long)} would have done a moment ago.
     *
     * @param node of this wheel
     * @param now what {@link #elapsed} returned then
     * @param delayNanos from {@code now}; none or negative for as soon as possible
     * @return whether it was pending
     */
    public boolean rearm(WheelNode node, long now, long delayNanos) {
        long deadline = delayNanos <= 0 ? now : now + Math.min(delayNanos, MAX_DELAY);
        while (true) {
            int word = node.word;
            int state = word & WheelNode.STATE;
            if (state != WheelNode.PENDING && state != WheelNode.FIRING) {
                return false;
            }
            long before = node.volatileDeadline();
            if (deadline - before < 0) {
                int made = advance(node, word, now, deadline);
                if (made != WheelStripe.MISSED) {
                    return true;
                }
            } else if (WheelNode.DEADLINE.compareAndSet(node, before, deadline)) { // D, volatile
                int after = node.word; // W, volatile
                if ((after & WheelNode.STATE) == WheelNode.PENDING && ((after ^ word) & WheelNode.EPOCH) == 0) {
                    return true;
                }
                return stripes[word >> WheelNode.STRIPE_SHIFT & WheelNode.STRIPE].holds(node, word);
            }
        }
    }

    /** Makes {@code node} fire earlier. */
    private int advance(WheelNode node, int word, long now, long deadline) {
        StackRoom.need(ROOM);
        long start = stripes[word >> WheelNode.STRIPE_SHIFT & WheelNode.STRIPE].relink(node, now, deadline);
        if (start == WheelStripe.NONE) {
            return WheelStripe.MISSED;
        }
        wakeBy(start);
        return WheelStripe.REMOVED;
    }

    /**
     * Makes the timer thread remember this although nothing is pending: then to schedule takes no memory.
     *
     * @throws OutOfMemoryError or another error, where there is no such thread to be had
     */
    public void hold() {
        held = true;
        if (sweeper != null) {
            sweeper.add(check, HELD_NANOS);
        }
    }

    /** Ends a {@link #hold}. */
    public void release() {
        if (held) {
            held = false;
            call(elapsed());
        }
    }

    /** One stripe has become empty, and maybe all are: then the sweeper is to let go of this soon, whenever it meant to wake. */
    private void emptied() {
        VarHandle.fullFence();
        if (!settling && SETTLING.compareAndSet(this, false, true)) {
            try {
                call(elapsed() + LINGER_NANOS);
            } catch (Throwable noThread) { // then it holds this until the time it planned
                settling = false;
            }
        }
    }

    /**
     * Tells how many nodes are pending.
     *
     * @return exact while nobody schedules or cancels and nothing fires
     */
    public long pending() {
        long pending = 0;
        for (WheelStripe stripe : stripes) {
            pending += stripe.count();
        }
        return pending;
    }

    /**
     * Cancels what is pending; {@link WheelNode#dropped} is called for each.
     *
     * @return how many that were
     */
    public int cancelAll() {
        return clear(false);
    }

    /**
     * Cancels what is pending, like {@link #cancelAll}, and refuses what is scheduled from now on. Idempotent.
     *
     * @return how many were cancelled
     */
    public int close() {
        int cancelled = clear(true);
        if (sweeper != null) {
            sweeper.remove(check);
        }
        return cancelled;
    }

    /**
     * Tells whether it was closed.
     *
     * @return true when {@link #close} has returned, or is at it
     */
    public boolean isClosed() {
        return stripes[stripes.length - 1].isShut();
    }

    private int clear(boolean last) {
        StackRoom.need(ROOM);
        int cancelled = 0;
        for (WheelStripe stripe : stripes) {
            WheelNode taken = stripe.clear(last);
            while (taken != null) {
                WheelNode node = taken;
                taken = node.next;
                node.next = null;
                node.word = node.word & WheelNode.EPOCH;
                cancelled++;
                node.dropped();
                taken = taken == null ? stripe.clear(last) : taken;
            }
        }
        if (!last && cancelled > 0) {
            emptied();
        }
        return cancelled;
    }

    /**
     * Fires what is due. Called by the sweeper, on the timer thread; by nobody else, unless it is {@link #driven}.
     *
     * @param reading of the clock
     * @return nanoseconds from then until it is to be called again, or DONE
     */
    public long check(long reading) {
        fireDue(); // what an error of the JVM left there
        settling = false;
        wake = NEVER;
        long now = reading - origin;
        long target = now & ~WheelStripe.MASK;
        for (int i = 0; i < stripes.length; i++) {
            starts[i] = stripes[i].next(target);
        }
        while (true) {
            int at = earliest(target);
            if (at < 0) {
                return held
                        ? HELD_NANOS
                        : Sweeper.Check.DONE; // unless somebody has asked for a call since, then there will be one
            }
            if (starts[at] - target > 0) {
                return plan(starts[at], now);
            }
            starts[at] = stripes[at].step(now, this);
            fireDue();
        }
    }

    /** The stripe with the slot that starts first, or -1. */
    private int earliest(long target) {
        int at = -1;
        for (int i = 0; i < starts.length; i++) {
            if (starts[i] != WheelStripe.NONE && (at < 0 || starts[i] - target < starts[at] - target)) {
                at = i;
            }
        }
        return at;
    }

    private long plan(long start, long now) {
        long planned = NEVER;
        while (planned == NEVER || start - planned < 0) {
            if (WAKE.compareAndSet(this, planned, start)) { // volatile
                break;
            }
            planned = wake;
        }
        return start - now; // who plans an earlier call asks for it
    }

    private void fireDue() {
        for (WheelNode node = due; node != null; node = due) {
            due = node.next;
            node.next = null;
            node.word = node.word & ~WheelNode.STATE | WheelNode.FIRED; // first: it may be scheduled again
            try {
                node.fire();
            } catch (Throwable failure) { // the others fire all the same
                complain(node, failure);
            }
        }
    }

    private static void complain(WheelNode node, Throwable failure) {
        try { // a defect of the library; or no memory, then there may be none to say so
            LOG.log(Level.ERROR, "what was scheduled by the library failed: " + node.getClass(), failure);
        } catch (Throwable handler) { // user code
            return;
        }
    }

    /** The most nodes that were moved while a lock was held, for tests. */
    int longest() {
        int most = 0;
        for (WheelStripe stripe : stripes) {
            most = Math.max(most, stripe.longest());
        }
        return most;
    }

    /** How many stripes there are, for tests. */
    int stripes() {
        return stripes.length;
    }

    /** When check() is to be called next, in nanoseconds from now, or DONE; for tests without a sweeper. */
    long untilWake() {
        long planned = wake;
        return planned == NEVER ? Sweeper.Check.DONE : Math.max(0, planned - elapsed());
    }

    /** Whether the invariants hold, for tests; I1 only while nobody uses it. */
    boolean invariantsHold() {
        for (WheelStripe stripe : stripes) {
            if (!stripe.invariantsHold()) {
                return false;
            }
        }
        return true;
    }
}
