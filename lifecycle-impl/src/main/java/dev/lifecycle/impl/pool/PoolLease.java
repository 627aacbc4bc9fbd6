package dev.lifecycle.impl.pool;

import dev.lifecycle.Lease;
import dev.lifecycle.Names;
import dev.lifecycle.scope.UseAfterCloseException;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A lease: which resource, and the word by which it was taken. Whether it is open says the word of the slot, see {@link Slot}. */
final class PoolLease<R> implements Lease<R> {
    /**
     * Kept reachable until it is closed, see {@link Loans}; then let go, so that a closed lease that somebody keeps does not hide a dropped one. Racy: whoever sees it still,
     * sees by the word that it is closed.
     */
    private @Nullable Loan<R> loan;

    private final long stamp;

    PoolLease(Loan<R> loan, long stamp) {
        this.loan = loan;
        this.stamp = stamp;
        VarHandle.storeStoreFence(); // as if it were final: one that is passed on by a race is not taken for a closed
        // one
    }

    @Override
    public R get() {
        Loan<R> own = loan;
        if (own == null || !isOpen(own)) {
            throw new UseAfterCloseException(
                    "this lease" + (own == null ? "" : " of " + own.slot.desk.title())
                            + " is closed; acquire another one",
                    null);
        }
        return own.resource; // whatever is in the slot by now
    }

    @Override
    public Lease<R> label(String what) {
        Names.check(what, "label");
        Loan<R> own = loan;
        if (own != null) {
            own.slot.desk.label(own.slot, stamp, what);
            Reference.reachabilityFence(own);
        }
        return this;
    }

    @Override
    public void invalidate(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        Loan<R> own = loan;
        if (own != null) {
            own.slot.desk.invalidate(own.slot, stamp, cause);
            Reference.reachabilityFence(own);
        }
    }

    @Override
    public void close() {
        Loan<R> own = loan;
        if (own != null) {
            own.slot.desk.giveBack(own, stamp);
            Reference.reachabilityFence(own);
            loan = null; // not before: that may fail for want of stack, and the lease is open then
        }
    }

    /** Where it is; null once it is closed. */
    @Nullable
    Slot<R> slot() {
        Loan<R> own = loan;
        return own == null ? null : own.slot;
    }

    private boolean isOpen(Loan<R> own) {
        return Slot.stamp(own.slot.word) == stamp;
    }

    /** Returns the pool, and whether the lease is closed. */
    @Override
    public String toString() {
        Loan<R> own = loan;
        return own == null ? "lease, closed" : "lease of " + own.slot.desk.title() + (isOpen(own) ? "" : ", closed");
    }
}
