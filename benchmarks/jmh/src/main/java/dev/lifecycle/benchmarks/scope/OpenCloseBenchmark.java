package dev.lifecycle.benchmarks.scope;

import com.google.common.io.Closer;
import dev.lifecycle.benchmarks.scope.Resources.First;
import dev.lifecycle.benchmarks.scope.Resources.Second;
import dev.lifecycle.benchmarks.scope.Resources.Third;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to own three resources and close them, beside nested try-with-resources and Guava's Closer?
 *
 * <p>Goals S1 (same class), S2 and S3 (three classes). Run: {@code java -jar benchmarks.jar OpenCloseBenchmark -prof gc}
 */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class OpenCloseBenchmark {

    /** Who owns. */
    public enum Peer {
        /** Three nested statements. */
        TRY_WITH_RESOURCES,
        /** Guava's Closer: not thread-safe. */
        GUAVA_CLOSER,
        /** Guava's Closer, each call under its monitor: what thread safety costs the easy way. */
        GUAVA_CLOSER_SYNCHRONIZED,
        /** {@link Scope#confined()}. */
        CONFINED,
        /** {@link Scope#open()}. */
        SHARED
    }

    @Param
    Peer peer;

    private final Resources.Sink sink = new Resources.Sink();

    /** What is thread-safe is stored here, or the compiler would see that no other thread can reach it and drop the locks. */
    Object reachable;

    /** One class thrice. */
    @Benchmark
    public boolean same() throws IOException {
        return switch (peer) {
            case TRY_WITH_RESOURCES -> {
                First a = new First(sink);
                First b = new First(sink);
                First c = new First(sink);
                try (a) {
                    try (b) {
                        try (c) {
                            yield a.open & b.open & c.open;
                        }
                    }
                }
            }
            case GUAVA_CLOSER -> {
                try (Closer closer = Closer.create()) {
                    First a = closer.register(new First(sink));
                    First b = closer.register(new First(sink));
                    First c = closer.register(new First(sink));
                    yield a.open & b.open & c.open;
                }
            }
            case GUAVA_CLOSER_SYNCHRONIZED -> {
                SynchronizedCloser closer = new SynchronizedCloser();
                reachable = closer;
                try (closer) {
                    First a = closer.register(new First(sink));
                    First b = closer.register(new First(sink));
                    First c = closer.register(new First(sink));
                    yield a.open & b.open & c.open;
                }
            }
            case CONFINED -> {
                try (Scope scope = Scope.confined()) {
                    First a = scope.own(new First(sink));
                    First b = scope.own(new First(sink));
                    First c = scope.own(new First(sink));
                    yield a.open & b.open & c.open;
                }
            }
            case SHARED -> {
                try (Scope scope = Scope.open()) {
                    reachable = scope;
                    First a = scope.own(new First(sink));
                    First b = scope.own(new First(sink));
                    First c = scope.own(new First(sink));
                    yield a.open & b.open & c.open;
                }
            }
        };
    }

    /** Three classes. */
    @Benchmark
    public boolean different() throws IOException {
        return switch (peer) {
            case TRY_WITH_RESOURCES -> {
                First a = new First(sink);
                Second b = new Second(sink);
                Third c = new Third(sink);
                try (a) {
                    try (b) {
                        try (c) {
                            yield a.open & b.open & c.open;
                        }
                    }
                }
            }
            case GUAVA_CLOSER -> {
                try (Closer closer = Closer.create()) {
                    First a = closer.register(new First(sink));
                    Second b = closer.register(new Second(sink));
                    Third c = closer.register(new Third(sink));
                    yield a.open & b.open & c.open;
                }
            }
            case GUAVA_CLOSER_SYNCHRONIZED -> {
                SynchronizedCloser closer = new SynchronizedCloser();
                reachable = closer;
                try (closer) {
                    First a = closer.register(new First(sink));
                    Second b = closer.register(new Second(sink));
                    Third c = closer.register(new Third(sink));
                    yield a.open & b.open & c.open;
                }
            }
            case CONFINED -> {
                try (Scope scope = Scope.confined()) {
                    First a = scope.own(new First(sink));
                    Second b = scope.own(new Second(sink));
                    Third c = scope.own(new Third(sink));
                    yield a.open & b.open & c.open;
                }
            }
            case SHARED -> {
                try (Scope scope = Scope.open()) {
                    reachable = scope;
                    First a = scope.own(new First(sink));
                    Second b = scope.own(new Second(sink));
                    Third c = scope.own(new Third(sink));
                    yield a.open & b.open & c.open;
                }
            }
        };
    }
}
