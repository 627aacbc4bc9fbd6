package dev.lifecycle.benchmarks.weak;

import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.Subscription;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
 * What does it cost to subscribe and to end the oldest subscription of the thread, among ten thousand others?
 *
 * <p>Goal E2. Run: {@code java -jar benchmarks.jar SubscribeBenchmark -t 2}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class SubscribeBenchmark {
    private static final int OWN = 16; // of each thread

    /** Who keeps them. */
    public enum Peer {
        /** {@link Listeners}. */
        LISTENERS,
        /** Add, and remove by equality. */
        COPY_ON_WRITE_LIST
    }

    @Param
    Peer peer;

    @Param({"8", "10000"})
    int others;

    private Listeners<Integer> hub;
    private CopyOnWriteArrayList<Consumer<Integer>> list;

    /** Subscribes the others. */
    @Setup
    public void open() {
        hub = Listeners.<Integer>builder("numbers").reportAbove(1 << 20).open();
        list = new CopyOnWriteArrayList<>();
        for (int i = 0; i < others; i++) {
            int number = i;
            Consumer<Integer> listener = value -> {
                if (value < number) {
                    throw new IllegalStateException();
                }
            };
            if (peer == Peer.LISTENERS) {
                hub.on(listener);
            } else {
                list.add(listener);
            }
        }
    }

    /** Closes. */
    @TearDown
    public void close() {
        hub.close();
    }

    /** The last ones of a thread. */
    @State(Scope.Thread)
    public static class Mine {
        final Object[] last = new Object[OWN];
        int next;
    }

    /** Subscribes one, and ends the one of sixteen before. */
    @Benchmark
    public void subscribe(Mine mine) {
        int slot = mine.next++ & OWN - 1;
        Object old = mine.last[slot];
        Consumer<Integer> listener = value -> mine.next += value;
        if (peer == Peer.LISTENERS) {
            if (old != null) {
                ((Subscription) old).close();
            }
            mine.last[slot] = hub.on(listener);
        } else {
            if (old != null) {
                list.remove(old);
            }
            list.add(listener);
            mine.last[slot] = listener;
        }
    }
}
