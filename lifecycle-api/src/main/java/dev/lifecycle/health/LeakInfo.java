package dev.lifecycle.health;

import dev.lifecycle.memory.LeakVerdict;
import java.util.Objects;

/**
 * What a {@link dev.lifecycle.memory.LeakWatch} of the tree makes of the process as a whole.
 *
 * @param path of the watch, the scopes above it included
 * @param series what the verdict is on, like {@code heap.live}; empty if that is not known
 * @param verdict its verdict
 * @param bytesPerHour the slope it sees; not a number if it sees none, or if the series is none of bytes
 * @param detectableBytesPerHour the slope it would have found; infinite if it would have found none, or if the series is none of bytes
 * @param alarm whether somebody should look at it now
 * @param explanation one sentence with the figures
 * @param samples how often it has read its series
 * @param failures how often a series could not be read
 */
public record LeakInfo(
        String path,
        String series,
        LeakVerdict verdict,
        double bytesPerHour,
        double detectableBytesPerHour,
        boolean alarm,
        String explanation,
        long samples,
        long failures) {

    /** Checks that nothing is null. */
    public LeakInfo {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(series, "series");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(explanation, "explanation");
    }
}
