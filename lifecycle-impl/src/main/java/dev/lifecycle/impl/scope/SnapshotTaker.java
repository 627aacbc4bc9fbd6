package dev.lifecycle.impl.scope;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes a scope and what is below it; bounded in width, depth and total, with exact counts of what is left out. */
final class SnapshotTaker {
    private static final int MAX_CHILDREN = 100;
    private static final int MAX_DEPTH = 50;

    private int room = 10_000;

    Snapshot take(BaseScope scope) {
        return take(scope, Kind.SCOPE, MAX_DEPTH);
    }

    private Snapshot take(BaseScope scope, Kind kind, int depth) {
        @Nullable Object[] newest = new Object[depth == 0 ? 0 : Math.min(MAX_CHILDREN, Math.max(room, 0))];
        int taken = 0;
        long size;
        State state = scope.state();
        int seen = scope.usable() ? scope.lock() : -1; // a stranger does not look into a confined scope
        if (seen >= 0) {
            try {
                size = scope.size(seen & BaseScope.COUNT);
                taken = scope.newest(seen & BaseScope.COUNT, newest);
            } finally {
                scope.unlock(seen);
            }
        } else {
            size = 0;
        }
        room -= taken;
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("open", size);
        if (size > taken) {
            gauges.put("omitted", size - taken);
        }
        Thread thread = scope.thread;
        if (thread != null) {
            gauges.put("thread", thread.getName());
        }
        List<Snapshot> children = new ArrayList<>(taken);
        for (int i = taken - 1; i >= 0; i--) {
            children.add(entry(newest[i], depth - 1));
        }
        Node cold = scope.node;
        return new Snapshot(
                cold == null ? 0 : cold.id(),
                scope.name(),
                kind,
                kind == Kind.MOVED ? State.OPEN : state,
                age(cold, state),
                gauges,
                children);
    }

    private static Duration age(@Nullable Node cold, State state) {
        return cold == null || cold.moment == 0 || state == State.CLOSED
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, cold.clock().nanos() - cold.moment));
    }

    private Snapshot entry(@Nullable Object slot, int depth) {
        if (slot instanceof Node child) {
            return take(child.scope, Kind.SCOPE, depth);
        }
        if (slot instanceof Moved moved) {
            return take(moved.scope, Kind.MOVED, depth);
        }
        if (slot instanceof GuardedResource<?> guarded) {
            return guarded.snapshot();
        }
        Object resource = slot instanceof Handle<?> handle ? handle.peek() : slot;
        if (resource instanceof Managed managed && !(resource instanceof BaseScope)) {
            try {
                return managed.snapshot();
            } catch (Throwable failure) { // a stranger's component must not hide the rest of the tree
                return resource(
                        Labels.of(managed), Map.of("failure", failure.getClass().getName()), List.of());
            }
        }
        return resource(slot == null ? "null" : Labels.of(slot), Map.of(), List.of());
    }

    static Snapshot resource(String name, Map<String, Object> gauges, List<Snapshot> children) {
        return new Snapshot(0, name, Kind.RESOURCE, State.OPEN, Duration.ZERO, gauges, children);
    }
}
