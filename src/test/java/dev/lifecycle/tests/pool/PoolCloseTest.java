package dev.lifecycle.tests.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.State;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.pool.ResourcePoolBuilder;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Overrun;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.tests.task.Asker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The close of a pool: for whom it waits, how long, and what it reports. */
@Timeout(60)
class PoolCloseTest {
    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);

    private final LogCapture log = LogCapture.ofPools();
    private final PoolTime time = new PoolTime();
    private final Keeper keeper = new Keeper();
    private ResourcePool<Thing> pool = builder().open();

    private ResourcePoolBuilder<Thing> builder() {
        return ResourcePool.builder("db", keeper)
                .core(4)
                .overflow(2)
                .closeTimeout(Duration.ofSeconds(30))
                .leakDetection(LeakLevel.ALWAYS, Duration.ofHours(1))
                .timeSource(time);
    }

    @AfterEach
    void close() {
        pool.close(Duration.ZERO);
        log.close();
        assertEquals(List.of(), List.copyOf(keeper.wrongs));
    }

    private Asker<CloseReport> closer(Duration deadline) {
        Asker<CloseReport> closer = Asker.of(() -> pool.close(deadline));
        awaitClosing();
        return closer;
    }

    /** Until the thread that closes waits for what is lent out: then it has read the clock, and refused all who come. */
    private void awaitClosing() {
        Await.until("closes", () -> pool.state() == State.CLOSING && time.parked() == 2); // and the timer thread
    }

    private List<Lease<Thing>> take(int count) throws InterruptedException {
        List<Lease<Thing>> leases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leases.add(pool.acquire());
        }
        return leases;
    }

    @Test
    void endsAllThatIsIdle() throws Exception {
        take(6).forEach(Lease::close);
        Await.until("the overflow is ended", () -> pool.stats().destroyed() == 2);
        CloseReport report = pool.close(LONG);
        assertEquals(0, keeper.alive());
        assertEquals(6, report.closed());
        assertEquals(0, report.failed());
        assertEquals(List.of(), report.overruns());
        assertEquals(State.CLOSED, pool.state());
    }

    @Test
    void closesOneThatNeverHadAnything() {
        CloseReport report = pool.close(LONG);
        assertEquals(0, report.closed());
        assertEquals(Duration.ZERO, report.took());
    }

    @Test
    void waitsForLeasesAndNoLonger() throws Exception {
        List<Lease<Thing>> leases = take(2);
        Asker<CloseReport> closer = closer(LONG);
        assertThrows(PoolClosedException.class, () -> pool.acquire());
        assertThrows(PoolClosedException.class, () -> pool.tryAcquire());
        time.pass(Duration.ofSeconds(5));
        leases.get(0).close();
        Await.until("ended", () -> leases.size() == 2 && keeper.alive() == 1);
        assertFalse(closer.isDone());
        assertFalse(leases.get(1).get().isEnded());
        leases.get(1).close();
        CloseReport report = closer.result();
        assertEquals(0, keeper.alive());
        assertEquals(2, report.closed());
        assertEquals(List.of(), report.overruns());
        assertEquals(Duration.ofSeconds(5), report.took());
    }

    @Test
    void listsWhoHoldsWhatWhenItsTimeIsUp() throws Exception {
        Lease<Thing> held = borrow().label("report");
        time.pass(Duration.ofSeconds(41));
        Asker<CloseReport> closer = closer(Duration.ofSeconds(3));
        time.leapBlindly(Duration.ofSeconds(3).minusNanos(1));
        assertFalse(closer.isDone());
        time.leapBlindly(Duration.ofNanos(1));
        CloseReport report = closer.result();
        assertEquals(Duration.ofSeconds(3), report.took());
        assertEquals(1, report.overruns().size());
        Overrun overrun = report.overruns().get(0);
        assertTrue(overrun.label().contains("lease of pool db"), overrun::label);
        assertTrue(overrun.label().contains("by report at PoolCloseTest.java:"), overrun::label);
        assertTrue(overrun.ran().compareTo(Duration.ofSeconds(43)) >= 0, overrun::toString);
        assertEquals("borrow", overrun.stack()[0].getMethodName(), () -> Arrays.toString(overrun.stack()));
        assertTrue(
                log.mentions("pool db is closed while 1 leases"),
                () -> log.lines().toString());
        assertFalse(held.get().isEnded());
        held.close();
        keeper.awaitAlive(0);
    }

    private Lease<Thing> borrow() throws InterruptedException {
        return pool.acquire();
    }

    @Test
    void waitsAsLongAsWasBuilt() throws Exception {
        try (Lease<Thing> held = pool.acquire()) {
            Asker<Integer> closer = Asker.of(() -> {
                pool.close();
                return 1;
            });
            awaitClosing();
            time.leapBlindly(Duration.ofSeconds(29));
            assertFalse(closer.isDone(), held::toString);
            time.leapBlindly(Duration.ofSeconds(1));
            closer.result();
        }
    }

    @Test
    void waitsInItsScopeToo() throws Exception {
        Scope app = Scope.open("app");
        ResourcePool<Thing> owned = builder().open(app);
        Lease<Thing> held = owned.acquire();
        Asker<Integer> closer = Asker.of(() -> {
            app.close();
            return 1;
        });
        Await.until("closes", () -> owned.state() == State.CLOSING);
        assertFalse(closer.isDone());
        held.close();
        closer.result();
        assertEquals(0, keeper.alive());
    }

    @Test
    void doesNotWaitIfItIsTold() throws Exception {
        Lease<Thing> held = pool.acquire();
        assertEquals(1, pool.close(Duration.ZERO).overruns().size());
        held.close();
        keeper.awaitAlive(0);
    }

    @Test
    void stopsWaitingWhenItIsInterrupted() throws Exception {
        Lease<Thing> held = pool.acquire();
        Asker<Boolean> closer = Asker.of(() -> {
            assertEquals(1, pool.close(LONG).overruns().size());
            return Thread.interrupted();
        });
        Await.until("closes", () -> pool.state() == State.CLOSING);
        closer.thread.interrupt();
        assertTrue(closer.result());
        assertEquals(State.CLOSED, pool.state());
        held.close();
        keeper.awaitAlive(0);
    }

    @Test
    void givesAllCallersTheSameReport() throws Exception {
        Lease<Thing> held = pool.acquire();
        Asker<CloseReport> first = closer(LONG);
        List<Asker<CloseReport>> others = Asker.some(3, () -> pool.close(Duration.ZERO));
        held.close();
        CloseReport report = first.result();
        for (Asker<CloseReport> other : others) {
            assertSame(report, other.result());
        }
        assertSame(report, pool.close(LONG));
        pool.close();
        assertEquals(1, keeper.made.get(0).ends.get());
    }

    @Test
    void reportsEndsThatFailed() throws Exception {
        IOException cause = new IOException("planned");
        keeper.onDestroy = thing -> {
            throw cause;
        };
        take(3).forEach(Lease::close);
        CloseReport report = pool.close(LONG);
        assertEquals(3, report.failed());
        assertEquals(3, report.failures().size());
        assertSame(cause, report.failures().get(0).thrown());
    }

    @Test
    void listsCallsOfTheFactoryThatDoNotComeBack() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        Lease<Thing> ended = pool.acquire();
        Lease<Thing> reset = pool.acquire();
        CountDownLatch inside = new CountDownLatch(2);
        Maker.Step hang = thing -> {
            inside.countDown();
            gate.await();
        };
        keeper.onDestroy = hang;
        keeper.onReset = hang;
        ended.invalidate(new IOException("planned"));
        ended.close();
        Asker<Integer> user = Asker.of(() -> {
            reset.close();
            return 1;
        });
        inside.await();
        List<Overrun> overruns = pool.close(Duration.ZERO).overruns();
        assertEquals(2, overruns.size(), overruns::toString);
        for (String method : List.of("reset", "destroy")) {
            assertTrue(
                    overruns.stream()
                            .anyMatch(overrun -> overrun.label().contains("call of the factory of pool db")
                                    && Arrays.stream(overrun.stack())
                                            .anyMatch(frame ->
                                                    frame.getMethodName().equals(method))),
                    () -> method + " " + overruns);
        }
        gate.countDown();
        user.result();
        keeper.awaitAlive(0);
    }

    @Test
    void givesItsLastFiguresAfterwards() throws Exception {
        take(3).forEach(Lease::close);
        pool.close(LONG);
        assertEquals(3, pool.stats().acquired());
        assertEquals(3, pool.stats().created());
        assertEquals(3, pool.stats().destroyed());
        assertEquals(0, pool.stats().idle());
        assertEquals(List.of(), pool.leases());
        assertTrue(pool.snapshot().toText().contains("db (ResourcePool"), pool.snapshot()::toText);
    }
}
