package dev.lifecycle.benchmarks.scorecard;

import dev.lifecycle.benchmarks.leak.LeakRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+Use" + collector + "GC",
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            LeakRun.class.getName(),
                            "" + (quick ? FEW : MANY))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            double falseReports = Double.NaN; // fails the goal
            double millis = Double.NaN;
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] words = line.split(" ");
                    falseReports = Double.parseDouble(words[0]);
                    millis = Double.parseDouble(words[1]);
                }
            }
            results.add("LeakRun.falseReports:" + collector, falseReports);
            results.add("LeakRun.millis:" + collector, millis);
        }
    }
}
