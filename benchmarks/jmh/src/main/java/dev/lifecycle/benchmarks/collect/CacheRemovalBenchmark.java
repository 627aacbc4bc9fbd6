package dev.lifecycle.benchmarks.collect;

import dev.lifecycle.collect.BoundedCache;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to remove many of 100,000 entries: a tenant's hundred by group or by predicate, or the coldest half?
 *
 * <p>Goals C14 and C16. Each shot is one such removal; the entries are put back outside of the measurement. Run:
 * {@code java -jar benchmarks.jar CacheRemovalBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 30)
@Measurement(iterations = 20)
public class CacheRemovalBenchmark {
    private static final int ENTRIES = 100_000;
    private static final int TENANTS = 1_000;

    private BoundedCache<Integer, Integer> cache;
    private int tenant;

    /** Opens it. */
    @Setup
    public void open() {
        cache = BoundedCache.<Integer, Integer>builder("tenants")
                .maximumSize(ENTRIES)
                .groups((key, value) -> key % TENANTS)
                .open();
    }

    /** Puts back what is missing. */
    @Setup(Level.Invocation)
    public void fill() {
        tenant = (tenant + 1) % TENANTS;
        for (int key = 0; key < ENTRIES; key++) {
            if (cache.get(key) == null) {
                cache.put(key, key);
            }
        }
    }

    /** Forgets a tenant. */
    @Benchmark
    public long invalidateGroup() {
        return cache.invalidateGroup(tenant);
    }

    /** Forgets a tenant without an index. */
    @Benchmark
    public boolean removeIf() {
        int gone = tenant;
        return cache.asMap().entrySet().removeIf(entry -> entry.getKey() % TENANTS == gone);
    }

    /** Drops the coldest half. */
    @Benchmark
    public long trimTo() {
        return cache.trimTo(0.5);
    }
}
