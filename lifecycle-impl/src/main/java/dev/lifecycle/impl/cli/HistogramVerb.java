package dev.lifecycle.impl.cli;

import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.PauseBudget;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** {@code memory histogram}. */
final class HistogramVerb implements Verb {
    static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final Duration DAY = Duration.ofDays(1);
    static final Duration NANO = Duration.ofNanos(1);

    @Override
    public String name() {
        return "histogram";
    }

    @Override
    public String summary() {
        return "instances and bytes of each class of a JVM; predicts its pause, refuses a long one";
    }

    @Override
    public String help() {
        return """
                Counts the objects of each class in a running HotSpot JVM, by its process number. The program stops
                meanwhile: for how long is predicted and printed first, and refused if it is too long. No agent stays
                behind; the target has one thread more, its own attach listener.

                usage: memory histogram PID [--all | --live | --after-young] [--top N | --full]
                                            [--max-pause D] [--timeout D] [--wait D]

                  --all          everything in the heap, garbage too; no collection (the default)
                  --live         what is reachable, after a full collection; the longest pause
                  --after-young  like --all, right after the next young collection: most garbage is gone
                  --top N        rows that are printed, 1 to 1000000, default 30
                  --full         all rows, in the format of jcmd: redirect it to a file for memory diff
                  --max-pause D  refuse if the prediction is longer, default 250ms
                  --timeout D    for each answer of the target, beside the pause, default 10s
                  --wait D       for a young collection, default 10s; then it is taken as it is

                A duration D is written like 250ms, 10s, 1.5m, 2h.
                exit status: 0 printed, 2 usage, 3 cannot attach, 4 refused for its pause
                example: java -jar lifecycle-impl-VERSION.jar memory histogram 4711 --after-young --top 20
                """;
    }

    @Override
    public int run(List<String> arguments, World world) throws CliException, IOException, InterruptedException {
        Options options = new Options(
                arguments,
                Set.of("--top", "--max-pause", "--timeout", "--wait"),
                Set.of("--all", "--live", "--after-young", "--full"));
        if (options.rest().size() != 1) {
            throw CliException.usage("histogram needs one process number, not "
                    + options.rest().size() + "; memory histogram --help shows how it is called");
        }
        HistogramMode mode = mode(options, HistogramMode.ALL);
        if (options.has("--full") && options.has("--top")) {
            throw CliException.usage("--full and --top exclude each other; give one of them");
        }
        int top = options.number("--top", 30, 1, HeapHistogram.MAX_ROWS);
        PauseBudget budget = PauseBudget.ofSnapshot(maxPause(options));
        Duration timeout = timeout(options);
        Duration wait = options.duration("--wait", ForeignHistograms.YOUNG_WAIT, NANO, DAY);
        Target target = Target.of(world.proc(), Options.pid(options.rest().get(0)));
        HeapHistogram histogram = new ForeignHistograms(world, target, budget, timeout, wait).take(mode, world.out());
        if (mode == HistogramMode.LIVE && !histogram.trulyLive()) {
            world.out().println("no collection of the whole heap was seen: garbage may be counted");
        }
        world.out().println(target.pid() + ":");
        world.out().print(histogram.table(options.has("--full") ? HeapHistogram.MAX_ROWS : top));
        return Exit.OK;
    }

    static HistogramMode mode(Options options, HistogramMode otherwise) throws CliException {
        HistogramMode mode = otherwise;
        int given = 0;
        if (options.has("--all")) {
            mode = HistogramMode.ALL;
            given++;
        }
        if (options.has("--live")) {
            mode = HistogramMode.LIVE;
            given++;
        }
        if (options.has("--after-young")) {
            mode = HistogramMode.ALL_AFTER_YOUNG;
            given++;
        }
        if (given > 1) {
            throw CliException.usage("--all, --live and --after-young exclude each other; give one of them");
        }
        return mode;
    }

    static Duration maxPause(Options options) throws CliException {
        return options.duration("--max-pause", PauseBudget.defaults().perSnapshot(), NANO, DAY);
    }

    static Duration timeout(Options options) throws CliException {
        return options.duration("--timeout", TIMEOUT, Duration.ofMillis(1), DAY);
    }
}
