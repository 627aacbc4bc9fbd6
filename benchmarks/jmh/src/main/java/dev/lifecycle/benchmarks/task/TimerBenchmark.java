package dev.lifecycle.benchmarks.task;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * What does it cost to schedule a timeout of 1 to 61 s and to cancel it, as most are, while others are pending for 1 to 2 h?
 *
 * <p>Goals G7, G8, G9 and G11. Run: {@code java -jar benchmarks.jar TimerBenchmark -t 1 -prof dev.lifecycle.benchmarks.CpuTime}; AGRONA
 * with one thread only, FORK_JOIN on JDK 25 and later.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class TimerBenchmark {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    @Param({"LIFECYCLE", "NETTY", "STPE"})
    Timed.Peer peer;

    @Param({"1000", "100000", "1000000"})
    int pending;

    private Timed timer;
    private Object[] others;

    /** Schedules the others. */
    @Setup(Level.Trial)
    public void open() {
        timer = peer.open();
        others = new Object[pending];
        for (int i = 0; i < pending; i++) {
            others[i] = timer.schedule(HOUR + ThreadLocalRandom.current().nextLong(HOUR));
        }
    }

    /** Cancels them. */
    @TearDown(Level.Trial)
    public void close() {
        for (Object other : others) {
            timer.cancel(other);
        }
        timer.close();
    }

    /** A thread's own random numbers. */
    @State(Scope.Thread)
    public static class Delays {
        private long seed = ThreadLocalRandom.current().nextLong() | 1;

        long next() {
            seed ^= seed << 13;
            seed ^= seed >>> 7;
            seed ^= seed << 17;
            return SECOND + (seed >>> 28); // up to 69 s more
        }
    }

    /** The pair. */
    @Benchmark
    public boolean scheduleCancel(Delays delays) {
        return timer.cancel(timer.schedule(delays.next()));
    }
}
