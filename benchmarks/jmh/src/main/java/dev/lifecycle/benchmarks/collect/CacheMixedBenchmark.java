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
 * What does an access cost to a cache of a quarter of its keys: a read, and a put where that finds nothing?
 *
 * <p>Goal C4. The libraries hit about equally often here. Run: {@code java -jar benchmarks.jar CacheMixedBenchmark -t 2}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 15, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class CacheMixedBenchmark {
    private static final int KEYS = 1 << 16;
    private static final int MASK = (1 << 20) - 1;

    @Param({"LIFECYCLE", "CAFFEINE", "CACHE2K"})
    Cached.Peer peer;

    private final Integer[] keys = Zipf.keys(KEYS, MASK + 1);
    private Cached cache;

    /** Fills it. */
    @Setup
    public void fill() {
        cache = peer.open(KEYS / 4);
        for (Integer key : keys) {
            cache.put(key, key);
        }
    }

    /** Which key comes next, for each thread. */
    @State(Scope.Thread)
    public static class Next {
        int index = (int) (Thread.currentThread().getId() * 7_919);
    }

    /** Reads, or puts. */
    @Benchmark
    public Object access(Next next) {
        Integer key = keys[next.index++ & MASK];
        Integer value = cache.get(key);
        if (value == null) {
            cache.put(key, key);
        }
        return value;
    }
}
