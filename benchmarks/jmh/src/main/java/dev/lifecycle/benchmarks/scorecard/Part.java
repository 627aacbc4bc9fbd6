package dev.lifecycle.benchmarks.scorecard;

import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** The goals of one capability, and what is measured for them: a part of the scorecard that can be run alone. */
interface Part {
    /** Every part, in the order of the page. */
    List<Part> ALL = List.of(
            new ScopePart(),
            new LeakPart(),
            new CollectPart(),
            new WeakPart(),
            new TaskPart(),
            new PoolPart(),
            new FilePart(),
            new MemoryPart());

    /** Names the part, as {@code --only} does. */
    String name();

    /** Runs what it needs. */
    void measure(Bench bench) throws RunnerException, IOException;

    /** The goals; some bounds depend on the JDK. */
    List<Goal> goals(int jdk);
}
