package dev.lifecycle.file;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a file. Figures are of what was read and handed out, also where that ended early.
 *
 * @param path the file, or the name of the stream
 * @param outcome what became of it
 * @param reason why; {@link Reason#NONE} if it is done
 * @param bytesRead how many bytes were read
 * @param sizeAtOpen how many the file system said it had; -1 if that is not known
 * @param lines how many lines or records there were, those included that a policy left out; 0 if nobody looked for lines
 * @param chars how many characters of text were made, in UTF-16 units; 0 if none was
 * @param malformed how many sequences of bytes were no text, among those that were decoded
 * @param firstMalformed where the first of them begins, in bytes from the beginning; -1 without one
 * @param took how long it took
 * @param failure what was thrown; null if nothing was
 */
public record FileResult(
        String path,
        Outcome outcome,
        Reason reason,
        long bytesRead,
        long sizeAtOpen,
        long lines,
        long chars,
        long malformed,
        long firstMalformed,
        Duration took,
        @Nullable FileFailure failure) {

    /** Checks that what must be there is. */
    public FileResult {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(took, "took");
    }

    /**
     * Tells whether the content was handed out: as a whole, up to a limit, or of a file that changed.
     *
     * @return whether the outcome is {@link Outcome#DONE}, {@link Outcome#TRUNCATED} or {@link Outcome#CHANGED_WHILE_READING}
     */
    public boolean ok() {
        return outcome == Outcome.DONE || outcome == Outcome.TRUNCATED || outcome == Outcome.CHANGED_WHILE_READING;
    }

    /**
     * Returns this result, for those who would rather have an exception.
     *
     * @return this
     * @throws FileFailedException if it is not {@link #ok}
     */
    public FileResult orThrow() throws IOException {
        if (!ok()) {
            throw new FileFailedException(this);
        }
        return this;
    }

    /**
     * Returns all of it as one line of JSON, times in nanoseconds.
     *
     * @return an object
     */
    public String toJson() {
        return Json.of(this);
    }

    /** Returns one line, like {@code upload-31.csv: FAILED (OVERSIZE), 1048576 bytes read}. */
    @Override
    public String toString() {
        return dev.lifecycle.Names.quote(path) + ": " + outcome + (reason == Reason.NONE ? "" : " (" + reason + ")")
                + ", "
                + bytesRead + " bytes read"
                + (failure == null
                        ? ""
                        : ": " + failure.type()
                                + (failure.message().isEmpty()
                                        ? ""
                                        : ": " + dev.lifecycle.Names.printable(failure.message())));
    }
}
