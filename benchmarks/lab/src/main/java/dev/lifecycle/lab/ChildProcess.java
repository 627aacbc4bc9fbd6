package dev.lifecycle.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A child, seen from its parent: takes turns, and tells what became of it. */
final class ChildProcess implements AutoCloseable {
    private static final Path SHELL = Path.of("/bin/sh");

    private final Scenario.Variant variant;
    private final Process process;
    private final BufferedReader lines;
    private final OutputStream turns;
    private final Thread killer;
    private final List<Outcome.Sample> samples = new ArrayList<>();
    private double hitRate = Double.NaN;
    private long refused;
    private double pace = Double.NaN;
    private String found = "";
    private String missed = "";
    private Outcome outcome; // null while it runs

    ChildProcess(Scenario scenario, Scenario.Variant variant, Options options) throws IOException {
        this.variant = variant;
        process = new ProcessBuilder(command(scenario, variant, options))
                .redirectErrorStream(true)
                .start();
        lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        turns = process.getOutputStream();
        killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
    }

    private static List<String> command(Scenario scenario, Scenario.Variant variant, Options options) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SHELL)) { // elsewhere only the heap is limited
            command.addAll(
                    List.of(SHELL.toString(), "-c", "ulimit -n " + options.descriptors() + "; exec \"$0\" \"$@\""));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + options.heapMegabytes() + "m",
                "-Xmx" + options.heapMegabytes() + "m",
                "-XX:+UseSerialGC",
                "-XX:MarkSweepAlwaysCompactCount=1", // else up to 5 % of the old pool is garbage left where it lay
                "-XX:-MaxFDLimit",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                scenario.name(),
                variant.name(),
                "--dir",
                options.dir().toString(),
                "--out",
                options.out().toString(),
                "--seconds",
                "" + options.seconds(),
                "--rate",
                "" + options.rate(),
                "--seed",
                "" + options.seed()));
        return command;
    }

    Scenario.Variant variant() {
        return variant;
    }

    boolean isRunning() {
        return outcome == null;
    }

    /** What became of it, once it runs no more. */
    Outcome outcome() {
        return outcome;
    }

    /** Lets it go on for one turn. */
    void go() throws IOException {
        try {
            turns.write('\n');
            turns.flush();
        } catch (IOException died) {
            return; // its last words are still to be read
        }
    }

    /** Waits for its next sample, or its end; null at the end. */
    Outcome.Sample await() throws IOException, InterruptedException {
        String other = "nothing";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ", 6);
            if (words[0].equals("@sample")) {
                long[] numbers = Arrays.stream(line.split(" "))
                        .skip(1)
                        .mapToLong(Long::parseLong)
                        .toArray();
                Outcome.Sample sample = new Outcome.Sample(
                        numbers[0],
                        numbers[1],
                        numbers[2],
                        numbers[3],
                        numbers[4],
                        numbers[5],
                        numbers[6],
                        numbers[7],
                        numbers[8]);
                samples.add(sample);
                return sample;
            }
            if (words[0].equals("@hits")) {
                hitRate = Double.parseDouble(words[1]);
                continue;
            }
            if (words[0].equals("@refused")) {
                refused = Long.parseLong(words[1]);
                continue;
            }
            if (words[0].equals("@pace")) {
                pace = Double.parseDouble(words[1]);
                continue;
            }
            if (words[0].equals("@found")) {
                found = line.substring(line.indexOf(' ') + 1);
                continue;
            }
            if (words[0].equals("@missed")) {
                missed = line.substring(line.indexOf(' ') + 1);
                continue;
            }
            if (words[0].equals("@end")) {
                outcome = new Outcome(
                        variant,
                        samples,
                        Long.parseLong(words[1]),
                        Long.parseLong(words[2]),
                        Long.parseLong(words[3]),
                        Long.parseLong(words[4]),
                        words[5].equals("-") ? null : words[5],
                        hitRate,
                        refused,
                        pace,
                        found,
                        missed);
                return null;
            }
            other = line;
        }
        outcome = new Outcome(
                variant,
                samples,
                0,
                0,
                0,
                0,
                "the JVM ended with status " + process.waitFor() + "; its last words: " + other);
        return null;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
