package dev.lifecycle.impl.cli;

import org.jspecify.annotations.Nullable;

/** What ends a verb early: a message for the user, with the way out, and an exit status. */
public final class CliException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    private CliException(int status, @Nullable String message) {
        super(message);
        this.status = status;
    }

    /** The command line, or a file it names, is wrong. */
    public static CliException usage(@Nullable String message) {
        return new CliException(Exit.USAGE, message);
    }

    /** There is no way into the process. */
    public static CliException noAttach(@Nullable String message) {
        return new CliException(Exit.NO_ATTACH, message);
    }

    /** Nothing can be said. */
    public static CliException inconclusive(@Nullable String message) {
        return new CliException(Exit.INCONCLUSIVE, message);
    }

    /** One of {@link Exit}. */
    public int status() {
        return status;
    }
}
