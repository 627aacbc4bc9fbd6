package dev.lifecycle.scope;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.leak.Site;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Describes a scope: start with {@link Scope#builder(String)}, end with {@link #open()} or {@link #open(Scope)}.
 *
 * <p>Not thread-safe. May be used again: each {@code open} makes another scope.
 */
public final class ScopeBuilder {
    private final @Nullable String name;
    private boolean confined;
    private long closeDeadlineNanos = ScopeConfig.NO_LIMIT;
    private long heldLongerThanNanos = ScopeConfig.NO_LIMIT;
    private OverrunPolicy overrun = OverrunPolicy.REPORT;
    private long maxResources = ScopeConfig.NO_LIMIT;
    private long maxChildren = ScopeConfig.NO_LIMIT;
    private long maxWeight = ScopeConfig.NO_LIMIT;
    private @Nullable ToLongFunction<Object> weigher;
    private InterruptPolicy interrupts = InterruptPolicy.SHIELD;
    private ChildPolicy childPolicy = ChildPolicy.CLOSE;
    private LateAdd lateAdd = LateAdd.CLOSE;
    private @Nullable Consumer<? super CloseReport> onClosed;
    private @Nullable Site site;
    private TimeSource timeSource = TimeSource.system();

    ScopeBuilder(@Nullable String name) {
        this.name = name;
    }

    /**
     * Confines the scope and its children to the thread that opens it.
     *
     * @return this
     */
    public ScopeBuilder confined() {
        confined = true;
        return this;
    }

    /**
     * Limits how long each single closer may take; see {@link #overrun} for what happens then. Also how long a {@link
     * Guarded} resource waits for its leases. Default: no limit.
     *
     * @param perResource longer than zero; more than 292 years count as no limit
     * @return this
     * @throws IllegalArgumentException if {@code perResource} is not positive
     */
    public ScopeBuilder deadline(Duration perResource) {
        closeDeadlineNanos = positive(perResource, "deadline");
        return this;
    }

    /**
     * Says what happens to a closer that exceeds the {@link #deadline}. Default: {@link OverrunPolicy#REPORT}.
     *
     * @param policy what happens
     * @return this
     */
    public ScopeBuilder overrun(OverrunPolicy policy) {
        overrun = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Limits how many resources and actions the scope owns at one time, children apart. Default: no limit.
     *
     * @param max at least 1
     * @return this
     * @throws IllegalArgumentException if {@code max} is below 1
     */
    public ScopeBuilder maxResources(long max) {
        maxResources = atLeastOne(max, "maxResources");
        return this;
    }

    /**
     * Limits how many direct children are open at one time. Default: no limit.
     *
     * @param max at least 1
     * @return this
     * @throws IllegalArgumentException if {@code max} is below 1
     */
    public ScopeBuilder maxChildren(long max) {
        maxChildren = atLeastOne(max, "maxChildren");
        return this;
    }

    /**
     * Limits the summed weight of the resources the scope owns at one time. Default: no limit.
     *
     * @param max at least 1, in the unit of {@code weigher}
     * @param weigher called once for each resource, value or action when it is put in, outside every lock; returns its
     *     weight, at least 0
     * @return this
     * @throws IllegalArgumentException if {@code max} is below 1
     */
    public ScopeBuilder maxWeight(long max, ToLongFunction<Object> weigher) {
        maxWeight = atLeastOne(max, "maxWeight");
        this.weigher = Objects.requireNonNull(weigher, "weigher");
        return this;
    }

    /**
     * Says whether closers see an interrupt of the closing thread. Default: {@link InterruptPolicy#SHIELD}.
     *
     * @param policy what they see
     * @return this
     */
    public ScopeBuilder interrupts(InterruptPolicy policy) {
        interrupts = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Says what a close thinks of children that are still open. Default: {@link ChildPolicy#CLOSE}.
     *
     * @param policy what it thinks
     * @return this
     */
    public ScopeBuilder childPolicy(ChildPolicy policy) {
        childPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Says what happens to a resource that is refused. Default: {@link LateAdd#CLOSE}.
     *
     * @param policy what happens
     * @return this
     */
    public ScopeBuilder lateAdd(LateAdd policy) {
        lateAdd = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Reports the scope, and each scope below it, as {@linkplain dev.lifecycle.leak.LeakReport.Kind#HELD_TOO_LONG held
     * too long} when it is open for longer; withdrawn when it closes or moves after all. Scopes of one path are counted
     * together; the children of a confined scope are its thread's alone, and are not looked at. Default: never.
     *
     * @param limit longer than zero
     * @return this
     * @throws IllegalArgumentException if {@code limit} is not positive
     */
    public ScopeBuilder heldLongerThan(Duration limit) {
        heldLongerThanNanos = positive(limit, "heldLongerThan");
        return this;
    }

    /**
     * Receives the report of the close, whether it failed or not. Default: nobody; failures that no exception can carry
     * are logged.
     *
     * @param listener called on the closing thread after everything was released; what it throws is logged
     * @return this
     */
    public ScopeBuilder onClosed(Consumer<? super CloseReport> listener) {
        onClosed = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Names the place that opens the scope, for leak reports, at no cost per scope. Default: reports name the scope, and
     * the stack where one was sampled.
     *
     * @param opened best from a {@code static final} that holds {@link Site#here}
     * @return this
     */
    public ScopeBuilder site(Site opened) {
        site = Objects.requireNonNull(opened, "opened");
        return this;
    }

    /**
     * Sets the clock of ages and deadlines. Default: {@link TimeSource#system}.
     *
     * @param clock the clock, for tests a {@link dev.lifecycle.time.VirtualTime}
     * @return this
     */
    public ScopeBuilder timeSource(TimeSource clock) {
        timeSource = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Opens a scope without a parent: the caller closes it.
     *
     * @return an open scope
     * @throws dev.lifecycle.ProviderMissingException if no implementation is bound
     */
    public Scope open() {
        return Lifecycle.provider().openScope(config(), null);
    }

    /**
     * Opens a scope as a child of {@code owner}.
     *
     * @param owner an open scope
     * @return an open scope that closes with {@code owner}, unless it is closed before
     * @throws IllegalArgumentException if this one is confined and {@code owner} is not, or the other way round
     * @throws ScopeClosedException if {@code owner} is closed
     * @throws ScopeFullException if a budget of {@code owner} is spent
     */
    public Scope open(Scope owner) {
        return Lifecycle.provider().openScope(config(), Objects.requireNonNull(owner, "owner"));
    }

    private ScopeConfig config() {
        return new ScopeConfig(
                name,
                confined,
                closeDeadlineNanos,
                overrun,
                maxResources,
                maxChildren,
                maxWeight,
                weigher,
                interrupts,
                childPolicy,
                lateAdd,
                heldLongerThanNanos,
                onClosed,
                site,
                timeSource);
    }

    private static long positive(Duration value, String what) {
        Objects.requireNonNull(value, what);
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be longer than zero");
        }
        return TimeUnit.NANOSECONDS.convert(value);
    }

    private static long atLeastOne(long value, String what) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be at least 1");
        }
        return value;
    }
}
