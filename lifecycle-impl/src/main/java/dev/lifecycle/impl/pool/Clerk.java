package dev.lifecycle.impl.pool;

import dev.lifecycle.pool.PoolEvent;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Calls the factory: makes, validates and ends resources, one after the other, on a thread of its own. */
final class Clerk<R> implements Runnable {
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Pool<R> pool;
    private final Clerks<R> clerks;

    // guarded by the lock of the pool
    @Nullable
    Slot<R> slot; // what it is at

    int kind; // the state of that slot when it began
    long since;
    volatile boolean abandoned; // the pool goes on without it: it finishes, and ends
    boolean isIdle;
    boolean arriving = true; // it was called, and has not asked for work yet

    @Nullable
    Clerk<R> nextIdle;

    volatile @Nullable Thread thread;

    /** What it works on; for abort. */
    volatile @Nullable R resource;

    Clerk(Pool<R> pool, Clerks<R> clerks) {
        this.pool = pool;
        this.clerks = clerks;
    }

    @Override
    public void run() {
        Thread self = Thread.currentThread();
        thread = self;
        try {
            if (clerks.lingers) {
                self.setContextClassLoader(pool.config.factory().getClass().getClassLoader());
            }
            while (clerks.next(this)) {
                Slot<R> mine = slot;
                if (mine == null) {
                    pool.events.tell();
                } else if (!work(mine)) {
                    return;
                }
            }
        } finally {
            clerks.left(this);
        }
    }

    /** Waits until it is called; returns whether it was, before it had waited long enough. */
    boolean rest() {
        long begun = System.nanoTime();
        while (clerks.isIdle(this)) {
            long left = LINGER_NANOS - (System.nanoTime() - begun);
            if (left <= 0 || !clerks.lingers) {
                return false;
            }
            LockSupport.parkNanos(this, left);
            Thread.interrupted();
        }
        return true;
    }

    /** Does what is to be done with {@code mine}; returns false if the pool went on without it. */
    private boolean work(Slot<R> mine) {
        boolean inTime = switch (kind) {
            case Slot.CREATING -> create(mine);
            case Slot.CHECKING -> check(mine);
            default -> end();
        };
        resource = null;
        Thread.interrupted(); // whoever the factory left it for
        return inTime;
    }

    private boolean create(Slot<R> mine) {
        R made = null;
        Throwable failure = null;
        try {
            made = pool.config.factory().create();
            if (made == null) {
                failure = new NullPointerException("create returned null; let it throw instead");
            } else {
                pool.counts.created.increment(); // before anybody has it
                resource = made;
                pool.warmUp(made);
            }
        } catch (Throwable thrown) { // code of the user
            failure = thrown;
            if (made != null) { // it could not be warmed up
                destroy(made);
                made = null;
            }
        }
        try {
            if (made != null) {
                Loan<R> loan = new Loan<>(made, mine);
                LoanRef<R> ref = pool.loans.ref(loan);
                Desk.Made how = pool.made(this, loan, ref, pool.limits());
                if (how == Desk.Made.YES) {
                    made = null; // the pool's
                    pool.loans.watched();
                    return true;
                }
                pool.loans.forget(ref);
                if (how == Desk.Made.LATE) {
                    destroy(made);
                    return false;
                }
                pool.counts.created.decrement();
                failure = new IllegalStateException("create returned a resource that the pool has already");
                made = null;
            }
        } catch (Throwable noMemory) {
            if (made != null) {
                destroy(made);
            }
            failure = noMemory;
        }
        return pool.couldNotMake(this, mine, failure == null ? new IllegalStateException("no resource") : failure);
    }

    private boolean check(Slot<R> mine) {
        R own = resource;
        if (own == null) {
            return true; // never: a slot that is checked has a resource
        }
        boolean sound = false;
        Loan<R> loan = null;
        LoanRef<R> ref = null;
        Throwable failure = null;
        try {
            loan = mine.loan();
            if (loan == null) {
                loan = new Loan<>(own, mine);
                ref = pool.loans.ref(loan);
            }
            sound = !pool.validates || pool.config.factory().validate(own);
        } catch (Throwable thrown) { // code of the user, or no memory
            failure = thrown;
        }
        boolean inTime = pool.checked(this, mine, loan, ref, sound);
        if (!inTime) {
            destroy(own);
        }
        pool.loans.watched();
        if (!sound) {
            pool.unfit(failure);
        }
        return inTime;
    }

    private boolean end() {
        R own = resource;
        if (own != null) {
            destroy(own);
        }
        return pool.gone(this);
    }

    /** Ends a resource; whatever happens, it counts as ended. Throws nothing, or it would be ended again. */
    private void destroy(R own) {
        Throwable failure = null;
        try {
            pool.config.factory().destroy(own);
        } catch (Throwable thrown) { // code of the user
            failure = thrown;
        }
        try {
            pool.counts.destroyed.increment();
            if (failure != null) {
                pool.counts.destroyFailed(pool.title(), failure);
                pool.say(PoolEvent.Kind.DESTROY_FAILED, "a resource could not be ended: " + failure, failure);
            }
        } catch (Throwable noMemory) { // to say so
            return;
        }
    }
}
