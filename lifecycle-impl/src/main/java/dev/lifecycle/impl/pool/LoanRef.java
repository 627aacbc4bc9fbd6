package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.tree.Reaper;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** Notices that a loan was collected. */
final class LoanRef<R> extends WeakReference<Loan<R>> implements Reaper.Reapable {
    private static final VarHandle ENDED;

    static {
        try {
            ENDED = MethodHandles.lookup().findVarHandle(LoanRef.class, "ended", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Loans<R> loans;
    final Slot<R> slot;

    /** Where dropped leases are lost, the loan itself: then it is never collected. */
    @SuppressWarnings("unused")
    private final @Nullable Loan<R> pin;

    @SuppressWarnings("unused") // but by ENDED
    private volatile boolean ended;

    LoanRef(Loan<R> loan, Loans<R> loans, boolean pinned) {
        super(loan, Reaper.queue());
        this.loans = loans;
        this.slot = loan.slot;
        this.pin = pinned ? loan : null;
    }

    @Override
    public void reap() {
        loans.collected(this);
    }

    /** Whether this call is the first. */
    boolean end() {
        return ENDED.compareAndSet(this, false, true);
    }
}
