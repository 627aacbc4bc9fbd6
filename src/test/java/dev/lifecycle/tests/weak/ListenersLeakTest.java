package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.Subscription;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the leak detector hears of listeners. */
@Timeout(60)
class ListenersLeakTest {
    private final Queue<LeakReport> heard = new ConcurrentLinkedQueue<>();
    private LeakDetector.Registration listening;

    @BeforeEach
    void listen() {
        listening = LeakDetector.library().addListener(heard::add);
    }

    @AfterEach
    void stop() {
        listening.close();
    }

    private LeakReport report(LeakReport.Kind kind, String name, long count) {
        Await.until("a report of " + count + " " + name + ", " + heard, () -> find(kind, name, count) != null);
        return find(kind, name, count);
    }

    private LeakReport find(LeakReport.Kind kind, String name, long count) {
        return heard.stream()
                .filter(report -> report.kind() == kind && report.label().equals(name) && report.count() == count)
                .findFirst()
                .orElse(null);
    }

    // ---- dropped ---------------------------------------------------------------------------------------------------

    @Test
    void reportsListenersThatWereDropped() {
        List<Subscription> kept = new ArrayList<>();
        try (Scope view = Scope.open("view")) {
            LeakProbe.awaitCollected(dropped("dropped listeners", view, kept));
            LeakReport report = report(LeakReport.Kind.COLLECTED_UNCLOSED, "dropped listeners", 1);
            assertEquals(Listeners.class.getName(), report.type());
            assertTrue(kept.stream().noneMatch(Subscription::isOpen));
            kept.forEach(Subscription::close);
        }
    }

    /** Of one name for each test: those of one name may be reported together. */
    private static Reference<?> dropped(String name, Scope view, List<Subscription> kept) {
        Listeners<String> listeners = Listeners.<String>builder(name).open();
        kept.add(listeners.on(event -> {}));
        kept.add(listeners.on(view, event -> {}));
        kept.add(listeners.onWeak(kept, (owner, event) -> {}));
        listeners.emit("a");
        return new WeakReference<>(listeners);
    }

    @Test
    void reportsNothingOfListenersThatWereClosed() {
        Listeners<String> closed = Listeners.<String>builder("closed listeners").open();
        closed.close();
        Reference<?> gone = new WeakReference<>(closed);
        closed = null;
        LeakProbe.awaitCollected(gone);
        LeakProbe.awaitCollected(dropped("others", Scope.open(), new ArrayList<>()));
        report(LeakReport.Kind.COLLECTED_UNCLOSED, "others", 1);
        assertNull(find(LeakReport.Kind.COLLECTED_UNCLOSED, "closed listeners", 1));
    }

    // ---- growing ---------------------------------------------------------------------------------------------------

    @Test
    void reportsGrowthAtTheThresholdAndAtEachDoublingWithWhereMostComeFrom() {
        try (Listeners<String> growing =
                Listeners.<String>builder("growing").reportAbove(100).open()) {
            for (int i = 0; i < 401; i++) {
                if (i % 40 == 0) {
                    growing.on(event -> {}); // another place
                }
                subscribeForEver(growing);
            }
            for (int expected : new int[] {101, 201, 401}) {
                LeakReport report = report(LeakReport.Kind.GROWING, "growing", expected);
                assertEquals("subscribeForEver", report.stack()[0].getMethodName());
                assertTrue(report.toString().contains("ListenersLeakTest.subscribeForEver"), report::toString);
            }
            String from = (String) growing.managed().snapshot().gauges().get("mostFrom");
            assertTrue(from.contains("subscribeForEver(ListenersLeakTest.java:"), from);
            assertTrue(from.endsWith(" sampled"), from);
        }
    }

    private static Subscription subscribeForEver(Listeners<String> listeners) {
        return listeners.on(event -> {});
    }

    @Test
    void namesTheScopeThatHasMost() {
        try (Listeners<String> growing =
                        Listeners.<String>builder("of scopes").reportAbove(64).open();
                Scope app = Scope.open("app");
                Scope chat = app.child("chat")) {
            for (int i = 0; i < 65; i++) {
                growing.on(chat, event -> {});
            }
            assertEquals(
                    "app/chat", report(LeakReport.Kind.GROWING, "of scopes", 65).scopePath());
        }
    }

    @Test
    void forgetsWhereClosedOnesCameFrom() {
        try (Listeners<String> growing =
                Listeners.<String>builder("shrinking").reportAbove(2).open()) {
            List<Subscription> first = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                first.add(subscribeForEver(growing));
            }
            first.forEach(Subscription::close);
            assertNull(growing.managed().snapshot().gauges().get("mostFrom"));
            for (int i = 0; i < 64; i++) {
                growing.on(event -> {});
            }
            String from = (String) growing.managed().snapshot().gauges().get("mostFrom");
            assertTrue(from.contains("forgetsWhereClosedOnesCameFrom"), from);
        }
    }

    @Test
    void saysNothingBelowTheThreshold() {
        try (Listeners<String> few = Listeners.<String>builder("few").open()) {
            for (int i = 0; i < 1_000; i++) {
                subscribeForEver(few);
            }
            assertNull(find(LeakReport.Kind.GROWING, "few", 1_000));
            subscribeForEver(few);
            report(LeakReport.Kind.GROWING, "few", 1_001);
        }
    }
}
