package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.CloseTimeoutException;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The close deadline of one run: the run publishes which closer it is in and since when, {@link DeadlinePatrol} looks at it
 * from the timer's thread. No task, timer or memory for each closer.
 */
final class CloserWatch {
    /*
     * phase: even, no closer runs; odd, the closer `slot` runs since `since`. The run moves it on; the patrol may put CLAIM
     * on an odd one, by compare-and-set, and then owns the closer's end until it sets DONE:
     *
     *   even --begin--> odd --end--> even
     *                    \--claim--> odd|CLAIM --(report, interrupt)--> odd|CLAIM|DONE --end--> even
     *
     *   I1  slot, since and runner are written by the run in an even phase, read by the patrol between two equal reads
     *       of an odd phase, or under its claim: never half-changed.
     *   I2  an interrupt is sent only under a claim, and end() waits for DONE: it cannot reach the next closer.
     *   I3  each closer is claimed at most once.
     */
    private static final int CLAIM = 1 << 30;
    private static final int DONE = 1 << 29;
    private static final int COUNT = DONE - 1;
    private static final VarHandle PHASE = Handles.of(MethodHandles.lookup(), "phase", int.class);
    private static final Logger LOG = System.getLogger("dev.lifecycle.scope");

    private final BaseScope root;
    private final ScopeConfig config;
    private final TimeSource clock;
    private final Overruns overruns;
    private final DeadlinePatrol patrol;

    private volatile int phase;
    private Object slot = this;
    private long since;
    private @Nullable Thread runner;
    private @Nullable HelperThread helper;

    /** The patrol's list; guarded by the patrol's lock. */
    @Nullable
    CloserWatch previous;

    @Nullable
    CloserWatch next;

    private CloserWatch(BaseScope root, ScopeConfig config, Overruns overruns) {
        this.root = root;
        this.config = config;
        this.clock = config.timeSource();
        this.overruns = overruns;
        this.patrol = DeadlinePatrol.of(clock);
    }

    static CloserWatch start(BaseScope root, ScopeConfig config, Overruns overruns) {
        CloserWatch watch = new CloserWatch(root, config, overruns);
        if (config.overrun() != OverrunPolicy.ABANDON) {
            watch.patrol.add(watch);
        }
        return watch;
    }

    long deadlineNanos() {
        return config.closeDeadlineNanos();
    }

    /** Ends the patrol of this run. */
    void stop() {
        if (config.overrun() != OverrunPolicy.ABANDON) {
            patrol.remove(this);
        }
        if (helper != null) {
            helper.dismiss();
        }
    }

    /** Releases {@code entry} under the deadline; returns what it threw. */
    @Nullable
    Throwable attempt(Object entry, Exit exit) {
        if (config.overrun() == OverrunPolicy.ABANDON) {
            return attemptAway(entry, exit);
        }
        slot = entry;
        since = clock.nanos();
        runner = Thread.currentThread();
        int running = (phase + 1) & COUNT;
        phase = running; // volatile: publishes the three fields
        Throwable failure = CloseRun.attempt(entry, exit);
        end(running);
        return failure;
    }

    private void end(int running) {
        if (!PHASE.compareAndSet(this, running, (running + 1) & COUNT)) {
            for (int spins = 0; (phase & DONE) == 0; spins++) {
                Waits.backOff(spins); // claimed: the patrol is about to report, and to interrupt
            }
            if (config.overrun() == OverrunPolicy.INTERRUPT) {
                Thread.interrupted(); // it was for this closer only
            }
            phase = (running + 1) & COUNT;
        }
    }

    /** Looks at the closer, on the timer's thread; returns nanoseconds until the next look is due. */
    long inspect(long now) {
        int seen = phase;
        if ((seen & 1) == 0 || (seen & CLAIM) != 0) {
            return deadlineNanos();
        }
        long left = deadlineNanos() - (now - since);
        if (phase != seen) {
            return deadlineNanos(); // another closer by now: it has just begun
        }
        if (left > 0) {
            return left;
        }
        if (PHASE.compareAndSet(this, seen, seen | CLAIM)) {
            try {
                overrun(now);
            } finally {
                phase = seen | CLAIM | DONE;
            }
        }
        return deadlineNanos();
    }

    private void overrun(long now) {
        Thread stuck = runner;
        Duration ran = Duration.ofNanos(now - since);
        StackTraceElement[] stack = stuck == null ? new StackTraceElement[0] : stuck.getStackTrace();
        overruns.add(slot, ran, stack, config.overrun());
        log(ran, stack);
        if (config.overrun() == OverrunPolicy.INTERRUPT && stuck != null) {
            stuck.interrupt();
        }
    }

    private void log(Duration ran, StackTraceElement[] stack) {
        StringBuilder trace = new StringBuilder();
        for (StackTraceElement element : stack) {
            trace.append("\n\tat ").append(element);
        }
        LOG.log(
                Level.WARNING,
                "scope {0}: closing a {1} takes longer than {2}: {3} so far, policy {4}; its thread is at{5}",
                Refusal.path(root),
                Labels.ofClass(slot),
                Duration.ofNanos(deadlineNanos()),
                ran,
                config.overrun(),
                trace);
    }

    // ---- ABANDON ---------------------------------------------------------------------------------------------------

    private @Nullable Throwable attemptAway(Object entry, Exit exit) {
        slot = entry;
        since = clock.nanos();
        if (helper == null) {
            helper = new HelperThread(clock);
        }
        HelperThread current = helper;
        if (current.finishes(entry, exit, deadlineNanos())) {
            return current.failure();
        }
        helper = null; // it stays with the closer it is stuck in
        Duration ran = Duration.ofNanos(clock.nanos() - since);
        StackTraceElement[] stack = current.stack();
        overruns.add(entry, ran, stack, OverrunPolicy.ABANDON);
        log(ran, stack);
        current.interrupt();
        return new CloseTimeoutException(Labels.of(entry) + " did not close within "
                + Duration.ofNanos(deadlineNanos()) + " and was abandoned; its thread is still in "
                + (stack.length == 0 ? "unknown code" : stack[0]));
    }
}
