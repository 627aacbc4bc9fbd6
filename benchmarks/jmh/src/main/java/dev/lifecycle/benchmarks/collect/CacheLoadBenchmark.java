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
 * What does a load cost that takes no time itself: a key that was never there comes in, and another one goes?
 *
 * <p>Goal C4. Run: {@code java -jar benchmarks.jar CacheLoadBenchmark -t 2}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 15, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class CacheLoadBenchmark {
    private static final int ENTRIES = 16_384;

    @Param({"LIFECYCLE", "CAFFEINE", "CACHE2K"})
    Cached.Peer peer;

    private Cached cache;

    /** Opens it. */
    @Setup
    public void open() {
        cache = peer.open(ENTRIES);
    }

    /** Which key comes next, for each thread. */
    @State(Scope.Thread)
    public static class Next {
        int key = (int) (Thread.currentThread().getId() << 26);
    }

    /** Loads. */
    @Benchmark
    public Object load(Next next) {
        return cache.load(next.key++);
    }
}
