package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Wheel;
import dev.lifecycle.impl.time.WheelNode;
import dev.lifecycle.task.Timeout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A node of a wheel, with an action of a user: 40 bytes. */
final class UserTimeout extends WheelNode implements Timeout {
    /*
     * While it is pending, who takes it out of the wheel decides. Once it is due, `action` decides: who replaces it, by a compare-and-
     * set, has it: HandOver leaves HANDED, a cancel leaves null. Which of the two rules holds is told by the word of the node, where a
     * cancelled one is not due.
     *
     * From fire() on, `next` belongs to HandOver.
     */
    private static final Runnable HANDED = UserTimeout::handed;
    private static final VarHandle ACTION;

    static {
        try {
            ACTION = MethodHandles.lookup().findVarHandle(UserTimeout.class, "action", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private @Nullable Runnable action;
    private Target target;

    UserTimeout(Target target, Runnable action) {
        this.target = target;
        this.action = action;
    }

    /** A timer, and where it gives actions to: one object for many timeouts. */
    record Target(WheelTimer timer, @Nullable Executor executor) {}

    private static void handed() {}

    WheelTimer timer() {
        return target.timer;
    }

    @Override
    protected final Wheel wheel() {
        return timer().wheel();
    }

    @Override
    public final boolean cancel() {
        if (wheel().cancel(this)) {
            forget();
            return true;
        }
        return isDue() && take();
    }

    /** Takes it back though it is due; returns whether it could be. */
    final boolean take() {
        Runnable seen = action; // plain: it changes once, and who changes it looks again
        if (seen == null || seen == HANDED || !ACTION.compareAndSet(this, seen, null)) { // volatile
            return false;
        }
        forgetExecutor();
        timer().tookBack();
        return true;
    }

    private void forget() {
        action = null;
        forgetExecutor();
    }

    private void forgetExecutor() {
        target = timer().nowhere;
    }

    @Override
    public final boolean rearm(Duration delay) {
        return wheel().rearm(this, WheelTimer.nanos(delay));
    }

    @Override
    public final boolean fired() {
        return (Runnable) ACTION.getAcquire(this) == HANDED; // sees what was done before the hand-over
    }

    @Override
    protected final void dropped() {
        forget();
    }

    @Override
    protected final void fire() {
        timer().isDue(this);
    }

    /** Gives the action to its executor, unless it was taken back or the timer is closed. Calls code of a user. */
    final void handOver(HandOver.Run run) {
        WheelTimer timer = timer();
        Executor to = target.executor; // before the action is taken: who does that clears it
        Runnable what = action; // plain, as in take()
        run.begin(timer, to);
        if (timer.isClosed()) {
            timer.dropped(take());
        } else if (to == null || what == null || !ACTION.compareAndSet(this, what, HANDED)) { // volatile
            timer.dropped(false);
        } else {
            forgetExecutor();
            timer.handing();
            try {
                to.execute(what);
            } catch (Throwable refused) { // counted and logged: it must not reach the reaper
                timer.refused(to, refused);
            }
        }
    }
}
