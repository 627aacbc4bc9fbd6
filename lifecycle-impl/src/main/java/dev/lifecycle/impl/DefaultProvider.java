package dev.lifecycle.impl;

import dev.lifecycle.Snapshot;
import dev.lifecycle.collect.BoundedBuffer;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BudgetBuffer;
import dev.lifecycle.collect.SessionRegistry;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.TextDecoder;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.impl.collect.ClockCache;
import dev.lifecycle.impl.collect.RingBuffer;
import dev.lifecycle.impl.collect.SessionTable;
import dev.lifecycle.impl.collect.WeighedBuffer;
import dev.lifecycle.impl.file.Decoder;
import dev.lifecycle.impl.file.Processor;
import dev.lifecycle.impl.file.Tree;
import dev.lifecycle.impl.health.Health;
import dev.lifecycle.impl.leak.Detector;
import dev.lifecycle.impl.leak.LibraryDetector;
import dev.lifecycle.impl.memory.Memory;
import dev.lifecycle.impl.memory.OwnHistograms;
import dev.lifecycle.impl.pool.Pool;
import dev.lifecycle.impl.pool.PoolRecycler;
import dev.lifecycle.impl.pool.jdbc.Jdbc;
import dev.lifecycle.impl.scope.ConfinedScope;
import dev.lifecycle.impl.scope.Roots;
import dev.lifecycle.impl.scope.Scopes;
import dev.lifecycle.impl.scope.SharedScope;
import dev.lifecycle.impl.task.Flights;
import dev.lifecycle.impl.task.LazyValue;
import dev.lifecycle.impl.task.Manager;
import dev.lifecycle.impl.task.SlotLimiter;
import dev.lifecycle.impl.task.WheelTimer;
import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.impl.weak.Hub;
import dev.lifecycle.impl.weak.IdentityMap;
import dev.lifecycle.impl.weak.Interner;
import dev.lifecycle.impl.weak.LiveRegistry;
import dev.lifecycle.impl.weak.ValueMap;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.pool.Recycler;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopedCall;
import dev.lifecycle.spi.BoundedBufferConfig;
import dev.lifecycle.spi.BoundedCacheConfig;
import dev.lifecycle.spi.BudgetBufferConfig;
import dev.lifecycle.spi.FileProcessorConfig;
import dev.lifecycle.spi.HealthSupport;
import dev.lifecycle.spi.HistogramSupport;
import dev.lifecycle.spi.JdbcSupport;
import dev.lifecycle.spi.LazyConfig;
import dev.lifecycle.spi.LeakDetectorConfig;
import dev.lifecycle.spi.LifecycleProvider;
import dev.lifecycle.spi.LimiterConfig;
import dev.lifecycle.spi.ListenersConfig;
import dev.lifecycle.spi.MemorySupport;
import dev.lifecycle.spi.RecyclerConfig;
import dev.lifecycle.spi.ResourcePoolConfig;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.spi.SessionRegistryConfig;
import dev.lifecycle.spi.SingleFlightConfig;
import dev.lifecycle.spi.TaskManagerConfig;
import dev.lifecycle.spi.TimerConfig;
import dev.lifecycle.spi.TreeProcessorConfig;
import dev.lifecycle.spi.WeakInternerConfig;
import dev.lifecycle.spi.WeakKeyMapConfig;
import dev.lifecycle.spi.WeakRegistryConfig;
import dev.lifecycle.spi.WeakValueMapConfig;
import dev.lifecycle.task.Lazy;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.SingleFlight;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.Timer;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.WeakInterner;
import dev.lifecycle.weak.WeakKeyMap;
import dev.lifecycle.weak.WeakRegistry;
import dev.lifecycle.weak.WeakValueMap;
import java.nio.charset.Charset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Offers this implementation to the api. */
public final class DefaultProvider implements LifecycleProvider {
    private static final String BUILT_FOR =
            API_VERSION; // a compile-time constant: that of the api it was compiled with

    /** Loads what who waits for a lock needs: where the first one does so while the heap is full, it could not be loaded. */
    public DefaultProvider() {
        Backoff.pause(0);
    }

    @Override
    public String apiVersion() {
        return BUILT_FOR;
    }

    @Override
    public Scope openScope() {
        return new SharedScope();
    }

    @Override
    public Scope openScope(String name) {
        return Scopes.root(name);
    }

    @Override
    public Scope openConfined() {
        return new ConfinedScope();
    }

    @Override
    public Scope openScope(ScopeConfig config, @Nullable Scope owner) {
        return Scopes.built(config, owner);
    }

    @Override
    public <T extends @Nullable Object, X extends Throwable> T call(ScopedCall<? extends T, X> body) throws X {
        return SharedScope.call(body);
    }

    @Override
    public <T> LeakDetector<T> leakDetector(LeakDetectorConfig config) {
        return new Detector<>(config);
    }

    @Override
    public LeakDetector<Object> libraryDetector() {
        return LibraryDetector.instance();
    }

    @Override
    public <E> BoundedBuffer<E> openBoundedBuffer(BoundedBufferConfig<E> config, @Nullable Scope owner) {
        return RingBuffer.open(config, owner);
    }

    @Override
    public <E> BudgetBuffer<E> openBudgetBuffer(BudgetBufferConfig<E> config, @Nullable Scope owner) {
        return WeighedBuffer.open(config, owner);
    }

    @Override
    public <K, V> BoundedCache<K, V> openBoundedCache(BoundedCacheConfig<K, V> config, @Nullable Scope owner) {
        return ClockCache.open(config, owner);
    }

    @Override
    public <S> SessionRegistry<S> openSessionRegistry(SessionRegistryConfig<S> config, @Nullable Scope owner) {
        return SessionTable.open(config, owner);
    }

    @Override
    public <K, V> WeakKeyMap<K, V> openWeakKeyMap(WeakKeyMapConfig<V> config, @Nullable Scope owner) {
        return IdentityMap.open(config, owner);
    }

    @Override
    public <K, V> WeakValueMap<K, V> openWeakValueMap(WeakValueMapConfig<K> config, @Nullable Scope owner) {
        return ValueMap.open(config, owner);
    }

    @Override
    public <E> WeakInterner<E> openWeakInterner(WeakInternerConfig config, @Nullable Scope owner) {
        return Interner.open(config, owner);
    }

    @Override
    public WeakRegistry openWeakRegistry(WeakRegistryConfig config, @Nullable Scope owner) {
        return LiveRegistry.open(config, owner);
    }

    @Override
    public <E> Listeners<E> openListeners(ListenersConfig config, @Nullable Scope owner) {
        return Hub.open(config, owner);
    }

    @Override
    public TaskManager openTaskManager(TaskManagerConfig config, @Nullable Scope owner) {
        return Manager.open(config, owner);
    }

    @Override
    public Timer openTimer(TimerConfig config, @Nullable Scope owner) {
        return WheelTimer.open(config, owner);
    }

    @Override
    public Timer sharedTimer() {
        return WheelTimer.shared();
    }

    @Override
    public Limiter openLimiter(LimiterConfig config, @Nullable Scope owner) {
        return SlotLimiter.open(config, owner);
    }

    @Override
    public <K, V> SingleFlight<K, V> openSingleFlight(SingleFlightConfig config, @Nullable Scope owner) {
        return Flights.open(config, owner);
    }

    @Override
    public <T> Lazy<T> openLazy(LazyConfig<T> config, @Nullable Scope owner) {
        return LazyValue.open(config, owner);
    }

    @Override
    public <R> ResourcePool<R> openResourcePool(ResourcePoolConfig<R> config, @Nullable Scope owner) {
        return Pool.open(config, owner);
    }

    @Override
    public <W> Recycler<W> openRecycler(RecyclerConfig<W> config, @Nullable Scope owner) {
        return PoolRecycler.open(config, owner);
    }

    @Override
    public FileProcessor openFileProcessor(FileProcessorConfig config, @Nullable Scope owner) {
        return Processor.open(config, owner);
    }

    @Override
    public TreeProcessor openTreeProcessor(TreeProcessorConfig config, @Nullable Scope owner) {
        return Tree.open(config, owner);
    }

    @Override
    public TextDecoder textDecoder(Charset charset, Malformed malformed) {
        return Decoder.of(charset, malformed);
    }

    @Override
    public <T> T part(Class<T> type) {
        if (type == JdbcSupport.class) {
            return type.cast(Jdbc.INSTANCE); // loaded here and now: its methods name types of java.sql
        }
        if (type == MemorySupport.class) {
            return type.cast(Memory.INSTANCE);
        }
        if (type == HistogramSupport.class) {
            return type.cast(OwnHistograms.INSTANCE); // likewise, of java.management
        }
        if (type == HealthSupport.class) {
            return type.cast(Health.INSTANCE);
        }
        throw new IllegalArgumentException("there is no part " + type);
    }

    @Override
    public List<Snapshot> roots() {
        return Roots.list();
    }
}
