package dev.lifecycle.tests.health;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A component of a user, that says of itself whatever a test wants. */
record Part(String name, Kind kind, Supplier<Map<String, Object>> gauges) implements Managed {

    static Part of(String name, Kind kind, Map<String, Object> gauges) {
        return new Part(name, kind, () -> gauges);
    }

    static Part leak(String name, Object verdict, boolean alarm) {
        return of(
                name,
                Kind.LEAK_WATCH,
                Map.of(
                        "verdict",
                        verdict,
                        "bytesPerHour",
                        12.0 * (1 << 20),
                        "detectableBytesPerHour",
                        1.2 * (1 << 20),
                        "alarm",
                        alarm,
                        "explanation",
                        "grows by 12.0 MB/h",
                        "samples",
                        90L,
                        "failures",
                        0L));
    }

    static Part guard(String name, Object level, boolean restartAdvised) {
        return of(
                name,
                Kind.MEMORY_GUARD,
                Map.of("level", level, "cause", "container", "fraction", 0.91, "restartAdvised", restartAdvised));
    }

    static Part buffer(String name, int size, int capacity) {
        return of(name, Kind.BOUNDED_BUFFER, Map.of("size", size, "capacity", capacity));
    }

    static Part pool(String name, int leased, int core) {
        return of(name, Kind.RESOURCE_POOL, Map.of("leased", leased, "core", core, "waiting", 0));
    }

    @Override
    public State state() {
        return State.OPEN;
    }

    @Override
    public Snapshot snapshot() {
        return new Snapshot(0, name, kind, State.OPEN, Duration.ZERO, gauges.get(), List.of());
    }

    @Override
    public void close() {}
}
