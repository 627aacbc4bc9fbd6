package dev.lifecycle.benchmarks.weak;

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
 * What does it cost to put a key in and to take it out again, beside ten thousand others?
 *
 * <p>Goal W2. Run: {@code java -jar benchmarks.jar WeakPutRemoveBenchmark -t 2}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class WeakPutRemoveBenchmark {
    private static final int ENTRIES = 10_000;
    private static final int MASK = (1 << 12) - 1;

    @Param
    WeakKeyed.Peer peer;

    private final Object[] keys = new Object[ENTRIES];
    private WeakKeyed map;

    /** Fills it. */
    @Setup
    public void fill() {
        map = peer.open();
        for (int i = 0; i < ENTRIES; i++) {
            keys[i] = new Object();
            map.put(keys[i], keys);
        }
        System.gc();
    }

    /** The keys of a thread. */
    @State(Scope.Thread)
    public static class Mine {
        final Object[] keys = new Object[MASK + 1];
        int index;

        /** Makes them. */
        @Setup
        public void make() {
            for (int i = 0; i < keys.length; i++) {
                keys[i] = new Object();
            }
        }
    }

    /** Puts and removes. */
    @Benchmark
    public Object putRemove(Mine mine) {
        Object key = mine.keys[mine.index++ & MASK];
        map.put(key, mine);
        return map.remove(key);
    }
}
