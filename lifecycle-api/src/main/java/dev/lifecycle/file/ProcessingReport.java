package dev.lifecycle.file;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a tree. Counts are exact; lists are short however many files failed. A resumed run counts what the runs before it have committed,
 * once.
 *
 * @param state how the run ended
 * @param outcomes how many entries had which outcome; all are there. Their sum is how many were seen
 * @param reasons how many entries had which reason; without those that none had
 * @param bytes that were read
 * @param directories that were entered
 * @param batches that were committed: their hook has returned, and their checkpoint is written
 * @param resumedBatches how many of these by runs before this one
 * @param uncommitted how many entries belong to a batch that was under way when the run ended early; they are counted here, and a resumed run works
 *     with them again
 * @param took this run
 * @param paused how long of that it waited for memory
 * @param peakInFlight the most bytes that were {@linkplain FileContext#charge charged}, or held as text, at once
 * @param quarantined how many files stand in a read that does not return, see {@link Reason#STUCK}
 * @param listenerFailures how often a {@link ProgressListener} has thrown something
 * @param lostLines how many lines of {@link TreeProcessorBuilder#reportTo} could not be written
 * @param failure what has ended the run; null if nothing was thrown
 * @param detailed the first entries of this run that are not {@link FileResult#ok ok}, but for those that were filtered; at most
 *     {@link TreeProcessorBuilder#detail}
 * @param slowest the files of this run that took longest, at most {@value #MAX_SLOWEST}
 */
public record ProcessingReport(
        RunState state,
        Map<Outcome, Long> outcomes,
        Map<Reason, Long> reasons,
        long bytes,
        long directories,
        long batches,
        long resumedBatches,
        long uncommitted,
        Duration took,
        Duration paused,
        long peakInFlight,
        long quarantined,
        long listenerFailures,
        long lostLines,
        @Nullable FileFailure failure,
        List<FileResult> detailed,
        List<FileResult> slowest) {

    /** How many of the slowest files are listed. */
    public static final int MAX_SLOWEST = 10;

    /** Copies the maps and lists. */
    public ProcessingReport {
        Objects.requireNonNull(state, "state");
        Map<Outcome, Long> all = new EnumMap<>(Outcome.class);
        for (Outcome each : Outcome.values()) {
            all.put(each, outcomes.getOrDefault(each, 0L));
        }
        outcomes = Collections.unmodifiableMap(all);
        Map<Reason, Long> some = new EnumMap<>(Reason.class);
        some.putAll(reasons);
        reasons = Collections.unmodifiableMap(some);
        Objects.requireNonNull(took, "took");
        Objects.requireNonNull(paused, "paused");
        detailed = List.copyOf(detailed);
        slowest = List.copyOf(slowest);
    }

    /**
     * Returns how many entries were seen.
     *
     * @return the sum of all outcomes
     */
    public long entries() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Returns how many had an outcome.
     *
     * @param outcome which one
     * @return how many
     */
    public long count(Outcome outcome) {
        return outcomes.getOrDefault(Objects.requireNonNull(outcome, "outcome"), 0L);
    }

    /**
     * Returns how many had a reason.
     *
     * @param reason which one
     * @return how many
     */
    public long count(Reason reason) {
        return reasons.getOrDefault(Objects.requireNonNull(reason, "reason"), 0L);
    }

    /**
     * Tells whether all went well.
     *
     * @return whether the run is {@link RunState#COMPLETED} and nothing failed, was late or was cancelled
     */
    public boolean ok() {
        return state == RunState.COMPLETED
                && count(Outcome.FAILED) + count(Outcome.TIMED_OUT) + count(Outcome.CANCELLED) == 0;
    }

    /**
     * Returns it for people.
     *
     * @return some lines
     */
    public String toText() {
        return ReportPrinter.text(this);
    }

    /**
     * Returns it for programs, on one line; times in nanoseconds.
     *
     * @return a JSON object
     */
    public String toJson() {
        return ReportPrinter.json(this);
    }

    /** Returns one line. */
    @Override
    public String toString() {
        return ReportPrinter.summary(this);
    }
}
