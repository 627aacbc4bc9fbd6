package dev.lifecycle.lab;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every incident the library is for, run twice: as it was, and with the library. Ends with status 0 if each managed service
 * survived and each naive one showed its defect, 1 if not, 2 for bad usage.
 */
public final class Lab {

    private Lab() {}

    /** See {@code --help}. */
    public static void main(String[] args) throws Exception {
        System.exit(run(args, System.out));
    }

    private static int run(String[] args, PrintStream out) throws Exception {
        Options options;
        Input input;
        try {
            options = Options.parse(args);
            input = Input.of(options.dir());
        } catch (Options.Usage usage) {
            out.println(usage.getMessage());
            return usage.status;
        } catch (IllegalArgumentException bad) {
            out.println(bad.getMessage());
            return 2;
        }
        out.printf(
                Locale.ROOT,
                "%d files, %.1f MB, below %s%n%d s a service at %d requests a second, heap %d MB, %d descriptors, seed %d%n%n",
                input.files().size(),
                input.bytes() / 1048576.0,
                input.root(),
                options.seconds(),
                options.rate(),
                options.heapMegabytes(),
                options.descriptors(),
                options.seed());
        Supervisor supervisor = new Supervisor(options, new Progress(out));
        Map<Scenario, List<Outcome>> outcomes = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        List<String> disappointments = new ArrayList<>();
        for (Scenario scenario : options.scenarios()) {
            List<Outcome> both = supervisor.run(scenario);
            outcomes.put(scenario, both);
            for (Outcome outcome : both) {
                rows.add(Table.row(scenario, outcome));
                if (outcome.disappointment(scenario.isPlanted()) != null) {
                    disappointments.add(scenario.name() + ": " + outcome.disappointment(scenario.isPlanted()));
                }
            }
            String missed = scenario.missed(both.get(0), both.get(1));
            if (!missed.isEmpty()) {
                disappointments.add(scenario.name() + ": " + missed);
            }
        }
        out.print(Table.text(rows));
        out.println();
        outcomes.forEach((scenario, both) -> {
            out.println(scenario.name() + ": " + Table.responseTimes(both));
            if (!Table.findings(both).isEmpty()) {
                out.println(scenario.name() + ": " + Table.findings(both));
            }
        });
        Files.createDirectories(options.out());
        Path report = options.out().resolve("report.html");
        Files.writeString(report, new Report(options, input, disappointments).html(outcomes));
        out.println();
        out.println("report: " + report);
        disappointments.forEach(out::println);
        out.println(
                disappointments.isEmpty()
                        ? "every managed service survived, every naive one showed its defect"
                        : "NOT as expected");
        return disappointments.isEmpty() ? 0 : 1;
    }
}
