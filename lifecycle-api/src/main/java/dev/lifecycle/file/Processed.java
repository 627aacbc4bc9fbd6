package dev.lifecycle.file;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link FileHandler} made of a file.
 *
 * @param value what its {@code end} returned; empty if that was not called, failed, or returned null
 * @param result what became of the file
 * @param <R> the type of the value
 */
public record Processed<R>(Optional<R> value, FileResult result) {

    /** Checks that nothing is null. */
    public Processed {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(result, "result");
    }

    /**
     * Returns the value, for those who would rather have an exception.
     *
     * @return what {@code end} returned; empty if that was null
     * @throws FileFailedException if the result is not {@link FileResult#ok}
     */
    public Optional<R> orThrow() throws IOException {
        result.orThrow();
        return value;
    }
}
