package dev.lifecycle.impl.pool;

import dev.lifecycle.Kind;
import dev.lifecycle.pool.WorkerStats;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a recycler asks of its pool.
 *
 * @param kind of the node in the tree
 * @param title what messages call it, before its name
 * @param when says that one is to be replaced, or null
 * @param warmUp prepares one that was made, or null
 */
record Wear<R>(
        Kind kind,
        String title,
        @Nullable Predicate<? super WorkerStats<R>> when,
        @Nullable Consumer<? super R> warmUp) {

    /** Of a pool that is just one. */
    static <R> Wear<R> none() {
        return new Wear<>(Kind.RESOURCE_POOL, "pool", null, null);
    }

    /** What messages call the time from taking one to giving it back. */
    String loan() {
        return kind == Kind.RECYCLER ? "use" : "lease";
    }

    /** What somebody can do who got none. */
    String remedy() {
        return kind == Kind.RECYCLER
                ? "Have more workers, wait longer, or look for a use that does not end"
                : "Raise core or overflow, wait longer, or look for a lease that is not closed";
    }

    /** Whether it is to be replaced. Calls code of the user. */
    boolean isWorn(R resource, long uses, long bornAt, TimeSource clock) {
        return when != null
                && when.test(new WorkerStats<>(resource, uses, Duration.ofNanos(Math.max(0, clock.nanos() - bornAt))));
    }
}
