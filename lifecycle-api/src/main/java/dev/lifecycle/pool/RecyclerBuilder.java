package dev.lifecycle.pool;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.RecyclerConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link Recycler}. Not thread-safe; may be used again: each {@code open} makes another recycler.
 *
 * @param <W> the type of the workers
 */
public final class RecyclerBuilder<W> {
    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofSeconds(Long.MAX_VALUE);

    private final ResourcePoolBuilder<W> pool;
    private int workers = 1;
    private int maxConcurrent = 1;
    private int minHealthy = 1;
    private @Nullable Predicate<? super WorkerStats<W>> when;
    private @Nullable Consumer<? super W> warmUp;

    RecyclerBuilder(String name, ResourceFactory<W> factory) {
        pool = new ResourcePoolBuilder<>(name, factory)
                .overflow(0)
                .maxAge(Duration.ZERO, 0)
                .maxUses(1_000, 50)
                .leakDetection(LeakLevel.ADAPTIVE, AS_LONG_AS_IT_TAKES)
                .usageWarning(Double.MAX_VALUE, 0) // all at work: that is how it is meant to be
                .prefill(true);
    }

    /**
     * Sets how many workers there are. They begin to be made when it is opened. Default: 1.
     *
     * @param count between 1 and {@value ResourcePoolBuilder#MAX_RESOURCES}
     * @return this
     * @throws IllegalArgumentException if {@code count} is outside these bounds
     */
    public RecyclerBuilder<W> workers(int count) {
        if (count < 1 || count > ResourcePoolBuilder.MAX_RESOURCES) {
            throw new IllegalArgumentException(
                    "workers is " + count + "; it must be between 1 and " + ResourcePoolBuilder.MAX_RESOURCES);
        }
        workers = count;
        return this;
    }

    /**
     * Has a worker replaced when it was used so often, or somewhat more or less often. Default: 1,000 and 50. Until its successor is made and warmed up it serves on, and
     * is used some more.
     *
     * @param uses at least 1; 0 for any number
     * @param jitter by how much the limit may be higher or lower, from 0 to {@code uses - 1}; without effect where there is no limit
     * @return this
     * @throws IllegalArgumentException if one of them is outside its bounds
     */
    public RecyclerBuilder<W> maxUses(long uses, long jitter) {
        pool.maxUses(uses, jitter);
        return this;
    }

    /**
     * Has a worker replaced when it is that old, or somewhat earlier. Default: at any age.
     *
     * @param age zero for any age
     * @param jitter by which part of {@code age} the limit may be shorter, from 0 to 1
     * @return this
     * @throws IllegalArgumentException if one of them is outside its bounds
     */
    public RecyclerBuilder<W> maxAge(Duration age, double jitter) {
        pool.maxAge(age, jitter);
        return this;
    }

    /**
     * Has a worker replaced when {@code worn} says so, after a use: for what a worker knows best, like the memory it takes. Called on the thread of the
     * user, while the worker is nobody's. Default: never.
     *
     * @param worn what it throws is logged, and the worker stays
     * @return this
     */
    public RecyclerBuilder<W> when(Predicate<? super WorkerStats<W>> worn) {
        when = Objects.requireNonNull(worn, "worn");
        return this;
    }

    /**
     * Warms up a worker before it gets its first use, on the thread that made it and within the same time limit. Default: nothing.
     *
     * @param action what it throws ends the worker, as if it could not be made
     * @return this
     */
    public RecyclerBuilder<W> warmUp(Consumer<? super W> action) {
        warmUp = Objects.requireNonNull(action, "action");
        return this;
    }

    /**
     * Sets how many workers are there, whatever is replaced. Default: 1.
     *
     * @param count from 0 to the number of workers, which is checked when it is opened
     * @return this
     * @throws IllegalArgumentException if {@code count} is negative
     */
    public RecyclerBuilder<W> minHealthy(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("minHealthy is " + count + "; it must be at least 0");
        }
        minHealthy = count;
        return this;
    }

    /**
     * Limits how many workers are replaced at one time. There are that many more of them for a while. Default: 1.
     *
     * @param count between 1 and {@value ResourcePoolBuilder#MAX_RESOURCES}; together with the workers not more than one above that, which is checked when it is opened
     * @return this
     * @throws IllegalArgumentException if {@code count} is outside these bounds
     */
    public RecyclerBuilder<W> maxConcurrent(int count) {
        if (count < 1 || count > ResourcePoolBuilder.MAX_RESOURCES) {
            throw new IllegalArgumentException(
                    "maxConcurrent is " + count + "; it must be between 1 and " + ResourcePoolBuilder.MAX_RESOURCES);
        }
        maxConcurrent = count;
        return this;
    }

    /**
     * Sets after how long it is reported that a worker whose successor is ready is still in use. Default: 30 seconds.
     *
     * @param time positive
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public RecyclerBuilder<W> drainTimeout(Duration time) {
        pool.drainTimeout(time);
        return this;
    }

    /**
     * Limits how long a worker takes to be made and warmed up. Default: 30 seconds.
     *
     * @param time positive
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public RecyclerBuilder<W> createTimeout(Duration time) {
        pool.createTimeout(time);
        return this;
    }

    /**
     * Sets how long {@link Recycler#use} waits for a worker. Default: 30 seconds.
     *
     * @param time zero does not wait; long ones are as good as for ever
     * @return this
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public RecyclerBuilder<W> waitTimeout(Duration time) {
        if (Objects.requireNonNull(time, "time").isNegative()) {
            throw new IllegalArgumentException(
                    "waitTimeout is " + time + "; it must not be negative. Zero does not wait");
        }
        pool.acquireTimeout(time);
        return this;
    }

    /**
     * Tells {@code listener} what happens, besides the log. Default: nobody.
     *
     * @param listener hears it
     * @return this
     */
    public RecyclerBuilder<W> listener(PoolListener listener) {
        pool.listener(listener);
        return this;
    }

    /**
     * Sets the clock of deadlines and ages. Default: {@link TimeSource#system}.
     *
     * @param clock the clock
     * @return this
     */
    public RecyclerBuilder<W> timeSource(TimeSource clock) {
        pool.timeSource(clock);
        return this;
    }

    /**
     * Opens a recycler that the caller closes. One that is dropped without being closed is reported as a leak.
     *
     * @return an open recycler
     * @throws IllegalArgumentException if settings contradict each other
     */
    public Recycler<W> open() {
        return Lifecycle.provider().openRecycler(config(), null);
    }

    /**
     * Opens a recycler that {@code owner} closes, unless it is closed before.
     *
     * @param owner an open scope
     * @return an open recycler
     * @throws IllegalArgumentException if settings contradict each other
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    public Recycler<W> open(Scope owner) {
        return Lifecycle.provider().openRecycler(config(), Objects.requireNonNull(owner, "owner"));
    }

    private RecyclerConfig<W> config() {
        if (minHealthy > workers) {
            throw new IllegalArgumentException("minHealthy is " + minHealthy + "; it must be at most workers, "
                    + workers + ". Have more workers, or keep fewer");
        }
        int room = ResourcePoolBuilder.MAX_RESOURCES - workers + 1;
        if (maxConcurrent > room) {
            throw new IllegalArgumentException("maxConcurrent is " + maxConcurrent + "; with " + workers
                    + " workers it must be at most " + room + ". Have fewer workers, or replace fewer at one time");
        }
        pool.core(workers).minAvailable(minHealthy).maxConcurrentRecycles(maxConcurrent);
        return new RecyclerConfig<>(pool.config(), when, warmUp);
    }
}
