package dev.lifecycle.impl.scope;

import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.leak.LeakReport;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks, now and then, for scopes below one that are open for longer than their settings allow; counts them by path. */
final class HeldSweep implements Sweeper.Check {
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_PATHS = 1_000;

    private final WeakReference<BaseScope> top;
    private final long interval;

    private HeldSweep(BaseScope top, long limit) {
        this.top = new WeakReference<>(top);
        this.interval = Math.max(SHORTEST_NANOS, Math.min(limit / 4, LONGEST_NANOS));
    }

    static void start(BaseScope top, long limit) {
        HeldSweep sweep = new HeldSweep(top, limit);
        Node node = top.node();
        Sweeper.of(node.clock()).add(sweep, Math.max(limit, SHORTEST_NANOS));
    }

    /** Scopes of one path that are overdue. */
    private static final class Overdue {
        long count;
        Duration oldest = Duration.ZERO;

        @Nullable
        Throwable opened;

        String name = "";
    }

    @Override
    public long check(long now) {
        BaseScope scope = top.get();
        if (scope == null || !scope.isOpen()) {
            return DONE;
        }
        Map<String, Overdue> found = new LinkedHashMap<>();
        Deque<BaseScope> open = new ArrayDeque<>();
        open.add(scope);
        for (BaseScope at = open.poll(); at != null; at = open.poll()) {
            at.openChildren(open);
            look(at.node(), now, found);
        }
        found.forEach((path, overdue) -> {
            Suspects.add(overdue.name);
            Tracking.report(
                    LeakReport.Kind.HELD_TOO_LONG,
                    path,
                    overdue.oldest,
                    overdue.count,
                    overdue.opened == null ? new StackTraceElement[0] : overdue.opened.getStackTrace());
        });
        return interval;
    }

    private static void look(Node node, long now, Map<String, Overdue> found) {
        Settings settings = node.settings;
        long age = now - node.moment;
        if (node.isHeld()
                || settings == null
                || age < settings.config.heldLongerThanNanos()
                || node.moment == 0
                || !node.scope.isOpen()) {
            return;
        }
        String path = node.path();
        if (found.size() >= MAX_PATHS && !found.containsKey(path)) {
            return; // it is not marked: a later sweep has room for it
        }
        node.hold();
        if (!node.scope.isOpen()) {
            return; // closed just now: no report that its close would have to withdraw
        }
        Overdue overdue = found.computeIfAbsent(path, unused -> new Overdue());
        overdue.count++;
        overdue.name = node.display();
        if (age > overdue.oldest.toNanos()) {
            overdue.oldest = Duration.ofNanos(age);
        }
        if (node.traced() instanceof Throwable opened) {
            overdue.opened = opened;
        }
    }
}
