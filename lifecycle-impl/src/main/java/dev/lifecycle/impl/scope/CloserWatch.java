package dev.lifecycle.impl.scope;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.scope.CloseTimeoutException;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.InterruptPolicy;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.time.TimeSource;
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
     *                    \--claim--> odd|CLAIM --(sample, interrupt)--> odd|CLAIM|DONE --end--> even
     *
     *   I1  slot, type, since and runner are written by the run in an even phase, read by the patrol between two equal
     *       reads of an odd phase, or under its claim: never half-changed.
     *   I2  an interrupt is sent only under a claim, and end() waits for DONE: it cannot reach the next closer. None is
     *       sent to a thread that is interrupted already, so the one end() takes back is ours. (One from outside that
     *       comes after ours and before end() is taken for ours: the flag of a thread does not count.)
     *   I3  each closer is claimed at most once.
     *   I4  user code, a handler of the log, runs on the patrol's thread after DONE only: the run does not wait for it.
     */
    private static final int CLAIM = 1 << 30;
    private static final int DONE = 1 << 29;
    private static final int COUNT = DONE - 1;
    private static final VarHandle PHASE = Handles.of(MethodHandles.lookup(), "phase", int.class);

    private final BaseScope root;
    private final ScopeConfig config;
    private final TimeSource clock;
    private final Overruns overruns;
    private final DeadlinePatrol patrol;

    private volatile int phase;
    private Object slot = this;
    private Class<?> type = Object.class; // of what is in the slot, while that can be told
    private long since;
    private boolean interrupts; // we interrupted the closer; written under a claim, read by the run after DONE
    private @Nullable Thread runner;
    private @Nullable HelperThread helper;

    /** The patrol's list; guarded by the patrol's lock. */
    @Nullable
    CloserWatch previous;

    @Nullable
    CloserWatch next;

    private CloserWatch(BaseScope root, Settings settings, Overruns overruns) {
        this.root = root;
        this.config = settings.config;
        this.clock = settings.clock;
        this.overruns = overruns;
        this.patrol = DeadlinePatrol.of(clock);
    }

    static CloserWatch start(BaseScope root, Settings settings, Overruns overruns) {
        CloserWatch watch = new CloserWatch(root, settings, overruns);
        if (watch.config.overrun() != OverrunPolicy.ABANDON) {
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
        if (entry instanceof GuardedResource<?> guarded) {
            try {
                guarded.awaitLeases(); // has a deadline of its own, and knows whom to blame
            } catch (Throwable leased) {
                return leased;
            }
        }
        if (entry instanceof Binding) {
            return CloseRun.attempt(entry, exit); // a matter of this thread alone
        }
        slot = entry;
        type = Labels.type(entry);
        since = clock.nanos();
        interrupts = false;
        if (config.overrun() == OverrunPolicy.ABANDON) {
            return attemptAway(entry, exit);
        }
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
                Backoff.pause(spins); // claimed: the patrol is about to report, and to interrupt
            }
            if (interrupts) {
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
        long left = deadlineNanos() - Math.max(now - since, 0); // it may have begun after the clock was read
        if (phase != seen) {
            return deadlineNanos(); // another closer by now: it has just begun
        }
        if (left > 0) {
            return left;
        }
        Duration ran = Duration.ofNanos(now - since);
        String what = Labels.name(type);
        StackTraceElement[] stack = {};
        if (PHASE.compareAndSet(this, seen, seen | CLAIM)) { // nothing between this and DONE may fail: the run waits
            try {
                stack = overrun(ran);
            } finally {
                phase = seen | CLAIM | DONE;
            }
            log(what, ran, stack);
        }
        return deadlineNanos();
    }

    private StackTraceElement[] overrun(Duration ran) {
        Thread stuck = runner;
        try {
            StackTraceElement[] stack = stuck == null ? new StackTraceElement[0] : stuck.getStackTrace();
            overruns.add(slot, config.site(), ran, stack, config.overrun());
            return stack;
        } finally { // also if there is no memory for the report
            if (config.overrun() == OverrunPolicy.INTERRUPT && stuck != null && !stuck.isInterrupted()) {
                interrupts = true;
                stuck.interrupt();
            }
        }
    }

    /** Whether the closer that has just ended was interrupted for its deadline. */
    boolean hasInterrupted() {
        return interrupts;
    }

    private void log(String what, Duration ran, StackTraceElement[] stack) {
        StringBuilder line = new StringBuilder("scope ")
                .append(Refusal.path(root))
                .append(": closing a ")
                .append(what)
                .append(" takes longer than ")
                .append(Duration.ofNanos(deadlineNanos()))
                .append(": ")
                .append(ran)
                .append(" so far, policy ")
                .append(config.overrun())
                .append("; its thread is at");
        for (StackTraceElement element : stack) {
            line.append("\n\tat ").append(element);
        }
        Tracking.LOG.warn(line.toString());
    }

    // ---- ABANDON ---------------------------------------------------------------------------------------------------

    private @Nullable Throwable attemptAway(Object entry, Exit exit) {
        HelperThread current = helper;
        try {
            if (current == null) {
                current = new HelperThread(clock, config.interrupts() == InterruptPolicy.DELIVER);
                helper = current;
            }
            if (current.finishes(entry, exit, deadlineNanos())) {
                return current.failure();
            }
        } catch (VirtualMachineError full) { // no thread, or no memory to hand over: late is better than never
            if (current == null || !current.hasBegun()) {
                return CloseRun.attempt(entry, exit);
            }
            throw full;
        }
        helper = null; // it stays with the closer it is stuck in
        if (entry instanceof GuardedResource<?> guarded) {
            guarded.settle();
        }
        Duration ran = Duration.ofNanos(clock.nanos() - since);
        StackTraceElement[] stack = current.stack();
        overruns.add(entry, config.site(), ran, stack, OverrunPolicy.ABANDON);
        current.interrupt();
        log(Labels.name(type), ran, stack);
        return new CloseTimeoutException(Labels.of(entry) + " did not close within "
                + Duration.ofNanos(deadlineNanos()) + " and was abandoned; its thread is still in "
                + (stack.length == 0 ? "unknown code" : stack[0]));
    }
}
