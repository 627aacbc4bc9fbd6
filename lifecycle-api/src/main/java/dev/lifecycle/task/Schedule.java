package dev.lifecycle.task;

import java.time.Duration;
import java.util.Objects;

/**
 * When a periodic task runs. Runs of one task never overlap: one that was given up counts at once as timed out, and is not over until its
 * body has ended.
 *
 * @param period between the starts of two runs, or with {@code fixedDelay} between the end of one and the start of the next
 * @param initialDelay before the first run
 * @param fixedDelay whether the period begins with the end of a run; then nothing can be missed
 * @param overlap what happens when a run is due and the one before is not over
 * @param misfireGrace a run that is late by more than this is left out, and counted as missed; zero: never left out
 * @param backoff after a run that failed, the next is this much later, twice as much after the second failure in a row, and so on;
 *     zero: not later
 * @param maxBackoff the most that is added
 */
public record Schedule(
        Duration period,
        Duration initialDelay,
        boolean fixedDelay,
        Overlap overlap,
        Duration misfireGrace,
        Duration backoff,
        Duration maxBackoff) {

    /** The shortest period. */
    public static final Duration MIN_PERIOD = Duration.ofMillis(1);

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if {@code period} is shorter than {@link #MIN_PERIOD}, another time is negative, or {@code
     *     backoff} is above {@code maxBackoff}
     */
    public Schedule {
        Objects.requireNonNull(overlap, "overlap");
        if (Objects.requireNonNull(period, "period").compareTo(MIN_PERIOD) < 0) {
            throw new IllegalArgumentException("period is " + period + "; it must be at least " + MIN_PERIOD);
        }
        check(initialDelay, "initialDelay");
        check(misfireGrace, "misfireGrace");
        check(backoff, "backoff");
        check(maxBackoff, "maxBackoff");
        if (backoff.compareTo(maxBackoff) > 0) {
            throw new IllegalArgumentException(
                    "backoff is " + backoff + " and maxBackoff is " + maxBackoff + "; it must not be above it");
        }
    }

    private static void check(Duration time, String what) {
        if (Objects.requireNonNull(time, what).isNegative()) {
            throw new IllegalArgumentException(what + " is " + time + "; it must not be negative");
        }
    }

    /**
     * At a fixed rate: the first run after a period, those that are missed left out.
     *
     * @param period between starts
     * @return a schedule
     */
    public static Schedule every(Duration period) {
        return new Schedule(period, period, false, Overlap.SKIP, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    /**
     * With a fixed delay after each run; the first one after such a delay.
     *
     * @param delay between the end of a run and the start of the next
     * @return a schedule
     */
    public static Schedule withDelay(Duration delay) {
        return new Schedule(delay, delay, true, Overlap.SKIP, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    /**
     * Returns one that begins at another time.
     *
     * @param delay before the first run; zero: at once
     * @return a schedule
     */
    public Schedule startingIn(Duration delay) {
        return new Schedule(period, delay, fixedDelay, overlap, misfireGrace, backoff, maxBackoff);
    }

    /**
     * Returns one with another way to deal with runs that are due too early.
     *
     * @param way what happens
     * @return a schedule
     */
    public Schedule onOverlap(Overlap way) {
        return new Schedule(period, initialDelay, fixedDelay, way, misfireGrace, backoff, maxBackoff);
    }

    /**
     * Returns one that leaves out runs that are late.
     *
     * @param grace how late a run may begin
     * @return a schedule
     */
    public Schedule withMisfireGrace(Duration grace) {
        return new Schedule(period, initialDelay, fixedDelay, overlap, grace, backoff, maxBackoff);
    }

    /**
     * Returns one that slows down while runs fail.
     *
     * @param first added after the first failure
     * @param most added at most
     * @return a schedule
     */
    public Schedule withBackoff(Duration first, Duration most) {
        return new Schedule(period, initialDelay, fixedDelay, overlap, misfireGrace, first, most);
    }
}
