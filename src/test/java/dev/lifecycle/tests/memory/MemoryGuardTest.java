package dev.lifecycle.tests.memory;

import static dev.lifecycle.Pressure.CLEANUP;
import static dev.lifecycle.Pressure.EMERGENCY;
import static dev.lifecycle.Pressure.NORMAL;
import static dev.lifecycle.Pressure.TRIM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Pressure;
import dev.lifecycle.Shrinkable;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.memory.CleanupResult;
import dev.lifecycle.memory.GuardStats;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.memory.MemoryGuardBuilder;
import dev.lifecycle.memory.MemoryPressureException;
import dev.lifecycle.memory.MemorySource;
import dev.lifecycle.memory.PressureEvent;
import dev.lifecycle.memory.WorkClass;
import dev.lifecycle.memory.WorkPermit;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A guard whose memory and time are the test's. */
@Timeout(60)
class MemoryGuardTest {
    private static final Duration STEP = Duration.ofMillis(500);

    private final VirtualTime time = new VirtualTime();
    private final AtomicLong used = new AtomicLong(10);
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final List<PressureEvent> events = Collections.synchronizedList(new ArrayList<>());
    private Scope app;

    @BeforeEach
    void open() {
        app = Scope.open("guarded");
    }

    @AfterEach
    void close() {
        app.close();
    }

    private MemoryGuardBuilder builder() {
        return MemoryGuard.builder("guard")
                .source(MemorySource.of("heap", used::get, () -> 100))
                .within(app)
                .listener(events::add)
                .poll(STEP, STEP)
                .timeSource(time);
    }

    /** Moves on in small steps, each of which the guard has seen, until something holds. */
    private void until(MemoryGuard guard, BooleanSupplier what) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!what.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> guard.stats() + " " + calls);
            step(guard);
            long little = System.nanoTime() + 1_000_000; // those who act have real time to do so before time moves on
            while (!what.getAsBoolean() && System.nanoTime() < little) {
                Thread.onSpinWait();
            }
        }
    }

    /** Waits while time stands still. */
    private static void await(BooleanSupplier what) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!what.getAsBoolean()) {
            assertTrue(System.nanoTime() < end);
            Thread.onSpinWait();
        }
    }

    private void pass(MemoryGuard guard, Duration some) {
        for (Duration gone = Duration.ZERO; gone.compareTo(some) < 0; gone = gone.plus(STEP)) {
            step(guard);
        }
    }

    /** Only a guard that waits is given time: one that is deciding would be told of a moment long after the one it decides by. */
    private void step(MemoryGuard guard) {
        long before = guard.stats().readings();
        await(() -> time.parked() > 0);
        time.advance(STEP);
        await(() -> guard.stats().readings() > before);
    }

    private final class Store implements Shrinkable {
        private final String name;
        private final long gives;

        Store(String name, long gives) {
            this.name = name;
            this.gives = gives;
        }

        @Override
        public long shrink(Pressure level, long bytesWanted) {
            calls.add(name + " " + level + " " + bytesWanted);
            return gives;
        }

        @Override
        public void restore() {
            calls.add(name + " restored");
        }
    }

    @Test
    void isNormalWhileThereIsRoom() {
        try (MemoryGuard guard = builder().shrinks(new Store("a", 5)).open(app)) {
            used.set(59);
            pass(guard, Duration.ofMinutes(10));
            assertEquals(NORMAL, guard.level());
            assertEquals(List.of(), calls);
            assertEquals(List.of(), events);
            assertEquals(0, guard.stats().changes());
        }
    }

    @Test
    void asksUntilEnoughIsGivenAndRestoresWhenItIsOver() {
        Store enough = new Store("enough", 20);
        Store spared = new Store("spared", 20);
        try (MemoryGuard guard = builder()
                .shrinks(new Store("little", 2))
                .shrinks(enough)
                .shrinks(spared)
                .open(app)) {
            used.set(62);
            until(guard, () -> guard.level() == TRIM && calls.size() == 2);
            assertEquals(List.of("little TRIM 7", "enough TRIM 5"), calls);
            used.set(40);
            until(guard, () -> guard.level() == NORMAL && calls.size() == 4);
            assertEquals(List.of("enough restored", "little restored"), calls.subList(2, 4), "the dearest first");
            assertEquals(2, events.size());
            assertEquals(NORMAL, events.get(0).from());
            assertEquals(TRIM, events.get(0).to());
            assertEquals("heap", events.get(0).cause());
            assertEquals(0.62, events.get(0).fraction(), 1e-9);
            GuardStats stats = guard.stats();
            assertEquals(1, stats.rounds());
            assertEquals(22, stats.givenBytes());
            assertEquals(2, stats.changes());
        }
    }

    @Test
    void asksAgainAfterTheCoolDownAndNotBefore() {
        try (MemoryGuard guard = builder().shrinks(new Store("a", 1)).open(app)) {
            used.set(62);
            until(guard, () -> guard.level() == TRIM);
            await(() -> calls.size() == 1);
            long first = time.nanos();
            pass(guard, Duration.ofSeconds(110));
            assertEquals(1, calls.size());
            until(guard, () -> calls.size() == 2);
            assertTrue(time.nanos() - first >= Duration.ofSeconds(119).toNanos());
        }
    }

    @Test
    void aHigherLevelDoesNotWait() {
        try (MemoryGuard guard = builder().shrinks(new Store("a", 1)).open(app)) {
            used.set(62);
            until(guard, () -> guard.level() == TRIM);
            await(() -> calls.size() == 1);
            used.set(76);
            until(guard, () -> guard.level() == CLEANUP);
            until(guard, () -> calls.size() == 2); // the round before may not quite have ended
            used.set(86);
            until(guard, () -> guard.level() == EMERGENCY);
            until(guard, () -> calls.size() == 3);
            assertEquals(List.of("a TRIM 7", "a CLEANUP 21", "a EMERGENCY 31"), calls);
            assertTrue(time.nanos() < Duration.ofSeconds(60).toNanos());
        }
    }

    @Test
    void threeFutileRoundsEndInAnAdviceAndNotInEndlessTrimming() {
        try (MemoryGuard guard = builder().shrinks(new Store("liar", 1_000)).open(app)) {
            used.set(80);
            until(guard, () -> guard.stats().restartAdvised());
            assertEquals(3, calls.size());
            assertEquals(3, guard.stats().futileRounds());
            pass(guard, Duration.ofMinutes(10));
            assertEquals(3, calls.size());
            used.set(20);
            until(guard, () -> guard.level() == NORMAL);
            assertFalse(guard.stats().restartAdvised());
            used.set(70);
            until(guard, () -> calls.size() > 4 && calls.get(calls.size() - 1).startsWith("liar TRIM"));
        }
    }

    @Test
    void whatIsInUseForGoodIsNoReasonToRestartWhileThereIsRoom() {
        try (MemoryGuard guard = builder().shrinks(new Store("liar", 1_000)).open(app)) {
            used.set(70);
            until(guard, () -> guard.stats().futileRounds() == 3);
            pass(guard, Duration.ofMinutes(10));
            assertEquals(3, calls.size(), "no endless trimming");
            assertFalse(guard.stats().restartAdvised());
            used.set(80);
            until(guard, () -> calls.size() == 4); // more is wanted, so it is asked again
            assertTrue(calls.get(3).startsWith("liar CLEANUP"), calls::toString);
            until(guard, () -> guard.stats().restartAdvised());
            assertEquals(6, calls.size());
            assertEquals(6, guard.stats().futileRounds());
            used.set(90);
            until(guard, () -> calls.size() == 7);
            assertTrue(calls.get(6).startsWith("liar EMERGENCY"), calls::toString);
            assertTrue(guard.stats().restartAdvised());
        }
    }

    @Test
    void oneThatFailsAndOneThatLiesDoNotHarmOthers() {
        Shrinkable broken = new Shrinkable() {
            @Override
            public long shrink(Pressure level, long bytesWanted) {
                throw new AssertionError("broken");
            }

            @Override
            public void restore() {
                throw new IllegalStateException("broken too");
            }
        };
        try (MemoryGuard guard = builder()
                .shrinks(broken)
                .shrinks(new Store("negative", -50))
                .shrinks(new Store("good", 3))
                .open(app)) {
            used.set(62);
            until(guard, () -> calls.size() == 2);
            assertEquals(List.of("negative TRIM 7", "good TRIM 7"), calls);
            used.set(20);
            until(guard, () -> calls.contains("negative restored"));
            until(guard, () -> guard.stats().failures() == 2);
            assertEquals(3, guard.stats().givenBytes());
        }
    }

    @Test
    void aListenerThatHangsIsLeftBehindAndTheGuardGoesOn() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        AtomicInteger after = new AtomicInteger();
        try (MemoryGuard guard = builder()
                .listener(event -> {
                    if (event.to() == TRIM) {
                        inside.countDown();
                        hangs.await();
                    }
                })
                .listener(event -> after.incrementAndGet())
                .shrinks(new Store("a", 50))
                .open(app)) {
            used.set(62);
            until(guard, () -> guard.level() == TRIM);
            inside.await();
            assertEquals(0, after.get());
            until(guard, () -> after.get() == 1 && calls.size() == 1);
            assertEquals(1, guard.stats().stuck());
            hangs.countDown();
            until(guard, () -> guard.stats().stuck() == 0);
        }
    }

    @Test
    void aListenerThatFailsIsCounted() {
        AtomicInteger after = new AtomicInteger();
        try (MemoryGuard guard = builder()
                .listener(event -> {
                    throw new Exception("no");
                })
                .listener(event -> after.incrementAndGet())
                .open(app)) {
            used.set(62);
            until(guard, () -> after.get() == 1);
            assertEquals(1, guard.stats().failures());
        }
    }

    @Test
    void asksWhatHangsInTheTreeTheCheapestFirstAndThoseThatLimitWorkInAnyCase() {
        try (Scope request = app.child("request");
                BoundedCache<Integer, byte[]> cache = BoundedCache.<Integer, byte[]>builder("cache")
                        .maximumWeight(1_000_000, (key, value) -> value.length)
                        .open(request);
                Limiter limiter = Limiter.builder("limiter", 8).open(app);
                MemoryGuard guard = builder().open(app)) {
            for (int i = 0; i < 100; i++) {
                cache.put(i, new byte[100]);
            }
            used.set(90);
            until(guard, () -> limiter.stats().limit() == 4);
            until(guard, () -> cache.size() < 100);
            used.set(76);
            until(guard, () -> guard.level() == CLEANUP);
            until(guard, () -> limiter.stats().limit() == 8);
            used.set(10);
            until(guard, () -> guard.level() == NORMAL);
        }
    }

    @Test
    void refusesHeavyWorkInAnEmergencyAndHalfOfTheOther() {
        try (MemoryGuard guard = builder().open(app)) {
            List<WorkPermit> six = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                six.add(guard.admit(WorkClass.NORMAL));
            }
            guard.admit(WorkClass.HEAVY).close();
            used.set(90);
            until(guard, () -> guard.level() == EMERGENCY);
            MemoryPressureException heavy =
                    assertThrows(MemoryPressureException.class, () -> guard.admit(WorkClass.HEAVY));
            assertEquals(
                    "HEAVY work was not let in: EMERGENCY since heap is at 90 % of its limit; try again after PT10S",
                    heavy.getMessage());
            assertEquals(0, heavy.getStackTrace().length);
            assertEquals("heap", heavy.source());
            assertEquals(EMERGENCY, heavy.level());
            assertThrows(MemoryPressureException.class, () -> guard.admit(WorkClass.NORMAL));
            for (WorkPermit each : six.subList(0, 3)) {
                each.close();
                each.close();
            }
            assertThrows(MemoryPressureException.class, () -> guard.admit(WorkClass.NORMAL));
            six.get(3).close();
            WorkPermit third = guard.admit(WorkClass.NORMAL);
            assertThrows(MemoryPressureException.class, () -> guard.admit(WorkClass.NORMAL));
            guard.admit(WorkClass.LIGHT).close();
            third.close();
            assertEquals(4, guard.stats().refused());
            used.set(10);
            until(guard, () -> guard.level() == NORMAL);
            guard.admit(WorkClass.HEAVY).close();
            for (int i = 0; i < 6; i++) {
                guard.admit(WorkClass.NORMAL);
            }
        }
    }

    @Test
    void anOperatorAsksForARoundOncePerCoolDown() throws InterruptedException {
        try (MemoryGuard guard = builder().shrinks(new Store("a", 3)).open(app)) {
            used.set(58);
            until(guard, () -> guard.stats().fraction() > 0.5);
            CleanupResult result = guard.cleanUp("before the nightly job");
            assertEquals(3, result.givenBytes());
            assertEquals(3, result.wantedBytes());
            assertEquals(TRIM, result.level());
            assertEquals(1, result.asked());
            assertEquals(1, result.given().size());
            assertEquals(Kind.RESOURCE, result.given().get(0).kind());
            assertFalse(result.skipped());
            assertTrue(guard.cleanUp("again").skipped());
            assertThrows(IllegalArgumentException.class, () -> guard.cleanUp("a\nb"));
        }
    }

    @Test
    void theFullestSourceCountsAndAnUnlimitedOneDoesNot() {
        AtomicLong direct = new AtomicLong(5);
        try (MemoryGuard guard = builder()
                .source(MemorySource.of("direct", direct::get, () -> 10))
                .source(MemorySource.of("metaspace", () -> 1_000_000, () -> 0))
                .source(MemorySource.of("unknown", () -> -1, () -> 10))
                .open(app)) {
            direct.set(9);
            until(guard, () -> guard.level() == EMERGENCY);
            assertEquals("direct", guard.stats().cause());
            assertEquals(4, guard.stats().sources().size());
            assertEquals(0.9, guard.stats().sources().get(1).fraction(), 1e-9);
        }
    }

    @Test
    void aSourceThatFailsLaterIsLeftOutAndOneThatFailsAtOnceIsAMistake() {
        AtomicInteger reads = new AtomicInteger();
        try (MemoryGuard guard = builder()
                .source(MemorySource.of(
                        "breaks",
                        () -> {
                            if (reads.getAndIncrement() > 2) {
                                throw new IllegalStateException("gone");
                            }
                            return 1;
                        },
                        () -> 100))
                .open(app)) {
            until(guard, () -> guard.stats().failures() > 0);
            used.set(62);
            until(guard, () -> guard.level() == TRIM);
        }
        MemoryGuardBuilder broken = builder()
                .source(MemorySource.of(
                        "broken",
                        () -> {
                            throw new IllegalArgumentException("never");
                        },
                        () -> 1));
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> broken.open(app));
        assertEquals("memory guard guard cannot read its source broken; it was not opened", refused.getMessage());
    }

    @Test
    void aCloseRestoresAllAndEndsTheWatch() {
        MemoryGuard guard = builder().shrinks(new Store("a", 3)).open(app);
        used.set(90);
        until(guard, () -> calls.size() == 1);
        guard.close();
        assertEquals(List.of("a EMERGENCY 35", "a restored"), calls);
        assertEquals(NORMAL, guard.level());
        guard.close();
        assertEquals(2, calls.size());
    }

    @Test
    void growsTellWhenTheLimitIsMet() {
        try (MemoryGuard guard = builder().open(app)) {
            for (int i = 0; i < 60; i++) {
                used.set(20 + i / 2);
                pass(guard, Duration.ofSeconds(1));
            }
            long seconds = guard.stats().toLimit().orElseThrow().toSeconds();
            assertTrue(seconds > 20 && seconds < 500, seconds + " s for half a percent a second");
        }
    }

    @Test
    void badValuesAreNamed() {
        assertMessage(
                "levels are 0.5, 0.5 and 0.9; each must be above the one before, the first above 0, the last at most 1",
                () -> builder().levels(0.5, 0.5, 0.9));
        assertMessage(
                "hysteresis is -1.0; it must be at least 0", () -> builder().hysteresis(-1));
        assertMessage(
                "hysteresis is 0.7; it must be below the lowest level, which is 0.6",
                () -> builder().hysteresis(0.7).open());
        assertMessage(
                "target is 0.6; it must be below the lowest level, which is 0.6",
                () -> builder().target(0.6).open());
        assertMessage("hold is PT-1S; it must not be negative", () -> builder().hold(Duration.ofSeconds(-1)));
        assertMessage(
                "there is a source \"heap\"; events name the source, so give each its own name",
                () -> builder().source(MemorySource.of("heap", () -> 1, () -> 1)));
        assertMessage(
                "poll is PT0S to PT1S; the first must be above zero, the second not below it",
                () -> builder().poll(Duration.ZERO, Duration.ofSeconds(1)));
        assertMessage(
                "alerts are 0.9 and 0.8; the first must be above 0, the second not below it. A number above 1 turns one off",
                () -> builder().alerts(0.9, 0.8));
    }

    private static void assertMessage(String expected, org.junit.jupiter.api.function.Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    @Test
    void theSourcesOfThisProcessAreKnown() {
        try (MemoryGuard guard = MemoryGuard.builder("real").open(app)) {
            GuardStats stats = guard.stats();
            assertEquals(
                    List.of("container", "heap.live", "direct", "metaspace"),
                    stats.sources().stream().map(GuardStats.Reading::name).toList());
            assertTrue(stats.sources().get(0).usedBytes() >= 0, stats::toString); // garbage does not count
            assertTrue(stats.sources().get(0).limitBytes() > 1 << 20, stats::toString);
            assertTrue(stats.sources().get(3).usedBytes() > 1 << 20, stats::toString);
            assertEquals(
                    Runtime.getRuntime().maxMemory(), stats.sources().get(1).limitBytes());
        }
    }
}
