package dev.lifecycle.weak;

/** What becomes of a listener that fails. Whichever is chosen, all others are called, and each failure is counted. */
public enum FailurePolicy {
    /** When all were called, {@code emit} throws a {@link ListenerException} that has the failures. */
    COLLECT,
    /** The failures are logged, at the first and each doubling of their number; {@code emit} returns normally. */
    LOG
}
