package dev.lifecycle.benchmarks.memory;

import com.sun.management.OperatingSystemMXBean;
import dev.lifecycle.memory.MemorySource;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a look at all four sources of a memory guard cost, used and limit: container, live heap, direct buffers, metaspace?
 *
 * <p>Goal M1. Run: {@code java -jar benchmarks.jar SourcesBenchmark -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class SourcesBenchmark {

    /** Who reads. */
    public enum Peer {
        /** The sources of a guard. */
        LIFECYCLE,
        /** The management beans of the platform, held: what a monitor of one's own reads. */
        BEANS
    }

    /** Who reads. */
    @Param
    public Peer peer;

    private final List<MemorySource> sources =
            List.of(MemorySource.container(), MemorySource.heapLive(), MemorySource.direct(), MemorySource.metaspace());
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
    private final List<BufferPoolMXBean> buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);

    /** One look; returns the sum, so that nothing is left out. */
    @Benchmark
    public long look() {
        return peer == Peer.LIFECYCLE ? lifecycle() : beans();
    }

    private long lifecycle() {
        long sum = 0;
        for (MemorySource source : sources) {
            sum += source.usedBytes() + source.limitBytes();
        }
        return sum;
    }

    private long beans() {
        long sum = system.getTotalMemorySize() - system.getFreeMemorySize();
        for (MemoryPoolMXBean pool : pools) {
            MemoryUsage collected = pool.getCollectionUsage();
            MemoryUsage now = collected == null ? pool.getUsage() : collected;
            sum += now.getUsed() + now.getMax();
        }
        for (BufferPoolMXBean buffer : buffers) {
            sum += buffer.getMemoryUsed();
        }
        return sum;
    }
}
