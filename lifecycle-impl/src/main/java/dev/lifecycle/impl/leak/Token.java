package dev.lifecycle.impl.leak;

import dev.lifecycle.impl.leak.Origin.Use;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.Site;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Follows one object from open to close, or to its collection. 56 bytes with compressed references. */
public final class Token extends PhantomReference<Object> implements Reaper.Reapable, LeakDetector.Tracker<Object> {
    /*
     * States, in the field `state`; bits, written with the stripe's lock held:
     *
     *     FRESH -> OPEN -> OPEN|OVERDUE -> OPEN|OVERDUE|HELD     and each OPEN one -> the same without OPEN, plus one of
     *                                                            CLOSED, LEAKED, FORGOTTEN
     *   I1  a token is in a slot of its stripe exactly while OPEN is set; (node, index) is that slot.
     *   I2  exactly one call ends it: the winner of Stripe.end. It alone reports.
     *   I3  a token without OPEN and with an end never is OPEN again, so a racy read that sees an end may be trusted.
     *   I4  the object is reachable until close() has ended the token: it cannot have been enqueued before.
     *
     * A phantom reference and not a weak one: an object that a finalizer closes is not a leak. An ended token is dropped
     * and not cleared: Reference.clear is a call into the VM before JDK 24, and a reference that is unreachable is never
     * enqueued. One that is kept longer than its object is enqueued, and reap() then finds it ended.
     *
     * `home` is final, so that a token published by a data race finds its lock; the rest is read with the lock, or by
     * the one who ended it, or by the one who reports it as held.
     */
    static final int OPEN = 1;
    static final int OVERDUE = 2; // it is to be reported as held too long
    static final int HELD = 4; // it was
    static final int CLOSED = 8;
    static final int LEAKED = 16;
    static final int FORGOTTEN = 32;
    static final int ENDED = CLOSED | LEAKED | FORGOTTEN;

    /** Stands for all objects that are not tracked. */
    static final Token NONE = new Token();

    private final @Nullable Stripe home;
    Stripe.@Nullable Node node;
    int index;
    int state;

    /** A {@link Site}, a {@link Described} or null. Null once ended by a close. */
    @Nullable
    Object about;

    @Nullable
    Class<?> type;

    @Nullable
    Origin origin;

    Token(Object object, Stripe home, @Nullable Object about, @Nullable Origin origin) {
        super(object, Reaper.queue());
        this.home = home;
        this.about = about;
        this.type = object.getClass();
        this.origin = origin;
    }

    private Token() {
        super(Reaper.queue(), null);
        home = null;
        state = FORGOTTEN;
    }

    @Override
    public void touch() {
        touch(null);
    }

    @Override
    public void touch(@Nullable Object hint) {
        Origin known = origin; // racy: when it just ended, a use more or less does not matter
        if (known != null && known.trace != null && home != null) {
            Detector<?> detector = home.owner;
            long now = detector.now();
            Use use = new Use(hint, Origin.nameOf(Thread.currentThread()), now, detector.capture(now));
            home.use(known, use);
        }
    }

    @Override
    public boolean close(Object object) {
        Objects.requireNonNull(object, "object");
        Stripe stripe = home;
        if (stripe == null || (state & ENDED) != 0) { // racy: see I3
            return false;
        }
        if (!refersTo(object)) {
            throw new IllegalArgumentException(
                    "object is a " + object.getClass().getName()
                            + " that this tracker does not follow; close with the one that track() was called with");
        }
        int before = stripe.end(this, CLOSED);
        Reference.reachabilityFence(object); // I4
        if (before < 0) {
            return false;
        }
        if ((before & HELD) != 0) {
            stripe.owner.recovered(this);
        }
        if (!isBeingReported(before)) {
            forgetWhat();
        }
        return true;
    }

    /** Whether a token that ended in {@code state} is still to be reported as held: then who does that needs its fields. */
    static boolean isBeingReported(int state) {
        return (state & (OVERDUE | HELD)) == OVERDUE;
    }

    /** Lets go of everything, since users may keep ended trackers. */
    void forgetWhat() {
        about = null;
        type = null;
        origin = null;
    }

    @Override
    public void reap() {
        Stripe stripe = home;
        int before = stripe == null ? -1 : stripe.end(this, LEAKED);
        if (stripe != null && before >= 0) {
            stripe.owner.leaked(this);
            if (!isBeingReported(before)) {
                forgetWhat();
            }
        }
    }

    Stripe home() {
        return Objects.requireNonNull(home, "home");
    }
}
