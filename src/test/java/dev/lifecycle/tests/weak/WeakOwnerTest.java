package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.testing.LeakFoundError;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.Subscription;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("once")
@Timeout(120)
class WeakOwnerTest {
    private final Listeners<Integer> numbers =
            Listeners.<Integer>builder("numbers").open();

    @AfterEach
    void close() {
        numbers.close();
    }

    /** Something that shows what it hears. */
    static final class View {
        final AtomicInteger shown = new AtomicInteger();

        void show(int value) {
            shown.addAndGet(value);
        }
    }

    @Test
    void deliversWhileTheOwnerIsReachable() {
        View view = new View();
        Subscription subscription = numbers.onWeak(view, View::show);
        System.gc();
        assertEquals(1, numbers.emit(3));
        assertEquals(3, view.shown.get());
        assertTrue(subscription.isOpen());
        subscription.close();
        assertEquals(0, numbers.emit(3));
        Reference.reachabilityFence(view);
    }

    @Test
    void endsSoonAfterTheCollectionWithoutAnyEvent() {
        Subscription subscription = subscribeDropped();
        LeakProbe.awaitCollected(droppedOwner);
        long since = System.nanoTime();
        Await.until("it is closed", () -> !subscription.isOpen());
        assertTrue(System.nanoTime() - since < Duration.ofSeconds(1).toNanos(), "within a second");
        assertEquals(0, numbers.size());
        assertEquals(1L, numbers.managed().snapshot().gauges().get("collected"));
        assertEquals(0, numbers.managed().snapshot().gauges().get("weak"));
        assertEquals(0, numbers.emit(1));
    }

    private Reference<?> droppedOwner;

    private Subscription subscribeDropped() {
        View view = new View();
        droppedOwner = new WeakReference<>(view);
        return numbers.onWeak(view, View::show);
    }

    @Test
    void endsAHundredThousandThatDieAtOnce() {
        AtomicInteger kept = new AtomicInteger();
        numbers.on(kept::addAndGet);
        subscribeMany();
        numbers.on(kept::addAndGet);
        assertTrue(numbers.size() > 90_000);
        Await.until("all are gone", () -> {
            if (numbers.size() > 2) {
                System.gc();
            }
            return numbers.size() == 2;
        });
        assertEquals(2, numbers.emit(1));
        assertEquals(3, kept.get());
        assertEquals(100_000L, numbers.managed().snapshot().gauges().get("collected"));
    }

    private void subscribeMany() {
        List<View> views = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            View view = new View();
            views.add(view);
            numbers.onWeak(view, View::show);
        }
        assertEquals(100_001, numbers.emit(1));
        Reference.reachabilityFence(views);
    }

    // ---- captures --------------------------------------------------------------------------------------------------

    /** As people write it. */
    private final class Capturing {
        int shown;

        void subscribe() {
            numbers.onWeak(this, (any, value) -> shown += value);
        }

        void subscribeAsFunction() {
            BiConsumer<Object, Integer> own = new BiConsumer<>() {
                @Override
                public void accept(Object any, Integer value) {
                    shown += value;
                }
            };
            numbers.onWeak(own, own);
        }
    }

    @Test
    void refusesAFunctionThatHoldsTheOwner() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new Capturing().subscribe());
        assertTrue(refused.getMessage().contains("onWeak(view, (v, event) -> v.show(event))"), refused::getMessage);
        assertEquals(0, numbers.size());
    }

    @Test
    void refusesAnOwnerThatIsTheFunction() {
        assertThrows(IllegalArgumentException.class, () -> new Capturing().subscribeAsFunction());
    }

    @Test
    void takesAFunctionThatHoldsSomethingElse() {
        View view = new View();
        AtomicInteger other = new AtomicInteger();
        numbers.onWeak(view, (any, value) -> other.addAndGet(value));
        numbers.emit(2);
        assertEquals(2, other.get());
        Reference.reachabilityFence(view);
    }

    @Test
    void leavesToTheTestKitAnOwnerThatIsHeldByWayOfAnotherObject() {
        List<View> holder = new ArrayList<>();
        LeakProbe probe = LeakProbe.open("probe", Duration.ofMillis(300));
        subscribeDeep(holder, probe);
        LeakFoundError found = assertThrows(LeakFoundError.class, probe::close);
        assertTrue(found.getMessage().contains("View"), found::getMessage);
        holder.clear();
    }

    private void subscribeDeep(List<View> holder, LeakProbe probe) {
        View view = probe.expectCollected(new View());
        holder.add(view);
        numbers.onWeak(view, (v, value) -> holder.get(0).show(value));
    }

    // ---- retention -------------------------------------------------------------------------------------------------

    @Test
    void keepsNoListenerThatIsClosed() {
        List<Subscription> others = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            others.add(numbers.on(value -> {}));
        }
        List<Reference<?>> gone = new ArrayList<>();
        List<Subscription> closed = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            closed.add(subscribed(gone));
        }
        for (int i = 0; i < 5_000; i++) {
            others.add(numbers.on(value -> {}));
        }
        closed.forEach(Subscription::close);
        gone.forEach(LeakProbe::awaitCollected);
        assertEquals(10_000, numbers.size());
        assertTrue(closed.stream().noneMatch(Subscription::isOpen));
    }

    private Subscription subscribed(List<Reference<?>> into) {
        Consumer<Integer> listener = new Consumer<>() {
            @Override
            public void accept(Integer value) {}
        };
        into.add(new WeakReference<>(listener));
        return numbers.on(listener);
    }

    @Test
    void keepsNoListenerOnceTheyAreClosed() {
        List<Reference<?>> gone = new ArrayList<>();
        Subscription subscription = subscribed(gone);
        numbers.close();
        gone.forEach(LeakProbe::awaitCollected);
        assertFalse(subscription.isOpen());
    }

    @Test
    void keepsNoFunctionOfAnOwnerThatIsGone() {
        List<Reference<?>> gone = new ArrayList<>();
        View kept = new View();
        numbers.onWeak(kept, View::show);
        weakly(gone);
        gone.forEach(LeakProbe::awaitCollected);
        Reference.reachabilityFence(kept);
    }

    private void weakly(List<Reference<?>> into) {
        BiConsumer<View, Integer> function = new BiConsumer<>() {
            @Override
            public void accept(View view, Integer value) {}
        };
        into.add(new WeakReference<>(function));
        numbers.onWeak(new View(), function);
    }
}
