package dev.lifecycle.impl.cli;

import dev.lifecycle.Names;
import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.MemoryReport;
import dev.lifecycle.memory.MemoryReportBuilder;
import dev.lifecycle.memory.PauseBudget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code memory report}. */
final class ReportVerb implements Verb {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LEAST_EVERY = Duration.ofMillis(100);
    private static final Duration MOST_EVERY = Duration.ofMinutes(10);

    @Override
    public String name() {
        return "report";
    }

    @Override
    public String summary() {
        return "one HTML file with charts, of what monitor --csv wrote, or of a JVM that is watched for a while";
    }

    @Override
    public String help() {
        return """
                Writes one HTML file that needs no network and has no script, of 300 KB at most: the process, its heap, what is outside it,
                threads, descriptors, classes, collections, and the verdict on them.

                usage: memory report FILE.csv [--output FILE]
                       memory report PID [--duration D] [--every D] [--snapshots N] [--max-pause D] [--timeout D] [--output FILE]

                  FILE.csv           what memory monitor --csv FILE.csv wrote
                  -o, --output FILE  default memory_report.html; replaced if it is there
                  --duration D       for how long the process is watched, 1s to 24h, default 1m
                  --every D          between samples, 100ms to 10m, default 1s
                  --snapshots N      histograms right after young collections, spread over the time: which classes are largest, and of
                                     two or more which grow; 1 to 100, default none, which leaves the process untouched
                  --max-pause D      leave histograms out when one is predicted to take longer, default 250ms
                  --timeout D        for each answer of the target, beside the pause, default 10s

                A duration D is written like 250ms, 10s, 1.5m, 2h. Of the command line of the process only its first word is shown, for
                passwords may be in the others.
                exit status: 0 written; 1 written, and it shows a leak, or advises a restart; 2 usage; 3 there is no such process, or it
                cannot be attached to; 4 interrupted, nothing is written
                example: java -jar lifecycle-impl-VERSION.jar memory report 4711.csv -o 4711.html
                """;
    }

    @Override
    public int run(List<String> arguments, World world) throws CliException, IOException, InterruptedException {
        Options options = new Options(
                arguments.stream()
                        .map(each -> each.equals("-o") ? "--output" : each)
                        .toList(),
                Set.of("--output", "--duration", "--every", "--snapshots", "--max-pause", "--timeout"),
                Set.of());
        if (options.rest().size() != 1) {
            throw CliException.usage("report needs one file or one process number, not "
                    + options.rest().size() + "; memory report --help shows how it is called");
        }
        String of = options.rest().get(0);
        String output = Optional.ofNullable(options.value("--output")).orElse("memory_report.html");
        if (output.isBlank()) {
            throw CliException.usage("--output is blank; give the file to write");
        }
        Path file = Path.of(output);
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
            throw CliException.usage(Names.printable(output)
                    + " cannot be written: it is a directory, or its directory is not there"); // not after an
            // hour of
            // watching
        }
        boolean process = of.matches("\\d+") && !Files.exists(Path.of(of));
        MonitorCharts charts;
        MemoryReportBuilder report;
        if (process) {
            report = MemoryReport.builder("Process " + of);
            charts = watched(options, of, report, world);
        } else {
            report = MemoryReport.builder(
                    "Memory, by " + Names.printable(String.valueOf(Path.of(of).getFileName())));
            charts = read(options, of);
        }
        charts.addTo(report);
        report.build().write(file);
        world.out()
                .println(file + ": " + charts.samples() + " samples, "
                        + charts.finding().map(Object::toString).orElse("no verdict"));
        return charts.finding().isPresent() && charts.finding().get().isAlarm() ? Exit.FINDING : Exit.OK;
    }

    // ---- a file
    // ----------------------------------------------------------------------------------------------------------------------------------------

    private static MonitorCharts read(Options options, String name) throws CliException, IOException {
        for (String only : List.of("--duration", "--every", "--snapshots", "--max-pause", "--timeout")) {
            if (options.has(only)) {
                throw CliException.usage(only + " is for a process, and " + Names.quote(name) + " is a file");
            }
        }
        MonitorCharts charts = new MonitorCharts();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(Files.newInputStream(Path.of(name)), StandardCharsets.UTF_8))) {
            MonitorCsv.read(in, name).forEach(charts::add);
        } catch (NoSuchFileException e) {
            throw CliException.usage("there is no file " + Names.quote(name)
                    + ", nor is that a process number; memory report --help shows how it is called");
        }
        if (charts.samples() == 0) {
            throw CliException.usage(Names.printable(name) + " has no samples behind its header; nothing can be drawn");
        }
        return charts;
    }

    // ---- a process
    // -------------------------------------------------------------------------------------------------------------------------------------

    private static MonitorCharts watched(Options options, String number, MemoryReportBuilder report, World world)
            throws CliException, IOException, InterruptedException {
        Duration length = options.duration("--duration", Duration.ofMinutes(1), SHORTEST, HistogramVerb.DAY);
        Duration every = options.duration("--every", Duration.ofSeconds(1), LEAST_EVERY, MOST_EVERY);
        int snapshots =
                options.number("--snapshots", 0, options.has("--snapshots") ? 1 : 0, HeapHistogram.MAX_COMPARED);
        Duration pause = HistogramVerb.maxPause(options);
        Duration timeout = HistogramVerb.timeout(options);
        Target target = Target.of(world.proc(), Options.pid(number));
        ForeignHistograms source = new ForeignHistograms(
                world, target, PauseBudget.ofSnapshot(pause), timeout, ForeignHistograms.YOUNG_WAIT);
        MonitorSampler sampler = new MonitorSampler(target, world);
        MonitorCharts charts = new MonitorCharts();
        List<HeapHistogram> taken = new ArrayList<>();
        String firstWord = target.commandLine().stream().findFirst().orElse("unknown");
        long begin = world.time().nanos();
        long next = begin;
        boolean ended = false;
        while (true) {
            Optional<MonitorCsv.Row> row = sampler.sample();
            if (row.isEmpty()) {
                ended = true;
                break;
            }
            charts.add(row.get(), sampler.takeCollected(), sampler.takeReclaimed());
            long since = world.time().nanos() - begin;
            if (taken.size() < snapshots && since >= length.toNanos() / Math.max(1, snapshots) * taken.size()) {
                try {
                    taken.add(source.take(HistogramMode.ALL_AFTER_YOUNG, world.err()));
                } catch (CliException refused) {
                    if (!target.isSame()) {
                        ended = true;
                        break;
                    }
                    if (refused.status() != Exit.INCONCLUSIVE) {
                        throw refused;
                    }
                    world.err().println(refused.getMessage());
                    snapshots = taken.size(); // the report is made without more of them
                }
            }
            next += every.toNanos();
            if (next - begin > length.toNanos()) {
                break;
            }
            MonitorVerb.await(world, sampler, next);
        }
        if (charts.samples() == 0) {
            throw CliException.noAttach("process " + number + " ended before it was looked at");
        }
        report.fact("Command", firstWord);
        sampler.perfData().ifPresent(data -> {
            report.fact("Virtual machine", data.text("java.property.java.vm.version"));
            report.fact("Collector", data.collector());
        });
        if (ended) {
            report.fact("Ended", "while it was watched");
        }
        if (!taken.isEmpty()) {
            report.classes(taken.get(taken.size() - 1));
        }
        if (taken.size() > 1) {
            report.growth(HeapHistogram.diff(taken));
        }
        return charts;
    }
}
