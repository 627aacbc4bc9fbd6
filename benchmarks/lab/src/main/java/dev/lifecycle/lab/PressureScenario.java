package dev.lifecycle.lab;

import dev.lifecycle.Lease;
import dev.lifecycle.Pressure;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.memory.MemoryPressureException;
import dev.lifecycle.memory.MemorySource;
import dev.lifecycle.memory.WorkClass;
import dev.lifecycle.memory.WorkPermit;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.Permit;
import dev.lifecycle.task.RejectedTaskException;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** For a third of the run customers order exports that are kept in memory until they are fetched, which nobody does. */
final class PressureScenario implements Scenario {
    private static final long HEAP = Runtime.getRuntime().maxMemory();
    private static final int PAGE = (int) (HEAP / 2_048);
    private static final int PAGES = 512; // a quarter of the heap
    private static final int EXPORT = (int) (HEAP / 128);
    private static final int BUFFER = (int) (HEAP / 512);
    private static final int BUFFERS = 8;
    private static final int AT_ONCE = 16;
    private static final double FROM = 1.0 / 8; // of the run
    private static final double TO = FROM + 1.0 / 3;

    @Override
    public String name() {
        return "pressure";
    }

    @Override
    public String story() {
        return "A service with a cache, buffers and background work, all of them bounded, is fine until customers order exports, one"
                + " request in sixteen for a third of the run, which stay in memory until they are fetched: more than the heap holds,"
                + " and the cache keeps its quarter of it meanwhile. Afterwards all of that is gone again.";
    }

    @Override
    public Service open(Variant variant, Input input) {
        return variant == Variant.NAIVE ? new Naive() : new Managed();
    }

    /** Before, during and after the burst. */
    private static final class Phases {
        private final Histogram[] latencies = {new Histogram(), new Histogram(), new Histogram()};
        private long requests = Long.MAX_VALUE;
        private long served;

        void begin(long all) {
            requests = all;
            served = 0;
        }

        /** 0, 1 or 2: that of the next request. */
        int next() {
            long at = served++;
            return at < requests * FROM ? 0 : at < requests * TO ? 1 : 2;
        }

        void add(int phase, long began) {
            latencies[phase].add(System.nanoTime() - began);
        }

        String text() {
            return "p50/p99 in ms before " + text(latencies[0]) + ", during " + text(latencies[1]) + ", after "
                    + text(latencies[2]);
        }

        private static String text(Histogram of) {
            return String.format(Locale.ROOT, "%.2f/%.2f", of.quantile(0.5) / 1e6, of.quantile(0.99) / 1e6);
        }
    }

    private static boolean isExport(int phase, long request) {
        return phase == 1 && (request & 15) == 0;
    }

    private static long page(long request) {
        return (request >>> 8) % (2 * PAGES);
    }

    private static int fill(byte[] buffer, long request) {
        for (int i = 0; i < buffer.length; i += 64) {
            buffer[i] = (byte) request;
        }
        return buffer[0];
    }

    /** As it was: each part is bounded, the sum is not. */
    private static final class Naive implements Service {
        private final Phases phases = new Phases();
        private final Map<Long, byte[]> pages = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
                return size() > PAGES;
            }
        };
        private final byte[][] buffers = new byte[BUFFERS][BUFFER];
        private final ExecutorService tasks = Executors.newFixedThreadPool(2, body -> {
            Thread thread = new Thread(body, "task");
            thread.setDaemon(true);
            return thread;
        });
        private final List<byte[]> exports = new ArrayList<>();

        @Override
        public void begin(long requests) {
            phases.begin(requests);
        }

        @Override
        public boolean serve(long request) {
            int phase = phases.next();
            long began = System.nanoTime();
            if (phase == 2) {
                exports.clear();
            }
            if (isExport(phase, request)) {
                exports.add(new byte[EXPORT]);
            }
            byte[] page = pages.computeIfAbsent(page(request), key -> new byte[PAGE]);
            byte[] buffer = buffers[(int) (request >>> 32 & (BUFFERS - 1))];
            tasks.execute(() -> fill(page, request));
            fill(buffer, request);
            phases.add(phase, began);
            return true;
        }

        @Override
        public String found() {
            return phases.text();
        }

        @Override
        public void close() {
            tasks.shutdownNow();
        }
    }

    /** With the library: exports are heavy work, which a guard refuses in an emergency. */
    private static final class Managed implements Service {
        private static final TaskSpec INDEX = TaskSpec.of("index", "index");

        private final Phases phases = new Phases();
        private final Scope app = Scope.open("reports");
        private volatile long exported; // bytes; written by the thread that serves
        private final BoundedCache<Long, byte[]> pages = BoundedCache.<Long, byte[]>builder("pages")
                .maximumWeight((long) PAGES * PAGE, (key, page) -> page.length)
                .open(app);
        private final ResourcePool<byte[]> buffers = ResourcePool.builder("buffers", () -> new byte[BUFFER])
                .core(BUFFERS)
                .open(app);
        private final Limiter limiter = Limiter.builder("requests", AT_ONCE).open(app);
        private final TaskManager tasks = TaskManager.builder("tasks")
                .maxConcurrency(4)
                .queueCapacity(256)
                .open(app);
        /*
         * The source is the service's own books, of all that is large: exports, pages, buffers and 4 MB for the rest. With the serial collector heap.live is known after full collections
         * only, twice a second here, and exports fill a sixth of the heap in between. Of the heap a seventh is left free above the highest level, for what is not in the books.
         */
        private final MemoryGuard guard = MemoryGuard.builder("memory")
                .source(MemorySource.of("booked", this::booked, () -> HEAP))
                .levels(0.45, 0.60, 0.75)
                .hold(Duration.ofMillis(500)) // as long as the pause between two turns
                .coolDown(Duration.ofMillis(500))
                .poll(Duration.ofMillis(10), Duration.ofMillis(50))
                .within(app)
                .open(app);
        private final List<byte[]> exports = new ArrayList<>();
        private long refusedExports;
        private boolean emergency;
        private boolean limiterHalved;
        private boolean tasksHalved;
        private boolean cacheShrunk;

        private long booked() {
            return exported + number(pages.snapshot().gauges(), "weight") + (long) BUFFERS * BUFFER + (4L << 20);
        }

        private static long number(Map<String, Object> gauges, String name) {
            return gauges.get(name) instanceof Number number ? number.longValue() : -1;
        }

        private long tasksAtOnce() {
            return number(tasks.managed().snapshot().gauges(), "maxConcurrency");
        }

        private long cacheBound() {
            return number(pages.snapshot().gauges(), "maximum");
        }

        @Override
        public void begin(long requests) {
            phases.begin(requests);
        }

        @Override
        @SuppressWarnings("try") // permits are closed, and nothing else is done with them
        public boolean serve(long request) throws Exception {
            int phase = phases.next();
            long began = System.nanoTime();
            if (phase == 2 && !exports.isEmpty()) {
                exports.clear();
                exported = 0;
            }
            if (phase == 1) { // each for itself: components are asked one after the other
                emergency |= guard.level() == Pressure.EMERGENCY;
                limiterHalved |= limiter.stats().limit() == AT_ONCE / 2;
                tasksHalved |= tasksAtOnce() == 2;
                cacheShrunk |= cacheBound() <= (long) PAGES * PAGE / 2;
            }
            Optional<Permit> permit = limiter.tryAcquire();
            if (permit.isEmpty()) {
                return false;
            }
            try (Permit inside = permit.get();
                    Lease<byte[]> buffer = buffers.acquire()) {
                if (isExport(phase, request)) {
                    try (WorkPermit heavy = guard.admit(WorkClass.HEAVY)) {
                        exports.add(new byte[EXPORT]);
                        exported = (long) exports.size() * EXPORT;
                    } catch (MemoryPressureException scarce) { // an answer, too: 503
                        refusedExports++;
                        return false;
                    }
                }
                byte[] page = pages.get(page(request), key -> new byte[PAGE]);
                tasks.submit(INDEX, task -> fill(page, request));
                fill(buffer.get(), request);
            } catch (RejectedTaskException full) {
                return false;
            }
            phases.add(phase, began);
            return true;
        }

        @Override
        public String found() {
            return String.format(
                    Locale.ROOT,
                    "%s; %d exports refused; at the end level %s, limit %d of %d, tasks %d of 4, cache bound %d of %d KB",
                    phases.text(),
                    refusedExports,
                    guard.level(),
                    limiter.stats().limit(),
                    AT_ONCE,
                    tasksAtOnce(),
                    cacheBound() >> 10,
                    (long) PAGES * PAGE >> 10);
        }

        @Override
        public String missed() {
            if (!emergency || refusedExports == 0) {
                return "met no emergency, or refused no heavy work";
            }
            if (!limiterHalved || !tasksHalved || !cacheShrunk) {
                return "did not halve its limiter and tasks, or not shrink its cache";
            }
            return guard.level() == Pressure.NORMAL
                            && limiter.stats().limit() == AT_ONCE
                            && tasksAtOnce() == 4
                            && cacheBound() == (long) PAGES * PAGE
                    ? ""
                    : "did not recover: " + found();
        }

        @Override
        public void close() {
            app.close();
        }
    }
}
