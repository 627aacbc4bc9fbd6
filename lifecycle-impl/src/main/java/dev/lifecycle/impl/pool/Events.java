package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.pool.PoolEvent;
import dev.lifecycle.pool.PoolListener;
import dev.lifecycle.pool.ResourcePoolBuilder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What happened in a pool, on its way to the log and the listener; in order, by one clerk at a time. */
final class Events {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.pool");

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final @Nullable PoolListener listener;
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final Map<PoolEvent.Kind, Logged> logged = new EnumMap<>(PoolEvent.Kind.class); // of the one who tells
    private final AtomicBoolean telling = new AtomicBoolean();

    /** When a line of that kind was written last, and how many were not since. */
    private record Logged(long at, long more) {}

    Events(@Nullable PoolListener listener) {
        this.listener = listener;
    }

    /** Adds an event; a clerk is to be called after it. */
    void add(PoolEvent event) {
        add(() -> tell(event));
    }

    /** Writes to the log at once. */
    void warn(String message, @Nullable Throwable cause) {
        if (cause == null) {
            LOG.warn(message);
        } else {
            LOG.warn(message, cause);
        }
    }

    /** Adds something to be called in its turn. */
    void add(Runnable call) {
        if (size.incrementAndGet() > ResourcePoolBuilder.MAX_EVENTS) {
            size.decrementAndGet();
            dropped.incrementAndGet();
            return;
        }
        boolean added = false;
        try {
            added = queue.add(call);
        } finally {
            if (!added) { // no memory: else a clerk would look for it for ever
                size.decrementAndGet();
            }
        }
    }

    /** Whether a clerk is needed. */
    boolean isWaiting() {
        return size.get() > 0 && !telling.get();
    }

    /** Makes the caller the one who tells, if there is anything, and nobody is at it. */
    boolean begin() {
        return size.get() > 0 && telling.compareAndSet(false, true);
    }

    /** Tells what there is. */
    void tell() {
        try {
            for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
                size.decrementAndGet();
                next.run();
            }
            long lost = dropped.getAndSet(0);
            if (lost > 0) {
                LOG.warn(lost + " events of a pool were dropped: the listener did not keep up");
            }
        } finally {
            telling.set(false); // what came meanwhile is seen by the clerk, which asks for work next
        }
    }

    private void tell(PoolEvent event) {
        log(event);
        try {
            if (listener != null) {
                listener.on(event);
            }
        } catch (Throwable thrown) { // code of the user
            LOG.warn("the listener of pool " + event.pool() + " failed", thrown);
        }
    }

    /** A line for each, unless there are many of a kind: then one a second, with how many there were. */
    private void log(PoolEvent event) {
        long now = System.nanoTime();
        Logged before = logged.get(event.kind());
        if (before != null && now - before.at < QUIET_NANOS) {
            logged.put(event.kind(), new Logged(before.at, before.more + 1));
            return;
        }
        logged.put(event.kind(), new Logged(now, 0));
        String more = before == null || before.more == 0 ? "" : "; and " + before.more + " before it";
        String line = event.pool() + ": " + event.text() + more;
        if (event.kind() == PoolEvent.Kind.USAGE_NORMAL || event.kind() == PoolEvent.Kind.RETURNED_LATE) {
            LOG.info(line);
        } else {
            LOG.warn(line);
        }
    }
}
