package dev.lifecycle.file;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a run is.
 *
 * @param files that were handed over and have a result, those of the run before it included where it is resumed
 * @param bytes that were read, likewise
 * @param bytesPerSecond since this run began, pauses included
 * @param totalFiles how many there are; empty without {@link TreeProcessorBuilder#precount}
 * @param remaining how long it will take still, if files come as fast as they did in this run; empty if nobody knows
 * @param current a file that has just ended, relative to the root
 * @param pause whether the run waits for memory
 * @param elapsed since this run began
 * @param last whether the run has ended
 */
public record Progress(
        long files,
        long bytes,
        double bytesPerSecond,
        OptionalLong totalFiles,
        Optional<Duration> remaining,
        String current,
        PauseState pause,
        Duration elapsed,
        boolean last) {

    /** Checks that nothing is null. */
    public Progress {
        Objects.requireNonNull(totalFiles, "totalFiles");
        Objects.requireNonNull(remaining, "remaining");
        Objects.requireNonNull(current, "current");
        Objects.requireNonNull(pause, "pause");
        Objects.requireNonNull(elapsed, "elapsed");
    }
}
