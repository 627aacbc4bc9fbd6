package dev.lifecycle.impl.leak;

/** A stack, captured the cheap way: the frames are looked up when a report is made. */
final class Trace extends Throwable {
    private static final long serialVersionUID = 1L;

    Trace() {
        super(null, null, false, true);
    }

    /** A stack to print in a log. */
    Trace(String message, StackTraceElement[] stack) {
        super(message, null, false, true);
        setStackTrace(stack);
    }

    /** The frames from the first one outside the library, innermost first. */
    StackTraceElement[] frames() {
        return Frames.trim(getStackTrace());
    }
}
