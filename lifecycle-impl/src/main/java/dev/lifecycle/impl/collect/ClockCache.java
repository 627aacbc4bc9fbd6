package dev.lifecycle.impl.collect;

import dev.lifecycle.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Managed;
import dev.lifecycle.Pressure;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.CacheLoader;
import dev.lifecycle.collect.CacheStats;
import dev.lifecycle.collect.CollectionClosedException;
import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.CoarseClock;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.BoundedCacheConfig;
import dev.lifecycle.spi.BudgetBufferConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A table of nodes, a policy that says which of them go, and what keeps the two in step. */
public final class ClockCache<K, V> implements BoundedCache<K, V> {
    /*
     * Who changes an entry changes the table first, with the lock of a segment, and tells upkeep then; whoever makes a node
     * die reports and closes its value, with no lock held. Functions of the user are asked before the table is changed.
     */
    private static final long NODE_BYTES = 64;

    private final String name;
    private final NodeTable table;
    private final Upkeep upkeep;
    private final CacheTimes times;
    private final boolean expires;
    private final long accessNanos; // UNSET where reads put nothing off
    private final boolean hasLimits;
    private final long stepNanos; // by how much a deadline moves at least
    private final boolean failuresKept;
    private final long maximum;
    private final boolean weighed;
    private final Writes<K, V> writes;
    private final Loads<K, V> loads;
    private final Deliveries<K, V> deliveries;
    private final @Nullable Groups groups;
    private final @Nullable Holdings<V> holdings;
    private final @Nullable Reads reads;
    private final @Nullable CacheTimer expiryTimer;
    private final @Nullable CacheTimer readsTimer;
    private final Place place;
    private final BooleanSupplier ticking = this::isOpen; // kept by this cache alone: the coarse clock has it weakly
    private final CacheFigures figures;
    private final ConcurrentMap<K, V> map;

    /**
     * Makes a cache that is yet to {@link #enter} the tree.
     *
     * @param face what the tree shows in its place; null if that is the cache
     */
    ClockCache(BoundedCacheConfig<K, V> config, @Nullable Managed face) {
        TimeSource clock = SteadyClock.of(config.timeSource());
        name = config.name();
        maximum = config.maximum();
        weighed = config.weigher() != null;
        failuresKept = config.failureNanos() != BoundedCacheConfig.UNSET;
        accessNanos = config.expiry().accessNanos();
        table = new NodeTable(weighed ? 1 << 16 : maximum);
        times = new CacheTimes(clock, config.expiry().exact());
        stepNanos = times.isCoarse()
                ? Math.min(
                        TimeUnit.MILLISECONDS.toNanos(BoundedCacheConfig.COARSE_MILLIS), Math.max(0, accessNanos / 16))
                : 0;
        groups = config.groups() == null ? null : new Groups();
        holdings = config.closing() == null ? null : new Holdings<>(name, config.closing(), clock);
        NodeMaker<K, V> maker = new NodeMaker<>(config, groups);
        expires = maker.isTimed();
        hasLimits = maker.hasLimits();
        deliveries = new Deliveries<>(name, config.listener(), config.executor(), holdings != null);
        expiryTimer =
                expires ? new CacheTimer(this, clock, cache -> cache.upkeep.sweep(), deliveries.isNeeded()) : null;
        EvictionPolicy policy =
                new EvictionPolicy(maximum, weighed, ThreadLocalRandom.current().nextLong());
        upkeep = new Upkeep(
                table,
                policy,
                expires ? new Wheel() : null,
                times,
                deliveries,
                groups,
                expiryTimer == null ? nanos -> {} : expiryTimer::wake);
        reads = config.recordStats() ? new Reads(name, config.alertBelow(), config.alertNanos()) : null;
        writes = new Writes<>(this, maker, config.hardBound());
        loads = new Loads<>(this, config, clock);
        figures = new CacheFigures(this, weighed, expires, groups, reads, deliveries);
        map = new CacheMap<>(this);
        place = new Place(face == null ? this : face, this::empty, clock);
        readsTimer = reads == null ? null : new CacheTimer(this, clock, cache -> look(cache), false);
    }

    private static long look(ClockCache<?, ?> cache) {
        Reads reads = cache.reads;
        return reads == null || !cache.isOpen() ? CacheNode.NEVER : reads.look();
    }

    /** See {@link dev.lifecycle.collect.BoundedCacheBuilder#open(Scope)}. */
    public static <K, V> BoundedCache<K, V> open(BoundedCacheConfig<K, V> config, @Nullable Scope owner) {
        ClockCache<K, V> cache = new ClockCache<>(config, null);
        cache.enter(owner, cache, BoundedCache.class);
        return cache;
    }

    /** Hangs it in the tree, see {@link Place#enter}, and lets its clocks run. */
    void enter(@Nullable Scope owner, Object user, Class<?> type) {
        place.enter(owner, user, type);
        if (expires && times.isCoarse()) {
            CoarseClock.runFor(ticking);
        }
        if (reads != null && readsTimer != null) {
            readsTimer.wake(reads.stepNanos());
        }
    }

    private boolean isOpen() {
        return place.state() == State.OPEN;
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    @Override
    public @Nullable V get(K key) {
        refuseClosing("get");
        return read(key);
    }

    private @Nullable V read(K key) {
        V value = hit(key, table.hash(Objects.requireNonNull(key, "key")));
        if (value == null) {
            missed();
            refuseClosed();
        }
        return value;
    }

    /** Returns the value of {@code key}, as a hit; null if there is none. */
    @Nullable
    V hit(Object key, int hash) {
        while (true) {
            CacheNode node = table.find(key, hash);
            if (node == null) {
                return null;
            }
            Object value = node.value;
            if (value != null) {
                return isPresent(node, value) ? use(node, value) : null;
            }
            if (node.isAlive()) {
                return null; // a load
            }
        }
    }

    /** Whether {@code node} is more than an expired entry, or a failure. Takes it out when it has expired. */
    private boolean isPresent(CacheNode node, Object value) {
        if (!expires) {
            return true;
        }
        long now = times.read();
        long deadline = node.deadline();
        if (deadline <= now) {
            expire(node, now);
            return false;
        }
        if (failuresKept && value instanceof Failure) {
            return false;
        }
        if (accessNanos != BoundedCacheConfig.UNSET && node instanceof CacheNode.Timed timed) {
            long later = CacheTimes.plus(Math.max(0, now), accessNanos);
            if (later - deadline > stepNanos) {
                timed.putOff(deadline, hasLimits ? Math.min(later, timed.limit()) : later); // unless another reader did
            }
        }
        return true;
    }

    /** Takes {@code node} out, if it has expired. */
    void expire(CacheNode node, long now) {
        if (!deliveries.isFull() // else the timer, or a later call, does it
                && node instanceof CacheNode.Timed timed
                && timed.seal(now)) {
            upkeep.remove(node, RemovalCause.EXPIRED);
        }
    }

    /**
     * Uses {@code node} and puts its deadline off. Unlike that of other reads, the new deadline counts when this returns true:
     * nobody takes the node out as expired before.
     *
     * @return false if it has expired, or is gone
     */
    boolean touch(CacheNode.Timed node) {
        long now = times.exact();
        long later = Math.min(CacheTimes.plus(now, accessNanos), node.limit());
        for (long seen = node.deadline(); seen < later; seen = node.deadline()) {
            if (seen <= now) {
                expire(node, now);
                return false;
            }
            if (node.putOff(seen, later)) {
                break;
            }
        }
        Object value = node.value;
        if (value == null || node.limit() <= now) {
            return false;
        }
        use(node, value);
        return true;
    }

    @SuppressWarnings("unchecked") // the table holds nothing else
    private V use(CacheNode node, Object value) {
        node.use();
        if (upkeep.isSampled(node.hash)) {
            upkeep.sampled(node.hash);
        }
        if (reads != null) {
            reads.hits.increment();
        }
        return (V) value;
    }

    /** Counts a miss. */
    void missed() {
        if (reads != null) {
            reads.misses.increment();
        }
    }

    /** Returns the failure that is remembered of {@code key}. */
    @Nullable
    Failure failure(Object key, int hash) {
        if (failuresKept) {
            CacheNode node = table.find(key, hash);
            if (node != null && node.value instanceof Failure failure && node.deadline() > times.read()) {
                return failure;
            }
        }
        return null;
    }

    @Override
    public V get(K key, CacheLoader<? super K, ? extends V> loader) {
        refuseClosing("get");
        return loads.get(key, loader);
    }

    @Override
    public V get(K key, CacheLoader<? super K, ? extends V> loader, Duration wait) throws InterruptedException {
        refuseClosing("get");
        return loads.get(key, loader, wait);
    }

    @Override
    public @Nullable Lease<V> borrow(K key) {
        refuseUnlessClosing();
        Lease<V> lease = lease(key, table.hash(Objects.requireNonNull(key, "key")));
        if (lease == null) {
            missed();
            refuseClosed();
        }
        return lease;
    }

    @Override
    public Lease<V> borrow(K key, CacheLoader<? super K, ? extends V> loader) {
        refuseUnlessClosing();
        return loads.borrow(key, loader);
    }

    @Override
    public Lease<V> borrow(K key, CacheLoader<? super K, ? extends V> loader, Duration wait)
            throws InterruptedException {
        refuseUnlessClosing();
        return loads.borrow(key, loader, wait);
    }

    /** Borrows the value of {@code key}, as a hit; null if there is none. */
    @Nullable
    Lease<V> lease(Object key, int hash) {
        while (true) {
            CacheNode node = table.find(key, hash);
            if (node == null) {
                return null;
            }
            Object value = node.value;
            if (value != null) {
                if (!isPresent(node, value)) {
                    return null;
                }
                Lease<V> lease = lease(node);
                if (lease != null) {
                    use(node, value);
                    return lease;
                } // it has just left, and is closed: look again
            } else if (node.isAlive()) {
                return null; // a load
            }
        }
    }

    /** Borrows the value of {@code node}; null if it is closed. */
    @Nullable
    Lease<V> lease(CacheNode node) {
        Holding holding = node.holding();
        Holding.Loan loan = holding == null ? null : holding.lend();
        return holding == null || loan == null ? null : new CacheLease<>(holding, loan, upkeep, node);
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    @Override
    public void put(K key, V value) {
        writes.store(key, value, known -> true, new Removed(RemovalCause.REPLACED));
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        refuseClosing("putIfAbsent");
        Objects.requireNonNull(value, "value");
        int hash = table.hash(Objects.requireNonNull(key, "key"));
        while (true) {
            V known = hit(key, hash);
            if (known != null) {
                return known;
            }
            long now = now();
            if (writes.store(key, value, node -> isAbsent(node, now), new Removed(RemovalCause.REPLACED))) {
                missed();
                return null;
            }
        }
    }

    /** Whether {@code node} stands for no value at {@code now}. */
    static boolean isAbsent(CacheNode node, long now) {
        return node instanceof Load || node.deadline() <= now || node.value instanceof Failure;
    }

    @Override
    public @Nullable V remove(K key) {
        refuseClosing("remove");
        Object value = take(key);
        return value(value);
    }

    @SuppressWarnings("unchecked") // the table holds nothing else
    private @Nullable V value(@Nullable Object value) {
        return value instanceof Failure ? null : (V) value;
    }

    @Override
    public boolean invalidate(K key) {
        Object value = take(key);
        return value != null && !(value instanceof Failure);
    }

    /** Takes the entry of {@code key} out; returns its value, or failure. */
    @Nullable
    Object take(Object key) {
        int hash = table.hash(Objects.requireNonNull(key, "key"));
        refuseDepth();
        VarHandle.fullFence(); // after what the caller changed, before the look for a load: pairs with that of
        // Loads.load
        while (true) {
            CacheNode node = table.find(key, hash);
            if (node == null) {
                refuseClosed();
                return null;
            }
            if (node instanceof Load) {
                if (table.retire(node, new Removed(RemovalCause.INVALIDATED))) {
                    return null;
                }
            } else if (expires && node.deadline() <= times.exact()) {
                if (upkeep.remove(node, RemovalCause.EXPIRED) != null) {
                    return null;
                }
            } else {
                Object value = upkeep.remove(node, RemovalCause.INVALIDATED);
                if (value != null) {
                    return value;
                }
            }
        }
    }

    @Override
    public long invalidateIf(BiPredicate<? super K, ? super V> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        refuseDepth();
        refuseClosed();
        table.detachLoads();
        long count = 0;
        for (int i = 0; i < table.segments(); i++) {
            for (CacheNode node : table.nodes(i)) {
                V value = present(node);
                if (value != null && predicate.test(key(node), value) && upkeep.remove(node)) {
                    count++;
                }
            }
        }
        return count;
    }

    /** The value of {@code node}; null if it has gone or expired, or is a failure. Not a hit. */
    @Nullable
    V present(CacheNode node) {
        Object value = node.value;
        return value == null || expires && node.deadline() <= times.read() ? null : value(value);
    }

    @SuppressWarnings("unchecked") // the table holds nothing else
    K key(CacheNode node) {
        return (K) node.key;
    }

    @Override
    public long invalidateGroup(Object tag) {
        Objects.requireNonNull(tag, "tag");
        if (groups == null) {
            throw new IllegalStateException("cache " + name + " has no groups; build it with groups(function)");
        }
        refuseDepth();
        refuseClosed();
        table.voidTag(tag); // first: what is loaded from now on is newer than this call
        long count = 0;
        for (CacheNode.Full node : groups.nodes(tag)) {
            if (upkeep.remove(node)) {
                count++;
            }
        }
        return count;
    }

    @Override
    public long invalidateAll() {
        refuseDepth();
        refuseClosed();
        table.detachLoads();
        return removeAll(RemovalCause.INVALIDATED);
    }

    private long removeAll(RemovalCause cause) {
        long count = 0;
        for (int i = 0; i < table.segments(); i++) {
            for (CacheNode node : table.nodes(i)) {
                Object value = upkeep.remove(node, cause);
                count += value == null || value instanceof Failure ? 0 : 1;
            }
        }
        return count;
    }

    // ---- shrinking -------------------------------------------------------------------------------------------------

    @Override
    public long trimTo(double fraction) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction is " + fraction + "; it must be between 0 and 1");
        }
        refuseDepth();
        refuseClosed();
        upkeep.cleanUp();
        return upkeep.trim((long) (upkeep.total() * fraction));
    }

    @Override
    public long shrink(Pressure level, long bytesWanted) {
        Objects.requireNonNull(level, "level");
        if (bytesWanted < 0) {
            throw new IllegalArgumentException("bytesWanted is " + bytesWanted + "; it must be at least 0");
        }
        if (level == Pressure.NORMAL || deliveries.isFull()) {
            return 0;
        }
        long before = upkeep.total();
        long target = before
                - before / (level == Pressure.TRIM ? 4 : 2); // all of it would send its load to whatever is behind it
        if (level == Pressure.TRIM && weighed && bytesWanted > 0) {
            target = Math.max(target, before - bytesWanted);
        }
        upkeep.maximum(Math.min(upkeep.maximum(), target));
        long count = upkeep.trim(target);
        long freed = weighed ? Math.max(0, before - upkeep.total()) : 0;
        return freed + count * NODE_BYTES;
    }

    @Override
    public void restore() {
        upkeep.maximum(maximum);
    }

    @Override
    public void cleanUp() {
        refuseDepth();
        refuseClosed();
        upkeep.cleanUp();
    }

    @Override
    public void close() {
        place.close();
    }

    /** Called once. */
    private void empty() {
        table.close();
        removeAll(RemovalCause.CLOSED);
        loads.stop();
        if (expiryTimer != null) {
            expiryTimer.stop();
        }
        if (readsTimer != null) {
            readsTimer.stop();
        }
    }

    // ---- refusing --------------------------------------------------------------------------------------------------

    private void refuseClosing(String method) {
        if (holdings != null) {
            throw new UnsupportedOperationException("cache " + name + " closes its values: what " + method
                    + " returns could be closed at any moment. Use borrow(), put() and invalidate()");
        }
    }

    private void refuseUnlessClosing() {
        if (holdings == null) {
            throw new UnsupportedOperationException(
                    "cache " + name + " does not close its values, so nothing is borrowed. Use get(), or build it with"
                            + " closeValues()");
        }
    }

    /** Looks only where a call found nothing: reads that hit need not. */
    void refuseClosed() {
        if (place.state() != State.OPEN) {
            throw closed("nothing is in it");
        }
    }

    CollectionClosedException closed(String what) {
        return new CollectionClosedException(place.closed() + "; " + what);
    }

    void refuseDepth() {
        if (deliveries.isFull()) {
            throw new LifecycleException("the listeners of " + name + " and others change what they are told of, "
                    + BudgetBufferConfig.MAX_DEPTH + " calls deep; nothing was changed. Let them do it elsewhere");
        }
    }

    // ---- views and figures -----------------------------------------------------------------------------------------

    @Override
    public ConcurrentMap<K, V> asMap() {
        refuseClosing("asMap");
        return map;
    }

    @Override
    public long size() {
        return table.size();
    }

    @Override
    public long weight() {
        return upkeep.total();
    }

    @Override
    public long maximum() {
        return upkeep.maximum();
    }

    @Override
    public CacheStats stats() {
        return figures.stats();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return Kind.BOUNDED_CACHE;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public Snapshot snapshot() {
        return place.snapshot(figures.gauges());
    }

    /** Returns the name and how full it is, like {@code quotes 8412/10000}. */
    @Override
    public String toString() {
        return name + " " + (weighed ? weight() : size()) + "/" + maximum();
    }

    // ---- for the parts of it ---------------------------------------------------------------------------------------

    NodeTable table() {
        return table;
    }

    Upkeep upkeep() {
        return upkeep;
    }

    Writes<K, V> writes() {
        return writes;
    }

    /** The time of a write; 0 where nothing expires, and no clock is read. */
    long now() {
        return expires ? times.exact() : 0;
    }

    /** The groups, of a cache that has some. */
    Groups groups() {
        return Objects.requireNonNull(groups, "groups");
    }

    Place place() {
        return place;
    }

    long listenerFailures() {
        return deliveries.listenerFailures();
    }

    @Nullable
    Holdings<V> holdings() {
        return holdings;
    }

    Loads<K, V> loads() {
        return loads;
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        if (!upkeep.invariantsHold() || !table.invariantsHold()) { // first: takes out what is due
            return false;
        }
        long tagged = 0;
        for (int i = 0; i < table.segments(); i++) {
            for (CacheNode node : table.nodes(i)) {
                tagged += node instanceof CacheNode.Full full && full.group != null ? 1 : 0;
            }
        }
        return groups == null || groups.invariantsHold(tagged);
    }
}
