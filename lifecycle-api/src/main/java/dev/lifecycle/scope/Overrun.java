package dev.lifecycle.scope;

import dev.lifecycle.leak.Site;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One resource whose release took longer than the close deadline.
 *
 * @param label what it is called: its label, or else the name of its class
 * @param acquired where the scope that owns it was opened, where that was {@linkplain ScopeBuilder#site given}
 * @param ran how long it had run when this was recorded
 * @param stack where its thread stood at that moment, innermost frame first
 * @param done what was done about it
 */
public record Overrun(
        String label, @Nullable Site acquired, Duration ran, StackTraceElement[] stack, OverrunPolicy done) {
    /** Copies the stack. */
    public Overrun {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(ran, "ran");
        Objects.requireNonNull(done, "done");
        stack = stack.clone();
    }

    /**
     * Returns where its thread stood, innermost frame first.
     *
     * @return a copy
     */
    @Override
    public StackTraceElement[] stack() {
        return stack.clone();
    }

    @Override
    public String toString() {
        return label + " took longer than " + ran + " to close (" + done + ")"
                + (stack.length == 0 ? "" : ", at " + stack[0]);
    }
}
