package dev.lifecycle.impl.pool;

import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.LeaseInfo;
import dev.lifecycle.pool.NestedAcquire;
import dev.lifecycle.pool.NestedAcquireException;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.pool.ResourceCreationException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What callers do who found nothing at first sight: they queue, validate what they get, or give up and say why. On their threads, without the lock. */
final class Waits<R> {
    private static final long WARN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Pool<R> pool;
    private final Deadlines<R> deadlines;
    private volatile long warnedAt; // of a nested acquire; racy

    Waits(Pool<R> pool) {
        this.pool = pool;
        deadlines = new Deadlines<>(pool);
        warnedAt = pool.clock.nanos() - WARN_NANOS;
    }

    /** Waits for one, up to {@code nanos}. */
    Loan<R> await(long nanos) throws InterruptedException {
        long begun = pool.clock.nanos();
        long deadline = begun + Math.min(nanos, Stock.NEVER);
        boolean patient = nanos == pool.config.acquireNanos();
        while (true) {
            Waiter<R> mine = new Waiter<>(begun, deadline, nanos > 0);
            mine.patient = patient;
            Loan<R> loan = nanos > 0 ? queue(mine, nanos) : attempt(mine);
            patient = false;
            if (loan != null) {
                return loan;
            }
            if (mine.state == Waiter.NEW) {
                pool.counts.timeouts.increment();
                throw exhausted("no resource is idle", false);
            }
            if (pool.clock.nanos() - deadline >= 0) { // it was broken, and so was the one before
                throw late(nanos);
            }
        }
    }

    /** Takes what is idle; null if there is nothing. */
    @Nullable
    Loan<R> attempt() {
        long now = pool.clock.nanos();
        return attempt(new Waiter<>(now, now, false));
    }

    /** Takes what is idle; null if there is nothing, or it was not fit. */
    private @Nullable Loan<R> attempt(Waiter<R> mine) {
        boolean done = false;
        try {
            do {
                mine.state = Waiter.NEW;
                pool.takeOrQueue(mine, mine.since);
                pool.loans.watched();
                refuseClosed(mine);
            } while (mine.state == Waiter.OWNS && !fit(mine));
            Loan<R> loan = mine.state == Waiter.GRANTED ? loan(mine) : null;
            done = true;
            return loan;
        } finally {
            if (!done) {
                giveUp(mine);
            }
        }
    }

    /** The same, and waits; null if it was not fit. */
    private @Nullable Loan<R> queue(Waiter<R> mine, long nanos) throws InterruptedException {
        boolean done = false;
        try {
            pool.takeOrQueue(mine, mine.since);
            pool.loans.watched();
            refuseClosed(mine);
            if (mine.state == Waiter.NEW) {
                pool.counts.rejected.increment();
                throw exhausted("too many callers wait for a resource", true);
            }
            if (mine.state == Waiter.QUEUED) {
                guard(mine);
                park(mine, nanos, deadlines.take(mine));
            }
            if (mine.state == Waiter.LATE) {
                throw late(nanos);
            }
            refuseClosed(mine); // these also where it had not begun to wait
            if (mine.state == Waiter.FAILED) {
                throw new ResourceCreationException(
                        pool.title() + ": no resource could be made: " + mine.failure, mine.failure);
            }
            Loan<R> loan = mine.state == Waiter.GRANTED || fit(mine) ? loan(mine) : null;
            done = true;
            return loan;
        } finally {
            if (!done) {
                giveUp(mine);
            }
        }
    }

    private void park(Waiter<R> mine, long nanos, boolean untimed) throws InterruptedException {
        boolean interrupted = false;
        while (mine.state == Waiter.QUEUED) {
            if (mine.signalled) {
                pool.look(mine);
                continue;
            }
            interrupted |= Thread.interrupted();
            if (interrupted && pool.leave(mine)) {
                throw new InterruptedException();
            }
            if (pool.clock.nanos() - mine.deadline >= 0 && pool.leave(mine)) {
                throw late(nanos);
            }
            if (mine.state == Waiter.QUEUED && !mine.signalled) {
                if (untimed) {
                    LockSupport.park(pool);
                } else {
                    pool.clock.parkUntil(pool, mine.deadline);
                }
            }
        }
        if (interrupted) { // it was granted at that moment
            Thread.currentThread().interrupt();
        }
    }

    private AcquireTimeoutException late(long nanos) {
        pool.counts.timeouts.increment();
        pool.holders.suspect();
        return exhausted("no resource after " + Duration.ofNanos(nanos), false);
    }

    private Loan<R> loan(Waiter<R> mine) {
        Loan<R> loan = Objects.requireNonNull(mine.loan);
        if ((pool.flags & Stock.ALERT) != 0) {
            pool.note(loan.slot, mine.stamp);
        }
        return loan;
    }

    private void giveUp(Waiter<R> mine) {
        if (mine.state == Waiter.QUEUED) {
            pool.leave(mine);
        }
        Loan<R> loan = mine.loan;
        if (loan != null && mine.state == Waiter.GRANTED) {
            pool.giveBack(loan, mine.stamp);
        } else if (loan != null && mine.state == Waiter.OWNS) {
            pool.keep(mine, false, mine.since);
        }
    }

    private void refuseClosed(Waiter<R> mine) {
        if (mine.state == Waiter.CLOSED) {
            throw new PoolClosedException(pool.place.closed() + "; no resource was given");
        }
    }

    /** Validates what the caller owns; false if it is not fit, and being ended. */
    boolean fit(Waiter<R> mine) {
        Loan<R> loan = mine.loan;
        boolean sound = false;
        if (mine.state != Waiter.OWNS || loan == null) {
            return false;
        }
        Throwable failure = null;
        try {
            sound = pool.config.factory().validate(loan.resource);
        } catch (Throwable thrown) { // code of the user
            failure = thrown;
            if (thrown instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
        if (pool.keep(mine, sound, pool.clock.nanos())) {
            return true;
        }
        mine.state = Waiter.GONE;
        if (!sound) {
            pool.unfit(failure);
        }
        return false;
    }

    /** What the caller holds; null if that is nothing, or what it was granted just now. */
    @Nullable
    Slot<R> held(Waiter<R> mine) {
        Slot<R> held = pool.heldBy(mine.threadId);
        Loan<R> granted = mine.loan; // written before the word that says who has it
        return granted != null && granted.slot == held ? null : held;
    }

    /** Sees whether the caller holds a lease of this pool, and now waits for another. */
    private void guard(Waiter<R> mine) {
        Slot<R> held = held(mine);
        if (held == null || pool.creating + pool.checking > 0) { // racy: another one is coming
            return;
        }
        long now = pool.clock.nanos();
        if (pool.config.nestedAcquire() == NestedAcquire.REJECT) {
            if (pool.leave(mine)) {
                pool.counts.rejected.increment();
                throw new NestedAcquireException(pool.title() + ": the thread holds resource #" + held.number
                        + " and would wait for another one: with as many such threads as resources, all wait for ever."
                        + " Give the first one back, or use it for both");
            }
        } else if (now - warnedAt >= WARN_NANOS) {
            warnedAt = now;
            pool.events.warn(
                    pool.title() + ": thread " + mine.thread.getName() + " holds resource #" + held.number
                            + " and waits for another one: with as many such threads as resources, all wait for ever",
                    new Throwable("here"));
        }
    }

    private AcquireTimeoutException exhausted(String why, boolean rejected) {
        long now = pool.clock.nanos();
        PoolStats stats = pool.stats();
        List<LeaseInfo> leases = pool.holders.leases(now);
        LeaseInfo oldest = leases.isEmpty() ? null : leases.get(0);
        Throwable cause = pool.lastFailure;
        String message = pool.title() + ": " + why + ": " + stats.leased() + " of " + stats.core()
                + (stats.overflow() > 0 ? "+" + stats.overflow() : "") + " lent out, " + stats.idle() + " idle, "
                + stats.creating() + " being made, " + stats.waiting() + " callers waiting"
                + (stats.quarantined() > 0 ? ", " + stats.quarantined() + " calls of the factory hang" : "")
                + (oldest == null
                        ? ""
                        : "; oldest " + pool.wear.loan() + " " + Rounds.text(oldest.age()) + " held by "
                                + oldest.holder())
                + (cause == null ? "" : "; the last attempt to make one failed: " + cause)
                + ". " + pool.wear.remedy();
        return new AcquireTimeoutException(
                message,
                cause,
                stats,
                leases.subList(0, Math.min(AcquireTimeoutException.MAX_LISTED, leases.size())),
                rejected);
    }
}
