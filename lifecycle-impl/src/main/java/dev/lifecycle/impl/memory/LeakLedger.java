package dev.lifecycle.impl.memory;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.impl.memory.trend.Diagnosis.Component;
import dev.lifecycle.impl.scope.Census;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.LeakWatchConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the components of the tree say they hold: each as it is now, and how many pieces it may hold.
 *
 * <p>A component takes part if it has the gauges {@code size} (or {@code sessions}, {@code weight}) and, if it is bounded, {@code maximum} (or {@code capacity}, {@code budget}); one that knows its
 * bytes has {@code bytes} and {@code maxBytes}. So does one of a user.
 */
final class LeakLedger {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");
    /** More of them have no weights of their own in a trend: the last one stands for all others. */
    static final int PARTS = 12;

    private static final List<String> SIZES = List.of("weight", "size", "sessions", "entries", "live");
    private static final List<String> BOUNDS = List.of("maximum", "capacity", "budget");
    private static final int MOST_PATHS = 2_000;

    private final LeakWatchConfig config;
    private final Map<String, Integer> parts =
            new HashMap<>(); // by path, for ever: a part keeps its place in the series
    private final List<Component> components = new ArrayList<>();
    private final Map<String, Long> sizes = new HashMap<>(); // by path, of all that is not bounded
    private final long[] held = new long[PARTS];
    private long leased;
    private long scopes;
    private long active;
    private final AtomicLong failures;
    private boolean complained;

    LeakLedger(LeakWatchConfig config, AtomicLong failures) {
        this.config = config;
        this.failures = failures;
    }

    /** Walks the tree, and asks all: calls code of users. */
    void look() {
        components.clear();
        sizes.clear();
        Arrays.fill(held, 0);
        leased = 0;
        active = 0;
        scopes = 0;
        for (Census.Found<Scope> each : Census.scopes(config.within())) {
            scopes++;
            count(each.scopePath(), 1);
        }
        for (Census.Found<Managed> each : Census.below(config.within(), Managed.class)) {
            try {
                take(each.scopePath() + "/" + each.component().name(), each.component());
            } catch (Throwable ofUser) {
                failed(each.component().getClass().getName(), ofUser);
            }
        }
        for (LeakWatchConfig.Component each : config.components()) {
            try {
                long bytes = each.bytes().getAsLong();
                components.add(new Component(
                        each.name(), -1, 0, Math.max(0, bytes), each.maxBytes().getAsLong()));
            } catch (Throwable ofUser) {
                failed(each.name(), ofUser);
            }
        }
    }

    private void failed(String what, Throwable ofUser) {
        failures.incrementAndGet();
        if (!complained) {
            complained = true;
            LOG.warn("leak watch " + config.name() + " cannot ask " + what + " what it holds", ofUser);
        }
    }

    private void take(String path, Managed component) {
        if (component.kind().equals(Kind.LEAK_WATCH)) {
            return;
        }
        Map<String, Object> gauges = component.snapshot().gauges();
        leased += Math.max(0, number(gauges, "leased"));
        if (component.kind().equals(Kind.TASK_MANAGER) || component.kind().equals(Kind.LIMITER)) {
            active += Math.max(0, number(gauges, "active"));
        }
        long size = first(gauges, SIZES);
        long bytes = number(gauges, "bytes");
        long maxBytes = number(gauges, "maxBytes");
        if (component.kind().equals(Kind.FILE_PROCESSOR) || component.kind().equals(Kind.TREE_PROCESSOR)) {
            return; // their bytes are those that were read
        }
        if (size < 0 && bytes < 0) {
            return;
        }
        Component held = new Component(
                path, size, Math.max(0, first(gauges, BOUNDS)), Math.max(0, bytes), Math.max(0, maxBytes));
        components.add(held);
        if (!held.bounded() || held.pastBound()) {
            count(path, Math.max(0, size));
        } else if (held.maxBytes() <= 0) {
            this.held[part(path)] += Math.max(0, size);
        }
    }

    private int part(String path) {
        Integer known = parts.get(path);
        if (known == null) {
            known = Math.min(parts.size(), PARTS - 1);
            if (parts.size() < PARTS - 1) {
                parts.put(path, known);
            }
        }
        return known;
    }

    private void count(String path, long size) {
        if (sizes.size() < MOST_PATHS || sizes.containsKey(path)) {
            sizes.merge(path, size, Long::sum);
        }
    }

    private static long first(Map<String, Object> gauges, List<String> names) {
        for (String name : names) {
            long value = number(gauges, name);
            if (value >= 0) {
                return value;
            }
        }
        return -1;
    }

    /** -1 if there is none. */
    private static long number(Map<String, Object> gauges, String name) {
        @Nullable Object value = gauges.get(name);
        return value instanceof Number number ? number.longValue() : -1;
    }

    List<Component> components() {
        return List.copyOf(components);
    }

    /** How many pieces a part holds. */
    long held(int part) {
        return held[part];
    }

    /** What has no bound, by its path: pieces, or scopes of that path. */
    Map<String, Long> sizes() {
        return Map.copyOf(sizes);
    }

    long leased() {
        return leased;
    }

    long scopes() {
        return scopes;
    }

    /** What is leased and what runs. */
    double load() {
        return leased + active;
    }
}
