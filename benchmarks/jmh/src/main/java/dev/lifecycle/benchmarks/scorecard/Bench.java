package dev.lifecycle.benchmarks.scorecard;

import dev.lifecycle.benchmarks.CpuTime;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs benchmarks and programs for the scorecard.
 *
 * @param given what the user wants of JMH
 * @param quick whether it may be inexact
 * @param results where the figures go
 */
record Bench(CommandLineOptions given, boolean quick, Results results) {

    /** Runs the benchmarks of which the name matches. */
    void run(String name) throws RunnerException {
        run(name, options -> options);
    }

    /** The same, with settings of its own. */
    void run(String name, UnaryOperator<ChainedOptionsBuilder> settings) throws RunnerException {
        run(name, "", settings);
    }

    /** The same; {@code suffix} tells the results from those of other settings. */
    void run(String name, String suffix, UnaryOperator<ChainedOptionsBuilder> settings) throws RunnerException {
        results.add(new Runner(settings.apply(options().include(name)).build()).run(), suffix);
    }

    /** Runs it with the processor time of the process measured, too. */
    void cpu(String name, UnaryOperator<ChainedOptionsBuilder> settings) throws RunnerException {
        run(name, options -> settings.apply(options.addProfiler(CpuTime.class)));
    }

    /** Runs a program that prints lines {@code name figure} in a JVM of its own. */
    void run(Class<?> program, List<String> jvm, String... args) throws IOException {
        System.out.println("# " + program.getSimpleName());
        for (String[] words : Children.run(program, jvm, args)) {
            results.add(program.getSimpleName() + "." + words[0], Double.parseDouble(words[1]));
        }
    }

    private ChainedOptionsBuilder options() {
        ChainedOptionsBuilder options =
                new OptionsBuilder().parent(given).addProfiler(GCProfiler.class).shouldFailOnError(true);
        return quick
                ? options.forks(1)
                        .warmupIterations(2)
                        .measurementIterations(3)
                        .warmupTime(TimeValue.milliseconds(200))
                        .measurementTime(TimeValue.milliseconds(200))
                : options;
    }
}
