package dev.lifecycle.lab;

import java.io.IOException;
import java.util.List;

/**
 * Runs both variants of a scenario, each in its child, in turns of half a second: so that whatever else the machine does
 * disturbs both alike, and their response times can be compared.
 */
final class Supervisor {
    private final Options options;
    private final Progress progress;

    Supervisor(Options options, Progress progress) {
        this.options = options;
        this.progress = progress;
    }

    /** Returns what became of the naive service, and of the managed one. */
    List<Outcome> run(Scenario scenario) throws IOException, InterruptedException {
        try (ChildProcess naive = new ChildProcess(scenario, Scenario.Variant.NAIVE, options);
                ChildProcess managed = new ChildProcess(scenario, Scenario.Variant.MANAGED, options)) {
            naive.await(); // the first samples, before any load
            managed.await();
            for (boolean naiveFirst = true; naive.isRunning() || managed.isRunning(); naiveFirst = !naiveFirst) {
                turn(scenario, naiveFirst ? naive : managed);
                turn(scenario, naiveFirst ? managed : naive);
            }
            return List.of(naive.outcome(), managed.outcome());
        } finally {
            progress.clear();
        }
    }

    private void turn(Scenario scenario, ChildProcess child) throws IOException, InterruptedException {
        if (child.isRunning()) {
            child.go();
            Outcome.Sample sample = child.await();
            if (sample != null) {
                progress.show(scenario, child.variant(), sample, options.seconds());
            }
        }
    }
}
