package dev.lifecycle.benchmarks.task;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lifecycle.task.SingleFlight;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a hit cost: a call for a key whose result is kept, with {@code resultTtl}? A single flight that keeps nothing has no
 * hits: each call waits for a load.
 *
 * <p>Goal G16. Run: {@code java -jar benchmarks.jar SingleFlightHitBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class SingleFlightHitBenchmark {
    private static final int KEYS = 1_024;
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final Integer[] keys = new Integer[KEYS];
    private SingleFlight<Integer, Object> flight;
    private final Callable<Object> loader = Object::new;
    private ConcurrentHashMap<Integer, Object> map;
    private AsyncCache<Integer, Object> caffeine;

    /** Which key comes next. */
    @State(Scope.Thread)
    public static class Next {
        int index;
    }

    /**
     * Fills them, then lets the collector bring together what is left, as it would in a service: a loader's thread has memory of its own,
     * so that at first kept results are far apart.
     */
    @Setup
    public void fill() throws InterruptedException, TimeoutException {
        flight = SingleFlight.<Integer, Object>builder("benchmark")
                .resultTtl(Duration.ofDays(1))
                .open();
        map = new ConcurrentHashMap<>();
        caffeine = Caffeine.newBuilder().expireAfterWrite(Duration.ofDays(1)).buildAsync();
        for (int i = 0; i < KEYS; i++) {
            Integer key = i * 7_919;
            keys[i] = key;
            flight.get(key, () -> key, WAIT);
            map.put(key, key);
            caffeine.put(key, CompletableFuture.completedFuture(key));
        }
        System.gc();
    }

    /** Closes ours. */
    @TearDown
    public void close() {
        flight.close();
    }

    private Integer next(Next next) {
        return keys[next.index++ & KEYS - 1];
    }

    /** Ours. */
    @Benchmark
    public Object lifecycle(Next next) throws InterruptedException, TimeoutException {
        Integer key = next(next);
        return flight.get(key, loader, WAIT);
    }

    /** Nothing but the map. */
    @Benchmark
    public Object concurrentHashMap(Next next) {
        return map.get(next(next));
    }

    /** Caffeine's, with the same expiry. */
    @Benchmark
    public Object caffeine(Next next) {
        Integer key = next(next);
        return caffeine.get(key, any -> any).join();
    }
}
