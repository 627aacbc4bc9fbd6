package dev.lifecycle.memory;

import java.util.List;
import java.util.Objects;

/**
 * What a {@link LeakWatch} holds of a series.
 *
 * @param series its name
 * @param inBytes whether the values are bytes; else they are pieces
 * @param minutes those in which something was sampled, oldest first; at most 1 440
 */
public record SeriesCurve(String series, boolean inBytes, List<Minute> minutes) {

    /**
     * A minute of it.
     *
     * @param ago how many minutes before the last one, 0 for that
     * @param least the least value of the minute
     * @param median the one in the middle
     */
    public record Minute(int ago, long least, long median) {}

    /** Copies the list. */
    public SeriesCurve {
        Objects.requireNonNull(series, "series");
        minutes = List.copyOf(minutes);
    }
}
