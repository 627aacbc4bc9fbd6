package dev.lifecycle.benchmarks.memory;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.memory.LeakWatch;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.task.TaskManager;
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
 * What does it cost to tell the health of a service with a guard, a leak watch and {@link #components} caches, pools and task managers of each?
 *
 * <p>Goal M2. Run: {@code java -jar benchmarks.jar HealthBenchmark -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class HealthBenchmark {

    /** How many of each sort. */
    @Param({"1", "8"})
    public int components;

    private dev.lifecycle.scope.Scope app;

    /** Opens them. */
    @Setup
    public void open() {
        app = dev.lifecycle.scope.Scope.open("shop");
        MemoryGuard.builder("memory").within(app).open(app);
        LeakWatch.builder("leaks").within(app).open(app);
        for (int i = 0; i < components; i++) {
            BoundedCache.<Long, String>builder("cache-" + i).maximumSize(1_000).open(app);
            ResourcePool.builder("pool-" + i, Object::new).core(8).open(app);
            TaskManager.builder("tasks-" + i).maxConcurrency(4).open(app);
        }
    }

    /** Closes them. */
    @TearDown
    public void close() {
        app.close();
    }

    /** A look at all of them. */
    @Benchmark
    public HealthSnapshot now() {
        return HealthSnapshot.now(app);
    }

    /** The same, printed for whoever probes it. */
    @Benchmark
    public String json() {
        return HealthSnapshot.now(app).toJson();
    }
}
