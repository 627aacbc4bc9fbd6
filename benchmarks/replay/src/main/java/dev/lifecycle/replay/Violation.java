package dev.lifecycle.replay;

/** A result that cannot be: a broken bound, or more hits than the optimum. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
        super(message);
    }
}
