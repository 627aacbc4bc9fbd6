package dev.lifecycle.tests.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.Fairness;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.NestedAcquire;
import dev.lifecycle.pool.NestedAcquireException;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.ResourceCreationException;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.pool.ResourcePoolBuilder;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.tests.task.Asker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers of a pool that wait. */
@Timeout(60)
class PoolWaitTest {
    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);
    private static final Duration TICK = Duration.ofNanos(1);

    private final LogCapture log = LogCapture.ofPools();
    private final PoolTime time = new PoolTime();
    private final Keeper keeper = new Keeper();
    private ResourcePool<Thing> pool = builder(1).open();

    private ResourcePoolBuilder<Thing> builder(int core) {
        return ResourcePool.builder("db", keeper)
                .core(core)
                .overflow(0)
                .acquireTimeout(Duration.ofSeconds(5))
                .createTimeout(Duration.ofHours(1))
                .validateTimeout(Duration.ofHours(1))
                .closeTimeout(Duration.ZERO)
                .timeSource(time);
    }

    private void replace(ResourcePoolBuilder<Thing> builder) {
        pool.close();
        pool = builder.open();
    }

    @AfterEach
    void close() {
        keeper.onCreate = Maker.Step.NOTHING;
        pool.close();
        log.close();
        assertEquals(List.of(), List.copyOf(keeper.wrongs));
    }

    private Asker<Lease<Thing>> asker(Duration wait) {
        int before = pool.stats().waiting();
        Asker<Lease<Thing>> asker = Asker.of(() -> pool.acquire(wait));
        Await.until("waits", () -> pool.stats().waiting() == before + 1);
        return asker;
    }

    /** A gate that calls of the factory wait at. */
    private static Maker.Step waitFor(CountDownLatch gate) {
        return thing -> gate.await();
    }

    // ---- how long --------------------------------------------------------------------------------------------------

    @Test
    void areRefusedAtTheirDeadlineNotBefore() throws Exception {
        try (Lease<Thing> held = pool.acquire().label("report")) {
            time.pass(Duration.ofSeconds(2));
            Asker<Lease<Thing>> asker = asker(Duration.ofSeconds(5));
            time.pass(Duration.ofSeconds(5).minus(TICK));
            assertEquals(1, pool.stats().waiting());
            time.pass(TICK);
            AcquireTimeoutException refused = assertInstanceOf(AcquireTimeoutException.class, asker.failure());
            assertFalse(refused.isRejected());
            assertEquals(1, refused.stats().leased());
            assertEquals(0, refused.stats().waiting());
            assertEquals("report", refused.holders().get(0).label());
            assertTrue(refused.holders().get(0).age().compareTo(Duration.ofSeconds(6)) > 0, refused::toString);
            for (String part :
                    List.of("pool db", "no resource after PT5S", "1 of 1 lent out", "held by report", "s ")) {
                assertTrue(refused.getMessage().contains(part), refused::getMessage);
            }
            assertEquals(1, pool.stats().timeouts());
            assertEquals(0, held.get().number);
        }
        pool.acquire(Duration.ZERO).close();
    }

    @Test
    void waitAsLongAsWasBuilt() throws Exception {
        try (Lease<Thing> held = pool.acquire()) {
            Asker<Lease<Thing>> asker = Asker.of(pool::acquire);
            Asker<Thing> user = Asker.of(() -> pool.use(thing -> thing));
            Await.until("wait", () -> pool.stats().waiting() == 2);
            time.pass(Duration.ofSeconds(5));
            assertInstanceOf(AcquireTimeoutException.class, asker.failure(), held::toString);
            assertInstanceOf(AcquireTimeoutException.class, user.failure());
        }
    }

    @Test
    void doNotWaitLongerForOneThatIsBeingMade() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        keeper.onCreate = waitFor(gate);
        Asker<Lease<Thing>> asker = asker(Duration.ofSeconds(5));
        Await.until("asked", () -> keeper.asked.get() == 1);
        time.pass(Duration.ofSeconds(5));
        assertInstanceOf(AcquireTimeoutException.class, asker.failure());
        gate.countDown();
        Await.until("it is there for the next one", () -> pool.stats().idle() == 1);
    }

    @Test
    void doNotWaitLongerForOneThatIsBeingValidated() throws Exception {
        pool.acquire().close();
        time.pass(Duration.ofSeconds(10));
        CountDownLatch gate = new CountDownLatch(1);
        keeper.onValidate = waitFor(gate);
        Asker<Lease<Thing>> asker = asker(Duration.ofSeconds(5));
        Await.until("validates", () -> pool.stats().checking() == 1);
        time.pass(Duration.ofSeconds(5));
        assertInstanceOf(AcquireTimeoutException.class, asker.failure());
        gate.countDown();
        Await.until("it is there for the next one", () -> pool.stats().idle() == 1);
        assertEquals(1, keeper.asked.get());
    }

    @Test
    void doNotWaitLongerWhenAllThatComesIsBroken() throws Exception {
        replace(builder(3).validateTimeout(Duration.ZERO));
        List<Lease<Thing>> all = List.of(pool.acquire(), pool.acquire(), pool.acquire());
        all.forEach(lease -> lease.get().broken = true);
        all.forEach(Lease::close);
        time.pass(Duration.ofSeconds(10));
        keeper.onValidate = thing -> time.leap(Duration.ofSeconds(2));
        AcquireTimeoutException refused = assertThrows(AcquireTimeoutException.class, () -> pool.acquire());
        assertTrue(refused.getMessage().contains("no resource after PT5S"), refused::getMessage);
        assertEquals(3, pool.stats().validationFailures());
    }

    @Test
    void waitForAsGoodAsEver() throws Exception {
        replace(builder(1).maxAge(Duration.ZERO, 0)); // else its successor would be theirs
        Lease<Thing> held = pool.acquire();
        Asker<Lease<Thing>> asker = asker(LONG);
        time.pass(Duration.ofDays(30_000), Duration.ofDays(10_000));
        assertEquals(1, pool.stats().waiting());
        held.close();
        asker.result().close();
    }

    // ---- in which order --------------------------------------------------------------------------------------------

    @Test
    void areServedInTheOrderInWhichTheyCame() throws Exception {
        for (Fairness fairness : List.of(Fairness.FIFO, Fairness.BOUNDED)) {
            replace(builder(1).fairness(fairness));
            Lease<Thing> held = pool.acquire();
            List<Integer> served = Collections.synchronizedList(new ArrayList<>());
            List<Asker<?>> askers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                int number = i;
                askers.add(Asker.of(() -> pool.use(thing -> served.add(number))));
                Await.until("waits", () -> pool.stats().waiting() == number + 1);
            }
            held.close();
            for (Asker<?> asker : askers) {
                asker.result();
            }
            assertEquals(List.of(0, 1, 2, 3, 4), served);
        }
    }

    /** How often the holder takes the resource again while another one waits who is slow to wake. */
    private int overtakes(Fairness fairness, Duration between) throws Exception {
        replace(builder(1).fairness(fairness));
        Lease<Thing> mine = pool.acquire();
        Asker<Lease<Thing>> asker = asker(LONG);
        Await.until("sleeps", () -> asker.thread.getState() == Thread.State.WAITING);
        time.letSleep(asker.thread);
        int count = -1;
        for (Lease<Thing> next = mine; next != null && count < 100; count++) {
            next.close();
            next = pool.tryAcquire().orElse(null);
            time.pass(between);
        }
        time.wakeSleeper();
        asker.result().close();
        return count;
    }

    @Test
    void areOvertakenSoOftenAtMost() throws Exception {
        assertEquals(8, overtakes(Fairness.BOUNDED, Duration.ZERO));
        assertEquals(3, overtakes(new Fairness(3, LONG), Duration.ZERO));
        assertEquals(0, overtakes(Fairness.FIFO, Duration.ZERO));
    }

    @Test
    void areOvertakenForSoLongAtMost() throws Exception {
        assertEquals(2, overtakes(Fairness.BOUNDED, Duration.ofNanos(999_999)));
        assertEquals(1, overtakes(Fairness.BOUNDED, Duration.ofMillis(1)));
    }

    @Test
    void letTheNextOneHaveWhatTheyDoNotTake() throws Exception {
        Lease<Thing> held = pool.acquire();
        Asker<Lease<Thing>> first = asker(Duration.ofSeconds(1));
        Asker<Lease<Thing>> second = asker(LONG);
        Asker<Lease<Thing>> third = asker(LONG);
        second.thread.interrupt();
        assertInstanceOf(InterruptedException.class, second.failure());
        time.pass(Duration.ofSeconds(1));
        first.failure();
        held.close();
        third.result().close();
        assertEquals(0, pool.stats().waiting());
    }

    // ---- how many --------------------------------------------------------------------------------------------------

    @Test
    void areNoMoreThanWasBuilt() throws Exception {
        replace(builder(1).maxWaiters(2));
        Lease<Thing> held = pool.acquire();
        Asker<Lease<Thing>> first = asker(LONG);
        Asker<Lease<Thing>> second = asker(LONG);
        AcquireTimeoutException refused = assertThrows(AcquireTimeoutException.class, () -> pool.acquire(LONG));
        assertTrue(refused.isRejected());
        assertEquals(2, refused.stats().waiting());
        assertTrue(refused.getMessage().contains("too many callers wait"), refused::getMessage);
        assertEquals(1, pool.stats().rejected());
        assertEquals(0, pool.stats().timeouts());
        assertTrue(pool.tryAcquire().isEmpty());
        held.close();
        first.result().close();
        second.result().close();
    }

    // ---- interrupts ------------------------------------------------------------------------------------------------

    @Test
    void lookAtTheirInterruptAndTakeNothingThen() throws Exception {
        Lease<Thing> held = pool.acquire();
        Asker<Lease<Thing>> asker = asker(LONG);
        asker.thread.interrupt();
        assertInstanceOf(InterruptedException.class, asker.failure());
        assertEquals(0, pool.stats().waiting());
        held.close();
        assertEquals(1, pool.stats().idle());
        assertEquals(0, pool.stats().timeouts());
    }

    @Test
    void doNotWaitWhenTheyAreInterruptedAlready() throws Exception {
        Lease<Thing> held = pool.acquire();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> pool.acquire(LONG));
        assertFalse(Thread.interrupted());
        held.close();
        Thread.currentThread().interrupt();
        pool.acquire(LONG).close(); // there is one: no need to wait
        assertTrue(Thread.interrupted());
    }

    @Test
    void loseNothingWhenTheTimeEndsAsTheyAreServed() throws Exception {
        race(asker -> time.leap(Duration.ofSeconds(1)), AcquireTimeoutException.class);
    }

    @Test
    void loseNothingWhenTheyAreInterruptedAsTheyAreServed() throws Exception {
        race(asker -> asker.thread.interrupt(), InterruptedException.class);
    }

    private interface End {
        void of(Asker<Boolean> asker);
    }

    private void race(End end, Class<? extends Exception> failure) throws Exception {
        for (int round = 0; round < 300; round++) {
            Lease<Thing> held = pool.acquire(LONG);
            Asker<Boolean> asker = Asker.of(() -> {
                try (Lease<Thing> lease = pool.acquire(Duration.ofSeconds(1))) {
                    return lease.get() != null;
                } catch (AcquireTimeoutException | InterruptedException none) {
                    assertInstanceOf(failure, none);
                    return false;
                }
            });
            Await.until("waits", () -> pool.stats().waiting() == 1);
            CyclicBarrier start = new CyclicBarrier(2);
            Asker<Boolean> giver = Asker.of(() -> {
                start.await();
                held.close();
                return true;
            });
            start.await();
            end.of(asker);
            giver.result();
            asker.result();
            pool.acquire(Duration.ZERO).close(); // nobody else has it
        }
        assertEquals(1, keeper.asked.get());
    }

    // ---- nothing can be made ---------------------------------------------------------------------------------------

    @Test
    void hearWhyNothingCanBeMade() throws Exception {
        IOException cause = new IOException("no route to host");
        keeper.onCreate = thing -> {
            throw cause;
        };
        Asker<Lease<Thing>> asker = Asker.of(() -> pool.acquire(LONG));
        ResourceCreationException thrown = assertInstanceOf(ResourceCreationException.class, asker.failure());
        assertSame(cause, thrown.getCause());
        assertTrue(thrown.getMessage().contains("pool db"), thrown::getMessage);
        assertTrue(thrown.getMessage().contains("no route to host"), thrown::getMessage);
        assertEquals(1, pool.stats().createFailures());
        assertEquals(0, pool.stats().waiting());
    }

    @Test
    void areServedByWhatComesBackThoughNothingCanBeMade() throws Exception {
        replace(builder(2));
        Lease<Thing> held = pool.acquire();
        keeper.onCreate = thing -> {
            throw new IOException("no route to host");
        };
        Asker<Lease<Thing>> asker = asker(LONG);
        Await.until("failed", () -> pool.stats().createFailures() > 0);
        assertEquals(1, pool.stats().waiting());
        held.close();
        asker.result().close();
    }

    @Test
    void hearAtTheirDeadlineWhyNothingCouldBeMade() throws Exception {
        replace(builder(2));
        Lease<Thing> held = pool.acquire();
        keeper.onCreate = thing -> {
            throw new IOException("no route to host");
        };
        Asker<Lease<Thing>> asker = asker(Duration.ofSeconds(5));
        Await.until("failed", () -> pool.stats().createFailures() > 0);
        time.pass(Duration.ofSeconds(5));
        AcquireTimeoutException refused = assertInstanceOf(AcquireTimeoutException.class, asker.failure());
        assertInstanceOf(IOException.class, refused.getCause());
        assertTrue(refused.getMessage().contains("no route to host"), refused::getMessage);
        held.close();
    }

    @Test
    void areServedOnceSomethingCanBeMadeAgain() throws Exception {
        replace(builder(2));
        Lease<Thing> held = pool.acquire();
        keeper.onCreate = thing -> {
            throw new IOException("no route to host");
        };
        Asker<Lease<Thing>> asker = asker(LONG);
        Await.until("failed", () -> pool.stats().createFailures() > 0);
        keeper.onCreate = Maker.Step.NOTHING;
        Await.until("served", () -> {
            time.leap(Duration.ofMillis(10));
            return asker.isDone();
        });
        asker.result().close();
        held.close();
        assertEquals(2, pool.stats().idle());
    }

    // ---- the same thread again -------------------------------------------------------------------------------------

    @Test
    void areRefusedIfTheyHoldALeaseAlready() throws Exception {
        replace(builder(2).nestedAcquire(NestedAcquire.REJECT));
        pool.acquire().close();
        try (Lease<Thing> first = pool.acquire();
                Lease<Thing> second = other(() -> pool.acquire())) {
            NestedAcquireException refused =
                    assertThrows(NestedAcquireException.class, () -> pool.acquire(LONG), second::toString);
            assertTrue(refused.getMessage().contains("pool db: the thread holds resource #"), refused::getMessage);
            assertEquals(1, pool.stats().rejected());
            assertEquals(0, pool.stats().waiting());
            assertEquals(0, first.get().number);
        }
        try (Lease<Thing> first = pool.acquire();
                Lease<Thing> second = pool.acquire()) { // no need to wait
            assertFalse(first.get() == second.get());
        }
        Lease<Thing> held = other(() -> pool.acquire());
        Lease<Thing> more = other(() -> pool.acquire());
        Asker<Lease<Thing>> asker = asker(LONG); // holds nothing
        more.close();
        asker.result().close();
        held.close();
    }

    private static <T> T other(java.util.concurrent.Callable<T> work) throws Exception {
        return Asker.of(work).result();
    }

    @Test
    void areWarnedIfTheyHoldALeaseAlready() throws Exception {
        replace(builder(1).nestedAcquire(NestedAcquire.WARN));
        Asker<Integer> asker = Asker.of(() -> {
            try (Lease<Thing> first = pool.acquire()) {
                for (int i = 0; i < 3; i++) {
                    assertThrows(AcquireTimeoutException.class, () -> pool.acquire(TICK), first::toString);
                }
            }
            return 1;
        });
        Await.until("done", () -> {
            time.leap(TICK); // all that is waited for here
            return asker.isDone();
        });
        asker.result();
        List<String> lines = log.lines().stream()
                .filter(line -> line.contains("waits for another one"))
                .toList();
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("thread asker holds resource #1"), lines::toString);
    }

    @Test
    void mayHoldALeaseAlreadyWhereThatIsAllowed() throws Exception {
        replace(builder(1).nestedAcquire(NestedAcquire.ALLOW));
        Lease<Thing> first = pool.acquire();
        assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ZERO));
        Asker<Lease<Thing>> asker = Asker.of(() -> {
            try (Lease<Thing> mine = pool.acquire(LONG)) {
                return other(() -> mine).get() == null ? mine : pool.acquire(TICK);
            }
        });
        Await.until("waits", () -> pool.stats().waiting() == 1);
        first.close();
        Await.until("done", () -> {
            time.leap(TICK); // all that is waited for here
            return asker.isDone();
        });
        assertInstanceOf(AcquireTimeoutException.class, asker.failure());
        assertFalse(log.mentions("waits for another one"), () -> log.lines().toString());
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Test
    void areToldOfTheClose() throws Exception {
        Lease<Thing> held = pool.acquire();
        List<Asker<Lease<Thing>>> askers = List.of(asker(LONG), asker(LONG), asker(LONG));
        pool.close();
        for (Asker<Lease<Thing>> asker : askers) {
            PoolClosedException thrown = assertInstanceOf(PoolClosedException.class, asker.failure());
            assertTrue(thrown.getMessage().contains("db is closed since"), thrown::getMessage);
        }
        assertEquals(0, pool.stats().waiting());
        held.close();
        keeper.awaitAlive(0);
    }

    @Test
    void areListedWithTheTenThatHeldLongest() throws Exception {
        replace(builder(12).leakDetection(LeakLevel.ALWAYS, Duration.ofHours(1)));
        List<Lease<Thing>> held = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            held.add(pool.acquire().label("number " + i));
            time.pass(Duration.ofSeconds(2));
        }
        AcquireTimeoutException refused =
                assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ZERO));
        assertEquals(AcquireTimeoutException.MAX_LISTED, refused.holders().size());
        assertEquals("number 0", refused.holders().get(0).label());
        assertEquals("number 9", refused.holders().get(9).label());
        assertTrue(refused.getMessage().contains("held by number 0 at PoolWaitTest.java:"), refused::getMessage);
        held.forEach(Lease::close);
    }
}
