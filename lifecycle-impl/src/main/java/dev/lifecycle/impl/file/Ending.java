package dev.lifecycle.impl.file;

import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.RunState;
import org.jspecify.annotations.Nullable;

/**
 * Why a run ends.
 *
 * @param state of the run
 * @param reason of those files that were in progress
 * @param cause what was thrown, or null
 */
record Ending(RunState state, Reason reason, @Nullable Throwable cause) {
    static final Ending COMPLETED = new Ending(RunState.COMPLETED, Reason.NONE, null);
    static final Ending LIMITED = new Ending(RunState.LIMITED, Reason.NONE, null);
    static final Ending INTERRUPTED = new Ending(RunState.CANCELLED, Reason.INTERRUPTED, null);
    static final Ending CLOSED = new Ending(RunState.CANCELLED, Reason.SCOPE_CLOSED, null);
    static final Ending LATE = new Ending(RunState.TIMED_OUT, Reason.TIMEOUT, null);
    static final Ending FAIL_FAST = new Ending(RunState.FAILED, Reason.SCOPE_CLOSED, null);

    static Ending failed(Throwable cause) {
        return new Ending(RunState.FAILED, Reason.SCOPE_CLOSED, cause);
    }

    /** What becomes of a file that was cancelled with the run. */
    FileResult of(FileResult cancelled) {
        return new FileResult(
                cancelled.path(),
                state == RunState.TIMED_OUT ? Outcome.TIMED_OUT : Outcome.CANCELLED,
                reason,
                cancelled.bytesRead(),
                cancelled.sizeAtOpen(),
                cancelled.lines(),
                cancelled.chars(),
                cancelled.malformed(),
                cancelled.firstMalformed(),
                cancelled.took(),
                cancelled.failure());
    }
}
