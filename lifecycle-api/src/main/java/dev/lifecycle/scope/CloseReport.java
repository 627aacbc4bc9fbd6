package dev.lifecycle.scope;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * All that happened while a scope closed. Nothing is swallowed: the counts are exact, even where an exception could not
 * carry the others (an error thrown by the JVM itself, like its {@link OutOfMemoryError}, may keep no suppressed exceptions).
 *
 * @param exit how the work of the scope ended
 * @param closed how many resources, actions and children were released without failure, those of children included
 * @param failed how many failed
 * @param failures the first {@value #MAX_LISTED} failures, in the order they happened
 * @param overruns the first {@value #MAX_LISTED} closers that exceeded the close deadline
 * @param took the time from the first closer to the end of the last; zero where no clock was read
 */
public record CloseReport(
        Exit exit, long closed, long failed, List<Failure> failures, List<Overrun> overruns, Duration took) {

    /** The most failures, and the most overruns, that a report lists. */
    public static final int MAX_LISTED = 1_000;

    /** The most failures that are attached to an exception as suppressed ones. */
    public static final int MAX_SUPPRESSED = 32;

    /** Copies the lists. */
    public CloseReport {
        Objects.requireNonNull(exit, "exit");
        Objects.requireNonNull(took, "took");
        failures = List.copyOf(failures);
        overruns = List.copyOf(overruns);
    }
}
