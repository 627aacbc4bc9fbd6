package dev.lifecycle.impl.scope;

import dev.lifecycle.leak.LeakReport;
import org.jspecify.annotations.Nullable;

/** What the scopes tell the leak detector, and what they remember for error messages. */
final class Tracking {
    private static final boolean CLOSE_STACKS = Boolean.getBoolean("dev.lifecycle.scope.closeStacks");

    private Tracking() {}

    /** A throwable with the present stack, if closing stacks are recorded. */
    static @Nullable Throwable closingStack() {
        return CLOSE_STACKS ? new Throwable("closed here, by thread " + Thread.currentThread().getName()) : null;
    }

    /** Remembers when and by whom a scope was closed. */
    static void closed(Node cold) {
        Throwable stack = closingStack();
        if (cold.name != null) {
            cold.moment = cold.clock().nanos();
        }
        cold.outcome = stack != null ? stack : cold.name == null ? null : Thread.currentThread().getName();
    }

    static void begin(Node cold) {}

    static void end(Node cold) {}

    static void report(LeakReport.Kind kind, String path, long count) {}
}
