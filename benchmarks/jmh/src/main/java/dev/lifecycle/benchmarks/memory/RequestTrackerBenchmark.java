package dev.lifecycle.benchmarks.memory;

import dev.lifecycle.memory.Request;
import dev.lifecycle.memory.RequestTracker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
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
 * What does it cost to follow a request, from its begin to its end?
 *
 * <p>Two readings of the clock alone are {@link #twoReadingsOfTheClock}: no tracker can take less. Goal: 150 ns a pair. Run: {@code java -jar benchmarks.jar RequestTrackerBenchmark -prof gc}; with
 * {@code -t 4} for four threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class RequestTrackerBenchmark {
    private static final String ROUTE = "POST /api/chat";
    private static final String ID = "7f3a-91c2";

    private final LongAdder told = new LongAdder();
    private RequestTracker quiet;
    private RequestTracker counting;

    /** A request that is open all the time, on each thread. */
    @State(Scope.Thread)
    public static class Open {
        private RequestTracker tracker;
        private Request request;

        /** Begins it. */
        @Setup
        public void begin() {
            tracker = RequestTracker.builder("open").withoutSink().open();
            request = tracker.begin(ROUTE, ID);
        }

        /** Ends it. */
        @TearDown
        public void end() {
            request.close();
            tracker.close();
        }
    }

    /** Opens them. */
    @Setup
    public void open() {
        quiet = RequestTracker.builder("quiet").withoutSink().open();
        counting = RequestTracker.builder("counting")
                .sink(record -> told.increment())
                .open();
    }

    /** Closes them. */
    @TearDown
    public void close() {
        quiet.close();
        counting.close();
    }

    /** A pair, of which nobody is told. */
    @Benchmark
    public int pair() {
        try (Request request = quiet.begin(ROUTE, ID)) {
            return request.id().length();
        }
    }

    /** A pair whose record is told. */
    @Benchmark
    public int pairWithSink() {
        try (Request request = counting.begin(ROUTE, ID)) {
            return request.id().length();
        }
    }

    /** A pair within another request of the thread. */
    @Benchmark
    public int pairWithin(Open outer) {
        try (Request request = quiet.begin(ROUTE, ID)) {
            return request.id().length() + outer.request.id().length();
        }
    }

    /** What a formatter of a log asks for. */
    @Benchmark
    public String currentId(Open outer) {
        return RequestTracker.currentId();
    }

    /** What the clock takes of a pair. */
    @Benchmark
    public long twoReadingsOfTheClock() {
        return System.nanoTime() ^ System.nanoTime();
    }
}
