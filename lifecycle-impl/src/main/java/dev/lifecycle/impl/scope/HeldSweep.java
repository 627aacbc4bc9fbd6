package dev.lifecycle.impl.scope;

import dev.lifecycle.impl.time.PerClock;
import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks, now and then, for scopes that are open for longer than their settings allow, and for such scopes below them;
 * counts them by path. One for each clock.
 */
final class HeldSweep implements Sweeper.Check {
    /*
     * Guarded by `lock`: the list of entries, sweeping, nextLook. Invariants:
     *   I1  sweeping is true while the list is not empty.
     *   I2  the next look is no later than any entry is due, and at most LONGEST_NANOS away: so the timer's thread ends
     *       soon after the last scope is closed, however long it might have been held.
     */
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_PATHS = 1_000;
    private static final PerClock<HeldSweep> ALL = new PerClock<>(HeldSweep::new);

    private final TimeSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Entry first;
    private boolean sweeping;
    private long nextLook;

    private HeldSweep(TimeSource clock) {
        this.clock = clock;
    }

    /** A scope that was opened with a limit; known weakly, so that one that is dropped disappears. */
    static final class Entry extends WeakReference<BaseScope> {
        private final HeldSweep sweep;
        private final long interval;
        private long due;
        private @Nullable Entry previous;
        private @Nullable Entry next;
        private boolean listed;

        private Entry(BaseScope top, HeldSweep sweep, long limit) {
            super(top);
            this.sweep = sweep;
            this.interval = Math.max(SHORTEST_NANOS, Math.min(limit / 4, LONGEST_NANOS));
        }

        /** Ends the looks at this scope. */
        void remove() {
            sweep.lock.lock();
            try {
                sweep.unlist(this);
            } finally {
                sweep.lock.unlock();
            }
        }
    }

    /** Begins to look at {@code top} and what is below it. */
    static void start(BaseScope top, long limit) {
        Node node = top.node();
        HeldSweep sweep = ALL.of(node.clock());
        Entry entry = new Entry(top, sweep, limit);
        node.sweptBy(entry);
        sweep.add(entry, Math.max(limit, SHORTEST_NANOS));
        if (!top.isOpen()) {
            entry.remove(); // its parent was closed meanwhile
        }
    }

    private void add(Entry entry, long delay) {
        lock.lock();
        try {
            long now = clock.nanos();
            long wait = Math.min(delay, LONGEST_NANOS);
            if (!sweeping || now + wait - nextLook < 0) {
                Sweeper.of(clock).add(this, wait); // first: without a thread nothing is listed
                sweeping = true;
                nextLook = now + wait;
            }
            entry.due = now + delay;
            entry.listed = true;
            entry.next = first;
            if (first != null) {
                first.previous = entry;
            }
            first = entry;
        } finally {
            lock.unlock();
        }
    }

    private void unlist(Entry entry) {
        if (!entry.listed) {
            return;
        }
        entry.listed = false;
        Entry before = entry.previous;
        Entry after = entry.next;
        if (before != null) {
            before.next = after;
        } else {
            first = after;
        }
        if (after != null) {
            after.previous = before;
        }
        if (first == null && sweeping && clock != TimeSource.system()) { // a clock of a test may stand still from here
            sweeping = false;
            Sweeper.of(clock).remove(this);
        }
    }

    @Override
    public long check(long now) {
        List<BaseScope> due = new ArrayList<>();
        long wait = takeDue(now, due);
        Map<String, Overdue> found = new LinkedHashMap<>();
        Deque<BaseScope> open = new ArrayDeque<>(due);
        for (BaseScope at = open.poll(); at != null; at = open.poll()) {
            at.openChildren(open);
            look(at.node(), now, found);
        }
        found.values().forEach(overdue -> {
            Suspects.add(overdue.name);
            Tracking.report(
                    LeakReport.Kind.HELD_TOO_LONG,
                    new Tracking.Description(overdue.name, overdue.path, overdue.site),
                    overdue.oldest,
                    overdue.count,
                    overdue.opened == null ? new StackTraceElement[0] : overdue.opened.getStackTrace());
        });
        return wait;
    }

    /** Adds the scopes that are due, and drops those that are closed or gone; returns when to look again. */
    private long takeDue(long now, List<BaseScope> due) {
        lock.lock();
        try {
            long wait = LONGEST_NANOS;
            for (Entry entry = first; entry != null; entry = entry.next) {
                BaseScope top = entry.get();
                if (top == null || !top.isOpen()) {
                    unlist(entry);
                    continue;
                }
                if (entry.due - now <= 0) {
                    due.add(top);
                    entry.due = now + entry.interval;
                }
                wait = Math.min(wait, entry.due - now);
            }
            sweeping = first != null;
            nextLook = now + wait;
            return sweeping ? wait : DONE;
        } finally {
            lock.unlock();
        }
    }

    /** Scopes of one path and name that are overdue. */
    private static final class Overdue {
        final String path;
        final String name;
        long count;
        Duration oldest = Duration.ZERO;

        @Nullable
        Throwable opened;

        @Nullable
        Site site;

        Overdue(String path, String name) {
            this.path = path;
            this.name = name;
        }
    }

    private static void look(Node node, long now, Map<String, Overdue> found) {
        Settings settings = node.settings;
        long age = now - node.moment;
        if (settings == null
                || age < settings.config.heldLongerThanNanos()
                || node.moment == 0
                || !node.scope.isOpen()) {
            return;
        }
        Object trace = node.trace; // racy: the stack in it was there before the sweep
        if (Node.isHeld(trace)) {
            return;
        }
        String path = node.path();
        String name = node.display();
        String where = path + "\n" + name; // a name has no line break; not a record, see Reports.key
        if (found.size() >= MAX_PATHS && !found.containsKey(where) || !node.hold()) {
            return; // a later sweep has room for it; or it ends just now
        }
        Overdue overdue = found.computeIfAbsent(where, unused -> new Overdue(path, name));
        overdue.count++;
        overdue.site = node.site();
        if (age > overdue.oldest.toNanos()) {
            overdue.oldest = Duration.ofNanos(age);
        }
        Throwable opened = Tracking.opened(trace);
        overdue.opened = opened == null ? overdue.opened : opened;
    }
}
