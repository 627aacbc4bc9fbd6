package dev.lifecycle.benchmarks.scorecard;

import static dev.lifecycle.benchmarks.scorecard.Results.bytes;
import static dev.lifecycle.benchmarks.scorecard.Results.nanos;

import dev.lifecycle.benchmarks.memory.SuspectsRun;
import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** M: what it costs to watch memory. */
final class MemoryPart implements Part {
    private static final int MORE_THREADS = 16;
    private static final String LOOK = "SourcesBenchmark.look:";
    private static final String PAIR = "RequestTrackerBenchmark.pair";

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public void measure(Bench bench) throws RunnerException, IOException {
        bench.run("SourcesBenchmark");
        bench.run("HealthBenchmark");
        bench.run("RequestTrackerBenchmark.(pair|pairWithSink|twoReadingsOfTheClock)$");
        bench.run("RequestTrackerBenchmark.pair$", options -> options.threads(MORE_THREADS));
        bench.run(SuspectsRun.class, List.of("-XX:+UseG1GC", "-Xmx256m"), bench.quick() ? "3" : "30");
    }

    @Override
    public List<Goal> goals(int jdk) {
        return List.of(
                Goal.ratio(
                        "M1",
                        "a look at all sources of a guard, to the beans of the platform",
                        nanos(LOOK + "LIFECYCLE"),
                        nanos(LOOK + "BEANS"),
                        0.1),
                Goal.atMost("M1", "the same", "ns", nanos(LOOK + "LIFECYCLE"), 12_000),
                Goal.atMost("M1", "the same, bytes", "B", bytes(LOOK + "LIFECYCLE"), 0.5),
                Goal.atMost(
                        "M2",
                        "the health of a service with five components",
                        "ns",
                        nanos("HealthBenchmark.now:1"),
                        50_000),
                Goal.atMost("M2", "of one with 26", "ns", nanos("HealthBenchmark.now:8"), 50_000),
                Goal.atMost("M2", "the latter as JSON", "ns", nanos("HealthBenchmark.json:8"), 50_000),
                Goal.atMost("M3", "a request begun and ended", "ns", nanos(PAIR), 150),
                Goal.atMost("M3", "the same, its record told", "ns", nanos(PAIR + "WithSink"), 150),
                Goal.atMost("M3", "the same, bytes, not told", "B", bytes(PAIR), 0.5),
                Goal.atMost(
                        "M3",
                        "begun and ended by sixteen threads, processor time",
                        "ns",
                        results -> results.get(PAIR + "@" + MORE_THREADS).nanos()
                                * Runtime.getRuntime().availableProcessors()
                                / MORE_THREADS,
                        150),
                Goal.atMost(
                        "M3",
                        "suspected of requests that keep nothing, sixteen threads",
                        "%",
                        results -> results.other("SuspectsRun.suspectedPercent"),
                        0.1));
    }
}
