package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.ListenersClosedException;
import dev.lifecycle.weak.ListenersFullException;
import dev.lifecycle.weak.Overflow;
import dev.lifecycle.weak.Subscription;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ListenersTest {
    private final VirtualTime time = new VirtualTime();
    private final Listeners<String> prices =
            Listeners.<String>builder("prices").timeSource(time).open();
    private final List<String> heard = new ArrayList<>();

    @AfterEach
    void close() {
        prices.close();
    }

    private Consumer<String> as(String name) {
        return event -> heard.add(name + event);
    }

    // ---- order and delivery sets -----------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 63, 64, 65, 128, 129, 4_096, 4_097, 10_000})
    void deliversToAllInTheOrderOfSubscription(int count) {
        List<Integer> order = new ArrayList<>();
        IntStream.range(0, count).forEach(i -> prices.on(event -> order.add(i)));
        assertEquals(count, prices.emit("a"));
        assertEquals(IntStream.range(0, count).boxed().toList(), order);
        assertEquals(count, prices.size());
    }

    @Test
    void deliversTwiceToWhoSubscribedTwice() {
        Consumer<String> twice = as("x");
        Subscription first = prices.on(twice);
        prices.on(twice);
        assertEquals(2, prices.emit("1"));
        first.close();
        assertEquals(1, prices.emit("2"));
        assertEquals(List.of("x1", "x1", "x2"), heard);
    }

    @Test
    void deliversNothingAfterClose() {
        prices.on(as("a"));
        Subscription middle = prices.on(as("b"));
        prices.on(as("c"));
        assertTrue(middle.isOpen());
        middle.close();
        middle.close();
        assertFalse(middle.isOpen());
        assertEquals(2, prices.emit("1"));
        assertEquals(List.of("a1", "c1"), heard);
    }

    @Test
    void finishesTheRoundForAListenerThatCloses_Itself() {
        AtomicReference<Subscription> own = new AtomicReference<>();
        own.set(prices.on(event -> {
            heard.add("own" + event);
            own.get().close();
        }));
        prices.on(as("next"));
        assertEquals(2, prices.emit("1"));
        assertEquals(1, prices.emit("2"));
        assertEquals(List.of("own1", "next1", "next2"), heard);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 300})
    void stillDeliversToOneThatIsClosedInTheMiddleOfTheRound(int count) {
        List<Subscription> all = new ArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        prices.on(event -> all.forEach(Subscription::close));
        IntStream.range(0, count).forEach(i -> all.add(prices.on(event -> calls.incrementAndGet())));
        assertEquals(count + 1, prices.emit("1"));
        assertEquals(count, calls.get());
        assertEquals(1, prices.emit("2"));
    }

    @Test
    void deliversToOneThatSubscribesInTheMiddleOnlyFromTheNextEventOn() {
        prices.on(event -> prices.on(as("late")));
        assertEquals(1, prices.emit("1"));
        assertEquals(List.of(), heard);
        assertEquals(2, prices.emit("2"));
        assertEquals(List.of("late2"), heard);
    }

    @Test
    void emitsFromWithinAListener() {
        prices.on(event -> {
            heard.add("outer" + event);
            if (event.equals("1")) {
                assertEquals(2, prices.emit("2"));
            }
        });
        prices.on(as("inner"));
        assertEquals(2, prices.emit("1"));
        assertEquals(List.of("outer1", "outer2", "inner2", "inner1"), heard);
    }

    @Test
    void goesOnToAllWhenAListenerClosesTheListeners() {
        prices.on(event -> prices.close());
        prices.on(as("last"));
        assertEquals(2, prices.emit("1"));
        assertEquals(List.of("last1"), heard);
        assertEquals(0, prices.size());
        assertThrows(ListenersClosedException.class, () -> prices.emit("2"));
    }

    @Test
    void neverAsksListenersOrEvents() {
        class Hostile implements Consumer<Object> {
            @Override
            public void accept(Object event) {
                heard.add("called");
            }

            @Override
            public boolean equals(Object other) {
                throw new AssertionError("asked");
            }

            @Override
            public int hashCode() {
                throw new AssertionError("asked");
            }

            @Override
            public String toString() {
                throw new AssertionError("asked");
            }
        }
        try (Listeners<Object> any = Listeners.builder("any").open();
                Scope scope = Scope.open("hostile")) {
            Subscription one = any.on(new Hostile());
            any.on(scope, new Hostile());
            any.onWeak(new Hostile(), (owner, event) -> owner.accept(event));
            any.emit(new Hostile());
            assertTrue(one.toString().contains("any"));
            assertTrue(
                    scope.snapshot().toText().contains("listener of any"),
                    () -> scope.snapshot().toText());
            one.close();
        }
        assertFalse(heard.isEmpty());
    }

    // ---- scopes ----------------------------------------------------------------------------------------------------

    @Test
    void endsWithTheScope() {
        Scope view = Scope.open("view");
        Subscription subscription = prices.on(view, as("a"));
        prices.emit("1");
        view.close();
        assertFalse(subscription.isOpen());
        assertEquals(0, prices.emit("2"));
        assertEquals(List.of("a1"), heard);
        assertEquals(0, prices.size());
    }

    @Test
    void leavesTheScopeWhenClosedBefore() {
        try (Scope view = Scope.open("view")) {
            int before = view.snapshot().children().size();
            List<Subscription> all = new ArrayList<>();
            IntStream.range(0, 100).forEach(i -> all.add(prices.on(view, as("a"))));
            assertTrue(view.snapshot().toText().contains("listener of prices"));
            all.forEach(Subscription::close);
            assertEquals(before, view.snapshot().children().size());
        }
    }

    @Test
    void leavesTheScopesWhenTheListenersClose() {
        try (Scope view = Scope.open("view")) {
            Subscription subscription = prices.on(view, as("a"));
            prices.close();
            assertFalse(subscription.isOpen());
            assertFalse(
                    view.snapshot().toText().contains("listener"),
                    () -> view.snapshot().toText());
        }
    }

    @Test
    void refusesAClosedScope() {
        Scope view = Scope.open("view");
        view.close();
        assertThrows(ScopeClosedException.class, () -> prices.on(view, as("a")));
        assertEquals(0, prices.size());
        assertEquals(0, prices.emit("1"));
    }

    @Test
    void refusesAScopeThatCloses() {
        Scope view = Scope.open("view");
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        view.defer(() -> refusal.set(assertThrows(ScopeClosedException.class, () -> prices.on(view, as("a")))));
        view.close();
        assertTrue(refusal.get() instanceof ScopeClosedException);
        assertEquals(0, prices.size());
    }

    @Test
    void staysOutOfTheScopeWhenTheListenersAreClosed() {
        prices.close();
        try (Scope view = Scope.open("view")) {
            assertThrows(ListenersClosedException.class, () -> prices.on(view, as("a")));
            assertFalse(view.snapshot().toText().contains("listener"));
        }
    }

    @Test
    void canBeClosedByAnotherThreadThanThatOfAConfinedScope() throws InterruptedException {
        try (Scope view = Scope.confined()) {
            Subscription subscription = prices.on(view, as("a"));
            Thread other = new Thread(subscription::close);
            other.start();
            Await.end(other);
            assertFalse(subscription.isOpen());
            assertEquals(0, prices.emit("1"));
        }
    }

    @Test
    void movesWithTheScope() {
        try (Scope second = Scope.open("second")) {
            Scope first = Scope.open("first");
            Subscription subscription = prices.on(first, as("a"));
            first.moveTo(second);
            first.close();
            assertTrue(subscription.isOpen());
            second.close();
            assertFalse(subscription.isOpen());
        }
    }

    // ---- bounds and arguments --------------------------------------------------------------------------------------

    @Test
    void refusesMoreThanTheMaximum() {
        try (Listeners<String> few = Listeners.<String>builder("few").maximum(2).open();
                Scope view = Scope.open("view")) {
            Subscription one = few.on(as("a"));
            few.on(as("b"));
            ListenersFullException full = assertThrows(ListenersFullException.class, () -> few.on(view, as("c")));
            assertTrue(full.getMessage().contains("2 listeners of few"), full::getMessage);
            assertFalse(view.snapshot().toText().contains("listener"));
            one.close();
            assertTrue(few.on(view, as("d")).isOpen());
            assertEquals(2, few.size());
        }
    }

    @Test
    void refusesWhatItCannotHonour() {
        Listeners.Builder<String> builder = Listeners.builder("x");
        for (int wrong : new int[] {0, -1, (1 << 24) + 1}) {
            assertThrows(IllegalArgumentException.class, () -> builder.maximum(wrong));
            assertThrows(IllegalArgumentException.class, () -> builder.queue(wrong, Overflow.REJECT));
            assertThrows(IllegalArgumentException.class, () -> prices.emitTo(Runnable::run, wrong, Overflow.REJECT));
        }
        assertThrows(IllegalArgumentException.class, () -> builder.reportAbove(0));
        assertThrows(IllegalArgumentException.class, () -> Listeners.builder("two\nlines"));
        assertThrows(NullPointerException.class, () -> prices.emit(null));
        assertThrows(NullPointerException.class, () -> prices.on(null));
        assertThrows(NullPointerException.class, () -> prices.on(null, as("a")));
        assertThrows(NullPointerException.class, () -> prices.onWeak(null, (owner, event) -> {}));
        assertThrows(NullPointerException.class, () -> prices.onWeak("owner", null));
        assertThrows(NullPointerException.class, () -> prices.on(as("a")).closeAndAwait(null));
    }

    // ---- as a component --------------------------------------------------------------------------------------------

    @Test
    void saysWhenAndByWhomItWasClosed() {
        prices.close();
        time.advance(Duration.ofSeconds(3));
        for (String message : List.of(
                assertThrows(ListenersClosedException.class, () -> prices.emit("1"))
                        .getMessage(),
                assertThrows(ListenersClosedException.class, () -> prices.on(as("a")))
                        .getMessage(),
                assertThrows(ListenersClosedException.class, () -> prices.emitTo(Runnable::run))
                        .getMessage())) {
            assertTrue(message.contains("Listeners prices is closed since PT3S, by thread "), message);
        }
        assertEquals(State.CLOSED, prices.state());
    }

    @Test
    void isClosedByItsOwner() {
        Scope app = Scope.open("app");
        Listeners<String> owned = Listeners.<String>builder("owned").open(app);
        Subscription subscription = owned.on(as("a"));
        assertTrue(app.snapshot().toText().contains("owned"));
        app.close();
        assertEquals(State.CLOSED, owned.state());
        assertFalse(subscription.isOpen());
    }

    @Test
    void showsItsGaugesInTheTree() {
        Object owner = new Object();
        prices.on(as("a"));
        prices.onWeak(owner, (any, event) -> {});
        prices.on(event -> {
            throw new IllegalStateException();
        });
        assertThrows(RuntimeException.class, () -> prices.emit("1"));
        Snapshot snapshot = prices.managed().snapshot();
        assertSame(prices.managed(), prices.managed());
        assertEquals(Kind.LISTENERS, snapshot.kind());
        assertEquals(3, snapshot.gauges().get("listeners"));
        assertEquals(1, snapshot.gauges().get("weak"));
        assertEquals(0L, snapshot.gauges().get("collected"));
        assertEquals(1L, snapshot.gauges().get("failures"));
        assertEquals("prices 3", prices.toString());
        assertTrue(owner.hashCode() != 0 || owner.hashCode() == 0);
    }

    @Test
    void leavesItsScopeAlsoWhenTheListenersWereDroppedBefore() {
        try (Scope app = Scope.open("app")) {
            List<Subscription> kept = new ArrayList<>();
            LeakProbe.awaitCollected(dropped(app, kept));
            kept.get(0).close();
            assertEquals(0L, app.snapshot().gauges().get("open"));
        }
    }

    private static Reference<?> dropped(Scope scope, List<Subscription> kept) {
        Listeners<String> listeners = Listeners.<String>builder("dropped").open();
        kept.add(listeners.on(scope, event -> {}));
        return new WeakReference<>(listeners);
    }
}
