package dev.lifecycle.impl.collect;

import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.time.TimeSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A clock that a test moves, and that no timer thread wakes by: what is due is done by the test alone. */
final class StillClock implements TimeSource {
    private volatile long now;
    private volatile boolean over;
    private volatile @Nullable Thread timer;
    private volatile Runnable reading = () -> {};

    @Override
    public long nanos() {
        reading.run();
        return now;
    }

    void advance(long by) {
        now += by;
    }

    /** Sets what is run at each reading. */
    void whenRead(Runnable action) {
        reading = action;
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        timer = Thread.currentThread();
        while (!over) {
            LockSupport.park(blocker);
        }
    }

    @Override
    public void unpark(Thread thread) {}

    /** Returns when the timer thread is parked for good; until then it would see what is due at once. */
    void holdTimer() {
        Sweeper.of(SteadyClock.of(this)).add(reading -> Sweeper.Check.DONE, CacheNode.NEVER);
        for (long start = System.nanoTime(); timer == null; Thread.yield()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(30)) {
                throw new AssertionError("the timer thread did not park");
            }
        }
    }

    /** Lets the timer thread end. */
    void end() {
        over = true;
        LockSupport.unpark(timer);
    }
}
