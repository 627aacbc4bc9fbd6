package dev.lifecycle.impl.collect;

import dev.lifecycle.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.collect.RemovalListener;
import dev.lifecycle.collect.Session;
import dev.lifecycle.collect.SessionRegistry;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.scope.Release;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.BoundedCacheConfig;
import dev.lifecycle.spi.SessionRegistryConfig;
import dev.lifecycle.time.TimeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sessions: the values of a cache whose keys are selectors of ids, grouped by principal. */
public final class SessionTable<S> implements SessionRegistry<S> {
    /*
     * A session has one node in the cache for all its life. The part of an id by which it is found stays the same when the id is
     * rotated; the other part is compared with that of the entry's current handle. So a rotation moves nothing: not the node,
     * nor its group, deadline or place in the policy. What ends a principal's sessions ends their nodes.
     *   I1  a session is open exactly while its node is alive, not expired, and its current handle not over. Of an id: if, on
     *       top of that, the current handle is its.
     *   I2  a handle that is over is followed by the end of its node, by the thread that made it so.
     *   I3  a rotation counts if the node is alive after it: what kills the node afterwards ends the session under its new id.
     *   I4  a touch counts if it moves the deadline before the node is sealed, see CacheNode.Timed.
     */
    private final String name;
    private final Function<Object, ? extends S> factory;
    private final int perPrincipal;
    private final @Nullable Release<Object> release; // null where states are not closed
    private final boolean closesAnything; // not only what is AutoCloseable
    private final TimeSource clock;
    private final SessionIds ids = new SessionIds();
    private final ReentrantLock limiting =
            new ReentrantLock(); // of two that choose the oldest, both may choose the same
    private final ClockCache<Long, SessionEntry<S>> cache;

    @SuppressWarnings("unchecked") // states only are released
    private SessionTable(SessionRegistryConfig<S> config) {
        name = config.name();
        factory = config.factory();
        perPrincipal = config.perPrincipal();
        clock = SteadyClock.of(config.timeSource());
        SessionRegistryConfig.Closing<S> closing = config.closing();
        Release<? super S> own = closing == null ? null : closing.release();
        closesAnything = own != null;
        release = closing == null
                ? null
                : own == null ? state -> ((AutoCloseable) state).close() : state -> own.release((S) state);
        cache = new ClockCache<>(cacheConfig(config, release), this);
    }

    private static <S> BoundedCacheConfig<Long, SessionEntry<S>> cacheConfig(
            SessionRegistryConfig<S> config, @Nullable Release<Object> release) {
        return new BoundedCacheConfig<>(
                config.name(),
                config.maximum(),
                null,
                new BoundedCacheConfig.Expiry<>(config.absoluteNanos(), config.timeoutNanos(), null, true),
                false,
                false,
                0,
                BoundedCacheConfig.DEFAULT_ALERT_NANOS,
                listener(config.listener()),
                config.executor(),
                release == null
                        ? null
                        : new BoundedCacheConfig.Closing<>(entry -> release.release(entry.state), Integer.MAX_VALUE),
                BoundedCacheConfig.UNSET,
                BoundedCacheConfig.UNSET,
                (selector, entry) -> entry.principal,
                config.timeSource());
    }

    private static <S> @Nullable RemovalListener<Long, SessionEntry<S>> listener(
            @Nullable BiConsumer<? super Session<S>, ? super RemovalCause> target) {
        return target == null ? null : (selector, entry, cause) -> target.accept(entry.current(), cause);
    }

    /** See {@link dev.lifecycle.collect.SessionRegistryBuilder#open(Scope)}. */
    public static <S> SessionRegistry<S> open(SessionRegistryConfig<S> config, @Nullable Scope owner) {
        SessionTable<S> registry = new SessionTable<>(config);
        registry.cache.enter(owner, registry, SessionRegistry.class);
        return registry;
    }

    // ---- opening ---------------------------------------------------------------------------------------------------

    @Override
    public Session<S> open(Object principal) {
        Objects.requireNonNull(principal, "principal");
        cache.refuseDepth();
        cache.refuseClosed();
        S state = Objects.requireNonNull(
                factory.apply(principal), () -> "the state that the factory of registry " + name + " returned");
        if (release != null && !closesAnything && !(state instanceof AutoCloseable)) {
            throw new IllegalArgumentException("registry " + name + " closes its states, and a "
                    + state.getClass().getName() + " is not AutoCloseable; use closeStates(release)");
        }
        try {
            return open(principal, state);
        } catch (Throwable failure) { // closed meanwhile, or a principal's hashCode: the state is nobody's
            discard(state, failure);
            throw failure;
        }
    }

    private Session<S> open(Object principal, S state) {
        while (true) {
            long selector = ids.selector();
            SessionEntry<S> entry = new SessionEntry<>(ids.id(selector), principal, state, clock);
            Session<S> session = entry.current();
            if (cache.writes().store(selector, entry, known -> false, new Removed(RemovalCause.REPLACED))) {
                if (perPrincipal != Integer.MAX_VALUE) {
                    limit(selector);
                }
                return session;
            } // somebody has this selector
        }
    }

    private void discard(S state, Throwable failure) {
        if (release != null) {
            try {
                release.release(state);
            } catch (Throwable second) { // user code
                if (second != failure) {
                    failure.addSuppressed(second);
                }
            }
        }
    }

    /** Ends the least recently used sessions of the principal who has this one, and too many. */
    private void limit(Long selector) {
        CacheNode node = cache.table().find(selector, cache.table().hash(selector));
        Groups.Group group = node instanceof CacheNode.Full full ? full.group : null;
        if (group == null) {
            return; // it has ended by this
        }
        while (true) {
            CacheNode oldest;
            Removed removed = new Removed(RemovalCause.EVICTED);
            limiting.lock(); // nothing of the user's runs with it
            try {
                List<CacheNode.Full> nodes = group.list();
                if (nodes.size() <= perPrincipal) {
                    return;
                }
                oldest = leastRecent(nodes);
                if (oldest instanceof CacheNode.Timed timed && timed.seal(cache.now())) {
                    removed.cause = RemovalCause.EXPIRED;
                }
                cache.table().retire(oldest, removed);
            } finally {
                limiting.unlock();
            }
            if (removed.isTaken()) {
                cache.upkeep().told(oldest, removed);
            }
        }
    }

    private CacheNode leastRecent(List<CacheNode.Full> newestFirst) {
        CacheNode oldest = newestFirst.get(0);
        long idle = -1;
        for (CacheNode node : newestFirst) {
            SessionEntry<S> entry = entry(node);
            if (entry == null) {
                return node; // gone
            }
            long each = entry.idleNanos();
            if (each >= idle) {
                idle = each;
                oldest = node;
            }
        }
        return oldest;
    }

    // ---- looking up ------------------------------------------------------------------------------------------------

    /** What an id stands for. */
    private record Found<S>(CacheNode.Timed node, SessionEntry<S> entry, SessionEntry.Handle<S> handle) {}

    /** Returns the open session that has {@code id} now. */
    private @Nullable Found<S> look(String id) {
        long selector = SessionIds.selectorOf(Objects.requireNonNull(id, "id"));
        if (selector != SessionIds.NONE) {
            Long key = selector;
            CacheNode node = cache.table().find(key, cache.table().hash(key));
            SessionEntry<S> entry = node == null ? null : cache.present(node);
            SessionEntry.Handle<S> handle = entry == null ? null : entry.current(id);
            if (entry != null && handle != null && node instanceof CacheNode.Timed timed) {
                return new Found<>(timed, entry, handle);
            }
            if (node != null && entry == null) {
                cache.expire(node, cache.now());
            }
        }
        cache.refuseClosed();
        return null;
    }

    /** Returns the open session that has {@code id} now, after touching it. */
    private @Nullable Found<S> use(String id) {
        Found<S> found = look(id);
        if (found == null || !cache.touch(found.node)) {
            return null;
        }
        found.entry.used();
        return found;
    }

    /** The entry of {@code node}, if it is alive. */
    @SuppressWarnings("unchecked") // the cache holds nothing else
    private @Nullable SessionEntry<S> entry(CacheNode node) {
        return (SessionEntry<S>) node.value;
    }

    @Override
    public Optional<Session<S>> find(String id) {
        Found<S> found = look(id);
        return found == null ? Optional.empty() : Optional.of(found.handle);
    }

    @Override
    public boolean touch(String id) {
        return use(id) != null;
    }

    @Override
    public @Nullable Lease<S> borrow(String id) {
        if (release == null) {
            throw new UnsupportedOperationException("registry " + name + " does not close its states, so nothing is"
                    + " borrowed. Use find() and touch(), or build it with closeStates()");
        }
        Found<S> found = use(id);
        Lease<SessionEntry<S>> lease = found == null ? null : cache.lease(found.node);
        return lease == null ? null : new StateLease<>(lease);
    }

    /** A lease on the state of an entry. */
    private record StateLease<S>(Lease<SessionEntry<S>> lease) implements Lease<S> {
        @Override
        public S get() {
            return lease.get().state;
        }

        @Override
        public Lease<S> label(String what) {
            lease.label(what);
            return this;
        }

        @Override
        public void invalidate(Throwable cause) {
            lease.invalidate(cause);
        }

        @Override
        public void close() {
            lease.close();
        }

        @Override
        public String toString() {
            return "lease of the state of a session"; // whose text is the user's
        }
    }

    @Override
    public Optional<Session<S>> rotate(String id) {
        Found<S> found = use(id);
        if (found == null) {
            return Optional.empty();
        }
        SessionEntry.Handle<S> fresh = found.entry.rotate(found.handle, ids.id(SessionIds.selectorOf(id)));
        return fresh == null || !found.node.isAlive() ? Optional.empty() : Optional.of(fresh);
    }

    // ---- ending ----------------------------------------------------------------------------------------------------

    @Override
    public boolean invalidate(String id) {
        cache.refuseDepth();
        Found<S> found = look(id);
        return found != null && found.entry.end(found.handle) && cache.upkeep().remove(found.node);
    }

    @Override
    public int invalidatePrincipal(Object principal) {
        Objects.requireNonNull(principal, "principal");
        cache.refuseDepth();
        cache.refuseClosed();
        int count = 0;
        for (CacheNode.Full node : cache.groups().nodes(principal)) {
            count += end(node) ? 1 : 0;
        }
        return count;
    }

    /** Ends the session of {@code node}; false if it had ended, or has timed out. */
    private boolean end(CacheNode.Timed node) {
        boolean expired = node.seal(cache.now());
        Object ended = cache.upkeep().remove(node, expired ? RemovalCause.EXPIRED : RemovalCause.INVALIDATED);
        return ended != null && !expired;
    }

    @Override
    public long invalidateIf(Predicate<? super Session<S>> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return cache.invalidateIf((selector, entry) -> predicate.test(entry.current()));
    }

    @Override
    public void close() {
        cache.close();
    }

    // ---- figures ---------------------------------------------------------------------------------------------------

    @Override
    public List<Session<S>> sessions(Object principal) {
        Objects.requireNonNull(principal, "principal");
        cache.refuseClosed();
        List<Session<S>> open = new ArrayList<>();
        for (CacheNode node : cache.groups().nodes(principal)) {
            SessionEntry<S> entry = cache.present(node);
            if (entry != null) {
                open.add(entry.current());
            }
        }
        return Collections.unmodifiableList(open);
    }

    @Override
    public int principals() {
        return cache.groups().size();
    }

    @Override
    public long size() {
        return cache.size();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return Kind.SESSION_REGISTRY;
    }

    @Override
    public State state() {
        return cache.state();
    }

    @Override
    public Snapshot snapshot() {
        NodeTable table = cache.table();
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("sessions", size());
        gauges.put("maximum", cache.maximum());
        gauges.put("principals", principals());
        gauges.put("opened", table.inserted());
        gauges.put("expired", table.removed(RemovalCause.EXPIRED));
        gauges.put("evicted", table.removed(RemovalCause.EVICTED));
        gauges.put("invalidated", table.removed(RemovalCause.INVALIDATED));
        Holdings<SessionEntry<S>> holdings = cache.holdings();
        if (holdings != null) {
            gauges.put("borrowed", holdings.borrowed());
            gauges.put("closeFailures", holdings.failures());
        }
        if (cache.listenerFailures() > 0) {
            gauges.put("listenerFailures", cache.listenerFailures());
        }
        return cache.place().snapshot(gauges);
    }

    /** Returns the name and how full it is, like {@code sessions 12/10000}. */
    @Override
    public String toString() {
        return name + " " + size() + "/" + cache.maximum();
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        return cache.invariantsHold();
    }
}
