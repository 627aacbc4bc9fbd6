package dev.lifecycle.leak;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What leaked, where it came from, how often.
 *
 * @param kind how it was noticed
 * @param type the class of the object
 * @param label its name, or else the simple name of its class
 * @param acquired where it was opened, where that is known
 * @param stack where it was opened, innermost frame first; empty where it was not captured
 * @param touches where it was used, oldest first; at most {@value #MAX_TOUCHES}
 * @param thread the name of the thread that opened it; empty where it was not captured
 * @param age the time from its opening to this report; zero where no clock was read at its opening
 * @param count how many objects of the same kind, label and origin this report stands for
 * @param scopePath where it hung in the ownership tree, like {@code app/POST /chat}; empty for an object outside it
 */
public record LeakReport(
        Kind kind,
        String type,
        String label,
        @Nullable Site acquired,
        StackTraceElement[] stack,
        List<Touch> touches,
        String thread,
        Duration age,
        long count,
        String scopePath) {

    /** The most touches that a report lists. */
    public static final int MAX_TOUCHES = 8;

    /** How a leak was noticed. */
    public enum Kind {
        /** The object was collected without having been closed. */
        COLLECTED_UNCLOSED,
        /** The object is open for longer than allowed; it may be slow rather than leaked. */
        HELD_TOO_LONG,
        /** An object that was reported as held too long was closed after all: the earlier report is withdrawn. */
        RECOVERED,
        /** A child was open when its parent, or a probe around it, closed. */
        OUTLIVED_SCOPE,
        /** There are more of them than were meant to be: {@link #count} is how many there were at the time of the report. */
        GROWING
    }

    /** Copies the stack and the list. */
    public LeakReport {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(thread, "thread");
        Objects.requireNonNull(age, "age");
        Objects.requireNonNull(scopePath, "scopePath");
        stack = stack.clone();
        touches = List.copyOf(touches);
    }

    /**
     * Returns where the object was opened, innermost frame first.
     *
     * @return a copy; empty where it was not captured
     */
    @Override
    public StackTraceElement[] stack() {
        return stack.clone();
    }

    /**
     * Names the origin in one line: the site, or else the first frame of the stack.
     *
     * @return the origin, or {@code "unknown site"}
     */
    public String origin() {
        return acquired != null ? acquired.text() : stack.length > 0 ? stack[0].toString() : "unknown site";
    }

    /** Returns the report as one line, without the stack. */
    @Override
    public String toString() {
        return kind + " " + (count > 1 ? count + " x " : "") + label + " (" + type + "), opened at " + origin()
                + (thread.isEmpty() ? "" : " by " + thread)
                + (age.isZero() ? "" : ", age " + age)
                + (scopePath.isEmpty() ? "" : ", in " + scopePath);
    }
}
