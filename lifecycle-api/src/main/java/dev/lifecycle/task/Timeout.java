package dev.lifecycle.task;

import java.time.Duration;

/**
 * An action that a {@link Timer} hands to its executor when its moment comes. Exactly one of two things happens: a {@link #cancel}
 * returns true, or the action is handed over; unless it is still pending. Thread-safe.
 */
public interface Timeout {

    /**
     * Takes the action back. The timer then refers neither to it nor to its executor.
     *
     * @return true for the one call that took it back; false if it was handed to its executor, which may be about to run it, or was
     *     cancelled before, also by the close of the timer
     */
    boolean cancel();

    /**
     * Puts the moment off, or brings it forward. Putting it off stores a number and takes no lock: cheap enough for each message of a
     * connection that may be idle for so long.
     *
     * @param delay from now, instead of the one it had; zero for as soon as possible
     * @return true if it was pending: the action is handed over after {@code delay}, and not before. False if it was handed over,
     *     is due, or was cancelled
     * @throws IllegalArgumentException if {@code delay} is negative
     */
    boolean rearm(Duration delay);

    /**
     * Tells whether the action was handed to its executor.
     *
     * @return false while it is pending, and when it was cancelled; true also if the executor refused it
     */
    boolean fired();
}
