package dev.lifecycle.spi;

import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.collect.Session;
import dev.lifecycle.scope.Release;
import dev.lifecycle.time.TimeSource;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.collect.SessionRegistryBuilder} was told, validated there; see its methods.
 *
 * @param name of the registry
 * @param factory makes the state of a session
 * @param timeoutNanos how long a session is kept without use
 * @param absoluteNanos how long it is kept at all, or {@link #UNSET}
 * @param maximum number of sessions
 * @param perPrincipal number of sessions of one principal
 * @param listener hears of sessions that end, or null
 * @param executor runs the listener and closes states, or null
 * @param closing how states are closed, or null
 * @param timeSource the clock
 * @param <S> the type of the states
 */
public record SessionRegistryConfig<S>(
        String name,
        Function<Object, ? extends S> factory,
        long timeoutNanos,
        long absoluteNanos,
        long maximum,
        int perPrincipal,
        @Nullable BiConsumer<? super Session<S>, ? super RemovalCause> listener,
        @Nullable Executor executor,
        @Nullable Closing<S> closing,
        TimeSource timeSource) {

    /** Stands for a number that was not set. */
    public static final long UNSET = BoundedCacheConfig.UNSET;

    /**
     * How states are closed.
     *
     * @param release null where they are {@link AutoCloseable}
     * @param <S> the type of the states
     */
    public record Closing<S>(@Nullable Release<? super S> release) {}
}
