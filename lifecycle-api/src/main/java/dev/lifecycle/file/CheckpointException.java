package dev.lifecycle.file;

import dev.lifecycle.LifecycleException;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint is not what the run needs: of another tree, version or description, damaged, in use, or not to be opened. Nothing was done; the
 * message names the difference and the way out.
 */
public final class CheckpointException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message what is wrong with which file, and what to do
     * @param cause what was thrown, or null
     */
    public CheckpointException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
