package dev.lifecycle.impl.memory;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.HotSpotDiagnosticMXBean;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.MemorySource;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** Sources of the platform's beans. Loaded only where the modules of these are there. */
final class Beans {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");

    private Beans() {}

    /** The live set of this process, fed by its collections from now on. */
    static LiveSet liveSet() {
        Objects.requireNonNull(GarbageCollectionNotificationInfo.class); // or else it is missing at each collection
        Set<String> pools = new HashSet<>();
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                pools.add(pool.getName());
            }
        }
        LiveSet live = new LiveSet(pools, Runtime.getRuntime().maxMemory());
        live.begin(peaks(), collections());
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener((notification, unused) -> hear(live, notification), null, null);
            }
        }
        return live;
    }

    private static Map<String, Long> peaks() {
        Map<String, Long> peaks = new HashMap<>();
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            peaks.put(pool.getName(), pool.getPeakUsage().getUsed());
        }
        return peaks;
    }

    private static long collections() {
        long count = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            count += Math.max(0, collector.getCollectionCount());
        }
        return count;
    }

    private static void hear(LiveSet live, Notification notification) {
        if (!notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            return;
        }
        try {
            GarbageCollectionNotificationInfo info =
                    GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
            Map<String, Long> before = used(info.getGcInfo().getMemoryUsageBeforeGc());
            Map<String, Long> after = used(info.getGcInfo().getMemoryUsageAfterGc());
            synchronized (live) { // beans notify one after the other, and nobody says so
                live.collected(info.getGcName(), before, after);
            }
        } catch (RuntimeException odd) {
            LOG.warn("a collection could not be understood", odd);
        }
    }

    private static Map<String, Long> used(Map<String, MemoryUsage> pools) {
        Map<String, Long> used = new HashMap<>();
        pools.forEach((pool, usage) -> used.put(pool, usage.getUsed()));
        return used;
    }

    /** Whether the heap is mapped three times. */
    static boolean mapsThrice() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .anyMatch(collector -> collector.getName().equals("ZGC Cycles"));
    }

    /** What this process used of processors; below zero if it is not known. */
    static long processorNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : -1;
    }

    /** How busy the machine is, 0 to 1. */
    static OptionalDouble systemLoad() {
        double load =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getCpuLoad()
                        : -1;
        return load < 0 ? OptionalDouble.empty() : OptionalDouble.of(load);
    }

    static MemorySource direct() {
        BufferPoolMXBean pool = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(each -> each.getName().equals("direct"))
                .findFirst()
                .orElse(null);
        long limit = mostDirect();
        return MemorySource.of("direct", () -> pool == null ? MemorySource.UNKNOWN : pool.getMemoryUsed(), () -> limit);
    }

    private static long mostDirect() {
        long most = 0;
        try {
            HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            most = Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue());
        } catch (RuntimeException | LinkageError another) { // another virtual machine
            most = 0;
        }
        return most > 0 ? most : Runtime.getRuntime().maxMemory();
    }

    static MemorySource metaspace() {
        MemoryPoolMXBean pool = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(each -> each.getName().equals("Metaspace"))
                .findFirst()
                .orElse(null);
        return pool == null ? MemorySource.of("metaspace", () -> MemorySource.UNKNOWN, () -> 0) : new Metaspace(pool);
    }

    /** Asks the bean, which makes an object for each answer, once a second. */
    private static final class Metaspace implements MemorySource {
        private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

        private final MemoryPoolMXBean pool;
        private final long limit;
        private final AtomicLong askedAt;
        private volatile long used;

        Metaspace(MemoryPoolMXBean pool) {
            this.pool = pool;
            limit = pool.getUsage().getMax();
            askedAt = new AtomicLong(System.nanoTime());
            used = pool.getUsage().getUsed();
        }

        @Override
        public String name() {
            return "metaspace";
        }

        @Override
        public long usedBytes() {
            long now = System.nanoTime();
            long asked = askedAt.get();
            if (now - asked >= INTERVAL_NANOS && askedAt.compareAndSet(asked, now)) {
                used = pool.getUsage().getUsed();
            }
            return used;
        }

        @Override
        public long limitBytes() {
            return limit;
        }
    }
}
