package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Pressure;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.LimitExceededException;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.LimiterClosedException;
import dev.lifecycle.task.LimiterStats;
import dev.lifecycle.task.Permit;
import dev.lifecycle.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A limiter, by one thread. */
@Timeout(60)
class LimiterTest {
    private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - 1_000);
    private final Scope app = Scope.open("app");

    @AfterEach
    void close() {
        app.close();
    }

    private Limiter limiter(int max) {
        return Limiter.builder("llm", max).timeSource(time).open(app);
    }

    private static List<Permit> take(Limiter limiter, int count) {
        List<Permit> permits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            permits.add(limiter.tryAcquire().orElseThrow());
        }
        return permits;
    }

    @Test
    void givesAsManyPermitsAsItWasBuiltWith() {
        for (int max : new int[] {1, 2, 63, 64, 65, 1_000}) {
            try (Limiter limiter = Limiter.builder("many", max).open()) {
                List<Permit> permits = take(limiter, max);
                assertTrue(limiter.tryAcquire().isEmpty());
                permits.get(max / 2).close();
                assertTrue(limiter.tryAcquire().isPresent());
                assertTrue(limiter.tryAcquire().isEmpty());
                assertEquals(max, limiter.stats().active());
                permits.forEach(Permit::close);
            }
        }
    }

    @Test
    void countsASecondCloseForNothing() {
        Limiter limiter = limiter(2);
        Permit first = take(limiter, 1).get(0);
        first.close();
        Permit second = take(limiter, 1).get(0);
        Permit third = take(limiter, 1).get(0);
        first.close();
        assertEquals(2, limiter.stats().active());
        assertTrue(limiter.tryAcquire().isEmpty());
        second.close();
        third.close();
        assertEquals(0, limiter.stats().active());
        assertEquals(3, limiter.stats().acquired());
        assertEquals(1, limiter.stats().rejected());
    }

    @Test
    void keepsThePermitOfAbandonedWorkUntilItEnds() {
        Limiter limiter = limiter(1);
        Permit permit = take(limiter, 1).get(0);
        permit.abandon();
        permit.abandon();
        assertEquals(1, limiter.stats().zombies());
        assertTrue(limiter.tryAcquire().isEmpty());
        permit.close();
        permit.close();
        assertEquals(0, limiter.stats().zombies());
        assertEquals(0, limiter.stats().active());
        permit.abandon();
        assertEquals(0, limiter.stats().zombies());
        take(limiter, 1);
    }

    @Test
    void tellsWhoIsRefusedHowManyAreThereAndWhoIsTheOldest() {
        Limiter limiter = limiter(2);
        Permit first = take(limiter, 1).get(0).label("chat 17");
        time.advance(Duration.ofSeconds(41));
        take(limiter, 1).get(0).label("chat 18").abandon();
        LimitExceededException refused =
                assertThrows(LimitExceededException.class, () -> limiter.acquire(Duration.ZERO));
        assertEquals(2, refused.active());
        assertEquals(1, refused.zombies());
        assertEquals(0, refused.waiting());
        assertEquals(Optional.of("chat 17"), refused.oldest());
        assertEquals(Duration.ofSeconds(41), refused.oldestAge());
        for (String part : List.of("llm", "2 of 2 taken", "1 of them by work that was given up", "chat 17", "PT41S")) {
            assertTrue(refused.getMessage().contains(part), refused.getMessage());
        }
        first.close();
        take(limiter, 1);
        refused = assertThrows(LimitExceededException.class, () -> limiter.acquire(Duration.ZERO));
        assertEquals(Optional.of("chat 18"), refused.oldest());
    }

    @Test
    void noticesPermitsWithoutALabelWhenItRefuses() {
        Limiter limiter = limiter(1);
        take(limiter, 1);
        assertThrows(LimitExceededException.class, () -> limiter.acquire(Duration.ZERO));
        time.advance(Duration.ofSeconds(3));
        LimitExceededException refused =
                assertThrows(LimitExceededException.class, () -> limiter.acquire(Duration.ZERO));
        assertEquals(Optional.empty(), refused.oldest());
        assertEquals(Duration.ofSeconds(3), refused.oldestAge());
    }

    // ---- call ------------------------------------------------------------------------------------------------------

    @Test
    void closesThePermitOfACallThatReturnsOrThrows() throws Exception {
        Limiter limiter = limiter(1);
        assertEquals(1, limiter.call(() -> limiter.stats().active()));
        assertThrows(
                IOException.class,
                () -> limiter.call(() -> {
                    throw new IOException("planned");
                }));
        assertThrows(
                StackOverflowError.class,
                () -> limiter.call(() -> {
                    throw new StackOverflowError("planned");
                }));
        assertEquals(0, limiter.stats().active());
    }

    @Test
    void refusesACallAtOnceUnlessItMayWait() {
        Limiter limiter = limiter(1);
        take(limiter, 1);
        assertThrows(LimitExceededException.class, () -> limiter.call(() -> 1));
        assertEquals(1, limiter.stats().rejected());
    }

    // ---- the limit -------------------------------------------------------------------------------------------------

    @Test
    void givesNoneAfterItWasLoweredUntilEnoughAreClosed() {
        Limiter limiter = limiter(10);
        List<Permit> permits = take(limiter, 7);
        limiter.resize(3);
        assertEquals(7, limiter.stats().active());
        assertEquals(3, limiter.stats().limit());
        for (int active = 7; active > 3; active--) {
            assertTrue(limiter.tryAcquire().isEmpty());
            permits.remove(0).close();
        }
        assertTrue(limiter.tryAcquire().isEmpty());
        permits.remove(0).close();
        take(limiter, 1);
        assertTrue(limiter.tryAcquire().isEmpty());
    }

    @Test
    void givesMoreAfterItWasRaised() {
        Limiter limiter = limiter(1);
        take(limiter, 1);
        assertTrue(limiter.tryAcquire().isEmpty());
        limiter.resize(500);
        take(limiter, 499);
        assertTrue(limiter.tryAcquire().isEmpty());
        limiter.resize(1);
        limiter.resize(501);
        take(limiter, 1);
        assertTrue(limiter.tryAcquire().isEmpty());
    }

    @Test
    void halvesTheLimitInAnEmergencyAndGivesItBack() {
        Limiter limiter = limiter(5);
        assertEquals(0, limiter.shrink(Pressure.CLEANUP, 1));
        assertEquals(5, limiter.stats().limit());
        limiter.shrink(Pressure.EMERGENCY, 1);
        limiter.shrink(Pressure.EMERGENCY, 1);
        assertEquals(2, limiter.stats().limit());
        take(limiter, 2);
        assertTrue(limiter.tryAcquire().isEmpty());
        String message = assertThrows(LimitExceededException.class, () -> limiter.acquire(Duration.ZERO))
                .getMessage();
        assertTrue(message.contains("lowered from 5"), message);
        limiter.resize(7);
        assertEquals(3, limiter.stats().limit());
        limiter.restore();
        take(limiter, 5);
        assertTrue(limiter.tryAcquire().isEmpty());
    }

    @Test
    void leavesOneInAnEmergency() {
        Limiter limiter = limiter(1);
        limiter.shrink(Pressure.EMERGENCY, 0);
        take(limiter, 1);
    }

    // ---- ends ------------------------------------------------------------------------------------------------------

    @Test
    void refusesAfterItsCloseAndTakesPermitsBack() {
        Limiter limiter = limiter(2);
        Permit permit = take(limiter, 1).get(0);
        limiter.close();
        limiter.close();
        LifecycleException refused = assertThrows(LimiterClosedException.class, limiter::tryAcquire);
        assertTrue(refused.getMessage().contains("llm is closed since"), refused.getMessage());
        assertThrows(LimiterClosedException.class, () -> limiter.acquire(Duration.ZERO));
        assertThrows(LimiterClosedException.class, () -> limiter.acquire(Duration.ofSeconds(1)));
        assertThrows(LimiterClosedException.class, () -> limiter.call(() -> 1));
        assertEquals(1, limiter.stats().active());
        permit.close();
        assertEquals(0, limiter.stats().active());
    }

    @Test
    void hangsInTheTreeWithItsFigures() {
        Limiter limiter = limiter(4);
        take(limiter, 1).get(0).abandon();
        String tree = app.snapshot().toText();
        assertTrue(tree.contains("llm (Limiter"), tree);
        assertTrue(tree.contains("active 1") && tree.contains("zombies 1"), tree);
        assertEquals(Kind.LIMITER, limiter.kind());
        assertEquals("llm 1/4", limiter.toString());
        app.close();
        assertEquals(State.CLOSED, limiter.state());
    }

    @Test
    void givesItsFiguresInARecord() {
        Limiter limiter = limiter(4);
        take(limiter, 1);
        assertEquals(new LimiterStats("llm", 4, 4, 1, 0, 0, 1, 0, 0, 0), limiter.stats());
    }

    // ---- bad input -------------------------------------------------------------------------------------------------

    @Test
    void refusesSettingsThatCannotBeRight() {
        for (int max : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            Throwable refused = assertThrows(IllegalArgumentException.class, () -> Limiter.builder("llm", max));
            assertTrue(
                    refused.getMessage().contains("max is " + max + "; it must be between 1 and"), refused::toString);
            assertThrows(IllegalArgumentException.class, () -> limiter(1).resize(max));
        }
        Limiter.Builder builder = Limiter.builder("llm", 1);
        assertThrows(IllegalArgumentException.class, () -> builder.maxWaiters(-1));
        assertThrows(IllegalArgumentException.class, () -> builder.wait(Duration.ofNanos(-1)));
        assertThrows(NullPointerException.class, () -> builder.wait((Duration) null));
        assertThrows(NullPointerException.class, () -> builder.timeSource(null));
        assertThrows(NullPointerException.class, () -> builder.open(null));
        assertThrows(NullPointerException.class, () -> Limiter.builder(null, 1));
        assertThrows(IllegalArgumentException.class, () -> Limiter.builder(" ", 1));
    }

    @Test
    void refusesArgumentsThatCannotBeRight() {
        Limiter limiter = limiter(1);
        assertThrows(IllegalArgumentException.class, () -> limiter.acquire(Duration.ofNanos(-1)));
        assertThrows(NullPointerException.class, () -> limiter.acquire(null));
        assertThrows(NullPointerException.class, () -> limiter.call(null));
        assertThrows(NullPointerException.class, () -> limiter.shrink(null, 0));
        assertThrows(IllegalArgumentException.class, () -> limiter.shrink(Pressure.TRIM, -1));
        Permit permit = take(limiter, 1).get(0);
        assertThrows(IllegalArgumentException.class, () -> permit.label("two\nlines"));
        assertThrows(NullPointerException.class, () -> permit.label(null));
        assertInstanceOf(Permit.class, permit.label("fine"));
        assertFalse(permit.toString().contains("closed"));
    }
}
