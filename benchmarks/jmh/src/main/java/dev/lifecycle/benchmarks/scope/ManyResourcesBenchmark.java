package dev.lifecycle.benchmarks.scope;

import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does each of a million resources cost: to own, to hold with a handle, to close with the scope or early?
 *
 * <p>Goal S4, and the hand-over of S5. The resource is one object, owned a million times, so that only the scope's memory is
 * measured. Run: {@code java -jar benchmarks.jar ManyResourcesBenchmark -prof gc}
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ManyResourcesBenchmark {
    private static final int COUNT = 1_000_000;
    private static final int MOVES = 1_000;

    /** Knows that it was closed. */
    public static final class Resource implements AutoCloseable {
        int closed;

        @Override
        public void close() {
            closed++;
        }
    }

    /** An empty scope. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class Empty {
        private final Resource resource = new Resource();
        private Scope scope;

        /** Opens it. */
        @Setup(Level.Invocation)
        public void open() {
            scope = Scope.open();
        }

        /** Closes it. */
        @TearDown(Level.Invocation)
        public void close() {
            scope.close();
        }
    }

    /** A scope that owns a million resources. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class Full {
        private final Resource resource = new Resource();
        private Scope scope;

        /** Fills it. */
        @Setup(Level.Invocation)
        public void fill() {
            scope = Scope.open();
            for (int i = 0; i < COUNT; i++) {
                scope.own(resource);
            }
        }

        /** Closes what is left. */
        @TearDown(Level.Invocation)
        public void close() {
            scope.close();
        }
    }

    /** A scope with a million handles, in random order. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class Handles {
        private Scope scope;
        private List<Owned<Resource>> handles = List.of();

        /** Fills it. */
        @Setup(Level.Invocation)
        public void fill() {
            scope = Scope.open();
            handles = new ArrayList<>(COUNT);
            Resource resource = new Resource();
            for (int i = 0; i < COUNT; i++) {
                handles.add(scope.hold(resource));
            }
            Collections.shuffle(handles, new Random(42));
        }

        /** Closes what is left. */
        @TearDown(Level.Invocation)
        public void close() {
            scope.close();
        }
    }

    /** What a service without scopes has for the same: a linked set of a million, to be removed in random order. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class Linked {
        private Set<Resource> open = Set.of();
        private List<Resource> order = List.of();

        /** Fills it. */
        @Setup(Level.Invocation)
        public void fill() {
            order = new ArrayList<>(COUNT);
            open = new LinkedHashSet<>();
            for (int i = 0; i < COUNT; i++) {
                Resource resource = new Resource();
                open.add(resource);
                order.add(resource);
            }
            Collections.shuffle(order, new Random(42));
        }
    }

    /** Puts a resource in. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public Scope own(Empty state) {
        for (int i = 0; i < COUNT; i++) {
            state.scope.own(state.resource);
        }
        return state.scope;
    }

    /** Puts a resource in, with a handle. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public Scope hold(Empty state) {
        for (int i = 0; i < COUNT; i++) {
            state.scope.hold(state.resource);
        }
        return state.scope;
    }

    /** Closes a resource with its scope. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public Scope close(Full state) {
        state.scope.close();
        return state.scope;
    }

    /** Closes a resource early, anywhere in the scope. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public Scope closeEarly(Handles state) {
        for (Owned<Resource> handle : state.handles) {
            handle.close();
        }
        return state.scope;
    }

    /** Closes a resource early, of a linked set. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public Set<Resource> closeEarlyOfLinkedHashSet(Linked state) {
        for (Resource resource : state.order) {
            state.open.remove(resource);
            resource.close();
        }
        return state.open;
    }

    /** Hands all over from scope to scope: many times, since a single call is shorter than what the harness adds to it. */
    @Benchmark
    @OperationsPerInvocation(MOVES)
    public Scope moveTo(Full state) {
        for (int i = 0; i < MOVES; i++) {
            Scope target = Scope.open();
            state.scope.moveTo(target);
            state.scope = target;
        }
        return state.scope;
    }
}
