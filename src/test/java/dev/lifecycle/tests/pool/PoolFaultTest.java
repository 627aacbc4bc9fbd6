package dev.lifecycle.tests.pool;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.State;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.PoolEvent;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.pool.ResourceCreationException;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.pool.ResourcePoolBuilder;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.tests.task.Asker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Factories, listeners and borrowers that fail, hang or do what they must not: afterwards, the pool serves as many as before. */
@Timeout(60)
class PoolFaultTest {
    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);
    private static final int CORE = 2;
    private static final int OVERFLOW = 1;
    private static final int ALL = CORE + OVERFLOW;

    private static final long SELDOM = TimeUnit.MILLISECONDS.toNanos(20);

    private long lastLeap = System.nanoTime();
    private final LogCapture log = LogCapture.ofPools();
    private final PoolTime time = new PoolTime();
    private final Keeper keeper = new Keeper();
    private final Queue<PoolEvent> events = new ConcurrentLinkedQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1); // what hangs waits for it, whoever interrupts
    private final CountDownLatch hanging = new CountDownLatch(1);
    private ResourcePool<Thing> pool = builder().open();

    private ResourcePoolBuilder<Thing> builder() {
        return builder(keeper);
    }

    private ResourcePoolBuilder<Thing> builder(ResourceFactory<Thing> factory) {
        return ResourcePool.builder("db", factory)
                .core(CORE)
                .overflow(OVERFLOW)
                .acquireTimeout(Duration.ofSeconds(30))
                .createTimeout(Duration.ofSeconds(10))
                .validateTimeout(Duration.ofSeconds(2))
                .validateAfterIdle(Duration.ofSeconds(1))
                .validateInBackground(Duration.ZERO)
                .closeTimeout(Duration.ZERO)
                .listener(events::add)
                .timeSource(time);
    }

    private void replace(ResourcePoolBuilder<Thing> builder) {
        pool.close();
        pool = builder.open();
    }

    @AfterEach
    void close() {
        heal();
        pool.close();
        log.close();
        assertEquals(List.of(), List.copyOf(keeper.wrongs));
    }

    private void heal() {
        keeper.onCreate = Maker.Step.NOTHING;
        keeper.onValidate = Maker.Step.NOTHING;
        keeper.onReset = Maker.Step.NOTHING;
        keeper.onDestroy = Maker.Step.NOTHING;
        gate.countDown();
    }

    private void hang() {
        hanging.countDown(); // here: the stack shows this method from now on
        boolean interrupted = false;
        while (gate.getCount() > 0) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private long heard(PoolEvent.Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).count();
    }

    private PoolEvent event(PoolEvent.Kind kind) {
        Await.until("an event " + kind + ", " + events, () -> heard(kind) > 0);
        return events.stream().filter(event -> event.kind() == kind).findFirst().orElseThrow();
    }

    /** Takes as many as there may be, at once, and gives them back. */
    private void servesAll() throws Exception {
        servesAll(pool);
    }

    private void servesAll(ResourcePool<Thing> pool) throws Exception {
        Asker<List<Lease<Thing>>> asker = Asker.of(() -> {
            List<Lease<Thing>> leases = new ArrayList<>();
            for (int i = 0; i < ALL; i++) {
                leases.add(pool.acquire(LONG));
            }
            return leases;
        });
        Await.until("serves all, " + pool.stats(), () -> {
            leapUnlessBusy(pool); // after a failure it tries again after a while
            return asker.isDone();
        });
        assertEquals(Optional.empty(), pool.tryAcquire(), () -> pool.stats().toString());
        assertEquals(ALL, asker.result().stream().map(Lease::get).distinct().count());
        asker.result().forEach(Lease::close);
        Await.until("the overflow is ended, " + pool.stats(), () -> {
            leapUnlessBusy(pool);
            PoolStats now = pool.stats();
            return now.idle() == CORE && now.retiring() == 0;
        });
    }

    /** Lets time pass, but seldom while the factory is at work, which takes no time by this clock; or is to be, and waits for the rounds to call a clerk. */
    private void leapUnlessBusy(ResourcePool<Thing> pool) {
        PoolStats now = pool.stats();
        boolean isBusy = now.creating() + now.checking() + now.retiring() > 0;
        if (!isBusy || System.nanoTime() - lastLeap > SELDOM) {
            lastLeap = System.nanoTime();
            time.leap(Duration.ofMillis(10));
        }
    }

    /** What is thrown, of every kind. */
    static Stream<Throwable> failures() {
        return Stream.of(
                new IOException("planned"),
                new IllegalStateException("planned"),
                new InterruptedException("planned"),
                new OutOfMemoryError("planned"),
                new StackOverflowError("planned"),
                new LinkageError("planned"),
                new Error("planned"));
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void raise(Throwable failure) throws X {
        throw (X) failure;
    }

    private static Maker.Step raising(Throwable failure) {
        return thing -> PoolFaultTest.<RuntimeException>raise(failure);
    }

    // ---- create ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("failures")
    void survivesACreateThatFails(Throwable failure) throws Exception {
        keeper.onCreate = raising(failure);
        Throwable thrown = Asker.of(() -> pool.acquire()).failure();
        assertSame(
                failure,
                assertInstanceOf(ResourceCreationException.class, thrown).getCause());
        assertSame(failure, event(PoolEvent.Kind.CREATE_FAILED).cause());
        heal();
        servesAll();
        assertEquals(1, pool.stats().createFailures());
    }

    @Test
    void tellsOfAFailureThatComesBeforeItsCallerWaits() throws Exception {
        keeper.onCreate = raising(new IOException("planned"));
        for (int round = 0; round < 200; round++) { // the clerk may be faster
            try (ResourcePool<Thing> other = builder().open()) {
                Throwable thrown = Asker.of(() -> other.acquire()).failure();
                assertInstanceOf(ResourceCreationException.class, thrown);
            }
        }
    }

    @Test
    void survivesACreateThatReturnsNull() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        replace(builder(() -> asked.getAndIncrement() == 0 ? null : new Thing(asked.get())));
        Throwable thrown = Asker.of(() -> pool.acquire()).failure();
        assertTrue(thrown.getMessage().contains("create returned null"), thrown::getMessage);
        assertInstanceOf(ResourceCreationException.class, thrown);
        servesAll();
        assertEquals(1, pool.stats().createFailures());
    }

    @Test
    void survivesACreateThatReturnsTheSameOneAgain() throws Exception {
        Maker maker = new Maker();
        AtomicInteger asked = new AtomicInteger();
        AtomicReference<Thing> first = new AtomicReference<>();
        replace(builder(new ResourceFactory<>() {
            @Override
            public Thing create() throws Exception {
                if (asked.getAndIncrement() == 1) {
                    return first.get();
                }
                first.compareAndSet(null, maker.create());
                return asked.get() == 1 ? first.get() : maker.create();
            }

            @Override
            public void destroy(Thing thing) throws Exception {
                maker.destroy(thing);
            }
        }));
        try (Lease<Thing> one = pool.acquire()) {
            Asker<Lease<Thing>> asker = Asker.of(() -> pool.acquire(LONG));
            assertTrue(event(PoolEvent.Kind.CREATE_FAILED).text().contains("a resource that the pool has already"));
            Await.until("another one", () -> {
                leapUnlessBusy(pool);
                return asker.isDone();
            });
            assertNotSame(one.get(), asker.result().get());
            assertFalse(one.get().isEnded());
            asker.result().close();
        }
        servesAll();
        assertEquals(List.of(), List.copyOf(maker.wrongs));
    }

    @Test
    void leavesTheOneInUseAloneThatALateCreateReturnsAgain() throws Exception {
        Maker maker = new Maker();
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch returned = new CountDownLatch(1);
        replace(builder(new ResourceFactory<>() {
            @Override
            public Thing create() throws Exception {
                if (asked.getAndIncrement() == 1) {
                    hang();
                    returned.countDown();
                    return maker.made.get(0);
                }
                return maker.create();
            }

            @Override
            public void destroy(Thing thing) throws Exception {
                maker.destroy(thing);
            }
        }));
        try (Lease<Thing> one = pool.acquire()) {
            assertTrue(pool.tryAcquire().isEmpty());
            Await.until("asked", () -> asked.get() == 2);
            time.pass(Duration.ofSeconds(11));
            event(PoolEvent.Kind.CALL_OVERRUN);
            gate.countDown();
            returned.await();
            Await.until("it has ended", () -> pool.stats().quarantined() == 0);
            assertFalse(one.get().isEnded());
        }
        servesAll();
    }

    @Test
    void goesOnWithoutACreateThatHangs() throws Exception {
        keeper.onCreate = thing -> hang();
        Asker<Lease<Thing>> asker = Asker.of(() -> pool.acquire(LONG));
        assertTrue(hanging.await(20, TimeUnit.SECONDS));
        time.pass(Duration.ofSeconds(11));
        ResourceCreationException thrown = assertInstanceOf(ResourceCreationException.class, asker.failure());
        assertTrue(thrown.getMessage().contains("create takes longer than PT10S"), thrown::getMessage);
        assertTrue(
                Stream.of(assertInstanceOf(TimeoutException.class, thrown.getCause())
                                .getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("hang")),
                "the stack of the thread that hangs");
        event(PoolEvent.Kind.CALL_OVERRUN);
        assertEquals(1, pool.stats().quarantined());
        assertEquals(1, pool.stats().createFailures());
        keeper.onCreate = Maker.Step.NOTHING;
        servesAll();
        assertEquals(1, pool.stats().quarantined());
        gate.countDown();
        Await.until(
                "what came late is ended",
                () -> keeper.made.stream().filter(thing -> thing.number == 0).anyMatch(Thing::isEnded));
        Await.until("none hangs", () -> pool.stats().quarantined() == 0);
        servesAll();
        assertEquals(1, pool.stats().createFailures());
    }

    @Test
    void interruptsACreateThatHangs() throws Exception {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        keeper.onCreate = thing -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                seen.set(e);
                throw e;
            }
        };
        Asker<Lease<Thing>> asker = Asker.of(() -> pool.acquire(LONG));
        Await.until("asked", () -> keeper.asked.get() == 1);
        time.pass(Duration.ofSeconds(11));
        assertInstanceOf(ResourceCreationException.class, asker.failure());
        Await.until("interrupted", () -> seen.get() != null);
        heal();
        servesAll();
        assertEquals(1, pool.stats().createFailures()); // not again when it comes back
    }

    @Test
    void waitsLongerFromFailureToFailure() throws Exception {
        replace(builder().minAvailable(1));
        Await.until("made", () -> pool.stats().idle() == 1);
        keeper.onCreate = raising(new IOException("planned"));
        pool.use(thing -> thing.broken = true);
        time.pass(Duration.ofSeconds(2));
        Lease<Thing> none = pool.tryAcquire().orElse(null); // begins to validate it
        assertEquals(null, none);
        Await.until("failed", () -> pool.stats().createFailures() >= 1);
        for (int i = 0; i < 600; i++) {
            time.leap(Duration.ofMillis(100));
            Await.until("no attempt goes on", () -> pool.stats().creating() == 0);
        }
        long failures = pool.stats().createFailures();
        assertTrue(failures > 20 && failures < 120, () -> failures + " attempts in a minute");
        heal();
        time.pass(Duration.ofSeconds(2));
        Await.until("made again", () -> pool.stats().idle() == 1);
        servesAll();
    }

    @Test
    void letsTheTimerThreadSleepAfterAFailure() throws Exception {
        keeper.onCreate = raising(new IOException("planned"));
        Asker.of(() -> pool.acquire()).failure();
        Await.until("it sleeps", () -> {
            time.leap(PoolTime.ROUND); // the pause after the failure goes by, once a slow thread has asked for it
            return time.untilRound().compareTo(Duration.ofMillis(10)) >= 0;
        });
    }

    // ---- validate --------------------------------------------------------------------------------------------------

    /** Fills the core, and lets it stand until it is to be validated. */
    private void letStand() throws Exception {
        List<Lease<Thing>> leases = List.of(pool.acquire(), pool.acquire());
        leases.forEach(Lease::close);
        time.pass(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void replacesWhatCannotBeValidated(Throwable failure) throws Exception {
        letStand();
        keeper.onValidate = raising(failure);
        try (Lease<Thing> lease = pool.acquire(LONG)) {
            assertEquals(2, lease.get().number);
        }
        assertSame(failure, event(PoolEvent.Kind.VALIDATION_FAILED).cause());
        Await.until("both were", () -> pool.stats().validationFailures() == 2);
        heal();
        servesAll();
    }

    @Test
    void replacesWhatIsNotSound() throws Exception {
        letStand();
        keeper.made.forEach(thing -> thing.broken = true);
        try (Lease<Thing> lease = pool.acquire(LONG)) {
            assertFalse(lease.get().broken);
        }
        servesAll();
        assertTrue(keeper.made.get(0).isEnded() && keeper.made.get(1).isEnded());
        Await.until("both counted", () -> pool.stats().validationFailures() == 2);
    }

    @Test
    void goesOnWithoutAValidateThatHangs() throws Exception {
        letStand();
        CountDownLatch inside = new CountDownLatch(1);
        keeper.onValidate = thing -> {
            inside.countDown();
            hang();
        };
        Asker<Lease<Thing>> asker = Asker.of(() -> pool.acquire(LONG));
        assertTrue(inside.await(20, TimeUnit.SECONDS)); // its time limit begins when a thread of the pool comes to it
        time.pass(Duration.ofSeconds(3));
        Await.until(
                "validates the other one",
                () -> pool.stats().quarantined() == 1
                        && keeper.made.get(0).validations.get()
                                        + keeper.made.get(1).validations.get()
                                == 2); // the second time limit runs, too
        time.pass(Duration.ofSeconds(3));
        Await.until("makes a new one", asker::isDone);
        assertEquals(2, asker.result().get().number);
        assertEquals(2, pool.stats().quarantined());
        Await.until(
                "aborted",
                () -> keeper.made.get(0).aborts.get() == 1
                        && keeper.made.get(1).aborts.get() == 1);
        assertEquals(2, pool.stats().validationFailures());
        asker.result().close();
        keeper.onValidate = Maker.Step.NOTHING;
        gate.countDown();
        Await.until(
                "what came late is ended",
                () -> keeper.made.get(0).isEnded() && keeper.made.get(1).isEnded());
        servesAll();
    }

    @Test
    void validatesOnTheThreadOfTheBorrowerIfThereIsNoLimit() throws Exception {
        replace(builder().validateTimeout(Duration.ZERO));
        letStand();
        AtomicReference<Thread> where = new AtomicReference<>();
        keeper.onValidate = thing -> where.set(Thread.currentThread());
        pool.acquire().close();
        assertSame(Thread.currentThread(), where.get());
        for (Throwable failure : failures().toList()) {
            time.pass(Duration.ofSeconds(3));
            keeper.onValidate = raising(failure);
            try {
                pool.acquire(LONG).close();
                assertEquals(failure instanceof InterruptedException, Thread.interrupted(), failure::toString);
            } catch (InterruptedException interrupted) { // it had to wait for another one
                assertInstanceOf(InterruptedException.class, failure);
            }
            keeper.onValidate = Maker.Step.NOTHING;
        }
        servesAll();
    }

    // ---- reset -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("failures")
    void endsWhatCannotBeReset(Throwable failure) throws Exception {
        Lease<Thing> lease = pool.acquire();
        keeper.onReset = raising(failure);
        assertDoesNotThrow(lease::close);
        assertEquals(failure instanceof InterruptedException, Thread.interrupted());
        Await.until("ended", () -> keeper.made.get(0).isEnded());
        assertSame(failure, event(PoolEvent.Kind.RESET_FAILED).cause());
        assertEquals(1, pool.stats().resetFailures());
        heal();
        servesAll();
    }

    @Test
    void servesOthersWhileAResetHangs() throws Exception {
        Lease<Thing> lease = pool.acquire();
        keeper.onReset = thing -> hang();
        Asker<Integer> closer = Asker.of(() -> {
            lease.close();
            return 1;
        });
        Await.until("resets", () -> keeper.made.get(0).resets.get() == 1);
        lease.close(); // somebody is at it
        assertThrows(IllegalStateException.class, lease::get);
        assertEquals(1, pool.stats().checking());
        keeper.onReset = Maker.Step.NOTHING;
        try (Lease<Thing> one = pool.acquire();
                Lease<Thing> two = pool.acquire()) {
            assertTrue(pool.tryAcquire().isEmpty());
            assertNotSame(one.get(), two.get());
        }
        gate.countDown();
        closer.result();
        servesAll();
        assertEquals(0, keeper.made.get(0).ends.get());
    }

    // ---- destroy ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("failures")
    void countsAnEndThatFailsAsAnEnd(Throwable failure) throws Exception {
        pool.acquire().close();
        keeper.onDestroy = raising(failure);
        assertEquals(1, pool.evictIdle());
        assertSame(failure, event(PoolEvent.Kind.DESTROY_FAILED).cause());
        Await.until("ended", () -> pool.stats().retiring() == 0);
        assertEquals(1, pool.stats().destroyFailures());
        assertEquals(1, pool.stats().destroyed());
        heal();
        servesAll();
    }

    @Test
    void goesOnWithoutADestroyThatHangs() throws Exception {
        List<Lease<Thing>> leases = List.of(pool.acquire(), pool.acquire(), pool.acquire());
        keeper.onDestroy = thing -> hang();
        leases.forEach(lease -> lease.invalidate(new IOException("planned")));
        leases.forEach(Lease::close);
        Await.until("they hang", () -> keeper.made.stream().allMatch(Thing::isEnded));
        Asker<Lease<Thing>> asker = Asker.of(() -> pool.acquire(LONG));
        time.pass(Duration.ofSeconds(3));
        asker.result().close();
        assertEquals(3, pool.stats().quarantined());
        Await.until("aborted", () -> keeper.made.stream().limit(3).allMatch(thing -> thing.aborts.get() == 1));
        keeper.onDestroy = Maker.Step.NOTHING;
        servesAll();
        gate.countDown();
        Await.until("none hangs", () -> pool.stats().quarantined() == 0);
        servesAll();
        assertTrue(keeper.made.stream().allMatch(thing -> thing.ends.get() <= 1));
    }

    @Test
    void abortsAnEndThatHangsThoughThePoolIsClosed() throws Exception {
        pool.acquire().close();
        keeper.onDestroy = thing -> hang();
        keeper.onAbort = thing -> gate.countDown();
        pool.close(Duration.ZERO);
        Await.until("aborted", () -> {
            time.leapBlindly(Duration.ofMillis(100));
            return keeper.made.get(0).aborts.get() == 1;
        });
    }

    // ---- listeners -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("failures")
    void survivesAListenerThatFails(Throwable failure) throws Exception {
        AtomicInteger told = new AtomicInteger();
        replace(builder().listener(event -> {
            told.incrementAndGet();
            PoolFaultTest.<RuntimeException>raise(failure);
        }));
        for (int i = 1; i <= 3; i++) {
            Lease<Thing> lease = pool.acquire();
            lease.invalidate(new IOException("planned"));
            lease.close();
            int count = i;
            Await.until("told", () -> told.get() == count);
        }
        assertTrue(
                log.mentions("the listener of pool db failed"),
                () -> log.lines().toString());
        servesAll();
    }

    @Test
    void survivesAListenerThatHangs() throws Exception {
        AtomicInteger told = new AtomicInteger();
        replace(builder().listener(event -> {
            told.incrementAndGet();
            hang();
        }));
        for (int i = 0; i < ResourcePoolBuilder.MAX_EVENTS + 100; i++) {
            Lease<Thing> lease = pool.acquire();
            lease.invalidate(new IOException("planned"));
            lease.close();
        }
        servesAll();
        assertEquals(1, told.get());
        gate.countDown();
        Await.until("told of what had room", () -> told.get() > ResourcePoolBuilder.MAX_EVENTS - 5);
        Await.until("says so", () -> log.mentions("events of a pool were dropped"));
        assertTrue(told.get() <= ResourcePoolBuilder.MAX_EVENTS + 1, told::toString);
    }

    // ---- calls back into the pool ----------------------------------------------------------------------------------

    @Test
    void letsTheFactoryAndTheListenerAskThePool() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        AtomicReference<ResourcePool<Thing>> target = new AtomicReference<>(); // whatever is `pool` by then
        Maker.Step ask = thing -> {
            ResourcePool<Thing> own = target.get();
            own.stats();
            own.leases();
            own.snapshot();
            own.evictIdle();
            own.recycleAll();
            own.tryAcquire().ifPresent(Lease::close);
            own.resize(CORE, OVERFLOW);
            asked.incrementAndGet();
        };
        replace(builder()
                .createTimeout(Duration.ofHours(1))
                .validateTimeout(Duration.ofHours(1))
                .listener(event -> {
                    try {
                        ask.with(null);
                    } catch (PoolClosedException late) {
                        return; // told of what came before
                    } catch (Exception e) {
                        keeper.wrongs.add(e.toString());
                    }
                }));
        target.set(pool);
        keeper.onCreate = ask;
        keeper.onReset = ask;
        keeper.onDestroy = ask;
        keeper.onValidate = ask;
        for (int i = 0; i < 20; i++) {
            Lease<Thing> lease = pool.acquire(LONG);
            lease.invalidate(new IOException("planned"));
            lease.close();
            time.pass(Duration.ofSeconds(2), Duration.ofMillis(500));
        }
        assertTrue(asked.get() > 40);
        heal();
        Await.until("calm", () -> {
            PoolStats now = pool.stats();
            return now.creating() + now.checking() + now.retiring() == 0;
        });
        replace(builder());
        servesAll();
    }

    @Test
    void letsACreateThatNeedsALeaseOfItsOwnPoolFail() throws Exception {
        keeper.onCreate = thing -> {
            if (thing.number == 0) {
                pool.acquire(Duration.ofSeconds(5)).close(); // made by another thread meanwhile
            }
        };
        Asker<Lease<Thing>> asker = Asker.of(() -> pool.acquire(LONG));
        asker.result().close();
        heal();
        Await.until("both are there", () -> pool.stats().creating() == 0);
        servesAll();
    }

    // ---- close, at the wrong time ----------------------------------------------------------------------------------

    @Test
    void endsWhatIsMadeWhileItCloses() throws Exception {
        keeper.onCreate = thing -> hang();
        Asker<Lease<Thing>> asker = Asker.of(() -> pool.acquire(LONG));
        Await.until("asked", () -> keeper.asked.get() == 1);
        CloseReport report = pool.close(Duration.ZERO);
        assertInstanceOf(PoolClosedException.class, asker.failure());
        assertTrue(
                report.overruns().stream().anyMatch(overrun -> overrun.label().contains("call of the factory")),
                report::toString);
        gate.countDown();
        Await.until("made and ended", () -> keeper.made.size() == 1 && keeper.alive() == 0);
    }

    /** Whence a pool is closed. */
    enum Whence {
        CREATE,
        VALIDATE,
        RESET,
        DESTROY,
        LISTENER
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.EnumSource
    void mayBeClosedFromWithinItsOwnCalls(Whence whence) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        AtomicInteger times = new AtomicInteger();
        Maker.Step step = thing -> {
            if (times.getAndIncrement() == 0) {
                pool.close(LONG); // does not wait for itself
                closed.countDown();
            }
        };
        if (whence == Whence.LISTENER) {
            replace(builder().listener(event -> {
                try {
                    step.with(null);
                } catch (Exception e) {
                    keeper.wrongs.add(e.toString());
                }
            }));
        } else if (whence == Whence.CREATE) {
            keeper.onCreate = step;
        }
        Asker<Integer> user = Asker.of(() -> {
            Lease<Thing> lease = pool.acquire(LONG);
            if (whence == Whence.VALIDATE) {
                lease.close();
                time.pass(Duration.ofSeconds(3));
                keeper.onValidate = step;
                lease = pool.acquire(LONG);
            }
            keeper.onReset = whence == Whence.RESET ? step : Maker.Step.NOTHING;
            keeper.onDestroy = whence == Whence.DESTROY ? step : Maker.Step.NOTHING;
            if (whence != Whence.RESET) {
                lease.invalidate(new IOException("planned"));
            }
            lease.close();
            return 1;
        });
        Await.until("closed", () -> closed.getCount() == 0);
        if (whence == Whence.CREATE || whence == Whence.VALIDATE) {
            assertInstanceOf(PoolClosedException.class, user.failure());
        } else {
            user.result();
        }
        keeper.awaitAlive(0);
        assertThrows(PoolClosedException.class, pool::acquire);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.EnumSource
    void mayBeClosedFromWithinItsOwnCallsWhileAnotherThreadClosesIt(Whence whence) throws Exception {
        if (whence == Whence.LISTENER) {
            return; // nobody waits for listeners
        }
        Lease<Thing> lease = pool.acquire();
        CountDownLatch inside = new CountDownLatch(1);
        Maker.Step step = thing -> {
            inside.countDown();
            hang();
            pool.close();
        };
        keeper.onCreate = whence == Whence.CREATE ? step : Maker.Step.NOTHING;
        if (whence == Whence.VALIDATE) {
            lease.close();
            time.pass(Duration.ofSeconds(3));
        }
        keeper.onValidate = whence == Whence.VALIDATE ? step : Maker.Step.NOTHING;
        keeper.onReset = whence == Whence.RESET ? step : Maker.Step.NOTHING;
        keeper.onDestroy = whence == Whence.DESTROY ? step : Maker.Step.NOTHING;
        Asker<?> user = Asker.of(() -> {
            switch (whence) {
                case DESTROY -> lease.invalidate(new IOException("planned"));
                case CREATE, VALIDATE -> pool.tryAcquire();
                default -> {}
            }
            lease.close();
            return 1;
        });
        inside.await();
        Asker<CloseReport> closer = Asker.of(() -> pool.close(LONG));
        Await.until("closes and waits, as the timer does", () -> pool.state() != State.OPEN && time.parked() == 2);
        gate.countDown();
        closer.result();
        user.result();
        keeper.awaitAlive(0);
        assertEquals(List.of(), closer.result().overruns());
    }

    // ---- leases ----------------------------------------------------------------------------------------------------

    @Test
    void takesALeaseBackFromAnyThreadAndOnce() throws Exception {
        for (int round = 0; round < 200; round++) {
            Lease<Thing> lease = pool.acquire();
            List<Asker<Integer>> closers = Asker.some(2, () -> {
                lease.close();
                return 1;
            });
            for (Asker<Integer> closer : closers) {
                closer.result();
            }
            assertEquals(0, pool.stats().leased());
        }
        assertEquals(200, keeper.made.get(0).resets.get());
        servesAll();
    }

    @Test
    void keepsWhatAThreadHasThatDied() throws Exception {
        AtomicReference<Lease<Thing>> kept = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                kept.set(pool.acquire().label("the late"));
                throw new IllegalStateException("planned");
            } catch (InterruptedException e) {
                keeper.wrongs.add(e.toString());
            }
        });
        thread.setUncaughtExceptionHandler((where, thrown) -> {});
        thread.start();
        Await.end(thread);
        time.pass(Duration.ofMinutes(3), Duration.ofSeconds(1));
        assertEquals(1, pool.stats().leased());
        assertEquals("the late", pool.leases().get(0).label());
        kept.get().close();
        servesAll();
    }

    @Test
    void endsWhatIsGivenBackAfterTheClose() throws Exception {
        Lease<Thing> lease = pool.acquire();
        pool.close();
        assertEquals(0, lease.get().number);
        assertFalse(lease.get().isEnded());
        lease.close();
        lease.close();
        assertThrows(IllegalStateException.class, lease::get);
        keeper.awaitAlive(0);
    }

    @Test
    void staysItselfWhenTheStackEndsInTheMiddle() throws Exception {
        for (int depth = 0; depth < 2; depth++) {
            int round = depth;
            Await.onSmallStack(() -> {
                atTheEnd(() -> {
                    try (Lease<Thing> lease = pool.acquire(Duration.ZERO)) {
                        return lease.get().number;
                    } catch (AcquireTimeoutException | InterruptedException none) {
                        return round;
                    }
                });
                return true;
            });
        }
        Await.until("all are back, " + pool.stats(), () -> {
            System.gc();
            time.leap(Duration.ofSeconds(1)); // one whose holder failed in between is looked for by the rounds
            return pool.stats().leased() + pool.stats().checking() == 0;
        });
        servesAll();
    }

    /** Calls {@code work} nearer and nearer to the end of the stack. */
    private static void atTheEnd(java.util.function.Supplier<Integer> work) {
        try {
            atTheEnd(work);
        } catch (StackOverflowError end) {
            work.get();
        }
    }
}
