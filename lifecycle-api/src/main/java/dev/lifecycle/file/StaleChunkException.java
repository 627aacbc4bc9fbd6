package dev.lifecycle.file;

import dev.lifecycle.LifecycleException;

/** A {@link Chunk}, {@link Line} or {@link Text} was used after the handler it was given to had returned: its buffer has other bytes by now. */
public final class StaleChunkException extends LifecycleException {
    private static final long serialVersionUID = 1L;

    /**
     * For implementations.
     *
     * @param message what was used, and how to keep it
     */
    public StaleChunkException(String message) {
        super(message);
    }
}
