package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.time.TimeSource;
import java.util.concurrent.TimeUnit;

/**
 * Sees to the deadlines of virtual threads that wait for a resource, so that they need no timer each: to begin and end one costs more than all else that waiting does.
 * On a thread that runs nothing else: who logs on the other one, by a handler that needs a resource, may be what they wait for. Keeps the pool while somebody waits.
 */
final class Deadlines<R> implements Sweeper.Check {
    private static final long MOST_NANOS =
            TimeUnit.SECONDS.toNanos(1); // so that a pool is not kept for long that nobody waits for any more
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Pool<R> pool;

    Deadlines(Pool<R> pool) {
        this.pool = pool;
    }

    /** Makes sure that {@code mine}, which is in the queue, is taken out when its time is over; false if it must see to that itself. Without the lock. */
    boolean take(Waiter<R> mine) {
        if (pool.clock != TimeSource.system() || !mine.patient || !Daemons.isVirtual(mine.thread)) {
            return false;
        }
        if (pool.watch(mine)) {
            try {
                Sweeper.ofWaits().add(this, Math.min(Math.max(0, mine.deadline - pool.clock.nanos()), MOST_NANOS));
            } catch (Throwable noThread) { // or no memory
                return false;
            }
            pool.alarmed(mine);
        }
        return true;
    }

    @Override
    public long check(long now) {
        try {
            long next = pool.lapse(now);
            return next == Stock.NEVER ? DONE : Math.min(next, MOST_NANOS);
        } catch (Throwable failure) { // no memory, or a defect: they have nobody else
            return RETRY_NANOS;
        }
    }
}
