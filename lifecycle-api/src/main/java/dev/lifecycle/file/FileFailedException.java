package dev.lifecycle.file;

import java.io.IOException;
import java.util.Objects;

/** A file could not be read as was asked; {@link #result} tells what became of it. */
public final class FileFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient FileResult result;

    /**
     * Makes one of a result.
     *
     * @param result what became of the file
     */
    public FileFailedException(FileResult result) {
        super(Objects.requireNonNull(result, "result").toString());
        this.result = result;
    }

    /**
     * Returns what became of the file.
     *
     * @return its result
     */
    public FileResult result() {
        return result;
    }
}
