package dev.lifecycle.benchmarks.scorecard;

import static dev.lifecycle.benchmarks.scorecard.Results.bytes;
import static dev.lifecycle.benchmarks.scorecard.Results.nanos;

import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** M: what it costs to watch memory. */
final class MemoryPart implements Part {
    private static final String LOOK = "SourcesBenchmark.look:";

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public void measure(Bench bench) throws RunnerException {
        bench.run("SourcesBenchmark");
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
                Goal.atMost("M1", "the same, bytes", "B", bytes(LOOK + "LIFECYCLE"), 0.5));
    }
}
