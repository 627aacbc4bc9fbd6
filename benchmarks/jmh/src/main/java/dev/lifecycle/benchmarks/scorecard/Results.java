package dev.lifecycle.benchmarks.scorecard;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/**
 * What JMH measured, by name: {@code Class.method}, then {@code :parameter} for each parameter, then {@code @threads} when
 * there is more than one, then the suffix of the run.
 */
final class Results {

    /** One benchmark: medians over all iterations of all forks, since one slow iteration ruins a mean. */
    record Figure(double nanos, double spread, double bytes, double cpu) {}

    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private final Map<String, Double> others = new LinkedHashMap<>();

    void add(Collection<RunResult> runs, String suffix) {
        for (RunResult run : runs) {
            figures.put(name(run.getParams()) + suffix, figure(run));
        }
    }

    /** Adds what was not measured by JMH. */
    void add(String name, double figure) {
        others.put(name, figure);
    }

    /** Such a figure. */
    double other(String name) {
        return others.getOrDefault(name, Double.NaN);
    }

    private static String name(BenchmarkParams params) {
        String[] path = params.getBenchmark().split("\\.");
        StringBuilder name =
                new StringBuilder(path[path.length - 2]).append('.').append(path[path.length - 1]);
        for (String key : params.getParamsKeys()) {
            name.append(':').append(params.getParam(key));
        }
        return name.append(params.getThreads() == 1 ? "" : "@" + params.getThreads())
                .toString();
    }

    private static Figure figure(RunResult run) {
        double[] times = run.getBenchmarkResults().stream()
                .map(BenchmarkResult::getIterationResults)
                .flatMap(Collection::stream)
                .map(IterationResult::getPrimaryResult)
                .mapToDouble(result -> result.getScore())
                .sorted()
                .toArray();
        return new Figure(
                quantile(times, 0.5),
                quantile(times, 0.75) - quantile(times, 0.25),
                secondary(run, "gc.alloc.rate.norm"),
                secondary(run, "cpu"));
    }

    private static double secondary(RunResult run, String name) {
        return run.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(name))
                .mapToDouble(entry -> entry.getValue().getScore())
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double quantile(double[] sorted, double q) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
    }

    Figure get(String name) {
        Figure figure = figures.get(name);
        if (figure == null) {
            throw new IllegalArgumentException("no result is named " + name + "; there are "
                    + Arrays.toString(figures.keySet().toArray()));
        }
        return figure;
    }

    /** The time of an operation. */
    static ToDoubleFunction<Results> nanos(String name) {
        return results -> results.get(name).nanos();
    }

    /** What an operation allocates. */
    static ToDoubleFunction<Results> bytes(String name) {
        return results -> results.get(name).bytes();
    }

    /** The processor time of an operation, over all threads of the process; measured where {@link Bench#cpu} was asked for. */
    static ToDoubleFunction<Results> cpu(String name) {
        return results -> results.get(name).cpu();
    }

    /** What {@code name} costs on top of {@code base}. */
    static ToDoubleFunction<Results> added(String name, String base) {
        return results -> results.get(name).nanos() - results.get(base).nanos();
    }

    /** What {@code name} allocates on top of {@code base}. */
    static ToDoubleFunction<Results> addedBytes(String name, String base) {
        return results -> results.get(name).bytes() - results.get(base).bytes();
    }

    Map<String, Figure> all() {
        return figures;
    }

    /** What was not measured by JMH. */
    Map<String, Double> others() {
        return others;
    }
}
