package dev.lifecycle.impl.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Very many deliveries at once, and what they leave behind. */
@Timeout(60)
class FlightsTest {
    private final Flights flights = new Flights();

    private List<Flights.Cell> enter(int count) {
        List<Flights.Cell> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(flights.enter());
        }
        return taken;
    }

    private static void leave(List<Flights.Cell> taken) {
        taken.forEach(cell -> cell.word = (cell.word | Flights.THREAD) + 1);
    }

    @Test
    @Timeout(15) // going over all cells each time takes minutes
    void findACellAboutAsFastHoweverManyAreTaken() {
        List<Flights.Cell> taken = enter(150_000);
        assertEquals(150_000, taken.stream().distinct().count());
        assertTrue(flights.capacity() < 4 * 150_000, () -> "cells: " + flights.capacity());
        leave(taken);
        assertTrue(flights.isIdle());
    }

    @Test
    void letGoOfTheCellsOfABurst() throws InterruptedException {
        leave(enter(10_000));
        assertTrue(flights.await(0, TimeSource.system()));
        assertTrue(flights.capacity() < 300, () -> "cells: " + flights.capacity());
        leave(enter(10_000));
        assertTrue(flights.isIdle());
    }

    @Test
    void letGoOfThemAlsoWhileOneOfTheBurstGoesOn() throws InterruptedException {
        List<Flights.Cell> taken = enter(20_000);
        leave(taken.subList(1, 20_000));
        Thread other = new Thread(() -> {
            try {
                assertFalse(flights.await(0, TimeSource.system()));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        other.start();
        other.join();
        assertTrue(flights.capacity() < 6_000, () -> "cells: " + flights.capacity());
        assertFalse(flights.isIdle());
        leave(taken.subList(0, 1));
        assertTrue(flights.isIdle());
    }

    @Test
    void letGoOfAllButTheNewestWithoutAnybodyWhoWaits() {
        leave(enter(10_000));
        for (int i = 0; i < 5_000; i++) {
            leave(enter(100));
        }
        assertTrue(flights.capacity() < 5_000, () -> "cells: " + flights.capacity());
    }

    /** Who waits sees each delivery that began before, whatever cells come and go meanwhile. */
    @Test
    void missNobodyWhileCellsComeAndGo() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger rounds = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            threads.add(new Thread(() -> {
                while (!stop.get()) {
                    leave(enter(1_000));
                }
            }));
        }
        threads.add(new Thread(() -> {
            while (!stop.get()) {
                try {
                    flights.await(0, TimeSource.system()); // trims
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }));
        threads.add(new Thread(() -> {
            while (!stop.get()) {
                List<Flights.Cell> taken = enter(300);
                if (!isNoted(taken)) {
                    wrong.incrementAndGet();
                }
                leave(taken);
                rounds.incrementAndGet();
            }
        }));
        threads.forEach(Thread::start);
        Await.until("rounds", () -> rounds.get() > 3_000 || wrong.get() > 0);
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, wrong.get());
        assertTrue(flights.isIdle());
    }

    private boolean isNoted(List<Flights.Cell> taken) {
        try {
            return !flights.await(0, TimeSource.system()) && taken.stream().allMatch(flights::has);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
