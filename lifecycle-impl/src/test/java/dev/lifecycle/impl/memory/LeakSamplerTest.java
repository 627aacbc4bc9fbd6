package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.memory.ProcessFigures.Figure;
import dev.lifecycle.impl.memory.trend.TrendSettings.Unit;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.LeakWatchConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a watch makes of a process, sample by sample: no thread, no waiting. */
class LeakSamplerTest {
    private static final long MB = 1 << 20;
    private static final long STEP = 30_000_000_000L;
    private static final int HOUR = 120; // samples

    private final AtomicLong now = new AtomicLong(1_000);
    private final TimeSource clock = new Ticks(now);
    private final Scope app = Scope.open("app");
    private final List<LeakFinding> told = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(42);
    private final AtomicLong threads = new AtomicLong(40);
    private final AtomicLong classes = new AtomicLong(9_000);
    private final AtomicLong outside = new AtomicLong(80 * MB);
    private final List<Figure> figures = List.of(
            new Figure("outside", Unit.BYTES, outside::get, () -> 0),
            new Figure("threads", Unit.PIECES, threads::get, () -> 0),
            new Figure("classes", Unit.PIECES, classes::get, () -> 0));
    private LiveSet live = new LiveSet(Set.of("ZHeap"), 1_000 * MB);
    private double noise;

    private record Ticks(AtomicLong now) implements TimeSource {
        @Override
        public long nanos() {
            return now.get();
        }

        @Override
        public void parkNanos(Object blocker, long nanos) {
            now.addAndGet(nanos);
        }

        @Override
        public void unpark(Thread thread) {}
    }

    /** A component of a user: holds pieces, bounded or not. */
    private static class Holder implements Managed {
        private final String name;
        private final long maximum;
        private long size;

        Holder(String name, long maximum) {
            this.name = name;
            this.maximum = maximum;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Kind kind() {
            return new Kind("Holder");
        }

        @Override
        public State state() {
            return State.OPEN;
        }

        @Override
        public Snapshot snapshot() {
            Map<String, Object> gauges = maximum > 0 ? Map.of("size", size, "maximum", maximum) : Map.of("size", size);
            return new Snapshot(0, name, kind(), State.OPEN, Duration.ZERO, gauges, List.of());
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        app.close();
    }

    private LeakWatchConfig config(Consumer<? super LeakFinding> listener, LeakWatchConfig.Series... own) {
        return new LeakWatchConfig(
                "watch",
                List.of(own),
                List.of(),
                null,
                5.0 * MB,
                5,
                0.01,
                STEP,
                null,
                app,
                List.of(listener, told::add),
                clock);
    }

    private LeakSampler sampler(LeakWatchConfig.Series... own) {
        return new LeakSampler(config(found -> {}, own), clock, live, figures, this);
    }

    private void collected(double liveMb) {
        noise = 0.94 * noise + 2 * random.nextDouble(-1, 1); // sessions, of some minutes
        Map<String, Long> after = Map.of("ZHeap", (long) ((liveMb + noise) * MB));
        live.collected("ZGC Cycles", after, after);
    }

    private void sample(LeakSampler sampler) {
        sampler.sample();
        now.addAndGet(STEP);
    }

    @Test
    void aCacheThatFillsIsWarmingAndNoLeakThoughNobodySaysWhatAnEntryWeighs() {
        Holder cache = app.own(new Holder("quotes", 10_000));
        LeakSampler sampler = sampler();
        for (int i = 0; i < 8 * HOUR; i++) {
            cache.size = Math.round(10_000 * (1 - Math.exp(-i / (2.0 * HOUR))));
            collected(200 + cache.size * 0.012);
            sample(sampler);
        }
        assertTrue(told.stream().noneMatch(LeakFinding::isAlarm), told::toString);
        assertTrue(told.stream().anyMatch(each -> each.verdict() == LeakVerdict.WARMING), told::toString);
        assertTrue(
                told.stream()
                        .filter(each -> each.verdict() == LeakVerdict.WARMING)
                        .allMatch(each -> each.explanation().contains("app/quotes")),
                told::toString);
    }

    @Test
    void theSameWithoutTheCacheInTheTreeIsALeak() {
        LeakSampler sampler = sampler();
        for (int i = 0; i < 8 * HOUR; i++) {
            collected(200 + 120 * (1 - Math.exp(-i / (2.0 * HOUR))));
            sample(sampler);
        }
        assertTrue(told.stream().anyMatch(each -> each.verdict() != LeakVerdict.STABLE), told::toString);
        assertTrue(told.stream().noneMatch(each -> each.verdict() == LeakVerdict.WARMING), told::toString);
    }

    @Test
    void aLeakBehindACacheThatIsFullIsFoundWithThePathThatGrows() {
        Holder cache = app.own(new Holder("quotes", 10_000));
        Holder sessions = app.own(new Holder("sessions", 0));
        LeakSampler sampler = sampler();
        for (int i = 0; i < 6 * HOUR; i++) {
            cache.size = Math.min(10_000, 9_000 + i * 20) - random.nextInt(60);
            sessions.size += 50;
            collected(200 + cache.size * 0.012 + 60.0 * i / HOUR);
            sample(sampler);
        }
        LeakFinding found = sampler.finding();
        assertEquals(LeakVerdict.LEAKING, found.verdict(), found.explanation());
        assertEquals(60, found.perHour() / MB, 8);
        assertTrue(found.toLimit().isPresent());
        assertTrue(found.owners().get(0).startsWith("app/sessions, 50 -> "), found.owners()::toString);
        assertEquals(1, found.owners().size(), found.owners()::toString);
        LeakFinding last = told.get(told.size() - 1);
        assertEquals(LeakVerdict.LEAKING, last.verdict());
    }

    @Test
    void openScopesOfOneNameThatGrowAreNamed() {
        LeakSampler sampler = sampler();
        for (int i = 0; i < 3 * HOUR; i++) {
            for (int k = 0; k < 4; k++) {
                app.child("POST /chat");
            }
            collected(200 + 60.0 * i / HOUR);
            sample(sampler);
        }
        LeakFinding found = sampler.finding();
        assertEquals(LeakVerdict.LEAKING, found.verdict(), found.explanation());
        assertTrue(found.owners().get(0).startsWith("app/POST /chat, 4 -> 1"), found.owners()::toString);
        assertTrue(found.explanation().contains("; scopes grows by 480"), found.explanation());
    }

    @Test
    void aComponentPastItsBoundIsALeakAtOnce() {
        Holder cache = app.own(new Holder("quotes", 1_000));
        cache.size = 1_300;
        LeakSampler sampler = sampler();
        collected(200);
        sample(sampler);
        LeakFinding found = sampler.finding();
        assertEquals(LeakVerdict.LEAKING, found.verdict());
        assertTrue(
                found.explanation().startsWith("app/quotes is past its bound: 1300 of 1000 entries"), found::toString);
    }

    @Test
    void threadsThatAreNeverEndedAreNamedRatherThanTheMemoryTheyTake() {
        LeakSampler sampler = sampler();
        for (int i = 0; i < 6 * HOUR; i++) {
            threads.set(40 + random.nextInt(3) + i / 4);
            outside.set((80 + i / 4) * MB);
            collected(200);
            sample(sampler);
        }
        LeakFinding found = sampler.finding();
        assertEquals("threads", found.series(), found.explanation());
        assertEquals(LeakVerdict.LEAKING, found.verdict());
        assertEquals(30, found.perHour(), 3);
        assertTrue(found.explanation().contains("; the process grows outside the heap"), found.explanation());
    }

    @Test
    void classesThatAreNeverUnloadedAreNamedRatherThanTheHeapTheyTake() {
        LeakSampler sampler = sampler();
        for (int i = 0; i < 6 * HOUR; i++) {
            classes.set(9_000 + 3 * i);
            collected(200 + 60.0 * i / HOUR);
            sample(sampler);
        }
        LeakFinding found = sampler.finding();
        assertEquals("classes", found.series(), found.explanation());
        assertTrue(found.explanation().contains("; heap.live grows by "), found.explanation());
    }

    @Test
    void garbageThatNobodyCollectedIsNoLeak() {
        live = new LiveSet(Set.of("Tenured Gen", "Eden Space"), 1_000 * MB);
        LeakSampler sampler = sampler();
        for (int i = 0; i < 6 * HOUR; i++) {
            Map<String, Long> after = Map.of("Tenured Gen", (200 + i) * MB, "Eden Space", 0L);
            live.collected("Copy", after, after);
            sample(sampler);
        }
        LeakFinding found = sampler.finding();
        assertEquals(LeakVerdict.SAWTOOTH_UNKNOWN, found.verdict(), found.explanation());
        assertTrue(told.stream().noneMatch(LeakFinding::isAlarm), told::toString);
    }

    @Test
    void collectionsOfTheWholeHeapTellWhatTheOthersCannot() {
        live = new LiveSet(Set.of("Tenured Gen", "Eden Space"), 1_000 * MB);
        LeakSampler sampler = sampler();
        for (int i = 0; i < 8 * HOUR; i++) {
            boolean whole = i % 20 == 19;
            long mb = whole ? 200 + i / 4 : 300 + i % 20;
            Map<String, Long> after = Map.of("Tenured Gen", mb * MB, "Eden Space", 0L);
            live.collected(whole ? "MarkSweepCompact" : "Copy", after, after);
            sample(sampler);
        }
        LeakFinding found = sampler.finding();
        assertEquals(LeakVerdict.LEAKING, found.verdict(), found.explanation());
        assertEquals(30, found.perHour() / MB, 3);
    }

    @Test
    void whatThrowsIsCountedAndHidesNothingElse() {
        app.own(new Holder("odd", 0) {
            // a component whose snapshot throws
            @Override
            public Snapshot snapshot() {
                throw new IllegalStateException("odd");
            }
        });
        LeakSampler sampler = new LeakSampler(
                config(
                        found -> {
                            throw new IllegalStateException("listener");
                        },
                        new LeakWatchConfig.Series("mine", false, () -> {
                            throw new IllegalStateException("mine");
                        })),
                clock,
                live,
                figures,
                this);
        for (int i = 0; i < 2 * HOUR; i++) {
            collected(200);
            sample(sampler);
        }
        assertFalse(told.isEmpty(), "the listener after the one that throws");
        assertEquals(LeakVerdict.STABLE, sampler.finding().verdict());
        assertEquals(LeakVerdict.INSUFFICIENT_DATA, sampler.finding("mine").verdict());
        assertTrue(sampler.failures().get() >= 4 * HOUR, sampler.failures() + " failures");
    }

    @Test
    void keepsACurveOfEachSeries() {
        LeakSampler sampler = sampler();
        for (int i = 0; i < HOUR; i++) {
            threads.set(i);
            sample(sampler);
        }
        var curve = sampler.curve("threads");
        assertFalse(curve.inBytes());
        assertEquals(59, curve.minutes().size());
        assertEquals(58, curve.minutes().get(0).ago());
        assertEquals(0, curve.minutes().get(58).ago());
        assertEquals(0, curve.minutes().get(0).least());
        IllegalArgumentException no = assertThrows(IllegalArgumentException.class, () -> sampler.curve("thread"));
        assertTrue(no.getMessage().startsWith("there is no series \"thread\"; there are heap.live, outside, threads"));
    }
}
