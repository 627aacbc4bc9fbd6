package dev.lifecycle.benchmarks.scorecard;

import dev.lifecycle.benchmarks.leak.LeakRun;
import java.io.IOException;
import java.util.List;

/** Runs {@link LeakRun} in a JVM of its own for each collector. */
final class Collectors {
    static final List<String> ALL = List.of("Serial", "G1", "Parallel", "Z");
    private static final long MANY = 10_000_000;
    private static final long FEW = 200_000;

    private Collectors() {}

    static void measure(boolean quick, Results results) throws IOException {
        for (String collector : ALL) {
            System.out.println("# LeakRun with the " + collector + " collector");
            double falseReports = Double.NaN; // fails the goal
            double millis = Double.NaN;
            List<String> jvm = List.of("-XX:+Use" + collector + "GC", "-Xmx128m");
            for (String[] words : Children.run(LeakRun.class, jvm, "" + (quick ? FEW : MANY))) {
                falseReports = Double.parseDouble(words[0]);
                millis = Double.parseDouble(words[1]);
            }
            results.add("LeakRun.falseReports:" + collector, falseReports);
            results.add("LeakRun.millis:" + collector, millis);
        }
    }
}
