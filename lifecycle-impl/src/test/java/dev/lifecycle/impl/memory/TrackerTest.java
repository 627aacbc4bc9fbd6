package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifecycle.impl.tree.RequestIds;
import dev.lifecycle.memory.Request;
import dev.lifecycle.memory.RequestRecord;
import dev.lifecycle.memory.RequestTracker;
import dev.lifecycle.memory.RouteStats;
import dev.lifecycle.spi.RequestTrackerConfig;
import dev.lifecycle.time.VirtualTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TrackerTest {
    private static final long MB = 1 << 20;

    private final List<RequestRecord> records = new ArrayList<>();
    private final VirtualTime time = new VirtualTime();
    private final LiveSet live = new LiveSet(Set.of("Heap"), 1_000 * MB);
    private final Tracker tracker = Tracker.open(
            new RequestTrackerConfig(
                    "requests", RequestTrackerConfig.Output.SINK, records::add, 16 * MB, 1_000, 8, time),
            null,
            live,
            () -> 100 * MB);
    private byte[] work = {};

    @AfterEach
    void close() {
        tracker.close();
        assertTrue(work.length >= 0);
    }

    private void collected(long left) {
        live.collected("MarkSweepCompact", Map.of("Heap", left), Map.of("Heap", left));
    }

    private boolean suspected(int allocated, long left) {
        try (Request request = tracker.begin("a", "1")) {
            work = new byte[allocated];
            collected(left);
            assertEquals("1", request.id());
        }
        return records.get(records.size() - 1).suspect();
    }

    @Test
    void suspectsARequestThatRanAloneAndKeptMuch() {
        assertTrue(suspected(17 << 20, 117 * MB));
        assertEquals(1L, tracker.snapshot().gauges().get("suspects"));
        assertTrue(records.get(0).logLine().endsWith(" LEAK_SUSPECTED"), records.get(0)::logLine);
    }

    @Test
    void suspectsNoneThatKeptLittleOrAllocatedLess() {
        assertFalse(suspected(17 << 20, 115 * MB), "most was garbage");
        assertFalse(suspected(1 << 20, 190 * MB), "it cannot have been this one");
    }

    @Test
    void suspectsNoneWithoutACollectionMeanwhile() {
        collected(190 * MB);
        try (Request request = tracker.begin("a", "1")) {
            work = new byte[17 << 20];
            assertEquals("1", request.id());
        }
        assertFalse(records.get(0).suspect());
    }

    @Test
    void suspectsNoneBesideOthers() {
        try (Request other = tracker.begin("b", "2")) {
            assertFalse(suspected(17 << 20, 117 * MB));
            assertEquals("2", other.id());
        }
        try (Request alone = tracker.begin("a", "1")) { // but not all the time
            tracker.begin("b", "2").close();
            work = new byte[17 << 20];
            collected(117 * MB);
            assertEquals("1", alone.id());
        }
        assertFalse(records.get(records.size() - 1).suspect());
        assertTrue(records.get(records.size() - 1).processWide());
    }

    @Test
    void suspectsTheRequestsOfARouteThatKeepsMoreThanItMay() {
        Routes routes = new Routes(8, 1_000);
        Random random = new Random(7);
        double kept = 0;
        for (int minute = 0; minute < 200; minute++) {
            int leaky = 100 + random.nextInt(200);
            int clean = 100 + random.nextInt(200);
            for (int i = 0; i < leaky; i++) {
                routes.of("leaky").add(5, 100);
            }
            for (int i = 0; i < clean; i++) {
                routes.of("clean").add(5, 100);
            }
            kept += leaky * 5_000.0;
            routes.collected(TimeUnit.MINUTES.toNanos(minute), (long) (kept + MB * random.nextGaussian()));
        }
        assertTrue(routes.of("leaky").suspected);
        assertFalse(routes.of("clean").suspected);
        RouteStats first = routes.stats().get(0);
        assertEquals("leaky", first.route());
        assertEquals(1, first.leakRank());
        assertEquals(5_000, first.retainedPerRequest(), 200);
        assertTrue(first.retainedLow() <= 5_000 && first.retainedHigh() >= 5_000, first::toString);
        assertEquals(100, first.allocatedPerRequest());
    }

    @Test
    void allocatesNoMoreThanWhatItsUserHolds() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (RequestTracker quiet =
                RequestTracker.builder("quiet").withoutSink().open()) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 5 && least >= 1_000; round++) { // compiled by and by
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 1_000_000; i++) {
                    onePair(quiet);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            // not 0: a close that comes late must not end what has the frame of its request by then, so each has a
            // handle of its own, of 40 bytes
            assertTrue(least <= 40_000_000 + 1_000, "a million pairs allocated " + least + " B");
        }
    }

    private static void onePair(RequestTracker quiet) {
        Request request = quiet.begin("POST /api/chat", "7f3a-91c2");
        request.close();
    }

    @Test
    void virtualThreadsHaveNoAllocationAndLeaveNothingBehind() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21);
        ExecutorService virtual = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        int many = 100_000;
        AtomicLong measured = new AtomicLong();
        AtomicLong odd = new AtomicLong();
        CountDownLatch done = new CountDownLatch(many);
        try (RequestTracker all = RequestTracker.builder("virtual")
                .sink(record -> measured.addAndGet(record.allocatedBytes() == -1 ? 0 : 1))
                .open()) {
            for (int i = 0; i < many; i++) {
                String id = "id" + i;
                ((Executor) virtual).execute(() -> {
                    try (Request request = all.begin("a", id)) {
                        Thread.yield();
                        odd.addAndGet(RequestTracker.currentId().equals(request.id()) ? 0 : 1);
                    }
                    odd.addAndGet(RequestTracker.currentId().equals("-") ? 0 : 1);
                    done.countDown();
                });
            }
            assertTrue(done.await(60, TimeUnit.SECONDS));
            assertEquals(0, odd.get());
            assertEquals(0, measured.get());
            assertEquals(0L, all.snapshot().gauges().get("inFlight"));
            assertEquals((long) many, all.snapshot().gauges().get("finished"));
            assertEquals(-1, all.routes().get(0).allocatedPerRequest());
        } finally {
            virtual.shutdownNow();
        }
    }

    @Test
    void keepsTheFiguresOfARequestThatIsEndedElsewhere() throws Exception {
        Request first = tracker.begin("a", "1");
        time.advance(Duration.ofMillis(5));
        Thread closer = new Thread(first::close);
        closer.start();
        closer.join();
        Request second = tracker.begin("a", "2"); // in the frame of the first
        time.advance(Duration.ofMillis(7));
        first.close();
        second.close();
        assertEquals(
                List.of(5_000_000L, 7_000_000L),
                records.stream().map(RequestRecord::nanos).toList());
        assertEquals(100 * MB, records.get(1).heapBefore());
    }

    @Test
    void manyThreadsMeetTheBoundOfRoutesAtOnce() throws Exception {
        for (int round = 0; round < 200; round++) {
            Routes routes = new Routes(8, 1_000);
            int threads = 4;
            CyclicBarrier together = new CyclicBarrier(threads);
            ExecutorService all = Executors.newFixedThreadPool(threads);
            for (int t = 0; t < threads; t++) {
                int first = t;
                all.execute(() -> {
                    awaitAll(together);
                    for (int i = 0; i < 32; i++) {
                        routes.of("r" + (i + 8 * first) % 32).add(1, 1);
                    }
                });
            }
            all.shutdown();
            assertTrue(all.awaitTermination(30, TimeUnit.SECONDS));
            assertEquals(9, routes.size());
            assertEquals(9, routes.stats().size());
            assertEquals(threads * 32L, routes.finished());
        }
    }

    private static void awaitAll(CyclicBarrier together) {
        try {
            together.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void noEntryOfAThreadLocalStaysOnVirtualThreads() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21);
        ExecutorService virtual = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        try {
            Request here = tracker.begin("a", "1");
            Runnable wrapped = here.wrap(() -> {});
            here.close();
            assertEquals(
                    List.of(),
                    virtual.submit(() -> {
                                List<String> left = new ArrayList<>();
                                try (Request outer = tracker.begin("outer", "2")) {
                                    tracker.begin("inner", "3").close();
                                    left.addAll(RequestIds.hasStack() ? List.of() : List.of("none while one is open"));
                                    assertEquals("2", outer.id());
                                }
                                left.addAll(RequestIds.hasStack() ? List.of("after a close") : List.of());
                                wrapped.run();
                                left.addAll(RequestIds.hasStack() ? List.of("after a body") : List.of());
                                RequestTracker.currentId();
                                left.addAll(RequestIds.hasStack() ? List.of("after a question") : List.of());
                                return left;
                            })
                            .get(30, TimeUnit.SECONDS));
        } finally {
            virtual.shutdownNow();
        }
    }

    @Test
    void readsTheHeapEveryTenthOfASecond() throws Exception {
        AtomicLong readings = new AtomicLong();
        RequestTrackerConfig config =
                new RequestTrackerConfig("reading", RequestTrackerConfig.Output.NONE, null, MB, 1, 1, time);
        try (Tracker reading = Tracker.open(config, null, live, readings::incrementAndGet)) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (readings.get() < 10) {
                assertTrue(System.nanoTime() - end < 0, "it reads");
                time.advance(Duration.ofMillis(100));
            }
            assertEquals("reading", reading.name());
        }
    }
}
