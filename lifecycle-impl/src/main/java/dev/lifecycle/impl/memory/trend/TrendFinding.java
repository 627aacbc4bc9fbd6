package dev.lifecycle.impl.memory.trend;

import java.time.Duration;

/**
 * What one series looks like.
 *
 * @param series its name
 * @param verdict what it looks like
 * @param perHour its slope, in bytes or pieces an hour, beyond load, steps and what bounded components hold
 * @param low the lower end of the interval
 * @param high its upper end
 * @param detectable the slope that would have been found nine times of ten in this window
 * @param confidence of the interval, so wide that all looks of a day together keep the rate of false alarms
 * @param window what the slope was seen over
 * @param toLimit when the limit is reached at this slope; {@code ChronoUnit.FOREVER} without growth or limit
 * @param explanation one sentence with the figures
 */
public record TrendFinding(
        String series,
        Verdict verdict,
        double perHour,
        double low,
        double high,
        double detectable,
        double confidence,
        Duration window,
        Duration toLimit,
        String explanation) {}
