package dev.lifecycle.impl.task;

import dev.lifecycle.Names;
import dev.lifecycle.task.Permit;
import java.lang.ref.Reference;

/** A permit: says which place it has, and by which word. Without a state of its own, see {@link Slots}. */
final class HeldPermit implements Permit {
    private final Loan loan; // kept reachable until it is closed, see Loans
    private final int slot;
    private final long stamp;

    HeldPermit(Loan loan, int slot, long stamp) {
        this.loan = loan;
        this.slot = slot;
        this.stamp = stamp;
    }

    @Override
    public Permit label(String who) {
        loan.limiter.label(slot, stamp, Names.check(who, "who"));
        Reference.reachabilityFence(loan);
        return this;
    }

    @Override
    public void abandon() {
        loan.limiter.abandon(slot, stamp);
        Reference.reachabilityFence(loan);
    }

    @Override
    public void close() {
        loan.limiter.giveBack(slot, stamp);
        Reference.reachabilityFence(loan);
    }

    /** Returns the limiter, and whether it is closed. */
    @Override
    public String toString() {
        boolean open = Slots.stamp(loan.limiter.word(slot)) == stamp;
        return "permit of " + loan.limiter.name() + (open ? "" : ", closed");
    }
}
