package dev.lifecycle.impl.scope;

import dev.lifecycle.Names;
import dev.lifecycle.impl.leak.LibraryDetector;
import dev.lifecycle.impl.leak.Token;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.Scope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the scopes tell the leak detector, and what they remember for error messages. */
final class Tracking {
    /** The log of the scopes. */
    static final SafeLog LOG = new SafeLog("dev.lifecycle.scope"); // first: the property below may be malformed

    private static final String PREFIX = "dev.lifecycle.scope.";
    private static final String CLOSE_STACKS_NAME = PREFIX + "closeStacks";
    private static final boolean CLOSE_STACKS = readCloseStacks();
    private static final StackTraceElement[] NO_STACK = {};

    private Tracking() {}

    /** A description that does not refer to what it describes. */
    record Description(
            String label, String scopePath, @Nullable Site site) implements Described {

        @Override
        public String type() {
            return Scope.class.getName();
        }
    }

    /** What is kept for a root while it is open. */
    private record Root(
            Token token, Roots.Entry entry, @Nullable Throwable opened) {}

    private static boolean readCloseStacks() {
        try {
            for (String name : System.getProperties().stringPropertyNames()) {
                if (name.startsWith(PREFIX) && !name.equals(CLOSE_STACKS_NAME)) {
                    LOG.warn("there is no system property " + Names.quote(name) + "; known is " + CLOSE_STACKS_NAME);
                }
            }
            String value = System.getProperty(CLOSE_STACKS_NAME, "false");
            if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
                LOG.warn(CLOSE_STACKS_NAME + " is " + Names.quote(value) + "; it must be true or false, and is false");
            }
            return value.equalsIgnoreCase("true");
        } catch (SecurityException denied) {
            LOG.warn("the system properties " + PREFIX + "* may not be read; the defaults hold", denied);
            return false;
        }
    }

    /** Begins to follow a root that was just opened. */
    static void begin(Node root, String name) {
        Roots.Entry entry = Roots.add(root.scope);
        Token token = LibraryDetector.instance().trackAlways(root.scope, new Description(name, name, root.site()));
        root.trace = new Root(token, entry, opened(root.trace));
    }

    /**
     * Ends it, for the thread that closed or moved the scope.
     *
     * @param trace what that thread took from it
     * @param held its path if it was reported as held too long
     */
    static void end(Node closed, @Nullable Object trace, @Nullable String held, Duration age) {
        if (Node.traced(trace) instanceof Root root) {
            root.token.close(closed.scope);
            Roots.remove(root.entry);
        }
        Node.forget(trace);
        if (held != null) {
            report(LeakReport.Kind.RECOVERED, new Description(closed.display(), held, closed.site()), age, 1, NO_STACK);
        }
    }

    /** The stack with which a scope was opened, if it was captured. */
    static @Nullable Throwable opened(@Nullable Object trace) {
        Object inner = Node.traced(trace);
        return inner instanceof Root root ? root.opened : inner instanceof Throwable stack ? stack : null;
    }

    /** Remembers by whom a scope was closed, and when; returns how old it became. */
    static Duration closed(Node cold) {
        Throwable stack = closingStack();
        Duration age = Duration.ZERO;
        if (cold.moment != 0) {
            long now = cold.clock().nanos();
            age = Duration.ofNanos(now - cold.moment);
            cold.moment = now;
        }
        cold.outcome = stack != null
                ? stack
                : cold.moment != 0 ? Thread.currentThread().getName() : null;
        return age;
    }

    /** A throwable with the present stack, if closing stacks are recorded. */
    static @Nullable Throwable closingStack() {
        return CLOSE_STACKS
                ? new Throwable(
                        "closed here, by thread " + Thread.currentThread().getName())
                : null;
    }

    static void report(LeakReport.Kind kind, Description what, Duration age, long count, StackTraceElement[] stack) {
        LibraryDetector.instance().report(kind, what, age, count, stack);
    }
}
