package dev.lifecycle.impl.pool;

import dev.lifecycle.pool.RecycleReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Has all resources of a pool replaced that there are, and waits for that. */
final class Replacing<R> {
    private final Pool<R> pool;
    private final List<Thread> watchers = new CopyOnWriteArrayList<>(); // each in its call of run

    Replacing(Pool<R> pool) {
        this.pool = pool;
    }

    RecycleReport run() {
        Thread self = Thread.currentThread();
        long begun = pool.clock.nanos();
        long deadline = begun + Math.min(pool.config.drainNanos(), Stock.NEVER);
        long last = pool.lastNumber();
        int asked = pool.olderThan(last, self).all(); // before: some may be replaced while others are asked for
        watchers.add(self);
        try {
            pool.recycleAll();
            boolean ends = isOver(deadline, self); // before the look, which is then what the call ended with
            Older left = pool.olderThan(last, self);
            while (left.isWaitedFor() && !ends) {
                pool.clock.parkUntil(this, deadline);
                ends = isOver(deadline, self);
                left = pool.olderThan(last, self);
            }
            Duration took = Duration.ofNanos(pool.clock.nanos() - begun);
            return new RecycleReport(asked, Math.max(0, asked - left.all()), left.draining, left.kept, took);
        } finally {
            watchers.remove(self);
        }
    }

    /** Whether nobody waits any longer. */
    private boolean isOver(long deadline, Thread self) {
        return (pool.flags & Stock.CLOSED) != 0 || pool.clock.nanos() - deadline >= 0 || self.isInterrupted();
    }

    /** Something changed. */
    void wake() {
        for (Thread waits : watchers) {
            pool.clock.unpark(waits);
        }
    }

    /**
     * The resources that were there before some moment.
     *
     * @param draining how many have a successor
     * @param kept how many have none
     * @param own how many of those that drain are at work for the caller, further up its stack
     */
    record Older(int draining, int kept, int own) {
        int all() {
            return draining + kept;
        }

        /** Whether there are others than those which the caller itself holds up. */
        boolean isWaitedFor() {
            return all() > own;
        }
    }
}
