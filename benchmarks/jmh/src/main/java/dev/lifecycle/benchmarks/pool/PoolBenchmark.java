package dev.lifecycle.benchmarks.pool;

import java.time.Duration;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to take a resource of a pool that has an idle one, to look at it, and to give it back?
 *
 * <p>Ours does more than its peers do: it finds who keeps what, gets back what is dropped, and knows the second return of a lease from
 * the first one of the next. Of the peers, only STORMPOT has an age. STORMPOT, STORMPOT_NEVER and COMMONS_POOL2 notice what is given back
 * twice, as long as nobody has taken it in between; the first two also count, as they come, what was dropped. Goals G1, G2, G3 and G6. Run: {@code java -jar benchmarks.jar PoolBenchmark}; with {@code -t 2} for two threads, {@code -t 8} for as many as
 * resources.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class PoolBenchmark {
    private static final int SIZE = 8;
    private static final Duration LIMIT = Duration.ofSeconds(1);

    @Param({
        "LIFECYCLE",
        "LIFECYCLE_ALL",
        "LIFECYCLE_NO_LEAKS",
        "STORMPOT_NEVER",
        "STORMPOT",
        "HIKARI_BAG",
        "COMMONS_POOL2",
        "SEMAPHORE_QUEUE",
        "ARRAY_BLOCKING_QUEUE"
    })
    Pooled.Peer peer;

    private Pooled pool;

    /** Fills it. */
    @Setup
    public void open() throws Exception {
        pool = peer.open(SIZE, LIMIT);
    }

    /** Closes it. */
    @TearDown
    public void close() {
        pool.close();
    }

    /** There and back. */
    @Benchmark
    public long cycle() throws Exception {
        Object taken = pool.take();
        long value = pool.value(taken);
        pool.give(taken);
        return value;
    }
}
