package dev.lifecycle.impl.task;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.State;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.SingleFlightConfig;
import dev.lifecycle.task.LimitExceededException;
import dev.lifecycle.task.LoadException;
import dev.lifecycle.task.SingleFlight;
import dev.lifecycle.task.SingleFlightClosedException;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A single flight: a map of the loads that are under way, and of those whose result is kept. */
public final class Flights<K, V> implements SingleFlight<K, V> {
    /*
     * `loads` has the load of a key from before it begins until it has ended, was given up, or its result has expired. A load in
     * it may be over for all that, between its end and its removal: whoever finds one removes it and begins anew. So that no user
     * code can strand anybody: who waits was told before the key is looked up to remove it, which calls its equals.
     *
     *   I1  running == loads that were begun and have not ended: each takes part in it from before it is in the map, until its
     *       thread comes to end(), or it is rejected. At most maxInFlight. `abandoned` of them have nobody who waits.
     *   I2  kept == loads in the map that are KEPT, and those about to be; changed with that by a compare-and-set. At most maxKept.
     *   I3  a load that is in the map when closing looks is told; one that comes later sees `closing` after it is in, and
     *       goes by itself. Both volatile.
     *
     * `hits` has the values of loads that are kept, so that a hit costs what a look into a map costs; not where hits read the clock.
     * A value goes in only while its load is KEPT, which is looked at while its bin is held; who drops a load makes it DROPPED, for
     * ever, then takes the value out, under the same lock: so a value that was dropped is not seen after, and none stays. Two drops of
     * one load may take out the same value of the next one: that is found in `loads` then.
     *
     * The maps run equals of keys while they hold a bin, as every ConcurrentHashMap does; nothing else of a user.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");
    private static final long NEVER = Long.MAX_VALUE / 2;
    private static final long RETRY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final SingleFlightConfig config;
    private final String name;
    private final TimeSource clock;
    private final boolean exact; // whether hits read the clock
    private final ConcurrentHashMap<K, Load<K, V>> loads = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<K, V> hits = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final AtomicInteger kept = new AtomicInteger();
    private final LongAdder begun = new LongAdder();
    private final LongAdder joined = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Care<Flights<K, V>> expiry;
    private volatile boolean closing;
    private final Place place;

    @SuppressWarnings("this-escape") // they ask for this only when it is used
    private Flights(SingleFlightConfig config) {
        this.config = config;
        name = config.name();
        clock = SteadyClock.of(config.timeSource());
        exact = config.timeSource() != TimeSource.system();
        expiry = new Care<>(name, this, clock, Flights::expire);
        place = new Place(name, Kind.SINGLE_FLIGHT, this::gauges, this::end, clock);
    }

    /** See {@link SingleFlight.Builder#open(Scope)}. */
    public static <K, V> SingleFlight<K, V> open(SingleFlightConfig config, @Nullable Scope owner) {
        Flights<K, V> flights = new Flights<>(config);
        flights.place.enter(owner, flights, SingleFlight.class);
        return flights;
    }

    // ---- asking

    @Override
    public V get(K key, Callable<? extends V> loader, Duration wait) throws InterruptedException, TimeoutException {
        Objects.requireNonNull(loader, "loader");
        if (wait.isNegative()) {
            throw new IllegalArgumentException("wait is " + wait + "; it must not be negative");
        }
        V hit = hits.get(Objects.requireNonNull(key, "key"));
        if (hit != null) {
            return hit;
        }
        return ask(key, loader, wait);
    }

    private V ask(K key, Callable<? extends V> loader, Duration wait) throws InterruptedException, TimeoutException {
        long now = clock.nanos();
        long deadline = now + Math.min(TimeUnit.NANOSECONDS.convert(wait), NEVER);
        while (true) {
            refuseClosed();
            Load<K, V> load = loads.get(key);
            if (load == null) {
                load = begin(key, loader, now);
                if (load == null) {
                    continue; // another one was quicker
                }
            } else {
                Object outcome = load.outcome;
                if (outcome != null && load.isKept() && clock.nanos() - load.until() < 0) {
                    return result(load, outcome, true);
                }
                if (outcome != null || !load.join()) {
                    drop(load);
                    continue;
                }
                joined.increment();
            }
            Object outcome = await(load, deadline);
            if (outcome == null) {
                throw new TimeoutException("single flight " + name + ": the load of key " + Flight.text(key)
                        + " took longer than " + wait + "; "
                        + (load.joined() > 0
                                ? "it goes on for " + load.joined() + " others"
                                : "nobody else waited, so it was interrupted"));
            }
            return result(load, outcome, false);
        }
    }

    private @Nullable Object await(Load<K, V> load, long deadline) throws InterruptedException {
        try {
            return load.await(true, deadline);
        } finally {
            if (load.leave() && load.outcome == null) {
                stop(load);
            }
        }
    }

    @SuppressWarnings("unchecked") // nothing else is told
    private V result(Load<K, V> load, Object outcome, boolean remembered) {
        if (outcome instanceof Failure failure) {
            throw new LoadException(
                    "single flight " + name + (remembered ? " remembers that the load of key " : ": the load of key ")
                            + Flight.text(load.key) + " failed"
                            + (remembered
                                    ? ""
                                    : ": " + failure.cause().getClass().getName()),
                    failure.cause());
        }
        if (outcome == Flight.CLOSED) {
            throw closed();
        }
        return (V) outcome;
    }

    private void refuseClosed() {
        if (closing) {
            throw closed();
        }
    }

    private SingleFlightClosedException closed() {
        return new SingleFlightClosedException(place.closed() + "; nothing was loaded");
    }

    // ---- loading

    /** Begins a load; null if somebody else did meanwhile. */
    private @Nullable Load<K, V> begin(K key, Callable<? extends V> loader, long now) {
        reserve();
        boolean entered = false;
        Load<K, V> load;
        try {
            load = new Load<>(this, key, loader, clock, now);
            entered = loads.putIfAbsent(key, load) == null; // may run a key's equals
        } finally {
            if (!entered) {
                running.decrementAndGet();
            }
        }
        if (!entered) {
            return null;
        }
        begun.increment();
        if (closing) {
            close(load);
        } else {
            start(load);
        }
        return load;
    }

    private void reserve() {
        int max = config.maxInFlight();
        for (int seen = running.get(); seen < max; seen = running.get()) {
            if (running.compareAndSet(seen, seen + 1)) {
                return;
            }
        }
        throw full();
    }

    private LimitExceededException full() {
        Load<K, V> oldest = null;
        for (Load<K, V> load : loads.values()) {
            if (load.outcome == null && (oldest == null || load.begun - oldest.begun < 0)) {
                oldest = load;
            }
        }
        int max = config.maxInFlight();
        int dead = Math.max(0, abandoned.get());
        String label = oldest == null ? null : "key " + Flight.text(oldest.key);
        Duration age = oldest == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, clock.nanos() - oldest.begun));
        return new LimitExceededException(
                "single flight " + name + ": " + max + " of " + max + " loads run, " + dead
                        + " of them for nobody any more"
                        + (label == null ? "" : "; the oldest, of " + label + ", for " + age)
                        + ". Raise maxInFlight, or let loaders heed interrupts",
                max,
                0,
                dead,
                label,
                age);
    }

    private void start(Load<K, V> load) {
        try {
            Executor executor = config.executor();
            if (executor != null) {
                executor.execute(load);
            } else {
                Thread thread = Daemons.closer("lifecycle-load " + name, load);
                thread.setContextClassLoader(Thread.currentThread().getContextClassLoader()); // it ends with the load
                thread.start();
            }
        } catch (Throwable refused) { // rejected, or no thread: all who wait hear of it
            if (load.reject()) {
                running.decrementAndGet();
                failures.increment();
                load.tell(new Failure(refused));
                drop(load);
            }
        }
    }

    /** Called by the thread of a load that has run. */
    void ended(Load<K, V> load, Object result, boolean wanted) {
        running.decrementAndGet();
        if (!wanted) {
            abandoned.decrementAndGet();
            return;
        }
        long ttl = !(result instanceof Failure failure)
                ? config.resultNanos()
                : failure.cause() instanceof Error || failure.cause() instanceof InterruptedException
                        ? SingleFlightConfig.UNSET
                        : config.negativeNanos();
        boolean keeps = ttl != SingleFlightConfig.UNSET && !closing && keep(load, Math.min(ttl, NEVER));
        boolean told = load.tell(result); // before anything that may fail: nobody is stranded
        try {
            if (result instanceof Failure) {
                failures.increment();
            }
            if (keeps && told && !closing) {
                publish(load, result);
            } else {
                drop(load);
            }
        } catch (Throwable failure) { // equals of a key, no memory: whoever asks for it next finds that it is over
            load.drop(kept);
            LOG.warn("single flight " + name + " could not look up a key, or keep its result", failure);
        }
    }

    @SuppressWarnings("unchecked")
    private void publish(Load<K, V> load, Object result) {
        if (!exact && !(result instanceof Failure)) {
            hits.compute(load.key, (key, now) -> load.isKept() ? (V) result : now);
        }
        expiry.at(load.until());
    }

    private boolean keep(Load<K, V> load, long ttl) {
        for (int seen = kept.get(); seen < config.maxKept(); seen = kept.get()) {
            if (kept.compareAndSet(seen, seen + 1)) {
                boolean keeps = false;
                try {
                    keeps = load.keep(clock.nanos() + ttl);
                } finally {
                    if (!keeps) {
                        kept.decrementAndGet();
                    }
                }
                return keeps;
            }
        }
        return false;
    }

    // ---- ends

    /** Takes {@code load} out of the map, if it is in it; runs equals of keys. */
    private boolean drop(Load<K, V> load) {
        if (load.drop(kept)
                && !exact) { // before the load is taken out: should equals fail, expire() comes upon both again
            Object value = load.outcome;
            hits.computeIfPresent(load.key, (key, now) -> now == value ? null : now); // by identity
        }
        return loads.remove(load.key, load);
    }

    /** Nobody waits for {@code load} any more. */
    private void stop(Load<K, V> load) {
        try {
            drop(load); // first: who asks from now on begins another one
        } finally {
            interrupt(load);
        }
    }

    private void interrupt(Load<K, V> load) {
        if (load.reject()) {
            running.decrementAndGet();
            return;
        }
        abandoned.incrementAndGet();
        if (!load.stop()) {
            abandoned.decrementAndGet();
        }
    }

    @Override
    public boolean forget(K key) {
        Load<K, V> load = loads.get(Objects.requireNonNull(key, "key"));
        return load != null && drop(load);
    }

    /** On the reaper thread: drops what has expired. */
    private long expire() {
        long now = clock.nanos();
        long next = Sweeper.Check.DONE;
        for (Load<K, V> load : loads.values()) {
            long left = load.isKept() ? load.until() - now : 0;
            if (left > 0) {
                next = next < 0 ? left : Math.min(next, left);
            } else if (load.outcome != null) {
                try {
                    drop(load);
                } catch (Throwable failure) { // equals of a key: the others must go all the same
                    LOG.warn("single flight " + name + " could not look up one of its keys", failure);
                    next = next < 0 ? RETRY_NANOS : Math.min(next, RETRY_NANOS);
                }
            }
        }
        return next;
    }

    /** Called once, when the place closes. */
    private void end() {
        closing = true; // volatile, before the look at the loads: I3
        expiry.stop();
        for (Load<K, V> load : loads.values()) {
            close(load);
        }
        hits.clear(); // should equals of a key have failed
    }

    private void close(Load<K, V> load) {
        boolean live = load.tell(Flight.CLOSED);
        try {
            drop(load);
        } catch (RuntimeException | StackOverflowError failure) { // equals of a key
            LOG.warn("single flight " + name + " could not look up one of its keys", failure);
        } finally {
            if (live) {
                interrupt(load);
            }
        }
    }

    // ---- the rest

    @Override
    public int inFlight() {
        return running.get();
    }

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

    /** Returns the name and how many loads run, like {@code models 2}. */
    @Override
    public String toString() {
        return name + " " + inFlight();
    }

    /** What the tree shows. */
    private Map<String, Object> gauges() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("inFlight", running.get());
        gauges.put("abandoned", Math.max(0, abandoned.get()));
        gauges.put("kept", kept.get());
        gauges.put("loads", begun.sum());
        gauges.put("joined", joined.sum());
        gauges.put("failures", failures.sum());
        return gauges;
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        int keeps = 0;
        int live = 0;
        for (Load<K, V> load : loads.values()) {
            keeps += load.isKept() ? 1 : 0;
            live += load.outcome == null ? 1 : 0;
        }
        return keeps == kept.get()
                && hits.size() <= keeps
                && live <= running.get()
                && running.get() <= config.maxInFlight()
                && abandoned.get() >= 0
                && abandoned.get() <= running.get();
    }
}
