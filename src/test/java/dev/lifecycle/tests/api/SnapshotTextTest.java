package dev.lifecycle.tests.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotTextTest {
    @Provide
    Arbitrary<Snapshot> trees() {
        return Snapshots.trees();
    }

    @Test
    void drawsLinesFromParentToChild() {
        Snapshot tree = Snapshots.named(
                "app",
                Snapshots.named("db", Snapshots.named("lease 1"), Snapshots.named("lease 2")),
                Snapshots.named("chat", Snapshots.named("session")));
        assertEquals("""
                app (Scope)
                 |- db (Scope)
                 |   |- lease 1 (Scope)
                 |   '- lease 2 (Scope)
                 '- chat (Scope)
                     '- session (Scope)
                """, tree.toText());
    }

    @Test
    void tellsStateAgeAndGaugesOfANode() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("size", 8_412);
        gauges.put("hit", 0.93);
        gauges.put("full", false);
        gauges.put("last", "b");
        Snapshot node = new Snapshot(
                3, "quotes", new Kind("Cache"), State.CLOSING, Duration.ofMillis(1_500), gauges, List.of());
        assertEquals("quotes (Cache, closing, age 1 s, size 8412, hit 0.930, full false, last b)\n", node.toText());
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.0009S, 0 ms",
        "PT0.999999S, 999 ms",
        "PT1S, 1 s",
        "PT9M59S, 599 s",
        "PT10M, 10 min",
        "PT9H59M, 599 min",
        "PT10H, 10 h",
        "PT2562047788015H, 2562047788015 h",
        "PT-1S, -1000 ms"
    })
    void roundsAgesToWhatMatters(Duration age, String text) {
        Snapshot node = new Snapshot(0, "n", Kind.SCOPE, State.OPEN, age, Map.of(), List.of());
        assertEquals("n (Scope, age " + text + ")\n", node.toText());
    }

    @Property(tries = 300)
    void hasOneLineForEachNodeWhateverTheNames(@ForAll("trees") Snapshot tree) {
        String text = tree.toText();
        assertTrue(text.endsWith("\n"));
        assertTrue(
                text.chars().noneMatch(c -> c != '\n' && Character.isISOControl(c) || c == '\u2028' || c == '\u2029'),
                text);
        assertEquals(Snapshots.count(tree), text.chars().filter(c -> c == '\n').count());
    }

    @Test
    void escapesWhatALineCannotShow() {
        assertEquals(
                "a\\u000ab \\ud83d \ud83d\ude00 (Scope)\n",
                Snapshots.named("a\nb \ud83d \ud83d\ude00").toText());
    }

    @Test
    void saysSoWhenAGaugeCannotBePrinted() {
        assertEquals(
                "n (Scope, g toString failed: java.lang.IllegalStateException)\n",
                Snapshots.withGauge("g", Unprintable.THROWING).toText());
        assertEquals(
                "n (Scope, g null)\n",
                Snapshots.withGauge("g", Unprintable.NULL).toText());
    }

    /** An indent that grew with the depth would make 20 GB of this one. */
    @Test
    void staysNarrowAtAnyDepth() throws InterruptedException {
        int depth = 100_000;
        String text = Await.onSmallStack(Snapshots.chain(depth)::toText);
        assertEquals(depth, text.lines().count());
        assertTrue(text.lines().allMatch(line -> line.length() < 250));
        List<String> lines = text.lines().toList();
        assertEquals(" ".repeat(39 * 4) + " '- n (Scope)", lines.get(40));
        assertEquals(" ".repeat(40 * 4) + " level 41 '- n (Scope)", lines.get(41));
        assertEquals(" ".repeat(40 * 4) + " level 99999 '- leaf (Scope)", lines.get(99_999));
    }

    @Test
    void isWhatToStringReturnsAtAnyDepth() throws InterruptedException {
        Snapshot chain = Snapshots.chain(100_000);
        assertEquals(chain.toText(), Await.onSmallStack(chain::toString) + "\n");
    }
}
