package dev.lifecycle.impl.scope;

import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.time.TimeSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs closers one after the other for a run that must be able to leave one behind: a virtual thread where there are any. */
final class HelperThread implements Runnable {
    /*
     * job: IDLE, the Job the run has handed over, DONE, ABANDONED or DISMISSED.
     *   run:     IDLE -> Job;  DONE -> IDLE;  Job -> ABANDONED (compare-and-set);  IDLE -> DISMISSED
     *   helper:  Job -> DONE (compare-and-set; fails when abandoned)
     * Each closer is handed over once, and ends in exactly one of DONE and ABANDONED. After the hand-over neither side
     * needs memory: the heap may be full.
     */
    private static final Object IDLE = new Object();
    private static final Object ABANDONED = new Object();
    private static final Object DISMISSED = new Object();

    private static final Object DONE = new Object();

    /** A closer, and how it ended: written by the helper before DONE, read by the run after it. */
    private static final class Job {
        final Object slot;
        final Exit exit;

        @Nullable
        Throwable failure;

        boolean interrupted;

        Job(Object slot, Exit exit) {
            this.slot = slot;
            this.exit = exit;
        }
    }

    private final AtomicReference<Object> job = new AtomicReference<>(IDLE);
    private final TimeSource clock;
    private final boolean delivers;
    private final Thread master = Thread.currentThread();
    private final Thread thread = Daemons.closer("lifecycle-closer", this);
    private @Nullable Throwable failure; // of the last job; used by the master

    /**
     * Starts a helper of the calling thread.
     *
     * @param delivers whether an interrupt of the calling thread goes on to the closer
     */
    HelperThread(TimeSource clock, boolean delivers) {
        this.clock = clock;
        this.delivers = delivers;
        thread.start();
    }

    /** Has {@code slot} released; false if that takes longer than {@code nanos}: then this helper is used up. */
    boolean finishes(Object slot, Exit exit, long nanos) {
        Job task = new Job(slot, exit);
        long start = clock.nanos();
        var outer = Waits.enter(thread);
        boolean interrupted = false;
        try {
            job.set(task);
            LockSupport.unpark(thread);
            while (job.get() == task) {
                long left = nanos - (clock.nanos() - start);
                if (left <= 0 && job.compareAndSet(task, ABANDONED)) {
                    return false;
                }
                if (Thread.interrupted()) { // or parking would return at once
                    if (delivers) {
                        thread.interrupt();
                    }
                    interrupted = true;
                }
                clock.parkNanos(this, left);
            }
            job.set(IDLE);
            failure = task.failure;
            // delivered too late for the closer, or left by it, or kept from it: then it is the master's still
            interrupted = task.interrupted || thread.isInterrupted() || interrupted && !delivers;
            return true;
        } finally {
            Waits.leave(master, outer);
            if (interrupted) {
                master.interrupt();
            }
        }
    }

    /** Whether a closer was handed over that has not ended. */
    boolean hasBegun() {
        return job.get() != IDLE;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    StackTraceElement[] stack() {
        return thread.getStackTrace();
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Lets the thread end. */
    void dismiss() {
        job.set(DISMISSED);
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        while (true) {
            Object now = job.get();
            if (now == DISMISSED) {
                return;
            }
            if (!(now instanceof Job task)) {
                LockSupport.park(this);
                continue;
            }
            Throwable thrown = CloseRun.attempt(task.slot, task.exit);
            task.failure = thrown;
            task.interrupted = Thread.interrupted();
            if (!job.compareAndSet(task, DONE)) {
                late(task, thrown);
                return;
            }
            clock.unpark(master);
        }
    }

    private static void late(Job task, @Nullable Throwable thrown) {
        if (thrown == null) {
            Tracking.LOG.info("a " + Labels.ofClass(task.slot) + " that was abandoned has closed after all");
        } else {
            Tracking.LOG.warn("a " + Labels.ofClass(task.slot) + " that was abandoned has failed to close", thrown);
        }
    }
}
