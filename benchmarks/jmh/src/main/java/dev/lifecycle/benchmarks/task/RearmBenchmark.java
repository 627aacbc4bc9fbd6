package dev.lifecycle.benchmarks.task;

import dev.lifecycle.task.Timeout;
import dev.lifecycle.task.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
 * What does it cost to put an idle time-out off at each message of a connection: to re-arm it, beside to cancel it and to schedule
 * another one?
 *
 * <p>Run: {@code java -jar benchmarks.jar RearmBenchmark}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class RearmBenchmark {
    private static final Duration IDLE = Duration.ofSeconds(30);

    private Timer timer;
    private Timeout timeout;

    /** Schedules it. */
    @Setup
    public void open() {
        timer = Timer.shared();
        timeout = timer.schedule(IDLE, () -> {}, Runnable::run);
    }

    /** Cancels it. */
    @TearDown
    public void close() {
        timeout.cancel();
    }

    /** In place. */
    @Benchmark
    public boolean rearm() {
        return timeout.rearm(IDLE);
    }

    /** As other timers have it. */
    @Benchmark
    public Timeout cancelAndSchedule() {
        timeout.cancel();
        timeout = timer.schedule(IDLE, () -> {}, Runnable::run);
        return timeout;
    }

    /** What both need: a look at the clock. */
    @Benchmark
    public long clock() {
        return System.nanoTime();
    }
}
