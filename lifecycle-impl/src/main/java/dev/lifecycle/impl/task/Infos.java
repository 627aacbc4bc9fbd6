package dev.lifecycle.impl.task;

import dev.lifecycle.task.TaskInfo;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Describes tasks. */
final class Infos {
    private Infos() {}

    static TaskInfo of(Task<?> task, int status, @Nullable Run run, String reason) {
        TaskSpec spec = task.times.spec;
        Manager manager = task.lane.manager;
        long now = manager.wheel.elapsed();
        Run begun = run != null && run.hasBegun() ? run : null;
        TaskState state = Task.stateOf(status);
        Run inside = !state.isFinal() || (status & Task.STUCK) != 0 ? run : null;
        long until = begun != null ? begun.started() : state.isFinal() ? task.endedAt() : now;
        long queued = until - task.created;
        return new TaskInfo(
                task.id(),
                spec.name(),
                spec.type(),
                spec.tags(),
                state,
                Instant.now().minusNanos(Math.max(0, now - task.created)),
                Duration.ofNanos(Math.max(0, queued)),
                Duration.ofNanos(begun == null ? 0 : begun.ran(now)),
                begun == null || state.isFinal() ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - begun.beat())),
                inside == null ? "" : inside.thread().getName(),
                task.scopePath(),
                run == null ? "" : run.note(),
                reason,
                (status & Task.STUCK) != 0,
                run == null ? List.of() : run.samples());
    }

    /** What a failure says of itself, which is code of users. */
    static String text(@Nullable Object failure) {
        try {
            return String.valueOf(failure);
        } catch (Throwable broken) {
            return failure == null ? "" : failure.getClass().getName();
        }
    }
}
