package dev.lifecycle.impl.scope;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** The log of the scopes, {@code dev.lifecycle.scope}: a log that fails changes nothing of what a scope does. */
final class ScopeLog {

    private ScopeLog() {}

    static void info(String message) {
        log(Level.INFO, message, null);
    }

    static void warn(String message) {
        log(Level.WARNING, message, null);
    }

    static void warn(String message, Throwable cause) {
        log(Level.WARNING, message, cause);
    }

    @SuppressWarnings("NullAway") // a log line without a cause is what null stands for
    private static void log(Level level, String message, @Nullable Throwable cause) {
        try {
            System.getLogger("dev.lifecycle.scope").log(level, message, cause);
        } catch (Throwable broken) { // handlers are user code; there is nowhere left to say it
            return;
        }
    }
}
