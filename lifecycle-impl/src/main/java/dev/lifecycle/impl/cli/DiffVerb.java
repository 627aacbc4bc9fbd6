package dev.lifecycle.impl.cli;

import dev.lifecycle.Names;
import dev.lifecycle.memory.ClassGrowth;
import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramDiff;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.HistogramOrigin;
import dev.lifecycle.memory.MalformedHistogramException;
import dev.lifecycle.memory.PauseBudget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code memory diff}. */
final class DiffVerb implements Verb {
    private static final int FEWEST_INTERVALS = 4;

    @Override
    public String name() {
        return "diff";
    }

    @Override
    public String summary() {
        return "which classes grow, from several histograms: of files, or of a JVM while it runs";
    }

    @Override
    public String help() {
        return """
                Ranks the classes that grow from one histogram to the next: those of the application before those of the
                JDK, and first those that grew in every interval. With five histograms or more, each rate has an interval that holds it
                with 95 % confidence.

                usage: memory diff A.txt B.txt ... [--top N]
                       memory diff PID [--snapshots N] [--every D] [--all | --live | --after-young] [--top N]
                                       [--max-pause D] [--max-total D] [--timeout D] [--wait D]

                  A.txt B.txt    what jcmd PID GC.class_histogram, jmap -histo PID or memory histogram PID --full printed, oldest
                                 first, of one process; rates are by the times at which the files were last changed
                  --snapshots N  how many are taken, 2 to 100, default 6
                  --every D      between two of them, default 10s
                  --after-young  each right after a young collection (the default); --all, --live as of memory histogram
                  --top N        rows that are printed, 1 to 1000000, default 20
                  --max-pause D  end when one is predicted to take longer, default 250ms
                  --max-total D  end when all together would, default 1s
                  --timeout D    for each answer of the target, beside the pause, default 10s
                  --wait D       for a young collection, default 10s; then it is taken as it is

                A duration D is written like 250ms, 10s, 1.5m, 2h.
                exit status: 0 no application class grows steadily; 1 one does, in four of five intervals at least (a cache that is
                being filled looks the same); 2 usage; 3 cannot attach; 4 too few histograms to tell
                example: java -jar lifecycle-impl-VERSION.jar memory diff 4711 --snapshots 6 --every 10s
                """;
    }

    @Override
    public int run(List<String> arguments, World world) throws CliException, IOException, InterruptedException {
        Options options = new Options(
                arguments,
                Set.of("--top", "--snapshots", "--every", "--max-pause", "--max-total", "--timeout", "--wait"),
                Set.of("--all", "--live", "--after-young"));
        int top = options.number("--top", 20, 1, HeapHistogram.MAX_ROWS);
        List<String> rest = options.rest();
        if (rest.isEmpty()) {
            throw CliException.usage(
                    "diff needs a process number, or at least two files; memory diff --help shows how it is called");
        }
        boolean process = rest.size() == 1 && rest.get(0).matches("\\d+") && !Files.exists(Path.of(rest.get(0)));
        List<HeapHistogram> histograms = process ? taken(options, world) : read(rest, options);
        if (histograms.size() < 2) {
            throw CliException.inconclusive(
                    "only " + histograms.size() + " histogram was taken; two are the fewest that can be compared");
        }
        HistogramDiff diff;
        try {
            diff = HeapHistogram.diff(histograms);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(e.getMessage());
        }
        world.out().print(diff.table(top));
        return verdict(diff, process && histograms.size() < snapshots(options), world);
    }

    private static int snapshots(Options options) throws CliException {
        return options.number("--snapshots", 6, 2, HeapHistogram.MAX_COMPARED);
    }

    private static int verdict(HistogramDiff diff, boolean ended, World world) {
        List<ClassGrowth> steady =
                diff.ranked().stream().filter(DiffVerb::steady).toList();
        if (diff.snapshots() - 1 < FEWEST_INTERVALS) {
            world.out()
                    .println(diff.snapshots() + " histograms are too few to tell growth from chance; take "
                            + (FEWEST_INTERVALS + 1) + " or more");
            return Exit.INCONCLUSIVE;
        }
        if (steady.isEmpty()) {
            world.out()
                    .println("no class of the application grows steadily"
                            + (ended ? ", in the histograms that the budget allowed" : ""));
            return ended ? Exit.INCONCLUSIVE : Exit.OK;
        }
        world.out()
                .println(steady.size() + " of the application's classes grow steadily, first "
                        + Names.printable(steady.get(0).className())
                        + ": look at who holds it; a cache that is being filled looks the same");
        return Exit.FINDING;
    }

    /** Four of five intervals, and no interval of confidence that reaches zero. */
    private static boolean steady(ClassGrowth each) {
        return each.application() && each.grew() * 5 >= each.of() * 4 && !(each.low() <= 0);
    }

    // ---- files -----------------------------------------------------------------------------------------------------

    private static List<HeapHistogram> read(List<String> names, Options options) throws CliException {
        for (String only : List.of(
                "--snapshots",
                "--every",
                "--max-pause",
                "--max-total",
                "--timeout",
                "--wait",
                "--all",
                "--live",
                "--after-young")) {
            if (options.has(only)) {
                throw CliException.usage(only + " is for a process, and "
                        + Names.quote(options.rest().get(0)) + " is a file");
            }
        }
        if (names.size() < 2 || names.size() > HeapHistogram.MAX_COMPARED) {
            throw CliException.usage("diff needs between 2 and " + HeapHistogram.MAX_COMPARED + " files, not "
                    + names.size()
                    + (names.size() == 1
                            ? "; a process is given by its number, and " + Names.quote(names.get(0)) + " is none"
                            : ""));
        }
        List<HeapHistogram> histograms = new ArrayList<>();
        boolean rising = true;
        Instant before = Instant.MIN;
        for (String name : names) {
            Path file = Path.of(name);
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
                HeapHistogram parsed = HeapHistogram.parse(in);
                Instant at = Files.getLastModifiedTime(file).toInstant();
                rising &= at.isAfter(before);
                before = at;
                histograms.add(parsed.withOrigin(parsed.origin().withAt(at)));
            } catch (MalformedHistogramException e) {
                throw CliException.usage(Names.printable(name) + ", " + e.getMessage());
            } catch (java.nio.file.NoSuchFileException e) {
                throw CliException.usage("there is no file " + Names.quote(name));
            } catch (IOException e) {
                throw CliException.usage(Names.printable(name) + " cannot be read: " + Names.printable(e.toString()));
            }
        }
        if (!rising) { // copied, or from a repository: their times say nothing
            histograms.replaceAll(each -> each.withOrigin(
                    HistogramOrigin.unknown().withProcess(each.origin().process())));
        }
        return histograms;
    }

    // ---- a process -------------------------------------------------------------------------------------------------

    private static List<HeapHistogram> taken(Options options, World world)
            throws CliException, IOException, InterruptedException {
        HistogramMode mode = HistogramVerb.mode(options, HistogramMode.ALL_AFTER_YOUNG);
        int snapshots = snapshots(options);
        Duration every = options.duration("--every", Duration.ofSeconds(10), Duration.ofMillis(1), HistogramVerb.DAY);
        Duration each = HistogramVerb.maxPause(options);
        Duration total = options.duration(
                "--max-total", PauseBudget.ofSnapshot(each).perHour(), HistogramVerb.NANO, HistogramVerb.DAY);
        if (total.compareTo(each) < 0) {
            throw CliException.usage(
                    "--max-total is " + total + ", less than --max-pause, which is " + each + "; lengthen it");
        }
        Duration timeout = HistogramVerb.timeout(options);
        Duration wait = options.duration("--wait", ForeignHistograms.YOUNG_WAIT, HistogramVerb.NANO, HistogramVerb.DAY);
        Target target = Target.of(world.proc(), Options.pid(options.rest().get(0)));
        ForeignHistograms source = new ForeignHistograms(world, target, new PauseBudget(each, total), timeout, wait);
        List<HeapHistogram> histograms = new ArrayList<>();
        long next = world.time().nanos();
        for (int i = 0; i < snapshots; i++) {
            world.err().println("histogram " + (i + 1) + " of " + snapshots);
            try {
                histograms.add(source.take(mode, world.err()));
            } catch (CliException refused) {
                if (refused.status() != Exit.INCONCLUSIVE || histograms.size() < 2) {
                    throw refused;
                }
                world.err().println(refused.getMessage());
                break; // what there is can be compared
            }
            next += every.toNanos();
            while (i + 1 < snapshots && world.time().nanos() - next < 0) {
                world.time().parkUntil(world, next);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
        return histograms;
    }
}
