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
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
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
    private static final int IDLE_TRIES = 16;

    private final String name;
    private final NodeTable table;
    private final Upkeep upkeep;
    private final CacheTimes times;
    private final boolean expires;
    private final long accessNanos; // UNSET where reads put nothing off
    private final boolean hasLimits;
    private final long stepNanos; // by how much a deadline moves at least
    private final boolean failuresKept;
    private final boolean hardBound;
    private final long maximum;
    private final boolean weighed;
    private final NodeMaker<K, V> maker;
    private final Loads<K, V> loads;
    private final Deliveries<K, V> deliveries;
    private final @Nullable Groups groups;
    private final @Nullable Holdings<V> holdings;
    private final @Nullable Reads reads;
    private final @Nullable CacheTimer expiryTimer;
    private final @Nullable CacheTimer readsTimer;
    private final Place place;
    private final BooleanSupplier ticking = this::isOpen; // kept by this cache alone: the coarse clock has it weakly
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
        hardBound = config.hardBound();
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
        maker = new NodeMaker<>(config, groups);
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
        loads = new Loads<>(this, config, clock);
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
        store(key, value, known -> true, new Removed(RemovalCause.REPLACED));
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
            if (store(key, value, node -> isAbsent(node, now), new Removed(RemovalCause.REPLACED))) {
                missed();
                return null;
            }
        }
    }

    /** Whether {@code node} stands for no value at {@code now}. */
    static boolean isAbsent(CacheNode node, long now) {
        return node instanceof Load || node.deadline() <= now || node.value instanceof Failure;
    }

    /**
     * Puts a value.
     *
     * @param removed takes the one that it replaces
     * @return whether it was put; if not, the rule was against it
     */
    boolean store(K key, V value, NodeTable.Rule rule, Removed removed) {
        int hash = table.hash(Objects.requireNonNull(key, "key"));
        Objects.requireNonNull(value, "value");
        refuseDepth();
        if (holdings == null) {
            return store(key, hash, value, rule, removed, null, false);
        }
        refuseClosed();
        holdings.check(value);
        Holding own = new Holding(value, holdings);
        Holding holding = holdings.enter(own); // first: room is not made by closing this very value
        boolean put = false;
        try {
            put = store(key, hash, value, rule, removed, holding, holding == own);
            return put;
        } finally {
            if (!put && holding != own) {
                holding.dropEntry(); // it was the cache's before
            }
        }
    }

    private boolean store(
            K key,
            int hash,
            V value,
            NodeTable.Rule rule,
            Removed removed,
            @Nullable Holding holding,
            boolean needsRoom) {
        removed.now = now();
        CacheNode fresh = null;
        Removed passed = null;
        boolean hasRoom = false;
        NodeTable.Outcome outcome = NodeTable.Outcome.REFUSED;
        try {
            fresh = maker.make(key, hash, value, removed.now, holding);
            if (needsRoom && holdings != null) {
                hasRoom = reserve(holdings);
                if (!hasRoom) {
                    throw loads.full(holdings, "the value was not put");
                }
            }
            passed = passing(fresh, removed.now);
            outcome = hardBound && passed == null
                    ? upkeep.putHard(fresh, rule, removed)
                    : table.put(fresh, rule, removed, passed);
        } finally {
            if (fresh != null) {
                maker.entered(fresh);
            }
            if (outcome != NodeTable.Outcome.PUT && needsRoom && holding != null) {
                holding.forget(hasRoom);
            }
        }
        if (outcome == NodeTable.Outcome.REFUSED) {
            throw closed("the value was not put");
        }
        if (outcome == NodeTable.Outcome.PUT) {
            entered(fresh, removed, passed);
        }
        return outcome == NodeTable.Outcome.PUT;
    }

    /** Makes the node of a value that was loaded, and is the cache's: where it closes values, with room for this one. */
    CacheNode makeLoaded(K key, int hash, V value) {
        long now = now();
        if (holdings == null) {
            return maker.make(key, hash, value, now, null);
        }
        Holding holding = holdings.acquire(value);
        boolean made = false;
        try {
            CacheNode node = maker.make(key, hash, value, now, holding);
            made = true;
            return node;
        } finally {
            if (!made) {
                holding.dropEntry();
            }
        }
    }

    /** Returns what takes the value of {@code fresh} if that is let go as soon as it is put; else null. */
    @Nullable
    Removed passing(CacheNode fresh, long now) {
        return fresh.weight() > upkeep.maximum()
                ? new Removed(RemovalCause.EVICTED)
                : fresh.deadline() <= now ? new Removed(RemovalCause.EXPIRED) : null;
    }

    /** Tells upkeep of {@code fresh}, which is in the table, or else in {@code passed}, and of what it replaced. */
    void entered(CacheNode fresh, @Nullable Removed removed, @Nullable Removed passed) {
        CacheNode old = removed == null || !removed.isTaken() ? null : removed.node;
        if (passed != null || hardBound) {
            if (old != null && removed != null) {
                upkeep.told(old, removed);
            }
            if (passed != null) {
                upkeep.passed(fresh, passed);
            }
        } else if (old != null && removed != null) {
            upkeep.replaced(fresh, old, removed);
        } else {
            upkeep.inserted(fresh, null);
        }
    }

    /** Takes room for an open value; lets idle ones go for it. */
    boolean reserve(Holdings<V> holdings) {
        while (!holdings.reserve()) {
            if (!upkeep.evictIdle(IDLE_TRIES) && !evictAnyIdle()) {
                return holdings.reserve();
            }
        }
        return true;
    }

    /** Lets an idle value go, wherever it is: O(size), when the coldest are all in use. */
    private boolean evictAnyIdle() {
        for (int i = 0; i < table.segments(); i++) {
            for (CacheNode node : table.nodes(i)) {
                if (!Upkeep.isLent(node) && upkeep.evict(node)) {
                    return true;
                }
            }
        }
        return false;
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
        long target = level == Pressure.TRIM ? before - before / 4 : level == Pressure.CLEANUP ? before / 4 : 0;
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
        Map<RemovalCause, Long> removals = new EnumMap<>(RemovalCause.class);
        for (RemovalCause cause : RemovalCause.values()) {
            removals.put(cause, table.removed(cause));
        }
        return new CacheStats(
                reads == null ? 0 : reads.hits.sum(),
                reads == null ? 0 : reads.misses.sum(),
                reads == null ? 1 : reads.recentRate(),
                loads.successes(),
                loads.failures(),
                loads.time(),
                table.inserted(),
                removals,
                upkeep.removedWeight(),
                deliveries.listenerFailures(),
                holdings == null ? 0 : holdings.closed(),
                holdings == null ? 0 : holdings.failures(),
                holdings == null ? 0 : holdings.open(),
                holdings == null ? 0 : holdings.borrowed());
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
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("size", size());
        gauges.put("maximum", maximum());
        if (weighed) {
            gauges.put("weight", weight());
        }
        if (reads != null) {
            gauges.put("hitRate", Math.round(reads.recentRate() * 1000) / 1000.0);
        }
        gauges.put("evicted", table.removed(RemovalCause.EVICTED));
        if (expires) {
            gauges.put("expired", table.removed(RemovalCause.EXPIRED));
        }
        if (groups != null) {
            gauges.put("groups", groups.size());
        }
        if (holdings != null) {
            gauges.put("open", holdings.open());
            gauges.put("borrowed", holdings.borrowed());
            gauges.put("closeFailures", holdings.failures());
        }
        if (deliveries.listenerFailures() > 0) {
            gauges.put("listenerFailures", deliveries.listenerFailures());
        }
        return place.snapshot(gauges);
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

    NodeMaker<K, V> maker() {
        return maker;
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

    boolean isHard() {
        return hardBound;
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
