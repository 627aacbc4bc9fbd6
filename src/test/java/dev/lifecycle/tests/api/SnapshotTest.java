package dev.lifecycle.tests.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SnapshotTest {
    @Test
    void copiesItsCollections() {
        Map<String, Object> gauges = new HashMap<>(Map.of("open", 1));
        List<Snapshot> children = new ArrayList<>(List.of(Snapshots.named("child")));
        Snapshot snapshot = new Snapshot(1, "n", Kind.SCOPE, State.OPEN, Duration.ZERO, gauges, children);
        gauges.put("open", 2);
        children.clear();
        assertEquals(Map.of("open", 1), snapshot.gauges());
        assertEquals(List.of(Snapshots.named("child")), snapshot.children());
    }

    @Test
    void cannotBeChanged() {
        Snapshot snapshot = Snapshots.withGauge("open", 1);
        assertThrows(
                UnsupportedOperationException.class, () -> snapshot.gauges().put("open", 2));
        assertThrows(
                UnsupportedOperationException.class, () -> snapshot.children().add(snapshot));
    }

    @Test
    void keepsTheOrderOfItsGauges() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        for (char c = 'z'; c >= 'a'; c--) {
            gauges.put(String.valueOf(c), 0);
        }
        Snapshot snapshot = new Snapshot(1, "n", Kind.SCOPE, State.OPEN, Duration.ZERO, gauges, List.of());
        assertEquals(List.copyOf(gauges.keySet()), List.copyOf(snapshot.gauges().keySet()));
    }

    @Test
    void namesWhatIsNull() {
        Map<String, Object> nullGauge = new HashMap<>();
        nullGauge.put("size", null);
        Map<String, Object> nullKey = new HashMap<>();
        nullKey.put(null, 1);
        refuses("name", () -> new Snapshot(0, null, Kind.SCOPE, State.OPEN, Duration.ZERO, Map.of(), List.of()));
        refuses("kind", () -> new Snapshot(0, "n", null, State.OPEN, Duration.ZERO, Map.of(), List.of()));
        refuses("state", () -> new Snapshot(0, "n", Kind.SCOPE, null, Duration.ZERO, Map.of(), List.of()));
        refuses("age", () -> new Snapshot(0, "n", Kind.SCOPE, State.OPEN, null, Map.of(), List.of()));
        refuses("gauges", () -> new Snapshot(0, "n", Kind.SCOPE, State.OPEN, Duration.ZERO, null, List.of()));
        refuses("children", () -> new Snapshot(0, "n", Kind.SCOPE, State.OPEN, Duration.ZERO, Map.of(), null));
        refuses("size", () -> new Snapshot(0, "n", Kind.SCOPE, State.OPEN, Duration.ZERO, nullGauge, List.of()));
        refuses("gauge", () -> new Snapshot(0, "n", Kind.SCOPE, State.OPEN, Duration.ZERO, nullKey, List.of()));
        assertThrows(
                NullPointerException.class,
                () -> new Snapshot(
                        0, "n", Kind.SCOPE, State.OPEN, Duration.ZERO, Map.of(), Arrays.asList((Snapshot) null)));
    }

    private static void refuses(String name, Executable call) {
        assertEquals(name, assertThrows(NullPointerException.class, call).getMessage());
    }
}
