package dev.lifecycle.pool;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.ResourcePoolConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link ResourcePool}. Not thread-safe; may be used again: each {@code open} makes another pool.
 *
 * <p>Ages, idle times and durations of leases are measured by rounds of the library's timer thread, every tenth of a second, or less often where the limits are
 * long: never early, and late by a round.
 *
 * @param <R> the type of the resources
 */
public final class ResourcePoolBuilder<R> {

    /** The most resources of a pool, core and overflow together. */
    public static final int MAX_RESOURCES = 1 << 16;

    /** How many events wait for a listener at most. */
    public static final int MAX_EVENTS = 1_000;

    private final String name;
    private final ResourceFactory<R> factory;
    private int core = 20;
    private int overflow = 10;
    private Duration overflowIdle = Duration.ZERO;
    private Duration acquireTimeout = Duration.ofSeconds(30);
    private int maxWaiters = 10_000;
    private Duration maxAge = Duration.ofHours(1);
    private double maxAgeJitter = 0.2;
    private long maxUses;
    private long maxUsesJitter;
    private Duration maxIdle = Duration.ZERO;
    private Duration validateAfterIdle = Duration.ofSeconds(1);
    private Duration validateInBackground = Duration.ofMinutes(2);
    private Duration validateTimeout = Duration.ofSeconds(5);
    private Duration createTimeout = Duration.ofSeconds(30);
    private Duration drainTimeout = Duration.ofSeconds(30);
    private Duration closeTimeout = Duration.ofSeconds(30);
    private int maxConcurrentRecycles = 1;
    private int minAvailable;
    private boolean prefill;
    private Fairness fairness = Fairness.BOUNDED;
    private LeakLevel leakLevel = LeakLevel.ADAPTIVE;
    private Duration leakAge = Duration.ofMinutes(1);
    private double usageWarning = 0.9;
    private double usageClear = 0.8;
    private NestedAcquire nestedAcquire = NestedAcquire.WARN;
    private Order order = Order.LIFO;
    private @Nullable PoolListener listener;
    private TimeSource timeSource = TimeSource.system();

    ResourcePoolBuilder(String name, ResourceFactory<R> factory) {
        this.name = Names.check(name, "name");
        this.factory = Objects.requireNonNull(factory, "factory");
    }

    /**
     * Sets how many resources it keeps. They are made when they are needed, unless {@link #prefill} says otherwise. Default: 20.
     *
     * @param resources between 1 and {@value #MAX_RESOURCES}
     * @return this
     * @throws IllegalArgumentException if {@code resources} is outside these bounds
     */
    public ResourcePoolBuilder<R> core(int resources) {
        if (resources < 1 || resources > MAX_RESOURCES) {
            throw new IllegalArgumentException("core is " + resources + "; it must be between 1 and " + MAX_RESOURCES);
        }
        core = resources;
        return this;
    }

    /**
     * Sets how many more it makes when all are in use; these are ended when they are given back and nobody waits, see {@link
     * #overflowIdle}. Default: 10.
     *
     * @param resources between 0 and {@value #MAX_RESOURCES}
     * @return this
     * @throws IllegalArgumentException if {@code resources} is outside these bounds
     */
    public ResourcePoolBuilder<R> overflow(int resources) {
        if (resources < 0 || resources > MAX_RESOURCES) {
            throw new IllegalArgumentException(
                    "overflow is " + resources + "; it must be between 0 and " + MAX_RESOURCES);
        }
        overflow = resources;
        return this;
    }

    /**
     * Lets resources of the overflow stay for a while when they are given back, so that they need not be made again a moment later. Default: not at all.
     *
     * @param time zero to end them at once
     * @return this
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public ResourcePoolBuilder<R> overflowIdle(Duration time) {
        overflowIdle = notNegative(time, "overflowIdle", "Zero ends them at once");
        return this;
    }

    /**
     * Sets how long {@link ResourcePool#acquire()} takes at most, making and checking a resource included. Default: 30 seconds.
     *
     * @param time zero does not wait; long ones are as good as for ever
     * @return this
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public ResourcePoolBuilder<R> acquireTimeout(Duration time) {
        acquireTimeout = notNegative(time, "acquireTimeout", "Zero does not wait");
        return this;
    }

    /**
     * Limits how many callers wait; one more is turned away at once. Default: 10,000.
     *
     * @param callers at least 0, for nobody: then there is only what is idle
     * @return this
     * @throws IllegalArgumentException if {@code callers} is negative
     */
    public ResourcePoolBuilder<R> maxWaiters(int callers) {
        if (callers < 0) {
            throw new IllegalArgumentException(
                    "maxWaiters is " + callers + "; it must be at least 0, which lets nobody wait");
        }
        maxWaiters = callers;
        return this;
    }

    /**
     * Has a resource replaced when it is that old, or somewhat earlier: each one has a limit of its own, so that those made together are not replaced together.
     * Default: an hour and 0.2.
     *
     * @param age zero for any age
     * @param jitter by which part of {@code age} the limit may be shorter, from 0 to 1; without effect where there is no limit
     * @return this
     * @throws IllegalArgumentException if {@code age} is negative, or {@code jitter} outside its bounds
     */
    public ResourcePoolBuilder<R> maxAge(Duration age, double jitter) {
        maxAge = notNegative(age, "maxAge", "Zero is no limit");
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException(
                    "jitter is " + jitter + "; it must be between 0, for none, and 1, for the whole age");
        }
        maxAgeJitter = jitter;
        return this;
    }

    /**
     * Has a resource replaced when it was lent out so often, or somewhat more or less often. Default: any number.
     *
     * @param uses at least 1; 0 for any number
     * @param jitter by how much the limit may be higher or lower, from 0 to {@code uses - 1}; without effect where there is no limit
     * @return this
     * @throws IllegalArgumentException if one of them is outside its bounds
     */
    public ResourcePoolBuilder<R> maxUses(long uses, long jitter) {
        if (uses < 0) {
            throw new IllegalArgumentException("maxUses is " + uses + "; it must be at least 1, or 0 for no limit");
        }
        if (jitter < 0 || uses > 0 && jitter >= uses) {
            throw new IllegalArgumentException("jitter is " + jitter + "; it must be between 0 and "
                    + Math.max(0, uses - 1) + ", or some resources would not be used at all");
        }
        maxUses = uses;
        maxUsesJitter = jitter;
        return this;
    }

    /**
     * Ends resources that were not used for so long, down to {@link #minAvailable}. Default: never.
     *
     * @param time zero for never
     * @return this
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public ResourcePoolBuilder<R> maxIdle(Duration time) {
        maxIdle = notNegative(time, "maxIdle", "Zero is no limit");
        return this;
    }

    /**
     * Has a resource {@linkplain ResourceFactory#validate validated} before it is lent out, if it was not used for so long. Default: a second.
     *
     * @param time zero for each time, but the first use of one that was made just now
     * @return this
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public ResourcePoolBuilder<R> validateAfterIdle(Duration time) {
        validateAfterIdle = notNegative(time, "validateAfterIdle", "Zero validates each time");
        return this;
    }

    /**
     * Has resources that stay idle validated so often: one that broke is found before somebody needs it, and a firewall does not forget it. Default: two
     * minutes.
     *
     * @param time zero for never
     * @return this
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public ResourcePoolBuilder<R> validateInBackground(Duration time) {
        validateInBackground = notNegative(time, "validateInBackground", "Zero never does");
        return this;
    }

    /**
     * Limits how long {@link ResourceFactory#validate} and {@link ResourceFactory#destroy} take. After that, their thread is interrupted, {@link
     * ResourceFactory#abort} called, and the pool goes on without the resource. Default: 5 seconds.
     *
     * @param time positive; zero to validate on the thread of the borrower, without a limit: for checks that cannot hang, since it saves two changes of threads
     * @return this
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public ResourcePoolBuilder<R> validateTimeout(Duration time) {
        validateTimeout = notNegative(time, "validateTimeout", "Zero validates on the thread of the borrower");
        return this;
    }

    /**
     * Limits how long {@link ResourceFactory#create} takes. After that, its thread is interrupted, the attempt has failed, and what it makes later is destroyed.
     * Default: 30 seconds.
     *
     * @param time positive
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public ResourcePoolBuilder<R> createTimeout(Duration time) {
        createTimeout = positive(time, "createTimeout");
        return this;
    }

    /**
     * Sets after how long it is reported that a resource whose successor is ready is still lent out. Default: 30 seconds.
     *
     * @param time positive
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public ResourcePoolBuilder<R> drainTimeout(Duration time) {
        drainTimeout = positive(time, "drainTimeout");
        return this;
    }

    /**
     * Sets how long {@link ResourcePool#close()} waits for leases. Default: 30 seconds.
     *
     * @param time zero not to wait
     * @return this
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public ResourcePoolBuilder<R> closeTimeout(Duration time) {
        closeTimeout = notNegative(time, "closeTimeout", "Zero does not wait");
        return this;
    }

    /**
     * Limits how many resources are replaced at one time, from when the successor begins to be made until the predecessor is ended. There are that many more resources than
     * core and overflow at most. Default: 1.
     *
     * @param resources between 1 and {@value #MAX_RESOURCES}
     * @return this
     * @throws IllegalArgumentException if {@code resources} is outside these bounds
     */
    public ResourcePoolBuilder<R> maxConcurrentRecycles(int resources) {
        if (resources < 1 || resources > MAX_RESOURCES) {
            throw new IllegalArgumentException(
                    "maxConcurrentRecycles is " + resources + "; it must be between 1 and " + MAX_RESOURCES);
        }
        maxConcurrentRecycles = resources;
        return this;
    }

    /**
     * Sets how many resources stay, whatever is idle or too old; those that break are replaced without being asked for. Default: 0.
     *
     * @param resources from 0 to core, which is checked when it is opened
     * @return this
     * @throws IllegalArgumentException if {@code resources} is negative
     */
    public ResourcePoolBuilder<R> minAvailable(int resources) {
        if (resources < 0) {
            throw new IllegalArgumentException("minAvailable is " + resources + "; it must be at least 0");
        }
        minAvailable = resources;
        return this;
    }

    /**
     * Begins to make the core resources when it is opened, in the background. Default: no.
     *
     * @param yes whether to
     * @return this
     */
    public ResourcePoolBuilder<R> prefill(boolean yes) {
        prefill = yes;
        return this;
    }

    /**
     * Says how far callers may overtake those who wait. Default: {@link Fairness#BOUNDED}.
     *
     * @param how the bounds
     * @return this
     */
    public ResourcePoolBuilder<R> fairness(Fairness how) {
        fairness = Objects.requireNonNull(how, "how");
        return this;
    }

    /**
     * Says what is done to name those who do not give back. Default: {@link LeakLevel#ADAPTIVE}, and a minute.
     *
     * @param level how much
     * @param age after how long a lease is reported as held; it becomes suspicious after half of it
     * @return this
     * @throws IllegalArgumentException if {@code age} is not positive
     */
    public ResourcePoolBuilder<R> leakDetection(LeakLevel level, Duration age) {
        leakLevel = Objects.requireNonNull(level, "level");
        leakAge = positive(age, "age");
        return this;
    }

    /**
     * Says from which usage on there is a warning, and below which it is over. Default: 0.9 and 0.8.
     *
     * @param warnAt which part of the core is lent out, above 0
     * @param clearAt less than {@code warnAt}, at least 0
     * @return this
     * @throws IllegalArgumentException if one of them is outside its bounds
     */
    public ResourcePoolBuilder<R> usageWarning(double warnAt, double clearAt) {
        if (!(warnAt > 0 && warnAt < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("warnAt is " + warnAt + "; it must be above 0");
        }
        if (!(clearAt >= 0 && clearAt < warnAt)) {
            throw new IllegalArgumentException(
                    "clearAt is " + clearAt + "; it must be at least 0 and less than warnAt, " + warnAt);
        }
        usageWarning = warnAt;
        usageClear = clearAt;
        return this;
    }

    /**
     * Says what happens when a thread that holds a lease would have to wait for another. Default: {@link NestedAcquire#WARN}.
     *
     * @param what happens
     * @return this
     */
    public ResourcePoolBuilder<R> nestedAcquire(NestedAcquire what) {
        nestedAcquire = Objects.requireNonNull(what, "what");
        return this;
    }

    /**
     * Says which of several idle resources is lent out. Default: {@link Order#LIFO}.
     *
     * @param which one
     * @return this
     */
    public ResourcePoolBuilder<R> order(Order which) {
        order = Objects.requireNonNull(which, "which");
        return this;
    }

    /**
     * Tells {@code listener} what happens, besides the log. Default: nobody.
     *
     * @param listener hears it
     * @return this
     */
    public ResourcePoolBuilder<R> listener(PoolListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Sets the clock of deadlines and ages. Default: {@link TimeSource#system}.
     *
     * @param clock the clock
     * @return this
     */
    public ResourcePoolBuilder<R> timeSource(TimeSource clock) {
        timeSource = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Opens a pool that the caller closes. One that is dropped without being closed is reported as a leak.
     *
     * @return an open pool
     * @throws IllegalArgumentException if settings contradict each other
     */
    public ResourcePool<R> open() {
        return Lifecycle.provider().openResourcePool(config(), null);
    }

    /**
     * Opens a pool that {@code owner} closes, unless it is closed before.
     *
     * @param owner an open scope
     * @return an open pool
     * @throws IllegalArgumentException if settings contradict each other
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    public ResourcePool<R> open(Scope owner) {
        return Lifecycle.provider().openResourcePool(config(), Objects.requireNonNull(owner, "owner"));
    }

    ResourcePoolConfig<R> config() {
        return config(factory);
    }

    /** As it was described, over another factory. */
    ResourcePoolConfig<R> config(ResourceFactory<R> factory) {
        ResourcePoolConfig.checkSizes(core, overflow, minAvailable);
        if (maxConcurrentRecycles > MAX_RESOURCES - core - overflow + 1) {
            throw new IllegalArgumentException("maxConcurrentRecycles is " + maxConcurrentRecycles
                    + "; with core " + core + " and overflow " + overflow + " it must be at most "
                    + (MAX_RESOURCES - core - overflow + 1));
        }
        return new ResourcePoolConfig<>(
                name,
                factory,
                core,
                overflow,
                nanos(overflowIdle),
                nanos(acquireTimeout),
                maxWaiters,
                nanos(maxAge),
                maxAgeJitter,
                maxUses,
                maxUses == 0 ? 0 : maxUsesJitter,
                nanos(maxIdle),
                nanos(validateAfterIdle),
                nanos(validateInBackground),
                nanos(validateTimeout),
                nanos(createTimeout),
                nanos(drainTimeout),
                nanos(closeTimeout),
                maxConcurrentRecycles,
                minAvailable,
                prefill,
                fairness,
                leakLevel,
                nanos(leakAge),
                usageWarning,
                usageClear,
                nestedAcquire,
                order,
                listener,
                timeSource);
    }

    private static long nanos(Duration time) {
        return TimeUnit.NANOSECONDS.convert(time);
    }

    private static Duration notNegative(Duration value, String what, String zero) {
        if (Objects.requireNonNull(value, what).isNegative()) {
            throw new IllegalArgumentException(what + " is " + value + "; it must not be negative. " + zero);
        }
        return value;
    }

    private static Duration positive(Duration value, String what) {
        if (Objects.requireNonNull(value, what).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be longer than zero");
        }
        return value;
    }
}
