package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.collect.BoundedBuffer;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import dev.lifecycle.weak.RegistryClosedException;
import dev.lifecycle.weak.WeakRegistry;
import dev.lifecycle.weak.WeakRegistry.Count;
import dev.lifecycle.weak.WeakRegistry.Growth;
import dev.lifecycle.weak.WeakRegistry.Instance;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WeakRegistryTest {
    private static final Kind VIEW = new Kind("View");
    private static final Kind SESSION = new Kind("Session");

    private final VirtualTime time = new VirtualTime();
    private final WeakRegistry registry =
            WeakRegistry.builder("alive").timeSource(time).open();

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void countsWhatIsAliveByKindAndName() {
        Object prices = registry.add(VIEW, "prices", new Object());
        Object other = registry.add(VIEW, "prices", new Object());
        Object news = registry.add(VIEW, "news", new Object());
        Object session = registry.add(SESSION, "checkout", new Object());

        assertEquals(4, registry.alive());
        assertEquals(Map.of(VIEW, 3L, SESSION, 1L), registry.kinds());
        assertEquals(List.of(VIEW, SESSION), List.copyOf(registry.kinds().keySet()), "most first");
        assertEquals(new Count(VIEW, "prices", 2, 2), registry.counts().get(0));
        assertEquals(3, registry.counts().size());
        Reference.reachabilityFence(List.of(prices, other, news, session));
    }

    @Test
    void returnsTheInstance() {
        Object view = new Object();
        assertSame(view, registry.add(VIEW, "prices", view));
    }

    @Test
    void countsAnInstanceOnce() {
        Object view = new Object();
        registry.add(VIEW, "prices", view);
        registry.add(SESSION, "again", view);

        assertEquals(List.of(new Count(VIEW, "prices", 1, 1)), registry.counts());
        Reference.reachabilityFence(view);
    }

    @Test
    void forgetsWhatIsCollectedWithoutTraffic() {
        Object kept = registry.add(VIEW, "prices", new Object());
        List<WeakReference<Object>> dropped = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            dropped.add(new WeakReference<>(registry.add(VIEW, "prices", new Object())));
        }

        dropped.forEach(LeakProbe::awaitCollected);
        Await.until("the counts follow", () -> registry.alive() == 1);

        assertEquals(List.of(new Count(VIEW, "prices", 1, 1_001)), registry.counts());
        Reference.reachabilityFence(kept);
    }

    @Test
    void countsNoMoreWhatIsRemoved() {
        Object view = registry.add(VIEW, "prices", new Object());

        assertTrue(registry.remove(view));
        assertFalse(registry.remove(view));

        assertEquals(0, registry.alive());
        assertEquals(List.of(), registry.counts());
        assertEquals(view, registry.add(VIEW, "prices", view), "and may come again");
        assertEquals(1, registry.alive());
    }

    @Test
    void tellsWhatHasGrown() {
        Object early = registry.add(SESSION, "early", new Object());
        Object gone = registry.add(SESSION, "gone", new Object());
        Object same = registry.add(VIEW, "same", new Object());
        WeakRegistry.Mark mark = registry.mark();

        registry.remove(gone);
        List<Object> views = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            views.add(registry.add(VIEW, "prices", new Object()));
        }
        Object late = registry.add(SESSION, "early", new Object());

        assertEquals(
                List.of(
                        new Growth(VIEW, "prices", 0, 5),
                        new Growth(SESSION, "early", 1, 2),
                        new Growth(SESSION, "gone", 1, 0)),
                registry.growthSince(mark));
        assertEquals(
                "View prices 0 -> 5 (+5)", registry.growthSince(mark).get(0).toString());
        assertEquals(
                "Session gone 1 -> 0 (-1)", registry.growthSince(mark).get(2).toString());
        Reference.reachabilityFence(List.of(early, same, views, late));
    }

    @Test
    void samplesTheOldestFirst() {
        Object old = registry.add(VIEW, "prices", new Object());
        time.advance(Duration.ofSeconds(40));
        Object young = registry.add(VIEW, "news", new Object());
        time.advance(Duration.ofSeconds(1));
        Object session = registry.add(SESSION, "other", new Object());

        List<Instance> sample = registry.sample(VIEW, 10);

        assertEquals(
                List.of("prices", "news"), sample.stream().map(Instance::name).toList());
        assertEquals(Duration.ofSeconds(41), sample.get(0).age());
        assertSame(old, sample.get(0).reference().get());
        assertEquals("View prices, a java.lang.Object, age PT41S", sample.get(0).toString());
        Reference.reachabilityFence(List.of(young, session));
    }

    @Test
    void samplesNoMoreThanIsAskedFor() {
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            kept.add(registry.add(VIEW, "prices", new Object()));
        }
        assertEquals(7, registry.sample(VIEW, 7).size());
        assertEquals(500, registry.sample(VIEW, 1_000).size());
        assertEquals(0, registry.sample(SESSION, 7).size());
        Reference.reachabilityFence(kept);
    }

    @Test
    void keepsNothingAliveBySamples() {
        List<Instance> sample = sampleOfOneThatIsDropped();

        LeakProbe.awaitCollected(sample.get(0).reference());

        assertTrue(sample.get(0).toString().startsWith("View dropped, collected, age "), sample::toString);
    }

    private List<Instance> sampleOfOneThatIsDropped() {
        Object dropped = registry.add(VIEW, "dropped", new Object());
        List<Instance> sample = registry.sample(VIEW, 1);
        Reference.reachabilityFence(dropped);
        return sample;
    }

    @Test
    void refusesSamplesWithoutBound() {
        IllegalArgumentException none = assertThrows(IllegalArgumentException.class, () -> registry.sample(VIEW, 0));
        assertEquals("max is 0; it must be between 1 and 1000", none.getMessage());
        assertThrows(IllegalArgumentException.class, () -> registry.sample(VIEW, 1_001));
    }

    private static final class Broken {
        @Override
        public boolean equals(Object other) {
            throw new AssertionError("equals");
        }

        @Override
        public int hashCode() {
            throw new AssertionError("hashCode");
        }

        @Override
        public String toString() {
            throw new AssertionError("toString");
        }
    }

    @Test
    void callsNothingOfAnInstance() {
        Broken broken = new Broken();
        registry.add(VIEW, "broken", broken);
        assertEquals(1, registry.sample(VIEW, 1).size());
        assertTrue(registry.sample(VIEW, 1).toString().contains("a " + Broken.class.getName()));
        assertTrue(registry.remove(broken));
    }

    @Test
    void refusesWhatHasNoIdentity() {
        IllegalArgumentException boxed =
                assertThrows(IllegalArgumentException.class, () -> registry.add(VIEW, "box", 41));
        assertTrue(boxed.getMessage().contains("java.lang.Integer, which is value-based"), boxed::getMessage);
        assertThrows(IllegalArgumentException.class, () -> registry.add(VIEW, "time", Duration.ofDays(3)));
        assertEquals(0, registry.alive());
    }

    @Test
    void refusesNamesOfSeveralLines() {
        assertThrows(IllegalArgumentException.class, () -> registry.add(VIEW, "two\nlines", new Object()));
        assertThrows(IllegalArgumentException.class, () -> WeakRegistry.builder(" "));
    }

    @Test
    @SuppressWarnings("NullAway") // that is what the test is about
    void refusesNull() {
        assertEquals(
                "instance",
                assertThrows(NullPointerException.class, () -> registry.add(VIEW, "name", null))
                        .getMessage());
        assertThrows(NullPointerException.class, () -> registry.add(null, "name", this));
        assertThrows(NullPointerException.class, () -> registry.remove(null));
    }

    @Test
    void countsTogetherWhatHasTooManyNames() {
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            kept.add(registry.add(VIEW, "view " + i, new Object()));
        }
        for (int i = 0; i < 3_000; i++) {
            kept.add(registry.add(new Kind("Kind" + i), "one", new Object()));
        }

        assertEquals(6_000, registry.alive());
        assertEquals(6_000, registry.counts().stream().mapToLong(Count::alive).sum());
        assertTrue(
                registry.counts().size() <= 2_010,
                () -> "bounded: " + registry.counts().size());
        assertTrue(registry.counts().contains(new Count(VIEW, WeakRegistry.OTHERS, 2_000, 2_000)));
        Reference.reachabilityFence(kept);
    }

    @Test
    void tellsNamesApartAgainOnceOthersAreGone() {
        for (int i = 0; i < 20_000; i++) { // names with ids, as of requests
            registry.remove(registry.add(SESSION, "session " + i, new Object()));
        }
        Object last = registry.add(VIEW, "prices", new Object());
        assertEquals(List.of(new Count(VIEW, "prices", 1, 1)), registry.counts());
        Reference.reachabilityFence(last);
    }

    @Test
    void comparesWithAMarkAlsoWhatItHasGivenUpSince() {
        Object gone = registry.add(VIEW, "gone", new Object());
        Object stays = registry.add(VIEW, "stays", new Object());
        WeakRegistry.Mark mark = registry.mark();
        registry.remove(gone);
        for (int i = 0; i < 2_000; i++) {
            registry.remove(registry.add(SESSION, "session " + i, new Object()));
        }
        assertEquals(List.of(new Growth(VIEW, "gone", 1, 0)), registry.growthSince(mark));
        Object again = registry.add(VIEW, "gone", new Object());
        assertEquals(List.of(), registry.growthSince(mark));
        Reference.reachabilityFence(List.of(stays, again));
    }

    @Test
    void showsTheCountsInTheTree() {
        List<Object> kept = new ArrayList<>();
        try (Scope app = Scope.open("app")) {
            WeakRegistry owned = WeakRegistry.builder("owned").open(app);
            for (int i = 0; i < 40; i++) {
                for (int j = 0; j <= i; j++) {
                    kept.add(owned.add(VIEW, "view " + i, new Object()));
                }
            }
            Snapshot snapshot = owned.managed().snapshot();
            assertEquals(32, snapshot.children().size());
            assertEquals(8, snapshot.gauges().get("omitted"));
            assertEquals(820, snapshot.gauges().get("entries"));
            assertEquals("view 39", snapshot.children().get(0).name(), "most alive first");
            assertEquals(40L, snapshot.children().get(0).gauges().get("alive"));
            assertTrue(app.snapshot().toText().contains("view 39 (View"), app.snapshot()::toText);
        }
        Reference.reachabilityFence(kept);
    }

    @Test
    void countsComponentsOfTheLibraryWhenAsked() {
        try (Scope app = Scope.open("app");
                WeakRegistry all = WeakRegistry.builder("all").components().open()) {
            BoundedBuffer<String> buffer =
                    BoundedBuffer.<String>builder("lines").capacity(4).open(app);
            Scope request = app.child("request");
            Scope second = app.child("request");
            try (Scope root = Scope.open("root");
                    Scope anonymous = Scope.open()) {
                assertTrue(all.counts().contains(new Count(Kind.BOUNDED_BUFFER, "lines", 1, 1)), all::toString);
                assertTrue(all.counts().contains(new Count(Kind.SCOPE, "request", 2, 2)), all.counts()::toString);
                assertTrue(all.counts().contains(new Count(Kind.SCOPE, "root", 1, 1)), all.counts()::toString);
            }
            Reference.reachabilityFence(List.of(buffer, request, second));
        }
    }

    @Test
    void countsNoMoreComponentsOnceItIsClosed() {
        WeakRegistry all = WeakRegistry.builder("all").components().open();
        all.close();
        try (Scope root = Scope.open("after")) {
            assertEquals(List.of(), all.counts());
            assertTrue(root.isOpen());
        }
    }

    @Test
    void isClosedByItsOwner() {
        Scope app = Scope.open("app");
        WeakRegistry owned = WeakRegistry.builder("owned").open(app);
        Object view = owned.add(VIEW, "prices", new Object());
        app.close();

        assertEquals(State.CLOSED, owned.state());
        assertEquals(0, owned.alive());
        assertEquals(List.of(), owned.counts());
        RegistryClosedException late =
                assertThrows(RegistryClosedException.class, () -> owned.add(VIEW, "late", new Object()));
        assertTrue(late.getMessage().startsWith("WeakRegistry owned is closed since PT"), late::getMessage);
        assertFalse(owned.remove(view));
        assertThrows(
                ScopeClosedException.class, () -> WeakRegistry.builder("late").open(app));
    }
}
