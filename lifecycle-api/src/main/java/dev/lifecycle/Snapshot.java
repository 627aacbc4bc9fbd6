package dev.lifecycle;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a component and everything below it looked like at one moment: the one source of every health output.
 *
 * <p>Immutable as long as the gauge values are. Large trees are cut when they are captured: such a node then has the
 * gauge {@code omitted} with the exact number of children left out.
 *
 * @param id distinguishes nodes of equal name within one JVM; 0 where the node has none
 * @param name what the component was named
 * @param kind what sort of component it is
 * @param state where it stood
 * @param age the time since it was opened; zero where that is not recorded (anonymous scopes read no clock)
 * @param gauges figures by name, in the order to print them: {@link Number}, {@link Boolean}, or anything else, which is
 *     printed by its {@code toString}
 * @param children what it owns, oldest first
 */
public record Snapshot(
        long id,
        String name,
        Kind kind,
        State state,
        Duration age,
        Map<String, Object> gauges,
        List<Snapshot> children) {

    /** Copies the collections, keeping the order of the gauges. */
    public Snapshot {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(age, "age");
        Objects.requireNonNull(gauges, "gauges");
        Objects.requireNonNull(children, "children");
        Map<String, Object> copy = new LinkedHashMap<>();
        gauges.forEach((gauge, value) ->
                copy.put(Objects.requireNonNull(gauge, "gauge"), Objects.requireNonNull(value, gauge)));
        gauges = Collections.unmodifiableMap(copy);
        children = List.copyOf(children);
    }

    /**
     * Prints the tree for people, a node a line, with lines drawn from parent to child. Below the fortieth level the
     * lines tell their level instead of moving on to the right.
     *
     * @return text that ends with a line feed; control characters in names are escaped
     */
    public String toText() {
        return new SnapshotPrinter().text(this);
    }

    /**
     * Prints the tree as one JSON object (RFC 8259) with the members {@code id}, {@code name}, {@code kind},
     * {@code state}, {@code ageNanos}, {@code gauges} and {@code children}.
     *
     * @return valid JSON whatever the names hold: control characters and unpaired surrogates are escaped, numbers that
     *     JSON cannot express (NaN, the infinities) are {@code null}
     */
    public String toJson() {
        return new SnapshotPrinter().json(this);
    }

    /** Returns {@link #toText} without the last line feed: a tree of any depth can be printed. */
    @Override
    public String toString() {
        String text = toText();
        return text.substring(0, text.length() - 1);
    }
}
