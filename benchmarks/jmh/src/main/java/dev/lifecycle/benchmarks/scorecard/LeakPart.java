package dev.lifecycle.benchmarks.scorecard;

import static dev.lifecycle.benchmarks.scorecard.Results.added;
import static dev.lifecycle.benchmarks.scorecard.Results.addedBytes;
import static dev.lifecycle.benchmarks.scorecard.Results.nanos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** L: leak detection. */
final class LeakPart implements Part {
    @Override
    public String name() {
        return "leak";
    }

    @Override
    public void measure(Bench bench) throws RunnerException, IOException {
        bench.run("\\.leak\\.");
        bench.run(
                "TrackBenchmark",
                options -> options.param("peer", "EVERY_SITE", "CLEANER").threads(2));
        Collectors.measure(bench.quick(), bench.results());
    }

    @Override
    public List<Goal> goals(int jdk) {
        List<Goal> goals = new ArrayList<>();
        String track = "TrackBenchmark.track:";
        String nothing = track + "NOTHING";
        goals.add(Goal.atMost("L1", "tracking off, added", "ns", added(track + "OFF", nothing), 0.5));
        goals.add(Goal.atMost("L1", "not sampled, added", "ns", added(track + "UNSAMPLED", nothing), 2.5));
        goals.add(Goal.atMost("L1", "not sampled, bytes added", "B", addedBytes(track + "UNSAMPLED", nothing), 0.5));
        goals.add(Goal.ratio(
                "L2",
                "one in 128 with its stack, added, to Netty SIMPLE",
                added(track + "SAMPLED", nothing),
                added(track + "NETTY_SIMPLE", nothing),
                0.5));
        goals.add(Goal.ratio(
                "L2",
                "every object with its stack, to Netty PARANOID",
                added(track + "EVERY_STACK", nothing),
                added(track + "NETTY_PARANOID", nothing),
                0.55));
        goals.add(Goal.atMost("L2", "the same, bytes added", "B", addedBytes(track + "EVERY_STACK", nothing), 900));
        goals.add(Goal.ratio(
                "L3",
                "every object with its site, to Cleaner",
                added(track + "EVERY_SITE", nothing),
                added(track + "CLEANER", nothing),
                0.8));
        goals.add(Goal.atMost("L3", "the same, bytes added", "B", addedBytes(track + "EVERY_SITE", nothing), 72));
        goals.add(Goal.ratio(
                "L3",
                "time of one thread beside a second, to alone",
                nanos(track + "EVERY_SITE@2"),
                nanos(track + "EVERY_SITE"),
                2 / 1.7));
        for (String collector : Collectors.ALL) {
            goals.add(Goal.atMost(
                    "L4",
                    "false reports, " + collector + " collector",
                    "",
                    results -> results.other("LeakRun.falseReports:" + collector),
                    0));
            goals.add(Goal.atMost(
                    "L4",
                    "planted leak reported after its collection, " + collector,
                    "ms",
                    results -> results.other("LeakRun.millis:" + collector),
                    1_000));
        }
        return goals;
    }
}
