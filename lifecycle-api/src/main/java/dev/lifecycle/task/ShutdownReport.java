package dev.lifecycle.task;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How a manager came to its end.
 *
 * @param clean whether every task ended by itself, in time
 * @param took from the call to the report
 * @param finished how many tasks ended before any was told to
 * @param cancelledQueued how many were cancelled before they began
 * @param interrupted how many were interrupted
 * @param stuck those whose bodies still run, with their stacks, up to {@value #MAX_LISTED}
 * @param stuckCount how many there are
 */
public record ShutdownReport(
        boolean clean,
        Duration took,
        int finished,
        int cancelledQueued,
        int interrupted,
        List<TaskInfo> stuck,
        int stuckCount) {

    /** The most stuck tasks that are listed. */
    public static final int MAX_LISTED = 100;

    /** Copies the list. */
    public ShutdownReport {
        Objects.requireNonNull(took, "took");
        stuck = List.copyOf(stuck);
    }

    /** Returns one line, and for each stuck task its line and its stack. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        out.append(clean ? "clean" : "not clean")
                .append(" after ")
                .append(took)
                .append(": ")
                .append(finished)
                .append(" finished, ")
                .append(cancelledQueued)
                .append(" cancelled before they began, ")
                .append(interrupted)
                .append(" interrupted, ")
                .append(stuckCount)
                .append(" stuck");
        for (TaskInfo task : stuck) {
            out.append("\n").append(task);
            StackSample sample = task.lastSample();
            if (sample != null) {
                out.append("\n  ").append(sample.toString().replace("\n", "\n  "));
            }
        }
        return out.toString();
    }
}
