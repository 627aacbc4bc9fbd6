package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.State;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.CloseTimeoutException;
import dev.lifecycle.scope.InterruptPolicy;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.Overrun;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeBuilder;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.ChildJvm;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Closers that take too long. */
@Tag("once")
@Timeout(60)
class ScopeDeadlineTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(30);

    private final Journal journal = new Journal();
    private final VirtualTime time = new VirtualTime();
    private final List<Stuck> stuck = new ArrayList<>();
    private LogCapture log;

    @BeforeEach
    void capture() {
        log = LogCapture.ofScopes();
    }

    @AfterEach
    void freeAll() {
        stuck.forEach(Stuck::free);
        log.close();
    }

    /** Stays in its close until it is freed; counts the interrupts. */
    private final class Stuck implements AutoCloseable {
        final String name;
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch free = new CountDownLatch(1);
        final AtomicInteger interrupts = new AtomicInteger();
        final AtomicInteger closes = new AtomicInteger();

        Stuck(String name) {
            this.name = name;
            stuck.add(this);
        }

        @Override
        public void close() {
            closes.incrementAndGet();
            stuckInHere();
            journal.note(name);
        }

        private void stuckInHere() {
            inside.countDown();
            while (true) {
                try {
                    free.await();
                    return;
                } catch (InterruptedException e) {
                    interrupts.incrementAndGet();
                }
            }
        }

        void free() {
            free.countDown();
        }
    }

    private ScopeBuilder builder(OverrunPolicy policy) {
        return Scope.builder("slow").timeSource(time).deadline(DEADLINE).overrun(policy);
    }

    private static CompletableFuture<CloseReport> closing(Scope scope) {
        return scope.closeAsync(task -> new Thread(task, "closer").start()).toCompletableFuture();
    }

    private static CloseReport get(CompletableFuture<CloseReport> report) throws Exception {
        return report.get(20, TimeUnit.SECONDS);
    }

    private static CloseReport report(Scope scope) {
        return scope.closeAsync(Runnable::run).toCompletableFuture().join();
    }

    /** Lets time pass, once the library waits for it. */
    private void pass(Duration by) {
        Await.until("somebody waits by the clock", () -> time.parked() > 0);
        time.advance(by);
    }

    private List<String> overrunLines() {
        return log.lines().stream()
                .filter(line -> line.contains("takes longer than"))
                .toList();
    }

    private void awaitOverruns(int count) {
        Await.until("overrun noticed", () -> overrunLines().size() == count);
    }

    private static boolean isIn(Overrun overrun, String method) {
        return Stream.of(overrun.stack())
                .anyMatch(frame -> frame.getMethodName().equals(method));
    }

    // ---- all policies ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void reportsWhereTheCloserIsStuck(OverrunPolicy policy) throws Exception {
        Scope scope = builder(policy).open();
        scope.own(journal.resource("older"));
        Stuck culprit = scope.hold(new Stuck("stuck"), Label.of("the culprit")).get();
        scope.own(journal.resource("newer"));
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE.plusSeconds(1));
        awaitOverruns(1);
        culprit.free();
        CloseReport report = get(closing);
        assertEquals(1, report.overruns().size());
        Overrun overrun = report.overruns().get(0);
        assertEquals("the culprit", overrun.label());
        assertEquals(policy, overrun.done());
        assertEquals(DEADLINE.plusSeconds(1), overrun.ran());
        assertTrue(isIn(overrun, "stuckInHere"), () -> List.of(overrun.stack()).toString());
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void logsWhichScopeIsStuckWhere(OverrunPolicy policy) throws Exception {
        Scope scope = builder(policy).open();
        Stuck culprit = scope.own(new Stuck("stuck"));
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        culprit.free();
        get(closing);
        String line = overrunLines().get(0);
        assertTrue(line.contains("scope slow"), line);
        assertTrue(line.contains("ScopeDeadlineTest$Stuck"), line);
        assertTrue(line.contains("PT10S"), line);
        assertTrue(line.contains("stuckInHere"), line);
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void logsWhichHeldResourceIsStuck(OverrunPolicy policy) throws Exception {
        Scope scope = builder(policy).open();
        Stuck culprit = scope.hold(new Stuck("stuck"), Label.of("the culprit")).get();
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        culprit.free();
        get(closing);
        String line = overrunLines().get(0);
        String firstLine = line.substring(0, line.indexOf('\n'));
        assertTrue(firstLine.contains("the culprit") || firstLine.contains("Stuck"), firstLine);
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void closesTheOthersInOrderAndEachOnce(OverrunPolicy policy) throws Exception {
        Scope scope = builder(policy).open();
        scope.own(journal.resource(0));
        Scope child = scope.child();
        child.own(journal.resource(1));
        Stuck culprit = child.own(new Stuck("stuck"));
        scope.own(journal.resource(2));
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        culprit.free();
        CloseReport report = get(closing);
        assertEquals(
                Journal.down(2, 0),
                journal.entries().stream().filter(name -> !name.equals("stuck")).toList());
        assertEquals(1, culprit.closes.get());
        assertEquals(5, report.closed() + report.failed(), "three resources, the stuck one and the child");
        assertEquals(State.CLOSED, scope.state());
        assertEquals(State.CLOSED, child.state());
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void givesEveryCloserTheWholeDeadline(OverrunPolicy policy) {
        for (long start : new long[] {0, Long.MAX_VALUE - 1_000}) { // readings wrap in the first or the second closer
            VirtualTime clock = new VirtualTime(start);
            Scope scope = Scope.builder()
                    .timeSource(clock)
                    .deadline(DEADLINE)
                    .overrun(policy)
                    .open();
            for (int i = 0; i < 500; i++) {
                scope.defer(() -> clock.advance(DEADLINE.minusNanos(1)));
            }
            CloseReport report = report(scope);
            assertEquals(List.of(), report.overruns());
            assertEquals(500, report.closed());
            assertEquals(DEADLINE.minusNanos(1).multipliedBy(500), report.took());
        }
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void reportsNothingOfManyFastClosers(OverrunPolicy policy) {
        Scope scope = Scope.builder().deadline(DEADLINE).overrun(policy).open();
        for (int i = 0; i < 20_000; i++) {
            scope.own(journal.resource(i));
        }
        assertEquals(List.of(), report(scope).overruns());
        assertEquals(Journal.down(19_999, 0), journal.entries());
        assertEquals(List.of(), overrunLines());
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void reportsAStuckCloserOnceHoweverLongItTakes(OverrunPolicy policy) throws Exception {
        Scope scope = builder(policy).open();
        Stuck culprit = scope.own(new Stuck("stuck"));
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        for (int i = 0; i < 10; i++) {
            Await.until("the timer looks again", () -> policy == OverrunPolicy.ABANDON || time.parked() > 0);
            time.advance(DEADLINE);
        }
        culprit.free();
        assertEquals(1, get(closing).overruns().size());
        assertTrue(culprit.interrupts.get() <= 1);
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void reportsEachOfSeveralStuckClosers(OverrunPolicy policy) throws Exception {
        Scope scope = builder(policy).open();
        Stuck second = scope.hold(new Stuck("second"), Label.of("second")).get();
        scope.own(journal.resource("between"));
        Stuck first = scope.hold(new Stuck("first"), Label.of("first")).get();
        CompletableFuture<CloseReport> closing = closing(scope);
        first.inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        first.free();
        second.inside.await();
        pass(DEADLINE);
        awaitOverruns(2);
        second.free();
        assertEquals(
                List.of("first", "second"),
                get(closing).overruns().stream().map(Overrun::label).toList());
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void holdsForChildren(OverrunPolicy policy) throws Exception {
        Scope scope = builder(policy).open();
        Scope child = scope.child().child("grandchild");
        Stuck culprit = child.own(new Stuck("stuck"));
        CompletableFuture<CloseReport> closing = closing(child);
        culprit.inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        culprit.free();
        assertEquals(1, get(closing).overruns().size());
        scope.close();
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void holdsForAChildThatHasOneOfItsOwn(OverrunPolicy policy) throws Exception {
        AtomicReference<CloseReport> childs = new AtomicReference<>();
        Scope scope = Scope.open("parent");
        scope.own(journal.resource(0));
        Scope child = builder(policy).onClosed(childs::set).open(scope);
        Stuck culprit = child.own(new Stuck("stuck"));
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        culprit.free();
        assertEquals(1, get(closing).overruns().size());
        assertEquals(1, childs.get().overruns().size());
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void endsWithTheChildThatHasItOfItsOwn(OverrunPolicy policy) throws Exception {
        Scope scope = Scope.open("parent");
        Stuck patient = scope.own(new Stuck("stuck"));
        Scope child = builder(policy).open(scope);
        child.own(journal.resource(0));
        CompletableFuture<CloseReport> closing = closing(scope);
        patient.inside.await();
        time.advance(DEADLINE.multipliedBy(3));
        patient.free();
        assertEquals(List.of(), get(closing).overruns());
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void holdsForWhatWasMovedIn(OverrunPolicy policy) throws Exception {
        Scope source = Scope.open();
        Stuck culprit = source.own(new Stuck("stuck"));
        Scope scope = builder(policy).open();
        source.moveTo(scope);
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        culprit.free();
        assertEquals(1, get(closing).overruns().size());
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void survivesALabelThatThrows(OverrunPolicy policy) throws Exception {
        Scope scope = builder(policy).open();
        Stuck culprit = scope.hold(new Stuck("stuck"), () -> {
                    throw new AssertionError("label");
                })
                .get();
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        culprit.free();
        String label = get(closing).overruns().get(0).label();
        assertTrue(label.contains("failed"), label);
    }

    static Stream<Arguments> unlabelled() {
        return Stream.<Arguments>of(
                Arguments.of("own", "ScopeDeadlineTest$Stuck"),
                Arguments.of("hold", "ScopeDeadlineTest$Stuck"),
                Arguments.of("own value", "String"),
                Arguments.of("defer", "lambda in ScopeDeadlineTest"),
                Arguments.of("onExit", "lambda in ScopeDeadlineTest"));
    }

    @ParameterizedTest
    @MethodSource("unlabelled")
    void callsACloserWithoutLabelByItsClass(String verb, String label) throws Exception {
        Scope scope = builder(OverrunPolicy.REPORT).open();
        Stuck culprit = new Stuck("stuck");
        switch (verb) {
            case "own" -> scope.own(culprit);
            case "hold" -> scope.hold(culprit);
            case "own value" -> scope.own("value", value -> culprit.close());
            case "defer" -> scope.defer(() -> culprit.close());
            default -> scope.onExit(exit -> culprit.close());
        }
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        culprit.free();
        assertEquals(label, get(closing).overruns().get(0).label());
    }

    // ---- REPORT ----------------------------------------------------------------------------------------------------

    @Test
    void waitsForAStuckCloserThatIsOnlyReported() throws Exception {
        Scope scope = builder(OverrunPolicy.REPORT).open();
        scope.own(journal.resource("older"));
        Stuck culprit = scope.own(new Stuck("stuck"));
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        assertFalse(closing.isDone());
        assertEquals(List.of(), journal.entries());
        culprit.free();
        CloseReport report = get(closing);
        assertEquals(List.of("stuck", "older"), journal.entries());
        assertEquals(0, report.failed());
        assertEquals(2, report.closed());
        assertEquals(0, culprit.interrupts.get());
    }

    @Test
    void namesTheCloserThatWaitsForAnotherCloserOfTheScope() throws Exception {
        Scope scope = builder(OverrunPolicy.REPORT).open();
        CountDownLatch free = new CountDownLatch(1);
        Thread[] other = new Thread[1];
        scope.hold(
                () -> {
                    other[0] = new Thread(scope::close, "closes too");
                    other[0].start();
                    Await.until("the other waits", () -> other[0].getState() == Thread.State.TIMED_WAITING);
                    free.await();
                },
                Label.of("joins"));
        CompletableFuture<CloseReport> closing = closing(scope);
        Await.until("other", () -> other[0] != null && other[0].getState() == Thread.State.TIMED_WAITING);
        pass(DEADLINE);
        awaitOverruns(1);
        free.countDown();
        assertEquals("joins", get(closing).overruns().get(0).label());
        Await.end(other[0]);
    }

    // ---- INTERRUPT -------------------------------------------------------------------------------------------------

    @Test
    void interruptsAStuckCloserOnce() throws Exception {
        Scope scope = builder(OverrunPolicy.INTERRUPT).open();
        Stuck culprit = scope.own(new Stuck("stuck"));
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        Await.until("interrupted", () -> culprit.interrupts.get() == 1);
        time.advance(DEADLINE.multipliedBy(5));
        culprit.free();
        assertEquals(1, get(closing).overruns().size());
        assertEquals(1, culprit.interrupts.get());
    }

    @Test
    void countsACloserThatEndsWithTheInterruptAsFailed() throws Exception {
        Scope scope = builder(OverrunPolicy.INTERRUPT).open();
        CountDownLatch inside = new CountDownLatch(1);
        scope.own(journal.resource("older"));
        scope.defer(() -> {
            inside.countDown();
            new CountDownLatch(1).await();
        });
        CompletableFuture<CloseReport> closing = closing(scope);
        inside.await();
        pass(DEADLINE);
        CloseReport report = get(closing);
        assertEquals(1, report.failed());
        assertInstanceOf(InterruptedException.class, report.failures().get(0).thrown());
        assertEquals(List.of("older"), journal.entries());
    }

    /** Ends as soon as its thread is interrupted, and leaves the flag alone. */
    private static void ignoreInterrupt(CountDownLatch inside) {
        inside.countDown();
        Await.until("interrupted", () -> Thread.currentThread().isInterrupted());
    }

    @ParameterizedTest
    @EnumSource(InterruptPolicy.class)
    void withdrawsAnInterruptThatTheCloserDidNotNotice(InterruptPolicy shield) throws Exception {
        Scope scope = builder(OverrunPolicy.INTERRUPT).interrupts(shield).open();
        CountDownLatch inside = new CountDownLatch(1);
        AtomicReference<Boolean> next = new AtomicReference<>();
        AtomicReference<Boolean> after = new AtomicReference<>();
        scope.defer(() -> next.set(Thread.currentThread().isInterrupted()));
        scope.defer(() -> ignoreInterrupt(inside));
        Thread closer = new Thread(() -> {
            scope.close();
            after.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        inside.await();
        pass(DEADLINE);
        Await.end(closer);
        assertEquals(false, next.get());
        assertEquals(false, after.get());
    }

    @ParameterizedTest
    @EnumSource(InterruptPolicy.class)
    void keepsAnInterruptThatCameBeforeTheOneItSends(InterruptPolicy shield) throws Exception {
        Scope scope = builder(OverrunPolicy.INTERRUPT).interrupts(shield).open();
        CountDownLatch inside = new CountDownLatch(1);
        AtomicReference<Boolean> after = new AtomicReference<>();
        AtomicBoolean free = new AtomicBoolean();
        scope.defer(() -> {
            inside.countDown();
            Await.until("freed", free::get);
        });
        Thread closer = new Thread(() -> {
            Thread.currentThread().interrupt();
            scope.close();
            after.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        inside.await();
        pass(DEADLINE);
        awaitOverruns(1);
        free.set(true);
        Await.end(closer);
        assertEquals(true, after.get());
    }

    @Test
    void keepsAnInterruptFromOutsideThatCameWhileTheCloserRan() throws Exception {
        Scope scope = builder(OverrunPolicy.INTERRUPT).open();
        CountDownLatch inside = new CountDownLatch(1);
        AtomicReference<Boolean> after = new AtomicReference<>();
        AtomicBoolean free = new AtomicBoolean();
        scope.defer(() -> {
            inside.countDown();
            Await.until("freed", free::get);
        });
        Thread closer = new Thread(() -> {
            scope.close();
            after.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        inside.await();
        closer.interrupt(); // not by the deadline
        pass(DEADLINE);
        awaitOverruns(1);
        free.set(true);
        Await.end(closer);
        assertEquals(true, after.get());
    }

    @Test
    void interruptsNoCloserButTheOneThatItReports() {
        for (int round = 0; round < 300; round++) {
            Set<String> disturbed = new HashSet<>();
            Scope scope = Scope.builder()
                    .deadline(Duration.ofNanos(100_000 + round * 300L))
                    .overrun(OverrunPolicy.INTERRUPT)
                    .open();
            for (int i = 0; i < 20; i++) {
                String name = "closer " + i;
                scope.hold(
                        () -> {
                            long start = System.nanoTime();
                            while (System.nanoTime() - start < 150_000) { // ends before, at or after the deadline
                                if (Thread.currentThread().isInterrupted()) {
                                    disturbed.add(name);
                                }
                            }
                        },
                        Label.of(name));
            }
            CloseReport report = report(scope);
            assertEquals(20, report.closed());
            assertFalse(Thread.interrupted());
            report.overruns().forEach(overrun -> disturbed.remove(overrun.label()));
            assertEquals(Set.of(), disturbed);
        }
    }

    // ---- ABANDON ---------------------------------------------------------------------------------------------------

    @Test
    void goesOnPastAStuckCloser() throws Exception {
        Scope scope = builder(OverrunPolicy.ABANDON).open();
        scope.own(journal.resource("oldest"));
        scope.own(journal.resource("older"));
        Stuck culprit = scope.hold(new Stuck("stuck"), Label.of("the culprit")).get();
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        CloseReport report = get(closing);
        assertEquals(List.of("older", "oldest"), journal.entries());
        assertEquals(2, report.closed());
        assertEquals(1, report.failed());
        CloseTimeoutException thrown = assertInstanceOf(
                CloseTimeoutException.class, report.failures().get(0).thrown());
        assertTrue(thrown.getMessage().contains("the culprit did not close within PT10S"), thrown.getMessage());
        assertEquals(State.CLOSED, scope.state());
    }

    @Test
    void throwsThatACloserWasAbandoned() throws Exception {
        Scope scope = builder(OverrunPolicy.ABANDON).open();
        Stuck culprit = scope.own(new Stuck("stuck"));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread closer = new Thread(scope::close);
        closer.setUncaughtExceptionHandler((thread, failure) -> thrown.set(failure));
        closer.start();
        culprit.inside.await();
        pass(DEADLINE);
        Await.end(closer);
        assertInstanceOf(CloseTimeoutException.class, thrown.get());
    }

    @Test
    void interruptsAnAbandonedCloserOnce() throws Exception {
        Scope scope = builder(OverrunPolicy.ABANDON).open();
        Stuck culprit = scope.own(new Stuck("stuck"));
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        get(closing);
        Await.until("interrupted", () -> culprit.interrupts.get() == 1);
        culprit.free();
        Await.until("ended", () -> journal.entries().contains("stuck"));
        assertEquals(1, culprit.interrupts.get());
    }

    @Test
    void doesNotRunAnAbandonedCloserTwiceWhenItEndsLate() throws Exception {
        Scope scope = builder(OverrunPolicy.ABANDON).open();
        Stuck culprit = scope.own(new Stuck("stuck"));
        scope.own(journal.resource("newer"));
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        get(closing);
        culprit.free();
        Await.until("logged", () -> log.mentions("closed after all"));
        Await.until("closed", () -> journal.entries().size() == 2); // the line may be of another test's closer
        scope.close();
        assertEquals(1, culprit.closes.get());
        assertEquals(List.of("newer", "stuck"), journal.entries());
    }

    @Test
    void logsTheFailureOfAnAbandonedCloser() throws Exception {
        Scope scope = builder(OverrunPolicy.ABANDON).open();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        IOException failure = new IOException("late");
        scope.defer(() -> {
            inside.countDown();
            try {
                free.await();
            } catch (InterruptedException e) {
                throw failure;
            }
        });
        CompletableFuture<CloseReport> closing = closing(scope);
        inside.await();
        pass(DEADLINE);
        get(closing);
        Await.until("logged", () -> log.thrown().contains(failure));
    }

    @Test
    void reportsFailuresOnTheHelperThreadLikeAnyOther() {
        IllegalStateException first = new IllegalStateException("first");
        AssertionError second = new AssertionError("second");
        Scope scope = builder(OverrunPolicy.ABANDON).open();
        scope.own(journal.failing(0, second));
        scope.own(journal.resource(1));
        scope.own(journal.failing(2, first));
        Throwable thrown = assertThrows(IllegalStateException.class, scope::close);
        assertEquals(first, thrown);
        assertEquals(second, thrown.getSuppressed()[0]);
        assertEquals(Journal.down(2, 0), journal.entries());
    }

    @Test
    void disturbsNoCloserByTheInterruptThatTheOneBeforeLeftBehind() {
        AtomicReference<Boolean> next = new AtomicReference<>();
        Scope scope = builder(OverrunPolicy.ABANDON).open();
        scope.defer(() -> next.set(Thread.currentThread().isInterrupted()));
        scope.defer(() -> Thread.currentThread().interrupt());
        scope.close();
        assertEquals(false, next.get());
    }

    @Test
    void keepsTheInterruptOfTheClosingThreadThatWaitsForAHelper() throws Exception {
        Scope scope = builder(OverrunPolicy.ABANDON).open();
        Stuck slow = scope.own(new Stuck("slow"));
        AtomicReference<Boolean> after = new AtomicReference<>();
        Thread closer = new Thread(() -> {
            scope.close();
            after.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        slow.inside.await();
        closer.interrupt();
        slow.free();
        Await.end(closer);
        assertEquals(true, after.get());
        assertEquals(0, slow.interrupts.get());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void returnsAtOnceFromACloseInsideACloserOnTheHelperThread(boolean confined) throws Exception {
        ScopeBuilder builder = builder(OverrunPolicy.ABANDON);
        Scope scope = (confined ? builder.confined() : builder).open();
        scope.own(journal.resource("older"));
        scope.defer(() -> {
            scope.close();
            journal.note("after");
        });
        CloseReport report = report(scope);
        assertEquals(0, report.failed(), () -> report.failures().toString());
        assertEquals(List.of("after", "older"), journal.entries());
    }

    @Test
    void leavesNoHelperThreadBehind() {
        CompletableFuture<Thread> helper = new CompletableFuture<>();
        Scope scope = builder(OverrunPolicy.ABANDON).open();
        scope.defer(() -> helper.complete(Thread.currentThread()));
        scope.close();
        Await.until("ends", () -> !helper.join().isAlive());
    }

    @Test
    void endsTheHelperThreadOfAnAbandonedCloserWhenThatEnds() throws Exception {
        CompletableFuture<Thread> helper = new CompletableFuture<>();
        Scope scope = builder(OverrunPolicy.ABANDON).open();
        Stuck culprit = new Stuck("stuck");
        scope.defer(() -> {
            helper.complete(Thread.currentThread());
            culprit.close();
        });
        CompletableFuture<CloseReport> closing = closing(scope);
        culprit.inside.await();
        pass(DEADLINE);
        get(closing);
        assertTrue(helper.join().isAlive());
        culprit.free();
        Await.until("ends", () -> !helper.join().isAlive());
    }

    // ---- by the real clock -----------------------------------------------------------------------------------------

    @Test
    void reportsAStuckCloserByTheRealClock() throws Exception {
        Scope scope = Scope.builder("slow").deadline(SHORT).open();
        scope.own(journal.resource("older"));
        Stuck culprit = scope.own(new Stuck("stuck"));
        CompletableFuture<CloseReport> closing = closing(scope);
        awaitOverruns(1);
        assertFalse(closing.isDone());
        culprit.free();
        CloseReport report = get(closing);
        Overrun overrun = report.overruns().get(0);
        assertTrue(isIn(overrun, "stuckInHere"), () -> List.of(overrun.stack()).toString());
        assertTrue(overrun.ran().compareTo(SHORT) >= 0, overrun::toString);
        assertTrue(report.took().compareTo(overrun.ran()) >= 0);
    }

    @Test
    void interruptsAStuckCloserByTheRealClock() throws Exception {
        Scope scope = Scope.builder("slow")
                .deadline(SHORT)
                .overrun(OverrunPolicy.INTERRUPT)
                .open();
        scope.own(journal.resource("older"));
        scope.defer(() -> new CountDownLatch(1).await());
        CloseReport report = get(closing(scope));
        assertEquals(1, report.overruns().size());
        assertEquals(1, report.failed());
        assertEquals(List.of("older"), journal.entries());
    }

    @Test
    void abandonsAStuckCloserByTheRealClock() throws Exception {
        Scope scope = Scope.builder("slow")
                .deadline(SHORT)
                .overrun(OverrunPolicy.ABANDON)
                .open();
        scope.own(journal.resource("older"));
        scope.own(new Stuck("stuck"));
        CloseReport report = get(closing(scope));
        assertTrue(isIn(report.overruns().get(0), "stuckInHere"));
        assertEquals(1, report.failed());
        assertEquals(List.of("older"), journal.entries());
    }

    @Test
    void listsAThousandOverrunsAndCountsTheRest() {
        int closers = 1_100;
        Scope scope = Scope.builder("slow")
                .deadline(Duration.ofMillis(1))
                .overrun(OverrunPolicy.INTERRUPT)
                .open();
        for (int i = 0; i < closers; i++) {
            scope.defer(() -> new CountDownLatch(1).await());
        }
        CloseReport report = report(scope);
        assertEquals(closers, report.failed());
        assertEquals(CloseReport.MAX_LISTED, report.overruns().size());
    }

    @Test
    void watchesManyScopesAtOnce() throws Exception {
        List<Stuck> culprits = new ArrayList<>();
        List<CompletableFuture<CloseReport>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Scope scope = builder(OverrunPolicy.REPORT).open();
            culprits.add(scope.own(new Stuck("stuck " + i)));
            all.add(closing(scope));
        }
        for (Stuck culprit : culprits) {
            culprit.inside.await();
        }
        pass(DEADLINE);
        awaitOverruns(50);
        Collections.reverse(culprits);
        culprits.forEach(Stuck::free);
        for (CompletableFuture<CloseReport> one : all) {
            assertEquals(1, get(one).overruns().size());
        }
    }

    // ---- the setting -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT-0.000000001S", "PT-2562047788015215H"})
    void mustBePositive(String deadline) {
        Duration bad = Duration.parse(deadline);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> Scope.builder("slow").deadline(bad))
                .getMessage();
        assertEquals("deadline is " + bad + "; it must be longer than zero", message);
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void mayBeEnormous(OverrunPolicy policy) throws Exception {
        for (Duration enormous : List.of(
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofNanos(Long.MAX_VALUE - 1),
                Duration.ofDays(365 * 200))) {
            VirtualTime clock = new VirtualTime(Long.MAX_VALUE - 1);
            Scope scope = Scope.builder("slow")
                    .timeSource(clock)
                    .deadline(enormous)
                    .overrun(policy)
                    .open();
            scope.defer(() -> clock.advance(Duration.ofDays(365 * 100)));
            scope.own(journal.resource(0));
            CloseReport report = get(closing(scope));
            assertEquals(List.of(), report.overruns());
            assertEquals(2, report.closed());
        }
    }

    @Test
    void mayBeANanosecond() throws Exception {
        Scope scope = Scope.builder("slow").deadline(Duration.ofNanos(1)).open();
        for (int i = 0; i < 1_000; i++) {
            scope.own(journal.resource(i));
        }
        assertEquals(1_000, get(closing(scope)).closed());
        assertEquals(Journal.down(999, 0), journal.entries());
    }

    /** Fails from one of its readings on, until it is repaired. */
    private static final class BreakingClock implements TimeSource {
        final int last;
        final AtomicInteger readings = new AtomicInteger();
        volatile boolean repaired;

        BreakingClock(int last) {
            this.last = last;
        }

        @Override
        public long nanos() {
            if (readings.incrementAndGet() > last && !repaired) {
                throw new IllegalStateException("the clock is broken");
            }
            return System.nanoTime();
        }

        @Override
        public void parkNanos(Object blocker, long nanos) {
            TimeSource.system().parkNanos(blocker, nanos);
        }
    }

    static Stream<Arguments> brokenClocks() {
        return Stream.of(OverrunPolicy.REPORT, OverrunPolicy.ABANDON)
                .flatMap(policy -> Stream.of(1, 2, 3, 4, 5, 7).map(readings -> Arguments.of(policy, readings)));
    }

    @ParameterizedTest
    @MethodSource("brokenClocks")
    void releasesEverythingAndEndsThoughTheClockBreaks(OverrunPolicy policy, int readings) throws Exception {
        BreakingClock clock = new BreakingClock(readings);
        Scope scope = Scope.builder("slow")
                .timeSource(clock)
                .deadline(DEADLINE)
                .overrun(policy)
                .open();
        for (int i = 0; i < 5; i++) {
            scope.own(journal.resource(i));
        }
        Thread closer = new Thread(() -> {
            try {
                scope.close();
            } catch (IllegalStateException broken) { // may be said
                assertEquals("the clock is broken", broken.getMessage());
            }
        });
        closer.start();
        closer.join(2_000);
        List<String> closed = journal.entries();
        State state = scope.state();
        clock.repaired = true; // or this thread would disturb the other tests
        Await.end(closer);
        assertEquals(Journal.down(4, 0), closed);
        assertEquals(State.CLOSED, state);
    }

    // ---- threads ---------------------------------------------------------------------------------------------------

    /** Runs in a process of its own. */
    static final class Idle {
        private Idle() {}

        public static void main(String... arguments) {
            Scope scope = Scope.builder("done").deadline(Duration.ofHours(1)).open();
            scope.own(() -> {});
            scope.close();
            while (Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().startsWith("lifecycle-"))) {
                Thread.onSpinWait(); // the parent process has a deadline for this one
            }
        }
    }

    @Test
    void keepsNoThreadOnceEverythingIsClosed() throws Exception {
        ChildJvm.java(
                        "-cp",
                        ChildJvm.path(
                                ChildJvm.locationOf(Scope.class),
                                ChildJvm.locationOf(Lifecycle.provider().getClass()),
                                ChildJvm.locationOf(Idle.class)),
                        Idle.class.getName())
                .lines(0);
    }

    @Test
    void readsTheClockForTheScopesThatWantItOnly() {
        AtomicInteger readings = new AtomicInteger();
        TimeSource counting = new TimeSource() {
            @Override
            public long nanos() {
                readings.incrementAndGet();
                return System.nanoTime();
            }

            @Override
            public void parkNanos(Object blocker, long nanos) {
                TimeSource.system().parkNanos(blocker, nanos);
            }
        };
        Consumer<Scope> use = scope -> {
            scope.own(journal.resource(0));
            scope.hold(journal.resource(1)).release();
            scope.defer(() -> {});
        };
        Scope scope = Scope.builder().timeSource(counting).maxResources(100).open();
        use.accept(scope);
        Scope child = scope.child();
        use.accept(child);
        assertEquals(0, readings.get(), "an anonymous scope reads no clock");
        scope.close();
    }
}
