package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;

/**
 * Looks after a component at times, without keeping it: the timer thread says when, the reaper thread does it, since the work may
 * run code of users. The counterpart of CacheTimer (in impl.collect).
 */
final class Care<T> extends Reaper.Client implements Sweeper.Check, Reaper.Reapable, Reaper.CallOut {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final String name;
    private final WeakReference<T> target;
    private final ToLongFunction<T> work;
    private final Sweeper sweeper;
    private final AtomicBoolean busy = new AtomicBoolean();

    /**
     * Makes one that does nothing yet.
     *
     * @param name of the component
     * @param target held weakly
     * @param work returns nanoseconds until the next call, or {@link #DONE}; does not refer to {@code target}
     */
    Care(String name, T target, TimeSource clock, ToLongFunction<T> work) {
        this.name = name;
        this.target = new WeakReference<>(target);
        this.work = work;
        this.sweeper = Sweeper.of(clock);
    }

    /** Sees to it that the work is done in {@code nanos}, or earlier; at once is in some milliseconds. */
    void in(long nanos) {
        sweeper.add(this, Math.max(nanos, 0));
    }

    /** Sees to it that the work is done when the clock reads {@code moment}, or earlier. */
    void at(long moment) {
        sweeper.addAt(this, moment);
    }

    /** Does it no more. */
    void stop() {
        sweeper.remove(this);
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
            T alive = target.get();
            delay = alive == null ? DONE : work.applyAsLong(alive);
        } finally {
            busy.set(false);
            if (delay != DONE) {
                in(Math.max(delay, LEAST_NANOS));
            }
        }
    }

    @Override
    public void stuck() {
        LOG.warn("closing a value of " + name + ", or comparing its keys, takes long: its thread is left to it");
    }
}
