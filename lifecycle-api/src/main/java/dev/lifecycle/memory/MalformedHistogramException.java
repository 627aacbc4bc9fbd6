package dev.lifecycle.memory;

import dev.lifecycle.LifecycleException;

/** A text is no histogram, or not all of one. Its message says what was expected, and what stands there. */
public final class MalformedHistogramException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /** Where. */
    private final long line;

    /**
     * Makes an exception.
     *
     * @param message what was expected there, without the number of the line, which is put before it
     * @param line of the text, the first one is 1
     */
    public MalformedHistogramException(String message, long line) {
        super("line " + line + ": " + message);
        this.line = line;
    }

    /**
     * Returns where.
     *
     * @return the line of the text, the first one is 1; one that ends too early, its last one
     */
    public long line() {
        return line;
    }
}
