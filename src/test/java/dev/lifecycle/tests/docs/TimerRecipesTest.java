package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.Timeout;
import dev.lifecycle.task.Timer;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The recipes of docs/tasks.md that are about timers. */
class TimerRecipesTest {
    private final Executor executor = ForkJoinPool.commonPool();

    // @start region="later"
    CompletableFuture<String> within(Duration limit, CompletableFuture<String> answer) {
        Timeout timeout = Timer.shared()
                .schedule(limit, () -> answer.completeExceptionally(new TimeoutException("after " + limit)), executor);
        return answer.whenComplete((result, failure) -> timeout.cancel());
    }
    // @end

    @Test
    void completesLate() {
        CompletableFuture<String> late = within(Duration.ofMillis(1), new CompletableFuture<>());
        Await.until("timed out", late::isCompletedExceptionally);
        CompletableFuture<String> answer = new CompletableFuture<>();
        CompletableFuture<String> inTime = within(Duration.ofHours(1), answer);
        answer.complete("42");
        assertEquals("42", inTime.join());
    }

    @Test
    void belongsToAScope() {
        AtomicInteger reminders = new AtomicInteger();
        Runnable remind = reminders::incrementAndGet;
        // @start region="own"
        try (Scope app = Scope.open("app")) {
            Timer timer = Timer.builder("reminders").maxPending(10_000).open(app);
            timer.schedule(Duration.ofHours(1), remind, executor);
        } // cancels it
        // @end
        assertEquals(0, reminders.get());
    }

    // @start region="idle"
    static final class Connection {
        private static final Duration IDLE = Duration.ofSeconds(30);
        private final Timeout idle;

        Connection(Timer timer, Executor executor, Runnable close) {
            idle = timer.schedule(IDLE, close, executor);
        }

        boolean received() {
            return idle.rearm(IDLE); // false: it was idle for so long that it is being closed
        }
    }
    // @end

    @Test
    void closesWhatIsIdle() {
        // @start region="virtual"
        VirtualTime time = new VirtualTime();
        ConcurrentLinkedQueue<Runnable> handed = new ConcurrentLinkedQueue<>();
        try (Timer timer = Timer.builder("test").timeSource(time).open()) {
            Connection connection = new Connection(timer, handed::add, () -> {});
            time.advance(Duration.ofSeconds(29));
            assertTrue(connection.received());
            time.advance(Duration.ofSeconds(29));
            assertEquals(1, timer.pending());
            time.advance(Duration.ofSeconds(2));
            Await.until("handed over", () -> handed.size() == 1); // by another thread, so in a moment
            assertFalse(connection.received());
        }
        // @end
    }
}
