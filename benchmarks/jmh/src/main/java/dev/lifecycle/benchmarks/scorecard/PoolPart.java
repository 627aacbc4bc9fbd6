package dev.lifecycle.benchmarks.scorecard;

import static dev.lifecycle.benchmarks.scorecard.Results.bytes;
import static dev.lifecycle.benchmarks.scorecard.Results.nanos;

import dev.lifecycle.benchmarks.pool.PoolContentionRun;
import dev.lifecycle.benchmarks.pool.VirtualThreadRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.runner.RunnerException;

/** G1 to G6: pools. */
final class PoolPart implements Part {
    private static final int VIRTUAL_THREADS = 21; // since when there are any
    private static final int MORE_THREADS = 8; // than processors; as many as resources
    private static final List<String> HEAP = List.of("-Xmx1g");
    private static final String CYCLE = "PoolBenchmark.cycle:";
    // Stormpot is among them, though two of its four threads get next to nothing: see leastShare of the program.
    private static final List<String> RIVALS = List.of(
            "HIKARI_BAG",
            "STORMPOT",
            "COMMONS_POOL2",
            "COMMONS_POOL2_FAIR",
            "SEMAPHORE_QUEUE",
            "SEMAPHORE_QUEUE_FAIR",
            "ARRAY_BLOCKING_QUEUE",
            "ARRAY_BLOCKING_QUEUE_FAIR");

    @Override
    public String name() {
        return "pool";
    }

    @Override
    public void measure(Bench bench) throws RunnerException, IOException {
        bench.run("\\.PoolBenchmark|DataSourceBenchmark");
        bench.run("\\.PoolBenchmark|DataSourceBenchmark", options -> options.threads(2));
        bench.run("\\.PoolBenchmark", options -> options.threads(MORE_THREADS));
        bench.run(PoolContentionRun.class, HEAP, bench.quick() ? "1" : "7");
        if (Runtime.version().feature() >= VIRTUAL_THREADS) {
            bench.run(VirtualThreadRun.class, HEAP, bench.quick() ? "1" : "3");
        }
    }

    @Override
    public List<Goal> goals(int jdk) {
        List<Goal> goals = new ArrayList<>();
        goals.addAll(cycles(jdk, "", ""));
        goals.addAll(cycles(jdk, "@2", ", two threads"));
        goals.add(Goal.ratio(
                "G1", "of two threads, to one", nanos(CYCLE + "LIFECYCLE@2"), nanos(CYCLE + "LIFECYCLE"), 1.3));
        goals.add(Goal.atMost("G1", "bytes of a cycle", "B", bytes(CYCLE + "LIFECYCLE"), 24.5)); // and what JMH adds
        goals.add(dataSource("G2", "a connection got and closed, to HikariDataSource", "", "HIKARI", 0.5));
        goals.add(dataSource("G2", "the same, two threads", "@2", "HIKARI", 0.5));
        goals.add(dataSource("G6", "the same, to ours that looks for no leaks", "", "LIFECYCLE_NO_LEAKS", 1.05));
        goals.addAll(waits());
        if (jdk >= VIRTUAL_THREADS) {
            goals.addAll(virtual());
        }
        return goals;
    }

    private static List<Goal> cycles(int jdk, String threads, String text) {
        boolean one = threads.isEmpty();
        return List.of(
                cycle("G1", "taken and given back" + text + ", to Stormpot", threads, "STORMPOT_NEVER", 1.6),
                cycle("G2", "to Stormpot with an age" + text, threads, "STORMPOT", 0.7),
                cycle("G2", "to the bag of HikariCP" + text, threads, "HIKARI_BAG", jdk >= 25 ? 1.05 : 1.25),
                cycle("G3", "to Commons Pool" + text, threads, "COMMONS_POOL2", 0.07),
                cycle("G3", "to a semaphore and a deque" + text, threads, "SEMAPHORE_QUEUE", 0.38),
                cycle("G3", "to ArrayBlockingQueue" + text, threads, "ARRAY_BLOCKING_QUEUE", one ? 0.7 : 0.25),
                cycle("G6", "to ours that looks for no leaks" + text, threads, "LIFECYCLE_NO_LEAKS", 1.05));
    }

    private static Goal cycle(String id, String text, String threads, String peer, double bound) {
        return Goal.ratio(id, text, nanos(CYCLE + "LIFECYCLE" + threads), nanos(CYCLE + peer + threads), bound);
    }

    private static Goal dataSource(String id, String text, String threads, String peer, double bound) {
        String name = "DataSourceBenchmark.getAndClose:";
        return Goal.ratio(id, text, nanos(name + "LIFECYCLE" + threads), nanos(name + peer + threads), bound);
    }

    /** Throughputs are told as the time of a cycle, so that less is better, as everywhere. */
    private static List<Goal> waits() {
        List<Goal> goals = new ArrayList<>();
        for (String hold : List.of("SPIN", "PARK")) {
            String text = hold.equals("SPIN") ? " works" : " waits";
            String p999 = "." + hold + ".p999Micros";
            String steady = "." + hold + ".p999SteadyMicros";
            String perSecond = "." + hold + ".perSecond";
            goals.add(new Goal(
                    "G4",
                    "wait for one of 2 with 4 threads, p99.9, where the holder" + text + ", to HikariCP",
                    "us",
                    contention("LIFECYCLE" + p999),
                    contention("HIKARI_BAG" + p999),
                    0.3));
            goals.add(new Goal(
                    "G4",
                    "the same, for those who come at any time",
                    "us",
                    contention("LIFECYCLE" + steady),
                    contention("HIKARI_BAG" + steady),
                    0.3));
            goals.add(new Goal(
                    "G4",
                    "a cycle of all, where the holder" + text + ", to the fastest",
                    "us",
                    results -> 1e6 / contention("LIFECYCLE" + perSecond).applyAsDouble(results),
                    results -> RIVALS.stream()
                            .mapToDouble(
                                    rival -> 1e6 / contention(rival + perSecond).applyAsDouble(results))
                            .min()
                            .orElseThrow(),
                    1 / 0.9));
        }
        return goals;
    }

    private static ToDoubleFunction<Results> contention(String name) {
        return results -> results.other("PoolContentionRun." + name);
    }

    /** Only where holders let others run, there is something to wait for; see {@link VirtualThreadRun}. */
    private static List<Goal> virtual() {
        return List.of(
                virtual("a cycle of 10,000 virtual threads, to HikariCP", "YIELD", 1 / 1.5),
                virtual("the same, where nobody waits for a resource", "WORK", 1.1),
                virtual("the same, where holders wait for 100 us", "PARK", 1.1));
    }

    private static Goal virtual(String text, String hold, double bound) {
        return Goal.ratio("G5", text, virtual("LIFECYCLE", hold), virtual("HIKARI_BAG", hold), bound);
    }

    private static ToDoubleFunction<Results> virtual(String peer, String hold) {
        return results -> 1e9 / results.other("VirtualThreadRun." + peer + "." + hold + ".perSecond");
    }
}
