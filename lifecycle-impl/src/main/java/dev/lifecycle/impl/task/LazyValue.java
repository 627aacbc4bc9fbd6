package dev.lifecycle.impl.task;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.State;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.scope.Release;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.LazyConfig;
import dev.lifecycle.task.Lazy;
import dev.lifecycle.task.LazyClosedException;
import dev.lifecycle.task.LoadException;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A lazy value: one cell that is empty, being made, full, failed or closed. */
public final class LazyValue<T> implements Lazy<T> {
    /*
     * `cell`, written with `locked` (0 free, 1 taken), read without it:
     *
     *     null -> Making -> Ready -> null         Making -> null or Failed -> null         any -> CLOSED, for ever
     *
     *   I1  only the thread whose Making is in the cell runs init: never two at once.
     *   I2  a value is closed by the one that took its Ready out of the cell, or by the thread that made it, if its Making was
     *       not in the cell any more, or was stale: exactly once.
     *   I3  `value` is that of the Ready in the cell, or null; null always where values are closed when idle.
     *
     * The lock is that of Stripe (in impl.leak): nothing is called and nothing allocated while it is held, and it is given back by a
     * statement. Reads are volatile: who sees a value sees what init did.
     *
     * An idle value: `used` is when it was last asked for, or GONE, for ever. Who asks writes it by a compare-and-set, and so does
     * who finds that it is too long ago: so a value that was just handed out is not closed for having been idle.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");
    private static final Object SHUT = new Object();
    private static final VarHandle LOCKED;
    private static final VarHandle STAMP;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LOCKED = lookup.findVarHandle(LazyValue.class, "locked", int.class);
            STAMP = lookup.findVarHandle(Ready.class, "use", Use.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable T value;
    private volatile @Nullable Object cell;
    private volatile int locked;
    private final LazyConfig<T> config;
    private final String name;
    private final TimeSource clock;
    private final boolean expires;
    private final @Nullable Care<LazyValue<T>> idle;
    private final LongAdder made = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder closeFailures = new LongAdder();
    private final Place place;

    /** When a value was last asked for; an object, so that a reading may be any number. */
    private record Use(long at) {
        static final Use GONE = new Use(0);
    }

    /** The value is there. */
    private static final class Ready<T> {
        final T value;

        @SuppressWarnings("unused") // but by STAMP
        volatile Use use;

        Ready(T value, Use use) {
            this.value = value;
            this.use = use;
        }
    }

    /** It failed, and is not tried again until then. */
    private record Failed(Throwable cause, long until) {}

    /** Somebody makes it. */
    private static final class Making extends Flight {
        private final String name;
        boolean stale; // guarded by the lock: what is made is not to be kept

        Making(String name, TimeSource clock) {
            super(clock);
            this.name = name;
        }

        @Override
        String text() {
            return "the init of lazy value " + name;
        }
    }

    @SuppressWarnings("this-escape") // they ask for this only when it is used
    private LazyValue(LazyConfig<T> config) {
        this.config = config;
        name = config.name();
        clock = SteadyClock.of(config.timeSource());
        expires = config.idleNanos() != LazyConfig.UNSET;
        idle = expires ? new Care<>(name, this, clock, LazyValue::closeIdle) : null;
        place = new Place(name, Kind.LAZY, this::gauges, this::end, clock);
    }

    /** See {@link Lazy.Builder#open(Scope)}. */
    public static <T> Lazy<T> open(LazyConfig<T> config, @Nullable Scope owner) {
        LazyValue<T> lazy = new LazyValue<>(config);
        lazy.place.enter(owner, lazy, Lazy.class);
        return lazy;
    }

    private void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }

    // ---- asking

    @Override
    public T get() throws InterruptedException {
        T known = value;
        return known != null ? known : ask();
    }

    @SuppressWarnings("unchecked") // nothing else is in the cell, or told
    private T ask() throws InterruptedException {
        while (true) {
            Object seen = cell;
            if (seen == SHUT) {
                throw closed("there is no value");
            }
            if (seen instanceof Ready<?> ready) {
                if (!expires || use(ready)) {
                    return (T) ready.value;
                }
            } else if (seen instanceof Failed failed) {
                if (clock.nanos() - failed.until < 0) {
                    throw failed(failed.cause, " failed lately, and is not tried again yet");
                }
                replace(failed, null);
            } else if (seen instanceof Making making) {
                Object outcome = making.await(false, 0);
                if (outcome != Flight.RETRY && outcome != null) {
                    return result(outcome);
                }
            } else {
                Making mine = new Making(name, clock);
                if (replace(null, mine)) {
                    Object outcome = make(mine);
                    if (outcome instanceof Failure failure && failure.cause() instanceof InterruptedException) {
                        InterruptedException interrupted = new InterruptedException("the init of lazy value " + name);
                        interrupted.initCause(failure.cause());
                        throw interrupted;
                    }
                    if (outcome != Flight.RETRY) {
                        return result(outcome);
                    }
                }
            }
        }
    }

    @SuppressWarnings("unchecked")
    private T result(Object outcome) {
        if (outcome instanceof Failure failure) {
            throw failed(
                    failure.cause(), " failed: " + failure.cause().getClass().getName());
        }
        if (outcome == Flight.CLOSED) {
            throw closed("the value that was being made is not handed out");
        }
        return (T) outcome;
    }

    private LoadException failed(Throwable cause, String how) {
        return new LoadException("the init of lazy value " + name + how, cause);
    }

    private LazyClosedException closed(String what) {
        return new LazyClosedException(place.closed() + "; " + what);
    }

    private boolean replace(@Nullable Object seen, @Nullable Object next) {
        lock();
        boolean same = cell == seen;
        if (same) {
            cell = next;
        }
        locked = 0;
        return same;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Optional<T> peek() {
        return cell instanceof Ready<?> ready && ready.use != Use.GONE
                ? Optional.of((T) ready.value)
                : Optional.empty();
    }

    // ---- making

    /** Runs init; returns what those who wait were told, or CLOSED or RETRY where it was in vain. */
    private Object make(Making mine) {
        Object outcome = Failure.UNKNOWN;
        Ready<T> ready = null;
        mine.owner = Thread.currentThread();
        try {
            T fresh = config.init().call();
            if (fresh == null) {
                outcome =
                        new Failure(new NullPointerException("init returned null; let it throw, or make an Optional"));
            } else {
                outcome = fresh;
                ready = new Ready<>(fresh, new Use(expires ? clock.nanos() : 0));
            }
        } catch (Throwable failure) { // user code, or no memory
            Object late = outcome;
            outcome = new Failure(failure);
            if (!(late instanceof Failure)) {
                release(late);
            }
        } finally {
            mine.owner = null;
            outcome = settle(mine, ready, outcome);
            mine.tell(
                    outcome instanceof Failure failure && failure.cause() instanceof InterruptedException
                            ? Flight.RETRY // the interrupt was for this thread: another one tries
                            : outcome);
        }
        made(outcome);
        return outcome;
    }

    /** Puts what was made into the cell, or closes it; returns what is told. */
    private Object settle(Making mine, @Nullable Ready<T> ready, Object outcome) {
        Object next = ready == null && outcome instanceof Failure failure ? remembered(failure.cause()) : ready;
        T visible = ready == null || expires ? null : ready.value;
        lock();
        boolean shut = cell == SHUT;
        boolean kept = !shut && !mine.stale;
        if (kept) {
            cell = next;
            value = visible;
        } else if (!shut) {
            cell = null;
        }
        locked = 0;
        if (ready != null && !kept) {
            release(ready.value);
        }
        return shut ? Flight.CLOSED : ready != null && !kept ? Flight.RETRY : outcome;
    }

    private @Nullable Failed remembered(Throwable cause) {
        if (config.retryNanos() == LazyConfig.UNSET
                || cause instanceof Error
                || cause instanceof InterruptedException) {
            return null;
        }
        try {
            return new Failed(cause, clock.nanos() + Math.min(config.retryNanos(), Long.MAX_VALUE / 2));
        } catch (OutOfMemoryError noMemory) {
            return null;
        }
    }

    /** What can wait until the others know. */
    private void made(Object outcome) {
        try {
            if (outcome instanceof Failure) {
                failures.increment();
            } else {
                made.increment();
            }
            if (idle != null && cell instanceof Ready<?>) {
                idle.in(config.idleNanos());
            }
        } catch (Throwable noThread) { // it will be closed by the next call that finds it idle
            LOG.warn("lazy value " + name + " could not start the timer", noThread);
        }
    }

    // ---- idle values

    /** Notes that it is asked for; false if it is closed, or will be by the calling thread. */
    private boolean use(Ready<?> ready) {
        long now = clock.nanos();
        while (true) {
            Use seen = ready.use;
            if (seen == Use.GONE) {
                takeOut(ready);
                return false;
            }
            if (now - seen.at >= config.idleNanos()) {
                end(ready, seen);
            } else if (now - seen.at <= 0 || STAMP.compareAndSet(ready, seen, new Use(now))) { // volatile
                return true;
            }
        }
    }

    /** Ends {@code ready} if nobody asked for it since {@code seen}. */
    private void end(Ready<?> ready, Use seen) {
        if (STAMP.compareAndSet(ready, seen, Use.GONE)) { // volatile
            takeOut(ready);
        }
    }

    private void takeOut(Ready<?> ready) {
        if (replace(ready, null)) {
            release(ready.value);
        }
    }

    /** On the reaper thread: closes the value if it is idle; returns when to look again. */
    private long closeIdle() {
        if (cell instanceof Ready<?> ready) {
            Use seen = ready.use;
            long left = config.idleNanos() - (clock.nanos() - seen.at);
            if (left > 0 && seen != Use.GONE) {
                return left;
            }
            end(ready, seen);
            return cell instanceof Ready<?> ? 0 : Sweeper.Check.DONE;
        }
        return Sweeper.Check.DONE;
    }

    // ---- ends

    @Override
    public void reset() {
        Ready<?> old = null;
        lock();
        if (cell instanceof Making making) {
            making.stale = true;
        } else if (cell != SHUT) {
            old = cell instanceof Ready<?> ready ? ready : null;
            cell = null;
            value = null;
        }
        locked = 0;
        if (old != null) {
            release(old.value);
        }
    }

    /** Called once, when the place closes. */
    private void end() {
        lock();
        Object last = cell;
        cell = SHUT;
        value = null;
        locked = 0;
        if (idle != null) {
            idle.stop();
        }
        if (last instanceof Ready<?> ready) {
            release(ready.value);
        } else if (last instanceof Making making) {
            making.tell(Flight.CLOSED); // the value, if there will be one, is closed by its maker
        }
    }

    @SuppressWarnings("unchecked")
    private void release(Object ended) {
        Release<? super T> release = config.release();
        try {
            if (release != null) {
                release.release((T) ended);
            } else if (ended instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (Throwable failure) { // user code: nobody waits for what it says
            closeFailures.increment();
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.warn("lazy value " + name + " could not close its value", failure);
        }
    }

    // ---- the rest

    @Override
    public String name() {
        return name;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public Managed managed() {
        return place.node();
    }

    @Override
    public void close() {
        place.close();
    }

    /** Returns the name, and whether there is a value. */
    @Override
    public String toString() {
        return name + (cell instanceof Ready<?> ? ", present" : ", absent");
    }

    /** What the tree shows. */
    private Map<String, Object> gauges() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("present", cell instanceof Ready<?> ? 1 : 0);
        gauges.put("made", made.sum());
        gauges.put("failures", failures.sum());
        gauges.put("closeFailures", closeFailures.sum());
        return gauges;
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        Object seen = cell;
        return locked == 0
                && (seen instanceof Ready<?> ready ? value == (expires ? null : ready.value) : value == null);
    }
}
