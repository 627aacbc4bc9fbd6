package dev.lifecycle.lab;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
        Files.createDirectories(options.out());
        Pages pages = new Pages(options, input);
        Supervisor supervisor = new Supervisor(options, new Progress(out));
        Map<Scenario, List<Outcome>> outcomes = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        List<String> disappointments = new ArrayList<>();
        for (Scenario scenario : options.scenarios()) {
            Files.deleteIfExists(Pages.inside(options.out(), scenario));
            Instant start = Instant.now();
            List<Outcome> both = supervisor.run(scenario);
            outcomes.put(scenario, both);
            both.forEach(outcome -> rows.add(Table.row(scenario, outcome)));
            List<String> not = disappointments(scenario, both);
            not.forEach(each -> disappointments.add(scenario.name() + ": " + each));
            pages.write(scenario, both, start, not);
        }
        out.print(Table.text(rows));
        out.println();
        outcomes.forEach((scenario, both) -> {
            out.println(scenario.name() + ": " + Table.responseTimes(both));
            if (!Table.findings(both).isEmpty()) {
                out.println(scenario.name() + ": " + Table.findings(both));
            }
        });
        Path report = pages.index(outcomes, disappointments);
        out.println();
        out.println("report: " + report);
        disappointments.forEach(out::println);
        out.println(
                disappointments.isEmpty()
                        ? "every managed service survived, every naive one showed its defect"
                        : "NOT as expected");
        return disappointments.isEmpty() ? 0 : 1;
    }

    private static List<String> disappointments(Scenario scenario, List<Outcome> both) {
        List<String> all = new ArrayList<>();
        for (Outcome outcome : both) {
            String not = outcome.disappointment(scenario.isPlanted());
            if (not != null) {
                all.add(not);
            }
        }
        String missed = scenario.missed(both.get(0), both.get(1));
        if (!missed.isEmpty()) {
            all.add(missed);
        }
        return all;
    }
}
