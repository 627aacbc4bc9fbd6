package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CloseAndAwaitTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Listeners<Integer> numbers =
            Listeners.<Integer>builder("numbers").open();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    @AfterEach
    void close() {
        free.countDown();
        numbers.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Subscription slow(Listeners<Integer> hub) {
        return hub.on(value -> {
            inside.countDown();
            await(free);
        });
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "worker");
        thread.start();
        return thread;
    }

    @Test
    void returnsAtOnceWhereNothingRuns() throws InterruptedException {
        Subscription subscription = numbers.on(value -> {});
        numbers.emit(1);
        assertTrue(subscription.closeAndAwait(Duration.ZERO));
        assertTrue(subscription.closeAndAwait(LONG));
        assertEquals(0, numbers.size());
    }

    @Test
    void waitsForTheDeliveryThatRuns() throws InterruptedException {
        AtomicBoolean returned = new AtomicBoolean();
        AtomicBoolean early = new AtomicBoolean();
        Subscription subscription = numbers.on(value -> {
            inside.countDown();
            await(free);
            early.set(returned.get());
        });
        Thread emitting = start(() -> numbers.emit(1));
        await(inside);
        Thread waiting = start(() -> {
            try {
                assertTrue(subscription.closeAndAwait(LONG));
                returned.set(true);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Await.until("it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
        assertFalse(returned.get());
        free.countDown();
        Await.end(emitting);
        Await.end(waiting);
        assertTrue(returned.get());
        assertFalse(early.get());
    }

    @Test
    void givesUpWhenTheTimeIsUp() throws InterruptedException {
        Subscription subscription = slow(numbers);
        Thread emitting = start(() -> numbers.emit(1));
        await(inside);
        assertFalse(subscription.closeAndAwait(Duration.ofMillis(5)));
        assertFalse(subscription.closeAndAwait(Duration.ofSeconds(-1)));
        assertFalse(subscription.closeAndAwait(Duration.ofSeconds(Long.MIN_VALUE)));
        assertFalse(subscription.isOpen());
        free.countDown();
        Await.end(emitting);
        assertTrue(subscription.closeAndAwait(Duration.ZERO));
    }

    @Test
    void countsTheTimeByTheClockOfTheListeners() throws InterruptedException {
        VirtualTime time = new VirtualTime();
        try (Listeners<Integer> timed =
                Listeners.<Integer>builder("timed").timeSource(time).open()) {
            Subscription subscription = slow(timed);
            Thread emitting = start(() -> timed.emit(1));
            await(inside);
            AtomicReference<Object> result = new AtomicReference<>();
            Thread waiting = start(() -> {
                try {
                    result.set(subscription.closeAndAwait(Duration.ofDays(1)));
                } catch (InterruptedException e) {
                    result.set(e);
                }
            });
            Await.until("it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
            time.advance(Duration.ofDays(1));
            Await.end(waiting);
            assertEquals(false, result.get());
            free.countDown();
            Await.end(emitting);
        }
    }

    @Test
    void takesADeliveryThatRunsForOneThatMayHaveBegunBefore() throws InterruptedException {
        Subscription subscription = numbers.on(value -> {});
        subscription.close();
        slow(numbers);
        CountDownLatch done = new CountDownLatch(1);
        Thread emitting = start(() -> {
            numbers.emit(1);
            done.countDown();
        });
        await(inside);
        assertFalse(subscription.closeAndAwait(Duration.ofMillis(1)));
        free.countDown();
        await(done);
        Await.end(emitting);
        assertTrue(subscription.closeAndAwait(Duration.ZERO));
    }

    @Test
    void endsAlthoughOthersEmitAllTheTime() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> emitting = new ArrayList<>();
        numbers.on(value -> Thread.onSpinWait());
        for (int i = 0; i < 3; i++) {
            emitting.add(start(() -> {
                while (!stop.get()) {
                    numbers.emit(1);
                }
            }));
        }
        try {
            for (int i = 0; i < 200; i++) {
                AtomicBoolean released = new AtomicBoolean();
                AtomicInteger late = new AtomicInteger();
                Subscription subscription = numbers.on(value -> {
                    if (released.get()) {
                        late.incrementAndGet();
                    }
                });
                assertTrue(subscription.closeAndAwait(LONG));
                released.set(true);
                assertEquals(0, late.get());
            }
        } finally {
            stop.set(true);
            for (Thread thread : emitting) {
                Await.end(thread);
            }
        }
    }

    @Test
    void returnsAtOnceFromWithinADelivery() {
        AtomicReference<Subscription> own = new AtomicReference<>();
        AtomicReference<Object> result = new AtomicReference<>();
        own.set(numbers.on(value -> {
            try {
                result.set(own.get().closeAndAwait(LONG));
            } catch (InterruptedException e) {
                result.set(e);
            }
        }));
        assertEquals(1, numbers.emit(1));
        assertEquals(false, result.get());
        assertFalse(own.get().isOpen());
    }

    @Test
    void returnsAtOnceFromWithinANestedDelivery() {
        Subscription other = numbers.on(value -> {});
        AtomicReference<Object> result = new AtomicReference<>();
        numbers.on(value -> {
            if (value < 40) {
                numbers.emit(value + 1);
                return;
            }
            try {
                result.set(other.closeAndAwait(LONG));
            } catch (InterruptedException e) {
                result.set(e);
            }
        });
        numbers.emit(0);
        assertEquals(false, result.get());
    }

    @Test
    void doesNotDeadlockWhereTwoListenersWaitForEachOther() throws InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        List<Subscription> subscriptions = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int mine = i;
            subscriptions.add(numbers.on(value -> {
                if (value == mine) {
                    both.countDown();
                    await(both);
                    try {
                        assertFalse(subscriptions.get(1 - mine).closeAndAwait(LONG));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            }));
        }
        for (int i = 0; i < 2; i++) {
            int mine = i;
            threads.add(start(() -> numbers.emit(mine)));
        }
        for (Thread thread : threads) {
            Await.end(thread);
        }
    }

    @Test
    void throwsWhenItIsInterruptedAndIsClosedAllTheSame() throws InterruptedException {
        Subscription subscription = slow(numbers);
        Thread emitting = start(() -> numbers.emit(1));
        await(inside);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> subscription.closeAndAwait(LONG));
        assertFalse(Thread.interrupted());
        assertFalse(subscription.isOpen());
        free.countDown();
        Await.end(emitting);
    }

    @Test
    void keepsAnInterruptWhereThereIsNothingToWaitFor() throws InterruptedException {
        Subscription subscription = numbers.on(value -> {});
        Thread.currentThread().interrupt();
        assertTrue(subscription.closeAndAwait(LONG));
        assertTrue(Thread.interrupted());
    }

    @Test
    void waitsAlsoAfterTheListenersWereClosed() throws InterruptedException {
        Subscription subscription = slow(numbers);
        Thread emitting = start(() -> numbers.emit(1));
        await(inside);
        numbers.close();
        assertFalse(subscription.closeAndAwait(Duration.ofMillis(1)));
        free.countDown();
        Await.end(emitting);
        assertTrue(subscription.closeAndAwait(Duration.ZERO));
    }

    @Test
    void isNotThereForUntrackedListeners() {
        try (Listeners<Integer> untracked =
                Listeners.<Integer>builder("untracked").untracked().open()) {
            Subscription subscription = untracked.on(value -> {});
            assertEquals(1, untracked.emit(1));
            UnsupportedOperationException refused =
                    assertThrows(UnsupportedOperationException.class, () -> subscription.closeAndAwait(LONG));
            assertTrue(String.valueOf(refused.getMessage()).contains("untracked()"), refused::getMessage);
            assertFalse(subscription.isOpen());
            assertEquals(0, untracked.emit(1));
        }
    }
}
