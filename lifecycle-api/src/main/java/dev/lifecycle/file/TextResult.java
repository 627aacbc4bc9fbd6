package dev.lifecycle.file;

import java.io.IOException;
import java.util.Objects;

/**
 * The text of a file, or its beginning.
 *
 * @param text at most {@link FileProcessorBuilder#maxContent} characters, no surrogate pair cut; what was read before, where it failed
 * @param truncated whether there is more than that
 * @param result what became of the file
 */
public record TextResult(String text, boolean truncated, FileResult result) {

    /** Checks that nothing is null. */
    public TextResult {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(result, "result");
    }

    /**
     * Returns the text, for those who would rather have an exception.
     *
     * @return the text
     * @throws FileFailedException if the result is not {@link FileResult#ok}
     */
    public String orThrow() throws IOException {
        result.orThrow();
        return text;
    }
}
