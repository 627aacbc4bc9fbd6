package dev.lifecycle.memory;

import dev.lifecycle.Pressure;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The figures of a {@link MemoryGuard}. Counts are since it was opened.
 *
 * @param level how scarce memory is
 * @param cause the source that is fullest; empty if none is known
 * @param fraction how full that is
 * @param toLimit when it would be full, if it goes on to grow like this; empty if it does not grow
 * @param sources each source as it was last read
 * @param readings how often they were read
 * @param changes how often the level changed
 * @param rounds how often components were asked to shrink
 * @param givenBytes what they say they gave
 * @param futileRounds how many rounds changed nothing
 * @param restartAdvised whether the last three did not, at {@code CLEANUP} or above, and the level has not fallen since
 * @param refused how much work was not let in
 * @param failures what was thrown by sources, listeners and components
 * @param stuck how many listeners and components are being waited for longer than five seconds
 */
public record GuardStats(
        Pressure level,
        String cause,
        double fraction,
        Optional<Duration> toLimit,
        List<Reading> sources,
        long readings,
        long changes,
        long rounds,
        long givenBytes,
        long futileRounds,
        boolean restartAdvised,
        long refused,
        long failures,
        int stuck) {

    /**
     * A source as it was last read.
     *
     * @param name of the source
     * @param usedBytes {@link MemorySource#UNKNOWN} if it is not known
     * @param limitBytes 0 or less for none
     */
    public record Reading(String name, long usedBytes, long limitBytes) {

        /** Checks the name. */
        public Reading {
            Objects.requireNonNull(name, "name");
        }

        /**
         * Returns how full it is.
         *
         * @return 1 for its limit; 0 if one of the two is not known
         */
        public double fraction() {
            return usedBytes < 0 || limitBytes <= 0 ? 0 : (double) usedBytes / limitBytes;
        }
    }

    /** Copies the list. */
    public GuardStats {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(toLimit, "toLimit");
        sources = List.copyOf(sources);
    }
}
