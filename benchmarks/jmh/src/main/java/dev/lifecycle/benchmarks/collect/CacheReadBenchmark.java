package dev.lifecycle.benchmarks.collect;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a read cost that finds its value, with keys drawn by Zipf out of 16 thousand that are all there?
 *
 * <p>Goals C1 to C3. Run: {@code java -jar benchmarks.jar CacheReadBenchmark -t 2}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class CacheReadBenchmark {
    private static final int ENTRIES = 16_384;
    private static final int MASK = (1 << 16) - 1;

    @Param({
        "LIFECYCLE",
        "LIFECYCLE_STATS",
        "LIFECYCLE_TTL",
        "LIFECYCLE_TTL_EXACT",
        "CAFFEINE",
        "CAFFEINE_STATS",
        "CAFFEINE_TTL",
        "CACHE2K",
        "CONCURRENT_HASH_MAP"
    })
    Cached.Peer peer;

    private final Integer[] keys = Zipf.keys(ENTRIES, MASK + 1);
    private Cached cache;

    /**
     * Fills it: with what was drawn, less than it holds, and more than half, below which Caffeine notes no reads. Then lets the
     * collector bring together what is left, as it would in a service.
     */
    @Setup
    public void fill() {
        cache = peer.open(ENTRIES);
        for (Integer key : keys) {
            cache.put(key, key);
        }
        System.gc();
    }

    /** Which key comes next, for each thread. */
    @State(Scope.Thread)
    public static class Next {
        int index = (int) (Thread.currentThread().getId() * 7_919);
    }

    /** Reads. */
    @Benchmark
    public Object get(Next next) {
        return cache.get(keys[next.index++ & MASK]);
    }
}
