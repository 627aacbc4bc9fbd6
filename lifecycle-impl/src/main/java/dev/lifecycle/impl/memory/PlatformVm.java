package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.memory.OwnHistograms.Vm;
import dev.lifecycle.memory.HistogramMode;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** This virtual machine, by its platform beans. */
final class PlatformVm implements Vm {
    private static final Set<String> YOUNG = Set.of("Copy", "PS Scavenge", "G1 Young Generation");
    /** Less than half of the smallest region of G1: it goes where small objects go. */
    private static final int PIECE = 64 << 10;

    private static final long LONGEST_NANOS = 500_000_000L;
    private static final long LITTLE = 32L << 20;

    /** Where garbage goes, lest the compiler see that nobody looks at it. */
    @SuppressWarnings("unused")
    private static volatile byte @Nullable [] sink;

    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();

    @Override
    public CollectorKind collector() {
        return collectors.isEmpty()
                ? CollectorKind.UNKNOWN
                : CollectorKind.of(collectors.get(0).getName());
    }

    @Override
    public long used(HistogramMode mode) {
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        MemoryPoolMXBean eden = mode == HistogramMode.ALL ? null : eden();
        return eden == null ? used : Math.max(0, used - eden.getUsage().getUsed());
    }

    private @Nullable MemoryPoolMXBean eden() {
        for (MemoryPoolMXBean pool : pools) {
            if (pool.getName().contains("Eden")) {
                return pool;
            }
        }
        return null;
    }

    @Override
    public long fullCollections() {
        long count = 0;
        for (GarbageCollectorMXBean each : collectors) {
            String name = each.getName();
            if (!YOUNG.contains(name) && !name.endsWith("Pauses") && !name.startsWith("ZGC Minor")) {
                count += Math.max(0, each.getCollectionCount());
            }
        }
        return count;
    }

    @Override
    public void collectYoung() {
        GarbageCollectorMXBean young = null;
        for (GarbageCollectorMXBean each : collectors) {
            if (YOUNG.contains(each.getName())) {
                young = each;
            }
        }
        MemoryPoolMXBean eden = eden();
        if (young == null || eden == null) {
            return;
        }
        long before = young.getCollectionCount();
        long bytes = eden.getUsage().getCommitted() / 2 * 3 + LITTLE;
        long start = System.nanoTime();
        for (long done = 0; done < bytes && System.nanoTime() - start < LONGEST_NANOS; done += PIECE) {
            sink = new byte[PIECE];
            if (young.getCollectionCount() != before) {
                break;
            }
        }
        sink = null;
    }

    @Override
    public void prepare() {
        DiagnosticCommands.prepare();
    }

    @Override
    public String histogram(boolean live) {
        return DiagnosticCommands.run("gcClassHistogram", live ? new String[0] : new String[] {"-all"});
    }

    @Override
    public String process() {
        return ProcessHandle.current().pid() + "@"
                + ManagementFactory.getRuntimeMXBean().getStartTime();
    }
}
