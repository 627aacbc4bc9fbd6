package dev.lifecycle.benchmarks.scorecard;

import dev.lifecycle.benchmarks.collect.CacheRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures what the goals need, peers in the same run, and prints each as {@code goal | ours | peer | ratio | pass}; ends with
 * status 1 if one fails.
 *
 * <p>{@code java -jar benchmarks.jar scorecard [--write docs/benchmarks.md] [--quick] [JMH's options]}
 */
public final class Scorecard {
    private static final String[] HEAD = {"goal", "what", "ours", "peer", "ratio", "bound", "verdict"};

    private Scorecard() {}

    /**
     * Runs it.
     *
     * @param args see above
     * @return the exit status
     */
    public static int run(List<String> args) throws RunnerException, IOException, CommandLineOptionException {
        List<String> left = new ArrayList<>(args);
        int write = left.indexOf("--write");
        Path page = null;
        if (write >= 0) {
            if (write + 1 == left.size()) {
                System.err.println("--write needs the path of a page, like docs/benchmarks.md");
                return 2;
            }
            page = Path.of(left.remove(write + 1));
            left.remove(write);
        }
        boolean quick = left.remove("--quick");
        CommandLineOptions options = new CommandLineOptions(left.toArray(new String[0]));
        Results results = new Results();
        results.add(new Runner(options(options, quick)
                        .include("\\.scope\\.")
                        .include("\\.leak\\.")
                        .include("\\.collect\\.")
                        .build())
                .run());
        results.add(new Runner(options(options, quick)
                        .include("TrackBenchmark")
                        .param("peer", "EVERY_SITE", "CLEANER")
                        .threads(2)
                        .build())
                .run());
        for (int threads : new int[] {2, 8}) {
            results.add(new Runner(options(options, quick)
                            .include("RingBenchmark.add$")
                            .param("peer", "RING", "STRIPES", "EVICTING_QUEUE")
                            .threads(threads)
                            .build())
                    .run());
        }
        results.add(new Runner(options(options, quick)
                        .include("Cache(Read|Mixed|Load)Benchmark")
                        .threads(2)
                        .build())
                .run());
        System.out.println("# CacheRun");
        for (String[] words : Children.run(CacheRun.class, CacheRun.JVM)) {
            results.add("CacheRun." + words[0], Double.parseDouble(words[1]));
        }
        Collectors.measure(quick, results);
        int jdk = Runtime.version().feature();
        List<Goal.Line> lines =
                Goals.of(jdk).stream().map(goal -> goal.judge(results)).toList();
        System.out.println();
        System.out.print(text(lines));
        if (page != null) {
            new Page(page).replace("JDK " + jdk, section(lines, results));
        }
        long failed = lines.stream().filter(line -> !line.pass()).count();
        System.out.println(failed == 0 ? "all " + lines.size() + " pass" : failed + " of " + lines.size() + " fail");
        return failed == 0 ? 0 : 1;
    }

    private static ChainedOptionsBuilder options(CommandLineOptions given, boolean quick) {
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

    private static String text(List<Goal.Line> lines) {
        List<String[]> rows = new ArrayList<>();
        rows.add(HEAD);
        lines.forEach(line -> rows.add(line.cells()));
        int[] widths = new int[HEAD.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                out.append(i == 0 ? "" : " | ").append(String.format("%-" + widths[i] + "s", row[i]));
            }
            out.append('\n');
        }
        return out.toString();
    }

    private static String section(List<Goal.Line> lines, Results results) {
        StringBuilder out = new StringBuilder();
        out.append(System.getProperty("java.vm.name"))
                .append(' ')
                .append(System.getProperty("java.vm.version"))
                .append(", ")
                .append(Runtime.getRuntime().availableProcessors())
                .append(" processors, ")
                .append(System.getProperty("os.name"))
                .append(' ')
                .append(System.getProperty("os.arch"))
                .append(", ")
                .append(LocalDate.now())
                .append(".\n\n");
        row(out, HEAD);
        row(out, new String[] {"---", "---", "---:", "---:", "---:", "---:", "---"});
        lines.forEach(line -> row(out, line.cells()));
        out.append(
                "\nEvery measurement: median of all iterations of all forks, and the distance between the quartiles.\n\n");
        row(out, new String[] {"benchmark", "ns/op", "quartiles", "B/op"});
        row(out, new String[] {"---", "---:", "---:", "---:"});
        results.all()
                .forEach((name, figure) -> row(out, new String[] {
                    name,
                    String.format(Locale.ROOT, "%.2f", figure.nanos()),
                    String.format(Locale.ROOT, "%.2f", figure.spread()),
                    String.format(Locale.ROOT, "%.1f", figure.bytes())
                }));
        return out.toString();
    }

    private static void row(StringBuilder out, String[] cells) {
        out.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** A Markdown page with a section for each JDK, between marks. */
    private record Page(Path file) {
        void replace(String title, String text) throws IOException {
            String begin = "<!-- scorecard " + title + " -->";
            String end = "<!-- end of scorecard " + title + " -->";
            String old = Files.exists(file) ? Files.readString(file) : "# Benchmarks\n";
            String fresh = begin + "\n## " + title + "\n\n" + text + end;
            int from = old.indexOf(begin);
            int to = old.indexOf(end);
            Files.writeString(
                    file,
                    from < 0 || to < from
                            ? old.stripTrailing() + "\n\n" + fresh + "\n"
                            : old.substring(0, from) + fresh + old.substring(to + end.length()));
        }
    }
}
