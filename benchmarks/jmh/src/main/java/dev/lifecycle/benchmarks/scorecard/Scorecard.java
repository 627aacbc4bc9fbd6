package dev.lifecycle.benchmarks.scorecard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Measures what the goals need, peers in the same run, and prints each as {@code goal | ours | peer | ratio | pass}; ends with
 * status 1 if one fails.
 *
 * <p>{@code java -jar benchmarks.jar scorecard [--write docs/benchmarks.md] [--only weak] [--quick] [JMH's options]}
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
        List<Part> parts = parts(left);
        if (parts.isEmpty()) {
            System.err.println(
                    "--only needs one of " + Part.ALL.stream().map(Part::name).toList());
            return 2;
        }
        CommandLineOptions options = new CommandLineOptions(left.toArray(new String[0]));
        int jdk = Runtime.version().feature();
        List<Goal.Line> all = new ArrayList<>();
        for (Part part : parts) {
            Results results = new Results();
            part.measure(new Bench(options, quick, results));
            List<Goal.Line> lines =
                    part.goals(jdk).stream().map(goal -> goal.judge(results)).toList();
            all.addAll(lines);
            if (page != null) {
                new Page(page).replace("JDK " + jdk + ", " + part.name(), section(lines, results));
            }
        }
        System.out.println();
        System.out.print(text(all));
        long failed = all.stream().filter(line -> !line.pass()).count();
        System.out.println(failed == 0 ? "all " + all.size() + " pass" : failed + " of " + all.size() + " fail");
        return failed == 0 ? 0 : 1;
    }

    /** Takes {@code --only} and its word out of the arguments; empty if there is no such part. */
    private static List<Part> parts(List<String> left) {
        int only = left.indexOf("--only");
        if (only < 0) {
            return Part.ALL;
        }
        left.remove(only);
        String wanted = only < left.size() ? left.remove(only) : "";
        return Part.ALL.stream().filter(part -> part.name().equals(wanted)).toList();
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
        if (!results.others().isEmpty()) {
            out.append("\nWhat programs in a JVM of their own measured.\n\n");
            row(out, new String[] {"program and figure", "value"});
            row(out, new String[] {"---", "---:"});
            results.others()
                    .forEach((name, figure) ->
                            row(out, new String[] {name, String.format(Locale.ROOT, "%.2f", figure)}));
        }
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
