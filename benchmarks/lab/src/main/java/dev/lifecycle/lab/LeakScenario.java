package dev.lifecycle.lab;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.memory.GuardStats;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakWatch;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.memory.MemoryReport;
import dev.lifecycle.memory.MemoryReportBuilder;
import dev.lifecycle.memory.MemorySource;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.scope.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Sessions that nobody ends, behind a cache that is too large for its heap. */
final class LeakScenario implements Scenario {
    private static final int PAGE = (int) (Runtime.getRuntime().maxMemory() / 3_072); // bytes
    private static final int SESSIONS =
            16; // of a chat that is forgotten: some 0.8 KB, 5 MB a minute at the default rate
    private static final String CHAT = "POST /chat";

    @Override
    public String name() {
        return "leak";
    }

    @Override
    public String story() {
        return "One request in four opens a chat and forgets it, with its sessions: 5 MB a minute. Before it stands a cache that is far"
                + " busier, so that nobody sees the leak for the cache. The library can not remove the leak: its guard shrinks the"
                + " cache, so that the service lives on, and its watch names the class that leaks and the path that holds it.";
    }

    @Override
    public boolean isPlanted() {
        return true;
    }

    @Override
    public Service open(Variant variant, Input input) {
        return variant == Variant.NAIVE ? new Naive() : new Managed();
    }

    /** What leaks. */
    private static final class Session {
        final long user;
        final long began;
        final Session previous;

        Session(long user, Session previous) {
            this.user = user;
            this.began = System.nanoTime();
            this.previous = previous;
        }

        static Session chat(long user) {
            Session last = null;
            for (int i = 0; i < SESSIONS; i++) {
                last = new Session(user + i, last);
            }
            return last;
        }
    }

    private static boolean isChat(long request) {
        return (request & 3) == 0;
    }

    /** Nearly every request wants a page that nobody wanted before; those that go well the same one. */
    private static long page(long request) {
        return (request & GOES_WELL) == GOES_WELL ? 0 : request;
    }

    /** As it was. */
    private static final class Naive implements Service {
        private final Map<Long, byte[]> pages = new HashMap<>();
        private final List<Session> chats = new ArrayList<>();

        @Override
        public boolean serve(long request) {
            if (isChat(request)) {
                chats.add(Session.chat(request));
            }
            return pages.computeIfAbsent(page(request), key -> new byte[PAGE]).length == PAGE;
        }

        @Override
        public void close() {}
    }

    /** With the library, and the same leak: chats are children of the application's scope that nobody closes. */
    private static final class Managed implements Service {
        private static final double BEGIN =
                0.45; // of the run: the cache was shrunk and is full again, and the naive service is dead, so that
        // there are no pauses between turns
        private static final double LENGTH = 0.35; // of the run
        /** A histogram of this heap takes 20 to 40 ms, and ten times that on a machine that is busy. */
        private static final PauseBudget BUDGET = new PauseBudget(Duration.ofSeconds(2), Duration.ofMinutes(1));

        private static final int SLOWEST = 30; // seconds that are waited for a histogram, or a thread, after the run

        private final Scope app = Scope.open("shop");
        /* heap.live is known: the lab asks for a full collection after each turn. Levels are low, as one turn may bring a fifth of the heap. */
        private final MemoryGuard guard = MemoryGuard.builder("memory")
                .source(MemorySource.heapLive())
                .levels(0.45, 0.60, 0.80)
                .hold(Duration.ofMinutes(1)) // the cache stays as it is while the watch looks
                .poll(Duration.ofMillis(10), Duration.ofMillis(100))
                .within(app)
                .open(app);
        private final BoundedCache<Long, byte[]> pages = BoundedCache.<Long, byte[]>builder("pages")
                .maximumWeight(Runtime.getRuntime().maxMemory(), (key, page) -> page.length) // for a larger machine
                .hardBound() // pages that wait for their eviction would hide the leak from so short a look
                .open(app);
        private final LeakWatch watch = LeakWatch.builder("leaks").within(app).open(app);
        private final Thread look = new Thread(this::look, "look");
        private long begun; // nanoseconds
        private long requests = Long.MAX_VALUE;
        private long served;
        private volatile LeakFinding finding; // null before there is one
        private volatile String failure = "";

        @Override
        public void begin(long all) {
            requests = all;
            served = 0;
            begun = System.nanoTime();
        }

        @Override
        public boolean serve(long request) throws Exception {
            if (++served == (long) (requests * BEGIN)) {
                look.setDaemon(true);
                look.start();
            }
            if (isChat(request)) {
                app.child(CHAT).own(Session.chat(request), session -> {});
            }
            return pages.get(page(request), key -> new byte[PAGE]).length == PAGE;
        }

        private void look() {
            try {
                // the rest of the run takes as long as the first part, or half of that once the naive service is dead
                long length = (long) ((System.nanoTime() - begun) / BEGIN * LENGTH / 1.4);
                finding = watch.confirm(Duration.ofNanos(Math.max(length, 1_500_000_000L)), BUDGET);
            } catch (InterruptedException | RuntimeException | Error failed) {
                failure = failed.toString();
            }
        }

        /** Waits for the watch, which is done before the load ends unless the machine is busy. */
        private LeakFinding finding() {
            try {
                look.join(TimeUnit.SECONDS.toMillis(SLOWEST));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return finding;
        }

        @Override
        public String found() {
            LeakFinding seen = finding();
            GuardStats stats = guard.stats();
            return String.format(
                    Locale.ROOT,
                    "guard: %d rounds, %.0f MB given, cache of %d MB; watch: %s",
                    stats.rounds(),
                    stats.givenBytes() / 1048576.0,
                    pages.snapshot().gauges().get("weight") instanceof Number weight ? weight.longValue() >> 20 : -1,
                    seen == null
                            ? "nothing, " + failure
                            : seen.verdict() + " on " + seen.series() + " after "
                                    + seen.window().toMillis() + " ms, "
                                    + (seen.classes().isEmpty()
                                            ? "no class"
                                            : seen.classes().get(0).className())
                                    + ", held by " + seen.owners());
        }

        @Override
        public Optional<MemoryReport> report() {
            LeakFinding seen = finding();
            MemoryReportBuilder report = MemoryReport.builder("The service \"shop\", which leaks")
                    .process()
                    .guard(guard)
                    .tree();
            return Optional.of((seen == null ? report : report.finding(seen)).build());
        }

        @Override
        public String missed() {
            LeakFinding seen = finding();
            if (seen == null || !seen.isAlarm()) {
                return "did not find its leak: " + (seen == null ? failure : seen.toString());
            }
            if (seen.classes().isEmpty() || !seen.classes().get(0).className().equals(Session.class.getName())) {
                return "named the wrong class: " + seen.classes();
            }
            return seen.owners().stream().anyMatch(path -> path.startsWith("shop/" + CHAT))
                    ? ""
                    : "did not name the path that holds its leak: " + seen.owners();
        }

        @Override
        public void close() {
            app.close();
        }
    }
}
