package dev.lifecycle.benchmarks.scope;

import dev.lifecycle.scope.Scope;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a child scope cost, opened and closed: a hundred thousand of them nested, and one after the other below one
 * parent?
 *
 * <p>Goal S5. Run: {@code java -jar benchmarks.jar NestedBenchmark -prof gc}
 */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g"})
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class NestedBenchmark {
    private static final int DEPTH = 100_000;

    /** Each is the child of the one before; one close of the first closes all. */
    @Benchmark
    @OperationsPerInvocation(DEPTH)
    public Scope nested() {
        Scope root = Scope.open();
        Scope innermost = root;
        for (int i = 0; i < DEPTH; i++) {
            innermost = innermost.child();
        }
        root.close();
        return innermost;
    }

    /** Each is closed before the next is opened, as requests are. */
    @Benchmark
    @OperationsPerInvocation(DEPTH)
    public Scope oneAfterTheOther() {
        Scope root = Scope.open();
        for (int i = 0; i < DEPTH; i++) {
            root.child().close();
        }
        root.close();
        return root;
    }
}
