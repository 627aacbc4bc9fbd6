package dev.lifecycle.benchmarks.task;

import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.ThreadMode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does a task cost that is tracked and has a timeout, submitted a thousand at a time by a thread that then waits for the last,
 * beside executors that know nothing of their tasks?
 *
 * <p>Goals G12 and G13. Run: {@code java -jar benchmarks.jar TaskBenchmark -prof dev.lifecycle.benchmarks.CpuTime}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class TaskBenchmark {
    private static final int TASKS = 1_000;
    private static final int THREADS = 2;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final TaskSpec SPEC = TaskSpec.of("task", "tasks").withTimeout(TIMEOUT);

    /** Who runs them. */
    public enum Peer {
        /** {@link TaskManager}, on platform threads. */
        LIFECYCLE,
        /** A fixed thread pool's {@code submit}. */
        FIXED_POOL,
        /** A {@link ForkJoinPool}, first in, first out. */
        FORK_JOIN,
        /** {@code CompletableFuture.supplyAsync} on a fixed thread pool, with {@code orTimeout}. */
        OR_TIMEOUT
    }

    @Param
    Peer peer;

    /** What a task does: 0 is nothing, 900 some 2 us. */
    @Param({"0", "900"})
    long tokens;

    private TaskManager manager;
    private ExecutorService executor;

    /** Opens. */
    @Setup
    public void open() {
        switch (peer) {
            case LIFECYCLE ->
                manager = TaskManager.builder("benchmark")
                        .maxConcurrency(THREADS)
                        .threads(ThreadMode.PLATFORM)
                        .open();
            case FORK_JOIN ->
                executor = new ForkJoinPool(THREADS, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
            default -> executor = Executors.newFixedThreadPool(THREADS);
        }
    }

    /** Closes. */
    @TearDown
    public void close() {
        if (manager != null) {
            manager.close();
        } else {
            executor.shutdownNow();
        }
    }

    /** Submits them and waits for the last. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void submit() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(TASKS);
        for (int i = 0; i < TASKS; i++) {
            submitOne(done);
        }
        done.await();
    }

    private void submitOne(CountDownLatch done) {
        switch (peer) {
            case LIFECYCLE -> manager.submit(SPEC, context -> work(done));
            case OR_TIMEOUT ->
                CompletableFuture.supplyAsync(() -> work(done), executor)
                        .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            default -> executor.submit(() -> work(done));
        }
    }

    private Object work(CountDownLatch done) {
        if (tokens > 0) {
            Blackhole.consumeCPU(tokens);
        }
        done.countDown();
        return done;
    }
}
