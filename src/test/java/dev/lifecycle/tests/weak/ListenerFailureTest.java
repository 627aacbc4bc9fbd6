package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.tests.api.Await;
import dev.lifecycle.weak.FailurePolicy;
import dev.lifecycle.weak.ListenerException;
import dev.lifecycle.weak.ListenerFailure;
import dev.lifecycle.weak.Listeners;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenerFailureTest {
    private final Listeners<Integer> numbers =
            Listeners.<Integer>builder("numbers").open();
    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void close() {
        numbers.close();
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneak(Throwable failure) throws X {
        throw (X) failure;
    }

    /** Keeps no suppressed ones and no stack. */
    private static final class Bare extends Error {
        private static final long serialVersionUID = 1L;

        Bare() {
            super("bare", null, false, false);
        }
    }

    @Test
    void callsAllWhateverTheOnesBeforeThrew() {
        List<Throwable> failures = List.of(
                new Bare(), new IllegalStateException(), new Exception("checked"), new OutOfMemoryError("not really"));
        failures.forEach(failure -> {
            numbers.on(value -> sneak(failure));
            numbers.on(value -> calls.incrementAndGet());
        });
        ListenerException thrown = assertThrows(ListenerException.class, () -> numbers.emit(1));
        assertEquals(4, thrown.count());
        assertEquals(4, thrown.delivered());
        assertEquals(4, calls.get());
        assertSame(failures.get(0), thrown.getCause());
        assertEquals(failures.subList(1, 4), List.of(thrown.getSuppressed()));
        assertTrue(thrown.getMessage().startsWith("4 of 8 listeners of numbers failed"), thrown::getMessage);
    }

    @Test
    void countsAllAndKeepsThirtyThreeFailures() {
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            numbers.on(value -> {
                throw new IllegalStateException("failure " + number);
            });
        }
        ListenerException thrown = assertThrows(ListenerException.class, () -> numbers.emit(1));
        assertEquals(1_000, thrown.count());
        assertEquals(0, thrown.delivered());
        assertEquals("failure 0", Objects.requireNonNull(thrown.getCause()).getMessage());
        assertEquals(ListenerException.MAX_SUPPRESSED, thrown.getSuppressed().length);
        assertEquals("failure 32", thrown.getSuppressed()[31].getMessage());
        assertEquals(1_000L, numbers.managed().snapshot().gauges().get("failures"));
    }

    @Test
    void takesTheSameFailureManyTimes() {
        RuntimeException same = new IllegalStateException("same");
        for (int i = 0; i < 3; i++) {
            numbers.on(value -> {
                throw same;
            });
        }
        ListenerException thrown = assertThrows(ListenerException.class, () -> numbers.emit(1));
        assertEquals(3, thrown.count());
        assertSame(same, thrown.getCause());
    }

    @Test
    void handsEachFailureToTheHandlerWithItsSubscription() {
        List<ListenerFailure> handled = new ArrayList<>();
        try (Listeners<String> names = Listeners.<String>builder("names")
                .onFailure((ListenerFailure failure) -> {
                    handled.add(failure);
                    Objects.requireNonNull(failure.subscription()).close();
                })
                .open()) {
            names.on(name -> calls.incrementAndGet());
            names.on(name -> {
                throw new Bare();
            });
            names.on(name -> calls.incrementAndGet());
            assertEquals(2, names.emit("a"));
            assertEquals(2, names.emit("b"));
            assertEquals(1, handled.size());
            assertEquals("names", handled.get(0).listeners());
            assertEquals("a", handled.get(0).event());
            assertTrue(handled.get(0).failure() instanceof Bare);
            assertEquals(4, calls.get());
        }
    }

    @Test
    void survivesAHandlerThatFails() {
        try (Listeners<String> names = Listeners.<String>builder("names")
                .onFailure((ListenerFailure failure) -> {
                    throw new IllegalStateException("handler, planted");
                })
                .open()) {
            names.on(name -> {
                throw new IllegalStateException("listener, planted");
            });
            names.on(name -> calls.incrementAndGet());
            assertEquals(1, names.emit("a"));
            assertEquals(1, calls.get());
        }
    }

    @Test
    void returnsNormallyWhereFailuresAreLogged() {
        try (Listeners<String> names =
                Listeners.<String>builder("names").onFailure(FailurePolicy.LOG).open()) {
            names.on(name -> {
                throw new IllegalStateException("listener, planted");
            });
            names.on(name -> calls.incrementAndGet());
            assertEquals(1, names.emit("a"));
            assertEquals(1L, names.managed().snapshot().gauges().get("failures"));
        }
    }

    @Test
    void treatsTheFailureOfANestedEmitAsThatOfTheListenerThatEmits() {
        try (Listeners<Integer> inner = Listeners.<Integer>builder("inner").open()) {
            inner.on(value -> {
                throw new IllegalStateException();
            });
            numbers.on(inner::emit);
            numbers.on(value -> calls.incrementAndGet());
            ListenerException thrown = assertThrows(ListenerException.class, () -> numbers.emit(1));
            assertTrue(thrown.getCause() instanceof ListenerException);
            assertEquals(1, thrown.count());
            assertEquals(1, calls.get());
        }
    }

    @Test
    void isolatesAStackOverflow() {
        numbers.on(this::recurse);
        numbers.on(value -> calls.incrementAndGet());
        ListenerException thrown = assertThrows(ListenerException.class, () -> numbers.emit(1));
        assertTrue(thrown.getCause() instanceof StackOverflowError);
        assertEquals(1, calls.get());
    }

    private void recurse(int value) {
        recurse(value + 1);
    }

    @Test
    void endsSoonWhereTwoListenersEmitForEver() throws InterruptedException {
        AtomicInteger emits = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            numbers.on(value -> {
                emits.incrementAndGet();
                numbers.emit(value + 1);
            });
        }
        numbers.on(value -> calls.incrementAndGet());
        ListenerException thrown =
                Await.onSmallStack(() -> assertThrows(ListenerException.class, () -> numbers.emit(0)));
        assertEquals(2, thrown.count());
        assertEquals(1, thrown.delivered());
        assertTrue(thrown.getCause() instanceof StackOverflowError);
        assertTrue(emits.get() < 100_000, () -> emits + " emits");
        assertEquals(0, stillRunning());
    }

    private int stillRunning() {
        try {
            return numbers.on(value -> {}).closeAndAwait(java.time.Duration.ZERO) ? 0 : 1;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
