package dev.lifecycle.impl.time;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** What is to happen at a moment: scheduled in one {@link Wheel}, where it needs no other object. */
public abstract class WheelNode {
    /*
     * States of the word:
     *   IDLE     not in the wheel: new, or cancelled
     *   PENDING  in a list of the stripe and slot that the word names
     *   FIRING   the timer thread, which holds the lock of the stripe, makes up its mind whether it is due
     *   DUE      it is, and is no more in the stripe; fire() will be called
     *   FIRED    fire() was called, or is about to be
     * schedule: IDLE, FIRED -> PENDING. cancel: PENDING -> IDLE. The timer thread: PENDING -> FIRING -> PENDING | DUE -> FIRED.
     * The first two with the lock of the stripe, as all but DUE -> FIRED. The epoch counts schedulings, so that a re-arming,
     * which takes no lock, notices that it has met two of them.
     *
     * Guarded by the lock of the stripe while it is PENDING: word, next, prev, and deadline, save that who re-arms puts it off
     * by a compare-and-set. The word is written by a release, after the deadline. From DUE on, next is the timer thread's, and after FIRED that of the subclass until it is
     * scheduled again.
     */
    static final int IDLE = 0;
    static final int PENDING = 1;
    static final int FIRING = 2;
    static final int DUE = 3;
    static final int FIRED = 4;
    static final int STATE = 7;
    static final int STRIPE_SHIFT = 3;
    static final int STRIPE = 31;
    static final int SLOT_SHIFT = 8;
    static final int SLOT = 511;
    static final int EPOCH_SHIFT = 17; // 15 bits, which overflow in peace
    static final int EPOCH = -1 << EPOCH_SHIFT;

    static final VarHandle WORD;
    static final VarHandle DEADLINE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(WheelNode.class, "word", int.class);
            DEADLINE = lookup.findVarHandle(WheelNode.class, "deadline", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    volatile int word;
    long deadline; // nanoseconds since the origin of the wheel

    /** The one after it in a list. After {@link #fire} was called, a subclass may use it until it schedules the node again. */
    public @Nullable WheelNode next;

    @Nullable
    WheelNode prev;

    /** For subclasses. */
    protected WheelNode() {}

    /** Read under the lock of a stripe: linked by the first wheel, since there may be no memory for that later. */
    final long volatileDeadline() {
        return (long) DEADLINE.getVolatile(this);
    }

    /**
     * Names its wheel, always the same.
     *
     * @return where it is scheduled
     */
    protected abstract Wheel wheel();

    /**
     * Called on the timer thread, with no lock held, at most once for each scheduling, and not before its moment. Must not block, nor
     * call code of users. What it throws is logged, or passed over if it is an error of the JVM.
     */
    protected abstract void fire();

    /** Called, with no lock held, after the wheel cancelled it by itself: {@link Wheel#cancelAll} or {@link Wheel#close}. */
    protected void dropped() {}

    /**
     * Tells whether it is in the wheel.
     *
     * @return false once it is due, or was cancelled
     */
    public final boolean isPending() {
        int state = word & STATE;
        return state == PENDING || state == FIRING;
    }

    /**
     * Tells whether its moment came and it was not cancelled before: {@link #fire} was called, or will be.
     *
     * @return true until it is scheduled again
     */
    public final boolean isDue() {
        int state = word & STATE;
        return state == DUE || state == FIRED;
    }

    /**
     * Returns its moment.
     *
     * @return nanoseconds by {@link Wheel#elapsed}; of the last scheduling if it is not pending
     */
    public final long deadline() {
        return (long) DEADLINE.getOpaque(this); // whole: a figure, nothing depends on it
    }
}
