package dev.lifecycle.impl.task;

import dev.lifecycle.Names;
import dev.lifecycle.impl.leak.LibraryDetector;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import dev.lifecycle.task.Permit;
import java.lang.ref.PhantomReference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Finds the permits of a limiter that were dropped, without a reference for each of them. */
final class Loans extends Reaper.Client {
    /*
     * Permits refer to a loan, the limiter knows the one it gives out only weakly, and places carry its number. So when a loan is
     * collected, all permits that referred to it are, and places that still carry its number were taken by permits that were
     * dropped. A number is used again only after that: `refs` says by whom.
     *
     * One permit that is held keeps its loan, and a dropped one beside it is not found meanwhile. Therefore loans are changed
     * from time to time: after so many uses of a place, and when callers wait or are refused, that is when it matters. After a leak, the
     * next permits get a loan each, which knows where it was taken.
     *
     * Guarded by `lock`: refs, next, and writes of live and toWatch. `current` is a weak reference and never null.
     */
    private static final int NUMBERS = 1 << Byte.SIZE; // 0 is of permits that nobody watches
    private static final int MANY = 64; // so many live loans are enough: change no more
    private static final int WATCHED_AFTER_LEAK = 1_000;
    private static final WeakReference<Loan> NOBODY = new WeakReference<>(null);

    private final SlotLimiter limiter;
    private final Loan unwatched;
    private final ReentrantLock lock = new ReentrantLock(); // no code of users runs under it
    private final @Nullable LoanRef[] refs = new @Nullable LoanRef[NUMBERS];
    private int next = 1;
    private final AtomicInteger toWatch = new AtomicInteger();
    private final AtomicInteger live = new AtomicInteger();

    /** The loan for the next permit, if it is still there. */
    volatile WeakReference<Loan> current = NOBODY;

    Loans(SlotLimiter limiter) {
        this.limiter = limiter;
        this.unwatched = new Loan(limiter, 0);
    }

    /** Returns the loan for the next permit; hold it until the permit does. */
    Loan loan() {
        Loan known = current.get();
        return known != null ? known : fresh();
    }

    /** Returns a loan for one who waits, who must not keep that of a permit which was dropped, and which he waits for. */
    Loan other() {
        change();
        return loan();
    }

    private Loan fresh() {
        StackTraceElement[] stack = toWatch.get() > 0 && live.get() < MANY ? new Throwable().getStackTrace() : null;
        Loan fresh;
        lock.lock();
        try {
            Loan known = current.get();
            if (known != null) {
                return known;
            }
            int number = number();
            if (number == 0) {
                return unwatched;
            }
            fresh = new Loan(limiter, number);
            refs[number] = new LoanRef(fresh, this, number, stack);
            if (stack == null) {
                current = new WeakReference<>(fresh);
            } else {
                toWatch.decrementAndGet();
            }
            live.incrementAndGet();
        } finally {
            lock.unlock();
        }
        watch(); // after it is live
        return fresh;
    }

    /** A number that nobody has; 0 if there is none. With the lock. */
    private int number() {
        for (int looks = 1; looks < NUMBERS; looks++) {
            int number = next;
            next = number + 1 == NUMBERS ? 1 : number + 1;
            if (refs[number] == null) {
                return number;
            }
        }
        return 0;
    }

    /** Lets the next permits have another loan than those before. */
    void change() {
        if (live.get() < MANY) {
            current = NOBODY;
        }
    }

    @Override
    protected boolean isLive() {
        return live.get() > 0;
    }

    /** Notices that a loan was collected. */
    private static final class LoanRef extends PhantomReference<Loan> implements Reaper.Reapable, Described {
        private final Loans loans;
        private final int number;
        private final StackTraceElement @Nullable [] stack; // where its one permit was taken
        private @Nullable String dropped; // the label of one that was

        LoanRef(Loan loan, Loans loans, int number, StackTraceElement @Nullable [] stack) {
            super(loan, Reaper.queue());
            this.loans = loans;
            this.number = number;
            this.stack = stack;
        }

        @Override
        public void reap() {
            long epoch = (long) number << Slots.EPOCH_SHIFT;
            dropped = loans.limiter.labelOf(epoch);
            int count = loans.limiter.forfeited(epoch);
            loans.ended(this, count > 0);
            if (count > 0) {
                loans.limiter.leaked(count); // who reads that finds the next permits watched
                LibraryDetector.instance()
                        .report(
                                LeakReport.Kind.COLLECTED_UNCLOSED,
                                this,
                                Duration.ZERO,
                                count,
                                stack == null ? new StackTraceElement[0] : stack);
            }
        }

        @Override
        public String type() {
            return Permit.class.getName();
        }

        @Override
        public String label() {
            return "permit of limiter " + loans.limiter.name() + (dropped == null ? "" : ", " + Names.quote(dropped));
        }

        @Override
        public String scopePath() {
            return "";
        }

        @Override
        public @Nullable Site site() {
            return null;
        }
    }

    /** The places of {@code ref} are free again; so is its number. */
    private void ended(LoanRef ref, boolean leaked) {
        lock.lock();
        try {
            refs[ref.number] = null;
            live.decrementAndGet();
            if (leaked) {
                toWatch.set(WATCHED_AFTER_LEAK);
                current = NOBODY;
            }
        } finally {
            lock.unlock();
        }
    }
}
