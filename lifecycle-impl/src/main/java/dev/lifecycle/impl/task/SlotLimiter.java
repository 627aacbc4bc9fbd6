package dev.lifecycle.impl.task;

import dev.lifecycle.Kind;
import dev.lifecycle.Pressure;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.LimiterConfig;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.LimiterClosedException;
import dev.lifecycle.task.LimiterStats;
import dev.lifecycle.task.Permit;
import dev.lifecycle.task.ThrowingSupplier;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A limiter: a {@link Gate}, and what users see of it. One object, so that the way to a place is short. */
public final class SlotLimiter extends Gate implements Limiter {
    private static final long NEVER = Long.MAX_VALUE / 2; // longer waits are as good
    private static final long CHANGE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final long waitNanos;
    private final Loans loans = new Loans(this);
    private final Holders holders = new Holders(this);
    private final LongAdder rejected = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final AtomicLong leaked = new AtomicLong();
    private volatile long changedAt; // when a refusal changed the loan; racy: once more or less does not matter
    private final Place place;

    @SuppressWarnings("this-escape") // they ask for this only when it is used
    private SlotLimiter(LimiterConfig config) {
        super(config.max(), config.maxWaiters(), SteadyClock.of(config.timeSource()));
        name = config.name();
        waitNanos = config.waitNanos();
        changedAt = clock.nanos();
        place = new Place(this, this::closeGate, clock);
    }

    /** See {@link Limiter.Builder#open(Scope)}. */
    public static Limiter open(LimiterConfig config, @Nullable Scope owner) {
        SlotLimiter limiter = new SlotLimiter(config);
        limiter.place.enter(owner, limiter, Limiter.class);
        return limiter;
    }

    // ---- taking

    @Override
    public Optional<Permit> tryAcquire() {
        HeldPermit permit = tryTake();
        if (permit == null) {
            rejected.increment();
            return Optional.empty();
        }
        try {
            return Optional.of(permit);
        } catch (Throwable noMemory) {
            permit.close();
            throw noMemory;
        }
    }

    private @Nullable HeldPermit tryTake() {
        Loan loan = loans.loan();
        HeldPermit permit = take(loan);
        if (permit == null) {
            permit = takeOrQueue(loan, null);
            if (permit == null) {
                refuseClosed("no permit was given");
            }
        }
        Reference.reachabilityFence(loan);
        return permit;
    }

    @Override
    public Permit acquire(Duration wait) throws InterruptedException {
        if (Objects.requireNonNull(wait, "wait").isNegative()) {
            throw new IllegalArgumentException("wait is " + wait + "; it must not be negative");
        }
        HeldPermit permit = take(loans.loan());
        return permit != null ? permit : await(TimeUnit.NANOSECONDS.convert(wait));
    }

    private HeldPermit await(long nanos) throws InterruptedException {
        if (nanos == 0) {
            HeldPermit permit = tryTake();
            if (permit == null) {
                rejected.increment();
                throw holders.exceeded("no permit is free");
            }
            return permit;
        }
        long deadline = clock.nanos() + Math.min(nanos, NEVER);
        Waiter waiter = new Waiter(loans.other());
        boolean done = false;
        try {
            HeldPermit permit = takeOrQueue(waiter.loan, waiter);
            if (permit == null) {
                if (waiter.state == Waiter.NEW) {
                    refuseClosed("no permit was given");
                    rejected.increment();
                    done = true;
                    throw holders.exceeded("too many callers wait for a permit");
                }
                permit = park(waiter, deadline, nanos);
            }
            done = true;
            return permit;
        } finally {
            if (!done && waiter.state != Waiter.NEW && !leave(waiter) && waiter.state == Waiter.GRANTED) {
                giveBack(waiter.slot, waiter.stamp); // no memory for the permit, or something like it
            }
        }
    }

    private HeldPermit park(Waiter waiter, long deadline, long nanos) throws InterruptedException {
        boolean interrupted = false;
        while (waiter.state == Waiter.QUEUED) {
            interrupted |= Thread.interrupted();
            if (interrupted && leave(waiter)) {
                throw new InterruptedException();
            }
            if (clock.nanos() - deadline >= 0 && leave(waiter)) {
                timedOut.increment();
                throw holders.exceeded("no permit after " + Duration.ofNanos(nanos));
            }
            if (waiter.state == Waiter.QUEUED) {
                clock.parkUntil(this, deadline);
            }
        }
        if (interrupted) { // it was granted at that moment
            Thread.currentThread().interrupt();
        }
        if (waiter.state == Waiter.CLOSED) {
            throw new LimiterClosedException(place.closed() + "; the permit that was waited for was not given");
        }
        return granted(waiter);
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(ThrowingSupplier<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        HeldPermit permit = take(loans.loan());
        if (permit == null) {
            permit = patiently();
        }
        try {
            return body.get();
        } finally {
            permit.close();
        }
    }

    private HeldPermit patiently() {
        try {
            return await(waitNanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw holders.exceeded("the thread was interrupted while it waited for a permit");
        }
    }

    private void refuseClosed(String what) {
        if ((flags & CLOSED) != 0) {
            throw new LimiterClosedException(place.closed() + "; " + what);
        }
    }

    // ---- permits

    void label(int slot, long stamp, String who) {
        holders.label(slot, stamp, who);
    }

    /** Changes the loan when callers are refused: leaks matter then. */
    void refused(long now) {
        if (now - changedAt >= CHANGE_NANOS) {
            changedAt = now;
            loans.change();
        }
    }

    @Override
    void change() {
        loans.change();
    }

    /** On the reaper thread: the label of a permit that was dropped, if one of them has one. */
    @Nullable
    String labelOf(long epoch) {
        return holders.labelOf(epoch);
    }

    /** On the reaper thread: gives back what was dropped. */
    int forfeited(long epoch) {
        return forfeit(epoch);
    }

    /** On the reaper thread: counts them, when the next permits are watched. */
    void leaked(int count) {
        leaked.addAndGet(count);
    }

    // ---- the limit

    @Override
    public void resize(int max) {
        max(LimiterConfig.checkMax(max));
    }

    @Override
    public long shrink(Pressure level, long bytesWanted) {
        Objects.requireNonNull(level, "level");
        if (bytesWanted < 0) {
            throw new IllegalArgumentException("bytesWanted is " + bytesWanted + "; it must be at least 0");
        }
        if (level == Pressure.EMERGENCY) {
            lower(true);
        }
        return 0; // what is not begun needs no memory: nothing is given up that could be counted
    }

    @Override
    public void restore() {
        lower(false);
    }

    // ---- the rest

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return Kind.LIMITER;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public LimiterStats stats() {
        Counts counts = counts();
        return new LimiterStats(
                name,
                counts.max(),
                counts.limit(),
                counts.active(),
                counts.zombies(),
                counts.waiting(),
                counts.acquired(),
                rejected.sum(),
                timedOut.sum(),
                leaked.get());
    }

    @Override
    public Snapshot snapshot() {
        LimiterStats stats = stats();
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("active", stats.active());
        gauges.put("limit", stats.limit());
        gauges.put("max", stats.max());
        gauges.put("zombies", stats.zombies());
        gauges.put("waiting", stats.waiting());
        gauges.put("acquired", stats.acquired());
        gauges.put("rejected", stats.rejected());
        gauges.put("timedOut", stats.timedOut());
        gauges.put("leaked", stats.leaked());
        return place.snapshot(gauges);
    }

    @Override
    public void close() {
        place.close();
    }

    /** Returns the name and how many permits are taken, like {@code llm 2/4}. */
    @Override
    public String toString() {
        Counts counts = counts();
        return name + " " + counts.active() + "/" + counts.limit();
    }
}
