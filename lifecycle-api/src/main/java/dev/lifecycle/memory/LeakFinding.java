package dev.lifecycle.memory;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a series of a {@link LeakWatch}, or the process as a whole, looks like.
 *
 * @param series its name
 * @param verdict what it looks like
 * @param perHour its slope, in bytes or pieces an hour, beyond load, steps and what bounded components hold
 * @param low the lower end of the interval
 * @param high its upper end
 * @param detectable the slope that would have been found nine times of ten in this window; infinite if nothing would
 * @param confidence of the interval, so wide that all looks of a day together keep the rate of false alarms
 * @param window what the slope was seen over; zero if it was not seen long enough
 * @param toLimit when the limit is reached at this slope; empty without growth or limit
 * @param explanation one sentence with the figures
 * @param classes those that grow, the most suspicious first; empty unless {@linkplain LeakWatch#confirm confirmed}
 * @param owners what in the ownership tree holds what grows, as paths, the most suspicious first; empty if that is not known
 */
public record LeakFinding(
        String series,
        LeakVerdict verdict,
        double perHour,
        double low,
        double high,
        double detectable,
        double confidence,
        Duration window,
        Optional<Duration> toLimit,
        String explanation,
        List<ClassGrowth> classes,
        List<String> owners) {

    /** Copies the lists. */
    public LeakFinding {
        Objects.requireNonNull(series, "series");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(toLimit, "toLimit");
        Objects.requireNonNull(explanation, "explanation");
        classes = List.copyOf(classes);
        owners = List.copyOf(owners);
    }

    /**
     * Tells whether somebody should look at it now.
     *
     * @return true for {@link LeakVerdict#LEAKING}, {@link LeakVerdict#NATIVE_GROWTH} and {@link LeakVerdict#RESTART_ADVISED}
     */
    public boolean isAlarm() {
        return verdict == LeakVerdict.LEAKING
                || verdict == LeakVerdict.NATIVE_GROWTH
                || verdict == LeakVerdict.RESTART_ADVISED;
    }

    /** Returns verdict and explanation. */
    @Override
    public String toString() {
        return verdict + ": " + explanation;
    }
}
