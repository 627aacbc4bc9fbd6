package dev.lifecycle.benchmarks.task;

import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.Permit;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import java.util.concurrent.Semaphore;
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
 * What does it cost to take a permit that is free and to give it back, beside a semaphore and a bulkhead?
 *
 * <p>Ours does more than they do: a second close is harmless, a permit that is dropped comes back, those who are refused learn who
 * is the oldest. Goal G16. Run: {@code java -jar benchmarks.jar LimiterBenchmark}; with {@code -t 2} for two threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class LimiterBenchmark {
    /** How many may be at it at once. */
    @Param({"8", "200"})
    int max;

    private Limiter limiter;
    private Semaphore semaphore;
    private Bulkhead bulkhead;

    /** Opens them. */
    @Setup
    public void open() {
        limiter = Limiter.builder("benchmark", max).open();
        semaphore = new Semaphore(max);
        bulkhead = Bulkhead.of(
                "benchmark",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(max)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
    }

    /** Closes ours. */
    @TearDown
    public void close() {
        limiter.close();
    }

    /** Ours. */
    @Benchmark
    public boolean lifecycle() {
        Permit permit = limiter.tryAcquire().orElse(null);
        if (permit == null) {
            return false;
        }
        permit.close();
        return true;
    }

    /** Ours, around a call. */
    @Benchmark
    public int lifecycleCall() {
        return limiter.call(() -> 1);
    }

    /** The JDK's: the caller keeps the count right. */
    @Benchmark
    public boolean semaphore() {
        if (!semaphore.tryAcquire()) {
            return false;
        }
        semaphore.release();
        return true;
    }

    /** Resilience4j's. */
    @Benchmark
    public boolean resilience4j() {
        if (!bulkhead.tryAcquirePermission()) {
            return false;
        }
        bulkhead.onComplete();
        return true;
    }
}
