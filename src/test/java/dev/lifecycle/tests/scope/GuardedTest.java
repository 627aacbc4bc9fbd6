package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.Snapshot;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.CloseTimeoutException;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.UseAfterCloseException;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.time.VirtualTime;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources that are lent out. */
@Tag("once")
@Timeout(60)
class GuardedTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Journal journal = new Journal();
    private final VirtualTime time = new VirtualTime();
    private final Scope scope =
            Scope.builder("owner").timeSource(time).deadline(DEADLINE).open();

    private Guarded<AutoCloseable> share() {
        return scope.share(journal.resource("shared"));
    }

    private static long open(Scope scope) {
        return (Long) scope.snapshot().gauges().get("open");
    }

    /** Runs {@code work} on a thread with the given name; completes with what it throws, or null. */
    private static CompletableFuture<Throwable> on(String thread, AutoCloseable work) {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try {
                                work.close();
                                thrown.complete(null);
                            } catch (Throwable failure) {
                                thrown.complete(failure);
                            }
                        },
                        thread)
                .start();
        return thrown;
    }

    private static Throwable get(CompletableFuture<Throwable> thrown) throws Exception {
        return thrown.get(20, TimeUnit.SECONDS);
    }

    /** Lets time pass, once somebody waits for it. */
    private void pass(Duration by) {
        Await.until("somebody waits by the clock", () -> time.parked() > 0);
        time.advance(by);
    }

    private static Thread.State stateOf(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .map(Thread::getState)
                .findFirst()
                .orElse(Thread.State.NEW);
    }

    // ---- lending ---------------------------------------------------------------------------------------------------

    @Test
    void lendsTheResource() {
        AutoCloseable resource = journal.resource("shared");
        Guarded<AutoCloseable> guarded = scope.share(resource);
        try (Lease<AutoCloseable> lease = guarded.lease()) {
            assertSame(resource, lease.get());
        }
        assertEquals(List.of(), journal.entries());
        scope.close();
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void countsTheOpenLeases() {
        Guarded<AutoCloseable> guarded = share();
        List<Lease<AutoCloseable>> leases = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            assertEquals(i, guarded.leases());
            leases.add(guarded.lease());
        }
        for (int i = 100; i > 0; i--) {
            assertEquals(i, guarded.leases());
            leases.get(i - 1).close();
            leases.get(i - 1).close(); // counts once
        }
        assertEquals(0, guarded.leases());
        scope.close();
    }

    @Test
    void refusesTheUseOfAClosedLease() {
        Lease<AutoCloseable> lease = share().lease();
        lease.close();
        assertInstanceOf(IllegalStateException.class, assertThrows(UseAfterCloseException.class, lease::get));
    }

    @Test
    void takesALeaseBackOnAnyThread() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> lease = guarded.lease();
        get(on("another", lease::close));
        assertEquals(0, guarded.leases());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two\nlines", "\ud83d"})
    void refusesALabelThatCannotBePrintedOnOneLine(String label) {
        try (Lease<AutoCloseable> lease = share().lease()) {
            assertThrows(IllegalArgumentException.class, () -> lease.label(label));
            assertThrows(NullPointerException.class, () -> lease.label(null));
            assertSame(lease, lease.label("fine"));
        }
    }

    @Test
    void showsItsLeasesInTheTree() {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> lease = guarded.lease().label("query 7");
        time.advance(Duration.ofSeconds(3));
        Snapshot resource = scope.snapshot().children().get(0);
        assertEquals(1, resource.gauges().get("leases"));
        Snapshot shown = resource.children().get(0);
        assertEquals("query 7", shown.name());
        assertEquals(Duration.ofSeconds(3), shown.age());
        assertEquals(Thread.currentThread().getName(), shown.gauges().get("thread"));
        lease.close();
    }

    // ---- closing ---------------------------------------------------------------------------------------------------

    @Test
    void closesAtOnceWithoutLeases() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        guarded.lease().close();
        guarded.close();
        assertEquals(List.of("shared"), journal.entries());
        assertEquals(0, open(scope));
        guarded.close();
        scope.close();
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void lendsNoMoreOnceClosed() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        guarded.close();
        String message =
                assertThrows(UseAfterCloseException.class, guarded::lease).getMessage();
        assertTrue(message.contains("closed"), message);
        assertEquals(0, guarded.leases());
    }

    @Test
    void waitsForTheLastLease() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> first = guarded.lease();
        Lease<AutoCloseable> second = guarded.lease();
        CompletableFuture<Throwable> closing = on("closer", guarded);
        Await.until("waits", () -> time.parked() == 1);
        assertThrows(UseAfterCloseException.class, guarded::lease);
        first.close();
        assertSame(first, first);
        assertFalse(closing.isDone());
        assertEquals(List.of(), journal.entries());
        second.get();
        second.close();
        assertEquals(null, get(closing));
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void isWaitedForInItsPlaceByItsScope() throws Exception {
        scope.own(journal.resource("older"));
        Guarded<AutoCloseable> guarded = share();
        scope.own(journal.resource("newer"));
        Lease<AutoCloseable> lease = guarded.lease();
        CompletableFuture<Throwable> closing = on("closer", scope);
        Await.until("waits", () -> journal.entries().contains("newer"));
        assertFalse(closing.isDone());
        lease.close();
        assertEquals(null, get(closing));
        assertEquals(List.of("newer", "shared", "older"), journal.entries());
    }

    @Test
    void throwsWhatTheResourceThrows() {
        IOException checked = new IOException("checked");
        IllegalStateException unchecked = new IllegalStateException("unchecked");
        Guarded<AutoCloseable> first = scope.share(journal.failing(0, checked));
        Guarded<AutoCloseable> second = scope.share(journal.failing(1, unchecked));
        CloseException wrapper = assertThrows(CloseException.class, first::close);
        assertSame(checked, wrapper.getCause());
        assertEquals(1, wrapper.report().failed());
        assertSame(unchecked, assertThrows(IllegalStateException.class, second::close));
        scope.close();
        assertEquals(List.of("0", "1"), journal.entries());
    }

    @Test
    void closesOnceThoughItsCloserClosesItAgain() throws Exception {
        AtomicReference<Guarded<AutoCloseable>> itself = new AtomicReference<>();
        itself.set(scope.share(() -> {
            journal.note("closing");
            assertThrows(UseAfterCloseException.class, itself.get()::lease);
            itself.get().close();
        }));
        itself.get().close();
        assertEquals(List.of("closing"), journal.entries());
    }

    @Test
    void makesASecondCloserWaitForTheFirst() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Guarded<AutoCloseable> guarded = scope.share(() -> {
            inside.countDown();
            go.await();
            journal.note("closed");
        });
        CompletableFuture<Throwable> first = on("first", guarded);
        inside.await();
        CompletableFuture<Throwable> second = on("second closer", guarded);
        Await.until("waits", () -> stateOf("second closer") == Thread.State.TIMED_WAITING);
        assertFalse(second.isDone());
        go.countDown();
        assertEquals(null, get(second));
        assertEquals(List.of("closed"), journal.entries());
        assertEquals(null, get(first));
    }

    @Test
    void makesASecondCloserWaitForTheFirstThatWaitsForALease() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> lease = guarded.lease();
        CompletableFuture<Throwable> first = on("first", guarded);
        Await.until("waits", () -> time.parked() == 1);
        CompletableFuture<Throwable> second = on("second waiter", guarded);
        Await.until("waits", () -> stateOf("second waiter") == Thread.State.TIMED_WAITING);
        assertFalse(second.isDone());
        lease.close();
        assertEquals(null, get(first));
        assertEquals(null, get(second));
        assertEquals(List.of("shared"), journal.entries());
    }

    // ---- the deadline ----------------------------------------------------------------------------------------------

    private static CloseException stillOut(Throwable thrown) {
        CloseException exception = assertInstanceOf(CloseException.class, thrown);
        assertInstanceOf(CloseTimeoutException.class, exception.getCause());
        assertEquals(1, exception.report().failed());
        return exception;
    }

    @Test
    void namesTheHoldersAtTheDeadline() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        AtomicReference<Lease<AutoCloseable>> held = new AtomicReference<>();
        get(on("report thread", () -> held.set(guarded.lease().label("monthly report"))));
        time.advance(Duration.ofSeconds(5));
        Lease<AutoCloseable> own = guarded.lease();
        CompletableFuture<Throwable> closing = on("closer", guarded);
        pass(DEADLINE);
        String message = stillOut(get(closing)).getMessage();
        assertTrue(message.contains("2 leases are still open after PT10S"), message);
        assertTrue(message.contains("monthly report of thread report thread for PT15S"), message);
        assertTrue(
                message.contains("a lease of thread " + Thread.currentThread().getName() + " for PT10S"), message);
        held.get().close();
        own.close();
    }

    @Test
    void isClosedByTheLastLeaseAfterTheDeadline() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> first = guarded.lease();
        Lease<AutoCloseable> last = guarded.lease();
        CompletableFuture<Throwable> closing = on("closer", guarded);
        pass(DEADLINE);
        stillOut(get(closing));
        assertEquals(0, open(scope));
        last.get();
        first.close();
        assertEquals(List.of(), journal.entries());
        last.close();
        assertEquals(List.of("shared"), journal.entries());
        last.close();
        guarded.close();
        scope.close();
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void isLeftBehindByItsScopeAtTheDeadline() throws Exception {
        scope.own(journal.resource("older"));
        Lease<AutoCloseable> lease = share().lease();
        CompletableFuture<CloseReport> closing =
                scope.closeAsync(task -> new Thread(task).start()).toCompletableFuture();
        pass(DEADLINE);
        CloseReport report = closing.get(20, TimeUnit.SECONDS);
        assertEquals(1, report.failed());
        assertEquals(1, report.closed());
        assertEquals(List.of("older"), journal.entries());
        lease.close();
        assertEquals(List.of("older", "shared"), journal.entries());
    }

    @ParameterizedTest
    @EnumSource(OverrunPolicy.class)
    void namesTheHoldersWhateverThePolicyOfItsScope(OverrunPolicy policy) throws Exception {
        try (LogCapture log = LogCapture.ofScopes()) {
            for (int round = 0; round < 5; round++) { // who looks first at the deadline must not matter
                VirtualTime clock = new VirtualTime();
                Scope owner = Scope.builder("owner")
                        .timeSource(clock)
                        .deadline(DEADLINE)
                        .overrun(policy)
                        .open();
                Lease<AutoCloseable> lease =
                        owner.share(journal.resource("shared")).lease().label("the holder");
                CompletableFuture<CloseReport> closing =
                        owner.closeAsync(task -> new Thread(task).start()).toCompletableFuture();
                int waiting = policy == OverrunPolicy.ABANDON ? 1 : 2; // who waits for leases, and the patrol
                Await.until("both wait", () -> clock.parked() == waiting);
                clock.advance(DEADLINE);
                CloseReport report = closing.get(20, TimeUnit.SECONDS);
                lease.close();
                assertEquals(1, report.failed());
                String message = report.failures().get(0).thrown().getMessage();
                assertTrue(message.contains("the holder"), message);
            }
        }
    }

    @Test
    void waitsForHalfAMinuteWithoutADeadline() throws Exception {
        Scope owner = Scope.builder("owner").timeSource(time).open();
        Guarded<AutoCloseable> guarded = owner.share(journal.resource("shared"));
        Lease<AutoCloseable> lease = guarded.lease();
        CompletableFuture<Throwable> closing = on("closer", guarded);
        pass(Duration.ofSeconds(29));
        Await.until("waits on", () -> time.parked() == 1);
        assertFalse(closing.isDone());
        pass(Duration.ofSeconds(1));
        stillOut(get(closing));
        lease.close();
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void waitsByTheRealClockToo() {
        Scope owner = Scope.builder("owner").deadline(Duration.ofMillis(30)).open();
        Guarded<AutoCloseable> guarded = owner.share(journal.resource("shared"));
        Lease<AutoCloseable> lease = guarded.lease();
        long start = System.nanoTime();
        CloseException thrown = assertThrows(CloseException.class, guarded::close);
        assertTrue(System.nanoTime() - start >= 30_000_000);
        stillOut(thrown);
        lease.close();
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void doesNotHangWhenAHolderClosesIt() throws Exception {
        CompletableFuture<Throwable> holder = on("holder", () -> {
            Guarded<AutoCloseable> guarded = share();
            try (Lease<AutoCloseable> lease = guarded.lease().label("my own")) {
                CloseException thrown = assertThrows(CloseException.class, guarded::close);
                journal.note(thrown.getMessage().contains("my own of thread holder"));
                lease.get();
            }
        });
        pass(DEADLINE);
        assertEquals(null, get(holder));
        assertEquals(List.of("true", "shared"), journal.entries());
    }

    @Test
    void namesAFewOfManyHolders() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        List<Lease<AutoCloseable>> leases = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            leases.add(guarded.lease());
        }
        CompletableFuture<Throwable> closing = on("closer", guarded);
        pass(DEADLINE);
        String message = stillOut(get(closing)).getMessage();
        assertTrue(message.contains("1000 leases"), message);
        assertTrue(message.length() < 2_000, message);
        leases.forEach(Lease::close);
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void logsTheFailureOfACloseByTheLastLease() throws Exception {
        IOException failure = new IOException("too late to be thrown");
        Guarded<AutoCloseable> guarded = scope.share(journal.failing("failing", failure));
        Lease<AutoCloseable> lease = guarded.lease();
        CompletableFuture<Throwable> closing = on("closer", guarded);
        pass(DEADLINE);
        stillOut(get(closing));
        try (LogCapture log = LogCapture.ofScopes()) {
            lease.close();
            assertEquals(List.of(failure), log.thrown());
        }
        assertEquals(List.of("failing"), journal.entries());
    }

    // ---- invalidated -----------------------------------------------------------------------------------------------

    @Test
    void isLentNoMoreOnceInvalidatedAndClosedByTheLastLease() {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> first = guarded.lease();
        Lease<AutoCloseable> last = guarded.lease();
        IOException cause = new IOException("connection reset");
        first.invalidate(cause);
        UseAfterCloseException refusal = assertThrows(UseAfterCloseException.class, guarded::lease);
        assertTrue(refusal.getMessage().contains("connection reset"), refusal.getMessage());
        assertSame(cause, refusal.getCause());
        first.get();
        first.close();
        assertEquals(List.of(), journal.entries());
        last.get();
        last.close();
        assertEquals(List.of("shared"), journal.entries());
        assertEquals(0, open(scope), "it leaves its scope");
        scope.close();
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void keepsTheFirstCauseItIsInvalidatedFor() {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> lease = guarded.lease();
        IOException first = new IOException("first");
        lease.invalidate(first);
        lease.invalidate(new IOException("second"));
        assertSame(
                first,
                assertThrows(UseAfterCloseException.class, guarded::lease).getCause());
        assertEquals(
                "cause",
                assertThrows(NullPointerException.class, () -> lease.invalidate(null))
                        .getMessage());
        lease.close();
    }

    /** Cannot be printed. */
    private static final class Mute extends IOException {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    @Test
    void refusesALeaseThoughTheCauseCannotBePrinted() {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> lease = guarded.lease();
        lease.invalidate(new Mute());
        assertThrows(UseAfterCloseException.class, guarded::lease);
        lease.close();
        assertEquals(List.of("shared"), journal.entries());
        assertEquals(0, guarded.leases());
    }

    @Test
    void throwsAFailureThatCannotBePrinted() {
        Mute mute = new Mute();
        Guarded<AutoCloseable> guarded = scope.share(journal.failing(0, mute));
        assertSame(mute, assertThrows(CloseException.class, guarded::close).getCause());
    }

    @Test
    void closesOnceWhenInvalidatedWhileACloserWaits() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> lease = guarded.lease();
        CompletableFuture<Throwable> closing = on("closer", scope);
        Await.until("waits", () -> time.parked() > 0);
        lease.invalidate(new IOException("meanwhile"));
        lease.close();
        assertEquals(null, get(closing));
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void closesOnceWhenInvalidatedBeforeTheCloseThatTimesOut() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> lease = guarded.lease();
        lease.invalidate(new IOException("before"));
        CompletableFuture<Throwable> closing = on("closer", guarded);
        pass(DEADLINE);
        stillOut(get(closing));
        lease.close();
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void logsTheFailureOfACloseAfterAnInvalidation() {
        IOException failure = new IOException("failed");
        Guarded<AutoCloseable> guarded = scope.share(journal.failing(0, failure));
        Lease<AutoCloseable> lease = guarded.lease();
        lease.invalidate(new IOException("cause"));
        try (LogCapture log = LogCapture.ofScopes()) {
            lease.close();
            assertEquals(List.of(failure), log.thrown());
        }
        scope.close();
        assertEquals(List.of("0"), journal.entries());
    }

    @Test
    void closesAtOnceWhenInvalidatedThroughALeaseThatIsClosed() {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> closed = guarded.lease();
        closed.close();
        closed.invalidate(new IOException("afterwards"));
        assertEquals(List.of("shared"), journal.entries(), "no lease is open");
        assertThrows(UseAfterCloseException.class, guarded::lease);
        scope.close();
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void keepsNobodyWaitingWhenItsCloserIsAbandoned() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Scope owner = Scope.builder("owner")
                .deadline(DEADLINE)
                .overrun(OverrunPolicy.ABANDON)
                .timeSource(time)
                .open();
        Guarded<AutoCloseable> guarded = owner.share(go::await);
        CompletableFuture<Throwable> closing = on("closer", owner);
        pass(DEADLINE);
        assertEquals(CloseTimeoutException.class, get(closing).getClass());
        assertEquals(null, get(on("another", guarded)));
        go.countDown();
    }

    @Test
    void isClosedByALeaseOnAnotherThreadThoughItsScopeIsConfined() throws Exception {
        Scope confined = Scope.confined();
        Guarded<AutoCloseable> guarded = confined.share(journal.resource("shared"));
        Lease<AutoCloseable> lease = guarded.lease();
        assertEquals(null, get(on("another", () -> {
            lease.invalidate(new IOException("unfit"));
            lease.close();
        })));
        confined.close();
        assertEquals(List.of("shared"), journal.entries());
    }

    // ---- dropped ---------------------------------------------------------------------------------------------------

    /** Takes a lease and forgets it. */
    private static Reference<?> drop(Guarded<AutoCloseable> guarded, String label) {
        return new WeakReference<>(guarded.lease().label(label));
    }

    @Test
    void takesADroppedLeaseBackAndReportsIt() {
        List<LeakReport> heard = new CopyOnWriteArrayList<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add)) {
            Guarded<AutoCloseable> guarded = share();
            LeakProbe.awaitCollected(drop(guarded, "dropped in the test"));
            Await.until("given back", () -> guarded.leases() == 0);
            Await.until(
                    "reported",
                    () -> heard.stream().anyMatch(report -> report.label().equals("dropped in the test")));
            LeakReport report = heard.stream()
                    .filter(each -> each.label().equals("dropped in the test"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(LeakReport.Kind.COLLECTED_UNCLOSED, report.kind());
            assertEquals("owner", report.scopePath());
            scope.close();
            assertEquals(List.of("shared"), journal.entries());
        }
    }

    /** Shares a resource whose close blocks, and drops its only lease. */
    private Reference<?> dropTheLastOfOneThatBlocks(CountDownLatch inside, CountDownLatch go) {
        Guarded<AutoCloseable> guarded = scope.share(() -> {
            inside.countDown();
            go.await();
        });
        Lease<AutoCloseable> lease = guarded.lease();
        lease.invalidate(new IOException("unfit"));
        return new WeakReference<>(lease);
    }

    @Test
    void takesOtherLeasesBackWhileACloserBlocks() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Guarded<AutoCloseable> other = share();
        LeakProbe.awaitCollected(dropTheLastOfOneThatBlocks(inside, go));
        assertTrue(inside.await(20, TimeUnit.SECONDS));
        LeakProbe.awaitCollected(drop(other, "dropped meanwhile"));
        Await.until("given back", () -> other.leases() == 0);
        go.countDown();
        scope.close();
    }

    @Test
    void reportsNoLeaseThatIsClosed() {
        List<LeakReport> heard = new CopyOnWriteArrayList<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add)) {
            Guarded<AutoCloseable> guarded = share();
            closeAndDrop(guarded).forEach(LeakProbe::awaitCollected);
            LeakProbe.awaitCollected(drop(guarded, "the last one"));
            Await.until(
                    "the last one is reported",
                    () -> heard.stream().anyMatch(report -> report.label().equals("the last one")));
            assertTrue(heard.stream().noneMatch(report -> report.label().equals("closed")), heard::toString);
        }
    }

    private static List<Reference<?>> closeAndDrop(Guarded<AutoCloseable> guarded) {
        List<Reference<?>> leases = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Lease<AutoCloseable> lease = guarded.lease().label("closed");
            lease.close();
            leases.add(new WeakReference<>(lease));
        }
        return leases;
    }

    @Test
    void endsTheWaitOfACloserWhenTheLastLeaseIsDropped() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        Reference<?> dropped = drop(guarded, "dropped while a closer waits");
        CompletableFuture<Throwable> closing = on("closer", guarded);
        LeakProbe.awaitCollected(dropped);
        assertEquals(null, get(closing));
        assertEquals(List.of("shared"), journal.entries());
    }

    private static Reference<?> dropInvalid(Guarded<AutoCloseable> guarded) {
        Lease<AutoCloseable> lease = guarded.lease().label("dropped and unfit");
        lease.invalidate(new IOException("unfit"));
        return new WeakReference<>(lease);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isClosedWhenItsLastLeaseIsInvalidatedAndDropped(boolean confined) {
        Scope owner = confined ? Scope.confined() : Scope.open();
        Guarded<AutoCloseable> guarded = owner.share(journal.resource("shared"));
        LeakProbe.awaitCollected(dropInvalid(guarded));
        Await.until("given back", () -> guarded.leases() == 0);
        Await.until("closed, by the reaper or by its scope", () -> {
            if (confined) {
                owner.close();
            }
            return journal.entries().size() == 1;
        });
        owner.close();
        assertEquals(List.of("shared"), journal.entries());
    }

    private static Reference<?> shareAndDrop(Scope scope, AutoCloseable resource) {
        return new WeakReference<>(scope.share(resource).lease());
    }

    @Test
    void isClosedByItsScopeThoughNobodyRefersToIt() {
        LeakProbe.awaitCollected(shareAndDrop(scope, journal.resource("shared")));
        scope.close();
        assertEquals(List.of("shared"), journal.entries());
    }

    // ---- handed over -----------------------------------------------------------------------------------------------

    @Test
    void isWaitedForByTheScopeItIsMovedTo() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        Lease<AutoCloseable> lease = guarded.lease();
        Scope target = Scope.open("target");
        scope.moveTo(target);
        lease.get();
        CompletableFuture<Throwable> closing = on("closer", target);
        Await.until("waits", () -> time.parked() > 0);
        lease.close();
        assertEquals(null, get(closing));
        assertEquals(List.of("shared"), journal.entries());
    }

    @Test
    void isLentOnWhenItsScopeDetachesEverything() throws Exception {
        Guarded<AutoCloseable> guarded = share();
        Scope detached = scope.detachAll();
        scope.close();
        guarded.lease().close();
        guarded.close();
        assertEquals(0, open(detached));
        assertEquals(List.of("shared"), journal.entries());
    }

    // ---- many threads ----------------------------------------------------------------------------------------------

    @Test
    void isNeverClosedWhileLent() throws Exception {
        for (int round = 0; round < 200; round++) {
            AtomicBoolean closed = new AtomicBoolean();
            AtomicInteger usedAfterClose = new AtomicInteger();
            AtomicInteger closes = new AtomicInteger();
            Scope owner = Scope.open();
            Guarded<AutoCloseable> guarded = owner.share(() -> {
                closed.set(true);
                closes.incrementAndGet();
            });
            boolean invalidate = round % 2 == 0;
            CountDownLatch busy = new CountDownLatch(3);
            Function<Integer, CompletableFuture<Throwable>> user = number -> on("user " + number, () -> {
                try {
                    for (int i = 0; ; i++) {
                        try (Lease<AutoCloseable> lease = guarded.lease()) {
                            busy.countDown();
                            if (closed.get()) {
                                usedAfterClose.incrementAndGet();
                            }
                            if (invalidate && i == 50 + number) {
                                lease.invalidate(new IOException("unfit"));
                            }
                        }
                    }
                } catch (UseAfterCloseException end) {
                    busy.countDown();
                }
            });
            List<CompletableFuture<Throwable>> users = List.of(user.apply(0), user.apply(1), user.apply(2));
            busy.await();
            owner.close();
            for (CompletableFuture<Throwable> each : users) {
                assertEquals(null, get(each));
            }
            assertEquals(0, usedAfterClose.get());
            assertEquals(0, guarded.leases());
            Await.until("closed", closed::get); // an invalidated one is closed by its last user
            assertEquals(1, closes.get());
        }
    }

    @Test
    void isClosedOnceByTwoClosersAndItsScope() throws Exception {
        for (int round = 0; round < 300; round++) {
            AtomicInteger closes = new AtomicInteger();
            Scope owner = Scope.open();
            Guarded<AutoCloseable> guarded = owner.share(closes::incrementAndGet);
            List<CompletableFuture<Throwable>> closers =
                    List.of(on("first", guarded), on("second", guarded), on("scope", owner));
            for (CompletableFuture<Throwable> each : closers) {
                assertEquals(null, get(each));
            }
            assertEquals(1, closes.get());
        }
    }

    @Test
    void isClosedWhenASecondCloserReturns() throws ExecutionException, InterruptedException {
        for (int round = 0; round < 500; round++) {
            AtomicBoolean closed = new AtomicBoolean();
            Scope owner = Scope.open();
            Guarded<AutoCloseable> guarded = owner.share(() -> {
                Thread.yield();
                closed.set(true);
            });
            CountDownLatch start = new CountDownLatch(1);
            List<CompletableFuture<Throwable>> closers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                closers.add(on("closer", () -> {
                    start.await();
                    guarded.close();
                    assertTrue(closed.get(), "a second call waits for the first");
                }));
            }
            start.countDown();
            for (CompletableFuture<Throwable> each : closers) {
                assertEquals(null, each.get());
            }
        }
    }
}
