package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.memory.report.ReportPage;
import dev.lifecycle.impl.tree.RequestIds;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.GcRequester;
import dev.lifecycle.memory.LeakWatch;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.memory.MemoryReport;
import dev.lifecycle.memory.MemorySource;
import dev.lifecycle.memory.RequestTracker;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.GcRequesterConfig;
import dev.lifecycle.spi.LeakWatchConfig;
import dev.lifecycle.spi.MemoryGuardConfig;
import dev.lifecycle.spi.MemorySupport;
import dev.lifecycle.spi.RequestTrackerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The part of this implementation that watches memory. */
public final class Memory implements MemorySupport {

    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");

    /** The only one. */
    public static final Memory INSTANCE = new Memory();

    private final MemorySource heapLive = known("heap.live", Beans::liveSet); // hears of collections from now on

    private Memory() {}

    private static final class Others {
        static final NeededMemory CONTAINER = INSTANCE.needed(new Container(Path.of("/"), mapsThrice()));
        static final MemorySource DIRECT = known("direct", Beans::direct);
        static final MemorySource METASPACE = known("metaspace", Beans::metaspace);
    }

    private NeededMemory needed(Container container) {
        LiveSet live = liveSet();
        boolean isKnown = live == heapLive && live.isUnderstood();
        return new NeededMemory(
                container,
                heapLive,
                isKnown,
                NeededMemory.Heap.of(live, isKnown && Collector.isOn("AlwaysPreTouch")),
                System::nanoTime);
    }

    private static boolean mapsThrice() {
        try {
            return Beans.mapsThrice();
        } catch (LinkageError missing) {
            return false;
        }
    }

    private static MemorySource known(String name, Supplier<MemorySource> source) {
        try {
            return source.get();
        } catch (LinkageError missing) { // an image without the modules of the beans
            LOG.warn(
                    name
                            + " is not known here: it needs the modules java.management and jdk.management, one of which is missing");
        } catch (RuntimeException another) {
            LOG.warn(name + " is not known in this virtual machine", another);
        }
        return MemorySource.of(name, () -> MemorySource.UNKNOWN, () -> 0);
    }

    @Override
    public NeededMemory container() {
        return Others.CONTAINER;
    }

    @Override
    public MemorySource heapLive() {
        return heapLive;
    }

    @Override
    public MemorySource direct() {
        return Others.DIRECT;
    }

    @Override
    public MemorySource metaspace() {
        return Others.METASPACE;
    }

    @Override
    public MemoryGuard openGuard(MemoryGuardConfig config, @Nullable Scope owner) {
        return Guard.open(config, owner);
    }

    @Override
    public GcRequester openGcRequester(GcRequesterConfig config, @Nullable Scope owner) {
        return Requester.open(config, owner);
    }

    @Override
    public LeakWatch openLeakWatch(LeakWatchConfig config, @Nullable Scope owner) {
        LiveSet live = liveSet();
        return LeakObserver.open(
                config,
                owner,
                new LeakObserver.World(live, ProcessFigures.all(), OwnHistograms.INSTANCE, Memory::trim));
    }

    private LiveSet liveSet() {
        return heapLive instanceof LiveSet heard ? heard : new LiveSet(Set.of(), 0);
    }

    @Override
    public RequestTracker openRequestTracker(RequestTrackerConfig config, @Nullable Scope owner) {
        Runtime heap = Runtime.getRuntime();
        return Tracker.open(config, owner, liveSet(), () -> heap.totalMemory() - heap.freeMemory());
    }

    @Override
    public String currentRequestId() {
        String id = RequestIds.current();
        return id == null ? "-" : id;
    }

    private static long trim() {
        try {
            DiagnosticCommands.run("systemTrimNativeHeap");
        } catch (LinkageError | RuntimeException none) {
            LOG.info("the allocator of this system cannot be trimmed");
        }
        return Resident.ofThisProcess();
    }

    @Override
    public String html(MemoryReport report) {
        return new ReportPage(report).html();
    }

    @Override
    public List<MemoryReport.Fact> processFacts() {
        return ProcessFacts.now();
    }
}
