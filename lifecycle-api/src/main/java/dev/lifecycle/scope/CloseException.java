package dev.lifecycle.scope;

import dev.lifecycle.LifecycleException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A resource of a scope failed to close with a checked exception; everything else was released all the same.
 *
 * <p>{@link #getCause} is the first failure, up to {@value CloseReport#MAX_SUPPRESSED} later ones are suppressed, and
 * {@link #report} has the exact count. Unchecked exceptions and errors are thrown as they are, without this wrapper.
 */
public final class CloseException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /** Not serialised: it holds sites and stacks of this JVM. */
    private final transient CloseReport report;

    /**
     * For implementations.
     *
     * @param message which scope, how many failures
     * @param cause the first failure
     * @param report all that happened
     */
    public CloseException(String message, Throwable cause, CloseReport report) {
        super(message, Objects.requireNonNull(cause, "cause"));
        this.report = Objects.requireNonNull(report, "report");
    }

    /**
     * Tells all that happened while the scope closed.
     *
     * @return the report; empty lists in an exception that was deserialised
     */
    public CloseReport report() {
        return report != null
                ? report
                : new CloseReport(new Exit.Unmarked(), 0, 1, List.of(), List.of(), Duration.ZERO);
    }

    /**
     * Gives the first failure its type back: {@code throw e.as(IOException.class)}.
     *
     * @param type the checked exception the caller handles
     * @param <X> the same
     * @return this, if the cause is of another type
     * @throws X the cause, with what is suppressed here suppressed there, if it is of that type
     */
    public <X extends Exception> CloseException as(Class<X> type) throws X {
        Throwable cause = getCause();
        if (type.isInstance(cause)) {
            for (Throwable later : getSuppressed()) {
                if (later != cause) {
                    cause.addSuppressed(later);
                }
            }
            throw type.cast(cause);
        }
        return this;
    }
}
