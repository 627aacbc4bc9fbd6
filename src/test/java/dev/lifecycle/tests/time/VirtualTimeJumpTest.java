package dev.lifecycle.tests.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The clock moved by threads that all wait. */
@Timeout(60)
@SuppressWarnings("try") // registrations are not used, only closed
class VirtualTimeJumpTest {
    private final VirtualTime clock = new VirtualTime();

    @Test
    void jumpsToTheEndOfTheWaitOfTheOnlyThread() {
        try (VirtualTime.Registration alone = clock.register()) {
            Sleeper.sleep(clock, 40);
            Sleeper.sleep(clock, Long.MAX_VALUE - 40);
        }
        assertEquals(Long.MAX_VALUE, clock.nanos());
    }

    @Test
    void wakesOthersOnItsWayButDoesNotStopForThem() throws InterruptedException {
        Sleeper stranger = Sleeper.start(clock, 5);
        Sleeper later = Sleeper.start(clock, 50);
        try (VirtualTime.Registration me = clock.register()) {
            Sleeper.sleep(clock, 10);
        }
        Await.end(stranger);
        assertEquals(List.of(10L), stranger.wokenAfter);
        assertEquals(1, clock.parked());
        later.interrupt();
        Await.end(later);
    }

    @Test
    void doesNotJumpForThreadsThatAreNotRegistered() throws InterruptedException {
        Sleeper stranger = Sleeper.start(clock, 5);
        assertEquals(0, clock.nanos());
        stranger.interrupt();
        Await.end(stranger);
    }

    @Test
    void waitsForTheLastRegisteredThread() throws InterruptedException {
        VirtualTime.Registration me = clock.register();
        Thread other = registered(10);
        Await.until("waits", () -> clock.parked() == 1);
        assertEquals(0, clock.nanos());
        me.close(); // one thread less to wait for
        Await.end(other);
        assertEquals(10, clock.nanos());
    }

    @Test
    void countsRegistrationsOfOneThread() throws InterruptedException {
        VirtualTime.Registration outer = clock.register();
        VirtualTime.Registration inner = clock.register();
        Thread other = registered(10);
        Await.until("waits", () -> clock.parked() == 1);
        inner.close();
        inner.close(); // idempotent: it does not end the outer one
        assertEquals(0, clock.nanos());
        assertEquals(1, clock.parked());
        outer.close();
        Await.end(other);
    }

    @Test
    void mayBeDeregisteredByAnotherThread() throws InterruptedException {
        VirtualTime.Registration me = clock.register();
        Thread other = registered(10);
        Await.until("waits", () -> clock.parked() == 1);
        Thread closer = new Thread(me::close);
        closer.start();
        Await.end(closer);
        Await.end(other);
    }

    @Test
    void doesNotWaitForThreadsThatHaveEnded() throws InterruptedException {
        Thread careless = new Thread(clock::register);
        careless.start();
        Await.end(careless);
        try (VirtualTime.Registration me = clock.register()) {
            Sleeper.sleep(clock, 10);
        }
        assertEquals(10, clock.nanos());
    }

    /** It is about to go on: what it does next comes before any deadline. */
    @Test
    void doesNotJumpWhileAThreadThatWasUnparkedHasSomethingToDo() {
        try (VirtualTime.Registration me = clock.register()) {
            clock.unpark(Thread.currentThread());
            clock.parkNanos(this, 10);
            assertEquals(0, clock.nanos());
            clock.parkNanos(this, 10);
            assertEquals(10, clock.nanos());
        }
    }

    @Test
    void doesNotJumpWhileAnInterruptedThreadHasSomethingToDo() throws InterruptedException {
        try (VirtualTime.Registration me = clock.register()) {
            Thread.currentThread().interrupt();
            clock.parkNanos(this, 10);
            assertTrue(Thread.interrupted());
            assertEquals(0, clock.nanos());
            clock.parkNanos(this, 10);
            assertEquals(10, clock.nanos());
        }
    }

    /** A hand-over: the consumer waits with a timeout, the producer takes its time by the same clock. */
    @Test
    void letsAnUnparkedThreadRunBeforeTimeGoesOn() throws InterruptedException {
        CountDownLatch registered = new CountDownLatch(2);
        List<Long> received = new ArrayList<>();
        boolean[] full = new boolean[1]; // guarded by itself
        Thread consumer = new Thread(() -> {
            try (VirtualTime.Registration me = clock.register()) {
                meet(registered);
                for (int i = 0; i < 100; i++) {
                    long start = clock.nanos();
                    while (!take(full) && clock.nanos() - start < 1_000) {
                        clock.parkNanos(this, 1_000 - (clock.nanos() - start));
                    }
                    received.add(clock.nanos());
                }
            }
        });
        Thread producer = new Thread(() -> {
            try (VirtualTime.Registration me = clock.register()) {
                meet(registered);
                for (int i = 0; i < 100; i++) {
                    Sleeper.sleep(clock, 7);
                    synchronized (full) {
                        full[0] = true;
                    }
                    clock.unpark(consumer);
                }
            }
        });
        consumer.setDaemon(true);
        producer.setDaemon(true);
        consumer.start();
        producer.start();
        Await.end(producer);
        Await.end(consumer);
        List<Long> expected = new ArrayList<>();
        for (long i = 1; i <= 100; i++) {
            expected.add(7 * i);
        }
        assertEquals(expected, received);
    }

    private static boolean take(boolean[] full) {
        synchronized (full) {
            boolean taken = full[0];
            full[0] = false;
            return taken;
        }
    }

    private static void meet(CountDownLatch latch) {
        latch.countDown();
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Starts a thread that registers, sleeps and deregisters. */
    private Thread registered(long nap) {
        Thread thread = new Thread(() -> {
            try (VirtualTime.Registration registration = clock.register()) {
                Sleeper.sleep(clock, nap);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
