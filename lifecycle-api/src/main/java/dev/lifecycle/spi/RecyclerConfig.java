package dev.lifecycle.spi;

import dev.lifecycle.pool.RecyclerBuilder;
import dev.lifecycle.pool.WorkerStats;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RecyclerBuilder} was told, validated there; see its methods.
 *
 * @param pool of the workers
 * @param when says that one is worn, or null
 * @param warmUp prepares one, or null
 * @param <W> the type of the workers
 */
public record RecyclerConfig<W>(
        ResourcePoolConfig<W> pool,
        @Nullable Predicate<? super WorkerStats<W>> when,
        @Nullable Consumer<? super W> warmUp) {

    /** Checks that there is a pool. */
    public RecyclerConfig {
        Objects.requireNonNull(pool, "pool");
    }
}
