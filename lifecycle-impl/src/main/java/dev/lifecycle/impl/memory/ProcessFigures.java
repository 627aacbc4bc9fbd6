package dev.lifecycle.impl.memory;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.lifecycle.impl.memory.trend.TrendSettings.Unit;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.MemorySource;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** What the platform tells of this process beside its heap. */
final class ProcessFigures {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");

    private ProcessFigures() {}

    /**
     * A figure.
     *
     * @param name of the series
     * @param unit of it
     * @param value negative if it is not known
     * @param limit 0 for none
     */
    record Figure(String name, Unit unit, LongSupplier value, LongSupplier limit) {}

    /** Those that are known here. */
    static List<Figure> all() {
        MemorySource direct = Memory.INSTANCE.direct();
        MemorySource metaspace = Memory.INSTANCE.metaspace();
        List<Figure> all = new ArrayList<>();
        all.add(new Figure("outside", Unit.BYTES, ProcessFigures::outside, () -> 0));
        all.add(new Figure("resident", Unit.BYTES, Resident::ofThisProcess, () -> 0));
        all.add(new Figure("direct", Unit.BYTES, direct::usedBytes, direct::limitBytes));
        all.add(new Figure("metaspace", Unit.BYTES, metaspace::usedBytes, metaspace::limitBytes));
        try {
            OfBeans.addTo(all);
        } catch (
                LinkageError
                        missing) { // an image without java.management, or without jdk.management: those before it are
            // there
            LOG.info(
                    "not all figures of this process are known, for want of the modules java.management and jdk.management: "
                            + missing);
        }
        return all;
    }

    private static long outside() {
        try {
            return OfBeans.outside();
        } catch (LinkageError missing) {
            return MemorySource.UNKNOWN;
        }
    }

    /** For how many milliseconds collections stopped the process so far; 0 if that is not known. */
    static long collecting() {
        try {
            return OfBeans.collecting();
        } catch (LinkageError missing) {
            return 0;
        }
    }

    /** Those of the platform's beans. Loaded only where the modules of these are there. */
    private static final class OfBeans {
        private static final List<MemoryPoolMXBean> HEAP = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        private static final List<GarbageCollectorMXBean> STOPPING =
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .filter(bean -> !bean.getName().contains("Concurrent")
                                && !bean.getName().contains("Cycles"))
                        .toList();

        static void addTo(List<Figure> all) {
            ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
            all.add(new Figure("classes", Unit.PIECES, classes::getLoadedClassCount, () -> 0));
            all.add(new Figure("threads", Unit.PIECES, threads::getThreadCount, () -> 0));
            all.add(new Figure("finalizers", Unit.PIECES, memory::getObjectPendingFinalizationCount, () -> 0));
            if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
                all.add(new Figure(
                        "descriptors", Unit.PIECES, unix::getOpenFileDescriptorCount, unix::getMaxFileDescriptorCount));
            }
        }

        /**
         * What is resident and not of the heap. Of the heap, what was ever in use counts as resident: a page that was committed and never touched is not. A collector that maps the
         * heap three times leaves this unknown.
         */
        static long outside() {
            long resident = Resident.ofThisProcess();
            if (resident < 0 || Beans.mapsThrice()) {
                return MemorySource.UNKNOWN;
            }
            long touched = 0;
            long committed = 0;
            for (MemoryPoolMXBean pool : HEAP) {
                touched += Math.max(pool.getPeakUsage().getUsed(), 0);
                committed += Math.max(pool.getUsage().getCommitted(), 0);
            }
            return Math.max(0, resident - Math.min(touched, committed));
        }

        static long collecting() {
            long sum = 0;
            for (GarbageCollectorMXBean bean : STOPPING) {
                sum += Math.max(0, bean.getCollectionTime());
            }
            return sum;
        }
    }
}
