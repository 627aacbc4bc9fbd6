package dev.lifecycle.replay;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which share of the accesses of recorded traces do caches of the same size answer? Each key is got, and put if it was absent.
 *
 * <p>{@code java -jar benchmarks/replay/target/replay.jar --traces=PATH [--write docs/benchmarks.md]}, and see {@code --help}.
 * Ends with status 1 if an entrant holds more than it promised or has more hits than is possible, 2 for bad usage.
 */
public final class Replay {

    private Replay() {}

    /** See {@code --help}. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        Options options;
        try {
            options = Options.parse(args);
            if (options.page().isPresent()) {
                options.page().get().check();
            }
        } catch (Options.Usage usage) {
            (usage.status == 0 ? out : err).println(usage.getMessage());
            return usage.status;
        } catch (IOException e) {
            err.println("--write: " + e.getMessage());
            return 2;
        }
        try {
            String tables = new Report(play(options, err), options.entrants(), options.seeds()).markdown();
            out.print(tables);
            if (options.page().isPresent()) {
                options.page().get().replace("## Hit ratios\n\n" + provenance() + "\n\n" + tables);
            }
            return 0;
        } catch (Violation | IOException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private static List<Outcome> play(Options options, PrintStream err) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        Source source = null;
        Match match = null; // one trace in memory at a time
        for (Cell cell : options.cells()) {
            long start = System.nanoTime();
            if (match == null || cell.source() != source) {
                match = null;
                source = cell.source();
                match = new Match(source, source.read(options.traces()));
            }
            Outcome outcome = match.play(cell, options.entrants(), options.seeds());
            outcomes.add(outcome);
            err.printf(
                    Locale.ROOT,
                    "[%d/%d] %s; %.1f s%n",
                    outcomes.size(),
                    options.cells().size(),
                    Report.line(outcome),
                    (System.nanoTime() - start) / 1e9);
        }
        return outcomes;
    }

    /** What was compared, and when. */
    private static String provenance() {
        Properties versions = new Properties();
        try (InputStream in = Replay.class.getResourceAsStream("versions.properties")) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TreeMap<>(versions)
                        .entrySet().stream()
                                .map(version -> version.getKey() + " " + version.getValue())
                                .collect(Collectors.joining(", "))
                + "; JDK " + Runtime.version().feature() + ", " + LocalDate.now() + ".";
    }
}
