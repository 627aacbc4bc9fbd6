package dev.lifecycle.task;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The tasks of a manager, counted. Exact while nothing moves: {@code total == queued + active + completed + failed + cancelled +
 * timedOut}.
 *
 * @param total how many were ever accepted
 * @param queued how many wait for a thread
 * @param active how many run, those in quarantine not among them
 * @param completed how many have succeeded
 * @param failed how many have failed
 * @param cancelled how many were cancelled
 * @param timedOut how many timed out
 * @param rejected how many were not accepted
 * @param quarantined how many threads are stuck in a task that has its outcome
 * @param types the same by type, in the order in which the types were first seen
 * @param oldest the age of the oldest task that has no outcome yet; zero if there is none
 */
public record TaskSnapshot(
        long total,
        int queued,
        int active,
        long completed,
        long failed,
        long cancelled,
        long timedOut,
        long rejected,
        int quarantined,
        Map<String, TypeCounts> types,
        Duration oldest) {

    /** Copies the types. */
    public TaskSnapshot {
        Objects.requireNonNull(oldest, "oldest");
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    }
}
