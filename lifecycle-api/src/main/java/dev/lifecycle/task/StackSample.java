package dev.lifecycle.task;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What the thread of a task was doing when a timeout passed.
 *
 * @param why which step it was
 * @param after how long the body had run
 * @param thread the name of the thread
 * @param frames innermost first, up to {@value #MAX_FRAMES}; empty if the thread was just ending
 */
public record StackSample(Step why, Duration after, String thread, List<StackTraceElement> frames) {

    /** The most frames that are kept. */
    public static final int MAX_FRAMES = 64;

    /** What led to a sample. */
    public enum Step {
        /** The soft timeout: the task was asked to stop. */
        SOFT,
        /** It was interrupted, for a timeout, a missing heartbeat or a cancellation. */
        INTERRUPT,
        /** The hard timeout: it has its outcome, and its thread is in quarantine from here. */
        HARD,
        /** Somebody asked: a dump, or a shutdown that came to its deadline. */
        ASKED
    }

    /** Copies the frames. */
    public StackSample {
        Objects.requireNonNull(why, "why");
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(thread, "thread");
        frames = List.copyOf(frames);
    }

    /** Returns it as a stack trace in several lines, without an end of line behind the last one. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        out.append(why).append(" after ").append(after).append(" in ").append(thread);
        for (StackTraceElement frame : frames) {
            out.append("\n    at ").append(frame);
        }
        return out.toString();
    }
}
