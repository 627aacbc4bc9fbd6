package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.MemoryReport;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a report says of this process. */
final class ProcessFacts {
    private static final double MB = 1 << 20;

    private ProcessFacts() {}

    static List<MemoryReport.Fact> now() {
        List<MemoryReport.Fact> facts = new ArrayList<>();
        try {
            addTo(facts);
        } catch (LinkageError missing) { // an image without the module of the beans
            facts.add(new MemoryReport.Fact("Process", ProcessHandle.current().pid() + ", nothing more is known"));
        }
        return facts;
    }

    private static void addTo(List<MemoryReport.Fact> facts) {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        Duration up = Duration.ofMillis(runtime.getUptime());
        facts.add(new MemoryReport.Fact(
                "Process",
                format("%d, up %d h %02d min", ProcessHandle.current().pid(), up.toHours(), up.toMinutesPart())));
        facts.add(new MemoryReport.Fact("Virtual machine", runtime.getVmName() + " " + runtime.getVmVersion()));
        String options = runtime.getInputArguments().stream()
                .filter(option -> option.startsWith("-X"))
                .collect(Collectors.joining(" "));
        facts.add(new MemoryReport.Fact("Options", options.isEmpty() ? "none that begin with -X" : options));
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        facts.add(new MemoryReport.Fact(
                "Heap",
                format(
                        "%.1f MB in use, garbage among it, of %.1f MB committed, at most %.1f MB",
                        heap.getUsed() / MB, heap.getCommitted() / MB, heap.getMax() / MB)));
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            facts.add(new MemoryReport.Fact(
                    collector.getName(),
                    format(
                            "%d collections, %.3f s",
                            collector.getCollectionCount(), collector.getCollectionTime() / 1e3)));
        }
        NeededMemory memory = Memory.INSTANCE.container();
        long limit = memory.limitBytes();
        long used = memory.container().usedBytes();
        facts.add(new MemoryReport.Fact(
                "Memory",
                used < 0
                        ? "not known"
                        : limit <= 0
                                ? format("%.1f MB, no limit", used / MB)
                                : format(
                                        "%.1f of %.1f MB, %.1f %%; without garbage %.1f MB",
                                        used / MB, limit / MB, 100.0 * used / limit, memory.usedBytes() / MB)));
    }

    private static String format(String format, Object... of) {
        return String.format(Locale.ROOT, format, of);
    }
}
