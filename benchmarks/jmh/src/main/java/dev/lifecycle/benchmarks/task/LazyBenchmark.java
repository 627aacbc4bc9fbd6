package dev.lifecycle.benchmarks.task;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import dev.lifecycle.task.Lazy;
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
 * What does it cost to read a lazy value that is there, beside the volatile field of another object? Once where a constant refers to
 * it, as is usual, and once where a field does.
 *
 * <p>Goal G16. Run: {@code java -jar benchmarks.jar LazyBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class LazyBenchmark {
    private static final class Holder {
        volatile Object field = new Object();
    }

    private static final Lazy<Object> LAZY = Lazy.of(Object::new);
    private static final Holder HOLDER = new Holder();

    private Holder holder;
    private Lazy<Object> lazy;
    private Supplier<Object> guava;

    /** Makes the values. */
    @Setup
    public void make() throws InterruptedException {
        holder = new Holder();
        lazy = Lazy.of(Object::new);
        lazy.get();
        LAZY.get();
        guava = Suppliers.memoize(Object::new);
        guava.get();
    }

    /** Closes ours. */
    @TearDown
    public void close() {
        lazy.close();
    }

    /** Ours. */
    @Benchmark
    public Object lifecycle() throws InterruptedException {
        return lazy.get();
    }

    /** Nothing but the field. */
    @Benchmark
    public Object volatileField() {
        return holder.field;
    }

    /** Ours, a constant. */
    @Benchmark
    public Object lifecycleConstant() throws InterruptedException {
        return LAZY.get();
    }

    /** The field of a constant. */
    @Benchmark
    public Object volatileFieldOfConstant() {
        return HOLDER.field;
    }

    /** Guava's: never closed, never reset. */
    @Benchmark
    public Object guava() {
        return guava.get();
    }
}
