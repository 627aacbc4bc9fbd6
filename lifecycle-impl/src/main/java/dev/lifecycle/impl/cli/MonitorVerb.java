package dev.lifecycle.impl.cli;

import dev.lifecycle.Names;
import dev.lifecycle.memory.LeakFinding;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code memory monitor}. */
final class MonitorVerb implements Verb {
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofMinutes(10);
    private static final long POLL_NANOS = 1_000_000_000;
    private static final int MB_SHIFT = 20;

    private final Supplier<Terminal> terminal;

    MonitorVerb() {
        this(Terminal::real);
    }

    /** Prints to another terminal. */
    MonitorVerb(Supplier<Terminal> terminal) {
        this.terminal = terminal;
    }

    @Override
    public String name() {
        return "monitor";
    }

    @Override
    public String summary() {
        return "memory, threads and collections of a JVM as they change, and whether it leaks; touches nothing";
    }

    @Override
    public String help() {
        return """
                Watches a running HotSpot JVM from outside, by files alone: its performance data, /proc and its control group. It gets no
                signal and no thread more. On a terminal the figures are drawn in place, each with its curve; else each sample is a line.
                What is alive is an upper bound: what the last collection left outside the space for new objects. The verdict takes
                half an hour at least, and says SAWTOOTH_UNKNOWN where the old generation was not collected. Of a process without
                performance data (-XX:-UsePerfData, other JVMs) there are the figures of the kernel only.

                usage: memory monitor PID [-i SECONDS | --every D] [-t MB | --threshold MB] [--csv FILE|-] [--samples N] [--touch]
                                          [--timeout D]

                  -i SECONDS, --every D  between samples, 100ms to 10m, default 30s
                  -t MB, --threshold MB  a finding if more is resident, 1 to 100000000
                  --csv FILE             all samples too, sizes in bytes; appended to a file that memory monitor has begun
                  --csv -                nothing but that on the standard output
                  --samples N            end after so many, 1 to 1000000; else when the process ends, or by Ctrl-C
                  --touch                attach, and ask for the heap in use at each sample; one thread more in the target
                  --timeout D            for each answer with --touch, default 10s

                A duration D is written like 250ms, 10s, 1.5m, 2h.
                exit status: 0 nothing was found until the end, 1 a leak, a restart advised, or above the threshold, at any sample; 2 usage;
                3 there is no such process, or --touch cannot attach; 4 interrupted
                example: java -jar lifecycle-impl-VERSION.jar memory monitor 4711 -i 30 -t 500 --csv 4711.csv
                """;
    }

    /** What was asked for. */
    private record Asked(
            Target target,
            Duration every,
            long threshold,
            int samples,
            @Nullable String csv,
            boolean touch,
            Duration timeout) {}

    @Override
    public int run(List<String> arguments, World world) throws CliException, IOException, InterruptedException {
        Asked asked = asked(arguments, world);
        boolean csvOnly = "-".equals(asked.csv);
        try (Writer csv = csvOnly || asked.csv == null ? Writer.nullWriter() : MonitorCsv.append(Path.of(asked.csv))) {
            MonitorOutput output = output(asked, csvOnly, world);
            Thread restore = new Thread(output::close, "lifecycle-terminal"); // on Ctrl-C
            Runtime.getRuntime().addShutdownHook(restore);
            try {
                return watch(asked, output, csv, csvOnly, world);
            } finally {
                output.close();
                forget(restore);
            }
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            return; // it runs, or has run
        }
    }

    private static Asked asked(List<String> arguments, World world) throws CliException {
        Options options = new Options(
                spelledOut(arguments),
                Set.of("--every", "--threshold", "--csv", "--samples", "--timeout"),
                Set.of("--touch"));
        if (options.rest().size() != 1) {
            throw CliException.usage("monitor needs one process number, not "
                    + options.rest().size() + "; memory monitor --help shows how it is called");
        }
        Duration every = options.duration("--every", Duration.ofSeconds(30), LEAST, MOST);
        long threshold = options.number("--threshold", 0, options.has("--threshold") ? 1 : 0, 100_000_000);
        int samples = options.number("--samples", 0, options.has("--samples") ? 1 : 0, MonitorCsv.MAX_ROWS);
        Duration timeout = HistogramVerb.timeout(options);
        String csv = options.value("--csv");
        if (csv != null && csv.isBlank()) {
            throw CliException.usage("--csv is blank; give a file, or - for the standard output");
        }
        Target target = Target.of(world.proc(), Options.pid(options.rest().get(0)));
        return new Asked(target, every, threshold << MB_SHIFT, samples, csv, options.has("--touch"), timeout);
    }

    /** The short options as the long ones; the seconds of {@code -i} get their unit. */
    static List<String> spelledOut(List<String> arguments) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String each = arguments.get(i);
            if (each.equals("-i")) {
                all.add("--every");
                if (i + 1 < arguments.size()) {
                    String value = arguments.get(++i);
                    all.add(value.matches("\\d+(\\.\\d+)?") ? value + "s" : value);
                }
            } else {
                all.add(each.equals("-t") ? "--threshold" : each);
            }
        }
        return all;
    }

    private MonitorOutput output(Asked asked, boolean csvOnly, World world) {
        if (csvOnly) {
            world.out().print(MonitorCsv.HEADER + "\n");
            return new OnlyCsv(world);
        }
        Terminal at = terminal.get();
        if (!at.live()) {
            return new MonitorLines(world.out());
        }
        String command = String.join(" ", asked.target.commandLine());
        return new MonitorView(world.out(), at, "process " + asked.target.pid() + "  " + Names.printable(command));
    }

    /** The file itself as what is printed. */
    private record OnlyCsv(World world) implements MonitorOutput {
        @Override
        public void show(MonitorCsv.Row row, LeakFinding finding) {
            world.out().print(row.line() + "\n");
            world.out().flush();
        }

        @Override
        public void note(String text) {
            world.err().println(text);
        }
    }

    // ---- watching
    // ---------------------------------------------------------------------------------------------------------------------------------------

    private static int watch(Asked asked, MonitorOutput output, Writer csv, boolean csvOnly, World world)
            throws CliException, IOException, InterruptedException {
        MonitorSampler sampler = new MonitorSampler(asked.target, world);
        MonitorJudge judge = new MonitorJudge();
        AttachClient client = new AttachClient(asked.target, world);
        Findings findings = new Findings(asked.threshold);
        long next = world.time().nanos();
        for (long taken = 0; ; ) {
            Optional<MonitorCsv.Row> sample = sampler.sample();
            if (sample.isPresent() && asked.touch) {
                sample = touched(sample.get(), client, asked);
            }
            if (sample.isEmpty()) {
                output.close();
                return findings.end(
                        "process " + asked.target.pid() + " has ended, at "
                                + Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + " or up to "
                                + asked.every.toMillis() / 1e3 + " s before",
                        taken,
                        csvOnly,
                        world);
            }
            if (taken++ == 0 && !sampler.hasPerfData()) {
                output.note("process " + asked.target.pid() + " has no performance data that can be read:"
                        + " nothing is known of its heap (-XX:-UsePerfData, another user, or no HotSpot JVM)");
            }
            LeakFinding finding =
                    judge.add(world.time().nanos(), sample.get(), sampler.takeCollected(), sampler.takeReclaimed());
            MonitorCsv.Row row = sample.get().judged(finding.verdict());
            if (findings.add(row, finding)) {
                output.note(findings.above());
            }
            csv.write(row.line() + "\n");
            csv.flush();
            output.show(row, finding);
            if (taken == asked.samples || world.out().checkError()) { // whoever read it has gone
                output.close();
                return findings.end("", taken, csvOnly, world);
            }
            next += asked.every.toNanos();
            long now = world.time().nanos();
            if (next - now < 0) {
                next = now; // it was suspended: what was missed is not made up for
            }
            await(world, sampler, next);
        }
    }

    /** With the heap in use as the process tells; empty if it is gone. */
    private static Optional<MonitorCsv.Row> touched(MonitorCsv.Row row, AttachClient client, Asked asked)
            throws CliException, InterruptedException {
        try {
            long used = HeapUse.bytes(client.run(asked.timeout, "jcmd", "GC.heap_info"));
            return Optional.of(used < 0 ? row : row.withHeapUsed(used));
        } catch (CliException failed) {
            if (!asked.target.isSame()) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    /** Waits, and looks for collections meanwhile. */
    static void await(World world, MonitorSampler sampler, long moment) throws InterruptedException {
        while (true) {
            long left = moment - world.time().nanos();
            if (left <= 0) {
                return;
            }
            world.time().parkNanos(sampler, Math.min(left, POLL_NANOS));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            sampler.poll();
        }
    }

    /** What was found so far. */
    private static final class Findings {
        private final long threshold;
        private long most = -1;
        private @Nullable LeakFinding alarm;
        private @Nullable LeakFinding last;

        Findings(long threshold) {
            this.threshold = threshold;
        }

        /** Returns whether it is above the threshold for the first time. */
        boolean add(MonitorCsv.Row row, LeakFinding finding) {
            boolean was = isAbove();
            most = Math.max(most, row.rss());
            last = finding;
            alarm = finding.isAlarm() ? finding : alarm;
            return isAbove() && !was;
        }

        private boolean isAbove() {
            return threshold > 0 && most > threshold;
        }

        String above() {
            return String.format(
                    Locale.ROOT,
                    "above the threshold: %s MB were resident, %d are allowed",
                    MonitorLines.megabytes(most),
                    threshold >> MB_SHIFT);
        }

        int end(String how, long samples, boolean csvOnly, World world) {
            var to = csvOnly ? world.err() : world.out();
            if (!how.isEmpty()) {
                to.println(how);
            }
            to.println(samples + (samples == 1 ? " sample" : " samples") + "; at most " + MonitorLines.megabytes(most)
                    + " MB resident");
            if (isAbove()) {
                to.println(above());
            }
            LeakFinding said = alarm != null ? alarm : last;
            if (said != null) {
                to.println(said.toString());
            }
            to.flush();
            return isAbove() || alarm != null ? Exit.FINDING : Exit.OK;
        }
    }
}
