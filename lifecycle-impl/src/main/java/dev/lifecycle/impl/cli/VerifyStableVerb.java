package dev.lifecycle.impl.cli;

import dev.lifecycle.impl.memory.LiveBytes;
import dev.lifecycle.impl.memory.trend.StableGate;
import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.PauseBudget;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code memory verify-stable}. */
final class VerifyStableVerb implements Verb {
    private static final int FEWEST = 12;
    private static final int MOST = 1_000;
    private static final double MB = 1 << 20;

    @Override
    public String name() {
        return "verify-stable";
    }

    @Override
    public String summary() {
        return "whether what is alive in a JVM stays as it is: a gate after a deployment, with an exit status";
    }

    @Override
    public String help() {
        return """
                Reads how many bytes are alive in a running HotSpot JVM, again and again, and tells whether they grow. Best
                under steady load, once caches are filled: readings of a service that is still settling are left out from the front.
                Each reading is a live histogram, which stops the program: for how long is predicted, and refused if it is too long.
                One time in a thousand it is wrong, either way; and says so where it cannot tell.

                usage: memory verify-stable PID [--duration D] [--readings N] [--target MB] [--max-pause D] [--max-total D]
                                                [--timeout D]

                  --duration D   from the first reading to the last, default 15m
                  --readings N   12 to 1000, default 30; 60 tell less noise from growth
                  --target MB    the growth in MB an hour that must be found, 1 to 1000000, default 5
                  --max-pause D  end when one is predicted to take longer, default 250ms
                  --max-total D  end when all together would, default as many times that as there are readings
                  --timeout D    for each answer of the target, beside the pause, default 10s

                A duration D is written like 250ms, 10s, 1.5m, 2h.
                exit status: 0 PASS, growth of the target is excluded; 1 FAIL, it grows: memory diff PID tells which class; 2 usage;
                3 cannot attach; 4 INCONCLUSIVE: too few or too noisy readings, a pause that was refused, or a JVM that counts garbage
                example: java -jar lifecycle-impl-VERSION.jar memory verify-stable 4711 --duration 15m --target 5
                """;
    }

    @Override
    public int run(List<String> arguments, World world) throws CliException, IOException, InterruptedException {
        Options options = new Options(
                arguments,
                Set.of("--duration", "--readings", "--target", "--max-pause", "--max-total", "--timeout"),
                Set.of());
        if (options.rest().size() != 1) {
            throw CliException.usage("verify-stable needs one process number, not "
                    + options.rest().size() + "; memory verify-stable --help shows how it is called");
        }
        int readings = options.number("--readings", 30, FEWEST, MOST);
        int target = options.number("--target", 5, 1, 1_000_000);
        Duration length =
                options.duration("--duration", Duration.ofMinutes(15), Duration.ofSeconds(1), HistogramVerb.DAY);
        Duration each = HistogramVerb.maxPause(options);
        Duration total =
                options.duration("--max-total", each.multipliedBy(readings), HistogramVerb.NANO, HistogramVerb.DAY);
        Duration timeout = HistogramVerb.timeout(options);
        Target process = Target.of(world.proc(), Options.pid(options.rest().get(0)));
        ForeignHistograms source = new ForeignHistograms(
                world, process, new PauseBudget(each, total), timeout, ForeignHistograms.YOUNG_WAIT);
        return judged(source, readings, length, target, world);
    }

    private static int judged(ForeignHistograms source, int readings, Duration length, int target, World world)
            throws CliException, InterruptedException {
        double[] seconds = new double[readings];
        LiveBytes live = new LiveBytes(readings);
        int exact = 0;
        long begun = world.time().nanos();
        for (int i = 0; i < readings; i++) {
            await(world, begun + length.toNanos() / (readings - 1) * i);
            HeapHistogram alive = source.take(HistogramMode.LIVE, world.err());
            seconds[i] = (world.time().nanos() - begun) / 1e9;
            live.take(i, alive);
            exact += alive.trulyLive() ? 1 : 0;
            world.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%d of %d: %.3f MB after %.1f s",
                            i + 1,
                            readings,
                            alive.bytes() / MB,
                            seconds[i]));
            world.out().flush();
        }
        StableGate.Result result = StableGate.judge(seconds, live.bytes(readings), target * MB);
        world.out().println(result.explanation());
        if (exact == 0) {
            world.out()
                    .println("INCONCLUSIVE: no collection was seen, so garbage may have been counted;"
                            + " this collector, or a JVM without performance data, cannot be verified like this");
            return Exit.INCONCLUSIVE;
        }
        return switch (result.outcome()) {
            case PASS -> Exit.OK;
            case FAIL -> Exit.FINDING;
            case INCONCLUSIVE -> Exit.INCONCLUSIVE;
        };
    }

    private static void await(World world, long moment) throws InterruptedException {
        while (world.time().nanos() - moment < 0) {
            world.time().parkUntil(world, moment);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
