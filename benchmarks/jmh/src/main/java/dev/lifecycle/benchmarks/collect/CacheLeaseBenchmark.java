package dev.lifecycle.benchmarks.collect;

import dev.lifecycle.Lease;
import dev.lifecycle.collect.BoundedCache;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to borrow a value, use it and give it back, beside a plain read?
 *
 * <p>Goal C13. Run: {@code java -jar benchmarks.jar CacheLeaseBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class CacheLeaseBenchmark {
    private static final int ENTRIES = 1_024;
    private static final int MASK = (1 << 14) - 1;

    private final Integer[] keys = Zipf.keys(ENTRIES, MASK + 1);
    private BoundedCache<Integer, AutoCloseable> closing;
    private BoundedCache<Integer, AutoCloseable> plain;

    /** Fills both. */
    @Setup
    public void fill() {
        closing = BoundedCache.<Integer, AutoCloseable>builder("closing")
                .maximumSize(2 * ENTRIES)
                .closeValues()
                .open();
        plain = BoundedCache.<Integer, AutoCloseable>builder("plain")
                .maximumSize(2 * ENTRIES)
                .open();
        for (Integer key : keys) {
            if (plain.get(key) == null) {
                closing.put(key, new Value());
                plain.put(key, new Value());
            }
        }
    }

    private static final class Value implements AutoCloseable {
        @Override
        public void close() {}
    }

    /** Which key comes next. */
    @State(Scope.Thread)
    public static class Next {
        int index;
    }

    /** Borrows and gives back. */
    @Benchmark
    public Object borrow(Next next) {
        try (Lease<AutoCloseable> lease = closing.borrow(keys[next.index++ & MASK])) {
            return lease.get();
        }
    }

    /** Reads. */
    @Benchmark
    public Object get(Next next) {
        return plain.get(keys[next.index++ & MASK]);
    }
}
