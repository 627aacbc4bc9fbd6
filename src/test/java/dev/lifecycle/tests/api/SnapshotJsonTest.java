package dev.lifecycle.tests.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotJsonTest {
    @Provide
    Arbitrary<Snapshot> trees() {
        return Snapshots.trees();
    }

    @Provide
    Arbitrary<String> texts() {
        return Snapshots.texts();
    }

    @Property(tries = 300)
    void isValidAndSaysAllForEveryTree(@ForAll("trees") Snapshot tree) {
        assertEquals(expected(tree), Json.parse(tree.toJson()));
    }

    /** What a parser must see of a snapshot. */
    private static Object expected(Snapshot node) {
        Map<String, Object> gauges = new LinkedHashMap<>();
        node.gauges().forEach((gauge, value) -> gauges.put(gauge, expectedValue(value)));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", BigDecimal.valueOf(node.id()));
        object.put("name", node.name());
        object.put("kind", node.kind().name());
        object.put("state", node.state().name());
        object.put("ageNanos", BigDecimal.valueOf(node.age().toNanos()));
        object.put("gauges", gauges);
        object.put(
                "children",
                node.children().stream().map(SnapshotJsonTest::expected).toList());
        return object;
    }

    private static Object expectedValue(Object value) {
        if (value instanceof Number number) {
            return Double.isFinite(number.doubleValue()) || number instanceof BigInteger || number instanceof BigDecimal
                    ? new BigDecimal(number.toString())
                    : Json.NULL;
        }
        return value;
    }

    @Property(tries = 300)
    void canBeSentAsUtf8OnOneLine(@ForAll("texts") String text) {
        String json = Snapshots.withGauge(text, text).toJson();
        assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(json), json);
        assertEquals(1, json.lines().count());
        assertTrue(json.chars().noneMatch(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029'), json);
    }

    @Test
    void hasItsMembersInAFixedOrder() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("z", 1);
        gauges.put("a", 0.5);
        Snapshot child = new Snapshot(8, "c\"", new Kind("Pool"), State.CLOSED, Duration.ZERO, Map.of(), List.of());
        Snapshot root =
                new Snapshot(7, "app", Kind.SCOPE, State.OPEN, Duration.ofMillis(2), gauges, List.of(child, child));
        String printedChild = "{\"id\":8,\"name\":\"c\\\"\",\"kind\":\"Pool\",\"state\":\"CLOSED\",\"ageNanos\":0,"
                + "\"gauges\":{},\"children\":[]}";
        assertEquals(
                "{\"id\":7,\"name\":\"app\",\"kind\":\"Scope\",\"state\":\"OPEN\",\"ageNanos\":2000000,"
                        + "\"gauges\":{\"z\":1,\"a\":0.5},\"children\":[" + printedChild + "," + printedChild + "]}",
                root.toJson());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void printsNullForWhatIsNoNumberInJson(double value) {
        assertEquals(Map.of("g", Json.NULL), gauges(Snapshots.withGauge("g", value)));
        assertEquals(Map.of("g", Json.NULL), gauges(Snapshots.withGauge("g", (float) value)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.MAX_VALUE, Double.MIN_VALUE, -0.0, 1e-5, 1e21, -1234.5})
    void printsEveryFiniteNumber(double value) {
        assertEquals(Map.of("g", new BigDecimal(Double.toString(value))), gauges(Snapshots.withGauge("g", value)));
    }

    @Test
    void printsAtomicCountersAsNumbers() {
        assertEquals(Map.of("g", BigDecimal.valueOf(3)), gauges(Snapshots.withGauge("g", new AtomicInteger(3))));
        assertEquals(Map.of("g", BigDecimal.valueOf(-4)), gauges(Snapshots.withGauge("g", new AtomicLong(-4))));
    }

    /** A number type of a stranger may print anything. */
    @Test
    void printsUnknownNumbersAsStrings() {
        assertEquals(Map.of("g", "0"), gauges(Snapshots.withGauge("g", new LongAdder())));
        assertEquals(Map.of("g", "0x0"), gauges(Snapshots.withGauge("g", new AtomicInteger() {
            private static final long serialVersionUID = 1;

            @Override
            public String toString() {
                return "0x" + Integer.toHexString(get());
            }
        })));
    }

    @Test
    void saysSoWhenAGaugeCannotBePrinted() {
        assertEquals(
                Map.of("g", "toString failed: java.lang.IllegalStateException"),
                gauges(Snapshots.withGauge("g", Unprintable.THROWING)));
        assertEquals(Map.of("g", "null"), gauges(Snapshots.withGauge("g", Unprintable.NULL)));
    }

    private static Object gauges(Snapshot snapshot) {
        return ((Map<?, ?>) Json.parse(snapshot.toJson())).get("gauges");
    }

    @Test
    void isPrintedAtAnyDepth() throws InterruptedException {
        int depth = 100_000;
        Snapshot chain = Snapshots.chain(depth);
        Object parsed = Json.parse(Await.onSmallStack(chain::toJson));
        int levels = 0;
        for (List<?> level = List.of(parsed);
                !level.isEmpty();
                level = (List<?>) ((Map<?, ?>) level.get(0)).get("children")) {
            levels++;
        }
        assertEquals(depth, levels);
    }

    @Test
    void isPrintedAtAnyWidth() {
        Map<?, ?> parsed = (Map<?, ?>) Json.parse(Snapshots.wide(100_000).toJson());
        assertEquals(100_000, ((List<?>) parsed.get("children")).size());
    }

    /** A million escapes; formatting each by a pattern takes seconds. */
    @Test
    void escapesAMillionCharacters() {
        String name = "\u0001".repeat(1_000_000);
        assertEquals(name, ((Map<?, ?>) Json.parse(Snapshots.named(name).toJson())).get("name"));
    }
}
