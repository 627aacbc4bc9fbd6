package dev.lifecycle.impl.pool;

import dev.lifecycle.Lease;
import dev.lifecycle.Names;
import dev.lifecycle.scope.UseAfterCloseException;
import java.lang.ref.Reference;
import java.util.Objects;

/** A lease: which resource, and the word by which it was taken. Without a state of its own, see {@link Slot}. */
final class PoolLease<R> implements Lease<R> {
    private final Loan<R> loan; // kept reachable until it is closed, see Loans
    private final long stamp;

    PoolLease(Loan<R> loan, long stamp) {
        this.loan = loan;
        this.stamp = stamp;
    }

    @Override
    public R get() {
        if (!isOpen()) {
            throw new UseAfterCloseException(
                    "this lease of " + loan.slot.desk.title() + " is closed; acquire another one", null);
        }
        return loan.resource; // its own, whatever is in the slot by now
    }

    @Override
    public Lease<R> label(String what) {
        loan.slot.desk.label(loan.slot, stamp, Names.check(what, "label"));
        Reference.reachabilityFence(loan);
        return this;
    }

    @Override
    public void invalidate(Throwable cause) {
        loan.slot.desk.invalidate(loan.slot, stamp, Objects.requireNonNull(cause, "cause"));
        Reference.reachabilityFence(loan);
    }

    @Override
    public void close() {
        loan.slot.desk.giveBack(loan, stamp);
        Reference.reachabilityFence(loan);
    }

    Slot<R> slot() {
        return loan.slot;
    }

    private boolean isOpen() {
        return Slot.stamp(loan.slot.word) == stamp;
    }

    /** Returns the pool and the number of the resource, and whether the lease is closed. */
    @Override
    public String toString() {
        return "lease of " + loan.slot.desk.title() + (isOpen() ? "" : ", closed");
    }
}
