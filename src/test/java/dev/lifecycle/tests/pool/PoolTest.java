package dev.lifecycle.tests.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Pressure;
import dev.lifecycle.State;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.LeaseInfo;
import dev.lifecycle.pool.Order;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.pool.ResourcePoolBuilder;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.tests.task.Asker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pool lends out, takes back, keeps and ends. */
@Timeout(60)
class PoolTest {
    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);

    private final LogCapture log = LogCapture.ofPools();
    private final PoolTime time = new PoolTime();
    private final Maker maker = new Maker();
    private final Scope app = Scope.open("app");
    private final List<Lease<Thing>> held = new ArrayList<>(); // one that is dropped would come back

    @AfterEach
    void close() {
        app.close();
        log.close();
        assertEquals(List.of(), List.copyOf(maker.wrongs));
    }

    private ResourcePoolBuilder<Thing> builder(int core, int overflow) {
        return ResourcePool.builder("db", maker)
                .core(core)
                .overflow(overflow)
                .closeTimeout(Duration.ZERO)
                .timeSource(time);
    }

    private ResourcePool<Thing> pool(int core, int overflow) {
        return builder(core, overflow).open(app);
    }

    private List<Lease<Thing>> take(ResourcePool<Thing> pool, int count) throws InterruptedException {
        List<Lease<Thing>> leases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leases.add(pool.acquire(LONG));
        }
        held.addAll(leases);
        return leases;
    }

    private static void awaitIdle(ResourcePool<Thing> pool, int count) {
        Await.until(count + " idle, " + pool.stats(), () -> pool.stats().idle() == count);
    }

    // ---- taking and giving back ------------------------------------------------------------------------------------

    @Test
    void lendsTheSameOneAgainAfterItWasGivenBack() throws Exception {
        ResourcePool<Thing> pool = pool(2, 0);
        Lease<Thing> first = pool.acquire();
        Thing thing = first.get();
        first.close();
        for (int i = 0; i < 100; i++) {
            try (Lease<Thing> again = pool.acquire()) {
                assertSame(thing, again.get());
            }
        }
        assertEquals(1, maker.made.size());
        assertEquals(101, pool.stats().acquired());
    }

    @Test
    void lendsEachToOneHolderAndNoMoreThanCoreAndOverflow() throws Exception {
        ResourcePool<Thing> pool = pool(3, 2);
        Set<Thing> things = new HashSet<>();
        for (Lease<Thing> lease : take(pool, 5)) {
            assertTrue(things.add(lease.get()));
        }
        assertTrue(pool.tryAcquire().isEmpty());
        assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ZERO));
        assertEquals(5, maker.asked.get());
    }

    @Test
    void makesNoneBeforeItIsNeeded() throws Exception {
        ResourcePool<Thing> pool = pool(3, 2);
        time.pass(Duration.ofSeconds(3));
        assertEquals(0, maker.asked.get());
        pool.acquire().close();
        assertEquals(1, maker.asked.get());
    }

    @Test
    void endsTheOverflowWhenItIsGivenBack() throws Exception {
        ResourcePool<Thing> pool = pool(2, 3);
        take(pool, 5).forEach(Lease::close);
        maker.awaitAlive(2);
        awaitIdle(pool, 2);
        Await.until("ended", () -> pool.stats().destroyed() == 3);
        assertEquals(5, pool.stats().created());
    }

    @Test
    void handsTheOverflowOnWhileSomebodyWaits() throws Exception {
        ResourcePool<Thing> pool = pool(1, 1);
        List<Lease<Thing>> held = take(pool, 2);
        Asker<Lease<Thing>> asker = Asker.of(() -> pool.acquire(LONG));
        Await.until("waits", () -> pool.stats().waiting() == 1);
        Thing extra = held.get(1).get();
        held.get(1).close();
        assertSame(extra, asker.result().get());
        assertEquals(2, maker.asked.get());
        asker.result().close();
        Await.until("ended", extra::isEnded);
        held.get(0).close();
        awaitIdle(pool, 1);
    }

    @Test
    void keepsTheOverflowForAsLongAsWasBuilt() throws Exception {
        ResourcePool<Thing> pool =
                builder(1, 2).overflowIdle(Duration.ofSeconds(10)).open(app);
        take(pool, 3).forEach(Lease::close);
        time.pass(Duration.ofSeconds(9));
        assertEquals(3, pool.stats().idle());
        time.pass(Duration.ofSeconds(3));
        awaitIdle(pool, 1);
        maker.awaitAlive(1);
    }

    @Test
    void givesWhatIsIdleOnlyToOneWhoTries() {
        ResourcePool<Thing> pool = pool(1, 0);
        assertTrue(pool.tryAcquire().isEmpty());
        awaitIdle(pool, 1); // it was begun
        Lease<Thing> lease = pool.tryAcquire().orElseThrow();
        assertTrue(pool.tryAcquire().isEmpty());
        lease.close();
        assertSame(maker.made.get(0), pool.tryAcquire().orElseThrow().get());
    }

    @Test
    void beginsToMakeOneForThoseWhoAreNotLetWait() throws Exception {
        ResourcePool<Thing> pool = builder(1, 0).maxWaiters(0).open(app);
        assertThrows(AcquireTimeoutException.class, pool::acquire);
        awaitIdle(pool, 1);
        pool.acquire().close();
    }

    @Test
    void beginsToMakeOneForThoseWhoDoNotWait() throws Exception {
        ResourcePool<Thing> pool = pool(1, 0);
        assertThrows(AcquireTimeoutException.class, () -> pool.acquire(Duration.ZERO));
        awaitIdle(pool, 1);
        pool.acquire(Duration.ZERO).close();
    }

    @Test
    void givesBackWhatWasUsed() throws Exception {
        ResourcePool<Thing> pool = pool(1, 0);
        int leased = pool.use(thing -> pool.stats().leased());
        assertEquals(1, leased);
        assertThrows(
                IOException.class,
                () -> pool.use(thing -> {
                    throw new IOException("planned");
                }));
        assertThrows(
                StackOverflowError.class,
                () -> pool.use(thing -> {
                    throw new StackOverflowError("planned");
                }));
        assertEquals(0, pool.stats().leased());
        assertEquals(1, pool.stats().idle());
        Object nothing = pool.use(thing -> null);
        assertNull(nothing);
    }

    @Test
    void refusesTheUseOfALeaseThatIsClosed() throws Exception {
        ResourcePool<Thing> pool = pool(1, 0);
        Lease<Thing> closed = pool.acquire();
        closed.close();
        Throwable refused = assertThrows(IllegalStateException.class, closed::get);
        assertTrue(refused.getMessage().contains("this lease is closed"), refused::getMessage);
        try (Lease<Thing> next = pool.acquire()) {
            assertThrows(IllegalStateException.class, closed::get);
            closed.close();
            closed.invalidate(new IOException("planned"));
            closed.label("somebody else");
            assertEquals(1, pool.stats().leased());
            assertEquals("", pool.leases().get(0).label());
            assertSame(maker.made.get(0), next.get());
        }
        assertFalse(maker.made.get(0).isEnded());
        assertTrue(closed.toString().contains("closed"), closed::toString);
    }

    @Test
    void closesResourcesThatCanBeClosed() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        ResourcePool<AutoCloseable> pool = ResourcePool.<AutoCloseable>builder("db", () -> closed::incrementAndGet)
                .open();
        pool.acquire().close();
        pool.close();
        assertEquals(1, closed.get());
    }

    // ---- invalidate ------------------------------------------------------------------------------------------------

    @Test
    void endsWhatWasInvalidatedWhenItIsGivenBack() throws Exception {
        ResourcePool<Thing> pool = pool(1, 0);
        Lease<Thing> lease = pool.acquire();
        Thing unfit = lease.get();
        lease.invalidate(new IOException("first"));
        lease.invalidate(new IOException("second"));
        assertSame(unfit, lease.get());
        assertFalse(unfit.isEnded());
        assertEquals(1, pool.stats().recycledByRequest());
        lease.close();
        Await.until("ended", unfit::isEnded);
        assertNotSame(unfit, pool.acquire().get());
        Await.until("logged", () -> log.mentions("first"));
        assertFalse(log.mentions("second"), () -> log.lines().toString());
    }

    // ---- figures ---------------------------------------------------------------------------------------------------

    @Test
    void givesItsFiguresInARecord() throws Exception {
        ResourcePool<Thing> pool = pool(2, 1);
        List<Lease<Thing>> leases = take(pool, 3);
        leases.get(2).close();
        Await.until("ended", () -> pool.stats().retiring() == 0 && pool.stats().destroyed() == 1);
        leases.get(1).close();
        PoolStats expected =
                new PoolStats("db", 2, 1, 1, 1, 0, 0, 3, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0, 0);
        assertEquals(expected, pool.stats());
        assertThrows(AcquireTimeoutException.class, () -> {
            take(pool, 2);
            pool.acquire(Duration.ZERO);
        });
        assertEquals(1, pool.stats().timeouts());
        assertEquals(1.5, pool.stats().usage());
    }

    @Test
    void listsItsLeasesOldestFirst() throws Exception {
        ResourcePool<Thing> pool = pool(3, 0);
        pool.acquire().close();
        Lease<Thing> first = pool.acquire().label("first");
        time.pass(Duration.ofSeconds(2));
        Lease<Thing> second = Asker.of(pool::acquire).result().label("second");
        time.pass(Duration.ofSeconds(3));
        take(pool, 1);
        List<LeaseInfo> leases = pool.leases();
        assertEquals(
                List.of("first", "second", ""),
                leases.stream().map(LeaseInfo::label).toList());
        between(Duration.ofSeconds(4), leases.get(0).age(), Duration.ofSeconds(5));
        between(Duration.ofSeconds(2), leases.get(1).age(), Duration.ofSeconds(3));
        assertEquals(Duration.ZERO, leases.get(2).age());
        assertEquals(Thread.currentThread().getName(), leases.get(0).thread());
        assertTrue(leases.get(1).thread().startsWith("thread "), leases::toString); // it has ended
        assertEquals(2, leases.get(0).uses());
        assertEquals(1, leases.get(1).uses());
        assertEquals("first", leases.get(0).holder());
        first.close();
        second.close();
        assertEquals(1, pool.leases().size());
    }

    private static void between(Duration least, Duration value, Duration most) {
        assertTrue(
                value.compareTo(least) >= 0 && value.compareTo(most) <= 0, () -> value + " of " + least + "-" + most);
    }

    @Test
    void hangsInTheTreeWithItsFigures() throws Exception {
        ResourcePool<Thing> pool = pool(4, 2);
        take(pool, 1);
        String tree = app.snapshot().toText();
        assertTrue(tree.contains("db (ResourcePool"), tree);
        assertTrue(tree.contains("leased 1") && tree.contains("core 4") && tree.contains("overflow 2"), tree);
        assertEquals(Kind.RESOURCE_POOL, pool.kind());
        assertEquals("db", pool.name());
        assertEquals("db 1/4 in use (25.0 %)", pool.toString());
    }

    // ---- owners ----------------------------------------------------------------------------------------------------

    @Test
    void closesWithItsScope() throws Exception {
        ResourcePool<Thing> pool = pool(2, 0);
        pool.acquire().close();
        assertEquals(State.OPEN, pool.state());
        app.close();
        assertEquals(State.CLOSED, pool.state());
        maker.awaitAlive(0);
        String message = assertThrows(PoolClosedException.class, pool::acquire).getMessage();
        assertTrue(message.contains("db is closed since"), message);
        assertThrows(PoolClosedException.class, pool::tryAcquire);
        assertThrows(PoolClosedException.class, () -> pool.use(thing -> thing));
        assertThrows(PoolClosedException.class, () -> pool.resize(1, 1));
        assertEquals(0, pool.evictIdle());
        assertEquals(0, pool.recycleAll());
        assertEquals(0, pool.shrink(Pressure.EMERGENCY, 1));
        pool.restore();
        Await.until("counted", () -> pool.stats().destroyed() == 1); // after its end
    }

    @Test
    void movesWithItsScope() throws Exception {
        Scope other = Scope.open("other");
        Scope parcel = app.child();
        ResourcePool<Thing> pool = builder(1, 0).open(parcel);
        parcel.moveTo(other);
        app.close();
        pool.acquire().close();
        other.close();
        assertEquals(State.CLOSED, pool.state());
    }

    @Test
    void makesNothingForAScopeThatIsClosed() {
        app.close();
        assertThrows(
                ScopeClosedException.class,
                () -> builder(2, 0).prefill(true).minAvailable(1).open(app));
        assertEquals(0, maker.asked.get());
    }

    // ---- how many there are ----------------------------------------------------------------------------------------

    @Test
    void makesTheCoreAheadIfItIsToldTo() {
        ResourcePool<Thing> pool = builder(5, 3).prefill(true).open(app);
        awaitIdle(pool, 5);
        pool.evictIdle();
        maker.awaitAlive(0);
        time.pass(Duration.ofSeconds(2));
        assertEquals(5, maker.asked.get()); // ahead, not for ever
    }

    @Test
    void keepsAsManyAsAreToBeAvailable() throws Exception {
        ResourcePool<Thing> pool = builder(5, 3).minAvailable(2).open(app);
        awaitIdle(pool, 2);
        take(pool, 4).forEach(Lease::close);
        assertEquals(2, pool.evictIdle());
        assertEquals(0, pool.evictIdle());
        assertEquals(2, pool.stats().idle());
        for (Lease<Thing> lease : take(pool, 2)) {
            lease.invalidate(new IOException("planned"));
            lease.close();
        }
        awaitIdle(pool, 2); // nobody asked for them
        maker.awaitAlive(2);
    }

    @Test
    void lendsTheOneThatWasUsedLastOrAllInTurn() throws Exception {
        ResourcePool<Thing> stack = builder(4, 0)
                .order(Order.LIFO)
                .leakDetection(LeakLevel.OFF, Duration.ofMinutes(1)) // or a collection may change the order
                .open(app);
        take(stack, 4).forEach(Lease::close);
        assertEquals(1, used(stack));
        ResourcePool<Thing> line = builder(4, 0).order(Order.FIFO).open(app);
        take(line, 4).forEach(Lease::close);
        assertEquals(4, used(line));
    }

    /** How many different ones are used, one after the other. */
    private static int used(ResourcePool<Thing> pool) throws InterruptedException {
        Set<Thing> things = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            try (Lease<Thing> lease = pool.acquire()) {
                things.add(lease.get());
            }
        }
        return things.size();
    }

    @Test
    void servesThoseWhoWaitWhenItGrows() throws Exception {
        ResourcePool<Thing> pool = pool(1, 0);
        take(pool, 1);
        List<Asker<Lease<Thing>>> askers = Asker.some(4, () -> pool.acquire(LONG));
        Await.until("wait", () -> pool.stats().waiting() == 4);
        pool.resize(2, 1);
        Await.until("two are served", () -> pool.stats().leased() == 3);
        pool.resize(70, 1);
        for (Asker<Lease<Thing>> asker : askers) {
            asker.result();
        }
        assertEquals(5, maker.asked.get());
        assertEquals(70, pool.stats().core());
        take(pool, 66);
        assertTrue(pool.tryAcquire().isEmpty());
        assertEquals(71, maker.asked.get());
    }

    @Test
    void endsWhatIsTooMuchAfterItShrank() throws Exception {
        ResourcePool<Thing> pool = pool(6, 0);
        List<Lease<Thing>> leases = take(pool, 6);
        leases.remove(0).close();
        pool.resize(2, 1);
        Await.until("the idle one is ended", () -> maker.alive() == 5);
        assertEquals(5, pool.stats().leased());
        assertTrue(pool.tryAcquire().isEmpty());
        assertEquals(6, maker.asked.get());
        leases.remove(0).close();
        leases.remove(0).close();
        leases.remove(0).close();
        maker.awaitAlive(2);
        time.pass(Duration.ofSeconds(2));
        assertEquals(2, maker.alive());
        leases.forEach(Lease::close);
        assertEquals(2, pool.stats().idle());
        assertEquals(2, maker.alive());
        assertEquals(6, maker.asked.get());
        pool.resize(6, 0);
        take(pool, 6);
    }

    @Test
    void evictsWhatIsIdleAndNothingElse() throws Exception {
        ResourcePool<Thing> pool = pool(5, 0);
        List<Lease<Thing>> leases = take(pool, 5);
        leases.remove(0).close();
        leases.remove(0).close();
        assertEquals(2, pool.evictIdle());
        maker.awaitAlive(3);
        for (Lease<Thing> lease : leases) {
            assertFalse(lease.get().isEnded());
        }
        assertEquals(0, pool.evictIdle());
    }

    @Test
    void replacesAllWhenItIsTold() throws Exception {
        ResourcePool<Thing> pool = pool(4, 0);
        List<Lease<Thing>> leases = take(pool, 4);
        leases.remove(0).close();
        leases.remove(0).close();
        assertEquals(4, pool.recycleAll());
        Await.until("the idle ones are replaced", () -> {
            leapUnlessBusy(pool);
            return pool.stats().recycledByRequest() >= 2;
        });
        for (Lease<Thing> lease : leases) {
            assertFalse(lease.get().isEnded());
            lease.close();
        }
        Await.until("all are replaced", () -> {
            leapUnlessBusy(pool);
            return maker.made.stream().limit(4).allMatch(Thing::isEnded);
        });
        maker.awaitAlive(4);
        awaitIdle(pool, 4);
        assertEquals(4, pool.stats().recycledByRequest());
        assertEquals(8, maker.asked.get());
    }

    /** Lets a round go by, but not while one is being made: that takes no time by this clock. */
    private void leapUnlessBusy(ResourcePool<Thing> pool) {
        if (pool.stats().creating() == 0) {
            time.leap(PoolTime.ROUND);
        }
    }

    // ---- pressure --------------------------------------------------------------------------------------------------

    @Test
    void givesUpWhatIsIdleUnderPressure() throws Exception {
        ResourcePool<Thing> pool = builder(4, 2).minAvailable(1).open(app);
        take(pool, 4).forEach(Lease::close);
        assertEquals(0, pool.shrink(Pressure.NORMAL, 1));
        assertEquals(4, pool.stats().idle());
        pool.shrink(Pressure.TRIM, 1);
        maker.awaitAlive(1);
        assertEquals(2, pool.stats().overflow());
    }

    @Test
    void hasNoOverflowInAnEmergencyAndGivesItBack() throws Exception {
        ResourcePool<Thing> pool = pool(2, 2);
        pool.shrink(Pressure.EMERGENCY, 1);
        pool.shrink(Pressure.EMERGENCY, 1);
        take(pool, 2);
        assertTrue(pool.tryAcquire().isEmpty());
        assertEquals(0, pool.stats().overflow());
        pool.resize(2, 3);
        assertEquals(0, pool.stats().overflow());
        assertTrue(pool.tryAcquire().isEmpty());
        Asker<Lease<Thing>> asker = Asker.of(() -> pool.acquire(LONG));
        Await.until("waits", () -> pool.stats().waiting() == 1);
        pool.restore();
        asker.result();
        assertEquals(3, pool.stats().overflow());
        take(pool, 2);
        assertTrue(pool.tryAcquire().isEmpty());
        pool.restore();
        assertEquals(3, pool.stats().overflow());
    }
}
