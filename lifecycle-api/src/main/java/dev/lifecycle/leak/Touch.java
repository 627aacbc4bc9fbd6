package dev.lifecycle.leak;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One use of a tracked object.
 *
 * @param hint what the user said about it, printed; null without one
 * @param thread the name of the thread that used it
 * @param age the time from this use to the report
 * @param stack where it was used, innermost frame first
 */
public record Touch(@Nullable String hint, String thread, Duration age, StackTraceElement[] stack) {
    /** Copies the stack. */
    public Touch {
        Objects.requireNonNull(thread, "thread");
        Objects.requireNonNull(age, "age");
        stack = stack.clone();
    }

    /**
     * Returns where it was used, innermost frame first.
     *
     * @return a copy
     */
    @Override
    public StackTraceElement[] stack() {
        return stack.clone();
    }
}
