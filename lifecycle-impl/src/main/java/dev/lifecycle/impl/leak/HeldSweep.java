package dev.lifecycle.impl.leak;

import dev.lifecycle.impl.time.Sweeper;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/** Looks at times, on the timer thread, for objects that are held too long; the reaper thread reports them. */
final class HeldSweep implements Sweeper.Check {
    /*
     * `active`: whether the sweeper knows of this. A tracker adds its token under a stripe's lock, then reads it; check()
     * writes it, then looks for tokens under that lock once more: Dekker's argument, as in Reaper. So no token is left
     * without a sweep, save where no thread could be started; the next one that is tracked after a second tries again.
     */
    private static final VarHandle ACTIVE;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    static {
        try {
            ACTIVE = MethodHandles.lookup().findVarHandle(HeldSweep.class, "active", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final long limit;
    private final Detector<?> owner;
    private final long step;
    private volatile boolean active;
    private volatile long retryAt = System.nanoTime();

    HeldSweep(Detector<?> owner, long limit) {
        this.owner = owner;
        this.limit = Math.min(limit, Long.MAX_VALUE / 8);
        this.step = Math.max(MILLISECOND, Math.min(SECOND, limit / 16)); // reports come in batches, that much late
    }

    /** Makes sure that it runs, for a token that was just added. */
    void watch() {
        if (!active) {
            begin();
        }
    }

    private void begin() {
        if (System.nanoTime() - retryAt < 0 || !ACTIVE.compareAndSet(this, false, true)) {
            return;
        }
        try {
            Sweeper.of(owner.clock()).add(this, limit);
        } catch (Throwable noThread) {
            retryAt = System.nanoTime() + SECOND;
            active = false;
            System.getLogger(LogSink.NAME)
                    .log(Level.ERROR, "objects held too long go unnoticed: no timer thread", noThread);
        }
    }

    @Override
    public long check(long now) {
        long left = owner.untilOverdue(now, limit);
        if (left == Stripe.NEVER) {
            active = false; // volatile, before the second look
            left = owner.untilOverdue(now, limit);
            if (left == Stripe.NEVER || !ACTIVE.compareAndSet(this, false, true)) {
                return DONE;
            }
        }
        if (left == 0) {
            owner.ring();
        }
        return Math.max(left, step);
    }
}
