package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.spi.BoundedCacheConfig.Closing;
import dev.lifecycle.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A value that the cache closes: once, after the last entry and the last lease. */
class HoldingTest {
    private final AtomicInteger closes = new AtomicInteger();

    private final Holdings<Object> holdings = holdings(Integer.MAX_VALUE);

    private Holdings<Object> holdings(int maxOpen) {
        return new Holdings<>("test", new Closing<>(value -> closes.incrementAndGet(), maxOpen), TimeSource.system());
    }

    @Property(tries = 500)
    void closesWhenNeitherEntryNorLeaseHasItAndNotEarlier(@ForAll long seed) {
        Random random = new Random(seed);
        int before = closes.get();
        Object value = new Object();
        Holding holding = holdings.acquire(value);
        int entries = 1;
        int leases = 0;
        for (int step = 0; entries + leases > 0; step++) {
            assertEquals(before, closes.get());
            assertEquals(1, holdings.open());
            assertEquals(entries == 0 ? 1 : 0, holdings.borrowed());
            assertEquals(leases > 0, holding.isLent());
            switch (step < 40 ? random.nextInt(5) : 2 + random.nextInt(2)) {
                case 0 -> {
                    assertSame(holding, holdings.acquire(value));
                    entries++;
                }
                case 1 -> {
                    assertNotNull(holding.lend());
                    leases++;
                }
                case 2 -> {
                    if (leases > 0) {
                        holding.dropLease();
                        leases--;
                    }
                }
                default -> {
                    if (entries > 0) {
                        holding.dropEntry();
                        entries--;
                    }
                }
            }
        }
        assertEquals(before + 1, closes.get());
        assertTrue(holding.isClosed());
        assertNull(holding.lend());
        assertEquals(0, holdings.open());
    }

    @Test
    void leavesAValueThatWasNeverPutToItsOwner() {
        Holding holding = holdings.acquire("value");
        holding.forget(true);
        assertEquals(0, closes.get());
        assertEquals(0, holdings.open());
        assertNull(holding.lend());
        holdings.acquire("value").dropEntry(); // so it may be put again
        assertEquals(1, closes.get());
    }

    @Test
    void closesAValueOfTheCacheThoughItIsRefusedUnderAnotherKeyLast() {
        Holding holding = holdings.acquire("value"); // of the first key
        assertSame(holding, holdings.acquire("value")); // about to be put for the second
        holding.dropEntry(); // the first one goes
        assertEquals(0, closes.get());
        holding.forget(true); // the second one is refused
        assertEquals(1, closes.get());
        assertEquals(0, holdings.open());
    }

    @Test
    void closesAfterTheLastLeaseThoughTheLastEntryWasRefused() {
        Holding holding = holdings.acquire("value");
        assertSame(holding, holdings.acquire("value"));
        assertNotNull(holding.lend());
        holding.dropEntry();
        holding.forget(true);
        assertEquals(0, closes.get());
        assertEquals(1, holdings.borrowed());
        assertNull(holding.loan, "only leases have it now: it is noticed when they are dropped");
        holding.dropLease();
        assertEquals(1, closes.get());
    }

    @Test
    void givesRoomBackOnceForEachValue() {
        Holdings<Object> two = holdings(2);
        assertTrue(two.reserve());
        Holding first = two.acquire("first");
        assertTrue(two.reserve());
        assertSame(first, two.acquire("first")); // has room already
        assertTrue(two.reserve());
        Holding second = two.acquire("second");
        assertEquals(false, two.reserve());
        first.dropEntry();
        assertEquals(false, two.reserve());
        first.dropEntry();
        assertTrue(two.reserve());
        assertEquals(false, two.reserve());
        second.forget(true);
        assertTrue(two.reserve());
        two.acquire("third").dropEntry();
        assertEquals(2, closes.get());
        assertTrue(two.reserve());
    }

    @Test
    void closesOnceWhoeverIsLast() throws Exception {
        int threads = 4;
        CyclicBarrier barrier = new CyclicBarrier(threads);
        List<Holding> rounds = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            rounds.add(holdings.acquire(new Object()));
        }
        AtomicInteger early = new AtomicInteger();
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            boolean owner = i == 0;
            all[i] = new Thread(() -> {
                for (Holding holding : rounds) {
                    await(barrier);
                    if (owner) {
                        holding.dropEntry();
                    } else if (holding.lend() != null) {
                        early.addAndGet(holding.isClosed() ? 1 : 0);
                        holding.dropLease();
                    }
                }
            });
            all[i].start();
        }
        for (Thread thread : all) {
            thread.join();
        }
        assertEquals(0, early.get());
        assertEquals(rounds.size(), closes.get());
        assertEquals(0, holdings.open());
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
