package dev.lifecycle.tests.api;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Makes snapshots for tests. */
final class Snapshots {
    private Snapshots() {}

    static Snapshot named(String name, Snapshot... children) {
        return new Snapshot(0, name, Kind.SCOPE, State.OPEN, Duration.ZERO, Map.of(), List.of(children));
    }

    static Snapshot withGauge(String gauge, Object value) {
        return new Snapshot(0, "n", Kind.SCOPE, State.OPEN, Duration.ZERO, Map.of(gauge, value), List.of());
    }

    /** A node in a node in a node. */
    static Snapshot chain(int depth) {
        Snapshot node = named("leaf");
        for (int i = 1; i < depth; i++) {
            node = named("n", node);
        }
        return node;
    }

    static Snapshot wide(int children) {
        List<Snapshot> all = new ArrayList<>();
        for (int i = 0; i < children; i++) {
            all.add(named("child"));
        }
        return new Snapshot(0, "wide", Kind.SCOPE, State.OPEN, Duration.ZERO, Map.of(), all);
    }

    static long count(Snapshot root) {
        return 1 + root.children().stream().mapToLong(Snapshots::count).sum();
    }

    /** Any string at all: also control characters, halves of surrogate pairs and what breaks lines. */
    static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(20),
                Arbitraries.strings()
                        .withChars(
                                '"', '\\', '/', '\u0000', '\n', '\r', '\t', '\u007f', '\u0085', '\u2028', '\u2029',
                                '\ufeff', '\ud83d', '\ude00', '\uffff', 'u', '0')
                        .ofMaxLength(12));
    }

    private static Arbitrary<Object> values() {
        return Arbitraries.oneOf(List.<Arbitrary<Object>>of(
                Arbitraries.integers().asGeneric(),
                Arbitraries.longs().asGeneric(),
                Arbitraries.shorts().asGeneric(),
                Arbitraries.bytes().asGeneric(),
                Arbitraries.bigIntegers().asGeneric(),
                Arbitraries.bigDecimals().asGeneric(),
                Arbitraries.doubles().asGeneric(),
                Arbitraries.floats().asGeneric(),
                Arbitraries.of(true, false).asGeneric(),
                texts().asGeneric()));
    }

    static Arbitrary<Snapshot> trees() {
        return Arbitraries.lazyOf(
                Snapshots::nodes, Snapshots::nodes, () -> nodes(trees().list().ofMaxSize(3)));
    }

    private static Arbitrary<Snapshot> nodes() {
        return nodes(Arbitraries.just(List.of()));
    }

    private static Arbitrary<Snapshot> nodes(Arbitrary<List<Snapshot>> children) {
        return Combinators.combine(
                        Arbitraries.longs(),
                        texts(),
                        Arbitraries.of(Kind.SCOPE, Kind.RESOURCE, new Kind("Pool")),
                        Arbitraries.of(State.class),
                        Arbitraries.longs().map(Duration::ofNanos),
                        Arbitraries.maps(texts(), values()).ofMaxSize(3),
                        children)
                .as((id, name, kind, state, age, gauges, below) ->
                        new Snapshot(id, name, kind, state, age, new LinkedHashMap<>(gauges), below));
    }
}
