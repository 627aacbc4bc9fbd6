package dev.lifecycle.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What was thrown, as text: so that a report of many failures stays small and keeps nothing alive.
 *
 * @param type the class of the exception
 * @param message its message, at most {@value #MAX_MESSAGE} characters of it; empty without one
 * @param stack its innermost frames, at most {@value #MAX_FRAMES}, then, after a line {@code caused by ...}, those of its cause
 */
public record FileFailure(String type, String message, List<String> stack) {
    /** The longest message, in characters. */
    public static final int MAX_MESSAGE = 500;

    /** The most frames of one exception. */
    public static final int MAX_FRAMES = 8;

    private static final int MAX_CAUSES = 3;

    /** Copies the list. */
    public FileFailure {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(message, "message");
        stack = List.copyOf(stack);
    }

    /**
     * Takes down what is worth knowing of {@code thrown}.
     *
     * @param thrown what was thrown
     * @return what it says; of an exception whose own methods throw, its class
     */
    public static FileFailure of(Throwable thrown) {
        List<String> stack = new ArrayList<>();
        Throwable each = Objects.requireNonNull(thrown, "thrown");
        for (int causes = 0; each != null && causes <= MAX_CAUSES; causes++) {
            if (causes > 0) {
                stack.add("caused by " + each.getClass().getName() + ": " + message(each));
            }
            StackTraceElement[] frames = each.getStackTrace();
            for (int i = 0; i < Math.min(MAX_FRAMES, frames.length); i++) {
                stack.add(frames[i].toString());
            }
            Throwable cause = cause(each);
            each = cause == each ? null : cause;
        }
        return new FileFailure(thrown.getClass().getName(), message(thrown), stack);
    }

    private static String message(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (RuntimeException ofUser) {
            return "";
        }
        if (message == null) {
            return "";
        }
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 3) + "...";
    }

    private static @org.jspecify.annotations.Nullable Throwable cause(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (RuntimeException ofUser) {
            return null;
        }
    }
}
