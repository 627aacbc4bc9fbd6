package dev.lifecycle.tests.testing;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Managed;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.testing.LeakFoundError;
import dev.lifecycle.testing.LeakProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a probe finds in its own scope and of its own accord. */
@Timeout(60)
class LeakProbeTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    private static LeakFoundError found(LeakProbe probe) {
        return assertThrows(LeakFoundError.class, probe::close);
    }

    private static LeakReport onlyFinding(LeakProbe probe) {
        LeakFoundError error = found(probe);
        assertEquals(1, error.findings().size(), error.getMessage());
        assertEquals(LeakReport.Kind.OUTLIVED_SCOPE, error.findings().get(0).kind());
        assertTrue(error.getMessage().startsWith("1 leak: this outlived probe \""), error.getMessage());
        return error.findings().get(0);
    }

    // ---- the scope -------------------------------------------------------------------------------------------------

    @Test
    void isContentWhenAllIsClosed() {
        try (LeakProbe probe = LeakProbe.open()) {
            try (Scope child = probe.scope().child("request")) {
                child.defer(() -> {});
            }
            probe.scope().share(() -> {}).lease().close();
        }
    }

    @Test
    void closesPlainResourcesInReverseOrderWithoutComplaint() {
        List<String> closed = new ArrayList<>();
        LeakProbe probe = LeakProbe.open("p");
        probe.scope().own(() -> closed.add("own"));
        probe.scope().hold(() -> closed.add("hold"));
        probe.scope().own(new Object(), value -> closed.add("adopted"));
        probe.scope().defer(() -> closed.add("deferred"));
        probe.scope().onExit(exit -> closed.add("exit"));
        probe.scope().share(() -> closed.add("shared"));
        probe.close();
        assertEquals(List.of("shared", "exit", "deferred", "adopted", "hold", "own"), closed);
        assertEquals(State.CLOSED, probe.scope().state());
    }

    @Test
    void findsAnOpenChildAndClosesIt() {
        LeakProbe probe = LeakProbe.open("service");
        Scope child = probe.scope().child("POST /chat");
        child.child("below"); // goes with it: not a finding of its own
        LeakReport finding = onlyFinding(probe);
        assertEquals("POST /chat", finding.label());
        assertEquals("Scope", finding.type());
        assertEquals("service", finding.scopePath());
        assertFalse(child.isOpen());
    }

    @Test
    void showsTheTreeAsItWasAndWhereTheProbeWasOpened() {
        LeakProbe probe = LeakProbe.open("service");
        probe.scope().child("request").defer(() -> {});
        String message = found(probe).getMessage();
        assertTrue(
                message.contains("LeakProbeTest.showsTheTreeAsItWasAndWhereTheProbeWasOpened(LeakProbeTest.java:"),
                message);
        assertTrue(message.contains("\n  1. Scope \"request\" is open in service"), message);
        assertTrue(message.contains("\nThe scope of the probe before it was closed:\n     service (Scope, "), message);
        assertTrue(message.contains("\n      '- request (Scope, "), message);
        assertTrue(message.contains("\n          '- lambda in LeakProbeTest (Resource)"), message);
    }

    @Test
    void findsALeaseThatIsNotGivenBack() {
        LeakProbe probe = LeakProbe.open("p", SHORT);
        Guarded<AutoCloseable> shared = probe.scope().share(() -> {});
        Lease<AutoCloseable> lease = shared.lease().label("report 7");
        long start = System.nanoTime();
        LeakFoundError error = found(probe);
        assertTrue(
                System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20), "waits as long as it was told, and not 30 s");
        LeakReport finding = error.findings().get(0);
        assertEquals("Lease", finding.type());
        assertEquals("report 7", finding.label());
        assertEquals(Thread.currentThread().getName(), finding.thread());
        assertTrue(finding.scopePath().startsWith("p/"), finding.scopePath());
        assertEquals(1, error.findings().size());
        assertTrue(error.getSuppressed()[0] instanceof CloseException, "the close of the scope failed, too");
        lease.close();
    }

    @Test
    void looksIntoWhatWasMovedIntoItsScope() {
        LeakProbe probe = LeakProbe.open("p");
        Scope other = Scope.open("other");
        other.child("request");
        other.defer(() -> {});
        other.moveTo(probe.scope());
        assertEquals("request", onlyFinding(probe).label());
    }

    @Test
    void findsComponentsThatAreNotScopes() {
        LeakProbe probe = LeakProbe.open("p");
        probe.scope().own(new Component("closed", State.CLOSED));
        probe.scope().own(new Component("open", State.OPEN));
        LeakReport finding = onlyFinding(probe);
        assertEquals("open", finding.label());
        assertEquals("Pool", finding.type());
        assertEquals(Duration.ofSeconds(3), finding.age());
    }

    @Test
    void listsAllFindingsButPrintsNotAllOfThem() {
        LeakProbe probe = LeakProbe.open("p");
        for (int i = 1; i <= 40; i++) {
            probe.scope().child("child " + i);
        }
        LeakFoundError error = found(probe);
        assertEquals(40, error.findings().size());
        assertTrue(error.getMessage().startsWith("40 leaks: "), error.getMessage());
        assertTrue(error.getMessage().contains("\n  32. Scope \"child 32\""), error.getMessage());
        assertTrue(error.getMessage().contains("\n  ... and 8 more, see findings()"), error.getMessage());
        assertFalse(error.getMessage().contains("\n  33. "), error.getMessage());
    }

    /** A snapshot lists the newest hundred: the probe must not take the rest for harmless. */
    @Test
    void doesNotPassOverWhatTheSnapshotLeavesOut() {
        LeakProbe probe = LeakProbe.open("p");
        probe.scope().child("request");
        for (int i = 0; i < 150; i++) {
            probe.scope().defer(() -> {});
        }
        found(probe);
    }

    @Test
    void leavesASubjectThatClosesTheScopeItselfAlone() {
        LeakProbe probe = LeakProbe.open("p");
        probe.scope().child("request");
        probe.scope().close();
        probe.close();
    }

    // ---- components and failures ------------------------------------------------------------------------------------

    @Test
    void findsAComponentThatShouldBeClosed() {
        LeakProbe probe = LeakProbe.open("p");
        Component open = probe.expectClosed(new Component("db", State.CLOSING));
        probe.expectClosed(new Component("cache", State.CLOSED));
        LeakFoundError error = found(probe);
        assertEquals(1, error.findings().size());
        assertEquals("db", error.findings().get(0).label());
        assertTrue(error.findings().get(0).origin().contains("LeakProbeTest.java:"), error.getMessage());
        assertTrue(
                error.getMessage().contains("Pool \"db\" is not closed, handed to the probe at "), error.getMessage());
        assertEquals("db", open.name());
    }

    @Test
    void findsAComponentClosedByItsOwnScopeClosed() {
        try (LeakProbe probe = LeakProbe.open("p")) {
            Scope child = probe.expectClosed(Scope.open("elsewhere"));
            probe.scope().own(child::close);
        }
    }

    @Test
    void countsAComponentThatThrowsWhenAskedAsOpen() {
        LeakProbe probe = LeakProbe.open("p");
        probe.expectClosed(new Component("broken", null));
        probe.expectClosed(new Component("db", State.OPEN));
        LeakFoundError error = found(probe);
        assertEquals(2, error.findings().size());
        assertTrue(
                error.getMessage()
                        .contains("Component does not tell whether it is closed: java.lang.IllegalStateException"),
                error.getMessage());
    }

    @Test
    void passesOnWhatACloserThrows() {
        LeakProbe checked = LeakProbe.open("p");
        IOException failure = new IOException("disk full");
        checked.scope().defer(() -> {
            throw failure;
        });
        assertSame(failure, assertThrows(CloseException.class, checked::close).getCause());
        LeakProbe unchecked = LeakProbe.open("p");
        IllegalStateException state = new IllegalStateException();
        unchecked.scope().defer(() -> {
            throw state;
        });
        assertSame(state, assertThrows(IllegalStateException.class, unchecked::close));
    }

    @Test
    void suppressesWhatACloserThrowsInALeak() {
        LeakProbe probe = LeakProbe.open("p");
        AssertionError failure = new AssertionError("closer");
        probe.scope().defer(() -> {
            throw failure;
        });
        probe.scope().child("request");
        assertEquals(List.of(failure), List.of(found(probe).getSuppressed()));
    }

    @Test
    void doesNotDemoteAnErrorOfTheJvm() {
        LeakProbe probe = LeakProbe.open("p");
        probe.scope().child("request");
        InternalError failure = new InternalError();
        probe.scope().defer(() -> {
            throw failure;
        });
        assertSame(failure, assertThrows(InternalError.class, probe::close));
        assertTrue(failure.getSuppressed()[0] instanceof LeakFoundError);
    }

    @Test
    void isSuppressedInTheFailureOfTheTest() {
        AssertionError failure = assertThrows(AssertionError.class, () -> {
            try (LeakProbe probe = LeakProbe.open("p")) {
                probe.scope().child("request");
                throw new AssertionError("the test's own");
            }
        });
        assertEquals("the test's own", failure.getMessage());
        assertTrue(failure.getSuppressed()[0] instanceof LeakFoundError);
    }

    // ---- closing, threads, bad input
    // ---------------------------------------------------------------------------------

    @Test
    void throwsOnceOnly() {
        LeakProbe probe = LeakProbe.open("p");
        probe.scope().child("request");
        found(probe);
        assertDoesNotThrow(probe::close);
    }

    @Test
    void expectsNothingAfterItIsClosed() {
        LeakProbe probe = LeakProbe.open("p");
        probe.close();
        for (Runnable late : List.<Runnable>of(
                () -> probe.expectCollected(new Object()),
                () -> probe.expectClosed(probe.scope()),
                probe::watchRoots,
                probe::watchThreads,
                () -> probe.watchThreads("x"))) {
            ScopeClosedException error = assertThrows(ScopeClosedException.class, late::run);
            assertEquals("probe p is closed; it expects nothing any more", error.getMessage());
            assertEquals(
                    "closed here, by thread " + Thread.currentThread().getName(),
                    error.getCause().getMessage());
        }
        assertThrows(ScopeClosedException.class, () -> probe.scope().child("late"));
    }

    @Test
    void throwsInOneOfTwoThreadsThatCloseIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 50; round++) {
                LeakProbe probe = LeakProbe.open("p");
                probe.scope().child("request");
                CyclicBarrier start = new CyclicBarrier(2);
                List<Future<Boolean>> results = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    results.add(threads.submit(() -> {
                        start.await();
                        try {
                            probe.close();
                            return false;
                        } catch (LeakFoundError e) {
                            return true;
                        }
                    }));
                }
                assertTrue(results.get(0).get() ^ results.get(1).get());
            }
        } finally {
            threads.shutdown();
            assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
        }
    }

    /** Probes are told apart by what was handed to them, not by thread or time. */
    @Test
    void doesNotFindTheLeaksOfAnotherTestInParallel() throws Exception {
        LeakProbe leaky = LeakProbe.open("leaky");
        try (LeakProbe clean = LeakProbe.open("clean")) {
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                List<Future<?>> work = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    work.add(threads.submit(() -> clean.scope().child("request").close()));
                    work.add(threads.submit(() -> leaky.scope().child("request")));
                }
                for (Future<?> one : work) {
                    one.get();
                }
            } finally {
                threads.shutdown();
            }
        }
        assertEquals(40, found(leaky).findings().size());
    }

    @Test
    void refusesBadInput() {
        refuses("name", () -> LeakProbe.open(null).close());
        refuses("patience", () -> LeakProbe.open("p", null).close());
        assertThrows(IllegalArgumentException.class, () -> LeakProbe.open(" ").close());
        assertThrows(
                IllegalArgumentException.class, () -> LeakProbe.open("a\nb").close());
        assertThrows(
                IllegalArgumentException.class,
                () -> LeakProbe.open("x".repeat(1_000_000)).close());
        for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE))) {
            assertEquals(
                    "patience is " + none + "; it must be longer than zero",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> LeakProbe.open("p", none).close())
                            .getMessage());
        }
        try (LeakProbe probe = LeakProbe.open("p", Duration.ofSeconds(Long.MAX_VALUE))) {
            refuses("object", () -> probe.expectCollected(null));
            refuses("component", () -> probe.expectClosed(null));
            refuses("namePrefix", () -> probe.watchThreads(null));
            assertEquals(
                    "namePrefix is empty; use watchThreads() to watch all threads",
                    assertThrows(IllegalArgumentException.class, () -> probe.watchThreads(""))
                            .getMessage());
        }
    }

    private static void refuses(String name, Runnable call) {
        assertEquals(name, assertThrows(NullPointerException.class, call::run).getMessage());
    }

    /** A component of a user; a null state throws. */
    private record Component(String name, State state) implements Managed {
        @Override
        public State state() {
            if (state == null) {
                throw new IllegalStateException("broken");
            }
            return state;
        }

        @Override
        public Kind kind() {
            return new Kind("Pool");
        }

        @Override
        public Snapshot snapshot() {
            return new Snapshot(0, name, kind(), state(), Duration.ofSeconds(3), Map.of(), List.of());
        }

        @Override
        public void close() {}
    }
}
