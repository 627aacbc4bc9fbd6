package dev.lifecycle.tests.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.LeaseInfo;
import dev.lifecycle.pool.PoolEvent;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.pool.ResourcePoolBuilder;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.tests.task.Asker;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Leases and pools that are dropped, leases that are held for too long, pools that are nearly used up: who is told what. */
@Tag("once")
@Timeout(60)
class PoolLeakTest {
    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final LogCapture log = LogCapture.ofPools();
    private final Queue<LeakReport> heard = new ConcurrentLinkedQueue<>();
    private final Queue<PoolEvent> events = new ConcurrentLinkedQueue<>();
    private final LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add);
    private final PoolTime time = new PoolTime();
    private final Maker maker = new Maker();
    private ResourcePool<Thing> pool;
    private Lease<Thing> kept; // until a test drops it

    /** A pool with a name that no other test has: reports are told for all of the JVM. */
    private ResourcePoolBuilder<Thing> builder(String name, int core) {
        return ResourcePool.builder(name, maker)
                .core(core)
                .overflow(0)
                .closeTimeout(Duration.ZERO)
                .listener(events::add);
    }

    private void open(ResourcePoolBuilder<Thing> builder) {
        pool = builder.open();
    }

    @AfterEach
    void close() {
        if (pool != null) {
            pool.close();
        }
        listening.close();
        log.close();
        assertEquals(List.of(), List.copyOf(maker.wrongs));
    }

    private LeakReport find(String label, LeakReport.Kind kind) {
        return heard.stream()
                .filter(report -> report.label().equals(label) && report.kind() == kind)
                .findFirst()
                .orElse(null);
    }

    private LeakReport report(String label, LeakReport.Kind kind) {
        Await.until("a report " + kind + " of " + label + ", " + heard, () -> {
            System.gc(); // a young collection may have taken the lease, and not what it referred to
            return find(label, kind) != null;
        });
        return find(label, kind);
    }

    private List<PoolEvent> events(PoolEvent.Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).toList();
    }

    private PoolEvent event(PoolEvent.Kind kind) {
        Await.until("an event " + kind + ", " + events, () -> !events(kind).isEmpty());
        return events(kind).get(0);
    }

    private static boolean names(StackTraceElement[] stack, String method) {
        return stack.length > 0 && stack[0].getMethodName().equals(method);
    }

    private WeakReference<Lease<Thing>> drop(String label) throws InterruptedException {
        Lease<Thing> lease = pool.acquire(LONG);
        if (label != null) {
            lease.label(label);
        }
        return new WeakReference<>(lease);
    }

    /** The longest that may lie between a collection and what follows from it. */
    private static void withinTwoSeconds(String what, java.util.function.BooleanSupplier condition) {
        long begun = System.nanoTime();
        Await.until(what, condition);
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        assertTrue(took.compareTo(Duration.ofSeconds(2)) < 0, () -> what + " after " + took);
    }

    // ---- dropped leases --------------------------------------------------------------------------------------------

    @Test
    void aDroppedLeaseIsReportedAndItsCapacityIsBack() throws Exception {
        open(builder("dropping", 1));
        LeakProbe.awaitCollected(drop("chat 17"));
        withinTwoSeconds("it is back", () -> {
            System.gc(); // the lease is collected before what it refers to is looked at
            return pool.stats().leaksCollected() == 1;
        });
        pool.acquire(LONG).close();
        LeakReport report = report("lease of pool dropping, \"chat 17\"", LeakReport.Kind.COLLECTED_UNCLOSED);
        assertEquals(Lease.class.getName(), report.type());
        assertEquals(1, report.count());
        assertTrue(event(PoolEvent.Kind.LEAKED).text().contains("chat 17"));
        assertEquals(1, pool.stats().leaksCollected());
        Await.until("ended", () -> maker.made.get(0).isEnded()); // nobody knows who uses it still
        assertEquals(1, pool.stats().idle());
        assertEquals(0, pool.stats().leased());
    }

    @Test
    void aClosedLeaseThatIsKeptDoesNotHideADroppedOne() throws Exception {
        open(builder("kept", 1));
        Lease<Thing> kept = pool.acquire(LONG);
        kept.close();
        LeakProbe.awaitCollected(drop(null)); // of the same resource
        Await.until("it is back", () -> {
            System.gc();
            return pool.stats().leaksCollected() == 1;
        });
        assertTrue(kept.toString().contains("closed"));
    }

    @Test
    void theNextDroppedLeaseIsReportedWithTheLineThatTookIt() throws Exception {
        open(builder("dropping again", 1));
        LeakProbe.awaitCollected(drop(null));
        LeakReport first = report("lease of pool dropping again", LeakReport.Kind.COLLECTED_UNCLOSED);
        assertEquals(0, first.stack().length);
        LeakProbe.awaitCollected(drop("second"));
        LeakReport second = report("lease of pool dropping again, \"second\"", LeakReport.Kind.COLLECTED_UNCLOSED);
        assertTrue(names(second.stack(), "drop"), () -> Arrays.toString(second.stack()));
        Await.until("told", () -> events(PoolEvent.Kind.LEAKED).size() == 2);
        assertTrue(
                events(PoolEvent.Kind.LEAKED).get(1).text().contains("by second at PoolLeakTest.java:"),
                () -> events.toString());
    }

    @Test
    void droppedLeasesServeThoseWhoWait() throws Exception {
        open(builder("waited for", 2));
        List<WeakReference<Lease<Thing>>> dropped = List.of(drop(null), drop(null));
        List<Asker<Lease<Thing>>> askers = Asker.some(2, () -> pool.acquire(LONG));
        for (WeakReference<Lease<Thing>> each : dropped) {
            LeakProbe.awaitCollected(each);
        }
        for (Asker<Lease<Thing>> asker : askers) {
            Await.until("served", () -> {
                System.gc(); // a young collection may have taken the lease, and not what it referred to
                return asker.isDone();
            });
        }
        Await.until("counted", () -> pool.stats().leaksCollected() == 2);
        assertEquals(2, pool.stats().leased());
        for (Asker<Lease<Thing>> asker : askers) {
            asker.result().close();
        }
    }

    @Test
    void leasesThatAreHeldOrClosedAreNotTakenForDroppedOnes() throws Exception {
        open(builder("holding", 3));
        Lease<Thing> held = pool.acquire();
        Thing thing = held.get();
        for (int i = 0; i < 10; i++) {
            pool.acquire().close();
            System.gc();
        }
        LeakProbe.awaitCollected(drop("sentinel"));
        report("lease of pool holding, \"sentinel\"", LeakReport.Kind.COLLECTED_UNCLOSED);
        assertEquals(1, pool.stats().leaksCollected());
        assertFalse(thing.isEnded());
        assertEquals(1, pool.stats().leased());
        held.close();
    }

    @Test
    void aDroppedLeaseIsEndedAfterTheCloseToo() throws Exception {
        open(builder("closed around", 1));
        kept = pool.acquire(LONG).label("late");
        pool.close();
        assertEquals(1, maker.alive());
        WeakReference<Lease<Thing>> dropped = new WeakReference<>(kept);
        kept = null;
        LeakProbe.awaitCollected(dropped);
        Await.until("ended", () -> {
            System.gc();
            return maker.alive() == 0;
        });
    }

    // ---- levels ----------------------------------------------------------------------------------------------------

    @Test
    void nothingIsDoneIfThatIsOff() throws Exception {
        open(builder("off", 2).leakDetection(LeakLevel.OFF, SECOND).timeSource(time));
        LeakProbe.awaitCollected(drop("lost"));
        Lease<Thing> held = pool.acquire();
        time.pass(Duration.ofSeconds(10));
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        assertEquals(2, pool.stats().leased());
        assertEquals(0, pool.stats().leaksCollected());
        assertEquals(0, pool.stats().leaksSuspected());
        assertNull(find("lease of pool off, \"lost\"", LeakReport.Kind.COLLECTED_UNCLOSED));
        assertEquals(0, pool.leases().get(0).stack().length);
        held.close();
    }

    @Test
    void noStackIsNotedWhereAgeIsEnough() throws Exception {
        open(builder("by age", 2).leakDetection(LeakLevel.AGE, SECOND).timeSource(time));
        for (int i = 0; i < 2; i++) {
            LeakProbe.awaitCollected(drop("number " + i));
            LeakReport report =
                    report("lease of pool by age, \"number " + i + "\"", LeakReport.Kind.COLLECTED_UNCLOSED);
            assertEquals(0, report.stack().length);
        }
        Lease<Thing> held = pool.acquire().label("slow");
        time.pass(Duration.ofSeconds(3));
        assertEquals(
                0,
                report("lease of pool by age, \"slow\"", LeakReport.Kind.HELD_TOO_LONG)
                        .stack()
                        .length);
        held.close();
    }

    @Test
    void theLineIsNotedAtOnceWhereThatIsAlwaysDone() throws Exception {
        open(builder("always", 2).leakDetection(LeakLevel.ALWAYS, SECOND));
        for (int i = 0; i < 20; i++) { // by all ways there are to take one
            try (Lease<Thing> lease = pool.acquire()) {
                assertTrue(
                        names(pool.leases().get(0).stack(), "theLineIsNotedAtOnceWhereThatIsAlwaysDone"),
                        lease::toString);
            }
            int lines = pool.use(thing -> pool.leases().get(0).stack().length);
            assertTrue(lines > 0);
            try (Lease<Thing> lease = pool.tryAcquire().orElseThrow()) {
                assertTrue(
                        names(pool.leases().get(0).stack(), "theLineIsNotedAtOnceWhereThatIsAlwaysDone"),
                        lease::toString);
            }
        }
        LeakProbe.awaitCollected(drop("first"));
        LeakReport report = report("lease of pool always, \"first\"", LeakReport.Kind.COLLECTED_UNCLOSED);
        assertTrue(names(report.stack(), "drop"), () -> Arrays.toString(report.stack()));
    }

    @Test
    void linesAreNotedOnceSomethingIsSuspicious() throws Exception {
        open(builder("suspicious", 3)
                .leakDetection(LeakLevel.ADAPTIVE, Duration.ofSeconds(10))
                .timeSource(time));
        Lease<Thing> slow = pool.acquire();
        assertEquals(0, stackOfTheNext());
        time.pass(Duration.ofSeconds(7)); // more than half of it
        assertTrue(stackOfTheNext() > 0);
        slow.close();
        time.pass(SECOND);
        for (int i = 0; i < 1_100; i++) {
            pool.acquire().close();
        }
        assertEquals(0, stackOfTheNext()); // long enough ago
    }

    private int stackOfTheNext() throws InterruptedException {
        try (Lease<Thing> lease = pool.acquire().label("next")) {
            for (LeaseInfo info : pool.leases()) {
                if (info.label().equals("next")) {
                    return info.stack().length;
                }
            }
            throw new AssertionError(lease);
        }
    }

    // ---- held for too long -----------------------------------------------------------------------------------------

    @Test
    void aSlowHolderIsReportedAsSuchAndTheReportIsWithdrawn() throws Exception {
        open(builder("slow", 2)
                .leakDetection(LeakLevel.ADAPTIVE, Duration.ofSeconds(60))
                .timeSource(time));
        Lease<Thing> slow = pool.acquire().label("report");
        String label = "lease of pool slow, \"report\"";
        time.pass(Duration.ofSeconds(59));
        assertNull(find(label, LeakReport.Kind.HELD_TOO_LONG));
        assertEquals(0, pool.stats().leaksSuspected());
        time.pass(Duration.ofSeconds(3));
        LeakReport held = report(label, LeakReport.Kind.HELD_TOO_LONG);
        assertTrue(held.age().compareTo(Duration.ofSeconds(60)) >= 0, held::toString);
        String text = event(PoolEvent.Kind.HELD_TOO_LONG).text();
        assertTrue(text.contains("report") && text.contains("whose thread is at"), text);
        assertEquals(1, pool.stats().leaksSuspected());
        time.pass(Duration.ofSeconds(300), SECOND);
        assertEquals(1, events(PoolEvent.Kind.HELD_TOO_LONG).size()); // once
        assertNull(find(label, LeakReport.Kind.RECOVERED));
        slow.close();
        time.pass(Duration.ofSeconds(2));
        report(label, LeakReport.Kind.RECOVERED);
        String late = event(PoolEvent.Kind.RETURNED_LATE).text();
        assertTrue(late.contains("report") && late.contains("given back after all"), late);
        assertNull(find(label, LeakReport.Kind.COLLECTED_UNCLOSED));
        assertEquals(0, pool.stats().leaksCollected());
        pool.acquire().close();
        time.pass(Duration.ofSeconds(2));
        assertEquals(1, maker.asked.get()); // the same one
        pool.evictIdle(); // whoever ends it has told the events before
        Await.until("ended", () -> pool.stats().destroyed() == 1);
        assertEquals(1, events(PoolEvent.Kind.RETURNED_LATE).size()); // once
        assertTrue(maker.made.get(0).isEnded());
    }

    @Test
    void oneThatIsUsedOftenIsNotTakenForOneThatIsHeld() throws Exception {
        open(builder("busy", 1)
                .leakDetection(LeakLevel.ADAPTIVE, Duration.ofSeconds(2))
                .timeSource(time));
        for (int i = 0; i < 100; i++) {
            Lease<Thing> lease = pool.acquire();
            time.leap(PoolTime.ROUND);
            lease.close();
        }
        assertEquals(0, pool.stats().leaksSuspected());
    }

    // ---- usage -----------------------------------------------------------------------------------------------------

    @Test
    void aWarningNamesTheOldestHoldersOnceNineTenthsAreInUse() throws Exception {
        open(builder("db", 20)
                .leakDetection(LeakLevel.ALWAYS, Duration.ofHours(1))
                .timeSource(time));
        List<Lease<Thing>> leases = new ArrayList<>();
        leases.add(pool.acquire());
        int line = new Throwable().getStackTrace()[0].getLineNumber() - 1;
        time.pass(Duration.ofSeconds(41).plusMillis(500));
        for (int i = 0; i < 16; i++) {
            leases.add(pool.acquire());
        }
        time.pass(SECOND);
        assertEquals(List.of(), events(PoolEvent.Kind.USAGE_HIGH));
        leases.add(pool.acquire());
        time.pass(PoolTime.ROUND.multipliedBy(2));
        String text = event(PoolEvent.Kind.USAGE_HIGH).text();
        assertTrue(
                Pattern.matches(
                        "18/20 in use \\(90\\.0 %\\), oldest lease 4[123] s held by PoolLeakTest\\.java:" + line
                                + "(, \\d+ m?s held by PoolLeakTest\\.java:\\d+){2}",
                        text),
                text);
        Await.until("logged", () -> log.mentions("db: 18/20 in use (90.0 %), oldest lease"));
        leases.add(pool.acquire());
        leases.remove(0).close();
        leases.remove(0).close();
        time.pass(Duration.ofSeconds(2)); // 85 %
        leases.add(pool.acquire());
        time.pass(Duration.ofSeconds(2)); // 90 % again
        assertEquals(1, events(PoolEvent.Kind.USAGE_HIGH).size());
        assertEquals(List.of(), events(PoolEvent.Kind.USAGE_NORMAL));
        while (leases.size() > 15) {
            leases.remove(0).close();
        }
        time.pass(Duration.ofSeconds(2));
        assertTrue(event(PoolEvent.Kind.USAGE_NORMAL).text().startsWith("15/20 in use (75.0 %)"), events::toString);
        leases.forEach(Lease::close);
    }

    // ---- dropped pools, threads, memory ----------------------------------------------------------------------------

    @Test
    void aDroppedPoolIsReported() throws Exception {
        LeakProbe.awaitCollected(dropPool());
        assertEquals(
                ResourcePool.class.getName(),
                report("forgotten pool", LeakReport.Kind.COLLECTED_UNCLOSED).type());
    }

    private WeakReference<ResourcePool<Thing>> dropPool() throws InterruptedException {
        ResourcePool<Thing> forgotten = builder("forgotten pool", 3).open();
        forgotten.acquire().close();
        forgotten.acquire();
        return new WeakReference<>(forgotten);
    }

    @Test
    void aClosedPoolLeavesNoThreadBehindAndNoReference() throws Exception {
        try (LeakProbe probe = LeakProbe.open()) {
            probe.watchThreads("lifecycle-pool-ending");
            usePool(probe);
        }
    }

    private void usePool(LeakProbe probe) throws Exception {
        ResourcePool<Thing> closed =
                builder("ending", 3).minAvailable(1).prefill(true).open();
        Await.until("made", () -> closed.stats().idle() == 3);
        Lease<Thing> late = closed.acquire();
        probe.expectCollected(closed);
        Lease<Thing> second = closed.acquire();
        probe.expectCollected(second.get());
        closed.close();
        late.close();
        assertEquals(0, closed.stats().leased() - 1);
        Reference.reachabilityFence(second); // dropped from here on
        maker.made.clear();
    }

    @Test
    void tenThousandCyclesLeaveNothingBehind() throws Exception {
        open(builder("flat", 4).maxUses(50, 10));
        cycles(2_000);
        long before = used();
        cycles(10_000);
        long more = used() - before;
        assertTrue(more < 1_000_000, () -> more + " bytes more");
    }

    private void cycles(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            try (Lease<Thing> lease = pool.acquire(LONG)) {
                lease.label("cycle " + i);
            }
        }
        maker.made.clear(); // what the test itself keeps
    }

    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
