package dev.lifecycle.impl.file;

import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.Reason;
import dev.lifecycle.impl.file.Entry.Passed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Counts what became of entries: exactly; and remembers a few of them. */
final class Tally {
    /*
     * Belongs to the thread of its run. Sum of `outcomes` == sum of `reasons` == entries that were seen.
     */
    private static final Comparator<FileResult> BY_TIME = Comparator.comparing(FileResult::took);

    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
    private final List<FileResult> detailed = new ArrayList<>();
    private final PriorityQueue<FileResult> slowest = new PriorityQueue<>(BY_TIME);
    private final int detail;
    long files; // that were handed over
    long bytes;
    long directories;

    /** Remembers the first {@code detail} that are not ok. */
    Tally(int detail) {
        this.detail = detail;
    }

    /** Counts an entry. */
    void add(FileResult result, boolean isFile) {
        count(result.outcome(), result.reason(), 1);
        bytes += result.bytesRead();
        files += isFile ? 1 : 0;
    }

    /** Remembers an entry, if it is one of those; it is counted by another one. */
    void remember(FileResult result, boolean isFile) {
        if (isFile) {
            slowest.add(result);
            if (slowest.size() > ProcessingReport.MAX_SLOWEST) {
                slowest.remove();
            }
        }
        if (!result.ok() && detailed.size() < detail) {
            detailed.add(result);
        }
    }

    /** Counts what was met on the way. */
    void add(Passed passed) {
        directories += passed.directories();
        count(Outcome.SKIPPED, Reason.FILTERED, passed.filtered());
        count(Outcome.SKIPPED, Reason.LINK, passed.links());
    }

    private void count(Outcome outcome, Reason reason, long times) {
        if (times > 0) {
            outcomes.merge(outcome, times, Long::sum);
            reasons.merge(reason, times, Long::sum);
        }
    }

    /** Counts all that another one has counted. */
    void add(Tally other) {
        other.outcomes.forEach((outcome, times) -> outcomes.merge(outcome, times, Long::sum));
        other.reasons.forEach((reason, times) -> reasons.merge(reason, times, Long::sum));
        files += other.files;
        bytes += other.bytes;
        directories += other.directories;
    }

    /** Counts what a journal has kept. */
    void add(Map<Outcome, Long> someOutcomes, Map<Reason, Long> someReasons) {
        someOutcomes.forEach((outcome, times) -> outcomes.merge(outcome, times, Long::sum));
        someReasons.forEach((reason, times) -> reasons.merge(reason, times, Long::sum));
    }

    Map<Outcome, Long> outcomes() {
        return outcomes;
    }

    Map<Reason, Long> reasons() {
        return reasons;
    }

    List<FileResult> detailed() {
        return detailed;
    }

    /** The longest first. */
    List<FileResult> slowest() {
        return slowest.stream().sorted(BY_TIME.reversed()).toList();
    }

    boolean invariantsHold() {
        return sum(outcomes) == sum(reasons) && slowest.size() <= ProcessingReport.MAX_SLOWEST;
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
