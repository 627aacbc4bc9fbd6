package dev.lifecycle.benchmarks.weak;

import java.util.concurrent.ThreadLocalRandom;
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
 * What does a look-up cost that finds its key, all keys being alive?
 *
 * <p>Goal W1. Run: {@code java -jar benchmarks.jar WeakGetBenchmark -t 2}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class WeakGetBenchmark {
    private static final int MASK = (1 << 16) - 1;

    @Param
    WeakKeyed.Peer peer;

    @Param({"1024", "10000"})
    int entries;

    private Object[] keys;
    private final Object[] asked = new Object[MASK + 1];
    private WeakKeyed map;

    /** Fills it, and lets the collector bring together what is left, as it would in a service. */
    @Setup
    public void fill() {
        map = peer.open();
        keys = new Object[entries];
        for (int i = 0; i < entries; i++) {
            keys[i] = new Object();
            map.put(keys[i], i);
        }
        for (int i = 0; i < asked.length; i++) {
            asked[i] = keys[ThreadLocalRandom.current().nextInt(entries)];
        }
        System.gc();
        for (int i = 0; i < entries; i++) { // Spring's has lost them
            map.put(keys[i], i);
        }
    }

    /** Which key comes next, for each thread. */
    @State(Scope.Thread)
    public static class Next {
        int index = (int) (Thread.currentThread().getId() * 7_919);
    }

    /** Reads. */
    @Benchmark
    public Object get(Next next) {
        return map.get(asked[next.index++ & MASK]);
    }
}
