package dev.lifecycle.impl.collect;

import dev.lifecycle.collect.RemovalListener;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Tells of the values that left a cache, and lets them be closed: with no lock held, here or on an executor. */
final class Deliveries<K, V> {
    private final @Nullable Listener<Removed> listener;
    private final @Nullable Executor executor;
    private final boolean closes;

    Deliveries(
            String cache,
            @Nullable RemovalListener<? super K, ? super V> target,
            @Nullable Executor executor,
            boolean closes) {
        this.listener = target == null ? null : new Listener<>(cache, removed -> tell(target, removed));
        this.executor = executor;
        this.closes = closes;
    }

    @SuppressWarnings("unchecked") // the cache puts nothing else in
    private static <K, V> void tell(RemovalListener<K, V> target, Removed removed) {
        Object key = removed.key;
        Object value = removed.value;
        if (key != null && value != null) {
            target.onRemoval((K) key, (V) value, removed.cause);
        }
    }

    /** Whether anybody wants to know. */
    boolean isNeeded() {
        return listener != null || closes;
    }

    /** Whether so many listeners are within each other that no more may be called. */
    boolean isFull() {
        return listener != null && Nesting.full();
    }

    /** Whether what is delivered may be looked at after {@link #deliver} has returned. */
    boolean isElsewhere() {
        return executor != null;
    }

    /** Delivers {@code first} and what follows it. */
    void deliver(@Nullable Removed first) {
        if (first == null) {
            return;
        }
        if (executor != null) {
            AtomicBoolean taken = new AtomicBoolean();
            Runnable task = () -> {
                if (taken.compareAndSet(false, true)) { // it may run a task and throw, or run it twice
                    run(first);
                }
            };
            try {
                executor.execute(task);
            } catch (Throwable rejected) { // user code: values must be told of and closed all the same
                task.run();
            }
            return;
        }
        run(first);
    }

    private void run(Removed first) {
        for (Removed removed = first; removed != null; removed = removed.next) {
            if (listener != null && !(removed.value instanceof Failure)) {
                Nesting.tell(listener, removed);
            }
            if (removed.holding != null) {
                removed.holding.dropEntry();
            }
        }
    }

    long listenerFailures() {
        return listener == null ? 0 : listener.failures();
    }
}
