package dev.lifecycle.benchmarks.scorecard;

import static dev.lifecycle.benchmarks.scorecard.Results.nanos;

import dev.lifecycle.benchmarks.collect.CacheRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.runner.RunnerException;

/** C: collections. */
final class CollectPart implements Part {
    @Override
    public String name() {
        return "collect";
    }

    @Override
    public void measure(Bench bench) throws RunnerException, IOException {
        bench.run("\\.collect\\.");
        for (int threads : new int[] {2, 8}) {
            bench.run(
                    "RingBenchmark.add$",
                    options -> options.param("peer", "RING", "STRIPES", "EVICTING_QUEUE")
                            .threads(threads));
        }
        bench.run("Cache(Read|Mixed|Load)Benchmark", options -> options.threads(2));
        bench.run(CacheRun.class, CacheRun.JVM);
    }

    @Override
    public List<Goal> goals(int jdk) {
        List<Goal> goals = new ArrayList<>(buffers());
        goals.addAll(caches());
        return goals;
    }

    private static List<Goal> buffers() {
        String add = "RingBenchmark.add:";
        String beside = "RingBenchmark.addBesideReader:";
        String budget = "BudgetBufferBenchmark.add:";
        return List.of(
                Goal.ratio(
                        "C10",
                        "add to a full ring, to a synchronized EvictingQueue",
                        nanos(add + "RING"),
                        nanos(add + "EVICTING_QUEUE"),
                        1.0),
                Goal.ratio("C10", "the same, two threads", nanos(add + "RING@2"), nanos(add + "EVICTING_QUEUE@2"), 1.0),
                Goal.ratio( // times of a thread: eight share two cores
                        "C10",
                        "eight threads on two cores, to one thread",
                        results -> results.get(add + "RING@8").nanos() / 8,
                        nanos(add + "RING"),
                        2.0),
                Goal.ratio(
                        "C10",
                        "add beside a reader that takes snapshots, to alone",
                        nanos(beside + "RING"),
                        nanos(add + "RING"),
                        2.0),
                Goal.ratio(
                        "C17",
                        "add to a budget of 1,000 messages, to a memory that recounts",
                        nanos(budget + "LENGTH:BUDGET_BUFFER"),
                        nanos(budget + "LENGTH:RECOUNT"),
                        0.05));
    }

    private static ToDoubleFunction<Results> run(String name) {
        return results -> results.other("CacheRun." + name);
    }

    /** Throughputs in the note; here times, so each bound is the reciprocal. */
    private static List<Goal> caches() {
        List<Goal> goals = new ArrayList<>();
        for (String threads : List.of("", "@2")) {
            String with = threads.isEmpty() ? "" : ", two threads";
            String read = "CacheReadBenchmark.get:";
            ToDoubleFunction<Results> map = nanos(read + "CONCURRENT_HASH_MAP" + threads);
            ToDoubleFunction<Results> ours = nanos(read + "LIFECYCLE" + threads);
            goals.add(Goal.ratio("C1", "a hit, to ConcurrentHashMap" + with, ours, map, 1 / 0.45));
            goals.add(Goal.ratio("C1", "to Caffeine" + with, ours, nanos(read + "CAFFEINE" + threads), 1 / 2.5));
            goals.add(Goal.ratio("C1", "to cache2k" + with, ours, nanos(read + "CACHE2K" + threads), 1.0));
            ToDoubleFunction<Results> stats = nanos(read + "LIFECYCLE_STATS" + threads);
            goals.add(Goal.ratio("C2", "a counted hit, to ConcurrentHashMap" + with, stats, map, 1 / 0.30));
            goals.add(Goal.ratio(
                    "C2",
                    "to Caffeine with statistics" + with,
                    stats,
                    nanos(read + "CAFFEINE_STATS" + threads),
                    1 / 2.5));
            ToDoubleFunction<Results> timed = nanos(read + "LIFECYCLE_TTL" + threads);
            ToDoubleFunction<Results> expiring = nanos(read + "CAFFEINE_TTL" + threads);
            goals.add(Goal.ratio("C3", "a hit with expiry, to ConcurrentHashMap" + with, timed, map, 1 / 0.30));
            goals.add(Goal.ratio("C3", "to Caffeine with expiry" + with, timed, expiring, 1 / 4.0));
            goals.add(Goal.ratio(
                    "C3",
                    "the same, exact clock" + with,
                    nanos(read + "LIFECYCLE_TTL_EXACT" + threads),
                    expiring,
                    1 / 1.2));
            String mixed = "CacheMixedBenchmark.access:";
            ToDoubleFunction<Results> access = nanos(mixed + "LIFECYCLE" + threads);
            goals.add(Goal.ratio(
                    "C4", "mixed accesses, to Caffeine" + with, access, nanos(mixed + "CAFFEINE" + threads), 1 / 1.5));
            goals.add(Goal.ratio("C4", "to cache2k" + with, access, nanos(mixed + "CACHE2K" + threads), 1 / 0.9));
            String load = "CacheLoadBenchmark.load:";
            goals.add(Goal.ratio(
                    "C4",
                    "a load, to cache2k" + with,
                    nanos(load + "LIFECYCLE" + threads),
                    nanos(load + "CACHE2K" + threads),
                    1.0));
        }
        goals.add(new Goal("C9", "bytes an entry", "B", run("perEntry:LIFECYCLE"), run("perEntry:CAFFEINE"), 0.85));
        goals.add(new Goal(
                "C9",
                "bytes an entry that expires",
                "B",
                run("perEntry:LIFECYCLE_TTL"),
                run("perEntry:CAFFEINE_TTL"),
                0.80));
        goals.add(Goal.atMost("C9", "an empty cache", "B", run("empty"), 2_048));
        goals.add(Goal.ratio(
                "C11",
                "p99 of loads with the hash of one that is slow, to idle",
                run("p99:BESIDE_LOAD"),
                run("p99:IDLE"),
                2.0));
        goals.add(Goal.ratio(
                "C13",
                "a lease, to a plain read",
                nanos("CacheLeaseBenchmark.borrow"),
                nanos("CacheLeaseBenchmark.get"),
                2.5));
        goals.add(Goal.ratio(
                "C14",
                "a group of 100 in 100,000, to removeIf",
                nanos("CacheRemovalBenchmark.invalidateGroup"),
                nanos("CacheRemovalBenchmark.removeIf"),
                0.02));
        goals.add(Goal.atMost(
                "C16",
                "trimTo(0.5) of 100,000",
                "ms",
                results -> results.get("CacheRemovalBenchmark.trimTo").nanos() / 1e6,
                20));
        return goals;
    }
}
