package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.RemovalListener;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How the cache of a {@link CacheModel} is built; 0 nanoseconds: no such expiry. */
record CacheSettings(long maximum, boolean weighed, long writeNanos, long accessNanos, int features, int maxOpen) {
    private static final long FAILURE_NANOS = 7 * Wheel.LATE;

    static final int CLOSING = 1;
    static final int GROUPS = 2;
    static final int FAILURES = 4;
    static final int HARD = 8;
    static final int EACH = 16; // a time of its own for each value
    static final int CONSTANT = 32; // one hash for all keys

    record Key(int number, int hash) {
        @Override
        public int hashCode() {
            return hash;
        }
    }

    static final class Value implements AutoCloseable {
        final int number;
        int closes;
        int leases;

        Value(int number) {
            this.number = number;
        }

        int weight() {
            return number % 5;
        }

        @Override
        public void close() {
            assertEquals(0, leases, "closed too early");
            closes++;
        }

        @Override
        public String toString() {
            return "v" + number;
        }
    }

    boolean has(int feature) {
        return (features & feature) != 0;
    }

    boolean closes() {
        return has(CLOSING);
    }

    static long own(Value value) {
        return value.number % 7 == 0 ? 0 : value.number % 7 * 20 * Wheel.LATE;
    }

    static @Nullable Object tag(Value value) {
        return value.number % 4 == 0 ? null : "tag" + value.number % 4;
    }

    BoundedCacheBuilder<Key, Value> builder(StillClock clock, RemovalListener<Key, Value> listener) {
        BoundedCacheBuilder<Key, Value> builder =
                BoundedCache.<Key, Value>builder("model").timeSource(clock).onRemoval(listener);
        if (weighed) {
            builder.maximumWeight(maximum, (key, value) -> value.weight());
        } else {
            builder.maximumSize(maximum);
        }
        if (writeNanos > 0) {
            builder.expireAfterWrite(Duration.ofNanos(writeNanos));
        }
        if (accessNanos > 0) {
            builder.expireAfterAccess(Duration.ofNanos(accessNanos));
        }
        if (has(EACH)) {
            builder.expireAfter((key, value) -> Duration.ofNanos(own(value)));
        }
        if (has(GROUPS)) {
            builder.groups((key, value) -> tag(value));
        }
        if (has(FAILURES)) {
            builder.cacheFailures(Duration.ofNanos(FAILURE_NANOS));
        }
        if (has(HARD)) {
            builder.hardBound();
        }
        if (closes()) {
            builder.closeValues().maxOpen(maxOpen);
        }
        return builder;
    }
}
