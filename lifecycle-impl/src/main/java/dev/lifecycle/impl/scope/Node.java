package dev.lifecycle.impl.scope;

import dev.lifecycle.Names;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The cold part of a scope: what only named, configured, nested, marked or large scopes have. It also is the entry by which
 * the scope stands in its parent, or in the scope it was moved to.
 */
final class Node extends Linked {
    static final String ANONYMOUS = "(anonymous)";

    private static final AtomicInteger IDS = new AtomicInteger();
    private static final VarHandle ID = Handles.of(MethodHandles.lookup(), "id", int.class);
    private static final VarHandle TRACE = Handles.of(MethodHandles.lookup(), "trace", Object.class);
    private static final Object ENDED = new Object();

    final BaseScope scope;

    /** Null for an anonymous scope. */
    final @Nullable String name;

    /** Null for the defaults. */
    final @Nullable Settings settings;

    /** When it was opened, and once it is closed, when that was; by the clock of the settings. Zero if not recorded. */
    long moment;

    /** The tracking of a root, or the stack that was captured for a suspect; plain until the sweep may see it. */
    @Nullable
    Object trace;

    /** Guarded like the slots, see {@link Store}. */
    Store.@Nullable More more;

    /** Guarded by the lock of the scope; null without limits. */
    final @Nullable Budget budget;

    /**
     * Open: the {@link Exit} it was marked with. Moved: the {@link Moved} entry by which it stands in its target. Closed:
     * the name of the thread that did it, or a {@link Throwable} with its stack.
     */
    volatile @Nullable Object outcome;

    /** Assigned when first asked for: a counter shared by all scopes would cost more than the scope. */
    @SuppressWarnings("unused") // through ID
    private int id;

    Node(BaseScope scope, @Nullable String name, @Nullable Settings settings) {
        this.scope = scope;
        this.name = name;
        this.settings = settings;
        this.budget = settings != null && settings.limited ? new Budget(settings.config) : null;
    }

    /** The trace of a scope that was reported as held too long, or that the sweep begins at; a wrapper, so that others need no field. */
    private record Watched(
            boolean held,
            HeldSweep.@Nullable Entry entry,
            @Nullable Object trace) {}

    /** For the sweep: says that the scope is reported as held too long; false if it was before, or ends. */
    boolean hold() {
        while (true) {
            Object seen = TRACE.getAcquire(this);
            Watched before = seen instanceof Watched watched ? watched : new Watched(false, null, seen);
            if (seen == ENDED || before.held) {
                return false;
            }
            if (TRACE.compareAndSet(this, seen, new Watched(true, before.entry, before.trace))) {
                return true;
            }
        }
    }

    /** For whoever opens the scope: the sweep begins at it. */
    void sweptBy(HeldSweep.Entry entry) {
        Object seen;
        Watched watched;
        do {
            seen = TRACE.getAcquire(this);
            watched = seen instanceof Watched before
                    ? new Watched(before.held, entry, before.trace)
                    : new Watched(false, entry, seen);
        } while (seen != ENDED && !TRACE.compareAndSet(this, seen, watched));
    }

    /** Takes the trace, for the thread that closed or moved the scope. Of a hold() at the same time one comes first. */
    @Nullable
    Object takeTrace() {
        Object last = isSwept() ? TRACE.getAndSet(this, ENDED) : trace;
        trace = ENDED;
        return last;
    }

    /** Whether the sweep may report it. */
    boolean isSwept() {
        return settings != null && settings.config.heldLongerThanNanos() != ScopeConfig.NO_LIMIT;
    }

    /** Whether {@code trace} is that of a scope that was reported. */
    static boolean isHeld(@Nullable Object trace) {
        return trace instanceof Watched watched && watched.held;
    }

    /** What {@code trace} is beneath what the sweep put around it. */
    static @Nullable Object traced(@Nullable Object trace) {
        return trace instanceof Watched watched ? watched.trace : trace;
    }

    /** Lets the sweep forget the scope that had {@code trace}. */
    static void forget(@Nullable Object trace) {
        if (trace instanceof Watched watched && watched.entry != null) {
            watched.entry.remove();
        }
    }

    /** Where it was opened, if that was given. */
    @Nullable
    Site site() {
        return settings == null ? null : settings.config.site();
    }

    /** Records when it is opened, and where if its name is suspect; anonymous ones read no clock unless they are swept. */
    void opened() {
        if (name != null || isSwept()) {
            long now = clock().nanos();
            moment = now == 0 ? 1 : now; // zero stands for not recorded
        }
        if (name != null) {
            trace = Suspects.capture(name);
        }
    }

    TimeSource clock() {
        return settings == null ? TimeSource.system() : settings.clock;
    }

    int id() {
        int known = (int) ID.getVolatile(this);
        if (known != 0) {
            return known;
        }
        int fresh = IDS.incrementAndGet();
        int before = (int) ID.compareAndExchange(this, 0, fresh); // the first to ask decides
        return before == 0 ? fresh : before;
    }

    /** Asks the weigher of this scope's budget; runs user code. */
    long weigh(Object subject) {
        ToLongFunction<Object> weigher = settings == null ? null : settings.config.weigher();
        long weight = weigher == null ? 0 : weigher.applyAsLong(subject);
        if (weight < 0) {
            throw new IllegalArgumentException("the weigher of " + path() + " returned " + weight + " for a "
                    + subject.getClass().getName() + "; it must be at least 0");
        }
        return weight;
    }

    String display() {
        return name == null ? ANONYMOUS : name;
    }

    /** The names from the root to this one, at most 32 of them. */
    String path() {
        StringBuilder path = new StringBuilder(display());
        Node at = this;
        for (int depth = 1; ; depth++) {
            BaseScope parent = at.scope.up();
            Node above = parent == null ? null : parent.node;
            if (above == null) {
                return path.toString();
            }
            if (depth == MAX_PATH) {
                return path.insert(0, ".../").toString();
            }
            path.insert(0, above.display() + "/");
            at = above;
        }
    }

    private static final int MAX_PATH = 32;

    @Override
    void release(Exit exit) {
        throw new AssertionError("a scope is closed by its parent's run, not as an entry: " + Names.quote(display()));
    }

    @Override
    Class<?> type() {
        return scope.getClass();
    }

    @Override
    void unbudget(Budget of) {
        of.children--;
    }
}
