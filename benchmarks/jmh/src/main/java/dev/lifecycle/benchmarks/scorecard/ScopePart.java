package dev.lifecycle.benchmarks.scorecard;

import static dev.lifecycle.benchmarks.scorecard.Results.added;
import static dev.lifecycle.benchmarks.scorecard.Results.addedBytes;
import static dev.lifecycle.benchmarks.scorecard.Results.bytes;
import static dev.lifecycle.benchmarks.scorecard.Results.nanos;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** S: scopes. */
final class ScopePart implements Part {
    @Override
    public String name() {
        return "scope";
    }

    @Override
    public void measure(Bench bench) throws RunnerException {
        bench.run("\\.scope\\.");
    }

    @Override
    public List<Goal> goals(int jdk) {
        List<Goal> goals = new ArrayList<>();
        boolean old = jdk < 21;
        String same = "OpenCloseBenchmark.same:";
        String different = "OpenCloseBenchmark.different:";
        goals.add(Goal.ratio(
                "S1",
                "confined scope, 3 of one class, to try-with-resources",
                nanos(same + "CONFINED"),
                nanos(same + "TRY_WITH_RESOURCES"),
                old ? 2.0 : 1.3));
        goals.add(Goal.atMost(
                "S1",
                "the same, bytes added",
                "B",
                addedBytes(same + "CONFINED", same + "TRY_WITH_RESOURCES"),
                old ? 56 : 40));
        goals.add(Goal.ratio(
                "S2",
                "confined scope, 3 classes, to Guava Closer",
                nanos(different + "CONFINED"),
                nanos(different + "GUAVA_CLOSER"),
                old ? 0.7 : 0.8));
        goals.add(new Goal(
                "S2", "the same, bytes", "B", bytes(different + "CONFINED"), bytes(different + "GUAVA_CLOSER"), 1.0));
        goals.add(Goal.ratio(
                "S2",
                "the same, to try-with-resources",
                nanos(different + "CONFINED"),
                nanos(different + "TRY_WITH_RESOURCES"),
                old ? 3.2 : 2.3));
        goals.add(Goal.ratio(
                "S3",
                "thread-safe scope, 3 classes, to unsynchronised Closer",
                nanos(different + "SHARED"),
                nanos(different + "GUAVA_CLOSER"),
                old ? 1.0 : 2.0));
        goals.add(Goal.ratio(
                "S3",
                "the same, to Closer with synchronized",
                nanos(different + "SHARED"),
                nanos(different + "GUAVA_CLOSER_SYNCHRONIZED"),
                0.5));
        String many = "ManyResourcesBenchmark.";
        goals.add(Goal.atMost("S4", "own one of a million", "ns", nanos(many + "own"), 30));
        goals.add(Goal.atMost("S4", "close one of a million", "ns", nanos(many + "close"), 30));
        goals.add(Goal.atMost("S4", "bytes for each, without handle", "B", bytes(many + "own"), 12));
        goals.add(Goal.atMost("S4", "bytes for each, with handle", "B", bytes(many + "hold"), 40));
        goals.add(Goal.atMost("S4", "early close anywhere", "ns", nanos(many + "closeEarly"), 60));
        goals.add(Goal.ratio(
                "S4",
                "the same, to removal from a LinkedHashSet",
                nanos(many + "closeEarly"),
                nanos(many + "closeEarlyOfLinkedHashSet"),
                1.0));
        goals.add(Goal.atMost("S5", "a nested child, opened and closed", "ns", nanos("NestedBenchmark.nested"), 200));
        goals.add(Goal.atMost("S5", "bytes for each", "B", bytes("NestedBenchmark.nested"), 112));
        goals.add(Goal.atMost("S5", "moveTo of a million", "ns", nanos(many + "moveTo"), 1_000));
        goals.add(Goal.atMost(
                "S6",
                "deadline armed and not hit, added to each closer",
                "ns",
                added("DeadlineBenchmark.close:ARMED", "DeadlineBenchmark.close:NONE"),
                60));
        goals.add(Goal.atMost(
                "S6",
                "the same, bytes added",
                "B",
                addedBytes("DeadlineBenchmark.close:ARMED", "DeadlineBenchmark.close:NONE"),
                0.5));
        return goals;
    }
}
