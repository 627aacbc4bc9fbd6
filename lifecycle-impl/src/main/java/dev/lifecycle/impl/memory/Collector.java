package dev.lifecycle.impl.memory;

import com.sun.management.GcInfo;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The garbage collector of this virtual machine: which one it is, how it was set, and its commands. */
final class Collector {
    /** The beans that count collections of the whole heap. */
    static final Set<String> WHOLE = Set.of(
            "MarkSweepCompact",
            "PS MarkSweep",
            "G1 Old Generation",
            "ZGC Cycles",
            "ZGC Major Cycles",
            "Shenandoah Cycles");

    private static final Map<String, String> NAMES = Map.of(
            "G1 Young Generation", "G1",
            "PS Scavenge", "Parallel",
            "Copy", "Serial",
            "ZGC Cycles", "ZGC",
            "ZGC Major Cycles", "ZGC",
            "Shenandoah Cycles", "Shenandoah",
            "Epsilon Heap", "Epsilon");

    private final List<GarbageCollectorMXBean> beans = ManagementFactory.getGarbageCollectorMXBeans();
    private final String name = beans.stream()
            .map(GarbageCollectorMXBean::getName)
            .filter(NAMES::containsKey)
            .map(NAMES::get)
            .findFirst()
            .orElse("unknown");

    /** Like {@code G1}. */
    String name() {
        return name;
    }

    /** Whether it collects beside the threads of users, and by itself when it is of use. */
    boolean isConcurrent() {
        return name.equals("ZGC") || name.equals("Shenandoah");
    }

    /** How often the whole heap was collected. */
    long wholeCollections() {
        long sum = 0;
        for (GarbageCollectorMXBean bean : beans) {
            sum += WHOLE.contains(bean.getName()) ? bean.getCollectionCount() : 0;
        }
        return sum;
    }

    /** In nanoseconds, since the end of the last collection of the whole heap; the most there is if there was none, or nobody tells. */
    long sinceWholeCollection() {
        long last = -1; // milliseconds since the start
        try {
            for (GarbageCollectorMXBean bean : beans) {
                if (WHOLE.contains(bean.getName()) && bean instanceof com.sun.management.GarbageCollectorMXBean tells) {
                    GcInfo info = tells.getLastGcInfo();
                    last = info == null ? last : Math.max(last, info.getEndTime());
                }
            }
        } catch (LinkageError missing) { // an image without jdk.management
            return Long.MAX_VALUE;
        }
        return last < 0
                ? Long.MAX_VALUE
                : TimeUnit.MILLISECONDS.toNanos(
                        Math.max(0, ManagementFactory.getRuntimeMXBean().getUptime() - last));
    }

    /** Whether a switch of the virtual machine is on; false if there is no such switch. */
    static boolean isOn(String option) {
        try {
            HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return Boolean.parseBoolean(options.getVMOption(option).getValue());
        } catch (RuntimeException | LinkageError none) {
            return false;
        }
    }
}
