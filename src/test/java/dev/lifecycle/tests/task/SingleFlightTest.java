package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.LimitExceededException;
import dev.lifecycle.task.LoadException;
import dev.lifecycle.task.RecursiveLoadException;
import dev.lifecycle.task.SingleFlight;
import dev.lifecycle.task.SingleFlightClosedException;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One load of a key, however many ask. */
@Timeout(60)
class SingleFlightTest {
    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);

    private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - 1_000);
    private final Scope app = Scope.open("app");
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final SingleFlight<String, String> flight = builder().maxInFlight(3).open(app);

    private SingleFlight.Builder<String, String> builder() {
        return SingleFlight.<String, String>builder("models").timeSource(time);
    }

    @AfterEach
    void close() {
        gate.countDown();
        app.close();
    }

    /** Waits for the gate, then returns its number. */
    private String load() throws InterruptedException {
        int number = loads.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException heeded) {
            interrupted.set(true);
            throw heeded;
        }
        return "v" + number;
    }

    private Asker<String> asker(String key, Duration wait) {
        long before = gauge("joined") + gauge("loads");
        Asker<String> asker = Asker.of(() -> flight.get(key, this::load, wait));
        Await.until("asks", () -> gauge("joined") + gauge("loads") == before + 1);
        return asker;
    }

    private long gauge(String name) {
        return ((Number) flight.managed().snapshot().gauges().get(name)).longValue();
    }

    private void awaitParked(int threads) {
        Await.until("wait", () -> time.parked() == threads);
    }

    @Test
    void loadsOnceHoweverManyAsk() throws Exception {
        List<Asker<String>> askers = Asker.some(8, () -> flight.get("a", this::load, LONG));
        awaitParked(8);
        assertEquals(1, flight.inFlight());
        gate.countDown();
        for (Asker<String> asker : askers) {
            assertEquals("v1", asker.result());
        }
        Await.until("ends", () -> flight.inFlight() == 0);
        assertEquals("v2", flight.get("a", this::load, LONG));
        assertEquals(2, loads.get());
    }

    @Test
    void loadsOnAThreadOfItsOwnWithTheClassLoaderOfTheCaller() throws Exception {
        AtomicReference<Thread> loader = new AtomicReference<>();
        AtomicReference<ClassLoader> context = new AtomicReference<>();
        flight.get(
                "a",
                () -> {
                    loader.set(Thread.currentThread());
                    context.set(Thread.currentThread().getContextClassLoader());
                    return "";
                },
                LONG);
        assertNotSame(Thread.currentThread(), loader.get());
        assertTrue(loader.get().isDaemon());
        assertEquals("lifecycle-load models", loader.get().getName());
        assertSame(Thread.currentThread().getContextClassLoader(), context.get());
    }

    @Test
    void givesEachCallerItsOwnDeadline() throws Exception {
        Asker<String> hasty = asker("a", Duration.ofSeconds(1));
        Asker<String> patient = asker("a", Duration.ofSeconds(3));
        awaitParked(2);
        time.advance(Duration.ofSeconds(1));
        TimeoutException late = assertInstanceOf(TimeoutException.class, hasty.failure());
        assertTrue(late.getMessage().contains("it goes on for 1 others"), late::getMessage);
        gate.countDown();
        assertEquals("v1", patient.result());
        assertFalse(interrupted.get());
    }

    @Test
    void interruptsTheLoadWhenTheLastCallerHasLeft() throws Exception {
        Asker<String> first = asker("a", Duration.ofSeconds(1));
        Asker<String> second = asker("a", LONG);
        awaitParked(2);
        time.advance(Duration.ofSeconds(1));
        first.failure();
        assertFalse(interrupted.get());
        second.thread.interrupt();
        assertInstanceOf(InterruptedException.class, second.failure());
        Await.until("interrupted", interrupted::get);
        Await.until("ended", () -> flight.inFlight() == 0);
        assertEquals(0, gauge("failures"));
        gate.countDown();
        assertEquals("v2", flight.get("a", this::load, LONG));
    }

    @Test
    void startsAnewBesideALoadThatDoesNotHeedItsInterrupt() throws Exception {
        CountDownLatch stubborn = new CountDownLatch(1);
        Callable<String> deaf = () -> {
            loads.incrementAndGet();
            while (stubborn.getCount() > 0) {
                Thread.onSpinWait();
            }
            return "old";
        };
        Asker<String> only = Asker.of(() -> flight.get("a", deaf, LONG));
        Await.until("loads", () -> loads.get() == 1);
        only.thread.interrupt();
        only.failure();
        assertEquals("new", flight.get("a", () -> "new", LONG));
        Await.until("the new one ends", () -> flight.inFlight() == 1);
        assertEquals(1, gauge("abandoned"));
        stubborn.countDown();
        Await.until("ends", () -> flight.inFlight() == 0 && gauge("abandoned") == 0);
    }

    @Test
    void refusesMoreLoadsThanWasBuilt() throws Exception {
        for (String key : List.of("a", "b", "c")) {
            asker(key, LONG);
        }
        LimitExceededException full =
                assertThrows(LimitExceededException.class, () -> flight.get("d", this::load, LONG));
        assertEquals(3, full.active());
        assertTrue(full.getMessage().contains("3 of 3 loads run"), full::getMessage);
        Asker<String> joins = asker("c", LONG);
        gate.countDown();
        joins.result();
        Await.until("end", () -> flight.inFlight() == 0);
        assertTrue(flight.get("d", this::load, LONG).startsWith("v"));
    }

    // ---- failures --------------------------------------------------------------------------------------------------

    @Test
    void givesEachCallerAnExceptionOfItsOwn() throws Exception {
        for (Throwable planned : List.of(new IOException("planned"), new StackOverflowError("planned"))) {
            CountDownLatch go = new CountDownLatch(1);
            List<Asker<String>> askers = Asker.some(
                    3,
                    () -> flight.get(
                            "a",
                            () -> {
                                go.await();
                                if (planned instanceof Error error) {
                                    throw error;
                                }
                                throw (Exception) planned;
                            },
                            LONG));
            awaitParked(3);
            go.countDown();
            Throwable first = askers.get(0).failure();
            Throwable second = askers.get(1).failure();
            assertNotSame(first, second);
            assertSame(planned, first.getCause());
            assertSame(planned, second.getCause());
            assertInstanceOf(LoadException.class, first);
            askers.get(2).failure();
        }
        gate.countDown();
        assertEquals("v1", flight.get("a", this::load, LONG));
        Await.until("both are counted", () -> gauge("failures") == 2); // after those who wait were told
    }

    @Test
    void refusesNull() {
        LoadException refused = assertThrows(LoadException.class, () -> flight.get("a", () -> null, LONG));
        assertInstanceOf(NullPointerException.class, refused.getCause());
        assertTrue(refused.getCause().getMessage().contains("returned null"));
    }

    @Test
    void tellsEverybodyOfAnExecutorThatRejects() {
        try (SingleFlight<String, String> rejecting = builder()
                .executor(task -> {
                    throw new RejectedExecutionException("planned");
                })
                .open()) {
            LoadException refused = assertThrows(LoadException.class, () -> rejecting.get("a", () -> "", LONG));
            assertInstanceOf(RejectedExecutionException.class, refused.getCause());
            assertEquals(0, rejecting.inFlight());
        }
    }

    @Test
    void letsCallersOfAnExecutorThatDropsTasksTimeOut() throws Exception {
        AtomicReference<Runnable> dropped = new AtomicReference<>();
        try (SingleFlight<String, String> dropping =
                builder().executor(dropped::set).open()) {
            assertThrows(TimeoutException.class, () -> dropping.get("a", this::load, Duration.ZERO));
            assertEquals(0, dropping.inFlight());
            dropped.get().run();
            assertEquals(0, loads.get());
        }
    }

    @Test
    void leavesNoInterruptOnTheThreadOfAnExecutor() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        AtomicInteger stray = new AtomicInteger();
        try (SingleFlight<Integer, String> pooled = SingleFlight.<Integer, String>builder("pooled")
                .executor(pool::execute)
                .maxInFlight(10_000)
                .open()) {
            for (int i = 0; i < 3_000; i++) {
                int key = i;
                try {
                    pooled.get(key, () -> "" + key, Duration.ofNanos(i % 3 == 0 ? 0 : 20_000));
                } catch (TimeoutException expected) {
                    assertNotEquals(-1, key);
                }
                pool.execute(() -> stray.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0));
            }
            pool.submit(() -> {}).get();
            assertEquals(0, pooled.inFlight());
        } finally {
            pool.shutdown();
        }
        assertEquals(0, stray.get());
    }

    @Test
    void keepsTheInterruptOfACallerThatLoadsItself() throws Exception {
        try (SingleFlight<String, String> direct =
                builder().executor(Runnable::run).open()) {
            Thread.currentThread().interrupt();
            LoadException failed = assertThrows(
                    LoadException.class,
                    () -> direct.get(
                            "a",
                            () -> {
                                gate.await();
                                return "";
                            },
                            LONG));
            assertTrue(Thread.interrupted());
            assertInstanceOf(InterruptedException.class, failed.getCause());
            assertEquals("b", direct.get("b", () -> "b", Duration.ZERO));
        }
    }

    // ---- recursion -------------------------------------------------------------------------------------------------

    @Test
    void refusesALoaderThatAsksForItsOwnKey() {
        LoadException failed =
                assertThrows(LoadException.class, () -> flight.get("a", () -> flight.get("a", this::load, LONG), LONG));
        assertInstanceOf(RecursiveLoadException.class, failed.getCause());
        assertEquals(0, loads.get());
    }

    @Test
    void refusesLoadersThatWaitForEachOther() {
        LoadException failed = assertThrows(
                LoadException.class,
                () -> flight.get("a", () -> flight.get("b", () -> flight.get("a", this::load, LONG), LONG), LONG));
        Throwable cause = failed;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        assertInstanceOf(RecursiveLoadException.class, cause);
        assertTrue(cause.getMessage().contains("waits, by way of 1 others, for itself"), cause::getMessage);
    }

    @Test
    void loadsOneKeyWithAnother() throws Exception {
        gate.countDown();
        assertEquals("v1!", flight.get("a", () -> flight.get("b", this::load, LONG) + "!", LONG));
    }

    // ---- keeping ---------------------------------------------------------------------------------------------------

    @Test
    void keepsResultsForAsLongAsWasBuilt() throws Exception {
        gate.countDown();
        try (SingleFlight<String, String> keeping =
                builder().resultTtl(Duration.ofSeconds(2)).maxKept(1).open()) {
            assertEquals("v1", keeping.get("a", this::load, LONG));
            Await.until("kept", () -> kept(keeping) == 1);
            time.advance(Duration.ofSeconds(2).minusNanos(1));
            assertEquals("v1", keeping.get("a", this::load, Duration.ZERO));
            assertEquals("v2", keeping.get("b", this::load, LONG));
            Await.until("b ended", () -> keeping.inFlight() == 0);
            assertEquals("v3", keeping.get("b", this::load, LONG));
            Await.until("b ended", () -> keeping.inFlight() == 0);
            time.advance(Duration.ofNanos(1));
            assertEquals("v4", keeping.get("a", this::load, LONG));
        }
    }

    private static int kept(SingleFlight<?, ?> keeping) {
        return (int) keeping.managed().snapshot().gauges().get("kept");
    }

    @Test
    void dropsResultsThatNobodyAsksFor() throws Exception {
        gate.countDown();
        try (SingleFlight<String, String> keeping =
                builder().resultTtl(Duration.ofSeconds(2)).open()) {
            keeping.get("a", this::load, LONG);
            Await.until("kept", () -> kept(keeping) == 1);
            Await.until("dropped", () -> {
                time.advance(Duration.ofSeconds(1));
                return kept(keeping) == 0;
            });
        }
    }

    @Test
    void remembersFailuresForAsLongAsWasBuilt() throws Exception {
        try (SingleFlight<String, String> keeping =
                builder().negativeTtl(Duration.ofSeconds(2)).open()) {
            Callable<String> failing = () -> {
                loads.incrementAndGet();
                throw new IOException("planned");
            };
            Throwable first = assertThrows(LoadException.class, () -> keeping.get("a", failing, LONG));
            Throwable second = assertThrows(LoadException.class, () -> keeping.get("a", failing, LONG));
            assertNotSame(first, second);
            assertTrue(second.getMessage().contains("remembers"), second::getMessage);
            assertEquals(1, loads.get());
            assertTrue(keeping.forget("a"));
            assertFalse(keeping.forget("a"));
            assertThrows(LoadException.class, () -> keeping.get("a", failing, LONG));
            assertEquals(2, loads.get());
            time.advance(Duration.ofSeconds(2));
            gate.countDown();
            assertEquals("v3", keeping.get("a", this::load, LONG));
        }
    }

    @Test
    void forgetsALoadThatIsUnderWay() throws Exception {
        Asker<String> first = asker("a", LONG);
        assertTrue(flight.forget("a"));
        Asker<String> second = asker("a", LONG);
        Await.until("two loads", () -> loads.get() == 2);
        gate.countDown();
        assertNotEquals(first.result(), second.result());
        assertFalse(interrupted.get());
    }

    // ---- keys ------------------------------------------------------------------------------------------------------

    private record Nasty(int number, AtomicBoolean armed) {
        @Override
        public boolean equals(Object other) {
            if (armed.get()) {
                throw new IllegalStateException("planned");
            }
            return other instanceof Nasty nasty && nasty.number == number;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    void strandsNobodyWhoseKeyFailsInEquals() throws Exception {
        AtomicBoolean armed = new AtomicBoolean();
        try (SingleFlight<Nasty, String> nasty =
                SingleFlight.<Nasty, String>builder("nasty").open()) {
            Asker<String> one = Asker.of(() -> nasty.get(new Nasty(1, armed), this::load, LONG));
            Await.until("loads", () -> loads.get() == 1);
            Asker<String> two = Asker.of(() -> nasty.get(new Nasty(2, armed), this::load, LONG));
            Await.until("loads", () -> loads.get() == 2);
            armed.set(true);
            gate.countDown();
            assertEquals("v1", one.result());
            assertEquals("v2", two.result());
            Await.until("ended", () -> nasty.inFlight() == 0);
            armed.set(false);
            assertTrue(nasty.get(new Nasty(2, armed), this::load, LONG).startsWith("v"));
        }
    }

    // ---- ends ------------------------------------------------------------------------------------------------------

    @Test
    void tellsWhoWaitsOfTheCloseAndInterruptsLoads() throws Exception {
        Asker<String> asker = asker("a", LONG);
        Await.until("loads", () -> loads.get() == 1);
        flight.close();
        assertInstanceOf(SingleFlightClosedException.class, asker.failure());
        Await.until("interrupted", interrupted::get);
        Await.until("ended", () -> flight.inFlight() == 0);
        assertThrows(SingleFlightClosedException.class, () -> flight.get("a", this::load, LONG));
        assertEquals(State.CLOSED, flight.state());
        assertFalse(flight.forget("a"));
    }

    @Test
    void hangsInTheTreeWithItsFigures() {
        asker("a", LONG);
        String tree = app.snapshot().toText();
        assertTrue(tree.contains("models (SingleFlight") && tree.contains("inFlight 1"), tree);
        assertEquals(Kind.SINGLE_FLIGHT, flight.managed().kind());
        assertEquals("models 1", flight.toString());
    }

    @Test
    void refusesWhatCannotBeRight() {
        assertThrows(IllegalArgumentException.class, () -> flight.get("a", this::load, Duration.ofNanos(-1)));
        assertThrows(NullPointerException.class, () -> flight.get(null, this::load, LONG));
        assertThrows(NullPointerException.class, () -> flight.get("a", null, LONG));
        assertThrows(NullPointerException.class, () -> flight.get("a", this::load, null));
        assertThrows(NullPointerException.class, () -> flight.forget(null));
        assertThrows(IllegalArgumentException.class, () -> builder().maxInFlight(0));
        assertThrows(IllegalArgumentException.class, () -> builder().maxKept(0));
        assertThrows(IllegalArgumentException.class, () -> builder().resultTtl(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder().negativeTtl(Duration.ofNanos(-1)));
        assertThrows(NullPointerException.class, () -> builder().executor(null));
        assertThrows(NullPointerException.class, () -> builder().open(null));
    }
}
