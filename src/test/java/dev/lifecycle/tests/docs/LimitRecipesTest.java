package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.Lazy;
import dev.lifecycle.task.LimitExceededException;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.Permit;
import dev.lifecycle.task.SingleFlight;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The recipes of docs/tasks.md for limiters, single flights and lazy values. */
@Timeout(60)
class LimitRecipesTest {
    record Answer(String text) {}

    record Model(String name) {}

    record Engine(AtomicInteger closes) implements AutoCloseable {
        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    // @start region="limit"
    static final class Chat {
        private final Limiter heavy;

        Chat(Scope app) {
            heavy = Limiter.builder("llm", 2).wait(Duration.ofSeconds(5)).open(app); // two at once, app closes it
        }

        Answer answer(String question) throws IOException {
            return heavy.call(() -> ask(question)); // LimitExceededException after 5 s: say 503, not 500
        }
    }
    // @end

    private static Answer ask(String question) throws IOException {
        if (question.isEmpty()) {
            throw new IOException("no question");
        }
        return new Answer(question + "? 42");
    }

    @Test
    void boundsWhatRunsAtOnce() throws IOException {
        try (Scope app = Scope.open("service")) {
            Chat chat = new Chat(app);
            assertEquals("six by nine? 42", chat.answer("six by nine").text());
            assertThrows(IOException.class, () -> chat.answer(""));
            assertTrue(app.snapshot().toText().contains("llm (Limiter"), app.snapshot()::toText);
        }
    }

    @Test
    void keepsThePermitOfWorkThatOutlivesItsTimeout() throws Exception {
        CompletableFuture<Answer> work = new CompletableFuture<>();
        try (Limiter heavy = Limiter.builder("llm", 1).open()) {
            assertThrows(TimeoutException.class, () -> await(heavy, work));
            assertEquals(1, heavy.stats().zombies());
            LimitExceededException refused =
                    assertThrows(LimitExceededException.class, () -> heavy.acquire(Duration.ZERO));
            assertEquals("question 17", refused.oldest().orElseThrow());
            work.complete(new Answer("late"));
            assertEquals(0, heavy.stats().active());
        }
    }

    private static Answer await(Limiter heavy, CompletableFuture<Answer> work)
            throws InterruptedException, ExecutionException, TimeoutException {
        // @start region="zombie"
        Permit permit = heavy.acquire(Duration.ofSeconds(5)).label("question 17");
        work.whenComplete((answer, failure) -> permit.close()); // when the work ends, not when we stop waiting
        try {
            return work.get(1, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            permit.abandon(); // stays taken, counted as a zombie: the work still runs
            throw late;
        }
        // @end
    }

    // @start region="single"
    static final class Models {
        private final SingleFlight<String, Model> loads;

        Models(Scope app) {
            loads = SingleFlight.<String, Model>builder("models").maxInFlight(4).open(app);
        }

        Model load(String name) throws InterruptedException, TimeoutException {
            return loads.get(name, () -> read(name), Duration.ofSeconds(30)); // one read, however many ask
        }
    }
    // @end

    private static Model read(String name) {
        return new Model(name);
    }

    @Test
    void loadsOnce() throws Exception {
        try (Scope app = Scope.open("service")) {
            assertEquals(new Model("tiny"), new Models(app).load("tiny"));
        }
    }

    @Test
    void keepsWhatWasLoadedForAMoment() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        try (Scope app = Scope.open("service")) {
            // @start region="burst"
            SingleFlight<String, Integer> prices = SingleFlight.<String, Integer>builder("prices")
                    .resultTtl(Duration.ofSeconds(1)) // calls that just miss each other share a load, too
                    .negativeTtl(Duration.ofMillis(100)) // a back end that is down is not asked by every caller
                    .maxKept(500)
                    .open(app);
            // @end
            assertEquals(1, prices.get("a", reads::incrementAndGet, Duration.ofSeconds(30)));
        }
    }

    @Test
    void makesItWhenItIsNeeded() throws Exception {
        AtomicInteger closes = new AtomicInteger();
        try (Scope app = Scope.open("service")) {
            // @start region="lazy"
            Lazy<Engine> engine = Lazy.builder("engine", () -> new Engine(closes))
                    .retryBackoff(Duration.ofSeconds(5)) // after a failure, fail fast for a while
                    .maxIdle(Duration.ofMinutes(10)) // unused for so long: closed, and made again when needed
                    .open(app); // app closes it, if it was made
            Engine made = engine.get();
            // @end
            assertSame(made, engine.get());
        }
        assertEquals(1, closes.get());
    }
}
