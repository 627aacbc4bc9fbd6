package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.State;
import dev.lifecycle.memory.Request;
import dev.lifecycle.memory.RequestRecord;
import dev.lifecycle.memory.RequestTracker;
import dev.lifecycle.memory.RequestTrackerClosedException;
import dev.lifecycle.memory.RouteStats;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class RequestTrackerTest {
    private final List<RequestRecord> records = Collections.synchronizedList(new ArrayList<>());
    private final VirtualTime time = new VirtualTime();
    private RequestTracker tracker;

    @BeforeEach
    void open() {
        tracker = RequestTracker.builder("requests")
                .sink(records::add)
                .timeSource(time)
                .open();
    }

    @AfterEach
    void close() {
        tracker.close();
        assertEquals("-", RequestTracker.currentId(), "nothing stays on the thread of the test");
    }

    private static void onAnotherThread(Runnable body) throws InterruptedException {
        Thread thread = new Thread(body);
        thread.start();
        thread.join();
    }

    private Object gauge(String name) {
        return tracker.snapshot().gauges().get(name);
    }

    @Test
    void tellsWhatARequestTook() {
        byte[] work;
        try (Request request = tracker.begin("GET /a", "7f")) {
            work = new byte[3 << 20];
            time.advance(Duration.ofMillis(1234));
            assertEquals("7f", request.id());
            assertEquals("GET /a", request.route());
            assertEquals(1L, gauge("inFlight"));
        }
        RequestRecord record = records.get(0);
        assertEquals(1_234_000_000, record.nanos());
        assertTrue(record.allocatedBytes() >= work.length && record.allocatedBytes() < 4 << 20, record::toString);
        assertFalse(record.processWide());
        assertFalse(record.suspect());
        assertTrue(record.heapBefore() > 0);
        assertTrue(record.logLine().startsWith("[7f] GET /a duration=1234ms | memory="), record::logLine);
        assertEquals(0L, gauge("inFlight"));
        assertEquals(1L, gauge("finished"));
    }

    @Test
    void printsTheLineOfTheLog() {
        long mb = 1 << 20;
        RequestRecord record =
                new RequestRecord("id", "POST /api/chat", 1_234_567_890L, mb, 125 * mb, 128 * mb, false, false);
        assertEquals(
                "[id] POST /api/chat duration=1234ms | memory=125MB->128MB | delta=+3.0MB | alloc=1.0MB",
                record.logLine());
        RequestRecord odd = new RequestRecord("id", "r", 0, -1, 128 * mb, 125 * mb, true, true);
        assertEquals(
                "[id] r duration=0ms | memory=128MB->125MB | delta=-3.0MB process-wide | alloc=n/a LEAK_SUSPECTED",
                odd.logLine());
        assertTrue(new RequestRecord("id", "r", 0, 0, -1, 1, false, false)
                .logLine()
                .contains("memory=n/a | delta=n/a |"));
    }

    @Test
    void threadsWorkForTheRequestTheyBegan() {
        assertEquals("-", RequestTracker.currentId());
        try (Request outer = tracker.begin("outer", "1")) {
            try (Request inner = tracker.begin("inner", "2")) {
                assertEquals("2", RequestTracker.currentId());
                assertEquals("2", inner.id());
            }
            assertEquals("1", RequestTracker.currentId());
            assertEquals("1", outer.id());
        }
        assertEquals("-", RequestTracker.currentId());
        assertTrue(records.get(1).processWide(), "another one ran meanwhile");
    }

    @Test
    void endsOnceHoweverOftenItIsClosed() {
        Request first = tracker.begin("a", "1");
        first.close();
        Request second = tracker.begin("a", "2");
        first.close();
        assertEquals("2", RequestTracker.currentId(), "the first one does not end the second");
        second.close();
        second.close();
        assertEquals(2, records.size());
        assertEquals(0L, gauge("inFlight"));
    }

    @Test
    void twoThreadsThatCloseItEndItOnce() throws Exception {
        int rounds = 2_000;
        for (int i = 0; i < rounds; i++) {
            Request request = tracker.begin("a", "1");
            CompletableFuture<Void> other = CompletableFuture.runAsync(request::close);
            request.close();
            other.get(30, TimeUnit.SECONDS);
        }
        assertEquals((long) rounds, gauge("finished"));
        assertEquals(0L, gauge("inFlight"));
        assertEquals(rounds, records.size());
    }

    @Test
    void whatAnotherThreadClosedHasNoAllocation() throws Exception {
        Request request = tracker.begin("a", "1");
        onAnotherThread(request::close);
        assertEquals(-1, records.get(0).allocatedBytes());
        assertEquals("-", RequestTracker.currentId(), "ended, whoever did so");
        tracker.begin("a", "2").close();
        assertTrue(records.get(1).allocatedBytes() >= 0, "the next is measured as usual");
        assertTrue(records.get(0).logLine().contains("alloc=n/a"));
    }

    @Test
    void requestsNeverClosedDoNotPileUp() throws Exception {
        onAnotherThread(() -> {
            for (int i = 0; i < 1_000; i++) {
                tracker.begin("lost", "id" + i);
                assertEquals("id" + i, RequestTracker.currentId());
            }
        });
        assertEquals(8L, gauge("inFlight"));
        assertEquals(992L, gauge("givenUp"));
        assertEquals(0L, gauge("finished"));
    }

    @Test
    void anOuterRequestThatEndsTakesALostOneAlong() {
        Request outer = tracker.begin("outer", "1");
        Request lost = tracker.begin("lost", "2");
        outer.close();
        assertEquals("-", RequestTracker.currentId());
        try (Request next = tracker.begin("next", "3")) {
            lost.close();
            assertEquals("3", RequestTracker.currentId(), "it does not end what came after");
            assertEquals("3", next.id());
        }
        assertEquals(3, records.size());
        assertEquals(-1, records.get(1).allocatedBytes(), "what came after is not its own");
    }

    @Test
    void whatComesAfterALostRequestIsNotMistakenForIt() {
        Request outer = tracker.begin("outer", "1");
        Request lost = tracker.begin("lost", "2");
        outer.close();
        try (Request next = tracker.begin("outer", "3")) {
            try (Request within = tracker.begin("within", "4")) { // where the lost one was
                assertEquals("4", RequestTracker.currentId());
                lost.close();
                assertEquals("4", RequestTracker.currentId());
                assertEquals("4", within.id());
            }
            assertEquals("3", RequestTracker.currentId());
            assertEquals("3", next.id());
        }
        assertEquals(4, records.size());
        assertEquals(0L, gauge("inFlight"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u001b[31m", "a\u2028b", " ", "", "a\r", "\u0000"})
    void refusesWhatWouldForgeALine(String text) {
        assertThrows(IllegalArgumentException.class, () -> tracker.begin("route", text));
        assertThrows(IllegalArgumentException.class, () -> tracker.begin(text, "id"));
        assertThrows(IllegalArgumentException.class, () -> tracker.begin("route", "x".repeat(257)));
        assertEquals(0L, gauge("inFlight"));
        assertEquals("-", RequestTracker.currentId());
    }

    @Test
    void handsTheIdOver() throws Exception {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        Runnable body;
        Runnable failing;
        try (Request request = tracker.begin("a", "1")) {
            body = request.wrap(() -> {
                seen.add(RequestTracker.currentId());
            });
            failing = request.wrap((Runnable) () -> {
                throw new IllegalStateException("of the user");
            });
            assertEquals("1", request.wrap(RequestTracker::currentId).call());
        }
        onAnotherThread(() -> {
            body.run();
            assertThrows(IllegalStateException.class, failing::run);
            seen.add(RequestTracker.currentId());
        });
        assertEquals(List.of("1", "-"), seen);
    }

    @Test
    void tasksRunForTheRequestThatSubmittedThem() throws Exception {
        try (TaskManager tasks = TaskManager.builder("tasks").open()) {
            ExecutorService view = tasks.asExecutorService("view");
            CompletableFuture<String> executed = new CompletableFuture<>();
            try (Request request = tracker.begin("a", "1")) {
                assertEquals("1", view.submit(RequestTracker::currentId).get(30, TimeUnit.SECONDS));
                view.execute(() -> executed.complete(RequestTracker.currentId()));
                assertEquals("1", executed.get(30, TimeUnit.SECONDS));
                assertEquals("1", request.id());
            }
            assertEquals("-", view.submit(RequestTracker::currentId).get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void submittedTasksRunForTheRequestAndLeaveNothingOnTheWorker() throws Exception {
        try (TaskManager tasks = TaskManager.builder("tasks").maxConcurrency(1).open()) {
            TaskSpec spec = TaskSpec.of("task", "tests");
            TaskHandle<String> inside;
            TaskHandle<String> failing;
            AtomicReference<String> seen = new AtomicReference<>();
            try (Request request = tracker.begin("a", "1")) {
                inside = tasks.submit(spec, task -> RequestTracker.currentId());
                failing = tasks.submit(spec, task -> {
                    seen.set(RequestTracker.currentId());
                    throw new IllegalStateException("of the user");
                });
                assertEquals("1", request.id());
            }
            assertEquals("1", inside.join(Duration.ofSeconds(30)));
            assertThrows(Exception.class, () -> failing.join(Duration.ofSeconds(30)));
            assertEquals("1", seen.get(), "it threw in the name of the request");
            TaskHandle<String> after = tasks.submit(spec, task -> RequestTracker.currentId());
            assertEquals("-", after.join(Duration.ofSeconds(30)), "its worker is that of the others");
        }
    }

    @Test
    void aTaskThatLeavesARequestOpenLeavesNoIdOnTheWorker() throws Exception {
        try (TaskManager tasks = TaskManager.builder("tasks").maxConcurrency(1).open()) {
            TaskSpec spec = TaskSpec.of("task", "tests");
            try (Request request = tracker.begin("a", "1")) {
                TaskHandle<String> lost =
                        tasks.submit(spec, task -> tracker.begin("lost", "2").id());
                assertEquals("2", lost.join(Duration.ofSeconds(30)));
                assertEquals("1", request.id());
            }
            TaskHandle<String> after = tasks.submit(spec, task -> RequestTracker.currentId());
            assertEquals("-", after.join(Duration.ofSeconds(30)));
        }
    }

    @Test
    void aSinkThatBeginsRequestsItselfIsNotToldOfThose() {
        AtomicReference<RequestTracker> own = new AtomicReference<>();
        AtomicReference<RequestTracker> another = new AtomicReference<>();
        List<String> told = new ArrayList<>();
        try (RequestTracker second = RequestTracker.builder("second")
                        .sink(record -> {
                            told.add("second " + record.id());
                            own.get().begin("a", "back").close();
                        })
                        .open();
                RequestTracker first = RequestTracker.builder("first")
                        .sink(record -> {
                            told.add("first " + record.id());
                            own.get().begin("a", "within").close();
                            another.get().begin("a", "beside").close();
                        })
                        .open()) {
            own.set(first);
            another.set(second);
            first.begin("a", "1").close();
            assertEquals(List.of("first 1", "second beside"), told);
            first.begin("a", "2").close();
            assertEquals(List.of("first 1", "second beside", "first 2", "second beside"), told, "and so the next time");
            assertEquals(6L, first.snapshot().gauges().get("finished"), "all of them are counted");
            assertEquals(0L, first.snapshot().gauges().get("inFlight"));
            assertEquals(0L, first.snapshot().gauges().get("sinkFailures"));
        }
    }

    @Test
    void aRouteThatIsNamedOtherIsOneWithTheRest() {
        try (RequestTracker small =
                RequestTracker.builder("small").maxRoutes(2).withoutSink().open()) {
            small.begin("other", "1").close();
            for (int i = 0; i < 3; i++) {
                small.begin("r" + i, "1").close();
            }
            small.begin("other", "1").close();
            List<RouteStats> routes = small.routes();
            assertEquals(
                    List.of("other", "r0"),
                    routes.stream().map(RouteStats::route).toList());
            assertEquals(4, routes.get(0).count());
            assertEquals(2, small.snapshot().gauges().get("routes"));
        }
    }

    @Test
    void aSinkThatThrowsIsCountedAndChangesNothing() {
        try (RequestTracker failing = RequestTracker.builder("failing")
                .sink(record -> {
                    throw new AssertionError("of the user");
                })
                .open()) {
            for (int i = 0; i < 5; i++) {
                Request request = failing.begin("a", "1");
                assertDoesNotThrow(request::close);
            }
            assertEquals(5L, failing.snapshot().gauges().get("sinkFailures"));
            assertEquals(5L, failing.snapshot().gauges().get("finished"));
        }
    }

    @Test
    void closedWhileRequestsAreOpen() {
        Request request = tracker.begin("a", "1");
        tracker.close();
        assertEquals(State.CLOSED, tracker.state());
        RequestTrackerClosedException refused =
                assertThrows(RequestTrackerClosedException.class, () -> tracker.begin("a", "2"));
        assertTrue(refused.getMessage().contains("requests is closed"), refused::getMessage);
        assertEquals("1", RequestTracker.currentId());
        request.close();
        assertEquals("-", RequestTracker.currentId());
        assertEquals(0, records.size(), "the sink hears nothing after the close");
        assertEquals(1, tracker.routes().get(0).count());
    }

    @Test
    void hangsInTheTreeAndEndsWithItsOwner() {
        Scope app = Scope.open("app");
        RequestTracker owned = RequestTracker.builder("owned").open(app);
        assertEquals(Kind.REQUEST_TRACKER, owned.kind());
        assertEquals("owned", owned.name());
        app.close();
        assertEquals(State.CLOSED, owned.state());
    }

    @Test
    void routesAreBounded() {
        try (RequestTracker small =
                RequestTracker.builder("small").maxRoutes(2).withoutSink().open()) {
            for (int i = 0; i < 10; i++) {
                small.begin("r" + i, "1").close();
                small.begin("r" + i, "1").close();
            }
            List<RouteStats> routes = small.routes();
            assertEquals(3, routes.size());
            assertEquals("other", routes.get(0).route());
            assertEquals(16, routes.get(0).count());
            assertEquals(3, small.snapshot().gauges().get("routes"));
        }
    }

    @Test
    void tellsHowLongARouteTakes() {
        for (int i = 1; i <= 100; i++) {
            try (Request request = tracker.begin("a", "1")) {
                time.advance(Duration.ofMillis(i));
                assertEquals("a", request.route());
            }
        }
        RouteStats route = tracker.routes().get(0);
        assertEquals(100, route.count());
        assertEquals(50, route.p50Nanos() / 1e6, 50 / 8.0);
        assertEquals(99, route.p99Nanos() / 1e6, 99 / 8.0);
        assertTrue(route.p50Nanos() >= 50_000_000);
        assertFalse(route.isRetainedKnown(), "nothing was collected");
        assertEquals(0, route.leakRank());
    }

    @Test
    void linesOfTheLibraryNameTheRequest() {
        try (LogCapture log = LogCapture.ofMemory()) {
            try (RequestTracker failing = RequestTracker.builder("failing")
                            .sink(record -> {
                                throw new AssertionError("of the user");
                            })
                            .open();
                    Request outer = tracker.begin("outer", "7f")) {
                failing.begin("a", "1").close();
                assertEquals("7f", outer.id());
            }
            assertEquals(List.of("[7f] the sink of request tracker failing failed, 1 times now"), log.lines());
        }
    }

    @Test
    void writesALineForEachIfNothingElseIsSaid() {
        try (LogCapture log = LogCapture.ofMemory();
                RequestTracker logging = RequestTracker.builder("logging").open()) {
            logging.begin("GET /a", "7f").close();
            assertEquals(1, log.lines().size());
            assertTrue(log.lines().get(0).startsWith("[7f] GET /a duration="), log.lines()::toString);
        }
    }

    @Test
    void suspectsNobodyWhoKeepsNothing() throws Exception {
        AtomicLong suspects = new AtomicLong();
        AtomicLong ended = new AtomicLong();
        try (RequestTracker busy = RequestTracker.builder("busy")
                .suspectBytes(1 << 20)
                .sink(record -> {
                    ended.incrementAndGet();
                    if (record.suspect()) {
                        suspects.incrementAndGet();
                    }
                })
                .open()) {
            ExecutorService threads = Executors.newFixedThreadPool(16);
            CountDownLatch done = new CountDownLatch(16);
            for (int t = 0; t < 16; t++) {
                threads.execute(() -> {
                    for (int i = 0; i < 500; i++) {
                        try (Request request = busy.begin("garbage", "1")) {
                            assertTrue(new byte[1 << 20].length > request.id().length());
                        }
                    }
                    done.countDown();
                });
            }
            assertTrue(done.await(100, TimeUnit.SECONDS));
            threads.shutdownNow();
        }
        assertEquals(8_000, ended.get());
        assertTrue(suspects.get() <= 8, suspects + " of " + ended);
    }

    @Test
    void refusesWhatItCannotHonour() {
        assertThrows(
                IllegalArgumentException.class,
                () -> RequestTracker.builder("t").suspectBytes(1));
        assertThrows(
                IllegalArgumentException.class,
                () -> RequestTracker.builder("t").retainedTarget(0));
        assertThrows(
                IllegalArgumentException.class,
                () -> RequestTracker.builder("t").maxRoutes(0));
        assertThrows(
                IllegalArgumentException.class,
                () -> RequestTracker.builder("t").maxRoutes(1025));
        assertThrows(IllegalArgumentException.class, () -> RequestTracker.builder("\n"));
    }
}
