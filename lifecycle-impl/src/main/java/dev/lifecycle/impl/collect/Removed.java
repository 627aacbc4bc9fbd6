package dev.lifecycle.impl.collect;

import dev.lifecycle.collect.RemovalCause;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the table took out: a value that is to be told of, and closed. Made before the value is taken, so that it
 * cannot get lost.
 */
final class Removed {
    @Nullable
    Object key;

    @Nullable
    Object value;

    @Nullable
    Holding holding;

    @Nullable
    CacheNode node; // that was taken out, or found in the way and left

    RemovalCause cause;
    long now = Long.MIN_VALUE; // what was replaced had expired, if its deadline is not later

    @Nullable
    Removed next; // in the order they left

    Removed(RemovalCause cause) {
        this.cause = cause;
    }

    /** Remembers what {@code node} holds; with the lock of its segment, before it dies. */
    void take(CacheNode node) {
        this.node = node;
        if (cause == RemovalCause.REPLACED && node.deadline() <= now) {
            cause = RemovalCause.EXPIRED;
        }
        key = node.key;
        value = node.value;
        holding = node.holding();
    }

    /** Whether it took a value. */
    boolean isTaken() {
        return value != null;
    }

    void clear() {
        key = null;
        value = null;
        holding = null;
        node = null;
    }
}
