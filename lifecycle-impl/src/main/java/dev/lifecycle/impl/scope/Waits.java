package dev.lifecycle.impl.scope;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How threads wait: for a lock that is held for a few instructions, and for a close that another thread runs. */
final class Waits {
    /*
     * Who waits for what, so that a wait that would never end is seen: a thread maps to the scope whose close it awaits,
     * or to the helper thread that runs a closer for it. Each thread enters itself before it looks for a cycle, so of the
     * threads in a cycle the last to enter sees it. Entries live as long as the wait.
     */
    private static final ConcurrentHashMap<Thread, Object> WAITING = new ConcurrentHashMap<>();

    private static final int SPINS = 64;
    private static final int YIELDS = 128;
    private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Waits() {}

    /** Waits for a lock holder: spins first; more threads than cores means that the holder needs this core. */
    static void backOff(int spins) {
        if (spins < SPINS) {
            Thread.onSpinWait();
        } else if (spins < YIELDS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(SHORT_NANOS);
        }
    }

    /**
     * Waits until {@code scope} is closed by the thread that closes it; returns at once if that thread waits, over any
     * number of steps, for this one. Looks again at growing intervals, up to 5 ms: so that a close nobody waits for need not
     * look for waiters.
     */
    static void untilClosed(BaseScope scope) {
        if (scope.isMoved() || isCycle(scope)) {
            return;
        }
        boolean interrupted = false;
        Thread self = Thread.currentThread();
        Object outer = WAITING.put(self, scope);
        try {
            for (long pause = SHORT_NANOS; (scope.wordVolatile() & BaseScope.CLOSED) == 0 && !isCycle(scope); ) {
                interrupted |= Thread.interrupted(); // or parking would return at once
                LockSupport.parkNanos(scope, pause);
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
    static @Nullable Object enter(Thread helper) {
        return WAITING.put(Thread.currentThread(), helper);
    }

    static void leave(Thread self, @Nullable Object outer) {
        if (outer == null) {
            WAITING.remove(self);
        } else {
            WAITING.put(self, outer);
        }
    }

    private static boolean isCycle(BaseScope scope) {
        Thread self = Thread.currentThread();
        Object at = scope;
        for (int steps = 0; at != null && steps < MAX_STEPS; steps++) {
            if (at == self) {
                return true;
            }
            at = at instanceof BaseScope closing ? closing.thread : WAITING.get((Thread) at);
        }
        return false;
    }

    private static final int MAX_STEPS = 1_000;
}
