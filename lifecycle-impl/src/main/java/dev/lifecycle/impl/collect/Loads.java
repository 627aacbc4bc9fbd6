package dev.lifecycle.impl.collect;

import dev.lifecycle.Lease;
import dev.lifecycle.collect.CacheLoadException;
import dev.lifecycle.collect.CacheLoader;
import dev.lifecycle.collect.CacheTimeoutException;
import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.spi.BoundedCacheConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Loads what a cache does not have: of those who want a key at the same time, one loads and the others wait. */
final class Loads<K, V> {
    private static final long UNSET = BoundedCacheConfig.UNSET;

    private final ClockCache<K, V> cache;
    private final String name;
    private final NodeTable table;
    private final TimeSource clock;
    private final @Nullable Holdings<V> holdings;
    private final long limitNanos; // of a load
    private final boolean failuresKept;
    private final boolean timed; // whether loads are
    private final CacheTimer timer;
    private final Set<Load> limited =
            ConcurrentHashMap.newKeySet(); // that run and have a deadline, in the table or not
    private volatile boolean stopped; // written before the look at limited
    private final LongAdder unkept = new LongAdder(); // successes that were not put: the table counts the others
    private final LongAdder failures = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    Loads(ClockCache<K, V> cache, BoundedCacheConfig<K, V> config, TimeSource clock) {
        this.cache = cache;
        this.clock = clock;
        name = config.name();
        table = cache.table();
        holdings = cache.holdings();
        limitNanos = config.loadNanos();
        timed = config.recordStats();
        failuresKept = config.failureNanos() != UNSET;
        timer = new CacheTimer(cache, clock, each -> each.loads().stopOverdue(), false);
    }

    // ---- asking ----------------------------------------------------------------------------------------------------

    V get(K key, CacheLoader<? super K, ? extends V> loader) {
        int hash = hash(key, loader);
        V known = cache.hit(key, hash);
        return known != null ? known : value(patiently(key, hash, loader));
    }

    V get(K key, CacheLoader<? super K, ? extends V> loader, Duration wait) throws InterruptedException {
        int hash = hash(key, loader);
        long waitNanos = nanos(wait);
        V known = cache.hit(key, hash);
        return known != null ? known : value(load(key, hash, loader, waitNanos, true));
    }

    Lease<V> borrow(K key, CacheLoader<? super K, ? extends V> loader) {
        int hash = hash(key, loader);
        Lease<V> known = cache.lease(key, hash);
        return known != null ? known : lease(patiently(key, hash, loader));
    }

    Lease<V> borrow(K key, CacheLoader<? super K, ? extends V> loader, Duration wait) throws InterruptedException {
        int hash = hash(key, loader);
        long waitNanos = nanos(wait);
        Lease<V> known = cache.lease(key, hash);
        return known != null ? known : lease(load(key, hash, loader, waitNanos, true));
    }

    private int hash(K key, CacheLoader<? super K, ? extends V> loader) {
        Objects.requireNonNull(loader, "loader");
        return table.hash(Objects.requireNonNull(key, "key"));
    }

    private static long nanos(Duration wait) {
        if (Objects.requireNonNull(wait, "wait").isNegative()) {
            throw new IllegalArgumentException("wait is " + wait + "; it must not be negative");
        }
        return TimeUnit.NANOSECONDS.convert(wait);
    }

    @SuppressWarnings("unchecked")
    private V value(Object result) {
        return (V) result;
    }

    @SuppressWarnings("unchecked")
    private Lease<V> lease(Object result) {
        return (Lease<V>) result;
    }

    private Object patiently(K key, int hash, CacheLoader<? super K, ? extends V> loader) {
        try {
            return load(key, hash, loader, UNSET, false);
        } catch (InterruptedException waitingForRoom) {
            Thread.currentThread().interrupt();
            throw new CacheTimeoutException("cache " + name + ": the thread was interrupted while it waited for one of "
                    + "its open values to be given back");
        }
    }

    /** Returns the value, or a lease on it where values are closed. */
    private Object load(
            K key, int hash, CacheLoader<? super K, ? extends V> loader, long waitNanos, boolean interruptibly)
            throws InterruptedException {
        cache.refuseDepth();
        cache.missed();
        boolean limited = waitNanos != UNSET;
        long deadline = limited ? clock.nanos() + Math.min(waitNanos, CacheNode.NEVER) : 0;
        while (true) {
            Failure remembered = cache.failure(key, hash);
            if (remembered != null) {
                throw new CacheLoadException(
                        "cache " + name + " remembers that the load of key " + Texts.of(key) + " failed",
                        remembered.cause());
            }
            Load mine = begin(key, hash, limited, deadline);
            CacheNode known = table.begin(mine);
            if (known == null) {
                throw cache.closed("nothing was loaded");
            }
            if (known == mine) {
                // pairs with that of ClockCache.take: who changes what the loader reads, and then takes the key out,
                // finds
                // this load; or else the loader reads what was changed
                VarHandle.fullFence();
                return run(key, mine, loader);
            }
            Object result = known instanceof Load other ? await(other, limited, deadline, interruptibly) : found(known);
            if (result != null) {
                return result;
            }
        }
    }

    private Load begin(K key, int hash, boolean limited, long deadline) {
        if (limitNanos == UNSET) {
            return new Load(key, hash, clock, limited, deadline, true);
        }
        long limit = clock.nanos() + Math.min(limitNanos, CacheNode.NEVER);
        boolean own = limited && deadline - limit < 0;
        return new Load(key, hash, clock, true, own ? deadline : limit, own);
    }

    /** What an entry has that is there all of a sudden; null if it has gone or expired, or is a failure. */
    private @Nullable Object found(CacheNode node) {
        V value = cache.present(node);
        if (value == null) {
            cache.expire(node, cache.now());
            return null;
        }
        return holdings != null ? cache.lease(node) : value;
    }

    /** What another thread loads; null if it has to be asked for again. */
    private @Nullable Object await(Load other, boolean limited, long deadline, boolean interruptibly)
            throws InterruptedException {
        Object outcome = other.await(limited, deadline, interruptibly);
        if (outcome == null) {
            throw new CacheTimeoutException("cache " + name + ": the load of key " + Texts.of(other.key)
                    + " by thread " + other.ownerName() + " took longer than the caller waits. Wait longer, or set a"
                    + " loadTimeout");
        }
        if (outcome == Load.TIMED_OUT) {
            throw timedOut(other.key, null);
        }
        if (outcome == Load.FAILED) {
            throw failed(other.key, other.failure());
        }
        if (outcome == Load.RETRY) {
            return null;
        }
        return holdings != null && outcome instanceof CacheNode node ? cache.lease(node) : outcome;
    }

    private CacheLoadException failed(Object key, @Nullable Throwable cause) {
        return new CacheLoadException(
                "cache " + name + ": the load of key " + Texts.of(key) + " failed",
                cause == null ? new IllegalStateException("unknown") : cause);
    }

    private CacheTimeoutException timedOut(Object key, @Nullable Throwable cause) {
        CacheTimeoutException late = new CacheTimeoutException("cache " + name + ": the load of key " + Texts.of(key)
                + " took longer than " + (limitNanos == UNSET ? "its caller waits" : Duration.ofNanos(limitNanos))
                + "; it was interrupted");
        if (cause != null) {
            late.addSuppressed(cause);
        }
        return late;
    }

    // ---- loading ---------------------------------------------------------------------------------------------------

    private Object run(K key, Load mine, CacheLoader<? super K, ? extends V> loader) throws InterruptedException {
        boolean told = false;
        try {
            if (mine.limited) {
                limited.add(mine);
                timer.wake(Math.max(0, mine.deadline - clock.nanos()));
            }
            Object result = call(key, mine, loader);
            told = true;
            return result;
        } finally {
            if (!told && mine.owesOutcome()) { // a failure that is thrown was told; this one came out of nowhere
                detach(mine);
                mine.fail(new IllegalStateException("the loading thread failed"));
            }
            if (mine.limited) {
                limited.remove(mine); // before the look at stopped
                stopTimer();
            }
        }
    }

    private Object call(K key, Load mine, CacheLoader<? super K, ? extends V> loader) throws InterruptedException {
        Throwable failure = null;
        V value = null;
        if (holdings != null) {
            takeRoom(holdings, mine);
        }
        boolean reserved = holdings != null;
        long start = timed ? clock.nanos() : 0;
        try {
            value = loader.load(key);
        } catch (Throwable thrown) { // user code: told to all who wait
            failure = thrown;
        }
        boolean wanted = mine.end();
        if (timed) {
            nanos.add(clock.nanos() - start);
        }
        CacheNode fresh = null;
        if (failure == null) {
            try {
                Objects.requireNonNull(
                        value,
                        () -> "the loader of cache " + name + " returned null for key " + Texts.of(key)
                                + "; let it throw, or return an Optional");
                if (holdings != null) {
                    holdings.check(value);
                    reserved = false;
                }
                fresh = cache.writes().makeLoaded(key, mine.hash, value);
            } catch (Throwable thrown) { // a weigher, for example
                failure = thrown;
            }
        }
        if (holdings != null && reserved) {
            holdings.unreserve();
        }
        if (fresh == null) {
            throw giveUp(mine, wanted, failure == null ? new IllegalStateException() : failure);
        }
        return finish(mine, fresh, wanted);
    }

    /** Returns the value of {@code fresh}, or a lease on it, and keeps it if nobody is against it. */
    private Object finish(Load mine, CacheNode fresh, boolean wanted) {
        Object result = null;
        Removed passed = cache.writes().passing(fresh, cache.now());
        boolean published = false;
        try {
            result = holdings == null ? fresh.value : wanted ? cache.lease(fresh) : null;
            published = wanted && publish(mine, fresh, passed);
        } finally {
            if (published) {
                cache.writes().maker().entered(fresh);
            } else {
                detach(mine);
                cache.writes().maker().dropped(fresh);
            }
            if (wanted) {
                if (!published) {
                    unkept.increment();
                }
                mine.tell(holdings == null && result != null ? result : fresh);
            } else {
                failures.increment();
            }
        }
        if (published) {
            cache.writes().entered(fresh, null, passed);
        }
        if (result == null || !wanted) {
            throw timedOut(mine.key, null);
        }
        return result;
    }

    private boolean publish(Load mine, CacheNode fresh, @Nullable Removed passed) {
        while (mine.isAlive()) {
            List<Object> voided = mine.voided();
            if (fresh instanceof CacheNode.Full full && full.group != null && voided.contains(full.group.tag)) {
                return false;
            }
            if (cache.writes().isHard() && passed == null
                    ? cache.upkeep().publishHard(mine, fresh, voided.size())
                    : table.publish(mine, fresh, voided.size(), passed)) {
                return true;
            }
        }
        return false;
    }

    private void detach(Load mine) {
        table.retire(mine, new Removed(RemovalCause.INVALIDATED));
    }

    /** Tells those who wait; returns what the loading thread is to throw. */
    private RuntimeException giveUp(Load mine, boolean wanted, Throwable failure) {
        failures.increment();
        if (wanted && failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (!wanted) {
            detach(mine);
            return timedOut(mine.key, failure);
        }
        boolean kept = false;
        if (failuresKept && !(failure instanceof Error) && !(failure instanceof InterruptedException)) {
            CacheNode node = cache.writes().maker().failure(mine.key, mine.hash, failure, cache.now());
            Removed passed = cache.writes().passing(node, 0); // too heavy, or not
            kept = publish(mine, node, passed);
            if (kept) {
                cache.writes().entered(node, null, passed);
            }
        }
        if (!kept) {
            detach(mine);
        }
        mine.fail(failure);
        if (failure instanceof Error error) {
            throw error;
        }
        return failed(mine.key, failure);
    }

    private void takeRoom(Holdings<V> holdings, Load mine) throws InterruptedException {
        Exception failure;
        try {
            while (true) {
                int turn = holdings.turn(); // before the look for room
                if (cache.writes().reserve(holdings)) {
                    return;
                }
                if (!holdings.awaitRoom(turn, mine.limited, mine.deadline)) {
                    failure = holdings.full("nothing was loaded");
                    break;
                }
            }
        } catch (InterruptedException interrupted) {
            failure = interrupted;
        }
        failures.increment();
        boolean wanted = mine.end();
        detach(mine);
        if (!wanted) {
            throw timedOut(mine.key, failure);
        }
        if (failure instanceof InterruptedException interrupted) {
            mine.tell(Load.RETRY);
            throw interrupted;
        }
        mine.tell(mine.overdue()); // those who wait may have more patience
        throw (CacheTimeoutException) failure;
    }

    // ---- time-outs -------------------------------------------------------------------------------------------------

    /** For the timer: ends the loads whose time is over. */
    long stopOverdue() {
        long now = clock.nanos();
        long next = CacheNode.NEVER;
        for (Load load : limited) {
            if (load.isOverdue(now)) {
                detach(load);
                load.stop();
            } else if (load.limited) {
                next = Math.min(next, load.deadline - now);
            }
        }
        return next;
    }

    /** No load begins any more; those that run are still ended when their time is over. */
    void stop() {
        stopped = true;
        stopTimer();
    }

    private void stopTimer() {
        if (stopped && limited.isEmpty()) {
            timer.stop();
        }
    }

    // ---- figures ---------------------------------------------------------------------------------------------------

    long successes() {
        return table.loaded() + unkept.sum();
    }

    long failures() {
        return failures.sum();
    }

    Duration time() {
        return Duration.ofNanos(nanos.sum());
    }
}
