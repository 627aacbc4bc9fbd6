package dev.lifecycle.impl.scope;

import dev.lifecycle.State;
import dev.lifecycle.impl.time.StackRoom;
import dev.lifecycle.scope.ChildPolicy;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.InterruptPolicy;
import dev.lifecycle.spi.ScopeConfig;
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
    static final Exit UNMARKED = BaseScope.UNMARKED;
    static final Exit SUCCESS = new Exit.Success();

    /** As many frames as those of a run, and the first ones of a closer. */
    private static final int ROOM = 16;

    /** The same with those that start the timer of a deadline: a lock must not meet the end of the stack. */
    private static final int DEEP_ROOM = 80;

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

    private final @Nullable AsyncClose async; // what is told of the end; null for a call of close()
    private @Nullable CloseRun outer; // that goes on when this one has ended, a child's

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
     * Makes a run, before the close begins: where there is not enough memory or stack for it, nothing has happened.
     *
     * @param root closing, by the calling thread
     * @param known how its work ended, or null if only its mark can tell
     */
    CloseRun(BaseScope root, @Nullable Exit known) {
        this(root, known, null);
    }

    /** The same for a close that is told of its end. */
    CloseRun(BaseScope root, @Nullable Exit known, @Nullable AsyncClose async) {
        StackRoom.need(root.settings() != null || (root.word & BaseScope.PARENT) != 0 ? DEEP_ROOM : ROOM);
        this.root = root;
        this.at = root;
        this.exit = known == null ? UNMARKED : known;
        this.async = async;
    }

    /** Says how the work ended, before {@link #run}; null if nobody knows. */
    void ended(@Nullable Exit known) {
        exit = known == null ? UNMARKED : known;
    }

    /** Takes over from the short way: so many were closed, one failed. */
    CloseRun resume(int closedBefore, Object culprit, Throwable failure, boolean wasInterrupted) {
        closed = closedBefore;
        failures.add(culprit, null, failure);
        interrupted = wasInterrupted || failure instanceof InterruptedException;
        return run();
    }

    /** Releases everything; throws nothing that a closer throws. */
    CloseRun run() {
        begin();
        for (CloseRun now = this; now != null; ) {
            CloseRun inner = now.drain();
            if (inner == null) {
                now.finish();
                now = now.outer;
            } else {
                inner.outer = now;
                inner.begin();
                now = inner;
            }
        }
        return this;
    }

    private void begin() {
        try {
            enter(root, root.settings());
        } catch (Throwable broken) { // no memory for the frame: release all the same
            failures.add(root, null, broken);
        }
        ending = exit;
        since = frame == null ? 0 : frame.since;
    }

    /** Releases what is left; returns the run that is to come first of a child, or null at the end. */
    private @Nullable CloseRun drain() {
        while (true) {
            Object slot = at.pop();
            try {
                if (slot instanceof Node child) {
                    CloseRun inner = down(child);
                    if (inner != null) {
                        return inner;
                    }
                } else if (slot != null) {
                    close(slot);
                } else if (!leave()) {
                    return null;
                }
            } catch (Throwable broken) { // our own frames met the end of the stack or the heap: count it, go on
                failures.add(slot == null ? at : slot, null, broken);
                if (root.state() == State.CLOSED) {
                    return null;
                }
            }
        }
    }

    private void finish() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (async != null) {
            async.complete();
        }
    }

    private void close(Object slot) {
        if (slot instanceof Moved moved) {
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
            return;
        }
        failures.add(slot, settings == null ? null : settings.config.site(), failure);
        if (failure instanceof InterruptedException && (watch == null || !watch.hasInterrupted())) {
            interrupted = true; // the exception that is thrown in the end does not say so
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

    /** Goes down into a child; returns its own run if it has one that an executor has not begun. */
    private @Nullable CloseRun down(Node child) {
        BaseScope scope = child.scope;
        if (!scope.beginClose(false)) {
            AsyncClose waiting = scope.asyncClose();
            if (waiting != null && waiting.begins()) {
                return waiting.run; // not by help(), which would recurse into the scopes below it
            }
            Waits.untilSettled(scope, true); // another thread closes it, or moved it away just now
            return null;
        }
        at = scope;
        if (settings != null && settings.config.childPolicy() != ChildPolicy.CLOSE) {
            if (openChildren == null) {
                openChildren = new OpenChildren();
            }
            openChildren.add(child, settings.config.childPolicy() == ChildPolicy.STRICT);
        }
        enter(scope, child.settings);
        return null;
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
                    own == null ? 0 : own.clock.nanos());
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
            try {
                if (overruns == null) {
                    overruns = new Overruns();
                }
                watch = CloserWatch.start(root, next, overruns);
            } catch (Throwable noThread) { // late is better than never
                Tracking.LOG.warn("scope " + Refusal.path(root) + ": closes without its deadline", noThread);
            }
        }
    }

    /** Ends the scope that is empty now and goes up; false at the root. Allocates nothing before it has gone up. */
    private boolean leave() {
        BaseScope done = at;
        BaseScope up = done == root ? null : done.up();
        if (up != null) {
            at = up;
        }
        boolean counts =
                up != null && !done.isMoved(); // a child is one of its parent's resources, a moved block is none
        Node cold = done.node;
        String path = null;
        long opened = 0;
        try {
            if (up == null && openChildren != null) {
                openChildren.report(root, failures);
            }
            if (cold != null && isToBeNamed(cold, up == null)) {
                opened = cold.moment;
                path = cold.path(); // while it still hangs in the tree
            }
        } catch (VirtualMachineError full) {
            path = null; // no memory for a name: no resource failed
        } finally {
            end(done, up == null);
        }
        long released = closed;
        Settings own = settings;
        Exit how = exit;
        Frame ended = frame != null && frame.scope == done ? frame : null;
        if (ended != null) { // lets hold again what held before
            frame = ended.outer;
            exit = ended.exit;
            if (own != ended.settings) {
                rule(ended.settings);
            }
        }
        if (counts) {
            closed++;
        }
        if (up == null && cold != null && path != null && cold.name != null && ScopeEvents.areOn()) {
            ScopeEvents.closed(path, cold.moment - opened, released, failures.count());
        }
        if (ended != null && own != null && own.config.onClosed() != null) {
            tell(own.config.onClosed(), ended, how, own, released, path);
        }
        return up != null;
    }

    /** Whether the path of a scope that ends will be asked for. */
    private boolean isToBeNamed(Node ended, boolean isRoot) {
        Settings own = ended.settings;
        return isRoot && ended.name != null && ScopeEvents.areOn() || own != null && own.config.onClosed() != null;
    }

    /** Tells the listener of the scope that has ended. */
    private void tell(
            Consumer<? super CloseReport> listener,
            Frame ended,
            Exit how,
            Settings own,
            long released,
            @Nullable String path) {
        try {
            listener.accept(new CloseReport(
                    how,
                    released - ended.closed,
                    failures.count() - ended.failed,
                    failures.from(ended.listed),
                    overruns == null ? List.of() : overruns.from(ended.overruns),
                    took(ended.since, own)));
        } catch (Throwable failure) { // user code: it changes nothing
            Tracking.LOG.warn("scope " + path + ": its onClosed listener failed", failure);
        }
    }

    private static Duration took(long since, @Nullable Settings own) {
        return own == null ? Duration.ZERO : Duration.ofNanos(own.clock.nanos() - since);
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

    /** What is left of {@link #report} where there is no memory for the lists. */
    CloseReport counts() {
        return new CloseReport(ending, closed, failures.count(), List.of(), List.of(), Duration.ZERO);
    }

    /** Attaches the failures to {@code body}; without one, throws the primary failure. */
    void rethrow(@Nullable Throwable body) {
        if (failures.count() > 0) {
            failures.deliver(root, this, body);
        }
    }

    /** For a close whose report may never be read: says that something failed. */
    void log(CloseReport report) {
        if (failures.count() > 0) {
            failures.log(root, report);
        }
    }

    /** A stranger may close what was freed from its thread below a scope that was not: the parent passes over it then. */
    private static void leaveParent(Node closed) {
        BaseScope parent = closed.container;
        if (parent == null || parent.usable()) {
            BaseScope.unlink(closed);
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
        Object trace = null;
        String held = null;
        Duration age = Duration.ZERO;
        try {
            trace = cold.takeTrace();
            held = Node.isHeld(trace) ? cold.path() : null; // while it still hangs in the tree
            age = Tracking.closed(cold);
        } catch (VirtualMachineError full) {
            held = null; // no memory to remember the close: it is one all the same
        }
        done.finishClose();
        if (isRoot) {
            leaveParent(cold);
        }
        cold.container = null; // a closed child that is kept keeps no parent alive
        try {
            Tracking.end(cold, trace != null ? trace : cold.takeTrace(), held, age);
        } catch (VirtualMachineError full) {
            return; // a report less
        }
    }
}
