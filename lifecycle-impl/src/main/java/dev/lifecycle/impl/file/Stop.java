package dev.lifecycle.impl.file;

import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import org.jspecify.annotations.Nullable;

/** Ends a pass, with what becomes of its file. Never leaves this package. */
final class Stop extends Exception {
    private static final long serialVersionUID = 1L;

    final Outcome outcome;
    final Reason reason;
    final transient @Nullable Throwable failure; // what was thrown, by the file system or a user

    Stop(Outcome outcome, Reason reason, @Nullable Throwable failure) {
        super(reason.name(), null, false, false);
        this.outcome = outcome;
        this.reason = reason;
        this.failure = failure;
    }

    Stop(Outcome outcome, Reason reason) {
        this(outcome, reason, null);
    }
}
