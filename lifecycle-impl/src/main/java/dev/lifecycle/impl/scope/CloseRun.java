package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.ChildPolicy;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.InterruptPolicy;
import dev.lifecycle.spi.ScopeConfig;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One close of a scope and everything below it, by the thread for which {@link BaseScope#beginClose} succeeded.
 *
 * <p>No recursion: the run goes down into a child when it pops one and up again when that is empty, along the links of the
 * tree. It needs memory only for children that are configured or marked, and for what fails.
 */
final class CloseRun {
    static final Exit UNMARKED = new Exit.Unmarked();
    static final Exit SUCCESS = new Exit.Success();
    private static final Logger LOG = System.getLogger("dev.lifecycle.scope");

    private final BaseScope root;
    private final Failures failures = new Failures();
    private long closed;
    private boolean interrupted;

    /** The scope whose entries are popped now, and what holds for them. */
    private BaseScope at;

    private @Nullable Settings settings;
    private Exit exit;
    private @Nullable CloserWatch watch;
    private @Nullable Frame frame;

    private Exit ending = UNMARKED; // how the work of the root ended
    private long since; // when the close began; zero where no clock is read
    private @Nullable Overruns overruns; // null until a deadline is armed
    private @Nullable OpenChildren openChildren; // null until one is found that should not be there

    /** What held before the run went down into {@code scope}, and what had been counted by then. */
    private record Frame(
            BaseScope scope,
            @Nullable Frame outer,
            @Nullable Settings settings,
            Exit exit,
            long closed,
            long failed,
            int listed,
            int overruns,
            long since) {}

    /**
     * Makes a run.
     *
     * @param root closing, by the calling thread
     * @param known how its work ended, or null if only its mark can tell
     */
    CloseRun(BaseScope root, @Nullable Exit known) {
        this.root = root;
        this.at = root;
        this.exit = known == null ? UNMARKED : known;
    }

    /** Takes over from the short way: so many were closed, one failed. */
    CloseRun resume(int closedBefore, Object culprit, Throwable failure, boolean wasInterrupted) {
        closed = closedBefore;
        failures.add(culprit, failure);
        interrupted = wasInterrupted;
        return run();
    }

    /** Releases everything; throws nothing that a closer throws. */
    CloseRun run() {
        enter(root, root.settings());
        ending = exit;
        since = frame == null ? 0 : frame.since;
        while (true) {
            Object slot = at.pop();
            try {
                if (slot != null) {
                    close(slot);
                } else if (!leave()) {
                    break;
                }
            } catch (Throwable broken) { // our own frames met the end of the stack or the heap: count it, go on
                failures.add(slot == null ? at : slot, broken);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return this;
    }

    private void close(Object slot) {
        if (slot instanceof Node child) {
            down(child);
        } else if (slot instanceof Moved moved) {
            if (moved.scope.beginClose(true)) {
                at = moved.scope; // under the settings of its target
            }
        } else {
            release(slot);
        }
    }

    private void release(Object slot) {
        if ((settings == null || settings.config.interrupts() == InterruptPolicy.SHIELD) && Thread.interrupted()) {
            interrupted = true;
        }
        Throwable failure = watch == null ? attempt(slot, exit) : watch.attempt(slot, exit);
        if (failure == null) {
            closed++;
        } else {
            failures.add(slot, failure);
        }
    }

    /** Releases {@code slot}; returns what it threw. */
    static @Nullable Throwable attempt(Object slot, Exit exit) {
        try {
            if (slot instanceof Entry entry) {
                entry.release(exit);
            } else {
                ((AutoCloseable) slot).close();
            }
            return null;
        } catch (Throwable thrown) { // errors too: the rest must be released
            return thrown;
        }
    }

    // ---- down and up the tree --------------------------------------------------------------------------------------

    private void down(Node child) {
        BaseScope scope = child.scope;
        if (!scope.beginClose(false)) {
            Waits.untilClosed(scope); // another thread closes it, or moved it away just now
            return;
        }
        at = scope;
        if (settings != null && settings.config.childPolicy() != ChildPolicy.CLOSE) {
            if (openChildren == null) {
                openChildren = new OpenChildren(settings.config.childPolicy() == ChildPolicy.STRICT);
            }
            openChildren.add(child);
        }
        enter(scope, child.settings);
    }

    /** Makes the settings and the mark of {@code scope} hold, remembering what held before, if they differ. */
    private void enter(BaseScope scope, @Nullable Settings own) {
        Exit mark = scope.marked();
        if (mark != null || own != settings) {
            frame = new Frame(
                    scope,
                    frame,
                    settings,
                    exit,
                    closed,
                    failures.count(),
                    failures.size(),
                    overruns == null ? 0 : overruns.size(),
                    own == null ? 0 : own.config.timeSource().nanos());
            exit = mark == null ? exit : mark;
            rule(own);
        }
    }

    private void rule(@Nullable Settings next) {
        settings = next;
        if (watch != null) {
            watch.stop();
            watch = null;
        }
        if (next != null && next.config.closeDeadlineNanos() != ScopeConfig.NO_LIMIT) {
            if (overruns == null) {
                overruns = new Overruns();
            }
            watch = CloserWatch.start(root, next.config, overruns);
        }
    }

    /** Ends the scope that is empty now and goes up; false at the root. Allocates nothing before it has gone up. */
    private boolean leave() {
        BaseScope done = at;
        BaseScope up = done == root ? null : done.up();
        if (up != null) {
            at = up;
            closed++; // a child counts as one of its parent's resources
        }
        String recorded = null;
        long opened = 0;
        try {
            if (up == null && openChildren != null) {
                openChildren.report(root, failures);
            }
            if (up == null && root.node != null && root.node.name != null && ScopeEvents.areOn()) {
                recorded = root.node.path(); // while it still hangs in the tree
                opened = root.node.moment;
            }
        } finally {
            end(done, up == null);
        }
        if (recorded != null && root.node != null) {
            ScopeEvents.closed(recorded, root.node.moment - opened, closed, failures.count());
        }
        if (frame != null && frame.scope == done) {
            pop(frame);
        }
        return up != null;
    }

    /** Tells the listener of the scope that ends, then lets hold again what held before. */
    private void pop(Frame ended) {
        frame = ended.outer;
        Settings own = settings;
        Exit how = exit;
        exit = ended.exit;
        if (own != ended.settings) {
            rule(ended.settings);
        }
        Consumer<? super CloseReport> listener = own == null ? null : own.config.onClosed();
        if (own != null && listener != null) {
            try {
                listener.accept(report(ended, how, own));
            } catch (Throwable failure) { // user code: it changes nothing
                LOG.log(
                        Level.WARNING,
                        "scope " + Refusal.path(ended.scope) + ": its onClosed listener failed",
                        failure);
            }
        }
    }

    private CloseReport report(Frame ended, Exit how, Settings own) {
        return new CloseReport(
                how,
                closed - ended.closed,
                failures.count() - ended.failed,
                failures.from(ended.listed),
                overruns == null ? List.of() : overruns.from(ended.overruns),
                took(ended.since, own));
    }

    private static Duration took(long since, @Nullable Settings own) {
        return own == null
                ? Duration.ZERO
                : Duration.ofNanos(own.config.timeSource().nanos() - since);
    }

    /** All that happened, after {@link #run}. */
    CloseReport report() {
        return new CloseReport(
                ending,
                closed,
                failures.count(),
                failures.from(0),
                overruns == null ? List.of() : overruns.from(0),
                took(since, root.settings()));
    }

    /** Attaches the failures to {@code body}; without one, throws the primary failure. */
    void rethrow(@Nullable Throwable body) {
        if (failures.count() > 0) {
            failures.deliver(root, report(), body);
        }
    }

    private static void end(BaseScope done, boolean isRoot) {
        Node cold = done.node;
        Moved moved = done.movedEntry();
        if (cold == null) {
            done.finishClose();
            return;
        }
        cold.more = null;
        if (moved != null) {
            done.finishClose();
            moved.container = null;
            return;
        }
        String held = cold.isHeld() ? cold.path() : null; // while it still hangs in the tree
        Duration age = Tracking.closed(cold);
        done.finishClose();
        if (isRoot) {
            BaseScope.unlink(cold);
        }
        cold.container = null; // a closed child that is kept keeps no parent alive
        Tracking.end(cold, held, age);
    }
}
