package dev.lifecycle.benchmarks.collect;

import com.google.common.collect.EvictingQueue;
import com.google.common.collect.Queues;
import dev.lifecycle.collect.BoundedBuffer;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
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
 * What does it cost to add to a full ring of a thousand, alone, beside other writers, and beside a reader that takes snapshots
 * without a pause?
 *
 * <p>Goal C10. Run: {@code java -jar benchmarks.jar RingBenchmark -t 2}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class RingBenchmark {
    private static final int CAPACITY = 1_000;
    private static final int MASK = 1_023;

    /** Who keeps the newest thousand. */
    public enum Peer {
        /** {@link BoundedBuffer}, in strict order. */
        RING,
        /** The same with four stripes. */
        STRIPES,
        /** Guava's EvictingQueue, each call under its monitor. */
        EVICTING_QUEUE,
        /** An ArrayBlockingQueue: offer, and while that fails, poll. */
        ARRAY_BLOCKING_QUEUE
    }

    /** One implementation. */
    private interface Ring {
        Object add(Integer element);

        Object snapshot();
    }

    @Param
    Peer peer;

    private final Integer[] elements = new Integer[MASK + 1];
    private Ring ring;

    /** Fills it. */
    @Setup
    public void fill() {
        ring = switch (peer) {
            case RING -> ring(1);
            case STRIPES -> ring(4);
            case EVICTING_QUEUE -> {
                Queue<Integer> queue = Queues.synchronizedQueue(EvictingQueue.create(CAPACITY));
                yield new Ring() {
                    @Override
                    public Object add(Integer element) {
                        return queue.add(element);
                    }

                    @Override
                    public Object snapshot() {
                        return queue.toArray();
                    }
                };
            }
            case ARRAY_BLOCKING_QUEUE -> {
                ArrayBlockingQueue<Integer> queue = new ArrayBlockingQueue<>(CAPACITY);
                yield new Ring() {
                    @Override
                    public Object add(Integer element) {
                        Integer displaced = null;
                        while (!queue.offer(element)) {
                            displaced = queue.poll();
                        }
                        return displaced;
                    }

                    @Override
                    public Object snapshot() {
                        return queue.toArray();
                    }
                };
            }
        };
        for (int i = 0; i <= MASK; i++) {
            elements[i] = i;
            ring.add(i);
        }
    }

    private static Ring ring(int stripes) {
        BoundedBuffer<Integer> buffer = BoundedBuffer.<Integer>builder("ring")
                .capacity(CAPACITY)
                .stripes(stripes)
                .open();
        return new Ring() {
            @Override
            public Object add(Integer element) {
                return buffer.add(element);
            }

            @Override
            public Object snapshot() {
                return buffer.snapshot();
            }
        };
    }

    /** Which element comes next, for each thread. */
    @State(Scope.Thread)
    public static class Next {
        int index;
    }

    /** Adds to a full one; with more threads, beside as many. */
    @Benchmark
    public Object add(Next next) {
        return ring.add(elements[next.index++ & MASK]);
    }

    /** Adds while another thread does nothing but take snapshots. */
    @State(Scope.Benchmark)
    public static class Reader {
        private volatile boolean stop;
        private Thread thread;
        volatile Object seen;

        /** Starts the thread. */
        @Setup
        public void start(RingBenchmark of) {
            stop = false;
            thread = new Thread(() -> {
                while (!stop) {
                    seen = of.ring.snapshot();
                }
            });
            thread.start();
        }

        /** Ends it. */
        @TearDown
        public void end() throws InterruptedException {
            stop = true;
            thread.join();
        }
    }

    /** Adds beside a reader. */
    @Benchmark
    public Object addBesideReader(Next next, Reader reader) {
        return ring.add(elements[next.index++ & MASK]);
    }

    /** Takes a snapshot, alone. */
    @Benchmark
    public Object snapshot() {
        return ring.snapshot();
    }
}
