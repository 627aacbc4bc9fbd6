package dev.lifecycle.task;

import dev.lifecycle.LifecycleException;

/**
 * What was asked for could not be made. Each caller that waited gets an exception of its own, so that what one adds to it the
 * others do not see; they share the cause.
 */
public final class LoadException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message which one, and whether this is a failure that was remembered
     * @param cause what the loader threw, {@code Error}s included, what its executor threw, or that it returned null
     */
    public LoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
