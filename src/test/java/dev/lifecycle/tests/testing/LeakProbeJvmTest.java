package dev.lifecycle.tests.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakFoundError;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** The checks of the whole JVM: of roots and of threads. */
@Timeout(60)
@Isolated
class LeakProbeJvmTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    // ---- roots -----------------------------------------------------------------------------------------------------

    @Test
    void findsARootThatWasOpenedSince() {
        try (Scope before = Scope.open("before")) {
            LeakProbe probe = LeakProbe.open("p").watchRoots();
            before.child("not a root");
            Scope.open("closed").close();
            try (Scope leaked = Scope.open("leaked")) {
                leaked.child("below");
                LeakFoundError error = assertThrows(LeakFoundError.class, probe::close);
                assertEquals(
                        List.of("leaked"),
                        error.findings().stream().map(LeakReport::label).toList(),
                        error.getMessage());
                assertTrue(error.getMessage().contains("root Scope \"leaked\" is open"), error.getMessage());
            }
        }
    }

    @Test
    void isContentWhenAllRootsSinceAreClosed() {
        try (LeakProbe probe = LeakProbe.open("p").watchRoots()) {
            Scope.open("closed").close();
            probe.watchRoots(); // the first call counts
        }
    }

    @Test
    void remembersTheRootsOfTheFirstCall() {
        LeakProbe probe = LeakProbe.open("p").watchRoots();
        try (Scope leaked = Scope.open("leaked")) {
            probe.watchRoots();
            assertEquals(
                    1,
                    assertThrows(LeakFoundError.class, probe::close).findings().size());
            assertTrue(leaked.isOpen());
        }
    }

    @Test
    void refusesToWatchRootsThatCannotBeToldFromOldOnes() {
        List<Scope> many = new ArrayList<>();
        try (LeakProbe probe = LeakProbe.open("p")) {
            while (Lifecycle.roots().size() < 1_000) {
                for (int i = 0; i < 100; i++) {
                    many.add(Scope.open("root"));
                }
            }
            String message =
                    assertThrows(LifecycleException.class, probe::watchRoots).getMessage();
            assertTrue(message.startsWith("at least 1000 named root scopes are open"), message);
        } finally {
            many.forEach(Scope::close);
        }
    }

    // ---- threads ---------------------------------------------------------------------------------------------------

    private static Thread start(String name, CountDownLatch until) {
        Thread thread = new Thread(
                () -> {
                    try {
                        until.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.start();
        return thread;
    }

    @Test
    void findsAThreadThatDoesNotEndAndSaysWhereItStands() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        LeakProbe probe = LeakProbe.open("p", SHORT).watchThreads();
        Thread thread = start("worker 7", end);
        Await.until("waits", () -> thread.getState() == Thread.State.WAITING);
        LeakFoundError error = assertThrows(LeakFoundError.class, probe::close);
        end.countDown();
        thread.join();
        assertEquals(1, error.findings().size(), error.getMessage());
        assertEquals("worker 7", error.findings().get(0).label());
        StackTraceElement[] stack = error.findings().get(0).touches().get(0).stack();
        assertTrue(
                List.of(stack).stream().anyMatch(frame -> frame.getMethodName().equals("await")), error.getMessage());
        assertTrue(
                error.getMessage().contains("thread \"worker 7\" (java.lang.Thread) has not ended; it stands"),
                error.getMessage());
    }

    @Test
    void knowsTheThreadsThatWereThereBefore() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread before = start("before", end);
        try (LeakProbe probe = LeakProbe.open("p", SHORT)) {
            probe.watchThreads();
        } finally {
            end.countDown();
            before.join();
        }
    }

    @Test
    void givesAThreadTimeToEnd() {
        try (LeakProbe probe = LeakProbe.open("p").watchThreads("slow-")) {
            CountDownLatch end = new CountDownLatch(1);
            Thread last = start("slow-2", end);
            probe.scope().defer(end::countDown); // it ends only after the probe's scope
            Thread first = start("slow-1", new CountDownLatch(0));
            assertTrue(last.isAlive() && first.getName().equals("slow-1"));
        }
    }

    @Test
    void looksOnlyAtThreadsWithThePrefix() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        LeakProbe probe = LeakProbe.open("p", SHORT).watchThreads("mine-");
        Thread other = start("other", end);
        Thread mine = start("mine-1", end);
        LeakFoundError error = assertThrows(LeakFoundError.class, probe::close);
        end.countDown();
        other.join();
        mine.join();
        assertEquals(
                List.of("mine-1"),
                error.findings().stream().map(LeakReport::label).toList());
    }

    /** They are started on first need and kept for others. */
    @Test
    void leavesOutTheThreadsOfTheJdkAndOfThisLibrary() throws Exception {
        try (LeakProbe probe = LeakProbe.open("p", SHORT)) {
            probe.watchThreads();
            ForkJoinPool.commonPool().submit(() -> {}).get();
            CompletableFuture.delayedExecutor(1, TimeUnit.NANOSECONDS, Runnable::run)
                    .execute(() -> {});
            new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-version")
                    .start()
                    .waitFor();
            try (Scope child =
                    Scope.builder("held").heldLongerThan(Duration.ofDays(1)).open()) {
                child.share(() -> {}).lease().close(); // the reaper and the timer
            }
        }
    }

    @Test
    void doesNotJudgeThreadsAfterAnInterrupt() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        LeakProbe probe = LeakProbe.open("p").watchThreads("late");
        Thread thread = start("late", end);
        Thread.currentThread().interrupt();
        assertThrows(LifecycleException.class, probe::close);
        assertTrue(Thread.interrupted());
        end.countDown();
        thread.join();
    }
}
