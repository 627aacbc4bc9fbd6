package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.task.LimitExceededException;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.LimiterClosedException;
import dev.lifecycle.task.Permit;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers of a limiter that wait. */
@Timeout(60)
class LimiterWaitTest {
    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);

    private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - 1_000);
    private Limiter limiter = limiter(1);

    private Limiter limiter(int max) {
        return Limiter.builder("llm", max)
                .maxWaiters(100)
                .wait(Duration.ofSeconds(5))
                .timeSource(time)
                .open();
    }

    @AfterEach
    void close() {
        limiter.close();
    }

    private void replace(int max) {
        limiter.close();
        limiter = limiter(max);
    }

    private Asker<Permit> asker(Duration wait) {
        int before = limiter.stats().waiting();
        Asker<Permit> asker = Asker.of(() -> limiter.acquire(wait));
        Await.until("waits", () -> limiter.stats().waiting() == before + 1);
        return asker;
    }

    @Test
    void servesThemInTheOrderInWhichTheyCame() throws Exception {
        Permit held = limiter.tryAcquire().orElseThrow();
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        List<Asker<Permit>> askers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            askers.add(Asker.of(() -> {
                try (Permit permit = limiter.acquire(LONG)) {
                    served.add(number);
                    return permit;
                }
            }));
            Await.until("waits", () -> limiter.stats().waiting() == number + 1);
        }
        assertTrue(limiter.tryAcquire().isEmpty());
        held.close();
        for (Asker<Permit> asker : askers) {
            asker.result();
        }
        assertEquals(List.of(0, 1, 2, 3, 4), served);
        assertEquals(0, limiter.stats().active());
        assertEquals(0, limiter.stats().waiting());
    }

    @Test
    void refusesThemAtTheirDeadline() throws Exception {
        try (Permit held = limiter.tryAcquire().orElseThrow().label("report")) {
            Asker<Permit> asker = asker(Duration.ofSeconds(5));
            time.advance(Duration.ofSeconds(5).minusNanos(1));
            assertEquals(1, limiter.stats().waiting());
            time.advance(Duration.ofNanos(1));
            LimitExceededException refused = assertInstanceOf(LimitExceededException.class, asker.failure());
            assertEquals("report", refused.oldest().orElseThrow());
            assertEquals(Duration.ofSeconds(5), refused.oldestAge());
            assertTrue(refused.getMessage().contains("no permit after PT5S"), refused::getMessage);
            assertEquals(1, limiter.stats().timedOut());
            assertTrue(held.toString().contains("llm"));
        }
        assertTrue(limiter.tryAcquire().isPresent());
    }

    @Test
    void letsTheNextOneHaveWhatOneThatLeftDoesNotTake() throws Exception {
        Permit held = limiter.tryAcquire().orElseThrow();
        Asker<Permit> first = asker(Duration.ofSeconds(1));
        Asker<Permit> second = asker(LONG);
        time.advance(Duration.ofSeconds(1));
        first.failure();
        held.close();
        second.result().close();
    }

    @Test
    void lookAtTheirInterruptAndTakeNothingThen() throws Exception {
        Permit held = limiter.tryAcquire().orElseThrow();
        Asker<Permit> asker = asker(LONG);
        asker.thread.interrupt();
        assertInstanceOf(InterruptedException.class, asker.failure());
        assertEquals(0, limiter.stats().waiting());
        held.close();
        assertEquals(0, limiter.stats().active());
    }

    @Test
    void doNotWaitForWhatIsFreeWhenInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        try (Permit free = limiter.acquire(LONG)) {
            assertTrue(Thread.interrupted(), free::toString);
        }
    }

    @Test
    void keepTheInterruptOfACall() throws Exception {
        try (Permit held = limiter.tryAcquire().orElseThrow()) {
            Asker<Boolean> asker = Asker.of(() -> {
                assertThrows(LimitExceededException.class, () -> limiter.call(() -> held));
                return Thread.interrupted();
            });
            Await.until("waits", () -> limiter.stats().waiting() == 1);
            asker.thread.interrupt();
            assertTrue(asker.result());
        }
    }

    @Test
    void waitInACallAsLongAsWasBuilt() throws Exception {
        Permit held = limiter.tryAcquire().orElseThrow();
        Asker<Integer> late = Asker.of(() -> limiter.call(() -> 1));
        Await.until("waits", () -> limiter.stats().waiting() == 1);
        time.advance(Duration.ofSeconds(5));
        assertInstanceOf(LimitExceededException.class, late.failure());
        Asker<Integer> served = Asker.of(() -> limiter.call(() -> 2));
        Await.until("waits", () -> limiter.stats().waiting() == 1);
        held.close();
        assertEquals(2, served.result());
    }

    @Test
    void areNoMoreThanWasBuilt() throws Exception {
        limiter.close();
        limiter = Limiter.builder("llm", 1).maxWaiters(1).timeSource(time).open();
        Permit held = limiter.tryAcquire().orElseThrow();
        Asker<Permit> asker = asker(LONG);
        LimitExceededException refused = assertThrows(LimitExceededException.class, () -> limiter.acquire(LONG));
        assertTrue(refused.getMessage().contains("too many callers wait"), refused::getMessage);
        assertEquals(1, refused.waiting());
        assertEquals(1, limiter.stats().rejected());
        held.close();
        asker.result().close();
    }

    @Test
    void areServedWhenTheLimitIsRaised() throws Exception {
        Permit held = limiter.tryAcquire().orElseThrow();
        List<Asker<Permit>> askers = List.of(asker(LONG), asker(LONG), asker(LONG));
        limiter.resize(3);
        askers.get(0).result();
        askers.get(1).result();
        assertEquals(1, limiter.stats().waiting());
        assertEquals(3, limiter.stats().active());
        limiter.resize(1);
        held.close();
        askers.get(0).result().close();
        assertEquals(1, limiter.stats().waiting());
        askers.get(1).result().close();
        askers.get(2).result().close();
        assertEquals(0, limiter.stats().active());
    }

    @Test
    void areServedManyAtOnceWhenTheLimitIsRaised() throws Exception {
        replace(1);
        Permit held = limiter.tryAcquire().orElseThrow();
        List<Asker<Permit>> askers = Asker.some(90, () -> limiter.acquire(LONG));
        Await.until("all wait", () -> limiter.stats().waiting() == 90);
        limiter.resize(1_000);
        for (Asker<Permit> asker : askers) {
            asker.result();
        }
        assertEquals(91, limiter.stats().active());
        held.close();
        for (Asker<Permit> asker : askers) {
            asker.result().close();
        }
        assertEquals(0, limiter.stats().active());
    }

    @Test
    void areToldOfTheClose() throws Exception {
        Permit held = limiter.tryAcquire().orElseThrow();
        Asker<Permit> asker = asker(LONG);
        limiter.close();
        assertInstanceOf(LimiterClosedException.class, asker.failure());
        held.close();
        assertEquals(0, limiter.stats().active());
    }
}
