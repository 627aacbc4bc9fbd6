package dev.lifecycle.task;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task at one moment.
 *
 * @param id its number, unique within its manager
 * @param name as in its spec
 * @param type as in its spec
 * @param tags as in its spec
 * @param state where it stands
 * @param createdAt when it was submitted, by the wall clock
 * @param queued how long it has waited for a thread, or did
 * @param running how long its body has run, or did until it had its outcome; zero before
 * @param sinceHeartbeat since its last sign of life; zero where it gives none
 * @param thread the name of its thread; empty before and after
 * @param scope the path of the scope that owns it, or its manager
 * @param note what it last said of its progress; empty if nothing
 * @param reason why it is being cancelled or has timed out; empty otherwise
 * @param quarantined whether it has its outcome, and its body runs on
 * @param samples what its thread did when timeouts passed
 */
public record TaskInfo(
        long id,
        String name,
        String type,
        Map<String, String> tags,
        TaskState state,
        Instant createdAt,
        Duration queued,
        Duration running,
        Duration sinceHeartbeat,
        String thread,
        String scope,
        String note,
        String reason,
        boolean quarantined,
        List<StackSample> samples) {

    /** Copies the samples. */
    public TaskInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(state, "state");
        samples = List.copyOf(samples);
    }

    /** Returns one line, like {@code task 17 "index" (nightly) RUNNING for PT3S in tasks-2: 40 %}. */
    @Override
    public String toString() {
        return "task " + id + " \"" + name + "\" (" + type + ") " + state
                + (state == TaskState.QUEUED ? " for " + queued : " for " + running)
                + (thread.isEmpty() ? "" : " in " + thread)
                + (quarantined ? ", in quarantine" : "")
                + (reason.isEmpty() ? "" : ", " + reason)
                + (note.isEmpty() ? "" : ": " + note);
    }

    /**
     * Returns the newest sample.
     *
     * @return null if there is none
     */
    public @Nullable StackSample lastSample() {
        return samples.isEmpty() ? null : samples.get(samples.size() - 1);
    }
}
