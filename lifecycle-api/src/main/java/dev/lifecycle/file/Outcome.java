package dev.lifecycle.file;

/** What became of a file; exactly one of these. */
public enum Outcome {
    /** All of it was handed out. */
    DONE,

    /** Its beginning was handed out, or all but some of its lines: a limit has said so. */
    TRUNCATED,

    /** All that was there was handed out, but it changed meanwhile. */
    CHANGED_WHILE_READING,

    /** It was left out, since a policy says so. */
    SKIPPED,

    /** It could not be read to its end, or its handler failed. */
    FAILED,

    /** Its time was over. */
    TIMED_OUT,

    /** The thread was interrupted, or the processor closed. */
    CANCELLED
}
