package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.pool.LeaseInfo;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.Overrun;
import dev.lifecycle.scope.OverrunPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The one close of a pool. */
final class Closing<R> {
    private static final long UNSET = -1;

    private final Pool<R> pool;
    private final AtomicLong within = new AtomicLong(UNSET);
    private final List<Thread> callers =
            new CopyOnWriteArrayList<>(); // whose own calls into code of the user are not waited for
    private volatile @Nullable Thread closer;
    private volatile @Nullable CloseReport report;

    Closing(Pool<R> pool) {
        this.pool = pool;
    }

    /** Says how long it waits; the first one does. */
    void within(long nanos) {
        within.compareAndSet(UNSET, nanos);
    }

    /** Closes the pool, or waits until that is done. */
    void begin(Place place) {
        Thread self = Thread.currentThread();
        boolean inside = isAt(self);
        try {
            if (inside) {
                callers.add(self);
                wake(); // another one may wait for this very call by now
            }
            place.close();
        } finally {
            if (inside) {
                callers.remove(self);
            }
        }
    }

    /** Whether the calling thread is in a call of the pool into code of the user, which the close would wait for. */
    boolean isOwn() {
        Thread self = Thread.currentThread();
        if (closer == null) {
            return false; // it may begin the close: that does not wait for its own call
        }
        return isAt(self);
    }

    private boolean isAt(Thread self) {
        int end = pool.span; // before slots: there are as many
        Slot<R>[] all = pool.slots;
        for (int at = 0; at < end; at++) {
            if (all[at].resetter == self) {
                return true;
            }
        }
        return pool.clerks().isOne(self);
    }

    /** Called once: by the place. */
    void run() {
        long begun = pool.clock.nanos();
        long deadline = begun + Math.min(Math.max(within.get(), 0), Stock.NEVER);
        Thread self = Thread.currentThread();
        closer = self;
        boolean interrupted = false;
        try {
            pool.shut();
            while (pool.outstanding(self, callers) > 0 && !interrupted && pool.clock.nanos() - deadline < 0) {
                interrupted = Thread.interrupted();
                if (!interrupted) {
                    pool.clock.parkUntil(this, deadline);
                }
            }
        } finally {
            closer = null;
            report = make(begun);
            pool.endRounds();
            if (interrupted) {
                self.interrupt();
            }
        }
    }

    /** Whether there is a report. */
    boolean isDone() {
        return report != null;
    }

    /** A resource was ended. */
    void wake() {
        Thread waits = closer;
        if (waits != null) {
            pool.clock.unpark(waits);
        }
    }

    /** What came of it; so far, for one that does not wait for its end. */
    CloseReport report() {
        CloseReport made = report;
        return made != null ? made : make(pool.clock.nanos());
    }

    /** Adds the calls of the factory that others make: those who give back, or validate what they take. */
    private void resets(List<Overrun> overruns) {
        Slot<R>[] all = pool.slots;
        for (int at = 0; at < pool.span && overruns.size() < CloseReport.MAX_LISTED; at++) {
            Thread thread = all[at].resetter;
            if (thread != null && thread != Thread.currentThread()) {
                overruns.add(new Overrun(
                        "call of the factory of " + pool.title() + " by " + thread.getName(),
                        null,
                        Duration.ZERO, // nobody has read the clock
                        thread.getStackTrace(),
                        OverrunPolicy.ABANDON));
            }
        }
    }

    private CloseReport make(long begun) {
        long now = pool.clock.nanos();
        List<Overrun> overruns = new ArrayList<>();
        for (LeaseInfo lease : pool.holders.leasesAtWork(now)) {
            if (overruns.size() < CloseReport.MAX_LISTED) {
                overruns.add(new Overrun(
                        pool.loan() + " of " + pool.title() + " " + lease,
                        null,
                        lease.age(),
                        lease.stack(),
                        OverrunPolicy.ABANDON));
            }
        }
        resets(overruns);
        pool.clerks().overruns(overruns, now);
        if (!overruns.isEmpty()) {
            pool.events.warn(
                    pool.title() + " is closed while " + overruns.size()
                            + " " + pool.loan() + "s go on, or calls of its factory hang; the first: "
                            + overruns.get(0).label(),
                    null);
        }
        return new CloseReport(
                new Exit.Unmarked(),
                pool.counts.destroyed.sum(),
                pool.counts.destroyFailures.sum(),
                pool.counts.ends(),
                overruns,
                Duration.ofNanos(now - begun));
    }
}
