package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.State;
import dev.lifecycle.memory.GcMethod;
import dev.lifecycle.memory.GcReport;
import dev.lifecycle.memory.GcRequester;
import dev.lifecycle.memory.NativeTrim;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What does not depend on a collector; {@link MemoryJvmTest} has the rest. Other tests of the same process collect too. */
@Timeout(60)
class GcRequesterTest {
    private static final Duration EVERY = Duration.ofMinutes(10);

    private final VirtualTime time = new VirtualTime();

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, what);
            Thread.onSpinWait();
        }
    }

    private static boolean runs(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().equals(thread));
    }

    private void awaitParked() {
        await("it waits for its turn", () -> time.parked() > 0);
    }

    @Test
    void neverAsksUnlessToldTo() {
        try (GcRequester requester =
                GcRequester.builder("idle").timeSource(time).open()) {
            assertFalse(runs("lifecycle-gc-idle"));
            assertTrue(requester.latest().isEmpty());
            assertEquals(Kind.GC_REQUESTER, requester.kind());
        }
    }

    @Test
    void asksWhenItsTurnComes() {
        Scope app = Scope.open("app");
        GcRequester requester = GcRequester.builder("turns")
                .every(EVERY)
                .always()
                .timeSource(time)
                .open(app);
        awaitParked();
        time.advance(EVERY.minusSeconds(1));
        awaitParked();
        assertTrue(requester.latest().isEmpty(), "too early");
        time.advance(Duration.ofSeconds(1));
        await("it asked", () -> requester.latest().isPresent());
        GcReport first = requester.latest().get();
        assertTrue(first.effective() || !first.note().isEmpty(), first::logLine);
        assertEquals(first.logLine(), requester.snapshot().gauges().get("latest"));
        awaitParked();
        time.advance(EVERY);
        await("it asked again", () -> requester.latest().get() != first);
        app.close();
        assertEquals(State.CLOSED, requester.state());
        await("its thread ends", () -> !runs("lifecycle-gc-turns"));
    }

    @Test
    void isNotOfUseWhereTheHeapWasCollectedMeanwhile() {
        try (GcRequester requester =
                GcRequester.builder("needless").every(EVERY).timeSource(time).open()) {
            awaitParked();
            System.gc();
            time.advance(EVERY);
            awaitParked(); // its turn is over
            assertTrue(
                    requester.latest().isEmpty(), () -> requester.latest().get().logLine());
        }
    }

    /** All of the process together. */
    @Test
    void asksOnceAMinuteHoweverManyThereAre() {
        try (GcRequester one = GcRequester.builder("one").open();
                GcRequester other = GcRequester.builder("other").open()) {
            one.request(GcMethod.SYSTEM_GC);
            for (GcMethod method : GcMethod.values()) {
                GcReport report = other.request(method);
                assertFalse(report.effective(), report::logLine);
                assertEquals(0, report.collections());
                assertEquals(report.heapBefore(), report.heapAfter());
                assertTrue(report.note().endsWith("less than a minute ago"), report::note);
                assertTrue(report.logLine().contains(", not effective: the "), report::logLine);
            }
        }
    }

    @Test
    void aRequesterThatIsClosedAsksForNothing() {
        GcRequester requester = GcRequester.builder("closed").open();
        requester.close();
        requester.close();
        GcReport report = requester.request(GcMethod.AUTO);
        assertFalse(report.effective());
        assertTrue(report.note().contains("closed"), report::note);
        assertTrue(requester.latest().isEmpty());
    }

    @Test
    void trimsWhatTheAllocatorKeepsOrSaysThatItCannot() {
        try (GcRequester requester = GcRequester.builder("trim").open()) {
            NativeTrim trim = requester.trimNative();
            assertTrue(trim.residentBefore() != 0 && trim.residentAfter() != 0, trim::toString);
            assertFalse(trim.took().isNegative());
        }
    }

    @Test
    void refusesWhatItCannotHonour() {
        GcRequester.Builder builder = GcRequester.builder("x");
        IllegalArgumentException early =
                assertThrows(IllegalArgumentException.class, () -> builder.every(Duration.ofSeconds(59)));
        assertTrue(early.getMessage().startsWith("every is PT59S; it must be at least PT1M"), early::getMessage);
        assertThrows(NullPointerException.class, () -> builder.every(null));
        assertThrows(NullPointerException.class, () -> builder.timeSource(null));
        assertThrows(IllegalArgumentException.class, () -> GcRequester.builder("a\nb"));
        Scope app = Scope.open("app");
        app.close();
        assertThrows(ScopeClosedException.class, () -> builder.every(EVERY).open(app));
        assertFalse(runs("lifecycle-gc-x"));
        try (GcRequester requester = builder.open()) {
            assertThrows(NullPointerException.class, () -> requester.request(null));
        }
    }
}
