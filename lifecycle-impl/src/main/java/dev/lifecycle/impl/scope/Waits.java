package dev.lifecycle.impl.scope;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How threads wait for a close that another thread runs. */
final class Waits {

    /** What can be waited for: the close of a scope, or of a guarded resource. */
    interface Closing {
        /** Whether nobody need wait any more. */
        boolean isSettled();

        /** The thread that runs the closers; null if nobody does at this moment. */
        @Nullable
        Thread closer();

        /** Runs the close on this thread if it waits for a thread of an executor and that has not begun. */
        default void help() {}
    }

    /*
     * Who waits for what, so that a wait that would never end is seen: a thread maps to its wait. Each thread enters itself
     * before it looks for a cycle, and looks again at intervals. Entries live as long as the wait.
     *
     * In a cycle somebody gives up. A call of close() does, for it is made by a closer further up the same stacks. A run
     * that goes down into a child does not, since it has promised that nothing below it is open: only in a cycle of nothing
     * but runs does it, which needs closers that close two trees crosswise.
     */
    private static final ConcurrentHashMap<Thread, Wait> WAITING = new ConcurrentHashMap<>();

    /** A wait for a {@link Closing}, or for the helper thread that runs a closer; {@code isRun} says that a run waits. */
    private record Wait(Object goal, boolean isRun) {}

    private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Waits() {}

    /**
     * Waits until {@code closing} is settled by the thread that closes it, or for as long as that thread does not wait, over
     * any number of steps, for this one. Looks again at growing intervals, up to 5 ms: so that a close nobody waits for need
     * not look for waiters.
     *
     * @param isRun whether the run of a scope above waits, not a call of close()
     */
    static void untilSettled(Closing closing, boolean isRun) {
        if (closing.isSettled()) {
            return;
        }
        boolean interrupted = false;
        Thread self = Thread.currentThread();
        Wait outer = WAITING.put(self, new Wait(closing, isRun));
        try {
            for (long pause = SHORT_NANOS; !closing.isSettled() && !givesUp(self, closing, isRun); ) {
                closing.help();
                interrupted |= Thread.interrupted(); // or parking would return at once
                LockSupport.parkNanos(closing, pause);
                pause = Math.min(pause * 2, LONG_NANOS);
            }
        } finally {
            leave(self, outer);
            if (interrupted) {
                self.interrupt();
            }
        }
    }

    /** Says that the calling thread waits for {@code helper}; returns what to give back to {@link #leave}. */
    static @Nullable Wait enter(Thread helper) {
        return WAITING.put(Thread.currentThread(), new Wait(helper, true));
    }

    static void leave(Thread self, @Nullable Wait outer) {
        if (outer == null) {
            WAITING.remove(self);
        } else {
            WAITING.put(self, outer);
        }
    }

    /** Whether the calling thread runs a closer for {@code master}, which waits for it. */
    static boolean isHelperOf(Thread master) {
        Wait wait = WAITING.get(master);
        return wait != null && wait.goal == Thread.currentThread();
    }

    private static boolean givesUp(Thread self, Closing closing, boolean isRun) {
        boolean onlyRuns = isRun;
        Object at = closing;
        for (int steps = 0; at != null && steps < MAX_STEPS; steps++) {
            if (at == self) {
                return onlyRuns || !isRun;
            }
            if (at instanceof Closing next) {
                at = next.closer();
            } else {
                Wait wait = WAITING.get((Thread) at);
                onlyRuns &= wait == null || wait.isRun;
                at = wait == null ? null : wait.goal;
            }
        }
        return false;
    }

    private static final int MAX_STEPS = 1_000;
}
