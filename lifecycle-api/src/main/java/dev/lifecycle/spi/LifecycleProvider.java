package dev.lifecycle.spi;

import dev.lifecycle.Snapshot;
import dev.lifecycle.collect.BoundedBuffer;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BudgetBuffer;
import dev.lifecycle.collect.SessionRegistry;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.TextDecoder;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.pool.Recycler;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopedCall;
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

/**
 * What an implementation offers to the static factories of the api; found with {@link java.util.ServiceLoader}.
 *
 * <p>Not for callers. It grows with the api: an implementation belongs to one {@link #API_VERSION}. It has a public
 * constructor without parameters that does nothing.
 */
public interface LifecycleProvider {

    /** The version of this api, major and minor. */
    String API_VERSION = "0.1";

    /** The system property that picks one of several implementations, by class name. */
    String SELECT_PROPERTY = "dev.lifecycle.provider";

    /**
     * Returns the {@link #API_VERSION} this implementation was compiled for, as a constant of its own.
     *
     * @return major and minor version
     */
    String apiVersion();

    /**
     * See {@link Scope#open()}.
     *
     * @return an open scope
     */
    Scope openScope();

    /**
     * See {@link Scope#open(String)}.
     *
     * @param name not yet checked
     * @return an open scope
     */
    Scope openScope(String name);

    /**
     * See {@link Scope#confined()}.
     *
     * @return an open scope
     */
    Scope openConfined();

    /**
     * See {@link dev.lifecycle.scope.ScopeBuilder#open(Scope)}.
     *
     * @param config checked
     * @param owner the parent, or null
     * @return an open scope
     */
    Scope openScope(ScopeConfig config, @Nullable Scope owner);

    /**
     * See {@link Scope#call}.
     *
     * @param body the work
     * @param <T> its result
     * @param <X> what it may throw
     * @return the result of {@code body}
     * @throws X what {@code body} throws
     */
    <T extends @Nullable Object, X extends Throwable> T call(ScopedCall<? extends T, X> body) throws X;

    /**
     * See {@link LeakDetector.Builder#open()}.
     *
     * @param config checked
     * @param <T> the type of what is tracked
     * @return a detector
     */
    <T> LeakDetector<T> leakDetector(LeakDetectorConfig config);

    /**
     * The detector behind named scopes and leases, see {@link LeakDetector#library()}.
     *
     * @return always the same one
     */
    LeakDetector<Object> libraryDetector();

    /**
     * See {@link BoundedBuffer.Builder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <E> the type of its elements
     * @return an open buffer
     */
    <E> BoundedBuffer<E> openBoundedBuffer(BoundedBufferConfig<E> config, @Nullable Scope owner);

    /**
     * See {@link BudgetBuffer.Builder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <E> the type of its elements
     * @return an open buffer
     */
    <E> BudgetBuffer<E> openBudgetBuffer(BudgetBufferConfig<E> config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.collect.BoundedCacheBuilder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <K> the type of its keys
     * @param <V> the type of its values
     * @return an open cache
     */
    <K, V> BoundedCache<K, V> openBoundedCache(BoundedCacheConfig<K, V> config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.collect.SessionRegistryBuilder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <S> the type of its states
     * @return an open registry
     */
    <S> SessionRegistry<S> openSessionRegistry(SessionRegistryConfig<S> config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.weak.WeakKeyMap.Builder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <K> the type of its keys
     * @param <V> the type of its values
     * @return an open map
     */
    <K, V> WeakKeyMap<K, V> openWeakKeyMap(WeakKeyMapConfig<V> config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.weak.WeakValueMap.Builder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <K> the type of its keys
     * @param <V> the type of its values
     * @return an open map
     */
    <K, V> WeakValueMap<K, V> openWeakValueMap(WeakValueMapConfig<K> config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.weak.WeakInterner.Builder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <E> the type of its instances
     * @return an open interner
     */
    <E> WeakInterner<E> openWeakInterner(WeakInternerConfig config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.weak.WeakRegistry.Builder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @return an open registry
     */
    WeakRegistry openWeakRegistry(WeakRegistryConfig config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.weak.Listeners.Builder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <E> the type of the events
     * @return open listeners
     */
    <E> Listeners<E> openListeners(ListenersConfig config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.task.TaskManagerBuilder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @return an open manager
     */
    TaskManager openTaskManager(TaskManagerConfig config, @Nullable Scope owner);

    /**
     * See {@link Timer.Builder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @return an open timer
     */
    Timer openTimer(TimerConfig config, @Nullable Scope owner);

    /**
     * See {@link Timer#shared}.
     *
     * @return always the same
     */
    Timer sharedTimer();

    /**
     * See {@link dev.lifecycle.task.Limiter.Builder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @return an open limiter
     */
    Limiter openLimiter(LimiterConfig config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.task.SingleFlight.Builder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <K> the type of its keys
     * @param <V> the type of its values
     * @return an open single flight
     */
    <K, V> SingleFlight<K, V> openSingleFlight(SingleFlightConfig config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.task.Lazy.Builder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <T> the type of its value
     * @return an open lazy value
     */
    <T> Lazy<T> openLazy(LazyConfig<T> config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.pool.ResourcePoolBuilder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <R> the type of its resources
     * @return an open pool
     */
    <R> ResourcePool<R> openResourcePool(ResourcePoolConfig<R> config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.pool.RecyclerBuilder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @param <W> the type of its workers
     * @return an open recycler
     */
    <W> Recycler<W> openRecycler(RecyclerConfig<W> config, @Nullable Scope owner);

    /**
     * Returns a part that needs a module of the JDK which an image may be without. No signature of this interface may name a type of such a module: {@link
     * java.util.ServiceLoader} looks at all of them.
     *
     * @param type {@link JdbcSupport}, {@link MemorySupport}, {@link HistogramSupport} or {@link HealthSupport}
     * @param <T> the same
     * @return always the same one
     * @throws IllegalArgumentException if there is no such part
     */
    <T> T part(Class<T> type);

    /**
     * See {@link dev.lifecycle.Lifecycle#roots}.
     *
     * @return a snapshot of each open root
     */
    List<Snapshot> roots();

    /**
     * See {@link dev.lifecycle.file.FileProcessorBuilder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @return an open processor
     */
    FileProcessor openFileProcessor(FileProcessorConfig config, @Nullable Scope owner);

    /**
     * See {@link dev.lifecycle.file.TreeProcessorBuilder#open(Scope)}.
     *
     * @param config checked
     * @param owner what closes it, or null
     * @return an open processor
     */
    TreeProcessor openTreeProcessor(TreeProcessorConfig config, @Nullable Scope owner);

    /**
     * See {@link TextDecoder#of}.
     *
     * @param charset of the bytes
     * @param malformed what becomes of bytes that are no text
     * @return a decoder
     */
    TextDecoder textDecoder(Charset charset, Malformed malformed);
}
