package dev.lifecycle.impl.collect;

import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Lets the timer of the library look after a cache, without keeping the cache. */
final class CacheTimer {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.collect");
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Sweeper sweeper;
    private final Sweeper.Check check;

    /** A piece of regular work for a cache. */
    @FunctionalInterface
    interface Work {
        /** Returns nanoseconds until the next call, or {@link CacheNode#NEVER} to be called no more. */
        long run(ClockCache<?, ?> cache);
    }

    /**
     * Makes a timer that does nothing yet.
     *
     * @param callsOut whether the work calls a listener or closes values: then it is done on the reaper thread
     */
    CacheTimer(ClockCache<?, ?> cache, TimeSource clock, Work work, boolean callsOut) {
        sweeper = Sweeper.of(clock);
        WeakReference<ClockCache<?, ?>> target = new WeakReference<>(cache);
        check = callsOut ? new Helper(cache.name(), target, work, sweeper) : now -> run(target, work);
    }

    /** Sees to it that the work is done in {@code nanos}, or earlier. */
    void wake(long nanos) {
        sweeper.add(check, nanos);
    }

    /** Does it no more. */
    void stop() {
        sweeper.remove(check);
    }

    private static long run(WeakReference<ClockCache<?, ?>> target, Work work) {
        ClockCache<?, ?> cache = target.get();
        long delay = cache == null ? CacheNode.NEVER : work.run(cache);
        return delay == CacheNode.NEVER ? Sweeper.Check.DONE : Math.max(delay, LEAST_NANOS);
    }

    private static final class Helper extends Reaper.Client implements Sweeper.Check, Reaper.Reapable, Reaper.CallOut {
        private final String cache;
        private final WeakReference<ClockCache<?, ?>> target;
        private final Work work;
        private final Sweeper sweeper;
        private final AtomicBoolean busy = new AtomicBoolean();

        Helper(String cache, WeakReference<ClockCache<?, ?>> target, Work work, Sweeper sweeper) {
            this.cache = cache;
            this.target = target;
            this.work = work;
            this.sweeper = sweeper;
        }

        @Override
        protected boolean isLive() {
            return busy.get();
        }

        @Override
        public long check(long now) {
            if (target.refersTo(null)) {
                return DONE;
            }
            if (!busy.compareAndSet(false, true)) {
                return AGAIN_NANOS;
            }
            summon(this);
            return DONE;
        }

        @Override
        public void reap() {
            Reaper.callOut(this);
        }

        @Override
        public void run() {
            long delay = DONE;
            try {
                delay = CacheTimer.run(target, work);
            } finally {
                busy.set(false);
                if (delay != DONE) {
                    sweeper.add(this, delay);
                }
            }
        }

        @Override
        public void stuck() {
            LOG.warn("a listener of cache " + cache
                    + ", or closing one of its values, takes long: its thread is left to it");
        }
    }
}
