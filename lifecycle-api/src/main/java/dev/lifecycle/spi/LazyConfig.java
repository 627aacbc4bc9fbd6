package dev.lifecycle.spi;

import dev.lifecycle.scope.Release;
import dev.lifecycle.time.TimeSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.task.Lazy.Builder} was told, validated there; see its methods.
 *
 * @param name of the lazy value
 * @param init makes the value
 * @param release closes the value; null closes what is {@link AutoCloseable}
 * @param retryNanos how long a failure is remembered, or {@link #UNSET}
 * @param idleNanos how long a value stays that nobody asks for, or {@link #UNSET}
 * @param timeSource the clock
 * @param <T> the type of the value
 */
public record LazyConfig<T>(
        String name,
        Callable<? extends T> init,
        @Nullable Release<? super T> release,
        long retryNanos,
        long idleNanos,
        TimeSource timeSource) {

    /** Stands for a time that was not set. */
    public static final long UNSET = -1;
}
