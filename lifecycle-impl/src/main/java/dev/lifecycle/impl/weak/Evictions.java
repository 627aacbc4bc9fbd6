package dev.lifecycle.impl.weak;

import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.spi.WeakKeyMapConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Tells the hook of a registry what went with collected referents: on the reaper thread, one after another, whatever it does. */
final class Evictions<T> {
    /*
     * A hook that blocks the reaper for a second makes Reaper go on with another thread, which finds `busy` and puts what comes
     * into `waiting`. The first one, when its call returns at last, sends the reaper on the errand to tell of those.
     *   I1  `busy` is set by the reaper before a call, and cleared by the same thread after it: the hook is called by one
     *       thread at a time. The next reaper reads it after the replacement, which happens-after (Reaper's lock).
     *   I2  `waiting` is touched by who is the reaper only; so by one thread at a time, each after the one before.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.weak");

    private final String registry;
    private final Consumer<? super T> hook;
    private final Locks locks;
    private final Deque<T> waiting = new ArrayDeque<>();
    private volatile boolean busy;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();

    Evictions(String registry, Consumer<? super T> hook, Locks locks) {
        this.registry = registry;
        this.hook = hook;
        this.locks = locks;
    }

    /** On the reaper thread. */
    void tell(T what) {
        if (busy) {
            if (waiting.size() < WeakKeyMapConfig.MAX_WAITING) {
                waiting.add(what);
            } else {
                long count = skipped.incrementAndGet();
                if (Long.bitCount(count) == 1) {
                    LOG.warn("the hook of " + registry + " does not return; " + count
                            + " things it was not told of so far");
                }
            }
        } else if (call(what)) {
            tellWaiting();
        }
    }

    private void tellWaiting() {
        while (!busy) {
            T next = waiting.poll();
            if (next == null || !call(next)) {
                return;
            }
        }
    }

    /** Returns whether the calling thread still is the reaper. */
    private boolean call(T what) {
        if (Reaper.callOut(new Call(what))) {
            return true;
        }
        locks.send(this::tellWaiting);
        return false;
    }

    /** On any thread: has the reaper tell the hook. */
    void tellLater(T what) {
        locks.send(() -> tell(what));
    }

    /** On a thread that closes the registry. */
    void tellHere(T what) {
        try {
            hook.accept(what);
        } catch (Throwable failure) { // user code: the others must be told too
            long count = failures.incrementAndGet();
            if (Long.bitCount(count) == 1) { // the first, and at each doubling
                LOG.warn("the hook of " + registry + " failed, " + count + " times so far", failure);
            }
        }
    }

    private final class Call implements Reaper.CallOut {
        private final T what;

        Call(T what) {
            this.what = what;
        }

        @Override
        public void run() {
            busy = true;
            try {
                tellHere(what);
            } finally {
                busy = false;
            }
        }

        @Override
        public void stuck() {
            LOG.warn("the hook of " + registry + " runs for more than a second; what comes meanwhile waits for it");
        }
    }

    long failures() {
        return failures.get();
    }

    long skipped() {
        return skipped.get();
    }
}
