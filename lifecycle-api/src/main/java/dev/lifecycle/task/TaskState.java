package dev.lifecycle.task;

/**
 * Where a task stands. It goes forward only: {@code QUEUED}, {@code RUNNING}, perhaps {@code CANCELLING}, and one of the four
 * that are final.
 */
public enum TaskState {
    /** It waits for a thread, or for another task of its type to end. */
    QUEUED,
    /** Its body runs. */
    RUNNING,
    /** It was told to stop, by {@link TaskHandle#cancel} or for its age, and its body has not ended yet. */
    CANCELLING,
    /** The body returned in time. Final. */
    SUCCEEDED,
    /** The body threw. Final. */
    FAILED,
    /** It was told to stop, and has. Final. */
    CANCELLED,
    /** A deadline passed; the body may still run, in quarantine. Final. */
    TIMED_OUT;

    /**
     * Tells whether a task that is here stays here.
     *
     * @return whether the state is final
     */
    public boolean isFinal() {
        return compareTo(SUCCEEDED) >= 0;
    }
}
