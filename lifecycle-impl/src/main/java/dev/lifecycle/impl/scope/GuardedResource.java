package dev.lifecycle.impl.scope;

import dev.lifecycle.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.CloseTimeoutException;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.Failure;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.UseAfterCloseException;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A resource that is lent out, and closed when it is back. */
final class GuardedResource<R extends AutoCloseable> extends Linked implements Guarded<R>, Waits.Closing {
    /*
     * Guarded by `lock`: holders, phase, invalid, waiter, orphaned, closerReleases. The phases, each entered once:
     *
     *   LENDING --refuse--> REFUSING --(no holders, or the last one gives back)--> RELEASED
     *
     *   I1  leases are given in LENDING only.
     *   I2  the one thread that enters RELEASED closes the resource, outside the lock; holders is empty then.
     *   I3  `settled` is set once, by the thread that entered RELEASED when the resource is closed, or by the one that gave
     *       up waiting for holders: until then others who close wait.
     * Holders are strong, leases are not reachable from here: a lease that is dropped can be collected, and gives back then.
     */
    private static final long DEFAULT_DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MAX_NAMED = 16;

    private enum Phase {
        LENDING,
        REFUSING,
        RELEASED
    }

    private final R resource;
    private final TimeSource clock;
    private final long deadlineNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<ScopeLease.Holder> holders = new LinkedHashSet<>(); // Holder has identity
    private Phase phase = Phase.LENDING;
    private @Nullable Throwable invalid;
    private @Nullable Thread waiter; // the closing thread, while it waits for holders
    private boolean orphaned; // the closing thread waits no longer: the last holder closes
    private boolean closerReleases; // the closing thread entered RELEASED, not a holder
    private volatile boolean settled;
    private volatile @Nullable Thread closer; // who waits for holders, or closes
    private long weight; // guarded by the container's lock

    GuardedResource(R resource, @Nullable Settings settings) {
        this.resource = resource;
        this.clock = settings == null ? TimeSource.system() : settings.clock;
        this.deadlineNanos = settings == null || settings.config.closeDeadlineNanos() == ScopeConfig.NO_LIMIT
                ? DEFAULT_DEADLINE_NANOS
                : settings.config.closeDeadlineNanos();
    }

    @Override
    public Lease<R> lease() {
        ScopeLease<R> lease = new ScopeLease<>(resource, this, clock.nanos());
        boolean lent = false;
        Throwable cause;
        lock.lock();
        try {
            cause = invalid;
            lent = phase == Phase.LENDING && holders.add(lease.holder());
        } finally {
            lock.unlock();
            if (!lent) { // refused, or no memory to remember it
                lease.refused();
            }
        }
        if (!lent) {
            throw new UseAfterCloseException(
                    "the " + Labels.ofClass(this)
                            + (cause == null ? " is closed or closing" : " was invalidated: " + Labels.of(cause))
                            + "; it is lent no more",
                    cause);
        }
        lease.opened();
        return lease;
    }

    @Override
    public int leases() {
        lock.lock();
        try {
            return holders.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a lease back; called once for each, by whoever closed it, or by the reaper when it was dropped. */
    void giveBack(ScopeLease.Holder holder) {
        boolean mine;
        Thread awake;
        lock.lock();
        try {
            holders.remove(holder);
            mine = ends();
            awake = holders.isEmpty() ? waiter : null;
        } finally {
            lock.unlock();
        }
        if (awake != null) {
            clock.unpark(awake);
        }
        if (mine) {
            closeQuietly();
        }
    }

    /** Whether the calling thread, which holds the lock, is to close the resource: nobody has it, nobody waits for it. */
    private boolean ends() {
        boolean ends = holders.isEmpty() && phase == Phase.REFUSING && waiter == null && (orphaned || invalid != null);
        if (ends) {
            phase = Phase.RELEASED;
        }
        return ends;
    }

    /** For the last holder: nobody above could handle a failure. */
    private void closeQuietly() {
        BaseScope owner = container;
        if (owner == null || owner.usable()) {
            BaseScope.unlink(this); // there still, if it was invalidated; a confined scope keeps it until it closes
        }
        closer = Thread.currentThread();
        try {
            resource.close();
        } catch (Throwable failure) {
            Tracking.LOG.warn("a " + Labels.ofClass(this) + " failed to close when its last lease ended", failure);
        }
        settle();
    }

    /** Lets go of whoever waits: it is closed, or nobody can say when it will be. */
    void settle() {
        settled = true;
        closer = null;
    }

    void invalidate(Throwable cause) {
        boolean mine;
        lock.lock();
        try {
            if (invalid == null) {
                invalid = cause;
            }
            if (phase == Phase.LENDING) {
                phase = Phase.REFUSING;
            }
            mine = ends(); // by a lease that is closed already
        } finally {
            lock.unlock();
        }
        if (mine) {
            closeQuietly();
        }
    }

    @Override
    public void close() {
        if (!BaseScope.unlink(this)) {
            Waits.untilSettled(this, false);
            return;
        }
        try {
            release(CloseRun.UNMARKED);
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Exception checked) {
            throw wrap(Labels.of(checked), checked);
        }
    }

    @Override
    public boolean isSettled() {
        return settled;
    }

    @Override
    public void help() {
        BaseScope owner = container;
        if (owner != null) {
            owner.help();
        }
    }

    @Override
    public @Nullable Thread closer() {
        Thread own = closer;
        BaseScope owner = container;
        return own != null || owner == null ? own : owner.closer();
    }

    @Override
    void release(Exit exit) throws Exception {
        if (awaitLeases()) {
            try {
                resource.close();
            } finally {
                settle();
            }
        } else {
            Waits.untilSettled(this, true); // the last holder closes it at this moment
        }
    }

    /**
     * Refuses new leases and waits for the open ones, no longer than the deadline; may be called again.
     *
     * @return whether the caller is to close the resource then
     */
    boolean awaitLeases() {
        container = null;
        Thread self = Thread.currentThread();
        long start = clock.nanos();
        boolean interrupted = false;
        List<ScopeLease.Holder> open = null;
        try {
            while (true) {
                long left = deadlineNanos - (clock.nanos() - start);
                lock.lock();
                try {
                    if (phase == Phase.RELEASED) {
                        return closerReleases;
                    }
                    phase = Phase.REFUSING;
                    closer = self;
                    if (holders.isEmpty()) {
                        phase = Phase.RELEASED;
                        closerReleases = true;
                        return true;
                    }
                    waiter = self;
                    if (left <= 0) {
                        orphaned = true;
                        waiter = null;
                        settle();
                        open = List.copyOf(holders);
                    }
                } finally {
                    lock.unlock();
                }
                if (open != null) {
                    throw stillOut(open);
                }
                interrupted |= Thread.interrupted(); // or parking would return at once
                clock.parkNanos(this, left);
            }
        } finally {
            if (interrupted) {
                self.interrupt();
            }
        }
    }

    private CloseException stillOut(List<ScopeLease.Holder> open) {
        long now = clock.nanos();
        StringBuilder names = new StringBuilder();
        open.stream()
                .limit(MAX_NAMED)
                .forEach(holder -> names.append(names.length() == 0 ? "" : "; ").append(holder.describe(now)));
        String text = open.size() + " leases are still open after " + Duration.ofNanos(deadlineNanos) + ": " + names
                + (open.size() > MAX_NAMED ? "; ..." : "") + ". The last of them will close it";
        return wrap(text, new CloseTimeoutException(text));
    }

    private CloseException wrap(String text, Throwable cause) {
        String name = Labels.ofClass(this);
        return new CloseException(
                name + ": " + text,
                cause,
                new CloseReport(
                        CloseRun.UNMARKED, 0, 1, List.of(new Failure(name, null, cause)), List.of(), Duration.ZERO));
    }

    @Override
    Class<?> type() {
        return resource.getClass();
    }

    @Override
    void weight(long weighs) {
        weight = weighs;
    }

    @Override
    void unbudget(Budget budget) {
        budget.resources--;
        budget.weight -= weight;
    }

    /** The path of the scope that owns it; empty once it is closed. */
    String path() {
        BaseScope owner = container;
        return owner == null ? "" : Refusal.path(owner);
    }

    Snapshot snapshot() {
        List<ScopeLease.Holder> some;
        int size;
        lock.lock();
        try {
            size = holders.size();
            some = holders.stream().limit(MAX_NAMED).toList();
        } finally {
            lock.unlock();
        }
        List<Snapshot> leases = new ArrayList<>();
        for (ScopeLease.Holder holder : some) {
            leases.add(holder.snapshot(clock.nanos()));
        }
        return new Snapshot(
                0, Labels.of(this), Kind.RESOURCE, State.OPEN, Duration.ZERO, Map.of("leases", size), leases);
    }
}
