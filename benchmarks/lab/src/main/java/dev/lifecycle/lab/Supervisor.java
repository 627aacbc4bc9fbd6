package dev.lifecycle.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a child, listens to it, and tells what became of it. */
final class Supervisor {
    private static final Path SHELL = Path.of("/bin/sh");

    private final Options options;
    private final Progress progress;

    Supervisor(Options options, Progress progress) {
        this.options = options;
        this.progress = progress;
    }

    Outcome run(Scenario scenario, Scenario.Variant variant) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(command(scenario, variant))
                .redirectErrorStream(true)
                .start();
        Thread killer = new Thread(child::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            return listen(scenario, variant, child);
        } finally {
            child.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(killer);
        }
    }

    private List<String> command(Scenario scenario, Scenario.Variant variant) {
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
                "-XX:-MaxFDLimit",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                scenario.name(),
                variant.name(),
                "--dir",
                options.dir().toString(),
                "--seconds",
                "" + options.seconds(),
                "--rate",
                "" + options.rate(),
                "--seed",
                "" + options.seed()));
        return command;
    }

    private Outcome listen(Scenario scenario, Scenario.Variant variant, Process child)
            throws IOException, InterruptedException {
        List<Outcome.Sample> samples = new ArrayList<>();
        String other = "nothing";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", 6);
                if (words[0].equals("@sample")) {
                    Outcome.Sample sample = new Outcome.Sample(
                            Long.parseLong(words[1]),
                            Long.parseLong(words[2]),
                            Long.parseLong(words[3]),
                            Long.parseLong(words[4]),
                            Long.parseLong(words[5]));
                    samples.add(sample);
                    progress.show(scenario, variant, sample, options.seconds());
                } else if (words[0].equals("@end")) {
                    progress.clear();
                    return new Outcome(
                            variant,
                            samples,
                            Long.parseLong(words[1]),
                            Long.parseLong(words[2]),
                            Long.parseLong(words[3]),
                            Long.parseLong(words[4]),
                            words[5].equals("-") ? null : words[5]);
                } else {
                    other = line;
                }
            }
        }
        progress.clear();
        return new Outcome(
                variant,
                samples,
                0,
                0,
                0,
                0,
                "the JVM ended with status " + child.waitFor() + "; its last words: " + other);
    }
}
