package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakFoundError;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.weak.Emitter;
import dev.lifecycle.weak.ListenerException;
import dev.lifecycle.weak.ListenerFailure;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.Overflow;
import dev.lifecycle.weak.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** The recipes of docs/weak.md that are about listeners. */
class ListenerRecipesTest {
    private record Price(String symbol, double value) {}

    // @start region="scoped"
    static final class Prices {
        private final Listeners<Price> changed;

        Prices(Scope app) {
            changed = Listeners.<Price>builder("prices").open(app); // app closes it
        }

        void watch(Scope view, List<Price> shown) {
            changed.on(view, shown::add); // until the view is closed
        }

        void set(Price price) {
            changed.emit(price); // all listeners, in the order of their subscription
        }

        @Override
        public String toString() {
            return changed.toString(); // prices 3
        }
    }
    // @end

    @Test
    void endsWithTheScope() {
        List<Price> shown = new ArrayList<>();
        try (Scope app = Scope.open("app")) {
            Prices prices = new Prices(app);
            try (Scope view = app.child("view")) {
                prices.watch(view, shown);
                prices.set(new Price("A", 1));
                assertEquals("prices 1", prices.toString());
            }
            prices.set(new Price("A", 2));
            assertEquals("prices 0", prices.toString());
        }
        assertEquals(1, shown.size());
    }

    private static final class View {
        private final List<Price> shown = new ArrayList<>();

        void show(Price price) {
            shown.add(price);
        }

        // @start region="weak"
        void subscribe(Listeners<Price> prices) {
            prices.onWeak(this, (view, price) -> view.show(price)); // not show(price): that would hold this view
        }
        // @end

        void subscribeWrongly(Listeners<Price> prices) {
            prices.onWeak(this, (view, price) -> show(price));
        }
    }

    @Test
    void holdsTheFunctionAndNotTheOwner() {
        try (Listeners<Price> prices = Listeners.<Price>builder("prices").open()) {
            View view = new View();
            view.subscribe(prices);
            prices.emit(new Price("A", 1));
            assertEquals(1, view.shown.size());
            assertThrows(IllegalArgumentException.class, () -> view.subscribeWrongly(prices));
        }
    }

    @Test
    void findsWhatHoldsTheOwnerDeeply() {
        try (Listeners<Price> prices = Listeners.<Price>builder("prices").open()) {
            List<View> all = new ArrayList<>();
            // @start region="probe"
            LeakProbe probe = LeakProbe.open("view", Duration.ofMillis(200));
            View view = probe.expectCollected(new View());
            all.add(view);
            prices.onWeak(view, (v, price) -> all.forEach(each -> each.show(price))); // holds it by way of a list
            view = null;
            assertThrows(LeakFoundError.class, probe::close); // says so, and where it was expected
            // @end
            all.clear();
        }
    }

    // @start region="await"
    static void stop(Subscription subscription, AutoCloseable used) throws Exception {
        if (subscription.closeAndAwait(Duration.ofSeconds(5))) {
            used.close(); // no delivery uses it any more
        }
    }
    // @end

    @Test
    void releasesWhatAListenerUsesAfterItsLastDelivery() throws Exception {
        try (Listeners<Price> prices = Listeners.<Price>builder("prices").open()) {
            boolean[] closed = {false};
            stop(prices.on(price -> assertFalse(closed[0])), () -> closed[0] = true);
            assertTrue(closed[0]);
        }
    }

    // @start region="failures"
    static Listeners<Price> open(Scope app, List<Throwable> alerts) {
        return Listeners.<Price>builder("prices")
                .onFailure((ListenerFailure failure) -> alerts.add(failure.failure())) // or emit throws, in the end
                .open(app);
    }
    // @end

    @Test
    void callsTheOthersWhateverOneThrows() {
        List<Throwable> alerts = new ArrayList<>();
        List<Price> shown = new ArrayList<>();
        try (Scope app = Scope.open("app")) {
            Listeners<Price> prices = open(app, alerts);
            prices.on(price -> {
                throw new IllegalStateException("planted");
            });
            prices.on(shown::add);
            assertEquals(1, prices.emit(new Price("A", 1)));
            assertEquals(1, alerts.size());
            Listeners<Price> strict = Listeners.<Price>builder("strict").open(app);
            strict.on(price -> {
                throw new IllegalStateException("planted");
            });
            assertEquals(
                    1,
                    assertThrows(ListenerException.class, () -> strict.emit(new Price("A", 1)))
                            .count());
        }
    }

    // @start region="executor"
    static Emitter<Price> background(Listeners<Price> prices, Executor executor) {
        return prices.emitTo(executor, 1_000, Overflow.DROP_OLDEST); // emit(price) never waits
    }
    // @end

    @Test
    void deliversOnAnExecutor() {
        List<Price> shown = new ArrayList<>();
        List<Runnable> tasks = new ArrayList<>();
        try (Listeners<Price> prices = Listeners.<Price>builder("prices").open()) {
            prices.on(shown::add);
            Emitter<Price> emitter = background(prices, tasks::add);
            assertTrue(emitter.emit(new Price("A", 1)));
            assertEquals(0, shown.size());
            tasks.forEach(Runnable::run);
            assertEquals(1, shown.size());
        }
    }
}
