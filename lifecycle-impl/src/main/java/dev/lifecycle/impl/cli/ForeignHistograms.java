package dev.lifecycle.impl.cli;

import dev.lifecycle.impl.memory.CollectorKind;
import dev.lifecycle.impl.memory.PauseLedger;
import dev.lifecycle.impl.memory.PauseModel;
import dev.lifecycle.impl.memory.PauseRules;
import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.HistogramOrigin;
import dev.lifecycle.memory.MalformedHistogramException;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.memory.PauseBudgetException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Histograms of another JVM, each predicted, held to a budget, and measured, if it has performance data. Not thread-safe. */
final class ForeignHistograms {
    /** In how long a program that does anything has a young collection. */
    static final Duration YOUNG_WAIT = Duration.ofSeconds(10);

    /** How much of what was allocated since the last young collection is garbage, of programs that have such collections. */
    private static final double SHORT_LIVED = 0.9;

    private static final long POLL_NANOS = 2_000_000;

    private final World world;
    private final Target target;
    private final AttachClient client;
    private final PauseBudget budget;
    private final Duration timeout;
    private final Duration youngWait;
    private final PauseModel model;
    private final PauseLedger ledger;
    private final Contention contention;
    private final Optional<Path> perfData;

    ForeignHistograms(World world, Target target, PauseBudget budget, Duration timeout, Duration youngWait)
            throws IOException {
        this.world = world;
        this.target = target;
        this.client = new AttachClient(target, world);
        this.budget = budget;
        this.timeout = timeout;
        this.youngWait = youngWait;
        this.perfData = PerfData.find(target);
        this.model = new PauseModel(
                data().map(data -> CollectorKind.of(data.collector())).orElse(CollectorKind.UNKNOWN));
        this.ledger = new PauseLedger(world.time());
        this.contention = new Contention(world.proc());
    }

    /** What it says now; nothing if it has none, or is gone. */
    private Optional<PerfData> data() {
        try {
            return perfData.isEmpty() ? Optional.empty() : Optional.of(PerfData.read(perfData.get()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /**
     * Takes one; tells the prediction before, and the measurement after.
     *
     * @throws CliException if there is no way in, or the budget does not allow it
     */
    HeapHistogram take(HistogramMode mode, PrintStream log) throws CliException, InterruptedException {
        target.checkSame();
        client.run(
                timeout,
                "jcmd",
                "GC.heap_info"); // the first one starts the listener: not in the time between collection and histogram
        if (mode == HistogramMode.ALL_AFTER_YOUNG) {
            awaitYoung(log);
        }
        String info = client.run(timeout, "jcmd", "GC.heap_info");
        long used = HeapUse.bytes(info);
        if (used < 0) {
            used = data().map(PerfData::used).orElse(-1L);
        } else if (mode == HistogramMode.LIVE
                && data().map(PerfData::youngCollections).orElse(0L) > 0) {
            used = Math.max(0, used - (long) (SHORT_LIVED * HeapUse.eden(info)));
        }
        if (used < 0) {
            throw CliException.inconclusive("process " + target.pid()
                    + " does not tell how much of its heap is in use, so the pause cannot be predicted; use jcmd "
                    + target.pid() + " GC.class_histogram, and diff with what that prints");
        }
        double factor = contention.factor();
        Duration predicted = scaled(model.predict(mode, used), factor);
        String why = model.why(used)
                + (factor > 1.2
                        ? String.format(Locale.ROOT, ", on a machine %.1f times as slow as alone", factor)
                        : "");
        log.println("predicted pause " + PauseRules.millis(predicted) + ": " + why);
        log.flush();
        try {
            PauseRules.check(
                    mode,
                    predicted,
                    ledger.spent(),
                    budget,
                    why,
                    mode == HistogramMode.LIVE ? "Try --after-young, or raise --max-pause" : "Raise --max-pause");
        } catch (PauseBudgetException refused) {
            throw CliException.inconclusive(refused.getMessage());
        }
        return taken(mode, predicted, factor, log);
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofNanos((long) (duration.toNanos() * factor));
    }

    private HeapHistogram taken(HistogramMode mode, Duration predicted, double factor, PrintStream log)
            throws CliException, InterruptedException {
        boolean live = mode == HistogramMode.LIVE;
        Duration patience = predicted.multipliedBy(4).plus(timeout);
        Optional<PerfData> before = data();
        long start = world.time().nanos();
        String text = client.run(patience, "inspectheap", live ? "-live" : "-all");
        Duration answered = Duration.ofNanos(world.time().nanos() - start);
        Instant now = Instant.now();
        Optional<PerfData> after = data();
        target.checkSame();
        Optional<Duration> stopped = stopped(before, after);
        Duration pause = stopped.orElse(answered);
        ledger.add(pause);
        log.println(
                stopped.isPresent()
                        ? "measured pause " + PauseRules.millis(pause) + ", answered within "
                                + PauseRules.millis(answered)
                        : "answered within " + PauseRules.millis(answered)
                                + ", which is the most the pause can have been");
        boolean collected = live
                && before.isPresent()
                && after.isPresent()
                && after.get().fullCollections() > before.get().fullCollections();
        HeapHistogram counted;
        try {
            counted = HeapHistogram.parse(new StringReader(text));
        } catch (MalformedHistogramException | IOException e) {
            throw CliException.inconclusive(
                    "process " + target.pid() + " has answered something else than a histogram: " + e.getMessage());
        }
        model.learn(mode, counted.instances(), counted.bytes(), scaled(pause, 1 / factor));
        return counted.withOrigin(
                new HistogramOrigin(target.identity(), Optional.of(now), Optional.of(mode), collected, pause));
    }

    private static Optional<Duration> stopped(Optional<PerfData> before, Optional<PerfData> after) {
        if (before.isEmpty() || after.isEmpty()) {
            return Optional.empty();
        }
        long from = before.get().stoppedNanos();
        long to = after.get().stoppedNanos();
        return from < 0 || to <= from ? Optional.empty() : Optional.of(Duration.ofNanos(to - from));
    }

    /** Waits for the next one of the target's own; it is not touched. */
    private void awaitYoung(PrintStream log) throws CliException, InterruptedException {
        long first = data().map(PerfData::youngCollections).orElse(-1L);
        if (first < 0) {
            log.println("no young collections can be seen: taken as it is, garbage included");
            return;
        }
        long deadline = world.time().nanos() + TimeUnit.NANOSECONDS.convert(youngWait);
        while (data().map(PerfData::youngCollections).orElse(first) == first) {
            if (world.time().nanos() - deadline >= 0) {
                log.println("no young collection within " + youngWait + ": taken as it is, garbage included");
                return;
            }
            world.time().parkNanos(this, POLL_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            target.checkSame();
        }
    }
}
