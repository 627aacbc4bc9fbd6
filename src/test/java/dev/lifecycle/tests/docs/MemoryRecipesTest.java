package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.Shrinkable;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.memory.GcMethod;
import dev.lifecycle.memory.GcReport;
import dev.lifecycle.memory.GcRequester;
import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramDiff;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import dev.lifecycle.memory.LeakWatch;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.memory.MemoryPressureException;
import dev.lifecycle.memory.MemoryReport;
import dev.lifecycle.memory.MemorySource;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.memory.Request;
import dev.lifecycle.memory.RequestTracker;
import dev.lifecycle.memory.WorkClass;
import dev.lifecycle.memory.WorkPermit;
import dev.lifecycle.scope.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/memory.md. */
class MemoryRecipesTest {
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    /** More than the defaults: all tests of this process share what may be spent in an hour. */
    private final PauseBudget budget = new PauseBudget(Duration.ofSeconds(10), Duration.ofHours(1));

    private void alert(String line) {
        log.add(line);
    }

    @Test
    void aGuardForTheService() {
        // @start region="guard"
        try (Scope app = Scope.open("checkout")) {
            MemoryGuard guard = MemoryGuard.builder("memory")
                    .listener(event -> alert(event.toString())) // NORMAL -> CLEANUP, container at 77.1 %, full in PT42S
                    .open(app);
            BoundedCache<String, byte[]> pages = BoundedCache.<String, byte[]>builder("pages")
                    .maximumWeight(64 << 20, (key, page) -> page.length)
                    .open(app); // hangs in the tree: it is asked to shrink, and gets its bound back
            FileProcessor uploads =
                    FileProcessor.builder("uploads").pressure(guard::level).open(app);
            // ...
            // @end
            assertEquals(Pressure.NORMAL, guard.level());
            assertNotNull(pages);
            assertNotNull(uploads);
        }
    }

    @Test
    void heavyWorkIsRefused() {
        AtomicLong used = new AtomicLong(99);
        try (MemoryGuard guard = MemoryGuard.builder("memory")
                .source(MemorySource.of("test", used::get, () -> 100))
                .open()) {
            assertEquals("503 10", export(guard));
            used.set(1);
        }
        try (MemoryGuard guard = MemoryGuard.builder("memory")
                .source(MemorySource.of("test", used::get, () -> 100))
                .open()) {
            assertEquals("200", export(guard));
        }
    }

    // @start region="admit"
    static String export(MemoryGuard guard) {
        try (WorkPermit permit = guard.admit(WorkClass.HEAVY)) {
            return "200"; // the work
        } catch (MemoryPressureException scarce) {
            return "503 " + scarce.retryAfter().toSeconds(); // Retry-After
        }
    }
    // @end

    // @start region="shrinkable"
    /** Thumbnails, which can be made again. */
    static final class Thumbnails implements Shrinkable {
        private final List<byte[]> kept = new ArrayList<>();

        synchronized void keep(byte[] thumbnail) {
            kept.add(thumbnail);
        }

        @Override
        public synchronized long shrink(Pressure level, long bytesWanted) {
            long given = 0;
            while (given < bytesWanted && !kept.isEmpty()) {
                given += kept.remove(kept.size() - 1).length;
            }
            return given;
        }

        @Override
        public void restore() {} // it has no bound of its own that was lowered
    }
    // @end

    @Test
    void somethingOfYourOwnShrinks() throws InterruptedException {
        Thumbnails thumbnails = new Thumbnails();
        thumbnails.keep(new byte[40]);
        thumbnails.keep(new byte[40]);
        AtomicLong connections = new AtomicLong(58);
        // @start region="own"
        MemoryGuard guard = MemoryGuard.builder("memory")
                .source(MemorySource.of("network buffers", connections::get, () -> 100))
                .shrinks(thumbnails)
                .open();
        // @end
        try (guard) {
            assertEquals(40, guard.cleanUp("a test").givenBytes());
        }
    }

    @Test
    void aCollectionEveryTenMinutes() {
        try (Scope app = Scope.open("checkout")) {
            // @start region="gc"
            GcRequester collections = GcRequester.builder("nightly")
                    .every(Duration.ofMinutes(
                            10)) // does nothing with ZGC and Shenandoah, nor where the heap was collected meanwhile
                    .open(app);
            GcReport report = collections.request(GcMethod.AUTO);
            System.out.println(report.logLine()); // heap 1650.42 MB -> 1512.18 MB (freed 138.24 MB), committed ...
            // @end
            assertFalse(report.logLine().isEmpty());
        }
    }

    @Test
    void whetherItLeaks() {
        AtomicLong sessions = new AtomicLong();
        // @start region="watch"
        try (Scope app = Scope.open("checkout")) {
            LeakWatch watch = LeakWatch.builder("leaks")
                    .pieces("sessions", sessions::get) // a figure of yours, beside those it knows
                    .listener(finding -> alert(finding.toString())) // LEAKING: heap.live grows by 21.3 MB/h ...
                    .open(app);
            BoundedCache<String, byte[]> pages = BoundedCache.<String, byte[]>builder("pages")
                    .maximumSize(10_000)
                    .open(app); // hangs in the tree: while it fills, the verdict is WARMING
            // ...
            // @end
            assertEquals(
                    LeakVerdict.INSUFFICIENT_DATA, watch.finding("sessions").verdict());
            assertNotNull(pages);
        }
    }

    @Test
    void lookingActivelyForALeak() throws Exception {
        Duration threeMinutes = Duration.ofSeconds(1);
        List<byte[]> leak = new ArrayList<>();
        try (Scope app = Scope.open("checkout")) {
            LeakWatch watch = LeakWatch.builder("leaks").open(app);
            leak.add(new byte[10]);
            // @start region="confirm"
            LeakFinding found = watch.confirm(threeMinutes, budget);
            if (found.isAlarm()) {
                alert(found.explanation());
                found.classes().forEach(grown -> alert(grown.toString())); // the most suspicious first
                found.owners().forEach(path -> alert("held by " + path)); // checkout/requests/latest
            }
            // @end
            assertNotNull(found.verdict());
        }
        assertEquals(1, leak.size());
    }

    @TempDir
    Path folder;

    @Test
    void aReportThatCanBeMailed() throws Exception {
        Path file = folder.resolve("memory_report.html");
        try (Scope app = Scope.open("checkout")) {
            LeakWatch watch = LeakWatch.builder("leaks").open(app);
            MemoryGuard guard = MemoryGuard.builder("memory").open(app);
            // @start region="report"
            MemoryReport.builder("checkout, after the alert")
                    .process()
                    .guard(guard)
                    .watch(watch) // its findings, and a chart of each series
                    .classes(HeapHistogram.take(HistogramMode.LIVE, budget))
                    .tree()
                    .build()
                    .write(file);
            // @end
        }
        assertTrue(Files.readString(file).contains("checkout, after the alert"));
    }

    @Test
    void whatEachRequestTook() {
        String requestId = "7f3a";
        try (Scope app = Scope.open("checkout")) {
            // @start region="requests"
            RequestTracker requests = RequestTracker.builder("requests")
                    .sink(record -> alert(record.logLine())) // [7f3a] POST /api/chat duration=1234ms | memory=...
                    .open(app);
            try (Request request = requests.begin("POST /api/chat", requestId)) {
                // the work: lines of the library, and tasks submitted here, have the id
                new Thread(request.wrap(() -> alert(RequestTracker.currentId()))).start();
            }
            requests.routes().forEach(System.out::println); // those that keep memory first, with an interval
            // @end
            assertEquals(1, requests.routes().get(0).count());
        }
    }

    @Test
    void whichClassGrows() throws Exception {
        List<byte[]> leak = new ArrayList<>();
        // @start region="diff"
        List<HeapHistogram> taken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            taken.add(HeapHistogram.take(HistogramMode.ALL_AFTER_YOUNG, budget));
            leak.add(new byte[1 << 20]);
        }
        HistogramDiff diff = HeapHistogram.diff(taken);
        System.out.println(diff.table(10)); // by in how many intervals a class grew, the application's first
        // @end
        assertTrue(diff.snapshots() == 3 && leak.size() == 3);
    }
}
