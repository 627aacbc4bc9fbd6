package dev.lifecycle.collect;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.scope.Release;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.SessionRegistryConfig;
import dev.lifecycle.spi.SessionRegistryConfig.Closing;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Describes a registry of sessions. Not thread-safe; may be used again: each {@code open} makes another registry.
 *
 * @param <S> the type of the states
 */
public final class SessionRegistryBuilder<S> {
    private static final long UNSET = SessionRegistryConfig.UNSET;

    private final String name;
    private final Function<Object, ? extends S> factory;
    private long timeoutNanos = UNSET;
    private long absoluteNanos = UNSET;
    private long maximum = UNSET;
    private int perPrincipal = Integer.MAX_VALUE;
    private @Nullable BiConsumer<? super Session<S>, ? super RemovalCause> listener;
    private @Nullable Executor executor;
    private @Nullable Closing<S> closing;
    private TimeSource timeSource = TimeSource.system();

    SessionRegistryBuilder(String name, Function<Object, ? extends S> factory) {
        this.name = Names.check(name, "name");
        this.factory = Objects.requireNonNull(factory, "factory");
    }

    /**
     * Ends sessions that were not used for a while. One that has timed out is never found; it is removed by later calls, and by
     * a timer of the library within a second, whether or not anybody uses the registry.
     *
     * @param time positive; more than 146 years is for ever
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public SessionRegistryBuilder<S> timeout(Duration time) {
        timeoutNanos = positive(time, "timeout");
        return this;
    }

    /**
     * Ends sessions a while after they were opened, however much they are used, and whichever ids they had. Default: no.
     *
     * @param time at least the time-out
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public SessionRegistryBuilder<S> absoluteTimeout(Duration time) {
        absoluteNanos = positive(time, "absoluteTimeout");
        return this;
    }

    /**
     * Bounds how many sessions there are.
     *
     * @param sessions at least 1
     * @return this
     * @throws IllegalArgumentException if {@code sessions} is less
     */
    public SessionRegistryBuilder<S> maximumSessions(long sessions) {
        maximum = positive(sessions, "maximumSessions");
        return this;
    }

    /**
     * Bounds how many sessions a principal has. With one more, its least recently used one ends. Default: no limit but that of
     * all.
     *
     * @param sessions at least 1, and at most the maximum
     * @return this
     * @throws IllegalArgumentException if {@code sessions} is less
     */
    public SessionRegistryBuilder<S> maximumPerPrincipal(int sessions) {
        perPrincipal = (int) positive(sessions, "maximumPerPrincipal");
        return this;
    }

    /**
     * Tells {@code listener} of each session that ends, once, and why: {@link RemovalCause#INVALIDATED}, {@link
     * RemovalCause#EXPIRED}, {@link RemovalCause#EVICTED}, also by the limit of its principal, or {@link RemovalCause#CLOSED}.
     * A rotation is no end. Default: nobody.
     *
     * @param listener called with no lock held, on the thread that makes the session end, while its state is still open; it
     *     may use the registry. What it throws is logged and counted, and changes nothing for the caller
     * @return this
     */
    public SessionRegistryBuilder<S> onEnd(BiConsumer<? super Session<S>, ? super RemovalCause> listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Runs the listener, and what closes states, elsewhere. Default: on the thread that makes a session end.
     *
     * @param executor a task it rejects is run by the caller
     * @return this
     */
    public SessionRegistryBuilder<S> executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * Makes the registry the owner of its states, which must be {@link AutoCloseable}: see {@link SessionRegistry#borrow}.
     *
     * @return this
     */
    public SessionRegistryBuilder<S> closeStates() {
        closing = new Closing<>(null);
        return this;
    }

    /**
     * Makes the registry the owner of its states like {@link #closeStates()}, which are released by {@code release}.
     *
     * @param release called once for each state; what it throws is logged and counted
     * @return this
     */
    public SessionRegistryBuilder<S> closeStates(Release<? super S> release) {
        closing = new Closing<>(Objects.requireNonNull(release, "release"));
        return this;
    }

    /**
     * Sets the clock. Default: {@link TimeSource#system}.
     *
     * @param clock the clock
     * @return this
     */
    public SessionRegistryBuilder<S> timeSource(TimeSource clock) {
        timeSource = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Opens a registry that the caller closes. One that is dropped without being closed is reported as a leak.
     *
     * @return an open registry
     * @throws IllegalArgumentException if the time-out or the maximum was not set, or they contradict the other settings
     */
    public SessionRegistry<S> open() {
        return Lifecycle.provider().openSessionRegistry(config(), null);
    }

    /**
     * Opens a registry that {@code owner} closes, unless it is closed before.
     *
     * @param owner an open scope
     * @return an open registry
     * @throws IllegalArgumentException as {@link #open()}
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    public SessionRegistry<S> open(Scope owner) {
        return Lifecycle.provider().openSessionRegistry(config(), Objects.requireNonNull(owner, "owner"));
    }

    private SessionRegistryConfig<S> config() {
        if (timeoutNanos == UNSET) {
            throw new IllegalArgumentException("timeout is not set; call timeout(duration) before open()");
        }
        if (maximum == UNSET) {
            throw new IllegalArgumentException("maximumSessions is not set; call maximumSessions(n) before open()");
        }
        if (absoluteNanos != UNSET && absoluteNanos < timeoutNanos) {
            throw new IllegalArgumentException("absoluteTimeout is " + Duration.ofNanos(absoluteNanos)
                    + " and timeout is " + Duration.ofNanos(timeoutNanos) + "; it must be at least the timeout");
        }
        if (perPrincipal != Integer.MAX_VALUE && perPrincipal > maximum) {
            throw new IllegalArgumentException("maximumPerPrincipal is " + perPrincipal + " and maximumSessions is "
                    + maximum + "; it must be at most the maximum of all");
        }
        return new SessionRegistryConfig<>(
                name,
                factory,
                timeoutNanos,
                absoluteNanos,
                maximum,
                perPrincipal,
                listener,
                executor,
                closing,
                timeSource);
    }

    private static long positive(long value, String what) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be at least 1");
        }
        return value;
    }

    private static long positive(Duration time, String what) {
        if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
            throw new IllegalArgumentException(what + " is " + time + "; it must be positive");
        }
        return TimeUnit.NANOSECONDS.convert(time);
    }
}
