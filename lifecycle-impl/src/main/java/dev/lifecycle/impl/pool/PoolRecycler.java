package dev.lifecycle.impl.pool;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.pool.RecycleReport;
import dev.lifecycle.pool.Recycler;
import dev.lifecycle.pool.RecyclerStats;
import dev.lifecycle.pool.ThrowingFunction;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.RecyclerConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A recycler: a pool whose leases last for one call. */
public final class PoolRecycler<W> implements Recycler<W> {
    private final Pool<W> pool;

    private PoolRecycler(Pool<W> pool) {
        this.pool = pool;
    }

    /** See {@link dev.lifecycle.pool.RecyclerBuilder#open(Scope)}. */
    public static <W> Recycler<W> open(RecyclerConfig<W> config, @Nullable Scope owner) {
        Wear<W> wear = new Wear<>(Kind.RECYCLER, "recycler", config.when(), config.warmUp());
        Pool<W> pool = new Pool<>(config.pool(), wear, null);
        PoolRecycler<W> recycler = new PoolRecycler<>(pool);
        pool.enter(owner, recycler, Recycler.class);
        return recycler;
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T use(ThrowingFunction<? super W, T, X> body)
            throws X, InterruptedException {
        return pool.work(body);
    }

    @Override
    public RecycleReport recycleNow() {
        return pool.recycleAndAwait();
    }

    @Override
    public RecyclerStats stats() {
        PoolStats stats = pool.stats();
        return new RecyclerStats(
                stats.name(),
                stats.core(),
                stats.idle() + stats.leased() + stats.checking(),
                stats.leased(),
                stats.creating(),
                stats.waiting(),
                stats.acquired(),
                stats.recycledByUses(),
                stats.recycledByAge(),
                stats.recycledByRequest() + stats.validationFailures(),
                stats.createFailures(),
                pool.counts.drainOverruns.sum());
    }

    @Override
    public String name() {
        return pool.name();
    }

    @Override
    public Kind kind() {
        return pool.kind();
    }

    @Override
    public State state() {
        return pool.state();
    }

    @Override
    public Snapshot snapshot() {
        return pool.snapshot();
    }

    @Override
    public CloseReport close(Duration deadline) {
        return pool.close(deadline);
    }

    @Override
    public void close() {
        pool.close();
    }

    /** Returns the name and how many are at work, like {@code ocr 3/4 in use (75.0 %)}. */
    @Override
    public String toString() {
        return pool.toString();
    }
}
