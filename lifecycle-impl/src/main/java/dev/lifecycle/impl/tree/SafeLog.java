package dev.lifecycle.impl.tree;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** The log of a part of the library: one that fails, since handlers are code of users, changes nothing of what it does. */
public final class SafeLog {
    private final String name;

    /**
     * Names the log; it is looked up for each line.
     *
     * @param name like {@code dev.lifecycle.scope}
     */
    public SafeLog(String name) {
        this.name = name;
    }

    /**
     * Logs what is worth knowing.
     *
     * @param message on one line
     */
    public void info(String message) {
        log(Level.INFO, message, null);
    }

    /**
     * Logs what names its request itself.
     *
     * @param message on one line
     */
    public void infoAsIs(String message) {
        write(Level.INFO, message, null);
    }

    /**
     * Logs what should not be.
     *
     * @param message on one line
     */
    public void warn(String message) {
        log(Level.WARNING, message, null);
    }

    /**
     * Logs what should not be.
     *
     * @param message on one line
     * @param cause printed with its stack
     */
    public void warn(String message, Throwable cause) {
        log(Level.WARNING, message, cause);
    }

    private void log(Level level, String message, @Nullable Throwable cause) {
        write(level, RequestIds.prefix(message), cause);
    }

    @SuppressWarnings("NullAway") // a log line without a cause is what null stands for
    private void write(Level level, String message, @Nullable Throwable cause) {
        try {
            System.getLogger(name).log(level, message, cause);
        } catch (Throwable broken) { // there is nowhere left to say it
            return;
        }
    }
}
