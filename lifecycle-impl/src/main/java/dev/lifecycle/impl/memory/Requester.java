package dev.lifecycle.impl.memory;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.GcMethod;
import dev.lifecycle.memory.GcReport;
import dev.lifecycle.memory.GcRequester;
import dev.lifecycle.memory.NativeTrim;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.GcRequesterConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Asks for collections of the whole heap. */
public final class Requester implements GcRequester {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");
    private static final double BUSY = 0.75; // of the processors
    private static final String INSTANCES = "Total";

    private final GcRequesterConfig config;
    private final TimeSource clock;
    private final Collector collector = new Collector();
    private final Place place;
    private volatile @Nullable GcReport latest;
    private volatile @Nullable Timetable timetable;
    private long wholeAtTurn; // of the thread of the timetable

    /** What all requesters of the process keep. */
    static final class Spacing {
        private static final long LEAST_NANOS = TimeUnit.MINUTES.toNanos(1);

        private final ReentrantLock lock = new ReentrantLock(); // held while one asks; guards the rest
        private boolean any;
        private long last;

        /** Why not to ask now; empty if nothing speaks against it. The caller holds the lock. */
        String refusal(long now, long sinceWhole) {
            if (any && now - last < LEAST_NANOS) {
                return "the last request was less than a minute ago";
            }
            return sinceWhole < LEAST_NANOS ? "the whole heap was collected less than a minute ago" : "";
        }

        void asked(long now) {
            any = true;
            last = now;
        }
    }

    private static final Spacing SPACING = new Spacing();

    @SuppressWarnings("this-escape") // it asks for this only when it is used
    private Requester(GcRequesterConfig config) {
        this.config = config;
        clock = SteadyClock.of(config.timeSource());
        place = new Place(this, this::end, clock);
        wholeAtTurn = collector.wholeCollections();
    }

    /** See {@link Builder#open(Scope)}. */
    static GcRequester open(GcRequesterConfig config, @Nullable Scope owner) {
        Requester requester;
        try {
            requester = new Requester(config);
        } catch (LinkageError missing) {
            throw new UnsupportedOperationException(
                    "gc requester " + config.name()
                            + " counts collections, and this runtime is without the module java.management; add it with --add-modules java.management, to java or jlink",
                    missing);
        }
        requester.place.enter(owner, requester, GcRequester.class);
        if (config.everyNanos() > 0) {
            Timetable fresh = new Timetable(requester, config, requester.clock);
            requester.timetable = fresh;
            fresh.start();
        }
        return requester;
    }

    @Override
    public GcReport request(GcMethod method) {
        Objects.requireNonNull(method, "method");
        if (state() != State.OPEN) {
            return refused(place.closed());
        }
        SPACING.lock.lock();
        try {
            String refusal = SPACING.refusal(System.nanoTime(), collector.sinceWholeCollection());
            GcReport report = refusal.isEmpty() ? ask(method) : refused(refusal);
            latest = report;
            LOG.info("gc requester " + config.name() + ": " + report.logLine());
            GcEvents.record(config.name(), report);
            return report;
        } finally {
            SPACING.lock.unlock();
        }
    }

    private GcReport refused(String why) {
        MemoryUsage heap = heap();
        long resident = Resident.ofThisProcess();
        return new GcReport(
                GcMethod.AUTO,
                collector.name(),
                heap.getUsed(),
                heap.getUsed(),
                heap.getCommitted(),
                heap.getCommitted(),
                resident,
                resident,
                -1,
                0,
                Duration.ZERO,
                false,
                why);
    }

    private GcReport ask(GcMethod method) {
        boolean disabled = Collector.isOn("DisableExplicitGC");
        if (method == GcMethod.AUTO && disabled) {
            return refused(
                    "DisableExplicitGC is set, and AUTO respects that; DIAGNOSTIC_COMMAND collects all the same");
        }
        if (method != GcMethod.SYSTEM_GC && method != GcMethod.AUTO) {
            DiagnosticCommands.prepare();
        }
        MemoryUsage before = heap();
        long resident = Resident.ofThisProcess();
        long whole = collector.wholeCollections();
        long began = System.nanoTime();
        long objects = -1;
        String note = "";
        try {
            objects = collect(method);
        } catch (RuntimeException failed) {
            note = "the command failed: " + failed;
        }
        long ended = System.nanoTime();
        MemoryUsage after = heap();
        long collections = collector.wholeCollections() - whole;
        SPACING.asked(ended);
        boolean concurrent = method != GcMethod.LIVE_HISTOGRAM && Collector.isOn("ExplicitGCInvokesConcurrent");
        boolean begunOnly = concurrent && collector.name().equals("G1");
        boolean effective = collections > 0 && !begunOnly;
        if (note.isEmpty() && !effective) {
            note = begunOnly
                    ? "ExplicitGCInvokesConcurrent is set: a cycle beside the service was begun, and gives memory back with later collections"
                    : disabled && method == GcMethod.SYSTEM_GC
                            ? "DisableExplicitGC is set: System.gc() does nothing; use DIAGNOSTIC_COMMAND"
                            : "the whole heap was not collected";
        }
        return new GcReport(
                method == GcMethod.AUTO ? GcMethod.SYSTEM_GC : method,
                collector.name(),
                before.getUsed(),
                after.getUsed(),
                before.getCommitted(),
                after.getCommitted(),
                resident,
                Resident.ofThisProcess(),
                objects,
                collections,
                Duration.ofNanos(ended - began),
                effective,
                note);
    }

    /** Returns how many objects are alive; -1 if that is not known. */
    private static long collect(GcMethod method) {
        switch (method) {
            case DIAGNOSTIC_COMMAND -> DiagnosticCommands.run("gcRun");
            case LIVE_HISTOGRAM -> {
                return total(DiagnosticCommands.run("gcClassHistogram", new String[0]));
            }
            default -> System.gc();
        }
        return -1;
    }

    /** The first number of the last line, like {@code Total 1234 56789}. */
    private static long total(String histogram) {
        int at = histogram.lastIndexOf(INSTANCES);
        if (at < 0) {
            return -1;
        }
        String[] words = histogram.substring(at).trim().split("\\s+", 3);
        try {
            return words.length < 2 ? -1 : Long.parseLong(words[1]);
        } catch (NumberFormatException another) {
            return -1;
        }
    }

    private static MemoryUsage heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    }

    @Override
    public NativeTrim trimNative() {
        long before = Resident.ofThisProcess();
        long began = System.nanoTime();
        boolean supported = true;
        try {
            DiagnosticCommands.run("systemTrimNativeHeap");
        } catch (RuntimeException none) {
            supported = false;
        }
        return new NativeTrim(supported, before, Resident.ofThisProcess(), Duration.ofNanos(System.nanoTime() - began));
    }

    /** Asks, unless that would do harm. */
    private void askInTurn() {
        long whole = collector.wholeCollections();
        boolean needless = collector.isConcurrent() || whole != wholeAtTurn || isBusy();
        wholeAtTurn = whole;
        if (config.always() || !needless) {
            request(GcMethod.AUTO);
            wholeAtTurn = collector.wholeCollections();
        }
    }

    private static boolean isBusy() {
        try {
            return ManagementFactory.getOperatingSystemMXBean()
                            instanceof com.sun.management.OperatingSystemMXBean system
                    && system.getProcessCpuLoad() > BUSY;
        } catch (LinkageError missing) { // an image without jdk.management
            return false;
        }
    }

    /** Asks every so often, on a thread of its own, which does not hold the requester. */
    private static final class Timetable implements Runnable {
        private final WeakReference<Requester> requester;
        private final String name;
        private final long everyNanos;
        private final TimeSource clock;
        private volatile boolean closed;
        private volatile @Nullable Thread thread;

        Timetable(Requester requester, GcRequesterConfig config, TimeSource clock) {
            this.requester = new WeakReference<>(requester);
            name = config.name();
            everyNanos = config.everyNanos();
            this.clock = clock;
        }

        void start() {
            Thread fresh = Daemons.thread("lifecycle-gc-" + name, this);
            thread = fresh;
            fresh.start();
        }

        @Override
        public void run() {
            long due = clock.nanos() + everyNanos;
            while (!closed && !requester.refersTo(null)) {
                Thread.interrupted();
                long now = clock.nanos();
                if (now - due < 0) {
                    clock.parkUntil(this, due);
                    continue;
                }
                due = now + everyNanos;
                turn();
            }
        }

        private void turn() { // apart: a frame that waits would hold the requester
            Requester open = requester.get();
            if (open != null) {
                try {
                    open.askInTurn();
                } catch (Throwable failure) {
                    LOG.warn("gc requester " + name + " failed, and will try again", failure);
                }
            }
        }

        void stop() {
            closed = true;
            Thread running = thread;
            if (running != null) {
                clock.unpark(running);
            }
        }
    }

    private void end() {
        Timetable running = timetable;
        if (running != null) {
            running.stop();
        }
    }

    @Override
    public Optional<GcReport> latest() {
        return Optional.ofNullable(latest);
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Kind kind() {
        return Kind.GC_REQUESTER;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public Snapshot snapshot() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("collector", collector.name());
        latest().ifPresent(report -> gauges.put("latest", report.logLine()));
        return place.snapshot(gauges);
    }

    @Override
    public void close() {
        place.close();
    }

    @Override
    public String toString() {
        return config.name() + " " + collector.name()
                + latest().map(report -> ", " + report.logLine()).orElse("");
    }
}
