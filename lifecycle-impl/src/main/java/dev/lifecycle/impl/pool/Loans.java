package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.tree.Reaper;
import java.util.concurrent.atomic.AtomicInteger;

/** Finds the leases of a pool that were dropped, without a reference for each of them. */
final class Loans<R> extends Reaper.Client {
    /*
     * A resource has a loan, to which all its leases refer, one after the other; its slot knows the loan weakly only. So when it is collected while the
     * resource is lent out, the lease was dropped. It may be collected while the resource is idle, too: then who takes the resource next makes another one.
     *
     *   I1  who lends a resource out holds its loan from before the word says so until the lease is there: a slot that is LEASED and whose `ref` is that of a
     *       collected loan has no lease that can be closed.
     *   I2  `ref` is replaced only by one whose loan was collected, or comes with another resource, and then the count of the word has gone up: so a
     *       lease refers to the loan of the slot's `ref` as long as it is open.
     */
    private final Pool<R> pool;
    private final boolean pinned;
    private final AtomicInteger live = new AtomicInteger();

    Loans(Pool<R> pool, boolean pinned) {
        this.pool = pool;
        this.pinned = pinned;
    }

    /** Makes the reference of a new loan; {@link #watched} is to be called when it is in its slot. */
    LoanRef<R> ref(Loan<R> loan) {
        LoanRef<R> ref = new LoanRef<>(loan, this, pinned);
        live.incrementAndGet();
        return ref;
    }

    /** Makes sure that the reaper looks. Without a lock. */
    void watched() {
        if (!pinned) {
            try {
                watch();
            } catch (Throwable noThread) { // or no memory: the next one tries again
                return;
            }
        }
    }

    /** On the reaper thread. */
    void collected(LoanRef<R> ref) {
        try {
            pool.dropped(ref);
        } finally {
            forget(ref);
        }
    }

    /** Nobody waits for it any more. */
    void forget(LoanRef<R> ref) {
        if (ref.end()) {
            live.decrementAndGet();
        }
    }

    /** How many are waited for, for tests. */
    int count() {
        return live.get();
    }

    @Override
    protected boolean isLive() {
        return !pinned && live.get() > 0;
    }
}
