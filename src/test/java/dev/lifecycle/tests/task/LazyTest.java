package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.Lazy;
import dev.lifecycle.task.LazyClosedException;
import dev.lifecycle.task.LoadException;
import dev.lifecycle.task.RecursiveLoadException;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A value that is made when it is first needed. */
@Timeout(60)
class LazyTest {
    private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - 1_000);
    private final Scope app = Scope.open("app");
    private final AtomicInteger made = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Lazy<Thing> lazy = builder().open(app);

    private final class Thing implements AutoCloseable {
        final int number = made.incrementAndGet();
        final AtomicInteger closes = new AtomicInteger();

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    private Lazy.Builder<Thing> builder() {
        return Lazy.<Thing>builder("model", Thing::new).timeSource(time);
    }

    private Lazy<Thing> gated() {
        return Lazy.builder("gated", () -> {
                    Thing thing = new Thing();
                    gate.await();
                    return thing;
                })
                .timeSource(time)
                .open(app);
    }

    @AfterEach
    void close() {
        gate.countDown();
        app.close();
    }

    @Test
    void makesItOnFirstUseOnce() throws Exception {
        assertTrue(lazy.peek().isEmpty());
        assertEquals(0, made.get());
        Thing thing = lazy.get();
        assertSame(thing, lazy.get());
        assertSame(thing, lazy.peek().orElseThrow());
        assertEquals(1, made.get());
    }

    @Test
    void makesItOnceHoweverManyAsk() throws Exception {
        Lazy<Thing> slow = gated();
        List<Asker<Thing>> askers = Asker.some(6, slow::get);
        Await.until("wait", () -> time.parked() == 5);
        gate.countDown();
        Thing thing = slow.get();
        for (Asker<Thing> asker : askers) {
            assertSame(thing, asker.result());
        }
        assertEquals(1, made.get());
    }

    @Test
    void closesItOnce() throws Exception {
        Thing thing = lazy.get();
        lazy.close();
        lazy.close();
        app.close();
        assertEquals(1, thing.closes.get());
        assertThrows(LazyClosedException.class, lazy::get);
        assertTrue(lazy.peek().isEmpty());
        lazy.reset();
    }

    @Test
    void closesItInItsOwnWay() throws Exception {
        AtomicReference<String> closed = new AtomicReference<>();
        Lazy<String> text = Lazy.builder("text", () -> "a").onClose(closed::set).open(app);
        text.get();
        app.close();
        assertEquals("a", closed.get());
    }

    @Test
    void survivesACloseThatFails() throws Exception {
        Lazy<AutoCloseable> failing = Lazy.<AutoCloseable>builder("failing", () -> () -> {
                    throw new IOException("planned");
                })
                .open();
        failing.get();
        failing.reset();
        failing.get();
        failing.close();
        assertEquals(2L, failing.managed().snapshot().gauges().get("closeFailures"));
    }

    @Test
    void makesAnotherAfterAReset() throws Exception {
        Thing first = lazy.get();
        lazy.reset();
        lazy.reset();
        assertEquals(1, first.closes.get());
        assertTrue(lazy.peek().isEmpty());
        assertEquals(2, lazy.get().number);
    }

    @Test
    void givesNobodyWhatWasBeingMadeWhenItWasReset() throws Exception {
        AtomicReference<Thing> late = new AtomicReference<>();
        Lazy<Thing> slow = Lazy.builder("slow", () -> {
                    Thing thing = new Thing();
                    late.compareAndSet(null, thing);
                    gate.await();
                    return thing;
                })
                .timeSource(time)
                .open(app);
        List<Asker<Thing>> askers = Asker.some(2, slow::get);
        Await.until("waits", () -> made.get() == 1 && time.parked() == 1);
        slow.reset();
        gate.countDown();
        assertEquals(2, askers.get(0).result().number);
        assertEquals(2, askers.get(1).result().number);
        assertEquals(1, late.get().closes.get());
    }

    @Test
    void closesWhatWasBeingMadeWhenItWasClosed() throws Exception {
        AtomicReference<Thing> late = new AtomicReference<>();
        Lazy<Thing> slow = Lazy.builder("slow", () -> {
                    late.set(new Thing());
                    gate.await();
                    return late.get();
                })
                .timeSource(time)
                .open(app);
        List<Asker<Thing>> askers = Asker.some(2, slow::get);
        Await.until("waits", () -> made.get() == 1 && time.parked() == 1);
        slow.close();
        Await.until("one is told", () -> askers.stream().anyMatch(Asker::isDone));
        gate.countDown();
        assertInstanceOf(LazyClosedException.class, askers.get(0).failure());
        assertInstanceOf(LazyClosedException.class, askers.get(1).failure());
        assertEquals(1, late.get().closes.get());
    }

    // ---- failures --------------------------------------------------------------------------------------------------

    private Lazy.Builder<Thing> failing(Throwable planned) {
        return Lazy.<Thing>builder("failing", () -> {
                    if (made.get() < 2) {
                        made.incrementAndGet();
                        if (planned instanceof Error error) {
                            throw error;
                        }
                        throw (Exception) planned;
                    }
                    return new Thing();
                })
                .timeSource(time);
    }

    @Test
    void triesAgainAfterAFailure() throws Exception {
        for (Throwable planned : List.of(new IOException("planned"), new StackOverflowError("planned"))) {
            made.set(0);
            Lazy<Thing> failing = failing(planned).open(app);
            LoadException first = assertThrows(LoadException.class, failing::get);
            LoadException second = assertThrows(LoadException.class, failing::get);
            assertNotSame(first, second);
            assertSame(planned, second.getCause());
            assertEquals(3, failing.get().number);
        }
    }

    @Test
    void doesNotTryAgainBeforeItsTime() throws Exception {
        Lazy<Thing> failing = failing(new IOException("planned"))
                .retryBackoff(Duration.ofSeconds(5))
                .open(app);
        assertThrows(LoadException.class, failing::get);
        time.advance(Duration.ofSeconds(5).minusNanos(1));
        LoadException refused = assertThrows(LoadException.class, failing::get);
        assertTrue(refused.getMessage().contains("not tried again yet"), refused::getMessage);
        assertEquals(1, made.get());
        time.advance(Duration.ofNanos(1));
        assertThrows(LoadException.class, failing::get);
        failing.reset();
        assertEquals(3, failing.get().number);
    }

    @Test
    void refusesNull() {
        Lazy<Object> empty = Lazy.<Object>builder("empty", () -> null).open(app);
        LoadException refused = assertThrows(LoadException.class, empty::get);
        assertTrue(refused.getCause().getMessage().contains("init returned null"));
    }

    @Test
    void letsAnotherOneTryWhenTheMakerIsInterrupted() throws Exception {
        Lazy<Thing> slow = gated();
        Asker<Thing> maker = Asker.of(slow::get);
        Await.until("makes", () -> made.get() == 1);
        Asker<Thing> waiter = Asker.of(slow::get);
        Await.until("waits", () -> time.parked() == 1);
        maker.thread.interrupt();
        assertInstanceOf(InterruptedException.class, maker.failure());
        gate.countDown();
        assertEquals(2, waiter.result().number);
    }

    @Test
    void letsAWaiterGoThatIsInterrupted() throws Exception {
        Lazy<Thing> slow = gated();
        Asker<Thing> maker = Asker.of(slow::get);
        Await.until("makes", () -> made.get() == 1);
        Asker<Thing> waiter = Asker.of(slow::get);
        Await.until("waits", () -> time.parked() == 1);
        waiter.thread.interrupt();
        assertInstanceOf(InterruptedException.class, waiter.failure());
        gate.countDown();
        assertEquals(1, maker.result().number);
    }

    @Test
    void refusesAnInitThatAsksForItself() {
        AtomicReference<Lazy<Object>> self = new AtomicReference<>();
        self.set(Lazy.builder("self", () -> self.get().get()).open(app));
        LoadException failed = assertThrows(LoadException.class, self.get()::get);
        assertInstanceOf(RecursiveLoadException.class, failed.getCause());
    }

    @Test
    void refusesInitsThatWaitForEachOther() throws Exception {
        AtomicReference<Lazy<Object>> one = new AtomicReference<>();
        AtomicReference<Lazy<Object>> two = new AtomicReference<>();
        CountDownLatch both = new CountDownLatch(2);
        one.set(Lazy.builder("one", () -> {
                    both.countDown();
                    both.await();
                    return two.get().get();
                })
                .open(app));
        two.set(Lazy.builder("two", () -> {
                    both.countDown();
                    both.await();
                    return one.get().get();
                })
                .open(app));
        Asker<Object> first = Asker.of(() -> one.get().get());
        Asker<Object> second = Asker.of(() -> two.get().get());
        for (Throwable failure : List.of(first.failure(), second.failure())) {
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            assertInstanceOf(RecursiveLoadException.class, cause);
        }
    }

    // ---- idle ------------------------------------------------------------------------------------------------------

    @Test
    void closesWhatNobodyAsksFor() throws Exception {
        Lazy<Thing> idle = builder().maxIdle(Duration.ofSeconds(10)).open(app);
        Thing first = idle.get();
        time.advance(Duration.ofSeconds(9));
        assertSame(first, idle.get());
        time.advance(Duration.ofSeconds(9));
        assertSame(first, idle.get());
        assertEquals(0, first.closes.get());
        time.advance(Duration.ofSeconds(10));
        Await.until("closed", () -> first.closes.get() == 1);
        assertTrue(idle.peek().isEmpty());
        assertEquals(2, idle.get().number);
    }

    @Test
    void makesAnotherForACallThatComesTooLate() throws Exception {
        Lazy<Thing> idle = builder().maxIdle(Duration.ofSeconds(10)).open(app);
        Thing first = idle.get();
        time.advance(Duration.ofSeconds(10));
        assertEquals(2, idle.get().number);
        Await.until("closed", () -> first.closes.get() == 1);
    }

    // ---- the rest --------------------------------------------------------------------------------------------------

    @Test
    void hangsInTheTreeWithItsFigures() throws Exception {
        lazy.get();
        String tree = app.snapshot().toText();
        assertTrue(tree.contains("model (Lazy") && tree.contains("present 1"), tree);
        assertEquals(Kind.LAZY, lazy.managed().kind());
        assertEquals("model, present", lazy.toString());
    }

    @Test
    void isReportedWhenItIsDroppedOpen() {
        Queue<LeakReport> heard = new ConcurrentLinkedQueue<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add)) {
            LeakProbe.awaitCollected(drop());
            Await.until(
                    "reported " + heard,
                    () -> heard.stream()
                            .anyMatch(report -> report.type().equals(Lazy.class.getName())
                                    && report.label().equals("lazy")));
            assertFalse(listening.toString().isEmpty());
        }
    }

    private static WeakReference<Object> drop() {
        return new WeakReference<>(Lazy.of(Object::new));
    }

    @Test
    void refusesWhatCannotBeRight() {
        assertThrows(NullPointerException.class, () -> Lazy.of(null));
        assertThrows(IllegalArgumentException.class, () -> Lazy.builder("", Object::new));
        assertThrows(IllegalArgumentException.class, () -> builder().maxIdle(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder().retryBackoff(Duration.ofNanos(-1)));
        assertThrows(NullPointerException.class, () -> builder().onClose(null));
        assertThrows(NullPointerException.class, () -> builder().open(null));
    }
}
