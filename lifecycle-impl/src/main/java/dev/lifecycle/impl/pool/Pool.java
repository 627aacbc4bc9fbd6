package dev.lifecycle.impl.pool;

import dev.lifecycle.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Pressure;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.leak.LibraryDetector;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.LeaseInfo;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.PoolEvent;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.pool.RecycleReport;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.pool.ThrowingFunction;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.ResourcePoolConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A pool: a {@link Desk}, and what users see of it. One object, so that the way to a resource is short. */
public final class Pool<R> extends Desk<R> implements ResourcePool<R> {
    private static final long DESTROY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String name;
    private final boolean resets;
    private final String title;
    final Wear<R> wear;
    final Counts counts = new Counts();
    final Events events;
    final Loans<R> loans;
    final Holders<R> holders;
    private final Clerks<R> clerks;
    final Rounds<R> rounds;
    private final Closing<R> closing;
    private final Replacing<R> replacing;
    final Waits<R> waits;
    final Place place;
    volatile @Nullable Throwable lastFailure; // to make one; null since one was made
    private int fullOverflow; // guarded by the lock: what it is without an emergency
    private boolean squeezed;

    @SuppressWarnings("this-escape") // they ask for this only when it is used
    Pool(ResourcePoolConfig<R> config, Wear<R> wear, @Nullable Consumer<Runnable> starter) {
        super(
                config,
                SteadyClock.of(config.timeSource()),
                wear.when() != null
                        || overrides(config.factory(), "reset")
                        || overrides(config.factory(), "validate") && config.validateAfterIdleNanos() == 0,
                overrides(config.factory(), "validate"));
        name = config.name();
        resets = overrides(config.factory(), "reset");
        this.wear = wear;
        title = wear.title() + " " + name;
        events = new Events(config.listener());
        loans = new Loans<>(this, config.leakLevel() == LeakLevel.OFF);
        holders = new Holders<>(this, config.leakLevel());
        clerks = new Clerks<>(this, starter);
        rounds = new Rounds<>(this);
        closing = new Closing<>(this);
        replacing = new Replacing<>(this);
        waits = new Waits<>(this);
        fullOverflow = config.overflow();
        place = new Place(this, closing::run, clock);
        if (config.leakLevel() == LeakLevel.ALWAYS) {
            alert(true);
        }
    }

    /** See {@link dev.lifecycle.pool.ResourcePoolBuilder#open(Scope)}. */
    public static <R> ResourcePool<R> open(ResourcePoolConfig<R> config, @Nullable Scope owner) {
        Pool<R> pool = new Pool<>(config, Wear.none(), null);
        pool.enter(owner, pool, ResourcePool.class);
        return pool;
    }

    /** Opens it, for {@code user}, who holds it or what stands for it. */
    void enter(@Nullable Scope owner, Object user, Class<?> type) {
        place.enter(owner, user, type);
        start();
    }

    void start() {
        rounds.start();
        tend();
    }

    /** Whether a factory has a method of its own: what it does not do costs nothing. */
    private static boolean overrides(ResourceFactory<?> factory, String method) {
        try {
            return factory.getClass().getMethod(method, Object.class).getDeclaringClass() != ResourceFactory.class;
        } catch (NoSuchMethodException | SecurityException unknown) {
            return true;
        }
    }

    // ---- taking

    @Override
    public Lease<R> acquire() throws InterruptedException {
        return lease(one());
    }

    private Loan<R> one() throws InterruptedException {
        Loan<R> loan = take();
        return loan != null ? loan : waits.await(config.acquireNanos());
    }

    @Override
    public Lease<R> acquire(Duration timeout) throws InterruptedException {
        if (Objects.requireNonNull(timeout, "timeout").isNegative()) {
            throw new IllegalArgumentException("timeout is " + timeout + "; it must not be negative");
        }
        Loan<R> loan = take();
        return lease(loan != null ? loan : waits.await(TimeUnit.NANOSECONDS.convert(timeout)));
    }

    @Override
    public Optional<Lease<R>> tryAcquire() {
        Loan<R> loan = take();
        if (loan == null) {
            loan = waits.attempt();
        }
        if (loan == null) {
            return Optional.empty();
        }
        PoolLease<R> lease = lease(loan);
        try {
            return Optional.of(lease);
        } catch (Throwable noMemory) {
            lease.close();
            throw noMemory;
        }
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T use(ThrowingFunction<? super R, T, X> body)
            throws X, InterruptedException {
        Objects.requireNonNull(body, "body");
        PoolLease<R> lease = lease(one());
        try {
            return body.apply(lease.get());
        } finally {
            lease.close();
        }
    }

    /** The same, for a recycler: it is known who works with it, and what that thread does. */
    <T extends @Nullable Object, X extends Exception> T work(ThrowingFunction<? super R, T, X> body)
            throws X, InterruptedException {
        Objects.requireNonNull(body, "body");
        Loan<R> loan = one();
        PoolLease<R> lease = lease(loan);
        SlotRecord<R> slot = loan.slot;
        try {
            slot.user = Thread.currentThread();
            return body.apply(lease.get());
        } finally {
            slot.user = null;
            lease.close();
        }
    }

    // ---- what the desk asks

    @Override
    public String name() {
        return name;
    }

    @Override
    String title() {
        return title;
    }

    /** What messages call the time from taking a resource to giving it back. */
    String loan() {
        return wear.loan();
    }

    @Override
    Clerks<R> clerks() {
        return clerks;
    }

    @Override
    void staff() {
        clerks.come();
    }

    @Override
    void note(Slot<R> slot, long stamp) {
        holders.note(slot, stamp);
    }

    @Override
    void label(Slot<R> slot, long stamp, String what) {
        holders.label(slot, stamp, what);
    }

    @Override
    void forget(LoanRef<R> ref) {
        loans.forget(ref);
    }

    @Override
    Loan<R> renew(Slot<R> slot, R resource) {
        Loan<R> fresh = new Loan<>(resource, slot);
        renewed(slot, loans.ref(fresh));
        return fresh;
    }

    @Override
    boolean reset(Loan<R> loan, long uses) {
        try {
            if (resets) {
                config.factory().reset(loan.resource);
            }
        } catch (Throwable thrown) { // code of the user
            counts.resetFailures.increment();
            if (thrown instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            say(PoolEvent.Kind.RESET_FAILED, "a resource could not be reset, and is ended: " + thrown, thrown);
            return false;
        }
        try {
            if (wear.isWorn(loan.resource, uses, loan.slot.bornAt, clock)) {
                request(loan.slot);
            }
        } catch (Throwable thrown) { // code of the user: what it says of this one is not known
            events.warn(title + ": the predicate that says which resource is to be replaced failed", thrown);
        }
        return true;
    }

    /** What is to be done with one that was made, before it is lent out. Calls code of the user. */
    void warmUp(R made) {
        if (wear.warmUp() != null) {
            wear.warmUp().accept(made);
        }
    }

    private void request(Slot<R> slot) {
        lock();
        try {
            due(slot, SlotRecord.Due.REQUEST);
        } finally {
            locked = 0;
        }
        after(null);
    }

    @Override
    void invalidate(Slot<R> slot, long stamp, Throwable cause) {
        boolean first = false;
        lock();
        try {
            long seen = slot.word;
            if (seen == stamp) {
                retire(slot);
                first = Slot.stamp(slot.word) == stamp;
            }
        } finally {
            locked = 0;
        }
        after(null); // it may have been given back meanwhile, and is being ended
        if (first) {
            counts.byRequest.incrementAndGet();
            say(PoolEvent.Kind.INVALIDATED, "a resource is unfit, its holder says: " + cause, cause);
        }
    }

    @Override
    void changed() {
        closing.wake();
        replacing.wake();
        if (closing.isDone()) { // something was given back late, and is being ended
            rounds.end();
        }
    }

    @Override
    void replaced(Slot<R> old) {
        SlotRecord.Due why = old.due;
        (why == SlotRecord.Due.AGE ? counts.byAge : why == SlotRecord.Due.USES ? counts.byUses : counts.byRequest)
                .incrementAndGet();
    }

    // ---- what clerks and rounds ask

    /** How long a clerk may be at work of that kind. */
    long limit(int kind) {
        return kind == Slot.CREATING
                ? config.createNanos()
                : config.validateNanos() == 0 ? DESTROY_NANOS : config.validateNanos();
    }

    /** The limits of a resource that comes: its own. */
    Limits limits() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long age = config.maxAgeNanos();
        long jitter = config.maxUsesJitter();
        long uses = config.maxUses() == 0 ? Long.MAX_VALUE : config.maxUses() + random.nextLong(-jitter, jitter + 1);
        lastFailure = null;
        return new Limits(
                clock.nanos(),
                age == 0 ? Long.MAX_VALUE : age - (long) (age * config.maxAgeJitter() * random.nextDouble()),
                uses < 0 || uses > Slot.MAX_COUNT ? Long.MAX_VALUE : uses); // below zero: it is too large for a long
    }

    /** Returns false if the pool did not wait for it. */
    boolean couldNotMake(Clerk<R> clerk, Slot<R> slot, Throwable failure) {
        if (!clerk.abandoned) { // else that was counted
            counts.createFailures.increment();
            lastFailure = failure;
            say(PoolEvent.Kind.CREATE_FAILED, "a resource could not be made: " + failure, failure);
        }
        long now = clock.nanos();
        boolean inTime = notMade(clerk, slot, failure, now);
        rounds.in(Math.max(1, retryIn(now)));
        return inTime;
    }

    /** Nobody could be called to do what is to be done. */
    void noThread(Throwable failure) {
        lastFailure = failure;
    }

    /** A clerk took too long; what it was at was taken from it. */
    void overran(Clerk<R> clerk) {
        String what = clerk.kind == Slot.CREATING ? "create" : clerk.kind == Slot.CHECKING ? "validate" : "destroy";
        Duration limit = Duration.ofNanos(limit(clerk.kind));
        Thread thread = clerk.thread;
        StackTraceElement[] stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        String text = what + " takes longer than " + limit + (stack.length == 0 ? "" : ", at " + stack[0]);
        TimeoutException late = new TimeoutException(text);
        late.setStackTrace(stack);
        if (thread != null) {
            thread.interrupt(); // it does nothing else any more
        }
        say(PoolEvent.Kind.CALL_OVERRUN, text + "; the pool goes on without it", late);
        R resource = clerk.resource;
        if (resource != null) {
            events.add(() -> abort(resource));
        }
        if (clerk.kind == Slot.CREATING) {
            counts.createFailures.increment();
            lastFailure = late;
            failOne(late);
        } else if (clerk.kind == Slot.CHECKING) {
            counts.validationFailures.increment();
        }
        after(null);
    }

    private void abort(R resource) {
        try {
            config.factory().abort(resource);
        } catch (Throwable thrown) { // as it is documented
            return;
        }
    }

    /** A resource did not pass. */
    void unfit(@Nullable Throwable failure) {
        counts.validationFailures.increment();
        say(
                PoolEvent.Kind.VALIDATION_FAILED,
                "a resource did not pass its check, and is ended" + (failure == null ? "" : ": " + failure),
                failure);
    }

    /** Tells the log and the listener. */
    void say(PoolEvent.Kind kind, String text, @Nullable Throwable cause) {
        events.add(new PoolEvent(kind, name, text, cause));
        staff();
    }

    boolean isBusy() {
        lock();
        boolean is = waiting + creating + checking + work() > 0;
        locked = 0;
        return is;
    }

    /** A slot whose holder failed between two steps of giving back. */
    void repair(Slot<R> slot, long seen) {
        lock();
        try {
            if (slot.word == seen && slot.resetter == null) {
                end(slot, seen);
            }
        } finally {
            locked = 0;
        }
    }

    /** One that looked old: it may have been about to be made, which only the lock tells. */
    void aged(Slot<R> slot, long now) {
        lock();
        try {
            if (now - slot.bornAt >= slot.ageLimit) {
                due(slot, SlotRecord.Due.AGE);
            }
        } finally {
            locked = 0;
        }
    }

    /** Ends one that is idle, if nobody needs it. */
    boolean endIdle(Slot<R> slot, long seen, boolean tooLong) {
        lock();
        try {
            return waiting == 0 && (tooLong || live > core) && spare(1) > 0 && end(slot, seen);
        } finally {
            locked = 0;
        }
    }

    /** Has one validated before it is lent out again. */
    void makeStale(Slot<R> slot, long seen) {
        lock();
        try {
            if (waiting == 0 && (flags & CLOSED) == 0) { // else its giver, who is on its way, ends it
                slot.replace(seen, Slot.with(seen, Slot.STALE));
            }
        } finally {
            locked = 0;
        }
    }

    /** Has one validated now, unless so many are. */
    void checkIdle(Slot<R> slot, long seen, int most) {
        lock();
        try {
            if (checking < most) {
                beginCheck(slot, seen, true);
            }
        } finally {
            locked = 0;
        }
    }

    /** Lets others be replaced though this one is in use still; false if that was done before. */
    boolean stopDraining(Slot<R> slot) {
        lock();
        try {
            boolean first = slot.recycle;
            if (first) {
                slot.recycle = false;
                recycles--;
                untended = true;
            }
            return first;
        } finally {
            locked = 0;
        }
    }

    /** On the reaper thread: a loan was collected. */
    void dropped(LoanRef<R> ref) {
        Slot<R> slot = ref.slot;
        long stamp = Slot.stamp(slot.word);
        LeaseInfo lease =
                Slot.state(stamp) == Slot.LEASED && slot.ref == ref ? holders.info(slot, stamp, clock.nanos()) : null;
        if (forfeit(ref) && lease != null) {
            counts.collected.increment();
            holders.suspect();
            LibraryDetector.instance()
                    .report(
                            LeakReport.Kind.COLLECTED_UNCLOSED,
                            holders.described(lease),
                            lease.age(),
                            1,
                            lease.stack());
            say(PoolEvent.Kind.LEAKED, "lease " + lease + " was dropped; its resource is replaced", null);
        }
    }

    // ---- sizes

    @Override
    public void resize(int newCore, int newOverflow) {
        ResourcePoolConfig.checkSizes(newCore, newOverflow, config.minAvailable());
        if ((flags & CLOSED) != 0) {
            throw new PoolClosedException(place.closed() + "; it has no size any more");
        }
        grow(newCore + newOverflow + maxRecycles);
        lock();
        try {
            fullOverflow = newOverflow;
            size(newCore, squeezed ? 0 : newOverflow);
        } finally {
            locked = 0;
        }
        after(null);
    }

    @Override
    public int evictIdle() {
        int count = 0;
        lock();
        try {
            int spare = spare(Integer.MAX_VALUE);
            for (int at = 0; at < span && count < spare; at++) {
                Slot<R> slot = slots[at];
                long seen = slot.word;
                int state = Slot.state(seen);
                count += (state == Slot.IDLE || state == Slot.STALE) && end(slot, seen) ? 1 : 0;
            }
        } finally {
            locked = 0;
        }
        after(null);
        return count;
    }

    @Override
    public int recycleAll() {
        int count = 0;
        lock();
        try {
            for (int at = 0; at < span; at++) {
                count += due(slots[at], SlotRecord.Due.REQUEST) ? 1 : 0;
            }
        } finally {
            locked = 0;
        }
        after(null);
        return count;
    }

    /** Has all replaced that there are, and waits until they are, or for the drain time-out. */
    RecycleReport recycleAndAwait() {
        if ((flags & CLOSED) != 0) {
            throw new PoolClosedException(place.closed() + "; nothing is replaced");
        }
        return replacing.run();
    }

    @Override
    public long shrink(Pressure level, long bytesWanted) {
        Objects.requireNonNull(level, "level");
        if (bytesWanted < 0) {
            throw new IllegalArgumentException("bytesWanted is " + bytesWanted + "; it must be at least 0");
        }
        if (level != Pressure.NORMAL && (flags & CLOSED) == 0) {
            evictIdle();
            if (level == Pressure.EMERGENCY) {
                squeeze(true);
            }
        }
        return 0; // what a resource takes is not known
    }

    @Override
    public void restore() {
        squeeze(false);
    }

    private void squeeze(boolean yes) {
        lock();
        try {
            if (squeezed != yes && (flags & CLOSED) == 0) {
                squeezed = yes;
                size(core, yes ? 0 : fullOverflow);
            }
        } finally {
            locked = 0;
        }
        after(null);
    }

    // ---- the rest

    @Override
    public Kind kind() {
        return wear.kind();
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public PoolStats stats() {
        int[] states = new int[Slot.STATES];
        long acquired = 0;
        int end = span; // before slots: there are as many
        Slot<R>[] all = slots;
        for (int at = 0; at < end; at++) {
            long seen = all[at].word;
            states[Slot.state(seen)]++;
            acquired += Slot.count(seen) - all[at].attempts;
        }
        int leased = states[Slot.LEASED];
        int quarantined = clerks.quarantined();
        lock();
        int coreNow = core;
        int overflowNow = overflow;
        int waitingNow = waiting;
        locked = 0;
        return new PoolStats(
                name,
                coreNow,
                overflowNow,
                states[Slot.IDLE] + states[Slot.STALE],
                leased,
                states[Slot.CREATING],
                waitingNow,
                acquired,
                counts.created.sum(),
                counts.destroyed.sum(),
                counts.timeouts.sum(),
                counts.rejected.sum(),
                counts.validationFailures.sum(),
                counts.byAge.get(),
                counts.byUses.get(),
                counts.suspected.sum(),
                counts.collected.sum(),
                quarantined,
                (double) leased / coreNow,
                states[Slot.CHECKING] + states[Slot.RESETTING],
                states[Slot.ENDING],
                counts.byRequest.get(),
                counts.createFailures.sum(),
                counts.resetFailures.sum(),
                counts.destroyFailures.sum());
    }

    @Override
    public List<LeaseInfo> leases() {
        return holders.leases(clock.nanos());
    }

    @Override
    public Snapshot snapshot() {
        PoolStats stats = stats();
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("leased", stats.leased());
        gauges.put("core", stats.core());
        gauges.put("overflow", stats.overflow());
        gauges.put("usage", stats.usage());
        gauges.put("idle", stats.idle());
        gauges.put("waiting", stats.waiting());
        gauges.put("creating", stats.creating());
        gauges.put("acquired", stats.acquired());
        gauges.put("created", stats.created());
        gauges.put("destroyed", stats.destroyed());
        gauges.put("timeouts", stats.timeouts());
        gauges.put("rejected", stats.rejected());
        gauges.put("leaksSuspected", stats.leaksSuspected());
        gauges.put("leaksCollected", stats.leaksCollected());
        gauges.put("quarantined", stats.quarantined());
        return place.snapshot(gauges);
    }

    @Override
    public CloseReport close(Duration deadline) {
        if (Objects.requireNonNull(deadline, "deadline").isNegative()) {
            throw new IllegalArgumentException("deadline is " + deadline + "; it must not be negative");
        }
        return close(TimeUnit.NANOSECONDS.convert(deadline));
    }

    @Override
    public void close() {
        close(config.closeNanos());
    }

    private CloseReport close(long nanos) {
        closing.within(nanos);
        if (!closing.isOwn()) {
            closing.begin(place);
        }
        return closing.report();
    }

    /** Ends the rounds: there is nothing left to look after. */
    void endRounds() {
        rounds.end();
    }

    /** Returns the name and how many are lent out, like {@code db 18/20 in use (90.0 %)}. */
    @Override
    public String toString() {
        return name + " " + Rounds.usage(this, stats().leased());
    }
}
