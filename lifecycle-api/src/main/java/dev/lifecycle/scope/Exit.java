package dev.lifecycle.scope;

import java.util.Objects;
import java.util.concurrent.CancellationException;

/** How the work of a scope ended; {@link ScopeOps#onExit} actions receive it. */
public sealed interface Exit {

    /** The work returned, or was marked with {@link ScopeOps#succeed}. */
    record Success() implements Exit {}

    /**
     * The work threw, or was marked with {@link ScopeOps#fail}.
     *
     * @param cause what went wrong
     */
    record Failure(Throwable cause) implements Exit {
        /** Requires a cause. */
        public Failure {
            Objects.requireNonNull(cause, "cause");
        }
    }

    /**
     * The work was given up: it ended with an {@link InterruptedException} or a
     * {@link CancellationException}.
     *
     * @param cause the exception that ended it
     */
    record Cancelled(Throwable cause) implements Exit {
        /** Requires a cause. */
        public Cancelled {
            Objects.requireNonNull(cause, "cause");
        }
    }

    /** Nobody said: a scope in a try-with-resources statement is not told whether its body threw. */
    record Unmarked() implements Exit {}

    /**
     * Classifies what ended the work.
     *
     * @param cause what was thrown
     * @return {@link Cancelled} for an interruption or cancellation, otherwise {@link Failure}
     */
    static Exit of(Throwable cause) {
        return cause instanceof InterruptedException || cause instanceof CancellationException
                ? new Cancelled(cause)
                : new Failure(cause);
    }
}
