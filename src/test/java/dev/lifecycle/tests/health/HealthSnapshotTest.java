package dev.lifecycle.tests.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Managed;
import dev.lifecycle.Pressure;
import dev.lifecycle.collect.BoundedBuffer;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BudgetBuffer;
import dev.lifecycle.health.BufferInfo;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.health.HealthStatus;
import dev.lifecycle.health.MemoryInfo;
import dev.lifecycle.health.PoolInfo;
import dev.lifecycle.memory.LeakVerdict;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.memory.MemorySource;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.tests.api.Json;
import dev.lifecycle.tests.api.LogCapture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a walk of the tree finds. */
class HealthSnapshotTest {
    private Scope app;

    @BeforeEach
    void open() {
        app = Scope.open("app");
    }

    @AfterEach
    void close() {
        app.close();
    }

    private HealthSnapshot now() {
        return HealthSnapshot.now(app);
    }

    private void has(Managed component) {
        app.own(component);
    }

    /** The status of the components alone: the machine of the tests may be short of memory. */
    private List<String> reasons() {
        return now().reasons().stream()
                .filter(reason -> !reason.startsWith("needed memory at") && !reason.startsWith("live heap"))
                .toList();
    }

    @Test
    void showsTheProcess() {
        HealthSnapshot now = now();
        assertTrue(
                now.heap().usedBytes() > 0
                        && now.heap().maxBytes() >= now.heap().committedBytes(),
                now::toJson);
        assertTrue(now.age().toSeconds() < 60, now::toJson);
        if (Files.exists(Path.of("/proc/self/status"))) {
            assertTrue(now.memory().residentBytes() > 1 << 20, now::toJson);
            assertTrue(now.memory().virtualBytes() > now.memory().residentBytes(), now::toJson);
            assertTrue(now.memory().fraction() > 0 && now.memory().fraction() <= 1.1, now::toJson);
        }
    }

    @Test
    void showsWhatHangsInTheTree() throws InterruptedException {
        BoundedBuffer<Integer> metrics =
                BoundedBuffer.<Integer>builder("metrics").capacity(1_000).open(app);
        for (int i = 0; i < 156; i++) {
            metrics.add(i);
        }
        Scope request = app.child("POST /chat");
        BudgetBuffer<String> memory = BudgetBuffer.<String>builder("memory", String::length)
                .budget(100)
                .open(request);
        memory.add("ten chars.");
        BoundedCache<String, String> quotes = BoundedCache.<String, String>builder("quotes")
                .maximumSize(100)
                .recordStats()
                .open(app);
        quotes.put("a", "b");
        MemoryGuard.builder("guard")
                .source(MemorySource.of("test", () -> 10, () -> 100))
                .open(app);
        TaskManager.builder("background").open(app);
        ResourcePool<StringBuilder> db = ResourcePool.<StringBuilder>builder("db", StringBuilder::new)
                .core(4)
                .open(app);
        try (Lease<StringBuilder> lease = db.acquire()) {
            HealthSnapshot now = now();
            assertEquals("[156/1000, 10/100]", now.buffers().toString());
            assertEquals("app/POST /chat/memory", now.buffers().get(1).path());
            assertEquals("1/100", now.caches().get(0).toString());
            assertEquals("app/guard", now.guards().get(0).path());
            assertEquals("test", now.guards().get(0).cause());
            assertEquals(Pressure.NORMAL, now.level());
            assertEquals("app/background", now.backgroundTasks().get(0).path());
            assertEquals(0, now.backgroundTasks().get(0).active());
            PoolInfo pool = now.pools().get(0);
            assertEquals("app/db 1/4", pool.path() + " " + pool.used() + "/" + pool.max());
            assertEquals(List.of(), reasons());
            assertTrue(lease.get().isEmpty());
        }
    }

    @Test
    void showsAllRootsUnlessToldOtherwise() {
        has(Part.buffer("one", 1, 2));
        try (Scope other = Scope.open("other")) {
            other.own(Part.buffer("two", 1, 2));
            List<String> paths = HealthSnapshot.now().buffers().stream()
                    .map(BufferInfo::path)
                    .toList();
            assertTrue(paths.containsAll(List.of("app/one", "other/two")), paths::toString);
            assertEquals(
                    "[app/one]",
                    now().buffers().stream().map(BufferInfo::path).toList().toString());
        }
    }

    @Test
    void aScopeThatIsClosedHasNothing() {
        has(Part.buffer("one", 1, 2));
        app.close();
        assertEquals(List.of(), now().buffers());
    }

    @Test
    void refusesNull() {
        assertThrows(NullPointerException.class, () -> HealthSnapshot.now(null));
    }

    // ---- status ----------------------------------------------------------------------------------------------------

    private void isStatus(HealthStatus expected, String reason) {
        HealthSnapshot now = now();
        assertTrue(now.status().compareTo(expected) >= 0, now::toJson); // the machine may make it worse
        assertTrue(reasons().toString().contains(reason), now::toJson);
    }

    @Test
    void anEmergencyIsCritical() {
        has(Part.guard("guard", Pressure.EMERGENCY, false));
        isStatus(HealthStatus.CRITICAL, "memory guard app/guard at EMERGENCY: container at 91.0 %");
        assertEquals(Pressure.EMERGENCY, now().level());
    }

    @Test
    void anAdviceToRestartIsCritical() {
        has(Part.guard("guard", "NORMAL", true));
        isStatus(HealthStatus.CRITICAL, "memory guard app/guard advises a restart");
    }

    @Test
    void anAlarmOfALeakWatchIsCritical() {
        has(Part.leak("leaks", LeakVerdict.LEAKING, true));
        isStatus(HealthStatus.CRITICAL, "leak watch app/leaks says LEAKING: grows by 12.0 MB/h");
        assertEquals(12.0 * (1 << 20), now().leaks().get(0).bytesPerHour());
    }

    @Test
    void cleanupIsAWarningAndTrimIsNone() {
        has(Part.guard("one", Pressure.TRIM, false));
        assertEquals(List.of(), reasons());
        has(Part.guard("two", Pressure.CLEANUP, false));
        isStatus(HealthStatus.WARN, "memory guard app/two at CLEANUP");
        assertEquals(1, reasons().size());
        assertEquals(Pressure.CLEANUP, now().level());
    }

    @Test
    void aPoolIsAWarningFromNineTenthsOn() {
        has(Part.pool("db", 17, 20));
        assertEquals(List.of(), reasons());
        has(Part.pool("busy", 18, 20));
        isStatus(HealthStatus.WARN, "pool app/busy at 90.0 % (18/20)");
        assertEquals(1, reasons().size());
    }

    @Test
    void aQueueIsAWarningFromNineTenthsOn() {
        has(Part.of("a", Kind.TASK_MANAGER, Map.of("active", 1, "queued", 89, "queueCapacity", 100)));
        assertEquals(List.of(), reasons());
        has(Part.of("b", Kind.TASK_MANAGER, Map.of("active", 1, "queued", 90, "queueCapacity", 100)));
        isStatus(HealthStatus.WARN, "queue of task manager app/b at 90/100");
    }

    @Test
    void theWorstReasonsComeFirst() {
        for (int i = 0; i < 30; i++) {
            has(Part.pool("db" + i, 20, 20));
        }
        has(Part.leak("leaks", "NATIVE_GROWTH", true));
        HealthSnapshot now = now();
        assertEquals(HealthSnapshot.MAX_REASONS, now.reasons().size());
        assertEquals(HealthStatus.CRITICAL, now.status());
        assertTrue(reasons().get(0).startsWith("leak watch"), now::toJson);
        assertTrue(now.unlisted().reasons() >= 11, now::toJson);
    }

    @Test
    void memoryIsKnownByItsShare() {
        assertEquals(0.45, new MemoryInfo(1, 1, 45, 30, 100, MemoryInfo.Source.MACHINE).fraction());
        assertEquals(-1, new MemoryInfo(1, 1, 45, 30, -1, MemoryInfo.Source.MACHINE).fraction());
        assertEquals(-1, new MemoryInfo(1, 1, -1, -1, 100, MemoryInfo.Source.MACHINE).fraction());
    }

    // ---- strangers -------------------------------------------------------------------------------------------------

    @Test
    void oneThatThrowsIsCountedAndHidesNothing() {
        has(Part.buffer("before", 1, 2));
        has(new Part("bad", Kind.BOUNDED_BUFFER, () -> {
            throw new StackOverflowError("planted");
        }));
        has(new Part("null", Kind.RESOURCE_POOL, () -> null));
        has(Part.buffer("after", 1, 2));
        try (LogCapture log = LogCapture.ofHealth()) {
            HealthSnapshot now = now();
            assertEquals(2, now.buffers().size());
            assertEquals(2, now.unlisted().failed());
            now();
            assertTrue(log.lines().size() <= 2, log.lines()::toString); // once for a kind, in this process
        }
    }

    @Test
    void gaugesOfAnotherTypeAreUnknown() {
        has(Part.of("a", Kind.RESOURCE_POOL, Map.of("leased", "many", "core", Map.of())));
        has(Part.of("b", Kind.MEMORY_GUARD, Map.of("level", "no level")));
        has(Part.of("c", Kind.LEAK_WATCH, Map.of()));
        HealthSnapshot now = now();
        assertEquals(-1, now.pools().get(0).used());
        assertFalse(now.pools().get(0).warn());
        assertEquals(Pressure.NORMAL, now.guards().get(0).level());
        assertEquals(LeakVerdict.INSUFFICIENT_DATA, now.leaks().get(0).verdict());
        assertEquals(0, now.unlisted().failed());
        OpenMetricsText.parse(now.toOpenMetrics());
        Json.parse(now.toJson());
    }

    @Test
    void namesOfStrangersAreMadePrintable() {
        has(Part.buffer("<script>\n\"\\\ud800", 1, 2));
        HealthSnapshot now = now();
        assertEquals("app/<script>\\u000a\"\\\\ud800", now.buffers().get(0).path());
        assertEquals(1, now.toLogLine().lines().count());
    }

    @Test
    void longNamesAreCut() {
        has(Part.buffer("x".repeat(100_000), 1, 2));
        assertTrue(now().buffers().get(0).path().length() < 600);
    }

    @Test
    void twoOfOnePathAreToldApart() {
        for (int i = 0; i < 3; i++) {
            has(Part.buffer("same", i, 9));
        }
        HealthSnapshot now = now();
        assertEquals(
                List.of("app/same", "app/same#2", "app/same#3"),
                now.buffers().stream().map(BufferInfo::path).sorted().toList());
        OpenMetricsText.parse(now.toOpenMetrics());
    }

    @Test
    void figuresOfTrackersAreShown() {
        has(Part.of("http", new Kind("RequestTracker"), Map.of("inFlight", 3, "route", "GET /", "p99", Double.NaN)));
        assertEquals(Map.of("inFlight", 3.0), now().trackers().get(0).figures());
    }

    @Test
    void listsAreBoundedAndWhatIsLeftOutIsCounted() {
        for (int i = 0; i < 250; i++) {
            has(Part.buffer("b" + i, 1, 2));
        }
        for (int i = 0; i < 120; i++) {
            has(Part.pool("p" + i, 0, 2));
        }
        HealthSnapshot now = now();
        assertEquals(HealthSnapshot.MAX_LISTED, now.buffers().size());
        assertEquals(150, now.unlisted().buffers());
        assertEquals(20, now.unlisted().pools());
        assertTrue(now.unlisted().complete());
    }

    @Test
    void aWalkHasAnEnd() {
        List<Scope> children = new ArrayList<>();
        for (int i = 0; i < 10_001; i++) {
            children.add(app.child("c"));
        }
        assertFalse(now().unlisted().complete());
        assertEquals(10_001, children.size());
    }

    /** So long as none reads files again: those are read once a second. */
    @Test
    void aThousandASecondAreNoBurden() {
        has(Part.pool("db", 1, 20));
        has(Part.buffer("metrics", 156, 1_000));
        for (int i = 0; i < 20_000; i++) {
            now();
        }
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long begun = System.nanoTime();
            for (int i = 0; i < 1_000; i++) {
                now();
            }
            best = Math.min(best, System.nanoTime() - begun);
        }
        System.out.println("a snapshot takes " + best / 1_000 + " ns");
        assertTrue(best < 50_000_000L, "a snapshot takes " + best / 1_000 + " ns");
    }
}
