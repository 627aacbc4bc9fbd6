package dev.lifecycle.benchmarks.scope;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does an armed close deadline add to each closer that ends in time?
 *
 * <p>Goal S6. Run: {@code java -jar benchmarks.jar DeadlineBenchmark -prof gc}
 */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g"})
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class DeadlineBenchmark {
    private static final int CLOSERS = 10_000;

    /** Whether there is one. */
    public enum Deadline {
        /** No. */
        NONE,
        /** A minute, never reached. */
        ARMED
    }

    @Param
    Deadline deadline;

    private final Resource resource = new Resource();
    private Scope scope;

    private static final class Resource implements AutoCloseable {
        int closed;

        @Override
        public void close() {
            closed++;
        }
    }

    /** Fills a scope. */
    @Setup(Level.Invocation)
    public void fill() {
        ScopeBuilder builder = Scope.builder();
        scope = (deadline == Deadline.ARMED ? builder.deadline(Duration.ofMinutes(1)) : builder).open();
        for (int i = 0; i < CLOSERS; i++) {
            scope.own(resource);
        }
    }

    /** Closes it. */
    @Benchmark
    @OperationsPerInvocation(CLOSERS)
    public Scope close() {
        scope.close();
        return scope;
    }
}
